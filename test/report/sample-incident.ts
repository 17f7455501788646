import type { Finding } from '../../src/analytics/index.ts';
import type { JoinId, Strength } from '../../src/entities/index.ts';
import type { Incident, Link, LinkJoin } from '../../src/incidents/index.ts';
import type { HuntResult, RecordLine } from '../../src/report/index.ts';
import type { Dossier, Term } from '../../src/subscriptions/index.ts';
import type { Gap } from '../../src/windows/index.ts';
import {
  binding,
  cites,
  cleared,
  command,
  consumer,
  credentials,
  DC01,
  DECODED,
  DEPLOY_SID,
  dynamic,
  filter,
  INCIDENT_RECORDS,
  mapper,
  memory,
  onward,
  outbound,
  PAYLOAD,
  POWERSHELL,
  QUERY,
  ran,
  registered,
  remoteDesktop,
  SRV02,
  signIn,
  ticket,
  WMIPRVSE,
  WS07,
  wordStarts,
} from './sample-incident-records.ts';
import { RESULT } from './sample-result.ts';
import { STEPS } from './sample-steps.ts';

/**
 * A whole incident, made by hand: alice's session on WS-07 planted UpdSvcSync on SRV-02 with the credentials of svc-deploy; it
 * ran, connected out, read LSASS, cleared the log, and a step on to DC-01 is possible. It has a record in every lane.
 */

function term(code: string, points: number, text: string, ...records: readonly RecordLine[]): Term {
  return { code, points, text, evidence: cites(...records) };
}

const JOIN_WEIGHTS: Readonly<Record<Strength, number>> = { exact: 0.95, strong: 0.7, weak: 0.35, inferred: 0.15 };

function join(id: JoinId, strength: Strength, text: string, ...records: readonly RecordLine[]): LinkJoin {
  return { join: id, strength, w: JOIN_WEIGHTS[strength], text, evidence: cites(...records) };
}

const dossier = 'x7q2m4kd6tbc3wpa';
const called = 'c7q2m4kd6tbc3wpb';
const firedId = 'f7q2m4kd6tbc3wpc';
const memoryId = 'm7q2m4kd6tbc3wpd';
const networkId = 'n7q2m4kd6tbc3wpe';
const onwardId = 'o7q2m4kd6tbc3wpf';
const clearedId = 't7q2m4kd6tbc3wpg';
const firstHop = 'h7q2m4kd6tbc3wph';
const secondHop = 'h7q2m4kd6tbc3wpi';

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

