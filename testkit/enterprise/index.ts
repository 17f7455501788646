export type { AttackPlan, SimulatedAttack } from './attack-parts.ts';
export {
  behindRouter,
  dcomSibling,
  memoryAccess,
  overWinrm,
  pivot,
  remoteProcess,
  withoutTelemetry,
  wmicWithCredentials,
  wmiexec,
} from './attacks.ts';
export { clearedLog, remoteTriad, twoCandidates } from './attacks-on-eventing.ts';
export { connect, dcomCall, networkLogon, providerHost, serviceTicket, shareAccess } from './calls.ts';
export { Enterprise, type EnterpriseOptions, type LogName } from './enterprise.ts';
export type { SimulatedHost, SimulatedProcess, StartOptions } from './host.ts';
export { localTriad, managementSubscription } from './local-subscriptions.ts';
export { logFiles, logsOf, type SimulatedLog } from './logs.ts';
export { ordinaryEvents } from './ordinary.ts';
export type { TrueAttack, TrueHop, TrueSubscription } from './truth.ts';
