export type { Call, JoinRow, SourceClaim } from './call.ts';
export { Joins } from './joins.ts';
