/** One file of the journal as far as it is known in memory. */
export interface Segment {
  /** Name in the journal's folder. */
  name: string;
  /** Position of its first batch. */
  readonly first: number;
  /** From 0; a later file with the same first position takes the place of an earlier one, in which nothing was acknowledged. */
  readonly attempt: number;
  /** When it was begun, by its header, Unix milliseconds of the wall clock; absent where the header is broken. */
  readonly createdMs: number | undefined;
  /** Position of its last durable batch; `first - 1` when there is none. */
  last: number;
  /** Durable bytes: nobody reads past them. */
  bytes: number;
  /** Nothing will be added to it. */
  isFinished: boolean;
  /** Broken in the middle: kept whatever is released, and read as far as it verifies. */
  isAside: boolean;
  /** How many read it now; it is not unlinked meanwhile. */
  readers: number;
}

export interface SegmentName {
  readonly name: string;
  readonly first: number;
  readonly attempt: number;
  readonly isAside: boolean;
}

const NAME = /^seg-(\d{16})(?:\.(\d{1,6}))?\.(log|aside)$/;

/** `seg-0000000000000001.log`; `seg-0000000000000001.1.log` when the first attempt failed. */
export function segmentName(first: number, attempt: number): string {
  const digits = String(first).padStart(16, '0');
  return attempt === 0 ? `seg-${digits}.log` : `seg-${digits}.${attempt}.log`;
}

/** The name of a segment that is set aside. */
export function asideName(name: string): string {
  return name.replace(/\.log$/, '.aside');
}

/** The segments among names of a folder, in the order of what they hold. */
export function segmentsAmong(names: readonly string[]): readonly SegmentName[] {
  const found: SegmentName[] = [];
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    found.push({ name, first: Number(match[1]), attempt: Number(match[2] ?? 0), isAside: match[3] === 'aside' });
  }
  return found.sort((a, b) => a.first - b.first || a.attempt - b.attempt);
}
