import { AUDIT, type Evidence, MOF, REPOSITORY } from '../windows/index.ts';

/** The lane of a picture on which a record is drawn (PRODUCT 1, chain). */
export type Lane = 'process' | 'memory' | 'identity' | 'network' | 'subscription' | 'tampering' | 'other';
export const LANES: readonly Lane[] = [
  'process',
  'memory',
  'identity',
  'network',
  'subscription',
  'tampering',
  'other',
];

interface ChannelName {
  /** For people: `Sysmon`. */
  readonly short: string;
  /** Hayabusa's abbreviation (PRODUCT 7.3). */
  readonly abbreviation: string;
  readonly lane: Lane;
}

/** Keys are lower case. */
const CHANNELS: ReadonlyMap<string, ChannelName> = new Map<string, ChannelName>([
  ['microsoft-windows-sysmon/operational', { short: 'Sysmon', abbreviation: 'Sysmon', lane: 'process' }],
  ['microsoft-windows-wmi-activity/operational', { short: 'WMI-Activity', abbreviation: 'WMI', lane: 'subscription' }],
  ['microsoft-windows-wmi-activity/trace', { short: 'WMI trace', abbreviation: 'WMI', lane: 'subscription' }],
  ['security', { short: 'Security', abbreviation: 'Sec', lane: 'identity' }],
  ['system', { short: 'System', abbreviation: 'Sys', lane: 'other' }],
  ['application', { short: 'Application', abbreviation: 'App', lane: 'other' }],
  ['windows powershell', { short: 'PowerShell', abbreviation: 'PwShClassic', lane: 'process' }],
  ['microsoft-windows-powershell/operational', { short: 'PowerShell/Op', abbreviation: 'PwSh', lane: 'process' }],
  ['zeek/dce_rpc', { short: 'Zeek dce_rpc', abbreviation: 'zeek/dce_rpc', lane: 'network' }],
  ['zeek/conn', { short: 'Zeek conn', abbreviation: 'zeek/conn', lane: 'network' }],
  ['zeek/kerberos', { short: 'Zeek kerberos', abbreviation: 'zeek/kerberos', lane: 'identity' }],
  ['zeek/ntlm', { short: 'Zeek ntlm', abbreviation: 'zeek/ntlm', lane: 'identity' }],
  ['wmi repository', { short: 'repository', abbreviation: 'Repo', lane: 'subscription' }],
  ['mof file', { short: 'MOF file', abbreviation: 'MOF', lane: 'subscription' }],
  ['wmi audit', { short: 'audit', abbreviation: 'Audit', lane: 'subscription' }],
  ['powershellcore/operational', { short: 'PowerShell 7', abbreviation: 'PwShCore', lane: 'process' }],
]);

/** Event ids whose lane is not their channel's. */
const EVENT_LANES: ReadonlyMap<string, Lane> = new Map<string, Lane>([
  ['microsoft-windows-sysmon/operational 3', 'network'],
  ['microsoft-windows-sysmon/operational 8', 'memory'],
  ['microsoft-windows-sysmon/operational 10', 'memory'],
  ['microsoft-windows-sysmon/operational 19', 'subscription'],
  ['microsoft-windows-sysmon/operational 20', 'subscription'],
  ['microsoft-windows-sysmon/operational 21', 'subscription'],
  ['microsoft-windows-sysmon/operational 22', 'network'],
  ['security 4688', 'process'],
  ['security 4689', 'process'],
  ['security 5156', 'network'],
  ['security 5140', 'network'],
  ['security 5145', 'network'],
  ['security 1100', 'tampering'],
  ['security 1102', 'tampering'],
  ['microsoft-windows-eventlog 1102', 'tampering'],
  ['system 104', 'tampering'],
  ['application 10', 'subscription'],
  ['application 5615', 'subscription'],
  ['application 5617', 'subscription'],
]);

