import type { DiskFailure } from './disk-port.ts';
import type { SpaceWatch } from './free-space.ts';
import {
  type AppendOutcome,
  type DurableGroup,
  GroupCommit,
  type GroupTarget,
  type Refusal,
  type RefusalReason,
} from './group-commit.ts';
import { degradedReasons, type JournalHealth } from './health.ts';
import type { JournalLimits } from './limits.ts';
import type { StoredPayload } from './payload-codec.ts';
import { type PlaceSince, placeSince } from './place-since.ts';
import { type JournalEntry, type ReadOptions, readJournal } from './read-journal.ts';
import type { RecoveryNotes } from './recover-segment.ts';
import type { ReserveFile } from './reserve-file.ts';
import type { Segment } from './segment.ts';
import type { SegmentPlace } from './segment-file.ts';
import { type GroupOutcome, type Released, SegmentList } from './segment-list.ts';
import { Wakeup } from './wakeup.ts';

/** The durable log of received batches: what stands between a socket and its answer. `openJournal` makes one. */
export interface Journal {
  /**
   * Puts a batch behind all that were given before; its parts, joined, are the payload and must not change until the answer. The answer says
   * `durable` only when the batch is on stable storage (L24). Never rejects for the disk's sake. `events`: how many it holds, one where left out; it counts in
   * `JournalRequest.onGroup` alone.
   */
  append(parts: readonly Uint8Array[], events?: number): Promise<AppendOutcome>;
  /** Durable batches in order from a position, then each as it comes; see `readJournal`. Appends go on meanwhile. */
  read(from: number, options?: ReadOptions): AsyncGenerator<JournalEntry, void, undefined>;
  /** Last durable position; 0 when there is none. */
  readonly durable: number;
  /** Lets go of whole segments whose batches all lie below a position, except those that are being read or set aside, and the newest. */
  release(before: number): Promise<void>;
  /**
   * Lets go of such segments, the oldest first, as long as less than a share of the disk is free; that share is at least what calls the disk low. What went so is
   * counted in the health.
   */
  makeRoom(before: number, freeShare: number): Promise<Released>;
  /** Where the first batch lies that came then or later (Unix milliseconds); see `placeSince`. */
  placeSince(ms: number): PlaceSince;
  health(): JournalHealth;
  /** Refuses new batches, answers those that wait, and seals. Readers end. */
  close(): Promise<void>;
}

export interface JournalParts {
  readonly place: SegmentPlace;
  readonly segments: Segment[];
  readonly next: number;
  readonly notes: RecoveryNotes;
  readonly limits: JournalLimits;
  readonly reserve: ReserveFile;
  readonly space: SpaceWatch;
  readonly nowMs: () => number;
  readonly onGroup: ((group: DurableGroup) => void) | undefined;
}

interface Pause {
  readonly reason: RefusalReason;
  readonly untilMs: number;
}

export class OpenedJournal implements Journal, GroupTarget {
  readonly #parts: JournalParts;
  readonly #list: SegmentList;
  readonly #commit: GroupCommit;
  readonly #changed = new Wakeup();
  #pause: Pause | undefined;
  #restoring: Promise<void> | undefined;
  #releasing: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #isClosed = false;
  #groups = 0;
  #batches = 0;
  #storedBytes = 0;
  #early = 0;
  #failures = 0;
  #lastFailure: JournalHealth['lastFailure'];

  constructor(parts: JournalParts) {
    this.#parts = parts;
    const { place, segments, next, limits, nowMs, notes } = parts;
    for (const failure of notes.failures) this.#fail(failure);
    this.#list = new SegmentList(place, segments, next - 1, limits, (failure) => this.#fail(failure));
    this.#commit = new GroupCommit(this, limits, nowMs, parts.onGroup);
  }

  get durable(): number {
    return this.#list.durable;
  }

  append(parts: readonly Uint8Array[], events = 1): Promise<AppendOutcome> {
    return this.#commit.append(parts, events);
  }

  read(from: number, options: ReadOptions = {}): AsyncGenerator<JournalEntry, void, undefined> {
    const isClosed = (): boolean => this.#isClosed;
    const list = this.#list;
    const source = {
      place: list.place,
      segments: list.segments,
      changed: this.#changed,
      onDamage: (segment: Segment, at: number): void => this.#damaged(segment, at),
      settled: (): Promise<void> => list.settled(),
      get isClosed(): boolean {
        return isClosed();
      },
    };
    return readJournal(source, from, options);
  }

  release(before: number): Promise<void> {
    this.#releasing = this.#releasing.then(() => this.#list.release(before)).then(() => undefined);
    return this.#releasing;
  }

