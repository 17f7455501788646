import { isMissing } from '../disk/index.ts';
import { type ArchiveFiles, makeFolder, nodeFiles } from './files.ts';
import { FilterBuilder } from './filter.ts';
import { INDEX_NAME, IndexFile, type SegmentRow } from './index-file.ts';
import type { ArchiveLimits } from './limits.ts';
import { type ArchiveProblem, recover, refuseForeign } from './recover.ts';
import { emptyNotes, type RecoveryNotes } from './recovery-notes.ts';
import { segmentsAmong } from './segment.ts';
import { attempt, diskRefusal, type Outcome, refused } from './trouble.ts';
import { BlockWriter, type WriteCount } from './writer.ts';

export interface StoreRequest {
  readonly folder: string;
  /** 16 bytes of the store that the journal belongs to. */
  readonly storeId: Uint8Array;
  readonly limits: ArchiveLimits;
}

interface Opened {
  readonly index: IndexFile;
  readonly writer: BlockWriter;
}

/** The files of an archive as the thread that writes sees them. After trouble of the disk all is closed, and the next call finds out what is there. */
export class Store {
  readonly notes: RecoveryNotes = emptyNotes();
  readonly files: ArchiveFiles;
  readonly #request: StoreRequest;
  #opened: Opened | undefined;
  #failedMs: number | undefined;
  #archived = 0;
  /** How often the files were opened: who reads the index opens it again when this changes. */
  openings = 0;
  /** Segments that were finished, of writers that are gone. */
  #finishedBefore = 0;

  constructor(request: StoreRequest, files: ArchiveFiles = nodeFiles(request.folder)) {
    this.#request = request;
    this.files = files;
  }

  /** All of the journal up to here is on stable storage. */
  get archived(): number {
    return this.#archived;
  }

  /** How many segments were finished since the start. */
  get finished(): number {
    return this.#finishedBefore + (this.#opened?.writer.finished ?? 0);
  }

  open(): ArchiveProblem | undefined {
    try {
      makeFolder(this.#request.folder);
      return this.#open(false);
    } catch (error) {
      const trouble = diskRefusal(error);
      if (trouble === undefined) throw error;
      return { kind: 'problem', code: 'unwritable', message: `${this.#request.folder}: ${trouble.message}` };
    }
  }

  write(packed: readonly Buffer[], through: number, nowMs: number): Outcome<WriteCount> {
    return this.run(nowMs, ({ writer }) => {
      const count = writer.write(packed, through, nowMs);
      this.#archived = writer.archived;
      return count;
    });
  }

  segments(nowMs: number): Outcome<readonly SegmentRow[]> {
    return this.run(nowMs, ({ index }) => index.segments());
  }

  /** Work on the files. Trouble of the disk is a refusal; until `retryMs` after it nothing is tried. */
  run<Value>(nowMs: number, work: (opened: Opened) => Value): Outcome<Value> {
    const { retryMs } = this.#request.limits;
    const failed = this.#failedMs;
    if (failed !== undefined && nowMs >= failed && nowMs - failed < retryMs) {
      return refused('busy', 'The disk failed a moment ago.');
    }
    const outcome = attempt(() => {
      if (this.#opened === undefined) {
        const problem = this.#open(true);
        if (problem !== undefined) throw Object.assign(new Error(problem.message), { code: 'EIO' });
      }
      if (this.#opened === undefined) throw new Error('the archive opened without a writer');
      return work(this.#opened);
    });
    this.#failedMs = outcome.kind === 'refused' ? nowMs : undefined;
    if (outcome.kind === 'refused') this.close();
    return outcome;
  }

  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    this.#finishedBefore += opened?.writer.finished ?? 0;
    opened?.writer.close();
    opened?.index.close();
  }

  #open(isFresh: boolean): ArchiveProblem | undefined {
    const { folder, storeId, limits } = this.#request;
    const foreign = refuseForeign(this.files, storeId);
    if (foreign !== undefined) return foreign;
    const index = this.#openIndex(folder);
    if ('kind' in index) return index;
    try {
      const filters = new FilterBuilder();
      const recovered = recover({ files: this.files, index, storeId, filters, notes: this.notes });
      const writer = new BlockWriter({ files: this.files, index, storeId, limits, recovered, filters, isFresh });
      this.#opened = { index, writer };
      this.#archived = writer.archived;
      this.openings += 1;
      return undefined;
    } catch (error) {
      index.close();
      throw error;
    }
  }

  /** The block table; one that does not hold together is made again from the segments. */
  #openIndex(folder: string): IndexFile | ArchiveProblem {
    const wasThere = this.files.sizeOf(INDEX_NAME) !== undefined;
    const first = attempt(() => this.#soundIndex(folder));
    if (!wasThere && this.#hasSegments()) this.notes.rebuilt = 'there was none';
    if (first.kind === 'done' && first.value !== undefined) return first.value;
    if (first.kind === 'refused' && first.code !== 'damaged') {
      throw Object.assign(new Error(first.message), { code: first.code === 'full' ? 'ENOSPC' : 'EIO' });
    }
    this.notes.rebuilt = first.kind === 'refused' ? first.message : 'the index does not hold together';
    if (wasThere) for (const end of ['', '-wal', '-shm']) this.#remove(`${INDEX_NAME}${end}`);
    const index = new IndexFile(folder, 'write');
    index.settle();
    return index;
  }

  /** Whether there is a segment: an index is missing only where there is something to list. */
  #hasSegments(): boolean {
    return segmentsAmong(this.files.names()).length > 0;
  }

  #soundIndex(folder: string): IndexFile | ArchiveProblem | undefined {
    const index = new IndexFile(folder, 'write');
    try {
      const state = index.settle();
      if (state === 'current' && index.isSound()) return index;
      index.close();
      if (state === 'current') return undefined;
      const whose = state === 'newer' ? 'is of a later version' : 'belongs to another program';
      return { kind: 'problem', code: state, message: `${folder}/${INDEX_NAME} ${whose}; it is left as it is.` };
    } catch (error) {
      index.close();
      throw error;
    }
  }

  #remove(name: string): void {
    try {
      this.files.unlink(name);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}
