import type { Evidence } from '../windows/index.ts';

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a record is compared by: its id, else its place. */
export function recordKey({ record, file, container, offset, line }: Evidence): string {
  return record ?? [file, ...(container ?? []), offset ?? line ?? ''].join('\u0000');
}

/**
 * Each place once, by time, then records that are kept whole by their id (C23: they keep their order when their log is cut in two), then what
 * the others say; places come last, for they tell how evidence was gathered or sent (L8).
 */
export function distinctEvidence(items: readonly Evidence[]): readonly Evidence[] {
  const byPlace = new Map<string, Evidence>();
  for (const item of items) byPlace.set(placeKey(item), item);
  return [...byPlace]
    .sort(
      ([x, a], [y, b]) =>
        compareText(a.time ?? '', b.time ?? '') ||
        Number(a.record === undefined) - Number(b.record === undefined) ||
        compareText(a.record ?? saysOf(a), b.record ?? saysOf(b)) ||
        compareText(x, y),
    )
    .map(([, item]) => item);
}

function saysOf({ channel, eventId, recordId }: Evidence): string {
  return JSON.stringify([channel?.toLowerCase(), String(recordId ?? '').padStart(20, '0'), eventId]);
}

function placeKey({ file, container, offset, line, record }: Evidence): string {
  return [file, ...(container ?? []), offset ?? '', line ?? '', record ?? ''].join('\u0000');
}

export function earliest(times: readonly string[]): string | undefined {
  return times.reduce<string | undefined>(
    (least, time) => (least === undefined || time < least ? time : least),
    undefined,
  );
}

export function latest(times: readonly string[]): string | undefined {
  return times.reduce<string | undefined>((most, time) => (most === undefined || time > most ? time : most), undefined);
}
