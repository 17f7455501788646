export { type DumpFilter, type DumpOutcome, type DumpRequest, dump } from './dump.ts';
export { nodeFilePort } from './file-port.ts';
export {
  type FoundRepositories,
  type FoundRepository,
  findRepositories,
  type RepositorySearch,
} from './find-repositories.ts';
export { type BundledRules, type HuntOutcome, type HuntRequest, hunt } from './hunt.ts';
export { type InspectOutcome, type InspectRequest, inspect } from './inspect.ts';
export type { KeptEvidence } from './kept-evidence.ts';
export type { LogCount, ReadEvidence } from './read-evidence.ts';
export type { ReadState } from './read-request.ts';
export { openHolding } from './spool-file.ts';
