import { digestId } from '../../bytes/index.ts';
import type { Anomaly } from '../../windows/index.ts';
import type { Analytic } from '../analytic.ts';
import type { JudgedFinding } from '../finding.ts';
import { type LogSign, logFinding, MAX_PLACES } from '../log-finding.ts';
import { hostWords } from '../wording.ts';

/** T13: a log file bears signs of an edit (SETTLED A15). */
export const T13: Analytic = {
  id: 'T13',
  rev: 2,
  title: 'Log file edited',
  scope: 'tamper',
  question: 'Was this log changed after Windows wrote it?',
  needs: [],
  entities: ['host', 'log'],
  conditions: [
    'a sign that healthy logs do not have: records taken out of a chunk, ids that stand twice or run back, a forged header, swallowed records, a checksum that no longer fits in a log that was closed cleanly',
    'or, of JSON, a record in which a name stands twice in one object: in the place where the event was taken out of, also where that is a text in another object',
  ],
  joins: [],
  windowMs: 0,
  lagMs: 0,
  level: 'high',
  modifiers: [],
  attack: [{ new: 'T1685.005', old: ['T1070.001'] }],
  falsePositives: [
    { what: 'a copy that was damaged on its way', tell: 'whole blocks of zeros, or a second copy without the sign' },
    { what: 'a shipper that writes a name twice', tell: 'all records that it brings have it, of every host' },
  ],
  blind: [
    'an edit that rewrites every id and checksum',
    'of shapes other than EVTX and JSON: all edits; of JSON: all but a name that stands twice',
  ],
  dedupe: { key: ['host', 'log', 'day of the record'], periodMs: 0 },
  evidenceKept: ['the places of the signs'],
  test: {
    positive: [
      'T13: the signs of an edited log are one finding for each host and log',
      'T13: a record in which a name stands twice is a sign of its own host and log, once, whatever else its file holds',
    ],
    negative: [
      'T13: a clock set back, and an export that leaves records out, are none',
      'T13: of a wrapper, events that name nothing twice bear no sign, and no value of another',
    ],
  },
};

/** One finding for each host and log that bears signs, and for each day of records that do. */
export function editedLogFindings(signs: readonly LogSign[]): readonly JudgedFinding[] {
  return logFinding(
    T13,
    signs.filter(({ anomaly }) => isEdit(anomaly)),
    ({ host, channel, anomaly, day }, count) => ({
      id: digestId(['finding', T13.id, host, channel.toLowerCase(), ...(day === undefined ? [] : [day])]),
      title: `The ${channel} log of ${hostWords(host)} was edited: ${signsText(count, day !== undefined)}, first: ${anomaly.message}`,
      text: 'signs of an edit that no healthy log has',
    }),
  );
}

/** Of records no more are counted than are cited: each one more would be another title. */
function signsText(count: number, isOfRecords: boolean): string {
  if (isOfRecords && count >= MAX_PLACES) return `${MAX_PLACES} signs or more`;
  return count === 1 ? '1 sign' : `${count} signs`;
}

export function isEdit({ tamper }: Anomaly): boolean {
  return tamper === true;
}