/** The channel's name for people; a channel that the table does not know keeps its own. */
export function shortChannel(channel: string): string {
  return CHANNELS.get(channel.toLowerCase())?.short ?? channel.replace(/^Microsoft-Windows-/i, '');
}

/** True for the channels that this table names. */
export function isNamedChannel(channel: string): boolean {
  return CHANNELS.has(channel.toLowerCase());
}

/** Hayabusa's abbreviation, or the channel as written. */
export function abbreviatedChannel(channel: string): string {
  return CHANNELS.get(channel.toLowerCase())?.abbreviation ?? channel;
}

/** The event id of a record, where its kind has one: a network sensor and what lies at rest number nothing, and are read as id 0. */
export function eventIdOf({ channel, eventId }: Pick<Evidence, 'channel' | 'eventId'>): number | undefined {
  return channel !== undefined && (isSensorLog(channel) || AT_REST.has(channel)) ? undefined : eventId;
}

const AT_REST: ReadonlySet<string> = new Set([REPOSITORY, AUDIT, MOF]);

/** The channel of a record, or what stands for one where it comes from no log. */
export function channelOf({ channel, repository, audit }: Evidence): string | undefined {
  if (channel !== undefined) return channel;
  if (repository !== undefined) return REPOSITORY;
  return audit === undefined ? undefined : audit === 'mof' ? MOF : AUDIT;
}

/** How many objects at rest were read: those of repositories, audits and MOF files, each once for each look. */
export function objectsAtRest(
  coverage: readonly { readonly channel: string; readonly ids: Readonly<Record<string, number>> }[],
): number {
  return coverage
    .filter(({ channel }) => AT_REST.has(channel))
    .reduce((sum, { ids }) => sum + Object.values(ids).reduce((all, n) => all + n, 0), 0);
}

function isSensorLog(channel: string): boolean {
  return channel.toLowerCase().startsWith('zeek/');
}

/** `Sysmon 1`, `Zeek dce_rpc`, `repository`, `audit`: what a record is of. */
export function recordKind(evidence: Pick<Evidence, 'channel' | 'eventId' | 'audit'>): string {
  const { channel } = evidence;
  return channel === undefined
    ? atRestName(evidence)
    : `${shortChannel(channel)} ${eventIdOf(evidence) ?? ''}`.trimEnd();
}

/** What objects at rest were read from. */
function atRestName({ audit }: Pick<Evidence, 'audit'>): string {
  if (audit === undefined) return 'repository';
  return audit === 'mof' ? 'MOF file' : 'audit';
}

export function laneOf(channel: string | undefined, eventId: number | undefined): Lane {
  if (channel === undefined) return 'subscription';
  const key = channel.toLowerCase();
  return (
    EVENT_LANES.get(`${key} ${eventId ?? ''}`) ?? CHANNELS.get(key)?.lane ?? (isSensorLog(key) ? 'network' : 'other')
  );
}

/** `Sysmon 19, 20, 21; WMI-Activity 5861`: where a statement was read, in the order of the evidence. */
export function sourcesOf(evidence: readonly Evidence[]): string {
  const channels = new Map<string, Set<number>>();
  for (const item of evidence) {
    const { channel } = item;
    const eventId = eventIdOf(item);
    const name = channel === undefined ? atRestName(item) : shortChannel(channel);
    const ids = channels.get(name) ?? new Set<number>();
    if (eventId !== undefined) ids.add(eventId);
    channels.set(name, ids);
  }
  return [...channels]
    .map(([name, ids]) => (ids.size === 0 ? name : `${name} ${[...ids].sort((a, b) => a - b).join(', ')}`))
    .join('; ');
}

/** The evidence without copies: one entry for each record, the first place of each (L6). */
export function distinctRecords(evidence: readonly Evidence[]): Evidence[] {
  const seen = new Set<string>();
  const kept: Evidence[] = [];
  for (const item of evidence) {
    const key = item.record ?? `${item.file}\u0000${(item.container ?? []).join('\u0000')}\u0000${item.offset ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(item);
  }
  return kept;
}
