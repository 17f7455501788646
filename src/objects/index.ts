export { auditEvents } from './audit-events.ts';
export { hiddenObjects } from './hidden-objects.ts';
export { mofEvents } from './mof-events.ts';
export { ObjectEvent } from './object-event.ts';
export { type RepositoryLineage, repositoryEvents, SUBSCRIPTION_CLASSES } from './repository-events.ts';
export type { Checkpoint } from './timeline.ts';
