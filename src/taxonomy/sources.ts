import {
  ACCOUNT,
  DEFENDER_PATHS,
  decimalOf,
  devicePath,
  type FieldSource,
  INITIATED,
  integrityOf,
  isIpv6,
  LOGON_ID,
  PROTOCOL,
  REGISTRY_DETAILS,
  REGISTRY_EVENT_TYPE,
  REGISTRY_TARGET,
  SINGLE_HASHES,
  SUBJECT_ACCOUNT,
  SYSMON_EVENT_TYPE,
  unwrapped,
} from './derived-fields.ts';
import type { RouteParts } from './route.ts';

/** The logs that categories come from, and how the fields of each are read (SIGMA 6.1, 6.4). */

type Fields = Readonly<Record<string, FieldSource>>;
type Source = Omit<RouteParts, 'id'>;

export const SYSMON_CHANNEL = 'Microsoft-Windows-Sysmon/Operational';
export const WMI_ACTIVITY_CHANNEL = 'Microsoft-Windows-WMI-Activity/Operational';
export const DEFENDER_CHANNEL = 'Microsoft-Windows-Windows Defender/Operational';
export const POWERSHELL_CHANNELS = ['Microsoft-Windows-PowerShell/Operational', 'PowerShellCore/Operational'] as const;
export const POWERSHELL_CLASSIC_CHANNEL = 'Windows PowerShell';

/** Values of Sysmon 19 to 21, which come in quotes and with escapes (SIGMA 6.5). */
const WMI_FIELDS: Fields = {
  EventType: SYSMON_EVENT_TYPE,
  ...Object.fromEntries(
    ['EventNamespace', 'Name', 'Query', 'Destination', 'Consumer', 'Filter'].map((name) => [name, unwrapped(name)]),
  ),
};

/** What all events of Sysmon share. */
export const SYSMON_FIELDS: Fields = {
  ...SINGLE_HASHES,
  IntegrityLevel: integrityOf('IntegrityLevel'),
  ...WMI_FIELDS,
};

const HASHED: ReadonlySet<number> = new Set([1, 6, 7, 15, 23, 24, 26, 27, 28, 29]);

/** Those whose EventType follows from the number. */
const TYPED: ReadonlySet<number> = new Set([13, 14, 17, 18]);

function sysmonFields(eventIds: readonly number[]): Fields {
  if (eventIds.includes(19)) return WMI_FIELDS;
  return {
    ...(eventIds.some((id) => HASHED.has(id)) ? SINGLE_HASHES : {}),
    ...(eventIds.includes(1) ? { IntegrityLevel: integrityOf('IntegrityLevel') } : {}),
    ...(eventIds.includes(15) ? { Hashes: 'Hash' } : {}),
    ...(eventIds.some((id) => TYPED.has(id)) ? { EventType: SYSMON_EVENT_TYPE } : {}),
  };
}

/** Events of Sysmon, told apart by EventType where one number has several meanings. */
export function sysmon(eventIds: readonly number[], eventTypes?: readonly string[]): Source {
  return {
    channel: SYSMON_CHANNEL,
    provider: 'Microsoft-Windows-Sysmon',
    eventIds,
    fields: sysmonFields(eventIds),
    ...(eventTypes === undefined ? {} : { conditions: [{ field: 'EventType', oneOf: eventTypes }] }),
  };
}

/** The same where the number alone says what the EventType is. */
export function sysmonOfType(eventId: number, eventType: string): Source {
  return { ...sysmon([eventId]), constants: { EventType: eventType } };
}

const SECURITY: Source = { channel: 'Security', provider: 'Microsoft-Windows-Security-Auditing' };

/** Single hashes are as blind as the field that they come from. */
const HASH_NAMES: readonly string[] = ['Hashes', ...Object.keys(SINGLE_HASHES)];

export const CREATION_4688: Source = {
  ...SECURITY,
  eventIds: [4688],
  fields: {
    Image: 'NewProcessName',
    ParentImage: 'ParentProcessName',
    User: ACCOUNT,
    LogonId: LOGON_ID,
    ProcessId: decimalOf('NewProcessId'),
    ParentProcessId: decimalOf('ProcessId'),
    IntegrityLevel: integrityOf('MandatoryLabel'),
  },
  blind: [
    'OriginalFileName',
    'CurrentDirectory',
    ...HASH_NAMES,
    'FileVersion',
    'Description',
    'Product',
    'Company',
    'ParentCommandLine',
    'ParentUser',
    'ProcessGuid',
    'ParentProcessGuid',
    'LogonGuid',
    'TerminalSessionId',
  ],
  unfilled: { CommandLine: 'the audit setting "Include command line in process creation events"' },
};

