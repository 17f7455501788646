export { isBuiltInAccount, isMachineAccount, isSameAccount, joinAccount, splitAccount } from './account.ts';
export { FairTable } from './bounded.ts';
export { type CitedRecord, recordIdOf, secondOf } from './citations.ts';
export { type Caller, Entities } from './entities.ts';
export { HostTable } from './hosts.ts';
export type { CallSource, ClockOffset, HopMethod, Join, JoinedProcess, JoinId } from './join.ts';
export type { LogonKind } from './logons.ts';
export { pidOfStart } from './processes.ts';
export type { CandidateLogon, ProcessStart, Strength, Who, WhoIsWho } from './types.ts';
