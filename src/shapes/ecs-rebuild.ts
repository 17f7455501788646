import { firstMember, isFieldValue, valueAt } from './json-members.ts';
import type { JsonValue } from './json-value.ts';
import type { FieldValue, RawField } from './shaped-event.ts';

/**
 * Fields that Elastic's ingest pipelines moved out of `winlog.event_data` (SERVE 2.2), and where they went. Only read where
 * the native field is gone.
 */
type Members = Readonly<Record<string, JsonValue>>;
type Origin = string | ((document: Members) => FieldValue | undefined);
type Moves = readonly (readonly [name: string, origin: Origin])[];

const account =
  (user: string): Origin =>
  (document) => {
    const name = valueAt(document, ...user.split('.'), 'name');
    const domain = valueAt(document, ...user.split('.'), 'domain');
    if (typeof name !== 'string') return undefined;
    return typeof domain === 'string' ? `${domain}\\${name}` : name;
  };

/** The pipeline puts UtcTime in place of TimeCreated: both have milliseconds. */
const utcTime: Origin = (document) => {
  const text = document['@timestamp'];
  return typeof text === 'string' ? text : undefined;
};

const HASHES = ['sha1', 'md5', 'sha256', 'imphash'] as const;

/** `SHA1=…,MD5=…` in upper case; the order that the configuration gave them is lost. */
const hashesOf =
  (...holders: readonly string[]): Origin =>
  (document) => {
    const found: string[] = [];
    for (const name of HASHES) {
      for (const holder of holders) {
        const group = name === 'imphash' ? 'pe' : 'hash';
        const value = valueAt(document, ...holder.split('.'), group, name);
        if (typeof value !== 'string') continue;
        found.push(`${name.toUpperCase()}=${value.toUpperCase()}`);
        break;
      }
    }
    return found.length === 0 ? undefined : found.join(',');
  };

const isOutgoing: Origin = (document) => {
  const direction = valueAt(document, 'network', 'direction');
  if (direction === 'egress' || direction === 'outbound') return true;
  return direction === 'ingress' || direction === 'inbound' ? false : undefined;
};

const isIpv6 =
  (side: string): Origin =>
  (document) => {
    const address = valueAt(document, side, 'ip');
    return typeof address === 'string' ? address.includes(':') : undefined;
  };

const HEAD: Moves = [
  ['RuleName', 'rule.name'],
  ['UtcTime', utcTime],
];
const OWN: Moves = [
  ['ProcessGuid', 'process.entity_id'],
  ['ProcessId', 'process.pid'],
  ['Image', 'process.executable'],
  ['User', account('user')],
];
const FILE: Moves = [
  ['FileVersion', 'file.pe.file_version'],
  ['Description', 'file.pe.description'],
  ['Product', 'file.pe.product'],
  ['Company', 'file.pe.company'],
  ['OriginalFileName', 'file.pe.original_file_name'],
];
const REGISTRY: Moves = [...HEAD, ...OWN, ['TargetObject', 'registry.path']];
const FILE_EVENT: Moves = [...HEAD, ...OWN, ['TargetFilename', 'file.path'], ['Hashes', hashesOf('file')]];
const PIPE: Moves = [...HEAD, ...OWN, ['PipeName', 'file.name']];
const WMI: Moves = [...HEAD, ['User', account('user')]];

const SOURCE_PROCESS: Moves = [
  ['SourceProcessId', 'process.pid'],
  ['SourceImage', 'process.executable'],
];

