import { done } from '../disk/index.ts';
import type { ArchiveEntry } from '../entries/index.ts';
import { packRows } from '../entries/index.ts';
import type { JournalPlace } from './find-entry.ts';
import type { EntryPlace, FoundEntry } from './found-entry.ts';
import { type ArchiveHealth, archiveHealth } from './health.ts';
import type { HeldMore, Hold } from './holds.ts';
import type { ArchiveLimits } from './limits.ts';
import type { Appended, SearchRequest, WriterHealth, WriterRequest } from './messages.ts';
import { type ArchiveQuery, compileQuery } from './query.ts';
import type { Retained } from './retention.ts';
import { Sealing, sealInThread } from './sealing.ts';
import { addedCount, NO_COUNT, readCursor, type SearchPage, writeCursor } from './search-page.ts';
import type { SearchCount, Step } from './searcher.ts';
import type { Survey, SurveyRequest } from './survey.ts';
import type { ThreadLink } from './thread-link.ts';
import { type Outcome, type Refusal, refused } from './trouble.ts';

export interface SearchOptions {
  /** Entries a page, 1 to 1,000; 100 when left out. */
  readonly limit?: number;
  /** `cursor` of the page before. */
  readonly cursor?: string;
  readonly signal?: AbortSignal;
  /** Told after each step, several times a page. */
  readonly onProgress?: (count: SearchCount) => void;
}

/** Rows as `entries` packs them, in the order of the journal. */
export interface ArchivedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

export const MOST_PAGE = 1000;
const USUAL_PAGE = 100;

export interface ArchiveParts {
  readonly folder: string;
  readonly storeId: Uint8Array;
  readonly limits: ArchiveLimits;
  readonly nowMs: () => number;
  readonly writer: ThreadLink<WriterRequest>;
  readonly reader: ThreadLink<SearchRequest>;
  readonly archived: number;
}

/** The searchable archive of received events behind the journal, as the other threads see it. `openArchive` makes one. */
export class Archive {
  readonly #parts: ArchiveParts;
  readonly #sealing: Sealing;
  #archived: number;
  #openings = 1;
  #finished = 0;
  #round = 0;
  #waitingBytes = 0;
  /** Something was refused because too much waits; true until nothing waits any more. */
  #isOverfull = false;
  #isFailing = false;
  #searches = 0;
  #damagedReads = 0;
  #closing: Promise<void> | undefined;

  constructor(parts: ArchiveParts) {
    this.#parts = parts;
    this.#archived = parts.archived;
    this.#sealing = new Sealing((segment) => this.#seal(segment));
    void this.#addUnsealed();
  }

  /** All of the journal up to here is on stable storage in the archive: its segments before that may go. */
  get archivedPosition(): number {
    return this.#archived;
  }

  /**
   * Archives events, in the order of the journal, behind all that were given before. The answer comes when they are on stable storage (L24), and then all
   * of the journal up to `through` is (the batch of the last event when left out). Give the next ones without waiting for it: what waits is written together.
   *
   * After a refusal everything that was given behind it is refused too (`behind`): begin again with the event behind `archivedPosition`. What was written
   * of it meanwhile is known by its place in the journal and not written twice.
   */
  async append(entries: readonly ArchiveEntry[], through?: number): Promise<Outcome<{ readonly archived: number }>> {
    const packed = packRows(entries);
    if (packed.kind === 'invalid') return refused('invalid', packed.message);
    return await this.appendRows(packed, through ?? entries.at(-1)?.position ?? 0);
  }

