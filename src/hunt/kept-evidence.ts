import type { KeptFile, KeptRole } from '../intake/index.ts';
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
