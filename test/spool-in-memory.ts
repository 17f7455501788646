import type { SpoolFile } from '../src/intake/index.ts';

/** A spool that is no file: for what writes and reads one, wherever it lies. */
export function spoolInMemory(): SpoolFile {
  let held = Buffer.alloc(0);
  return {
    append: (bytes) => {
      held = Buffer.concat([held, bytes]);
    },
    read: (into, position) => {
      const piece = held.subarray(position, position + into.length);
      into.set(piece);
      return piece.length;
    },
    close: () => {
      held = Buffer.alloc(0);
    },
  };
}
