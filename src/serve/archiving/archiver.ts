import { setTimeout as delay } from 'node:timers/promises';
import type { Archive, ArchiveHealth, RefusalCode } from '../../archive/index.ts';
import type { ArchiveRows, ThreadOptions } from '../../intake/index.ts';
import type { Journal } from '../../journal/index.ts';
import type { Log } from '../log.ts';
import { Sleepers } from '../sleepers.ts';
import { OF_RETRIES, SparseLog } from '../sparse-log.ts';

export interface ArchiverParts {
  readonly archive: Archive;
  readonly journal: Journal;
  readonly log: Log;
  /** The server's clock, Unix milliseconds. */
  nowMs(): number;
  /** Reads a batch of the journal once more, for the archive alone. */
  readonly again: {
    rows(position: number, payload: Uint8Array): Promise<readonly ArchiveRows[]>;
    /** From now on by these settings. */
    use(options: ThreadOptions): void;
    close(): Promise<void>;
  };
  /** First position that the reader will offer. */
  readonly firstOffered: number;
  /** Bytes that may wait to be written before who offers waits as well. */
  readonly waitingBytes?: number;
}

const WAITING_BYTES = 48 << 20;
/** Longest time that a batch waits for room: then the archive falls behind, and reads it from the journal later. */
const ROOM_MS = 2000;
/** Between a refusal and the next attempt. */
const PAUSE_MS = 1000;
/** Longest wait for the archive to say how it is. */
const LOOK_MS = 500;
const NOT_ARCHIVED = 'events not archived';
const NOTHING: ArchiveRows = { bytes: new Uint8Array(0), count: 0 };

/**
 * Gives every event that is read to the archive, in the order of the journal and without waiting for each (DEPENDENCIES 5.1). While the archive keeps step it takes
 * what the reader has just read. After trouble of its disk it begins again behind what it holds and reads the journal itself until it has caught up; the reader
 * goes on meanwhile. What the archive has not written stays in the journal.
 */
