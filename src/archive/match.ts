import type { ArchiveTime } from '../entries/index.ts';
import { isTokenByte, lowerAscii, type RowSpan, rowEventId, rowMs, rowString, rowTicks } from '../entries/index.ts';
import type { CompiledQuery, Needle } from './query.ts';

/** The numbers of the entries of a block that meet a query, in order. */
export function matchingItems(payload: Buffer, spans: readonly RowSpan[], query: CompiledQuery): readonly number[] {
  const [needle, ...others] = query.needles;
  if (needle === undefined) return spans.flatMap((span, item) => (meetsFacts(payload, span, query) ? [item] : []));
  const lowered = loweredCopy(payload);
  const found: number[] = [];
  let item = 0;
  for (let at = lowered.indexOf(needle.bytes); at >= 0; ) {
    while (at >= (spans[item]?.end ?? Number.POSITIVE_INFINITY)) item += 1;
    const span = spans[item];
    if (span === undefined) break;
    let from = at + 1;
    if (isHit(lowered, at, span, needle)) {
      if (meetsFacts(payload, span, query) && others.every((other) => holds(lowered, span, other))) found.push(item);
      from = span.end;
    }
    at = lowered.indexOf(needle.bytes, from);
  }
  return found;
}

let scratch: Buffer = Buffer.from(new ArrayBuffer(1 << 19));

/** The bytes in small letters, until the next call. One piece of memory for all blocks: new pages for each cost a tenth of a scan. */
function loweredCopy(payload: Buffer): Buffer {
  if (scratch.length < payload.length) scratch = Buffer.from(new ArrayBuffer(payload.length));
  const lowered = scratch.subarray(0, payload.length);
  payload.copy(lowered);
  lowerAscii(lowered);
  return lowered;
}

/** Whether a needle found somewhere lies in what is searched of a row, and bound as it must be. A NUL stands behind each text, so one byte behind is there. */
function isHit(
  lowered: Buffer,
  at: number,
  { rawAt, end }: RowSpan,
  { bytes, isBoundBefore, isBoundBehind }: Needle,
): boolean {
  if (at < rawAt || at + bytes.length >= end) return false;
  if (isBoundBefore && at > rawAt && isTokenByte(lowered[at - 1])) return false;
  return !(isBoundBehind && isTokenByte(lowered[at + bytes.length]));
}

function holds(lowered: Buffer, span: RowSpan, needle: Needle): boolean {
  const row = lowered.subarray(0, span.end);
  for (let at = row.indexOf(needle.bytes, span.rawAt); at >= 0; at = row.indexOf(needle.bytes, at + 1)) {
    if (isHit(lowered, at, span, needle)) return true;
  }
  return false;
}

function meetsFacts(payload: Buffer, { start }: RowSpan, query: CompiledQuery): boolean {
  const { from, to, hosts, channels, eventIds, recordIds, senders } = query;
  if (eventIds !== undefined) {
    const eventId = rowEventId(payload, start);
    if (eventId === null || !eventIds.has(eventId)) return false;
  }
  if (from !== undefined || to !== undefined) {
    const ms = rowMs(payload, start);
    const ticks = rowTicks(payload, start);
    if (Number.isNaN(ms)) return false;
    if (from !== undefined && isBefore(ms, ticks, from)) return false;
    if (to !== undefined && !isBefore(ms, ticks, to)) return false;
  }
  if (recordIds !== undefined && !recordIds.has(rowString(payload, start, 3))) return false;
  if (senders !== undefined && !senders.has(rowString(payload, start, 4))) return false;
  if (hosts !== undefined && !hosts.has(rowString(payload, start, 0).toLowerCase())) return false;
  return channels === undefined || channels.has(rowString(payload, start, 1).toLowerCase());
}

function isBefore(ms: number, ticks: number, time: ArchiveTime): boolean {
  return ms < time.ms || (ms === time.ms && ticks < time.ticks);
}
