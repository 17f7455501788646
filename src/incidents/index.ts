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
