import { type DiskPort, tried } from './disk-port.ts';
import { FileWindow } from './file-window.ts';
import { findSegments, refusal } from './recover.ts';
import type { FoundSegment } from './recover-segment.ts';
import { scanSegment } from './scan-segment.ts';
import { frameSeed, HEADER_BYTES } from './segment-header.ts';

export interface InspectedSegment {
  readonly name: string;
  readonly first: number;
  /** Position of its last batch that verifies; one less than `first` where it has none. */
  readonly last: number;
  readonly bytes: number;
  readonly isSealed: boolean;
  /** `open`: it may be being written, and what lies at its end unfinished. `gone`: let go of while this looked. */
  readonly state: 'whole' | 'open' | 'damaged' | 'aside' | 'gone';
}

/** What lies in the folder of a journal, each byte checked and nothing changed. */
export type JournalInspection =
  | {
      readonly kind: 'inspected';
      readonly segments: readonly InspectedSegment[];
      /** First and last position that is held; 0 and 0 where none is. */
      readonly first: number;
      readonly last: number;
      /** Positions between them that no segment holds. */
      readonly gaps: readonly { readonly from: number; readonly to: number }[];
    }
  | { readonly kind: 'problem'; readonly code: 'newer' | 'foreign' | 'io'; readonly text: string };

export interface InspectRequest {
  readonly folder: string;
  readonly disk: DiskPort;
  /** 16 bytes of the store. */
  readonly storeId: Uint8Array;
}

/** Walks all segments as a start would, beside a server that may be writing the newest. */
export async function inspectJournal({ folder, disk, storeId }: InspectRequest): Promise<JournalInspection> {
  const place = { disk, folder, storeId };
  const found = await findSegments(place);
  if (!found.isDone) return { kind: 'problem', code: 'io', text: `${folder}: ${found.failure.text}` };
  const wrong = refusal(place, found.value);
  if (wrong !== undefined) return { kind: 'problem', code: wrong.code, text: wrong.text };
  const segments: InspectedSegment[] = [];
  for (const [i, one] of found.value.entries()) {
    const before = found.value[i + 1]?.first;
    const looked = await tried(`read ${one.name}`, inspectSegment(place, one, before));
    if (looked.isDone) segments.push(looked.value);
    else if (looked.failure.code === 'ENOENT') segments.push({ ...emptySegment(one), state: 'gone' });
    else return { kind: 'problem', code: 'io', text: `${one.name}: ${looked.failure.text}` };
  }
  return { kind: 'inspected', segments, ...spanOf(segments) };
}

/**
 * Gaps of what was lost; `judged`: the position up to which all is judged. A segment that is set aside stays when all that is newer is let go of in its time, which is judged: what is
 * missing between it and the oldest other one is told as lost where it is not. (What the broken one lost itself and was judged cannot be told apart from it.)
 */
export function lostOf(
  { segments, gaps }: Extract<JournalInspection, { kind: 'inspected' }>,
  judged: number,
): typeof gaps {
  const oldest = segments.find(({ state }) => state !== 'aside' && state !== 'gone');
  return gaps.filter(({ to }) => oldest === undefined || to >= oldest.first || to > judged);
}

function emptySegment({ name, first, size }: FoundSegment): InspectedSegment {
  return { name, first, last: first - 1, bytes: size, isSealed: false, state: 'open' };
}

async function inspectSegment(
  { disk, folder, storeId }: Pick<InspectRequest, 'folder' | 'disk' | 'storeId'>,
  found: FoundSegment,
  before: number | undefined,
): Promise<InspectedSegment> {
  if (found.size <= HEADER_BYTES) return emptySegment(found);
  const file = await disk.open(`${folder}/${found.name}`, 'read');
  try {
    const range = { window: new FileWindow(file), end: found.size, seed: frameSeed(storeId, found.first) };
    const scan = await scanSegment(range, found.first, before ?? Number.POSITIVE_INFINITY);
    const isHeaderSound = found.look.kind === 'header' && found.look.header.first === found.first;
    const isHole = scan.rest === 'torn' && before !== undefined && scan.last + 1 < before;
    const isDamaged = !isHeaderSound || scan.rest === 'damage' || isHole;
    const { name, first, size: bytes, isAside } = found;
    const whole = before === undefined && !scan.isSealed ? 'open' : 'whole';
    const state = isAside ? 'aside' : isDamaged ? 'damaged' : whole;
    return { name, first, last: scan.last, bytes, isSealed: scan.isSealed, state };
  } finally {
    await file.close();
  }
}

function spanOf(segments: readonly InspectedSegment[]): {
  readonly first: number;
  readonly last: number;
  readonly gaps: { readonly from: number; readonly to: number }[];
} {
  const held = segments.filter(({ first, last, state }) => last >= first && state !== 'gone');
  const first = held[0]?.first ?? 0;
  const gaps: { from: number; to: number }[] = [];
  let next = first;
  for (const segment of held) {
    if (segment.first > next) gaps.push({ from: next, to: segment.first - 1 });
    next = Math.max(next, segment.last + 1);
  }
  return { first, last: Math.max(0, next - 1), gaps };
}
