import type { Evidence } from '../windows/index.ts';

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What a record is compared by: its id, else its place. */
export function recordKey({ record, file, container, offset, line }: Evidence): string {
  return record ?? [file, ...(container ?? []), offset ?? line ?? ''].join('\u0000');
}

/** Each place once, by time, record and place: records of one time keep their order when their log is cut in two (C23). */
export function distinctEvidence(items: readonly Evidence[]): readonly Evidence[] {
  const byPlace = new Map<string, Evidence>();
  for (const item of items) byPlace.set(placeKey(item), item);
  return [...byPlace]
    .sort(
      ([x, a], [y, b]) =>
        compareText(a.time ?? '', b.time ?? '') || compareText(recordKey(a), recordKey(b)) || compareText(x, y),
    )
    .map(([, item]) => item);
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
