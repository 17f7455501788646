import type { Finding } from '../../src/analytics/index.ts';
import type { Hop, Incident, Link } from '../../src/incidents/index.ts';
import type { HuntResult, RecordLine } from '../../src/report/index.ts';
import type { Evidence } from '../../src/windows/index.ts';
import {
  bindingRecord,
  consumerRecord,
  evidenceOf,
  filterRecord,
  HOST,
  logon,
  memberOf,
  RECORDS,
  SYSMON,
} from './sample-records.ts';
import { CHILD_FINDING, PLANTED, RESULT } from './sample-result.ts';

/** The hand-made result with incidents: a planted subscription with its source, a possible hop onwards, a local oddity. */

export const SOURCE = 'ws-07.corp.example';
export const ONWARD = 'dc-01.corp.example';

function recordAt(host: string, draft: Omit<RecordLine, 'host' | 'hostRaw' | 'sources'>, offset: number): RecordLine {
  const file = `evidence/${host.slice(0, 5).toUpperCase()}.zip`;
  return {
    ...draft,
    host,
    hostRaw: host.replace(/^[^.]*/, (name) => name.toUpperCase()),
    sources: [{ file, container: [memberOf(draft.channel)], offset, length: 900 }],
  };
}

function fields(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const data: Record<string, string> = Object.create(null);
  for (const [name, value] of entries) data[name] = value;
  return data;
}

const common = { version: 2, class: 'live', shape: 'evtx', system: { Level: '4' } } as const;