const SYSMON: ReadonlyMap<number, Moves> = new Map<number, Moves>([
  [
    1,
    [
      ...HEAD,
      ...OWN,
      ['FileVersion', 'process.pe.file_version'],
      ['Description', 'process.pe.description'],
      ['Product', 'process.pe.product'],
      ['Company', 'process.pe.company'],
      ['OriginalFileName', 'process.pe.original_file_name'],
      ['CommandLine', 'process.command_line'],
      ['CurrentDirectory', 'process.working_directory'],
      ['Hashes', hashesOf('process')],
      ['ParentProcessGuid', 'process.parent.entity_id'],
      ['ParentProcessId', 'process.parent.pid'],
      ['ParentImage', 'process.parent.executable'],
      ['ParentCommandLine', 'process.parent.command_line'],
    ],
  ],
  [2, FILE_EVENT],
  [
    3,
    [
      ...HEAD,
      ...OWN,
      ['Protocol', 'network.transport'],
      ['Initiated', isOutgoing],
      ['SourceIsIpv6', isIpv6('source')],
      ['SourceIp', 'source.ip'],
      ['SourceHostname', 'source.domain'],
      ['SourcePort', 'source.port'],
      ['DestinationIsIpv6', isIpv6('destination')],
      ['DestinationIp', 'destination.ip'],
      ['DestinationHostname', 'destination.domain'],
      ['DestinationPort', 'destination.port'],
    ],
  ],
  [5, [...HEAD, ...OWN]],
  [6, [...HEAD, ['ImageLoaded', 'file.path'], ['Hashes', hashesOf('file', 'dll')]]],
  [
    7,
    [
      ...HEAD,
      ...OWN,
      ['ImageLoaded', 'dll.path'],
      ['ImageLoaded', 'file.path'],
      ...FILE,
      ['Hashes', hashesOf('dll', 'file')],
    ],
  ],
  [8, [...HEAD, ['SourceProcessGuid', 'process.entity_id'], ...SOURCE_PROCESS]],
  [9, [...HEAD, ...OWN]],
  [
    10,
    [...HEAD, ['SourceProcessGUID', 'process.entity_id'], ...SOURCE_PROCESS, ['SourceThreadId', 'process.thread.id']],
  ],
  [11, FILE_EVENT],
  [12, REGISTRY],
  [13, REGISTRY],
  [14, REGISTRY],
  [15, FILE_EVENT],
  [17, PIPE],
  [18, PIPE],
  [19, WMI],
  // The consumer's payload is renamed to process.executable and is no image of a process (SERVE 2.2).
  [20, [...WMI, ['Destination', 'process.executable']]],
  [21, WMI],
  [22, [...HEAD, ...OWN, ['QueryName', 'dns.question.name']]],
  [23, FILE_EVENT],
  [25, [...HEAD, ...OWN]],
  [26, FILE_EVENT],
]);

const ADDRESS: Moves = [
  ['IpAddress', 'source.ip'],
  ['IpPort', 'source.port'],
];
const TARGET: Moves = [
  ['TargetUserSid', 'user.id'],
  ['TargetUserName', 'user.name'],
  ['TargetDomainName', 'user.domain'],
  ['TargetLogonId', 'winlog.logon.id'],
];
const SUBJECT: Moves = [
  ['SubjectUserSid', 'user.id'],
  ['SubjectUserName', 'user.name'],
  ['SubjectDomainName', 'user.domain'],
  ['SubjectLogonId', 'winlog.logon.id'],
];
const CALLER: Moves = [
  ['ProcessId', 'process.pid'],
  ['ProcessName', 'process.executable'],
];

const SECURITY: ReadonlyMap<number, Moves> = new Map<number, Moves>([
  [4624, [...TARGET, ...CALLER, ...ADDRESS, ['WorkstationName', 'source.domain']]],
  [4625, [...TARGET.slice(0, 3), ...CALLER, ...ADDRESS, ['WorkstationName', 'source.domain']]],
  [4634, TARGET],
  [4647, TARGET],
  [4672, SUBJECT],
  [
    4688,
    [
      ...SUBJECT,
      ['NewProcessId', 'process.pid'],
      ['NewProcessName', 'process.executable'],
      ['ProcessId', 'process.parent.pid'],
      ['CommandLine', 'process.command_line'],
      ['ParentProcessName', 'process.parent.executable'],
    ],
  ],
  [4689, [...SUBJECT, ...CALLER]],
]);

const PROVIDERS: ReadonlyMap<string, ReadonlyMap<number, Moves>> = new Map([
  ['Microsoft-Windows-Sysmon', SYSMON],
  ['Microsoft-Windows-Security-Auditing', SECURITY],
]);

/**
 * The native fields that a pipeline moved elsewhere, rebuilt from where it put them; `has` tells which fields are still in place.
 * Empty for a document that no pipeline changed.
 */
export function movedFields(
  document: Members,
  provider: string,
  eventId: number,
  has: (name: string) => boolean,
): readonly RawField[] {
  const found: RawField[] = [];
  const names = new Set<string>();
  for (const [name, origin] of PROVIDERS.get(provider)?.get(eventId) ?? []) {
    if (names.has(name) || has(name)) continue;
    const value = typeof origin === 'string' ? textAt(document, origin) : origin(document);
    if (value === undefined) continue;
    names.add(name);
    found.push([name, value]);
  }
  return found;
}

function textAt(document: Members, path: string): FieldValue | undefined {
  const value = valueAt(document, ...path.split('.')) ?? firstMember(document, path);
  return isFieldValue(value) && value !== '' ? value : undefined;
}

/** True when an ingest pipeline or a module of the agent has changed the document. */
export function isProcessed(document: Members, provider: string, eventId: number, data: Members): boolean {
  if (provider === 'Microsoft-Windows-Sysmon') return data['UtcTime'] === undefined && SYSMON.has(eventId);
  if (provider !== 'Microsoft-Windows-Security-Auditing') return false;
  const module = valueAt(document, 'event', 'module');
  return module === 'security' || valueAt(document, 'event', 'ingested') !== undefined;
}
