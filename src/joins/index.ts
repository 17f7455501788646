export type { Call, JoinRow, JoinRowOpener, SourceClaim } from './call.ts';
export { Joins } from './joins.ts';
