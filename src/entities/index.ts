export { isBuiltInAccount, isMachineAccount, isSameAccount, joinAccount, splitAccount } from './account.ts';
export { type Act, Activities, clueOf } from './activities.ts';
export { canonicalAddress, isJoinable, isLoopback } from './address.ts';
export { AddressBook } from './addresses.ts';
export type { AuthzBurst } from './authz-logons.ts';
export { FairTable } from './bounded.ts';
export { CallRecords } from './call-records.ts';
export { type CitedRecord, recordIdOf, secondOf } from './citations.ts';
export type { ClientEnd } from './client-ends.ts';
export { Clocks } from './clocks.ts';
export { type Connection, compareConnections, type Endpoint } from './connection.ts';
export { Connections, isSameEnd, type ProcessOfHost } from './connections.ts';
export { compareRows, type DatedRow } from './dated-rows.ts';
export { type Caller, Entities } from './entities.ts';
export type { ExplicitLogon, SpnProtocol } from './explicit-logons.ts';
export { guidOf, logonIdOf, numberOf, spreadOf, textOf } from './field-values.ts';
export type { FileFact } from './file-facts.ts';
export { HostTable } from './hosts.ts';
export type { Call, CallSource, CallSources, ClockOffset, HopMethod, Join, JoinedProcess, JoinId } from './join.ts';
export type { LogonKind } from './logons.ts';
export { type NameLookup, NameLookups } from './name-lookups.ts';
export {
  isBarrier,
  keyOfStart,
  type ProcessClue,
  type ProcessNode,
  ProcessTree,
  type WatchKind,
} from './process-tree.ts';
export { pidOfStart } from './processes.ts';
export type { RemoteCall } from './remote-calls.ts';
export type { ShareAccess } from './shares.ts';
export { oneLower, rankSources, STRENGTH_POINTS, strongestOf, type UnrankedSource } from './strength.ts';
export type { ServiceTicket } from './tickets.ts';
export type { CandidateLogon, ProcessStart, Strength, Who, WhoIsWho } from './types.ts';
export type { WinrmOperation, WinrmPart, WinrmSession } from './winrm-sessions.ts';
export type { DatedPid, WmiClient } from './wmi-clients.ts';
