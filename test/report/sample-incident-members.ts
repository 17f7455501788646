import type { Finding } from '../../src/analytics/index.ts';
import type { RecordLine } from '../../src/report/index.ts';
import type { Dossier, Term } from '../../src/subscriptions/index.ts';
import {
  binding,
  cites,
  cleared,
  command,
  consumer,
  DC01,
  DECODED,
  DEPLOY_SID,
  dynamic,
  filter,
  memory,
  onward,
  outbound,
  PAYLOAD,
  POWERSHELL,
  QUERY,
  ran,
  registered,
  SRV02,
  signIn,
  WMIPRVSE,
  WS07,
  wordStarts,
} from './sample-incident-records.ts';

/** The dossier and the findings of the sample incident. */

/** Ids of the sample incident's members and hops. */
export const IDS = {
  dossier: 'x7q2m4kd6tbc3wpa',
  called: 'c7q2m4kd6tbc3wpb',
  firedId: 'f7q2m4kd6tbc3wpc',
  memoryId: 'm7q2m4kd6tbc3wpd',
  networkId: 'n7q2m4kd6tbc3wpe',
  onwardId: 'o7q2m4kd6tbc3wpf',
  clearedId: 't7q2m4kd6tbc3wpg',
  firstHop: 'h7q2m4kd6tbc3wph',
  secondHop: 'h7q2m4kd6tbc3wpi',
} as const;

const { dossier, called, firedId, memoryId, networkId, onwardId, clearedId } = IDS;

function term(code: string, points: number, text: string, ...records: readonly RecordLine[]): Term {
  return { code, points, text, evidence: cites(...records) };
}

export const SAMPLE_DOSSIER: Dossier = {
  id: dossier,
  host: SRV02,
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
    properties: { Name: 'UpdSvcSync', CommandLineTemplate: PAYLOAD },
    decoded: [
      {
        depth: 1,
        operation: 'powershell -EncodedCommand',
        offset: 35,
        length: 172,
        sha256: '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
        text: DECODED,
      },
    ],
    features: [
      { code: 'P01', points: 25, title: 'encoded command', match: '-Enc JgAgACQA' },
      { code: 'P02', points: 5, title: 'hidden window', match: '-W Hidden' },
      { code: 'P03', points: 8, title: 'interpreter', match: 'powershell.exe' },
      { code: 'P04', points: 10, title: 'address', match: 'https://203.0.113.24/u' },
    ],
    indicators: [
      { kind: 'url', value: 'https://203.0.113.24/u' },
      { kind: 'path', value: '$env:ProgramData\\UpdSvc\\sync.ps1' },
    ],
    creatorSid: DEPLOY_SID,
  },
  binding: {
    filterRef: '__EventFilter.Name="UpdSvcSync"',
    consumerRef: 'CommandLineEventConsumer.Name="UpdSvcSync"',
    creatorSid: DEPLOY_SID,
    inferred: false,
  },
  creator: { sid: DEPLOY_SID, account: 'CORP\\svc-deploy' },
  origin: {
    kind: 'remote',
    strength: 'exact',
    source: { host: WS07, address: '10.20.4.17' },
    account: 'CORP\\svc-deploy',
    candidates: [
      {
        join: 'J12',
        strength: 'strong',
        account: 'CORP\\svc-deploy',
        address: '10.20.4.17',
        ports: [50412],
        logonId: '0x4a9c2e1',
        time: '2026-03-12T09:44:02.9180789Z',
        evidence: cites(signIn),
      },
    ],
  },
  lifecycle: [
    ...(
      [
        ['filter', filter],
        ['consumer', consumer],
        ['binding', binding],
      ] as const
    ).map(([part, record]) => ({
      step: 'created' as const,
      time: record.time ?? '',
      strength: 'witnessed' as const,
      part,
      account: 'CORP\\svc-deploy',
      evidence: cites(record),
    })),
    { step: 'registered', time: registered.time ?? '', strength: 'witnessed', evidence: cites(registered) },
    { step: 'fired', time: ran.time ?? '', strength: 'exact', evidence: cites(ran) },
  ],
  state: 'armed',
  stateAt: '2026-03-12T10:02:17.7023789Z',
  seenIn: ['sysmon', '5861'],
  otherContents: [],
  conflicts: [],
  inferred: false,
  fingerprint: '8aa3c4ce3ccdfe89f32935d164b3fb04ea01afa7a71f17c5be4f777cb7968cbc',
  loosePrint: '131ebffabe114cdc131ebffabe114cdc131ebffabe114cdc131ebffabe114cdc',
  firstSeen: '2026-03-12T09:44:04.0315036Z',
  lastSeen: '2026-03-12T10:02:17.7023789Z',
  baseline: { known: false, nearest: 'BVTFilter', likeness: 0.21 },
  verdict: {
    level: 'critical',
    score: 100,
    terms: [
      term('BASE', 0, 'subscription: the sum below does all the work'),
      term('CT2', 20, 'a command line runs', consumer),
      term('TR2', 10, 'waits for a sign-in', filter),
      term('OR1', 25, 'written from another machine, exact join', dynamic, signIn),
      term('OR3', 10, 'first seen here', registered),
      term('P01', 25, 'encoded command', consumer),
      term('P02', 5, 'hidden window', consumer),
      term('P03', 8, 'interpreter', consumer),
      term('P04', 2, 'address in it; the payload counts 40 at most', consumer),
      term('LF2', 10, 'it fired', ran),
    ],
  },
  notes: ['The decoded script is a file that is not in the evidence: collect it before it changes.'],
  aliases: [],
  evidence: cites(filter, consumer, binding, registered, ran, signIn),
};

