import type { HostSends, LogKind } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** A column of the matrix of hosts: what a sender has to send for analytics to see something (PRODUCT 9.3). */
export interface Telemetry extends LogKind {
  readonly log: string;
  readonly name: string;
  /** What is seen by it, and not without it. */
  readonly why: string;
}

type Column = readonly [name: string, ids: readonly number[], why: string];

function rows(log: string, channel: string, kinds: readonly Column[]): Telemetry[] {
  return kinds.map(([name, ids, why]) => ({ kind: `${log} ${ids[0]}`, log, channel, name, ids, why }));
}

/** Each by the ids of it that analytics, joins or rules read. */
export const TELEMETRY: readonly Telemetry[] = [
  ...rows('Sysmon', 'Microsoft-Windows-Sysmon/Operational', [
    ['processes', [1], 'what WMI started, with its parent and its hashes'],
    ['connections', [3], 'remote calls, joined from both ends'],
    ['threads', [8], 'threads in other processes: rules alone (M02), no analytic reads them'],
    ['access', [10], 'reads of the memory of lsass (M01)'],
    ['WMI objects', [19, 20, 21], 'filters, consumers and bindings as they are written'],
  ]),
  ...rows('Security', 'Security', [
    ['logons', [4624, 4648], 'who called, and from where'],
    ['privileges', [4672], 'names of accounts of which no logon is there; no analytic rests on it'],
    ['objects', [4662], 'accesses to namespaces of WMI (R05)'],
    ['processes', [4688], 'what WMI started, where there is no Sysmon'],
    ['Kerberos', [4768, 4769], 'whose ticket a call used, and addresses of machines'],
  ]),
  ...rows('WMI-Activity', 'Microsoft-Windows-WMI-Activity/Operational', [
    [
      'operations',
      [5857, 5858, 5859, 5860, 5861],
      'bindings, consumers that load, and calls of other machines, failed ones (5858) too',
    ],
  ]),
  ...rows('PowerShell', 'Microsoft-Windows-PowerShell/Operational', [
    ['scripts', [4103, 4104], 'scripts that write subscriptions or call other machines'],
  ]),
];

export function sendsDocument({ kind, records, firstMs, lastMs }: HostSends): object {
  return {
    kind,
    records,
    ...(firstMs === null ? {} : { first: timeOf(firstMs) }),
    ...(lastMs === null ? {} : { last: timeOf(lastMs) }),
  };
}
