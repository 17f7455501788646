import type { Route as RouteOf } from './route.ts';
import { CARE_ROUTES, type CareOperation } from './routes/care.ts';
import { EVENT_ROUTES, type EventOperation } from './routes/events.ts';
import { FOUND_ROUTES, type FoundOperation } from './routes/found.ts';
import { HEALTH_ROUTES, type HealthOperation } from './routes/health.ts';
import { INCIDENT_ROUTES, type IncidentOperation } from './routes/incidents.ts';
import { INGEST_ROUTES, type IngestOperation } from './routes/ingest.ts';
import { OUTBOX_ROUTES, type OutboxOperation } from './routes/outbox.ts';
import { PEOPLE_ROUTES, type PeopleOperation } from './routes/people.ts';
import { PIN_ROUTES, type PinOperation } from './routes/pins.ts';
import { SENDER_ROUTES, type SenderOperation } from './routes/senders.ts';
import { STREAM_ROUTES, type StreamOperation } from './routes/stream.ts';
import { SUPPRESSION_ROUTES, type SuppressionOperation } from './routes/suppressions.ts';

/** Names of what the server can be asked: one handler each. */
export type OperationId =
  | HealthOperation
  | IngestOperation
  | SenderOperation
  | CareOperation
  | EventOperation
  | IncidentOperation
  | PeopleOperation
  | PinOperation
  | SuppressionOperation
  | FoundOperation
  | OutboxOperation
  | StreamOperation;

/** One way in. The table below makes the router, the checks, and the OpenAPI document. */
export type Route = RouteOf<OperationId>;

/** All ways in, by subject: no two fit one path and method. */
export const ROUTES: readonly Route[] = [
  ...HEALTH_ROUTES,
  ...INGEST_ROUTES,
  ...SENDER_ROUTES,
  ...CARE_ROUTES,
  ...EVENT_ROUTES,
  ...INCIDENT_ROUTES,
  ...PEOPLE_ROUTES,
  ...PIN_ROUTES,
  ...SUPPRESSION_ROUTES,
  ...FOUND_ROUTES,
  ...OUTBOX_ROUTES,
  ...STREAM_ROUTES,
];
