export { type DumpFilter, type DumpOutcome, type DumpRequest, dump } from './dump.ts';
export { nodeFilePort } from './file-port.ts';
export {
  type FoundRepositories,
  type FoundRepository,
  findRepositories,
  MAX_ARCHIVE_BYTES,
} from './find-repositories.ts';
export { type HuntOutcome, type HuntRequest, hunt } from './hunt.ts';
export { type InspectOutcome, type InspectRequest, inspect } from './inspect.ts';
export type { LogCount, ReadEvidence, ReadState } from './read-evidence.ts';
