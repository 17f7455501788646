import { digestId } from '../../bytes/index.ts';
import { secondOf } from '../../entities/index.ts';
import { type Evidence, formatTime, isPrintableMs, parseTime, type RecordId } from '../../windows/index.ts';
import type { Analytic } from '../analytic.ts';
import type { AnalyticFinding, JudgedFinding } from '../finding.ts';
import { scoreOf } from '../scoring.ts';
import { hostWords } from '../wording.ts';

/** Two records that claim to be one and say different things (SETTLED B12 c). */
export interface RecordConflict {
  /** Host key. */
  readonly host: string;
  readonly channel: string;
  readonly eventId: number;
  readonly recordId: RecordId | undefined;
  readonly timeMs: number;
  readonly timeTicks: number;
  readonly field: string;
  /** What each of the two says. */
  readonly values: readonly [string, string];
  /** Where each of the two lies, in the same order. */
  readonly evidence: readonly [Evidence, Evidence];
}

/** T14: copies of one record contradict each other; both are kept, and neither is believed more. */
export const T14: Analytic = {
  id: 'T14',
  rev: 1,
  title: 'Copies of one record contradict each other',
  scope: 'tamper',
  question: 'Was a copy of this record changed?',
  needs: [],
  entities: ['host', 'record'],
  conditions: [
    'two records have one host, channel, event id and record id, and times at most 60 s apart',
    'a field that both have differs in its canonical text',
  ],
  joins: [],
  windowMs: 60_000,
  lagMs: 0,
  level: 'medium',
  modifiers: [],
  attack: [{ new: 'T1070', old: ['T1070'] }],
  falsePositives: [
    {
      what: 'a machine restored from an image, its record ids used twice',
      tell: 'whole records differ, not one field',
    },
    { what: 'a shipper that rewrites a value', tell: 'the same field of many records differs in the same way' },
  ],
  blind: ['only one copy was collected', 'the record has no record id in one of the copies'],
  dedupe: { key: ['host', 'channel', 'event id', 'record id', 'field'], periodMs: 0 },
  evidenceKept: ['both copies'],
  test: {
    positive: ['T14: two copies of one record that differ are one finding that names the field and both values'],
    negative: [
      'a shared field that differs keeps both records and is a conflict; what a shipper drops or cuts is none',
    ],
  },
};

/** Characters of a value that a title quotes. */
const QUOTED = 120;

/** One finding for each record and field that its copies tell differently, in order of time. */
export function conflictFindings(conflicts: readonly RecordConflict[]): readonly JudgedFinding[] {
  const findings = new Map<string, AnalyticFinding>();
  for (const conflict of conflicts) {
    const { host, channel, eventId, recordId, timeMs, timeTicks, field, values, evidence } = conflict;
    if (!isPrintableMs(timeMs)) continue;
    const id = digestId([
      'finding',
      'T14',
      host,
      channel.toLowerCase(),
      eventId,
      recordId ?? null,
      secondOf(timeMs),
      field.toLowerCase(),
    ]);
    const known = findings.get(id);
    if (known !== undefined) {
      findings.set(id, { ...known, count: known.count + 1 });
      continue;
    }
    const record = recordId === undefined ? '' : ` record ${recordId}`;
    const { level, score, terms } = scoreOf('medium', 'copies of one record contradict each other', [], [], evidence);
    findings.set(id, {
      id,
      analytic: T14.id,
      title:
        `Two copies of ${channel} ${eventId}${record} of ${hostWords(host)} differ in ${quoted(field)}: ` +
        `${quoted(values[0])} in one, ${quoted(values[1])} in the other`,
      level,
      score,
      terms,
      scope: T14.scope,
      host,
      hosts: [host],
      accounts: [],
      subscriptions: [],
      candidates: [],
      attack: T14.attack,
      time: formatTime(timeMs, timeTicks),
      count: 1,
      aliases: [],
      evidence,
    });
  }
  return [...findings.values()].map((finding) => {
    const ms = parseTime(finding.time)?.ms ?? 0;
    return { finding, joins: [], glue: { processes: [], logons: [], accounts: [], firstMs: ms, lastMs: ms } };
  });
}

function quoted(text: string): string {
  return text.length <= QUOTED ? `'${text}'` : `'${text.slice(0, QUOTED).toWellFormed()}…' (${text.length} characters)`;
}