export class Archiver {
  readonly archive: Archive;
  readonly #parts: ArchiverParts;
  readonly #stop = new AbortController();
  readonly #sleepers = new Sleepers();
  readonly #mostWaiting: number;
  /** Last position that was offered, and last that was given to the archive. */
  #offered: number;
  #given: number;
  #keepsStep: boolean;
  /** Something was refused: nothing is given until all that was given before is settled. */
  #isBroken = false;
  #waitingBytes = 0;
  #underWay = 0;
  #trouble: string | undefined;
  /** Of the refusal that lasts: a full disk refuses each attempt. */
  #refusal: string | undefined;
  readonly #refusals: SparseLog;
  #timesBehind = 0;
  #health: ArchiveHealth | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(parts: ArchiverParts) {
    this.#parts = parts;
    this.#refusals = new SparseLog(parts.log, parts.nowMs, OF_RETRIES);
    this.archive = parts.archive;
    this.#mostWaiting = parts.waitingBytes ?? WAITING_BYTES;
    this.#given = parts.archive.archivedPosition;
    this.#offered = Math.max(this.#given, parts.firstOffered - 1);
    this.#keepsStep = this.#given >= this.#offered;
  }

  /** All of the journal up to here is in the archive. */
  get position(): number {
    return this.archive.archivedPosition;
  }

  /** Positions that were read and that the archive does not hold yet. */
  get behind(): number {
    return Math.max(0, this.#offered - this.position);
  }

  /** How often it fell behind the reader. */
  get timesBehind(): number {
    return this.#timesBehind;
  }

  /** What the archive said of itself last. */
  get health(): ArchiveHealth | undefined {
    return this.#health;
  }

  /** What is not well with it, in sentences. */
  get degraded(): readonly string[] {
    const own = this.#trouble === undefined ? [] : [`events wait in the journal to be archived: ${this.#trouble}`];
    return [...own, ...(this.#health?.degraded ?? [])];
  }

  /** Asks the archive how it is; what comes late counts the next time, for whoever asks must not wait for a slow disk. */
  async look(): Promise<void> {
    const asked = this.archive.health().then((health) => {
      if (health.kind === 'done') this.#health = health.value;
    });
    await Promise.race([asked, delay(LOOK_MS, undefined, { ref: false })]);
  }

  /** Whether a batch is to be packed for the archive. */
  wants(position: number): boolean {
    return position > this.position;
  }

  /** The events of a batch, in the order of the journal; waits a little where too much waits to be written. */
  async offer(position: number, rows: readonly ArchiveRows[]): Promise<void> {
    if (position <= this.#offered && position <= this.#given) return;
    const isNext = this.#keepsStep;
    this.#offered = position;
    if (isNext && (await this.#give(position, rows, performance.now() + ROOM_MS))) return;
    if (this.#keepsStep) this.#fallBehind();
    this.#sleepers.wake();
  }

  start(onFailure: (cause: unknown) => void): void {
    this.#done = this.#keepUp().catch((cause: unknown) => {
      if (!this.#isOver) onFailure(cause);
    });
  }

  /** What it reads of the journal by itself is read by these settings from now on. */
  readBy(options: ThreadOptions): void {
    this.#parts.again.use(options);
  }

  /** Ends; what was given is written, what was not is read again at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#sleepers.wake();
    await this.#done;
    await this.#parts.again.close();
    await this.archive.close();
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Gives a batch piece by piece, as there is room; false where it was refused, or there was none in time. */
  async #give(position: number, rows: readonly ArchiveRows[], untilMs: number): Promise<boolean> {
    const pieces = rows.length === 0 ? [NOTHING] : rows;
    for (const [at, piece] of pieces.entries()) {
      while (this.#waitingBytes > this.#mostWaiting && !this.#isBroken && !this.#isOver) {
        if (performance.now() > untilMs) return false;
        await this.#sleepUntil(untilMs);
      }
      if (this.#isBroken || this.#isOver) return false;
      void this.#append(piece, at === pieces.length - 1 ? position : position - 1);
    }
    this.#given = position;
    return true;
  }

  async #append(piece: ArchiveRows, through: number): Promise<void> {
    const size = piece.bytes.length;
    const bytes = size === 0 ? new Uint8Array(0) : piece.bytes;
    this.#waitingBytes += size;
    this.#underWay++;
    const refusal = await this.archive.appendRows({ bytes, count: piece.count }, through).then(
      (outcome) => (outcome.kind === 'refused' ? outcome : undefined),
      (cause: unknown) => ({ code: 'died' as const, message: cause instanceof Error ? cause.message : String(cause) }),
    );
    this.#waitingBytes -= size;
    this.#underWay--;
    if (refusal !== undefined) this.#refused(refusal);
    else if (!this.#isBroken && this.#keepsStep) this.#mended();
    this.#sleepers.wake();
  }

  #refused({ code, message }: { readonly code: RefusalCode; readonly message: string }): void {
    if (code === 'closed' && this.#isOver) return;
    if (!this.#isBroken) {
      if (this.#refusal !== code) this.#refusals.anew(NOT_ARCHIVED);
      this.#refusal = code;
      this.#trouble = message;
      this.#refusals.error(NOT_ARCHIVED, { code, message, archived: this.position });
    }
    this.#isBroken = true;
    if (this.#keepsStep) this.#fallBehind();
  }

  #mended(): void {
    if (this.#refusal === undefined) return;
    this.#refusals.anew(NOT_ARCHIVED);
    this.#refusal = undefined;
    this.#trouble = undefined;
  }

  #fallBehind(): void {
    this.#keepsStep = false;
    this.#timesBehind++;
  }

  async #keepUp(): Promise<void> {
    while (!this.#isOver) {
      if (this.#isBroken) {
        await this.#beginAgain();
        continue;
      }
      if (!this.#keepsStep && this.#given >= this.#offered) {
        this.#keepsStep = true;
        if (this.#timesBehind > 0) this.#parts.log.info('the archive keeps step', { position: this.#given });
      }
      if (this.#keepsStep) await this.#sleepers.sleep();
      else await this.#catchUp();
    }
  }

  /** Once nothing is under way any more, the next attempt begins behind what the archive holds. */
  async #beginAgain(): Promise<void> {
    while (this.#underWay > 0 && !this.#isOver) await this.#sleepers.sleep();
    await this.#sleepUntil(performance.now() + PAUSE_MS);
    this.#given = this.position;
    this.#isBroken = false;
  }

  /** Reads the journal from behind what was given, up to what was offered meanwhile. */
  async #catchUp(): Promise<void> {
    const { journal, again } = this.#parts;
    for await (const { position, payload } of journal.read(this.#given + 1, { signal: this.#stop.signal })) {
      if (position > this.#offered) {
        // What lay between was let go of, or does not verify.
        this.#given = this.#offered;
        return;
      }
      const rows = await again.rows(position, payload);
      if (this.#isBroken || !(await this.#give(position, rows, Number.POSITIVE_INFINITY))) return;
      if (position >= this.#offered) return;
    }
  }

  /** Until something changes, or a time on the steady clock. */
  async #sleepUntil(untilMs: number): Promise<void> {
    const ms = Math.min(Math.max(0, untilMs - performance.now()), PAUSE_MS);
    await Promise.race([delay(ms), this.#sleepers.sleep()]);
  }
}
