import { done } from '../disk/index.ts';
import type { Hold } from './holds.ts';
import { holdTrouble, MOST_HOLDS, readHolds, withMore, writeHolds } from './holds.ts';
import type { ArchiveLimits } from './limits.ts';
import type { Appended, WriterHealth, WriterRequest } from './messages.ts';
import { type Retained, retain } from './retention.ts';
import { slicesName } from './segment.ts';
import type { Store } from './store.ts';
import { attempt, type Outcome, type Refusal, refused } from './trouble.ts';
import type { WriteCount } from './writer.ts';

type Append = Extract<WriterRequest, { kind: 'append' }>;
type Answer = (outcome: Outcome<unknown>) => void;

interface WaitingAppend {
  readonly append: Append;
  readonly answer: Answer;
}

/** Gathers what is to be archived, and does what is asked of the thread that writes, in order. */
export class WriterThread {
  readonly #store: Store;
  readonly #limits: ArchiveLimits;
  readonly #later: (afterMs: number, work: () => void) => () => void;
  #waiting: WaitingAppend[] = [];
  #waitingEntries = 0;
  #waitingBytes = 0;
  #stopTimer: (() => void) | undefined;
  #round = 0;
  #refused = 0;
  #lastTrouble: string | undefined;
  readonly #written = { entries: 0, blocks: 0, rawBytes: 0, storedBytes: 0, repeated: 0 };
  readonly #retained = { expired: 0, early: 0, bytes: 0 };

  /** `later` does something after so many milliseconds, and gives what calls that off. */
  constructor(store: Store, limits: ArchiveLimits, later: (afterMs: number, work: () => void) => () => void) {
    this.#store = store;
    this.#limits = limits;
    this.#later = later;
  }

  take(request: WriterRequest, answer: Answer): void {
    if (request.kind === 'append') {
      this.#append(request, answer);
      return;
    }
    if (request.kind === 'flush' || request.kind === 'close') this.flush();
    answer(this.#do(request));
  }

  /** Writes what waits. */
  flush(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingEntries = 0;
    this.#waitingBytes = 0;
    if (waiting.length === 0) return;
    const rows = waiting.map(({ append }) =>
      Buffer.from(append.rows.buffer, append.rows.byteOffset, append.rows.length),
    );
    const through = Math.max(...waiting.map(({ append }) => append.through));
    const outcome = this.#write(rows, through, waiting);
    if (outcome.kind === 'refused') {
      this.#round += 1;
      for (const { answer } of waiting) answer(this.#refuse(outcome));
      return;
    }
    this.#count(outcome.value);
    for (const { answer } of waiting) answer(done(this.#standing()));
  }

  #standing(): Appended {
    const { archived, openings, finished } = this.#store;
    return { archived, openings, finished };
  }

  /** A mistake of the program is told to everybody who waits, before it goes on. */
  #write(rows: readonly Buffer[], through: number, waiting: readonly WaitingAppend[]): Outcome<WriteCount> {
    try {
      return this.#store.write(rows, through, waiting.at(-1)?.append.nowMs ?? 0);
    } catch (error) {
      for (const { answer } of waiting) answer(refused('died', error instanceof Error ? error.message : String(error)));
      throw error;
    }
  }

  #count(count: WriteCount): void {
    this.#written.entries += count.entries;
    this.#written.blocks += count.blocks;
    this.#written.rawBytes += count.rawBytes;
    this.#written.storedBytes += count.storedBytes;
    this.#written.repeated += count.repeated;
  }

  #append(append: Append, answer: Answer): void {
    if (append.round < this.#round) {
      answer(this.#refuse(refused('behind', 'What was given before was refused, and comes first.')));
      return;
    }
    this.#waiting.push({ append, answer });
    this.#waitingEntries += append.count;
    this.#waitingBytes += append.rows.length;
    const { gatherEvents, gatherBytes, gatherMs } = this.#limits;
    if (this.#waitingEntries >= gatherEvents || this.#waitingBytes >= gatherBytes) this.flush();
    else this.#stopTimer ??= this.#later(gatherMs, () => this.flush());
  }

  #refuse(refusal: Refusal): Refusal {
    this.#refused += 1;
    this.#lastTrouble = refusal.message;
    return refusal;
  }

  #do(request: Exclude<WriterRequest, Append>): Outcome<unknown> {
    switch (request.kind) {
      case 'flush':
        return done(this.#standing());
      case 'retain':
        return this.#retain(request.keepMs, request.nowMs);
      case 'hold':
        return this.#hold(request.hold);
      case 'extendHold':
        return this.#changeHolds((holds) =>
          done(holds.map((hold) => (hold.id === request.id ? withMore(hold, request.more) : hold))),
        );
      case 'release':
        return this.#changeHolds((holds) => done(holds.filter(({ id }) => id !== request.id)));
      case 'holds':
        return this.#holds();
      case 'unsealed':
        return this.#unsealed(request.nowMs);
      case 'sealed':
        return this.#sealed(request.segment, request.nowMs);
      case 'health':
        return this.#health(request.nowMs);
      case 'close':
        this.#store.close();
        return done(null);
    }
  }

