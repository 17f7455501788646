import type { EvidenceMember, ThirdPartyDetection, UnitCounts } from '../../src/report/index.ts';
import type { Gap } from '../../src/windows/index.ts';
import { ARCHIVE } from './sample-records.ts';

/** What the sample result holds of a text in its archive. */
export const UNITS: UnitCounts = { S13: 120, S16: 2, incomplete: 1 };

export const TEXT_MEMBER: EvidenceMember = {
  path: ['siem/export.jsonl'],
  bytes: 91_000,
  kind: 'text',
  records: { live: 120, afterDamage: 0, swallowed: 0, carved: 0 },
  rejected: 0,
  shapes: UNITS,
};

export const LOSSES: readonly Gap[] = [
  {
    id: 'ffffffffffffffff',
    host: '-',
    what: `${ARCHIVE} > siem/export.jsonl (S13): fields without a column of the table are left out; 120 records`,
    so: 'S05, R01 may be blind to them',
    close: 'collect the tier All Events, or export EVTX',
    blocks: ['S05', 'R01'],
  },
  {
    id: 'gggggggggggggggg',
    host: '-',
    what: `${ARCHIVE} > siem/export.jsonl (S13): Level, Keywords and Execution are not kept; 120 records`,
    so: 'no analytic is blind by it',
    close: 'export EVTX',
    blocks: [],
  },
];

export const DETECTIONS: readonly ThirdPartyDetection[] = [
  {
    product: 'Microsoft Defender XDR',
    action: 'ProcessCreatedUsingWmiQuery',
    host: 'ws-07.corp.example',
    time: '2026-03-12T09:44:05.1234567Z',
    evidence: [{ file: ARCHIVE, container: ['siem/export.jsonl'], offset: 88_000, length: 900, line: 121 }],
  },
  {
    product: 'Hayabusa',
    rule: 'WMI Event Consumer Created',
    title: 'WMI Event Consumer Created',
    level: 'medium',
    host: 'ws-07.corp.example',
    evidence: [{ file: ARCHIVE, container: ['siem/export.jsonl'], offset: 89_000, length: 700, line: 122 }],
  },
];
