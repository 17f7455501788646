import { utcTimeOf } from '../evtx/filetime.ts';
import type { FieldInputs } from './field-list.ts';
import type { EventModel, Setting } from './model.ts';
import { sysmonText } from './mof.ts';
import { type EventKind, type EventSource, eventData, timeOf } from './source.ts';

export const SYSMON: EventSource = {
  provider: 'Microsoft-Windows-Sysmon',
  providerGuid: '5770385F-C22A-43E0-BF4C-06F5698FFBD9',
  channel: 'Microsoft-Windows-Sysmon/Operational',
  level: 4,
  keywords: 0x8000000000000000n,
  userSid: 'S-1-5-18',
  processId: 2480,
};

const PROCESS = 'ProcessGuid:guid ProcessId:u32';
const WMI = 'RuleName EventType UtcTime Operation User';

/** Field orders of DOMAIN 2.1; versions are those of the header, which never change with the fields. */
const KINDS: Readonly<Record<number, EventKind>> = {
  1: {
    version: 5,
    layout: `RuleName UtcTime ${PROCESS} Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid:guid LogonId:hex64 TerminalSessionId:u32 IntegrityLevel Hashes ParentProcessGuid:guid ParentProcessId:u32 ParentImage ParentCommandLine ParentUser`,
  },
  3: {
    version: 5,
    layout: `RuleName UtcTime ${PROCESS} Image User Protocol Initiated:bool SourceIsIpv6:bool SourceIp SourceHostname SourcePort:u16 SourcePortName DestinationIsIpv6:bool DestinationIp DestinationHostname DestinationPort:u16 DestinationPortName`,
  },
  4: { version: 3, layout: 'UtcTime State Version SchemaVersion' },
  5: { version: 3, layout: `RuleName UtcTime ${PROCESS} Image User` },
  7: {
    version: 3,
    layout: `RuleName UtcTime ${PROCESS} Image ImageLoaded FileVersion Description Product Company OriginalFileName Hashes Signed Signature SignatureStatus User`,
  },
  8: {
    version: 2,
    layout:
      'RuleName UtcTime SourceProcessGuid:guid SourceProcessId:u32 SourceImage TargetProcessGuid:guid TargetProcessId:u32 TargetImage NewThreadId:u32 StartAddress StartModule StartFunction SourceUser TargetUser',
  },
  10: {
    version: 3,
    layout:
      'RuleName UtcTime SourceProcessGUID:guid SourceProcessId:u32 SourceThreadId:u32 SourceImage TargetProcessGUID:guid TargetProcessId:u32 TargetImage GrantedAccess:hex32 CallTrace SourceUser TargetUser',
  },
  11: { version: 2, layout: `RuleName UtcTime ${PROCESS} Image TargetFilename CreationUtcTime User` },
  12: { version: 2, layout: `RuleName EventType UtcTime ${PROCESS} Image TargetObject User` },
  13: { version: 2, layout: `RuleName EventType UtcTime ${PROCESS} Image TargetObject Details User` },
  14: { version: 2, layout: `RuleName EventType UtcTime ${PROCESS} Image TargetObject NewName User` },
  16: { version: 3, layout: 'UtcTime Configuration ConfigurationFileHash' },
  17: { version: 1, layout: `RuleName EventType UtcTime ${PROCESS} PipeName Image User` },
  18: { version: 1, layout: `RuleName EventType UtcTime ${PROCESS} PipeName Image User` },
  19: { version: 3, layout: `${WMI} EventNamespace Name Query` },
  20: { version: 3, layout: `${WMI} Name Type Destination` },
  21: { version: 3, layout: `${WMI} Consumer Filter` },
  22: { version: 5, layout: `RuleName UtcTime ${PROCESS} QueryName QueryStatus QueryResults Image User` },
  23: {
    version: 5,
    layout: `RuleName UtcTime ${PROCESS} User Image TargetFilename Hashes IsExecutable:bool Archived:bool`,
  },
  25: { version: 5, layout: `RuleName UtcTime ${PROCESS} Image Type User` },
  26: { version: 5, layout: `RuleName UtcTime ${PROCESS} User Image TargetFilename Hashes IsExecutable:bool` },
  255: { version: 3, level: 2, layout: 'UtcTime ID Description' },
};

/** Any Sysmon event; `UtcTime` is the setting's time where it is not given. */
export function event(eventId: number, fields: FieldInputs = {}, setting: Setting = {}): EventModel {
  const kind = KINDS[eventId];
  if (kind === undefined) throw new Error(`no layout for Sysmon ${eventId}`);
  const all = { UtcTime: utcTimeOf(timeOf(setting)), ...fields };
  return eventData(SYSMON, eventId, { ...kind, task: eventId }, all, setting);
}

export type WmiOperation = 'Created' | 'Modified' | 'Deleted';

export interface WmiWrite {
  readonly operation?: WmiOperation;
  /** The writer, `CORP\alice`. */
  readonly user?: string;
}

