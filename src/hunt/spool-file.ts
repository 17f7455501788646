import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Holding, type SpoolFile } from '../intake/index.ts';
import { readAt } from './file-port.ts';

export interface SpoolOptions {
  /** Folder under which a private folder is made. */
  readonly temporaryFolder: string;
  /** Told of the private folder when it is made, so that an interrupted program can remove it. */
  readonly onTemporaryFolder?: (folder: string) => void;
}

/** The holding of one run: in memory up to a budget, beyond it in files that have no name (SETTLED A21, D9). */
export function openHolding(options: SpoolOptions, memoryBytes?: number): Holding {
  const openSpool = (): SpoolFile => openSpoolFile(options);
  return new Holding(memoryBytes === undefined ? { openSpool } : { openSpool, memoryBytes });
}

/**
 * A file in a private folder, both of which lose their names at once: what happens to the program, nothing stays behind. Where the
 * system keeps the name of an open file (Windows), it goes when the file is closed.
 */
export function openSpoolFile({ temporaryFolder, onTemporaryFolder }: SpoolOptions): SpoolFile {
  const folder = mkdtempSync(join(temporaryFolder, 'triad-'));
  onTemporaryFolder?.(folder);
  const path = join(folder, 'spool');
  const descriptor = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    rmdirSync(folder);
  } catch {
    // It keeps its name until `close`.
  }
  let bytes = 0;
  return {
    append: (piece) => {
      for (let written = 0; written < piece.length; ) {
        written += writeSync(descriptor, piece, written, piece.length - written, bytes + written);
      }
      bytes += piece.length;
    },
    read: (into, position) => readAt(descriptor, into, position),
    close: () => {
      closeSync(descriptor);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