  /** The same for rows that were packed elsewhere; their bytes are handed over. */
  async appendRows({ bytes, count }: ArchivedRows, through: number): Promise<Outcome<{ readonly archived: number }>> {
    if (this.#closing !== undefined) return refused('closed', 'The archive is closed.');
    if (this.#waitingBytes === 0) this.#isOverfull = false;
    // What is given behind a refusal before that was heard of would leave a hole.
    const isTooMuch = this.#waitingBytes > 0 && this.#waitingBytes + bytes.length > this.#parts.limits.waitingBytes;
    if (this.#isOverfull || isTooMuch) {
      this.#isOverfull = true;
      return refused('busy', 'Too much waits to be archived.');
    }
    const round = this.#round;
    const size = bytes.length;
    this.#waitingBytes += size;
    const request = {
      kind: 'append',
      rows: bytes,
      count,
      through,
      round,
      nowMs: this.#parts.nowMs(),
    } as const;
    const outcome = await this.#parts.writer.ask<Appended>(request, [bytes.buffer]);
    this.#waitingBytes -= size;
    return this.#settle(outcome, round);
  }

  /** Writes what waits, without waiting for more. */
  async flush(): Promise<Outcome<{ readonly archived: number }>> {
    return this.#settle(await this.#ask<Appended>({ kind: 'flush' }), this.#round);
  }

  /**
   * Pages of what a query finds, newest first. A page ends when it is full or its time is over, so the first comes at once, with fewer entries or none where
   * much has to be read. A refusal is given once, and ends it.
   */
  async *search(
    query: ArchiveQuery,
    options: SearchOptions = {},
  ): AsyncGenerator<SearchPage | Refusal, void, undefined> {
    const { limit = USUAL_PAGE, cursor, signal, onProgress } = options;
    const begun = this.#begin(query, limit, cursor);
    if (begun.kind === 'refused') return yield begun;
    const search = this.#searches++;
    const { pageMs, pageBytes } = this.#parts.limits;
    let before = begun.value;
    let count = NO_COUNT;
    try {
      for (;;) {
        const startMs = this.#parts.nowMs();
        const entries: FoundEntry[] = [];
        let bytes = 0;
        let isEnd = false;
        do {
          if (isAborted(signal)) return;
          const request = { search, query, before, entries: limit - entries.length, bytes: pageBytes - bytes };
          const step = await this.#parts.reader.ask<Step>({ kind: 'step', ...request });
          if (step.kind === 'refused') return yield step;
          entries.push(...step.value.entries);
          bytes += step.value.entries.reduce((sum, { raw }) => sum + raw.length, 0);
          count = addedCount(count, step.value.count);
          this.#damagedReads += step.value.count.damaged;
          onProgress?.(count);
          isEnd = step.value.before === null;
          before = step.value.before ?? 0;
        } while (
          !isEnd &&
          entries.length < limit &&
          bytes < pageBytes &&
          Math.abs(this.#parts.nowMs() - startMs) < pageMs
        );
        if (isAborted(signal)) return;
        yield { kind: 'page', entries, cursor: isEnd ? null : writeCursor(query, before), count };
        if (isEnd) return;
      }
    } finally {
      void this.#parts.reader.ask({ kind: 'forget', search });
    }
  }

  /** One entry by its place, with the bytes as received. */
  read(place: EntryPlace): Promise<Outcome<FoundEntry>> {
    return this.#parts.reader.ask<FoundEntry>({ kind: 'read', place });
  }

  /** One entry by its place in the journal. */
  find(place: JournalPlace): Promise<Outcome<FoundEntry>> {
    return this.#parts.reader.ask<FoundEntry>({ kind: 'find', place });
  }

  /** Events by time, and what of a query stands nowhere: from the index, without reading events. */
  survey(request: SurveyRequest): Promise<Outcome<Survey>> {
    return this.#parts.reader.ask<Survey>({ kind: 'survey', ...request });
  }

  /** Keeps whole segments, until `release` with the id of the hold. The same id again takes its place. */
  hold(hold: Hold): Promise<Outcome<null>> {
    return this.#ask<null>({ kind: 'hold', hold });
  }

  /** Has a hold keep more; one that was released meanwhile stays so. */
  extendHold(id: string, more: HeldMore): Promise<Outcome<null>> {
    return this.#ask<null>({ kind: 'extendHold', id, more });
  }

  release(id: string): Promise<Outcome<null>> {
    return this.#ask<null>({ kind: 'release', id });
  }

  holds(): Promise<Outcome<readonly Hold[]>> {
    return this.#ask<readonly Hold[]>({ kind: 'holds' });
  }

  /** Lets go of segments whose time is over, and of the oldest where there is too little room; `keepMs` by retention class. */
  async retain(nowMs: number, keepMs: readonly (number | undefined)[]): Promise<Outcome<Retained>> {
    const outcome = await this.#parts.writer.ask<Retained>({ kind: 'retain', keepMs, nowMs });
    void this.#addUnsealed();
    return outcome;
  }

  async health(): Promise<Outcome<ArchiveHealth>> {
    const writer = await this.#ask<WriterHealth>({ kind: 'health' });
    if (writer.kind === 'refused') return writer;
    const extras = {
      damagedReads: this.#damagedReads,
      sealFailures: this.#sealing.failures,
      isWriterFailing: this.#isFailing,
      freeShare: this.#parts.limits.freeShare,
    };
    return done(archiveHealth(writer.value, extras));
  }

  /** Settles when every finished segment is sealed, or could not be. */
  async sealed(): Promise<void> {
    await this.#addUnsealed();
    await this.#sealing.settled();
  }

  /** Writes what waits, and ends all threads. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#sealing.stop();
    await Promise.all([this.#ask({ kind: 'close' }), this.#parts.reader.ask({ kind: 'close' })]);
    await Promise.all([this.#parts.writer.ended, this.#parts.reader.ended]);
  }

  #ask<Value>(request: WithoutNow<WriterRequest>): Promise<Outcome<Value>> {
    return this.#parts.writer.ask<Value>({ ...request, nowMs: this.#parts.nowMs() });
  }

  /** Takes note of how a write went: after trouble the index may be another, and what is given next is a new round. */
  #settle(outcome: Outcome<Appended>, round: number): Outcome<{ readonly archived: number }> {
    this.#isFailing = outcome.kind === 'refused';
    if (outcome.kind === 'refused') {
      this.#round = Math.max(this.#round, round + 1);
      return outcome;
    }
    const { archived, openings, finished } = outcome.value;
    this.#archived = archived;
    if (openings !== this.#openings) void this.#parts.reader.ask({ kind: 'reopen' });
    if (openings !== this.#openings || finished !== this.#finished) void this.#addUnsealed();
    this.#openings = openings;
    this.#finished = finished;
    return done({ archived });
  }

  #begin(query: ArchiveQuery, limit: number, cursor: string | undefined): Outcome<number | undefined> {
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST_PAGE)
      return refused('invalid', `A page has 1 to ${MOST_PAGE} entries, not ${limit}.`);
    const compiled = compileQuery(query);
    if (compiled.kind === 'refused') return compiled;
    return cursor === undefined ? done(undefined) : readCursor(query, cursor);
  }

  async #addUnsealed(): Promise<void> {
    const unsealed = await this.#ask<readonly number[]>({ kind: 'unsealed' });
    if (unsealed.kind === 'done') this.#sealing.add(unsealed.value);
  }

  async #seal(segment: number): Promise<boolean> {
    const { folder, storeId } = this.#parts;
    const isSealed = await sealInThread(folder, storeId, segment);
    if (!isSealed) return false;
    return (await this.#ask({ kind: 'sealed', segment })).kind === 'done';
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

type WithoutNow<Request> = Request extends unknown ? Omit<Request, 'nowMs'> : never;