const firedProcess = {
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
    { subscriptions: [dossier], process: firedProcess, attack: technique('T1546.003') },
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

function link(
  id: string,
  claim: string,
  confidence: number,
  joins: readonly LinkJoin[],
  rest: Partial<Link> = {},
): Link {
  return { id, claim, between: [firstHop, dossier], joins, confidence, missing: [], inferred: false, ...rest };
}

export const SAMPLE_LINKS: readonly Link[] = [
  link('laaaaaaaaaaaaaaa', "alice's session on WS-07 called WMI on SRV-02 as svc-deploy", 0.99, [
    join('J2', 'exact', 'same address and port at both ends', dynamic, signIn),
    join('J4', 'strong', 'credentials presented for SRV-02 by name', credentials),
    join('J5', 'strong', 'service ticket for SRV-02, asked for from WS-07', ticket),
  ]),
  link('lbbbbbbbbbbbbbbb', 'that sign-in created the subscription', 0.91, [
    join('J12', 'strong', 'Sysmon names svc-deploy; its only remote sign-in then', signIn, filter, consumer, binding),
    join('J13', 'strong', 'CreatorSID is the SID of svc-deploy', registered),
  ]),
  link('lccccccccccccccc', 'filter, binding and consumer are one triad', 0.99, [
    join('J23', 'exact', 'the binding names both by exact path', binding),
    join('J23', 'exact', 'Windows records the three together', registered),
  ]),
  link('lddddddddddddddd', 'the consumer fired and started PowerShell', 0.9675, [
    join('J24', 'exact', 'child of WmiPrvSE, command line equal to the template', consumer, ran),
    join('J15', 'weak', 'its trigger came 6.2 s before; it polls every 10 s', remoteDesktop),
  ]),
  link('leeeeeeeeeeeeeee', 'that PowerShell connected to 203.0.113.24', 0.95, [
    join('J22', 'exact', 'same ProcessGuid', ran, outbound),
  ]),
  link('lfffffffffffffff', 'that PowerShell read LSASS', 0.95, [join('J22', 'exact', 'same ProcessGuid', ran, memory)]),
  link(
    'lggggggggggggggg',
    'SRV-02 then reached DC-01 by WMI',
    0.358,
    [
      join('J12', 'weak', 'the sign-in names the address of SRV-02', onward, command),
      join('J20', 'inferred', 'same account, in before out', signIn),
    ],
    {
      missing: [
        {
          join: 'J2',
          host: SRV02,
          what: 'Sysmon 3',
          text: 'no call to DC-01 was seen on SRV-02, though its Sysmon ran',
        },
      ],
    },
  ),
  link(
    'lhhhhhhhhhhhhhhh',
    'the cleared log belongs to it',
    0.15,
    [join('J20', 'inferred', 'on the same host within the hour', memory, cleared)],
    { inferred: true },
  ),
];

export const SAMPLE_GAPS: readonly Gap[] = [
  [
    DC01,
    'No Sysmon log in the evidence; command lines are not audited in 4688',
    'What cmd.exe ran on DC-01 is unknown; the hop stays possible',
    'Collect memory and $MFT of DC-01; turn on command-line auditing',
  ],
  [
    SRV02,
    'The Security log begins 2026-03-11 22:10',
    'Earlier use of svc-deploy on SRV-02 cannot be ruled out',
    'Ask the SIEM for 4624 before that time; raise the log to 1 GB',
  ],
  [
    WS07,
    'Script block logging (4104) is off',
    'The text of inv.ps1 is not recoverable from logs',
    'Recover the file from disk; turn on script block logging',
  ],
  [
    SRV02,
    'WMI namespace auditing (4662) is off',
    'Link B rests on CreatorSID and time, not on an access record',
    'Set the audit entry on root\\subscription',
  ],
  [
    WS07,
    'Security records 990118 to 990131 are missing',
    'Nobody can speak for what led to Word starting PowerShell',
    'Compare with the copy in the SIEM; treat as possible tampering',
  ],
].map(([host = '', what = '', so = '', close = ''], index) => ({
  id: `g${'abcde'[index] ?? ''}aaaaaaaaaaaaaa`,
  host,
  what,
  so,
  close,
  blocks: [],
}));

export const SAMPLE_INCIDENT: Incident = {
  id: 'i7q2m4kd6tbc3wpa',
  aliases: ['j7q2m4kd6tbc3wpa', 'k7q2m4kd6tbc3wpa'],
  title:
    'CORP\\alice from WS-07, with the credentials of CORP\\svc-deploy, planted subscription UpdSvcSync on SRV-02 over DCOM; it ran powershell.exe once, as SYSTEM',
  level: 'critical',
  score: 100,
  terms: [
    { code: 'S1', points: 100, text: "highest member: subscription 'UpdSvcSync' on SRV-02", member: dossier },
    { code: 'S2', points: 21.25, text: 'a quarter of 85: memory of lsass.exe was read', member: memoryId },
    { code: 'S3', points: 7.8, text: 'a tenth of 78: it started powershell.exe', member: firedId },
    { code: 'S4', points: 6.5, text: 'a tenth of 65: WINWORD.EXE started powershell.exe', member: called },
    { code: 'S5', points: 6.5, text: 'a tenth of 65: the Security log was cleared', member: clearedId },
    { code: 'S6', points: 4.8, text: 'a tenth of 48: cmd.exe on DC-01', member: onwardId },
    { code: 'LEG', points: 15, text: 'five kinds of evidence: subscription, process, network, memory, tampering' },
  ],
  levels: { wmi: 'critical', lateral: 'critical', tamper: 'high' },
  confidence: 0.91,
  state: 'open',
  first: wordStarts.time ?? '',
  last: cleared.time ?? '',
  hosts: [DC01, SRV02, WS07],
  accounts: ['CORP\\alice', 'CORP\\svc-deploy', 'NT AUTHORITY\\SYSTEM'],
  attack: ['T1003.001', 'T1047', 'T1059.001', 'T1070.001', 'T1546.003'].map((id) => ({ new: id, old: [id] })),
  edges: [
    {
      id: firstHop,
      source: {
        host: WS07,
        address: '10.20.4.17',
        account: 'CORP\\alice',
        process: { image: POWERSHELL, pid: 7312, user: 'CORP\\alice', parentImage: 'C:\\Program Files\\WINWORD.EXE' },
      },
      target: { host: SRV02, address: '10.20.1.32', account: 'CORP\\svc-deploy', logonId: '0x4a9c2e1' },
      account: 'CORP\\svc-deploy',
      method: 'wmi-dcom',
      time: signIn.time ?? '',
      process: firedProcess,
      strength: 'exact',
      confidence: 0.99,
      observed: true,
      clock: { a: WS07, b: SRV02, offsetMs: 70, errorMs: 20, pairs: 4 },
      links: ['laaaaaaaaaaaaaaa'],
      tells: [dossier, firedId],
      evidence: cites(credentials, ticket, mapper, dynamic, signIn),
    },
    {
      id: secondHop,
      source: { host: SRV02, address: '10.20.1.32' },
      target: { host: DC01, address: '10.20.1.10', account: 'CORP\\svc-deploy', logonId: '0x9d1c40a' },
      account: 'CORP\\svc-deploy',
      method: 'rpc',
      time: onward.time ?? '',
      process: {
        image: 'C:\\Windows\\System32\\cmd.exe',
        pid: 6716,
        user: 'CORP\\svc-deploy',
        parentImage: WMIPRVSE,
      },
      strength: 'weak',
      confidence: 0.358,
      observed: false,
      links: ['lggggggggggggggg'],
      tells: [onwardId],
      evidence: cites(onward, command),
    },
  ],
  links: SAMPLE_LINKS,
  chains: [
    { id: 'd7q2m4kd6tbc3wpa', findings: [called, firedId, networkId, memoryId], subscriptions: [dossier] },
    { id: 'e7q2m4kd6tbc3wpa', findings: [onwardId], subscriptions: [] },
  ],
  subscriptions: [dossier],
  findings: [called, firedId, networkId, memoryId, onwardId, clearedId].sort(),
  gaps: SAMPLE_GAPS.map(({ id }) => id),
  next: STEPS,
  isCut: false,
};

const [archive] = RESULT.header.evidence;

/** A result with that incident alone. */
export const INCIDENT_RESULT: HuntResult = {
  ...RESULT,
  header: {
    ...RESULT.header,
    evidence: (
      [
        ['evidence/DC-01.zip', 866_010_447, DC01, 'c0f9412f74c07a649a89230603bfd52539908ad3070ec3b72acec639a6e83751'],
        [
          'evidence/SRV-02.zip',
          1_204_553_001,
          SRV02,
          '31e16425ebdb0ffa7197efda438b1dedca151bf05b6b866db155445abedb8dd1',
        ],
        ['evidence/WS-07.zip', 412_108_922, WS07, '222355c0f3c7314c96aee125a0a141429264586c3a97d4da6ee26f1b5382c158'],
      ] as const
    ).map(([name, bytes, host, sha256]) => ({
      name,
      bytes,
      sha256,
      mtime: archive?.mtime ?? '2026-03-12T11:20:37.0000000Z',
      kind: 'zip',
      records: { live: 1_937_480, afterDamage: 0, swallowed: 0, carved: 5 },
      rejected: 0,
      hosts: [host],
      firstRecord: '2026-03-11T22:10:00.0000000Z',
      lastRecord: '2026-03-12T11:19:58.1234567Z',
    })),
  },
  subscriptions: [SAMPLE_DOSSIER],
  findings: SAMPLE_FINDINGS,
  incidents: [SAMPLE_INCIDENT],
  gaps: SAMPLE_GAPS,
  thirdParty: [],
  anomalies: [],
  records: INCIDENT_RECORDS,
};