type Draft = Pick<Finding, 'id' | 'analytic' | 'title' | 'level' | 'score' | 'terms' | 'scope' | 'time' | 'evidence'>;

function finding(draft: Draft, host: string, accounts: readonly string[], rest: Partial<Finding> = {}): Finding {
  return {
    host,
    hosts: [host],
    accounts,
    subscriptions: [],
    candidates: [],
    attack: [],
    count: 1,
    aliases: [],
    ...draft,
    ...rest,
  };
}

export const FIRED_PROCESS: NonNullable<Finding['process']> = {
  image: POWERSHELL,
  commandLine: PAYLOAD,
  pid: 6120,
  user: 'NT AUTHORITY\\SYSTEM',
  parentImage: WMIPRVSE,
  parentPid: 3488,
  logonId: '0x3e7',
};
const technique = (id: string): Finding['attack'] => [{ new: id, old: [id] }];

export const SAMPLE_FINDINGS: readonly Finding[] = [
  finding(
    {
      id: called,
      analytic: 'S01',
      title: 'WINWORD.EXE started a hidden powershell.exe as CORP\\alice on WS-07',
      level: 'high',
      score: 65,
      terms: [term('BASE', 40, 'medium'), term('P10', 25, 'started by an office program', wordStarts)],
      scope: 'wmi',
      time: wordStarts.time ?? '',
      evidence: cites(wordStarts),
    },
    WS07,
    ['CORP\\alice'],
    {
      process: {
        image: POWERSHELL,
        commandLine: wordStarts.data['CommandLine'] ?? '',
        pid: 7312,
        user: 'CORP\\alice',
        parentImage: wordStarts.data['ParentImage'] ?? '',
      },
      attack: technique('T1059.001'),
    },
  ),
  finding(
    {
      id: firedId,
      analytic: 'C03',
      title: "subscription 'UpdSvcSync' started powershell.exe as NT AUTHORITY\\SYSTEM on SRV-02",
      level: 'high',
      score: 78,
      terms: [
        term('BASE', 40, 'medium'),
        term('P01', 25, 'encoded command', ran),
        term('P02', 5, 'hidden window', ran),
        term('P03', 8, 'interpreter', ran),
      ],
      scope: 'wmi',
      time: ran.time ?? '',
      evidence: cites(ran),
    },
    SRV02,
    ['CORP\\svc-deploy', 'NT AUTHORITY\\SYSTEM'],
    { subscriptions: [dossier], process: FIRED_PROCESS, attack: technique('T1546.003') },
  ),
  finding(
    {
      id: networkId,
      analytic: 'N02',
      title: 'powershell.exe connected to 203.0.113.24:443 from SRV-02',
      level: 'medium',
      score: 45,
      terms: [term('BASE', 40, 'medium'), term('N1', 5, 'an address never seen before', outbound)],
      scope: 'lateral',
      time: outbound.time ?? '',
      evidence: cites(outbound),
    },
    SRV02,
    ['NT AUTHORITY\\SYSTEM'],
  ),
  finding(
    {
      id: memoryId,
      analytic: 'M01',
      title: 'powershell.exe read the memory of lsass.exe on SRV-02',
      level: 'critical',
      score: 85,
      terms: [term('BASE', 65, 'high'), term('M1', 20, 'read access to LSASS', memory)],
      scope: 'lateral',
      time: memory.time ?? '',
      evidence: cites(memory),
    },
    SRV02,
    ['NT AUTHORITY\\SYSTEM'],
    { attack: technique('T1003.001') },
  ),
  finding(
    {
      id: onwardId,
      analytic: 'R01',
      title: 'cmd.exe started under WmiPrvSE.exe as CORP\\svc-deploy on DC-01',
      level: 'medium',
      score: 48,
      terms: [term('BASE', 40, 'medium'), term('P03', 8, 'interpreter', command)],
      scope: 'wmi',
      time: command.time ?? '',
      evidence: cites(onward, command),
    },
    DC01,
    ['CORP\\svc-deploy'],
    {
      process: {
        image: 'C:\\Windows\\System32\\cmd.exe',
        pid: 6716,
        user: 'CORP\\svc-deploy',
        parentImage: WMIPRVSE,
        logonId: '0x9d1c40a',
      },
      attack: technique('T1047'),
    },
  ),
  finding(
    {
      id: clearedId,
      analytic: 'T01',
      title: 'the Security log of SRV-02 was cleared by SYSTEM',
      level: 'high',
      score: 65,
      terms: [term('BASE', 65, 'high')],
      scope: 'tamper',
      time: cleared.time ?? '',
      evidence: cites(cleared),
    },
    SRV02,
    ['NT AUTHORITY\\SYSTEM'],
    { attack: technique('T1070.001') },
  ),
];
