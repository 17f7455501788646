export type { Call, JoinRow, JoinRowOpener, SourceClaim } from './call.ts';
export { confirmedCreation } from './j14.ts';
export { type SameFile, sameFiles } from './j18.ts';
export { Joins } from './joins.ts';
