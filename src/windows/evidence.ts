import type { Event, Place, RecordId } from './event.ts';
import type { Look, ObjectSight, RepositoryEvidence } from './object-sight.ts';
import { formatTime, isPrintableMs } from './time.ts';
import { type CameBy, cameBy, isProven, isUnproven } from './trust.ts';

/** One cited record, the same shape in every output (PRODUCT 7.1). Keys that are not known are left out. */
export interface Evidence extends CameBy {
  readonly file: string;
  readonly container?: readonly string[];
  readonly channel?: string;
  readonly eventId?: number;
  readonly recordId?: RecordId;
  readonly headerRecordId?: RecordId;
  readonly time?: string;
  /** Bytes from the start of the innermost file. */
  readonly offset?: number;
  /** Bytes. */
  readonly length?: number;
  /** From 1; of text shapes only. */
  readonly line?: number;
  /** Where an object of a repository stands, and how it was found. */
  readonly repository?: RepositoryEvidence;
  /** Format of the audit of a live host that tells it; `mof` for a MOF file, which only declares it. */
  readonly audit?: string;
  /** Id of the `record` line or `records[]` item that holds it whole. */
  readonly record?: string;
}

/** The evidence entry of an event; `record` is the id of its record (DOMAIN 3.4). */
export function evidenceOf(event: Event, record?: string): Evidence {
  const { source, offset, length, line } = event.place;
  const atRest = event.sight ?? event.look;
  if (atRest !== undefined) return evidenceAtRest(event, atRest, record);
  return {
    file: source.file,
    ...(source.container === undefined ? {} : { container: source.container }),
    channel: event.channel,
    eventId: event.eventId,
    ...(event.recordId === undefined ? {} : { recordId: event.recordId }),
    ...(event.headerRecordId === undefined ? {} : { headerRecordId: event.headerRecordId }),
    ...(isPrintableMs(event.timeMs) ? { time: formatTime(event.timeMs, event.timeTicks) } : {}),
    offset,
    length,
    ...(line === undefined ? {} : { line }),
    ...(record === undefined ? {} : { record }),
    ...cameBy(source),
  };
}

/** A repository keeps no times: its evidence has none; an audit has the time of its look (PRODUCT 7.1). */
function evidenceAtRest(event: Event, atRest: ObjectSight | Look, record: string | undefined): Evidence {
  const { repository, audit } = atRest;
  const isDated = atRest.source === 'audit' && atRest.isTimed && isPrintableMs(event.timeMs);
  return {
    ...addressOf(event.place),
    ...(isDated ? { time: formatTime(event.timeMs, event.timeTicks) } : {}),
    ...(repository === undefined ? {} : { repository }),
    ...(audit === undefined ? {} : { audit }),
    ...(record === undefined ? {} : { record }),
  };
}

/** File, container and place as an evidence entry has them. */
export function addressOf({ source, offset, length, line }: Place): Evidence {
  return {
    file: source.file,
    ...(source.container === undefined ? {} : { container: source.container }),
    offset,
    length,
    ...(line === undefined ? {} : { line }),
    ...cameBy(source),
  };
}

/** The record of an entry: its id, else its place. */
function recordOf({ record, file, container, offset }: Evidence): string {
  return record ?? [file, ...(container ?? []), offset].join('\u0000');
}

/** True where one of the records came by senders alone that are not bound to its host: what needs all of them adds no confidence (L18). */
export function hasNotBound(evidence: readonly Evidence[]): boolean {
  const doubtful = evidence.filter(({ hostNotBound }) => hostNotBound === true);
  if (doubtful.length === 0) return false;
  const bound = new Set(evidence.filter(({ hostNotBound }) => hostNotBound !== true).map(recordOf));
  return doubtful.some((entry) => !bound.has(recordOf(entry)));
}

/**
 * The entries of the first so many records, each with all its copies: where a list is cut, a backup beside a log must not push
 * out other records (L6), and neither must what is not proven (L18).
 */
export function firstRecords(evidence: readonly Evidence[], count: number): readonly Evidence[] {
  const proven = isUnproven(evidence) ? evidence : evidence.filter(isProven);
  const kept = new Set([...new Set([...proven, ...evidence].map(recordOf))].slice(0, count));
  return evidence.filter((entry) => kept.has(recordOf(entry)));
}

/** Each entry once, in order of first mention: the same place in another generation of a repository is another entry. */
export function distinctEvidence(evidence: readonly Evidence[]): readonly Evidence[] {
  const seen = new Set<string>();
  return evidence.filter(({ file, container, offset, line, record, repository }) => {
    const key = JSON.stringify([file, container, offset, line, record, repository?.map, repository?.generation]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
