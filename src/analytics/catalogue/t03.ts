import { digestId } from '../../bytes/index.ts';
import type { Anomaly } from '../../windows/index.ts';
import type { Analytic } from '../analytic.ts';
import type { JudgedFinding } from '../finding.ts';
import { type LogSign, logFinding } from '../log-finding.ts';
import { hostWords } from '../wording.ts';
import { isEdit } from './t13.ts';

/** Words of the EVTX reader for records that a whole log lacks between what it holds. */
const MISSING: ReadonlySet<string> = new Set(['TRIAD-E-EVTX-SERIES-MISSING']);

/** T03: a whole log lacks records between its first and its last one. */
export const T03: Analytic = {
  id: 'T03',
  rev: 1,
  title: 'Gap in a log',
  scope: 'tamper',
  question: 'For which span can this log not speak, although it goes on behind it?',
  needs: [],
  entities: ['host', 'log'],
  conditions: [
    'record ids that are missing between two chunks of a whole log',
    'an export (its own numbers differ from the record ids) is never a whole log (SETTLED C13)',
  ],
  joins: [],
  windowMs: 1_800_000,
  lagMs: 0,
  level: 'medium',
  modifiers: [],
  attack: [{ new: 'T1685.005', old: ['T1070.001'] }],
  falsePositives: [
    { what: 'a log that wrapped while it was copied', tell: 'the gap lies where the oldest records stood' },
    { what: 'a damaged chunk', tell: 'an anomaly of that chunk' },
  ],
  blind: ['exports, forwarded subsets and shapes other than EVTX', 'a log that began anew'],
  dedupe: { key: ['host', 'log'], periodMs: 0 },
  evidenceKept: ['the places of the gaps'],
  test: {
    positive: ['T03: records that a whole log lacks between two chunks are one finding with their span'],
    negative: ['T03: an export that leaves records out is none'],
  },
};

/** One finding for each host and log, by time. */
export function gapFindings(signs: readonly LogSign[]): readonly JudgedFinding[] {
  return logFinding(
    T03,
    signs.filter(({ anomaly }) => isMissing(anomaly) && !isEdit(anomaly)),
    (host, channel, first, count) => ({
      id: digestId(['finding', T03.id, host, channel.toLowerCase()]),
      title: `The ${channel} log of ${hostWords(host)} has ${count === 1 ? 'a gap' : `${count} gaps`}: ${first.message}`,
      text: 'records are missing inside a log that goes on',
    }),
  );
}

function isMissing({ code }: Anomaly): boolean {
  return MISSING.has(code);
}
