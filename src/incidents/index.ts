export { buildIncidents, buildingIncidents, type Incidents } from './build.ts';
export type { IncidentFacts, IncidentInput, LogState } from './facts.ts';
export type {
  Chain,
  Hop,
  HopProcess,
  Incident,
  IncidentTerm,
  Link,
  LinkJoin,
  MissingRecord,
  NextStep,
  Phase,
} from './incident.ts';
export { incidentById } from './lookup.ts';
export { WEIGHTS, type Weights } from './weights.ts';
