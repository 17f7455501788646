import { hashDigits, type Layout } from './format.ts';

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46));
}

/** Characters by which the bytes behind a hash may seem to lengthen it: those of one FILETIME (CIM 7.5, 1). */
const MAX_SHIFT = 4;

/**
 * Where instances may begin in a page: runs of upper-case hex in UTF-16LE of at least the length of a class hash, found by
 * a probe every half of it, so that the cost is linear whatever a page holds (CIM 7.5, 11 case 57). A hash behind an underscore is part of
 * a key path. Gives possible starts, the likeliest first in each run.
 */
export function hashStarts(page: Buffer, layout: Layout): readonly number[] {
  const bytes = 2 * hashDigits(layout);
  const starts: number[] = [];
  for (let probe = 0; probe < page.length; probe += bytes / 2) {
    const at = isPair(page, probe) ? probe : isPair(page, probe + 1) ? probe + 1 : -1;
    if (at < 0) continue;
    let from = at;
    while (isPair(page, from - 2)) from -= 2;
    let end = at + 2;
    while (isPair(page, end)) end += 2;
    // Right behind the key path with which a reference record ends another record may begin.
    if (page[from - 2] === 0x5f && page[from - 1] === 0) from += bytes;
    if (end - from >= bytes) {
      for (let shift = 0; shift <= MAX_SHIFT && end - bytes - 2 * shift >= from; shift++)
        starts.push(end - bytes - 2 * shift);
    }
    while (probe + bytes / 2 < end) probe += bytes / 2;
  }
  return starts;
}

function isPair(page: Buffer, at: number): boolean {
  return at >= 0 && page[at + 1] === 0 && isDigit(page[at]);
}
