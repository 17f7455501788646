import type { HostSends, LogKind } from '../../state/index.ts';
import { timeOf } from './lists.ts';

/** A column of the matrix of hosts: what a sender has to send for analytics to see something (PRODUCT 9.3). */
export interface Telemetry extends LogKind {
  readonly log: string;
  readonly name: string;
}

function rows(log: string, channel: string, kinds: readonly (readonly [string, readonly number[]])[]): Telemetry[] {
  return kinds.map(([name, ids]) => ({ kind: `${log} ${ids[0]}`, log, channel, name, ids }));
}

/** Each by the ids of it that the engine reads. */
export const TELEMETRY: readonly Telemetry[] = [
  ...rows('Sysmon', 'Microsoft-Windows-Sysmon/Operational', [
    ['processes', [1]],
    ['connections', [3]],
    ['access', [10]],
    ['WMI objects', [19, 20, 21]],
  ]),
  ...rows('Security', 'Security', [
    ['logons', [4624, 4648]],
    ['objects', [4662]],
    ['processes', [4688]],
    ['Kerberos', [4768, 4769]],
  ]),
  ...rows('WMI-Activity', 'Microsoft-Windows-WMI-Activity/Operational', [['operations', [5857, 5859, 5860, 5861]]]),
  ...rows('PowerShell', 'Microsoft-Windows-PowerShell/Operational', [['scripts', [4103, 4104]]]),
];

export function sendsDocument({ kind, records, firstMs, lastMs }: HostSends): object {
  return {
    kind,
    records,
    ...(firstMs === null ? {} : { first: timeOf(firstMs) }),
    ...(lastMs === null ? {} : { last: timeOf(lastMs) }),
  };
}
