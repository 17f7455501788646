import { type Anomaly, type Evidence, formatTime, type Instant } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { JudgedFinding } from './finding.ts';
import { scoreOf } from './scoring.ts';

/** Places that one finding cites. */
export const MAX_PLACES = 32;

/** Something odd about a log file or a record of it, and whose log it is. */
export interface LogSign {
  /** Host key: of the record, or of the machine most of whose records the file holds. */
  readonly host: string;
  /** Channel as written. */
  readonly channel: string;
  /** The time of the record, or the last one of the log before the run: by then it had happened. */
  readonly until: Instant;
  readonly anomaly: Anomaly;
  /** Where it is a record's: its places. */
  readonly evidence?: readonly Evidence[];
}

/** What an analytic says of the signs of one log. */
interface LogWords {
  readonly id: string;
  readonly title: string;
  /** Of the base term. */
  readonly text: string;
}

/** One finding for each host and log: signs of its copies are counted together. */
export function logFinding(
  record: Analytic,
  signs: readonly LogSign[],
  words: (host: string, channel: string, first: Anomaly, count: number) => LogWords,
): readonly JudgedFinding[] {
  const byLog = Map.groupBy(signs, ({ host, channel }) => `${host}\u0000${channel.toLowerCase()}`);
  return [...byLog]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, ofLog]) => {
      const ordered = ofLog.toSorted(compareSigns);
      const [first] = ordered;
      if (first === undefined) return [];
      const { host, channel } = first;
      const count = ordered.reduce((sum, { anomaly }) => sum + anomaly.count, 0);
      const evidence = ordered
        .slice(0, MAX_PLACES)
        .flatMap((sign) => sign.evidence ?? [placeOf(sign.anomaly, channel)])
        .slice(0, MAX_PLACES);
      const { id, title, text } = words(host, channel, first.anomaly, count);
      const { level, score, terms } = scoreOf(record.level, text, [], [], evidence);
      const last = ordered.reduce((at, { until }) => (until.ms > at.ms ? until : at), first.until);
      return [
        {
          finding: {
            id,
            analytic: record.id,
            title,
            level,
            score,
            terms,
            scope: record.scope,
            host,
            hosts: [host],
            accounts: [],
            subscriptions: [],
            candidates: [],
            attack: record.attack,
            time: formatTime(last.ms, last.ticks),
            count,
            aliases: [],
            evidence,
          },
          joins: [],
          glue: { processes: [], logons: [], accounts: [], firstMs: last.ms, lastMs: last.ms },
        },
      ];
    });
}

function placeOf({ file, container, offset, recordId }: Anomaly, channel: string): Evidence {
  return {
    file,
    ...(container === undefined ? {} : { container }),
    channel,
    ...(recordId === undefined ? {} : { recordId }),
    ...(offset === undefined ? {} : { offset }),
  };
}

/** Signs of files by their places, which are no order of what came live; then those of records, which come in order of time. */
function compareSigns(left: LogSign, right: LogSign): number {
  const ofRecords = Number(left.evidence !== undefined) - Number(right.evidence !== undefined);
  if (ofRecords !== 0 || left.evidence !== undefined) return ofRecords;
  const { anomaly: a } = left;
  const { anomaly: b } = right;
  return (
    compareText(a.file, b.file) ||
    compareText((a.container ?? []).join('\u0000'), (b.container ?? []).join('\u0000')) ||
    (a.offset ?? -1) - (b.offset ?? -1) ||
    compareText(a.code, b.code)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
