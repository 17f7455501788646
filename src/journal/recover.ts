import { type DiskFailure, type DiskPort, type Tried, tried } from './disk-port.ts';
import { type FoundSegment, type RecoveryNotes, recoverSegment } from './recover-segment.ts';
import { type Segment, segmentsAmong } from './segment.ts';
import type { SegmentPlace } from './segment-file.ts';
import { decodeHeader, HEADER_BYTES, type HeaderLook } from './segment-header.ts';

export type Recovery =
  | { readonly kind: 'recovered'; readonly segments: Segment[]; readonly next: number; readonly notes: RecoveryNotes }
  | { readonly kind: 'problem'; readonly problem: OpenProblem };

/** Why a journal does not open. Nothing was changed for `newer` and `foreign`. */
export type OpenProblem =
  | { readonly code: 'newer'; readonly text: string }
  | { readonly code: 'foreign'; readonly text: string }
  | { readonly code: 'io'; readonly text: string; readonly failure: DiskFailure };

/** Makes the folder sound after whatever ended the last run (SERVE 3.5). A second recovery changes nothing. */
export async function recover(place: SegmentPlace, knownPosition: number): Promise<Recovery> {
  const listed = await findSegments(place);
  if (!listed.isDone) return { kind: 'problem', problem: ioProblem(place.folder, listed.failure) };
  const refused = refusal(place, listed.value);
  if (refused !== undefined) return { kind: 'problem', problem: refused };
  const notes: RecoveryNotes = { tornTails: [], gaps: [], failures: [] };
  const segments: Segment[] = [];
  let isNamesChanged = false;
  for (const [i, found] of listed.value.entries()) {
    const before = listed.value[i + 1]?.first ?? Number.POSITIVE_INFINITY;
    const one = await recoverSegment(place, found, before, notes);
    if (!one.isDone) return { kind: 'problem', problem: ioProblem(place.folder, one.failure) };
    isNamesChanged ||= one.value.isNameChanged;
    if (one.value.segment !== undefined) segments.push(one.value.segment);
  }
  if (isNamesChanged) keep(await tried('sync the folder', place.disk.syncFolder(place.folder)), notes);
  const next = positionsFrom(segments, knownPosition, notes);
  return { kind: 'recovered', segments, next, notes };
}

export async function findSegments({ disk, folder }: SegmentPlace): Promise<Tried<readonly FoundSegment[]>> {
  const names = await tried('list the folder', disk.names(folder));
  if (!names.isDone) return names;
  const found: FoundSegment[] = [];
  for (const segment of segmentsAmong(names.value)) {
    const look = await tried(`read ${segment.name}`, readHeader(disk, `${folder}/${segment.name}`));
    if (!look.isDone) return look;
    found.push({ ...segment, ...look.value });
  }
  return { isDone: true, value: found };
}

async function readHeader(disk: DiskPort, path: string): Promise<{ readonly look: HeaderLook; readonly size: number }> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc(HEADER_BYTES);
    const read = await file.read(bytes, 0);
    return { look: decodeHeader(bytes.subarray(0, read)), size: await file.size() };
  } finally {
    await file.close();
  }
}

/** Why a journal of a later version or another store is not touched. */
export function refusal({ storeId }: SegmentPlace, segments: readonly FoundSegment[]): OpenProblem | undefined {
  for (const { name, look } of segments) {
    if (look.kind === 'newer') {
      const text = `${name} has format ${look.version}, which a later version of Triad wrote; start that version, or one after it`;
      return { code: 'newer', text };
    }
    if (look.kind === 'header' && !Buffer.from(look.header.storeId).equals(storeId)) {
      return { code: 'foreign', text: `${name} belongs to another store; give each store a folder of its own` };
    }
  }
  return undefined;
}

export function ioProblem(folder: string, failure: DiskFailure): OpenProblem {
  const text = `cannot open the journal in ${folder}: ${failure.what}: ${failure.text}`;
  return { code: 'io', text, failure };
}

function keep(outcome: Tried<void>, notes: RecoveryNotes): void {
  if (!outcome.isDone) notes.failures.push(outcome.failure);
}

/** The next position: behind all that is held and all that is known to have been given. Notes what is missing between. */
function positionsFrom(segments: readonly Segment[], knownPosition: number, notes: RecoveryNotes): number {
  let next = segments[0]?.first ?? 1;
  for (const { first, last } of segments) {
    if (first > next) notes.gaps.push({ from: next, to: first - 1 });
    next = Math.max(next, last + 1);
  }
  if (knownPosition >= next) notes.gaps.push({ from: next, to: knownPosition });
  return Math.max(next, knownPosition + 1);
}