  makeRoom(before: number, freeShare: number): Promise<Released> {
    const { space, limits, nowMs } = this.#parts;
    const share = Math.max(freeShare, limits.lowShare);
    const gone = this.#releasing.then(() => this.#list.release(before, () => space.hasLess(share, nowMs())));
    this.#releasing = gone.then(({ segments }) => {
      this.#early += segments;
    });
    return gone;
  }

  placeSince(ms: number): PlaceSince {
    return placeSince(this.#list.segments, ms);
  }

  /** The free space is that of the last look; being asked begins another, for nobody sends to a server that says that it is full. */
  health(): JournalHealth {
    const { notes, reserve, space, nowMs } = this.#parts;
    if (!this.#isClosed) void space.refresh(nowMs());
    const { segments } = this.#list;
    const known = {
      durable: this.durable,
      first: segments.find(({ first, last }) => last >= first)?.first ?? 0,
      last: segments.findLast(({ first, last }) => last >= first)?.last ?? 0,
      segments: segments.length,
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
      waiting: { batches: this.#commit.waitingBatches, bytes: this.#commit.waitingBytes },
      written: { batches: this.#batches, groups: this.#groups, storedBytes: this.#storedBytes },
      refused: { ...this.#commit.refused },
      early: this.#early,
      failures: this.#failures,
      ...(this.#lastFailure === undefined ? {} : { lastFailure: this.#lastFailure }),
      setAside: segments.filter(({ isAside }) => isAside).map(({ name }) => name),
      tornTails: notes.tornTails,
      gaps: notes.gaps,
      space: { state: space.state, ...space.space },
      reserve: reserve.state,
      refusing: this.#unproven() ?? (space.state === 'refusing' ? 'full' : undefined),
    };
    return { ...known, degraded: degradedReasons(known) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async refusal(): Promise<Refusal | undefined> {
    const { space, reserve, nowMs, limits } = this.#parts;
    const pause = this.#pauseNow();
    if (pause !== undefined) return { kind: 'refused', ...pause };
    await space.refresh(nowMs());
    if (space.state !== 'refusing') return undefined;
    if (space.space.freeBytes < reserve.bytes) await reserve.letGo();
    return { kind: 'refused', reason: 'full', retryAfterMs: limits.pauseMs };
  }

  write(payloads: readonly StoredPayload[]): Promise<GroupOutcome> {
    return this.#list.write(payloads, this.#parts.nowMs());
  }

  async afterGroup(outcome: GroupOutcome, payloads: readonly StoredPayload[]): Promise<Refusal | undefined> {
    const { limits, nowMs, reserve } = this.#parts;
    if (outcome.kind === 'durable') {
      this.#pause = undefined;
      this.#groups += 1;
      this.#batches += payloads.length;
      this.#storedBytes += payloads.reduce((sum, { bytes }) => sum + bytes.length, 0);
      this.#changed.notify();
      this.#restoreReserve();
      return undefined;
    }
    await this.#restoring;
    if (outcome.kind === 'full') await reserve.letGo();
    this.#pause = { reason: outcome.kind, untilMs: nowMs() + limits.pauseMs };
    this.#changed.notify();
    return { kind: 'refused', reason: outcome.kind, retryAfterMs: limits.pauseMs };
  }

  /** A pause that still lasts. A clock that was set back does not make it longer. */
  #pauseNow(): { readonly reason: RefusalReason; readonly retryAfterMs: number } | undefined {
    if (this.#pause === undefined) return undefined;
    const retryAfterMs = this.#pause.untilMs - this.#parts.nowMs();
    const isOver = retryAfterMs <= 0 || retryAfterMs > this.#parts.limits.pauseMs;
    return isOver ? undefined : { reason: this.#pause.reason, retryAfterMs };
  }

  /** Why the last batches were refused, for a while after nothing was written since: a disk is well when it took something. */
  #unproven(): RefusalReason | undefined {
    const { nowMs, limits } = this.#parts;
    if (this.#pause === undefined) return undefined;
    const sinceMs = nowMs() - (this.#pause.untilMs - limits.pauseMs);
    return sinceMs >= 0 && sinceMs < limits.unprovenMs ? this.#pause.reason : undefined;
  }

  /** Makes the reserve again beside the appends, when there is room for it. */
  #restoreReserve(): void {
    const { reserve, space } = this.#parts;
    if (reserve.state !== 'released' || this.#restoring !== undefined || !space.hasRoomFor(reserve.bytes)) return;
    this.#restoring = reserve.make().then((made) => {
      this.#restoring = undefined;
      if (!made.isDone) this.#fail(made.failure);
    });
  }

  #damaged(segment: Segment, at: number): void {
    if (segment.isAside) return;
    this.#fail({
      what: `read ${segment.name}`,
      code: 'EBADMSG',
      text: `what begins at byte ${at} does not verify any more`,
    });
    this.#list.setAside(segment);
  }

  #fail(failure: DiskFailure): void {
    this.#failures += 1;
    this.#lastFailure = { ...failure, atMs: this.#parts.nowMs() };
  }

  async #end(): Promise<void> {
    await this.#commit.close();
    await this.#restoring;
    await this.#releasing;
    await this.#list.end();
    await this.#list.settled();
    this.#isClosed = true;
    this.#changed.notify();
  }
}
