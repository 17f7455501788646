import type { RecordClass } from '../windows/index.ts';
import type { LogUnit, LostRecord } from './types.ts';

interface LostPlace {
  readonly slot: number;
  /** Offset in the unit, offset in the chunk, and size. */
  readonly at: number;
  readonly chunkOffset: number;
  readonly size: number;
  readonly recordClass: RecordClass;
}

/** Remembers which records of a unit have lost their template; their bytes are copied once, together, at its end. */
export class LostList {
  private readonly places: LostPlace[] = [];
  private bytes = 0;

  add(slot: number, at: number, chunkOffset: number, size: number, recordClass: RecordClass): void {
    this.places.push({ slot, at, chunkOffset, size, recordClass });
    this.bytes += size;
  }

  take(unit: LogUnit): LostRecord[] {
    const copies = new Uint8Array(this.bytes);
    let end = 0;
    return this.places.map(({ slot, at, chunkOffset, size, recordClass }) => {
      copies.set(unit.bytes.subarray(at, at + size), end);
      end += size;
      const bytes = copies.subarray(end - size, end);
      return { source: unit.source, slot, fileOffset: unit.fileOffset + at, chunkOffset, recordClass, bytes };
    });
  }
}
