export type { RepositoryAnomalyWord } from './anomalies.ts';
export { REPOSITORY_ANOMALIES } from './anomalies.ts';
export type { CarvedInstance, CarveResult } from './carve.ts';
export { checkpointTimes } from './checkpoint-times.ts';
export {
  type CimClass,
  type CimInstance,
  type CimNamespace,
  type PlainValue,
  plainValue,
  propertyOf,
  textOf,
  valuesText,
} from './cim-object.ts';
export { type ClassLayout, type LaidProperty, qualifiersOfClass, qualifiersOfProperty } from './class-layout.ts';
export { diffSnapshots, type RepositoryChange, type ValueChange } from './diff.ts';
export type { Layout } from './format.ts';
export type { GenerationInfo } from './generation-info.ts';
export type { IndexResidue } from './index-residue.ts';
export type { InstanceProperty, ValueState } from './instance-record.ts';
export type { Locator } from './key-token.ts';
export { REPOSITORY_LIMITS, type RepositoryLimits } from './limits.ts';
export {
  type Checkpoint,
  copyAnomalies,
  type Lineage,
  lineages,
  type OpenedRepository,
  sameLineage,
} from './lineage.ts';
export type { MapFile, MapTable } from './mapping.ts';
export { classMof, instanceMof, mofName, mofQuoted } from './mof.ts';
export { type ClassJson, classJson, filetimeText, type InstanceJson, instanceJson } from './object-json.ts';
export { type KeyHashState, LABEL_CONFIDENCE, type RepositoryLabel, type RepositoryPlace } from './provenance.ts';
export type { ReferenceRecord } from './reference-record.ts';
export { type NamedKeys, remainAnomalies } from './remain-anomalies.ts';
export { openRepository, Repository } from './repository.ts';
export { bufferFile, type RepositoryFile } from './repository-file.ts';
export { type NamespaceSecurity, namespaceSecurity } from './security.ts';
export { Snapshot } from './snapshot.ts';
export {
  classValues,
  formerValues,
  instanceValues,
  type StoredContent,
  type StoredValue,
  storedValues,
} from './stored-values.ts';
export type { TextRemain } from './text-remains.ts';
export { type UnreadParts, unreadParts, unreadText } from './unread-parts.ts';
export type { CimScalar, CimType, CimValue } from './values.ts';
