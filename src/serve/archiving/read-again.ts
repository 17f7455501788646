import { type ArchiveRows, decodeInThreads, type ThreadOptions, type UnitDecoders } from '../../intake/index.ts';
import { readBatch } from '../read-batch.ts';
import type { ArchiverParts } from './archiver.ts';

/** So long after the last batch the thread ends. */
const IDLE_MS = 10_000;

/**
 * Reads batches of the journal once more for the archive, in a thread of its own that is there only while it is needed: detection follows the answers of the
 * reader's threads one by one, and must miss none.
 */
export function readAgain(begin: ThreadOptions): ArchiverParts['again'] {
  let options = unmarked(begin);
  let decoders: UnitDecoders | undefined;
  let idle: NodeJS.Timeout | undefined;
  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const open = decoders;
    decoders = undefined;
    await open?.close();
  };
  // A batch that ends its thread twice is a dead letter as a whole, as it is for the reader.
  const attempt = async (position: number, payload: Uint8Array): Promise<readonly ArchiveRows[] | undefined> => {
    decoders ??= decodeInThreads(options, 1);
    try {
      const read = await readBatch(position, payload, decoders, true);
      return 'problem' in read ? [] : (read.decoded?.answer.archive ?? []);
    } catch (cause) {
      if (!(cause instanceof Error)) throw cause;
      await close();
      return undefined;
    }
  };
  const rows = async (position: number, payload: Uint8Array): Promise<readonly ArchiveRows[]> => {
    clearTimeout(idle);
    try {
      return (await attempt(position, payload)) ?? (await attempt(position, payload)) ?? [];
    } finally {
      idle = setTimeout(() => void close(), IDLE_MS);
      idle.unref();
    }
  };
  // A batch that is being read meanwhile is read once more.
  const use = (by: ThreadOptions): void => {
    options = unmarked(by);
    void close();
  };
  return { rows, use, close };
}

/** Rows are not judged here: nobody asks which rules miss them. */
function unmarked({ logs, texts: { misses: _, ...texts } }: ThreadOptions): ThreadOptions {
  return { logs, texts };
}
