export { ECS_VERSION, type EcsDocument, ecsDocuments, ecsOfIncident } from './ecs.ts';
export { OCSF_VERSION, type OcsfDocument, ocsfDocuments, ocsfOfIncident } from './ocsf.ts';
export type {
  FormatOptions,
  FormatParts,
  HuntFormatOptions,
  IncidentNews,
  IncidentParts,
  RecordFacts,
} from './told.ts';