const writeFields = (eventType: string, write: WmiWrite): FieldInputs => ({
  EventType: eventType,
  Operation: write.operation ?? 'Created',
  User: write.user ?? 'CORP\\alice',
});

/** Sysmon 19: a filter was written. Texts are given plain and come out as Sysmon writes them. */
export function filter(
  filter: WmiWrite & { readonly name: string; readonly query: string; readonly eventNamespace?: string },
  setting: Setting = {},
): EventModel {
  return event(
    19,
    {
      ...writeFields('WmiFilterEvent', filter),
      EventNamespace: sysmonText(filter.eventNamespace ?? 'root\\cimv2'),
      Name: sysmonText(filter.name),
      Query: sysmonText(filter.query),
    },
    setting,
  );
}

/** Sysmon 20: a consumer was written. `destination` is what runs. */
export function consumer(
  consumer: WmiWrite & {
    readonly name: string;
    readonly destination: string;
    readonly type?: 'Command Line' | 'Script' | (string & {});
  },
  setting: Setting = {},
): EventModel {
  return event(
    20,
    {
      ...writeFields('WmiConsumerEvent', consumer),
      Name: sysmonText(consumer.name),
      Type: consumer.type ?? 'Command Line',
      Destination: sysmonText(consumer.destination),
    },
    setting,
  );
}

/** Sysmon 21: a binding was written, by relative references or, with `namespace`, by absolute ones. */
export function binding(
  binding: WmiWrite & {
    readonly filter: string;
    readonly consumer: string;
    readonly consumerClass?: string;
    /** `ROOT\subscription`. */
    readonly namespace?: string;
  },
  setting: Setting = {},
): EventModel {
  const prefix = binding.namespace === undefined ? '' : `\\\\.\\${binding.namespace}:`;
  const reference = (className: string, name: string) => sysmonText(`${prefix}${className}.Name="${name}"`);
  return event(
    21,
    {
      ...writeFields('WmiBindingEvent', binding),
      Consumer: reference(binding.consumerClass ?? 'CommandLineEventConsumer', binding.consumer),
      Filter: reference('__EventFilter', binding.filter),
    },
    setting,
  );
}

export interface ProcessStart {
  readonly pid: number;
  readonly image: string;
  readonly commandLine?: string;
  readonly user?: string;
  readonly logonId?: bigint;
  readonly parentPid?: number;
  readonly parentImage?: string;
  readonly parentCommandLine?: string;
  /** Its ProcessGuid and its parent's; made of process id and time where absent. */
  readonly guid?: string;
  readonly parentGuid?: string;
  readonly integrity?: string;
  readonly hashes?: string;
}

/** A ProcessGuid as Sysmon builds them: machine part, time, counter (DOMAIN 2.2 #21). */
export function processGuid(pid: number, time: bigint, machine = 0xa1b2c3d4): string {
  const epoch = Number((time - 116444736000000000n) / 10_000_000n);
  const hex = (value: number, digits: number) => (value >>> 0).toString(16).padStart(digits, '0');
  return `${hex(machine, 8)}-${hex(epoch & 0xffff, 4)}-${hex(epoch >>> 16, 4)}-${hex(((pid & 0xff) << 8) | (pid >>> 8), 4)}-000000000300`;
}

/** Sysmon 1: a process started. */
export function process(start: ProcessStart, setting: Setting = {}): EventModel {
  const time = timeOf(setting);
  const logonId = start.logonId ?? 0x3e7n;
  const logon = Buffer.alloc(8);
  logon.writeBigUInt64LE(logonId);
  return event(
    1,
    {
      ProcessGuid: start.guid ?? processGuid(start.pid, time),
      ProcessId: start.pid,
      Image: start.image,
      OriginalFileName: start.image.slice(start.image.lastIndexOf('\\') + 1),
      CommandLine: start.commandLine ?? start.image,
      CurrentDirectory: 'C:\\Windows\\system32\\',
      User: start.user ?? 'NT AUTHORITY\\SYSTEM',
      LogonGuid: `a1b2c3d4-0000-69b2-${logon.toString('hex').replace(/^(.{4})/, '$1-')}`,
      LogonId: logonId,
      IntegrityLevel: start.integrity ?? 'System',
      Hashes: start.hashes ?? `SHA256=${String(start.pid).padStart(64, '0')}`,
      ParentProcessGuid: start.parentGuid ?? processGuid(start.parentPid ?? 680, time - 600_000_000n),
      ParentProcessId: start.parentPid ?? 680,
      ParentImage: start.parentImage ?? 'C:\\Windows\\System32\\services.exe',
      ParentCommandLine: start.parentCommandLine ?? start.parentImage ?? 'C:\\Windows\\system32\\services.exe',
      ParentUser: 'NT AUTHORITY\\SYSTEM',
    },
    setting,
  );
}
