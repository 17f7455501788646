export { ECS_VERSION, type EcsDocument, ecsDocuments, ecsOfIncident } from './ecs.ts';
export { OCSF_VERSION, type OcsfDocument, ocsfOfIncident } from './ocsf.ts';
export { renderEcs, renderOcsf } from './render.ts';
export { renderStixBundle } from './stix/bundle.ts';
export type {
  FormatOptions,
  FormatParts,
  HuntFormatOptions,
  IncidentNews,
  IncidentParts,
  RecordFacts,
} from './told.ts';
