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
  /** Where it is a record's: its places, and its day in UTC, for the signs of each are a finding. */
  readonly evidence?: readonly Evidence[];
  readonly day?: string;
}

/** What an analytic says of the signs of one log. */
interface LogWords {
  readonly id: string;
  readonly title: string;
  /** Of the base term. */
  readonly text: string;
}

/** One finding for each host and log, of records for each day too: signs of its copies are counted together. */
export function logFinding(
  record: Analytic,
  signs: readonly LogSign[],
  words: (first: LogSign, count: number) => LogWords,
): readonly JudgedFinding[] {
  const byLog = Map.groupBy(
    signs,
    ({ host, channel, day = '' }) => `${host}\u0000${channel.toLowerCase()}\u0000${day}`,
  );
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
      const { id, title, text } = words(first, count);
      const { level, score, terms } = scoreOf(record.level, text, [], [], evidence);
      const last = ordered.reduce((at, { until }) => (until.ms > at.ms ? until : at), first.until);
      // Of a file it is known only by when it had happened; a record has a time of its own.
      const begun = first.day === undefined ? last : first.until;
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
            time: formatTime(begun.ms, begun.ticks),
            count,
            aliases: [],
            evidence,
          },
          joins: [],
          glue: { processes: [], logons: [], accounts: [], firstMs: begun.ms, lastMs: last.ms },
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
