import type { RecordId } from '../../src/windows/index.ts';

/**
 * One 5861, one Sysmon 20, one 4688 and one 4624 as each shape writes them (SERVE 2.1 to 2.3, CORPUS 6), each with the
 * spellings of its own, give the same event apart from what the shape loses (SETTLED B20).
 */
export interface Model {
  readonly provider: string;
  readonly guid: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly recordId: RecordId;
  readonly time: string;
  readonly keywords: string;
  readonly userData?: string;
  readonly fields: readonly (readonly [string, string])[];
}

export const COMPUTER = 'SRV-02.corp.example';
const SUBJECT = [
  ['SubjectUserSid', 'S-1-5-18'],
  ['SubjectUserName', 'SRV-02$'],
  ['SubjectDomainName', 'CORP'],
  ['SubjectLogonId', '0x3e4'],
] as const;
const TARGET = [
  ['TargetUserSid', 'S-1-5-21-1-2-3-1104'],
  ['TargetUserName', 'alice'],
  ['TargetDomainName', 'CORP'],
  ['TargetLogonId', '0xc93745'],
] as const;

export const BINDING: Model = {
  provider: 'Microsoft-Windows-WMI-Activity',
  guid: '{1418ef04-b0b4-4623-bf7e-d74ab47bbdaa}',
  channel: 'Microsoft-Windows-WMI-Activity/Operational',
  eventId: 5861,
  version: 0,
  recordId: 421,
  time: '2026-03-12T09:44:02.9180123Z',
  keywords: '0x4000000000000000',
  userData: 'Operation_ESStoConsumerBinding',
  fields: [
    ['Namespace', '//./root/subscription'],
    ['ESS', 'Updater'],
    ['CONSUMER', 'CommandLineEventConsumer="Updater"'],
    [
      'PossibleCause',
      'Binding EventFilter: \ninstance of __EventFilter\n{\n\tName = "Updater";\n};\nPerm. Consumer: \ninstance of CommandLineEventConsumer\n{\n\tName = "Updater";\n};\n',
    ],
  ],
};
export const CONSUMER: Model = {
  provider: 'Microsoft-Windows-Sysmon',
  guid: '{5770385f-c22a-43e0-bf4c-06f5698ffbd9}',
  channel: 'Microsoft-Windows-Sysmon/Operational',
  eventId: 20,
  version: 3,
  recordId: 430273,
  time: '2026-03-12T09:44:02.9311472Z',
  keywords: '0x8000000000000000',
  fields: [
    ['RuleName', 'persistence'],
    ['EventType', 'WmiConsumerEvent'],
    ['UtcTime', '2026-03-12 09:44:02.913'],
    ['Operation', 'Created'],
    ['User', 'CORP\\alice'],
    ['Name', ' "Updater"'],
    ['Type', 'Command Line'],
    ['Destination', ' "powershell.exe -File C:\\\\x.ps1"'],
  ],
};
export const PROCESS: Model = {
  provider: 'Microsoft-Windows-Security-Auditing',
  guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
  channel: 'Security',
  eventId: 4688,
  version: 2,
  recordId: '9007199254740993',
  time: '2026-03-12T09:44:03.1000007Z',
  keywords: '0x8020000000000000',
  fields: [
    ...SUBJECT,
    ['NewProcessId', '0xd84'],
    ['NewProcessName', 'C:\\Windows\\System32\\cmd.exe'],
    ['TokenElevationType', '%%1936'],
    ['ProcessId', '0x9f0'],
    ['CommandLine', 'cmd.exe /c whoami'],
    ...TARGET,
    ['ParentProcessName', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe'],
    ['MandatoryLabel', 'S-1-16-12288'],
  ],
};
export const LOGON: Model = {
  provider: 'Microsoft-Windows-Security-Auditing',
  guid: '{54849625-5478-4994-a5ba-3e3b0328c30d}',
  channel: 'Security',
  eventId: 4624,
  version: 2,
  recordId: 55877,
  time: '2026-03-12T09:44:02.7312345Z',
  keywords: '0x8020000000000000',
  fields: [
    ...SUBJECT,
    ...TARGET,
    ['LogonType', '3'],
    ['LogonProcessName', 'Kerberos'],
    ['AuthenticationPackageName', 'Kerberos'],
    ['WorkstationName', '-'],
    ['LogonGuid', '{24fec352-508d-8c71-aadb-f7c549792fb5}'],
    ['TransmittedServices', '-'],
    ['LmPackageName', '-'],
    ['KeyLength', '0'],
    ['ProcessId', '0x0'],
    ['ProcessName', '-'],
    ['IpAddress', '10.1.2.3'],
    ['IpPort', '49711'],
    ['ImpersonationLevel', '%%1833'],
    ['RestrictedAdminMode', '-'],
    ['TargetOutboundUserName', '-'],
    ['TargetOutboundDomainName', '-'],
    ['VirtualAccount', '%%1843'],
    ['TargetLinkedLogonId', '0x0'],
    ['ElevatedToken', '%%1842'],
  ],
};
export const MODELS: readonly Model[] = [BINDING, CONSUMER, PROCESS, LOGON];