export const connection: RecordLine = recordAt(
  SOURCE,
  {
    ...common,
    id: 'jjjjjjjjjjjjjjjj',
    time: '2026-03-12T09:44:02.7023119Z',
    timeRaw: '2026-03-12T09:44:02.7023119Z',
    channel: SYSMON,
    provider: 'Microsoft-Windows-Sysmon',
    eventId: 3,
    recordId: 448134,
    data: fields([
      ['Image', 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe'],
      ['User', 'CORP\\alice'],
      ['SourceIp', '10.20.4.17'],
      ['SourcePort', '50410'],
      ['DestinationIp', '10.20.1.32'],
      ['DestinationPort', '49668'],
    ]),
  },
  0x22_400,
);

export const onwardChild: RecordLine = recordAt(
  ONWARD,
  {
    ...common,
    id: 'kkkkkkkkkkkkkkkk',
    time: '2026-03-12T10:05:40.1180000Z',
    timeRaw: '2026-03-12T10:05:40.1180000Z',
    channel: 'Security',
    provider: 'Microsoft-Windows-Security-Auditing',
    eventId: 4688,
    recordId: 7_720_900,
    data: fields([
      ['NewProcessName', 'C:\\Windows\\System32\\cmd.exe'],
      ['ParentProcessName', 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe'],
    ]),
  },
  0x7e_000,
);

const BOTH_ENDS: readonly Evidence[] = [evidenceOf(logon), evidenceOf(connection)];

export const SAME_ACCOUNT: Link = {
  id: 'linkaaaaaaaaaaaa',
  claim: 'the subscription was written under this logon',
  between: [PLANTED.id, 'hopaaaaaaaaaaaaa'],
  joins: [
    {
      join: 'J12',
      strength: 'strong',
      w: 0.7,
      text: 'CORP\\svc-deploy wrote it, and had one remote logon open',
      evidence: [evidenceOf(filterRecord), evidenceOf(logon)],
    },
    {
      join: 'J13',
      strength: 'strong',
      w: 0.7,
      text: 'the creator’s SID is that of the logon',
      evidence: [evidenceOf(bindingRecord)],
    },
  ],
  confidence: 0.91,
  missing: [],
  inferred: false,
};

export const FROM_SOURCE: Link = {
  id: 'linkbbbbbbbbbbbb',
  claim: 'the logon came from this process of WS-07',
  between: ['hopaaaaaaaaaaaaa'],
  joins: [
    {
      join: 'J2',
      strength: 'exact',
      w: 0.95,
      text: '10.20.4.17 port 50410 of the logon is the source of a connection of powershell.exe',
      evidence: BOTH_ENDS,
    },
  ],
  confidence: 0.95,
  missing: [],
  inferred: false,
};

export const POSSIBLE: Link = {
  id: 'linkcccccccccccc',
  claim: 'the call to DC-01 came from SRV-02',
  between: ['hopbbbbbbbbbbbbb'],
  joins: [
    {
      join: 'J7',
      strength: 'strong',
      w: 0.49,
      rivals: 1,
      text: 'SRV-02 presented the credentials of svc-deploy for DC-01 three seconds before',
      evidence: [evidenceOf(onwardChild)],
    },
  ],
  confidence: 0.392,
  missing: [
    {
      join: 'J2',
      host: HOST,
      what: 'Security 5156',
      text: 'SRV-02 logs connections, and none of them goes to DC-01',
    },
  ],
  inferred: true,
};

export const FIRST_HOP: Hop = {
  id: 'hopaaaaaaaaaaaaa',
  source: {
    host: SOURCE,
    address: '10.20.4.17',
    account: 'CORP\\alice',
    process: {
      image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      pid: 7312,
      user: 'CORP\\alice',
    },
  },
  target: { host: HOST, address: '10.20.1.32', logonId: '0x1f3a9c' },
  account: 'CORP\\svc-deploy',
  method: 'wmi-dcom',
  time: '2026-03-12T09:44:04.2050000Z',
  process: { image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe', pid: 4242 },
  strength: 'strong',
  confidence: 0.91,
  observed: true,
  clock: { a: SOURCE, b: HOST, offsetMs: 215, errorMs: 12, pairs: 5 },
  links: [SAME_ACCOUNT.id, FROM_SOURCE.id],
  tells: [PLANTED.id],
  evidence: [evidenceOf(bindingRecord), ...BOTH_ENDS],
};

export const SECOND_HOP: Hop = {
  id: 'hopbbbbbbbbbbbbb',
  source: {},
  target: { host: ONWARD, address: '10.20.1.10' },
  account: 'CORP\\svc-deploy',
  method: 'rpc',
  time: '2026-03-12T10:05:40.1180000Z',
  process: { image: 'C:\\Windows\\System32\\cmd.exe' },
  confidence: 0.392,
  observed: false,
  candidates: [
    { host: HOST, address: '10.20.1.32', strength: 'strong' },
    { address: '10.20.4.99', strength: 'strong' },
  ],
  links: [POSSIBLE.id],
  tells: ['m4n7c2vh5rzq3sde'],
  evidence: [evidenceOf(onwardChild)],
};

/** C01 of the planted dossier: the same sum, as every analytic about a subscription prints it (DOMAIN 3.3). */
const { process: _process, ...WITHOUT_PROCESS } = CHILD_FINDING;
export const PLANT_FINDING: Finding = {
  ...WITHOUT_PROCESS,
  id: 'c4n7c2vh5rzq3sde',
  analytic: 'C01',
  title: "subscription 'UpdSvcSync' is whole: filter, consumer and binding",
  level: PLANTED.verdict.level,
  score: PLANTED.verdict.score,
  terms: PLANTED.verdict.terms,
  accounts: ['CORP\\svc-deploy'],
  time: PLANTED.firstSeen,
  evidence: [filterRecord, consumerRecord, bindingRecord].map(evidenceOf),
};

export const ONWARD_FINDING: Finding = {
  id: 'm4n7c2vh5rzq3sde',
  analytic: 'R01',
  title: 'CORP\\svc-deploy started cmd.exe on DC-01 through WMI',
  level: 'high',
  score: 65,
  terms: [
    { code: 'BASE', points: 40, text: 'child of WmiPrvSE.exe under the logon of a remote caller', evidence: [] },
    { code: 'RX1', points: 25, text: 'cmd.exe is an interpreter', evidence: [evidenceOf(onwardChild)] },
  ],
  scope: 'wmi',
  host: ONWARD,
  hosts: [ONWARD, HOST],
  accounts: ['CORP\\svc-deploy'],
  subscriptions: [],
  process: { image: 'C:\\Windows\\System32\\cmd.exe', parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe' },
  candidates: [],
  attack: [{ new: 'T1047', old: ['T1047'] }],
  time: '2026-03-12T10:05:40.1180000Z',
  count: 1,
  aliases: [],
  evidence: [evidenceOf(onwardChild)],
};

export const CLEARED_FINDING: Finding = {
  id: 't4n7c2vh5rzq3sde',
  analytic: 'T01',
  title: 'the Security log of WS-07 was cleared',
  level: 'medium',
  score: 40,
  terms: [{ code: 'BASE', points: 40, text: 'a log was cleared', evidence: [] }],
  scope: 'tamper',
  host: SOURCE,
  hosts: [SOURCE],
  accounts: ['CORP\\bob'],
  subscriptions: [],
  candidates: [],
  attack: [{ new: 'T1070.001', old: ['T1070.001'] }],
  time: '2026-03-10T08:00:00.0000000Z',
  count: 1,
  aliases: [],
  evidence: [evidenceOf(connection)],
};

const GAP = RESULT.gaps.find(({ id }) => id === 'iiiiiiiiiiiiiiii');

export const WORST: Incident = {
  id: 'incaaaaaaaaaaaaa',
  aliases: ['incbbbbbbbbbbbbb', 'incccccccccccccc'],
  title:
    "CORP\\alice from WS-07, with the credentials of CORP\\svc-deploy, planted subscription 'UpdSvcSync' on SRV-02 over DCOM; it ran powershell.exe once",
  level: 'critical',
  score: 100,
  terms: [
    { code: 'M1', points: 98, text: 'highest member', member: PLANTED.id },
    { code: 'M2', points: 19.5, text: 'a quarter of the next', member: CHILD_FINDING.id },
    { code: 'LEGS', points: 10, text: 'evidence also of process and identity' },
  ],
  levels: { wmi: 'critical' },
  confidence: 0.91,
  state: 'open',
  first: '2026-03-12T09:44:02.7023119Z',
  last: '2026-03-12T10:02:17.7020000Z',
  hosts: [HOST, SOURCE],
  accounts: ['CORP\\alice', 'CORP\\svc-deploy'],
  attack: [
    { new: 'T1546.003', old: ['T1546.003'] },
    { new: 'T1047', old: ['T1047'] },
  ],
  edges: [FIRST_HOP],
  links: [SAME_ACCOUNT, FROM_SOURCE],
  chains: [{ id: 'chainaaaaaaaaaaa', findings: [PLANT_FINDING.id, CHILD_FINDING.id], subscriptions: [PLANTED.id] }],
  subscriptions: [PLANTED.id],
  findings: [PLANT_FINDING.id, CHILD_FINDING.id],
  gaps: GAP === undefined ? [] : [GAP.id],
  next: [
    {
      id: 'stepaaaaaaaaaaaa',
      phase: 'preserve',
      text: 'copy OBJECTS.DATA and the logs of SRV-02 before anything is changed',
    },
    {
      id: 'stepbbbbbbbbbbbb',
      phase: 'remove',
      target: HOST,
      text: 'remove the binding, then the consumer, then the filter',
      shell: 'powershell',
      command: "Get-CimInstance -Namespace 'root/subscription' -ClassName __FilterToConsumerBinding",
    },
    {
      id: 'stepcccccccccccc',
      phase: 'scope',
      text: 'look for the same content elsewhere',
      shell: 'triad',
      command: 'triad hunt --like incaaaaaaaaaaaaa evidence/',
    },
  ],
  isCut: false,
};

export const POSSIBLE_INCIDENT: Incident = {
  id: 'incddddddddddddd',
  aliases: [],
  title: 'CORP\\svc-deploy, possibly from SRV-02, started cmd.exe on DC-01 through WMI',
  level: 'medium',
  score: 55,
  terms: [{ code: 'M1', points: 55, text: 'highest member', member: ONWARD_FINDING.id }],
  levels: { wmi: 'medium' },
  confidence: 0.392,
  state: 'open',
  first: '2026-03-12T10:05:40.1180000Z',
  last: '2026-03-12T10:05:40.1180000Z',
  hosts: [ONWARD, HOST],
  accounts: ['CORP\\svc-deploy'],
  attack: [{ new: 'T1047', old: ['T1047'] }],
  edges: [SECOND_HOP],
  links: [POSSIBLE],
  chains: [{ id: 'chainbbbbbbbbbbb', findings: [ONWARD_FINDING.id], subscriptions: [] }],
  subscriptions: [],
  findings: [ONWARD_FINDING.id],
  gaps: [],
  next: [],
  isCut: false,
};

export const LOCAL_INCIDENT: Incident = {
  id: 'inceeeeeeeeeeeee',
  aliases: [],
  title: 'the Security log of WS-07 was cleared by CORP\\bob',
  level: 'medium',
  score: 40,
  terms: [{ code: 'M1', points: 40, text: 'highest member', member: CLEARED_FINDING.id }],
  levels: { tamper: 'medium' },
  state: 'open',
  first: CLEARED_FINDING.time,
  last: CLEARED_FINDING.time,
  hosts: [SOURCE],
  accounts: ['CORP\\bob'],
  attack: CLEARED_FINDING.attack,
  edges: [],
  links: [],
  chains: [{ id: 'chaincccccccccca', findings: [CLEARED_FINDING.id], subscriptions: [] }],
  subscriptions: [],
  findings: [CLEARED_FINDING.id],
  gaps: [],
  next: [],
  isCut: false,
};

export const INCIDENTS: HuntResult = {
  ...RESULT,
  summary: {
    ...RESULT.summary,
    coverage: [
      ...RESULT.summary.coverage,
      { host: SOURCE, channel: SYSMON, ids: { '3': 200 }, from: connection.time ?? '', to: connection.time ?? '' },
      { host: ONWARD, channel: 'Security', ids: { '4688': 1200 } },
    ],
  },
  findings: [CLEARED_FINDING, PLANT_FINDING, CHILD_FINDING, ONWARD_FINDING],
  incidents: [LOCAL_INCIDENT, WORST, POSSIBLE_INCIDENT],
  records: [...RECORDS, connection, onwardChild].sort((a, b) => ((a.time ?? '') < (b.time ?? '') ? -1 : 1)),
};