export const TERMINATION_4689: Source = {
  ...SECURITY,
  eventIds: [4689],
  fields: {
    Image: 'ProcessName',
    ProcessId: decimalOf('ProcessId'),
    User: SUBJECT_ACCOUNT,
    LogonId: 'SubjectLogonId',
  },
  blind: ['ProcessGuid'],
};

export const CONNECTION_5156: Source = {
  ...SECURITY,
  eventIds: [5156],
  isLossy: true,
  fields: {
    Image: devicePath('Application'),
    ProcessId: decimalOf('ProcessID'),
    Initiated: INITIATED,
    Protocol: PROTOCOL,
    SourceIp: 'SourceAddress',
    SourceIsIpv6: isIpv6('SourceAddress'),
    DestinationIp: 'DestAddress',
    DestinationIsIpv6: isIpv6('DestAddress'),
    DestinationPort: 'DestPort',
  },
  blind: ['ProcessGuid', 'User', 'SourceHostname', 'SourcePortName', 'DestinationHostname', 'DestinationPortName'],
};

/** Accesses to processes. Security names the target by its device path, and Sysmon's stack is not there. */
export const PROCESS_OBJECT: Source = {
  ...SECURITY,
  eventIds: [4656, 4663],
  isLossy: true,
  conditions: [{ field: 'ObjectType', oneOf: ['Process'] }],
  fields: {
    SourceImage: 'ProcessName',
    SourceProcessId: decimalOf('ProcessId'),
    SourceUser: SUBJECT_ACCOUNT,
    TargetImage: devicePath('ObjectName'),
    GrantedAccess: 'AccessMask',
  },
  blind: ['CallTrace', 'SourceProcessGUID', 'SourceThreadId', 'TargetProcessGUID', 'TargetProcessId', 'TargetUser'],
};

/** Values of keys under an audit rule. Keys that come and go are not in it: 4660 does not say which object it was. */
export function registry4657(operations?: readonly string[]): Source {
  return {
    ...SECURITY,
    eventIds: [4657],
    isLossy: true,
    ...(operations === undefined ? {} : { conditions: [{ field: 'OperationType', oneOf: operations }] }),
    fields: {
      Image: 'ProcessName',
      ProcessId: decimalOf('ProcessId'),
      TargetObject: REGISTRY_TARGET,
      Details: REGISTRY_DETAILS,
      EventType: REGISTRY_EVENT_TYPE,
      User: SUBJECT_ACCOUNT,
    },
    blind: ['ProcessGuid', 'NewName'],
  };
}

export const VALUE_NEW = '%%1904';
export const VALUE_CHANGED = '%%1905';
export const VALUE_DELETED = '%%1906';

/** Finished look-ups of the client: the process is not named. */
export const DNS_CLIENT: Source = {
  channel: 'Microsoft-Windows-DNS-Client/Operational',
  provider: 'Microsoft-Windows-DNS-Client',
  eventIds: [3008],
  isLossy: true,
  blind: ['Image', 'ProcessGuid', 'ProcessId', 'User'],
};

/** Bindings, of which the three events of Sysmon are made (SIGMA 6.5). */
export const BINDING_5861: Source = {
  channel: WMI_ACTIVITY_CHANNEL,
  provider: 'Microsoft-Windows-WMI-Activity',
  eventIds: [5861],
  isVirtual: true,
  fields: WMI_FIELDS,
};

export const DEFENDER: Source = {
  channel: DEFENDER_CHANNEL,
  provider: 'Microsoft-Windows-Windows Defender',
  eventIds: [1006, 1007, 1008, 1009, 1010, 1011, 1012, 1017, 1018, 1019, 1115, 1116],
  fields: { Signature: 'ThreatName', Filename: DEFENDER_PATHS },
};

export function powershell(channel: string, eventId: number): Source {
  return { channel, eventIds: [eventId] };
}

export function powershellClassic(eventId: number): Source {
  return { channel: POWERSHELL_CLASSIC_CHANNEL, provider: 'PowerShell', eventIds: [eventId] };
}