  #retain(keepMs: readonly (number | undefined)[], nowMs: number): Outcome<Retained> {
    const holds = this.#holds();
    if (holds.kind === 'refused') return holds;
    const { freeShare } = this.#limits;
    const outcome = this.#store.run(nowMs, ({ index, writer }) => {
      writer.finishOld(nowMs);
      return retain({ files: this.#store.files, index, holds: holds.value, nowMs, keepMs, freeShare });
    });
    if (outcome.kind === 'refused') return this.#refuse(outcome);
    this.#retained.expired += outcome.value.expired;
    this.#retained.early += outcome.value.early;
    this.#retained.bytes += outcome.value.bytes;
    return outcome;
  }

  #hold(hold: Hold): Outcome<null> {
    const trouble = holdTrouble(hold);
    if (trouble !== undefined) return refused('invalid', trouble);
    return this.#changeHolds((holds) => {
      const others = holds.filter(({ id }) => id !== hold.id);
      return others.length < MOST_HOLDS
        ? done([...others, hold])
        : refused('invalid', `There are ${MOST_HOLDS} holds.`);
    });
  }

  #changeHolds(change: (holds: readonly Hold[]) => Outcome<readonly Hold[]>): Outcome<null> {
    const holds = this.#holds();
    if (holds.kind === 'refused') return holds;
    const changed = change(holds.value);
    if (changed.kind === 'refused') return changed;
    const written = attempt(() => writeHolds(this.#store.files, changed.value));
    return written.kind === 'done' ? done(null) : this.#refuse(written);
  }

  #holds(): Outcome<readonly Hold[]> {
    const read = attempt(() => readHolds(this.#store.files));
    return read.kind === 'done' ? read.value : read;
  }

  #unsealed(nowMs: number): Outcome<readonly number[]> {
    const segments = this.#store.segments(nowMs);
    if (segments.kind === 'refused') return segments;
    return done(segments.value.filter(({ finished, sealed }) => finished === 1 && sealed === 0).map(({ id }) => id));
  }

  /** Takes over the slices that were made of a segment; of one that went meanwhile they are removed. */
  #sealed(segment: number, nowMs: number): Outcome<null> {
    return this.#store.run(nowMs, ({ index }) => {
      const row = index.segment(segment);
      if (row !== undefined) index.transaction(() => index.seal(segment));
      else {
        const stray = this.#store.files
          .names()
          .filter((name) => name.startsWith(`seg-${String(segment).padStart(16, '0')}-`));
        for (const name of stray.filter((one) => one === slicesName(one) && one.endsWith('.slices')))
          this.#store.files.unlink(name);
      }
      return null;
    });
  }

  #health(nowMs: number): Outcome<WriterHealth> {
    const segments = this.#store.segments(nowMs);
    const free = attempt(() => this.#store.files.freeSpace());
    return done({
      archived: this.#store.archived,
      waitingEntries: this.#waitingEntries,
      waitingBytes: this.#waitingBytes,
      segments: segments.kind === 'done' ? segments.value : [],
      notes: this.#store.notes,
      openings: this.#store.openings,
      written: { ...this.#written },
      refused: this.#refused,
      lastTrouble: this.#lastTrouble,
      retained: { ...this.#retained },
      free: free.kind === 'done' ? free.value : { freeBytes: 0, totalBytes: 0 },
    });
  }
}
