import { digestId } from '../../bytes/index.ts';
import { secondOf } from '../../entities/index.ts';
import { type Anomaly, formatTime } from '../../windows/index.ts';
import type { Analytic } from '../analytic.ts';
import type { JudgedFinding } from '../finding.ts';
import { type LogSign, logFinding } from '../log-finding.ts';
import { type Silence, silenceWords } from '../log-silence.ts';
import { scoreOf } from '../scoring.ts';
import { hostWords, inSentence } from '../wording.ts';
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
  needs: [{ kind: 'whole logs', role: 'required' }],
  entities: ['host', 'log'],
  conditions: [
    'record ids that are missing between two chunks of a whole log',
    'or a log that speaks in nine of ten half hours in which its host does, silent for more than six times its median gap and half an hour, while other channels of the host speak',
    'an export (its own numbers differ from the record ids) is never a whole log',
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
    { what: 'a sensor that was being updated', tell: 'its stop and start in System 7036 and Sysmon 4' },
  ],
  blind: [
    'exports, forwarded subsets and shapes other than EVTX',
    'a log that began anew',
    'silences are told by half hours: three hours at the least',
    'logs that are quiet by nature',
  ],
  dedupe: { key: ['host', 'log'], periodMs: 0 },
  evidenceKept: ['the places of the gaps'],
  test: {
    positive: [
      'T03: records that a whole log lacks between two chunks are one finding with their span',
      'T03: a log that never stops is silent for hours while others of its host speak',
    ],
    negative: [
      'T03: an export that leaves records out is none',
      'T03: a machine that is off, and a log that is quiet by nature, are silent without being found',
    ],
  },
};

/** One finding for each host and log, by time. */
export function gapFindings(signs: readonly LogSign[]): readonly JudgedFinding[] {
  return logFinding(
    T03,
    signs.filter(({ anomaly }) => isMissing(anomaly) && !isEdit(anomaly)),
    ({ host, channel, anomaly }, count) => ({
      id: digestId(['finding', T03.id, host, channel.toLowerCase()]),
      title: `The ${channel} log of ${hostWords(host)} has ${count === 1 ? 'a gap' : `${count} gaps`}: ${anomaly.message.replace(/\.$/, '')}`,
      text: 'records are missing inside a log that goes on',
    }),
  );
}

function isMissing({ code }: Anomaly): boolean {
  return MISSING.has(code);
}

/** One finding for each silence. */
export function silenceFindings(silences: readonly Silence[]): readonly JudgedFinding[] {
  return silences.map((silence) => {
    const { host, channel, fromMs, toMs, others } = silence;
    const text = `a log that as a rule speaks all the time is silent, while others of its host speak in ${others} half hours`;
    const { level, score, terms } = scoreOf(T03.level, text, [], [], []);
    return {
      finding: {
        id: digestId(['finding', T03.id, host, channel.toLowerCase(), secondOf(fromMs)]),
        analytic: T03.id,
        title: `The ${inSentence(channel)} log of ${hostWords(host)} is silent ${silenceWords(silence)}`,
        level,
        score,
        terms,
        scope: T03.scope,
        host,
        hosts: [host],
        accounts: [],
        subscriptions: [],
        candidates: [],
        attack: T03.attack,
        time: formatTime(fromMs, 0),
        count: 1,
        aliases: [],
        evidence: [],
      },
      joins: [],
      glue: { processes: [], logons: [], accounts: [], firstMs: fromMs, lastMs: toMs },
    };
  });
}
