import type { Incident } from '../../src/incidents/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { SAMPLE_GAPS, SAMPLE_LINKS } from './sample-incident-links.ts';
import { FIRED_PROCESS, IDS, SAMPLE_DOSSIER, SAMPLE_FINDINGS } from './sample-incident-members.ts';
import {
  cites,
  cleared,
  command,
  credentials,
  DC01,
  dynamic,
  INCIDENT_RECORDS,
  mapper,
  onward,
  POWERSHELL,
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

const { dossier, called, firedId, memoryId, networkId, onwardId, clearedId, firstHop, secondHop } = IDS;

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
      process: FIRED_PROCESS,
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

export { SAMPLE_GAPS, SAMPLE_LINKS } from './sample-incident-links.ts';
export { SAMPLE_DOSSIER, SAMPLE_FINDINGS } from './sample-incident-members.ts';
