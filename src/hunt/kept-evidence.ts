import { type KeptFile, type KeptRole, kindOfRole, type NotRead, NotReadTally } from '../intake/index.ts';
import type { Instant, Source } from '../windows/index.ts';

/** A file that is needed whole, and where it was found. It can be read until `ReadEvidence.close`. */
export interface KeptEvidence {
  readonly source: Source;
  /** Place in `inputs`. */
  readonly input: number;
  readonly role: KeptRole;
  /** Its name without folders. */
  readonly name: string;
  readonly file: KeptFile;
  readonly modified: Instant | undefined;
}

/** The whole of a kept file; undefined where the disk gives less than it said. */
export function wholeOf(file: KeptFile): Uint8Array | undefined {
  const bytes = new Uint8Array(file.bytes);
  return file.read(bytes, 0) === bytes.length ? bytes : undefined;
}

/** What is kept and not judged, counted by kind. */
export function keptNotRead(kept: readonly KeptEvidence[]): readonly NotRead[] {
  const tally = new NotReadTally();
  for (const { role, source, file } of kept) {
    if (role === 'mof') tally.add(kindOfRole(role), source, file.bytes);
  }
  return tally.list();
}
