import type { Event, RecordId } from './event.ts';
import { formatTime, isPrintableMs } from './time.ts';

/** One cited record, the same shape in every output (PRODUCT 7.1). Keys that are not known are left out. */
export interface Evidence {
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
  /** Id of the `record` line or `records[]` item that holds it whole. */
  readonly record?: string;
}

/** The evidence entry of an event; `record` is the id of its record (DOMAIN 3.4). */
export function evidenceOf(event: Event, record?: string): Evidence {
  const { source, offset, length, line } = event.place;
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
  };
}

/**
 * The entries of the first so many records, each with all its copies: where a list is cut, a backup beside a log must not push
 * out other records (L6).
 */
export function firstRecords(evidence: readonly Evidence[], count: number): readonly Evidence[] {
  const keyOf = ({ record, file, container, offset }: Evidence): string =>
    record ?? [file, ...(container ?? []), offset].join('\u0000');
  const kept = new Set([...new Set(evidence.map(keyOf))].slice(0, count));
  return evidence.filter((entry) => kept.has(keyOf(entry)));
}
