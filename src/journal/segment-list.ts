import { type DiskFailure, isFull, type Tried, tried } from './disk-port.ts';
import { frameBytes } from './frame.ts';
import type { JournalLimits } from './limits.ts';
import type { StoredPayload } from './payload-codec.ts';
import { asideName, type Segment } from './segment.ts';
import { createSegment, type SegmentFile, type SegmentPlace } from './segment-file.ts';
import { HEADER_BYTES } from './segment-header.ts';

/** Names that a new segment tries, when files of attempts that failed could not be removed. */
const MAX_ATTEMPTS = 100;

export type GroupOutcome =
  | { readonly kind: 'durable' }
  | { readonly kind: 'full' | 'failed'; readonly failure: DiskFailure };

/** What a journal let go of. */
export interface Released {
  readonly segments: number;
  readonly bytes: number;
}

/** All segments of a journal, and the one that is being written. */
export class SegmentList {
  readonly place: SegmentPlace;
  readonly segments: Segment[];
  readonly #limits: JournalLimits;
  readonly #onFailure: (failure: DiskFailure) => void;
  #active: SegmentFile | undefined;
  #durable: number;
  #renaming: Promise<void> = Promise.resolve();

  constructor(
    place: SegmentPlace,
    segments: Segment[],
    durable: number,
    limits: JournalLimits,
    onFailure: (failure: DiskFailure) => void,
  ) {
    this.place = place;
    this.segments = segments;
    this.#durable = durable;
    this.#limits = limits;
    this.#onFailure = onFailure;
  }

  /** The last position that was given; all up to it is on stable storage. */
  get durable(): number {
    return this.#durable;
  }

  /**
   * Writes a group to the segment being written, or to a new one when that is full or old. What a broken file did not take is written to a new one,
   * once (SERVE 3.3); a sync is never tried again on the same file.
   */
  async write(payloads: readonly StoredPayload[], nowMs: number): Promise<GroupOutcome> {
    await this.#rollIfDue(payloads, nowMs);
    const first = await this.#tryWrite(payloads, nowMs);
    return first.kind === 'failed' ? this.#tryWrite(payloads, nowMs) : first;
  }

  /** Ends the segment that is being written. */
  async end(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    if (active === undefined) return;
    this.#note(await active.end());
    if (active.segment.bytes === HEADER_BYTES) await this.#drop(active.segment);
    if (active.segment.isAside) this.setAside(active.segment);
  }

  /**
   * Unlinks whole segments below a position, the oldest first, each only where `isWanted` still says so. The newest one with a batch stays: the next
   * position is known by it.
   */
  async release(before: number, isWanted?: () => Promise<boolean>): Promise<Released> {
    const newest = this.segments.findLast(({ first, last }) => last >= first);
    const gone = { segments: 0, bytes: 0 };
    for (const segment of this.segments.filter(({ isAside }) => !isAside)) {
      if (isWanted !== undefined && !(await isWanted())) break;
      if (segment === newest || !segment.isFinished || segment.last >= before || segment.readers > 0) break;
      if (!(await this.#unlink(segment.name))) break;
      this.segments.splice(this.segments.indexOf(segment), 1);
      gone.segments += 1;
      gone.bytes += segment.bytes;
    }
    return gone;
  }

  /** Keeps a broken segment under a name that says so. The one being written gets that name when it ends. */
  setAside(segment: Segment): void {
    segment.isAside = true;
    if (!segment.isFinished) return;
    this.#renaming = this.#renaming.then(() => this.#rename(segment));
  }

  settled(): Promise<void> {
    return this.#renaming;
  }

  async #rollIfDue(payloads: readonly StoredPayload[], nowMs: number): Promise<void> {
    const active = this.#active;
    if (active === undefined || active.segment.bytes === HEADER_BYTES) return;
    const { rollBytes, rollMs } = this.#limits;
    const bytes = payloads.reduce((sum, payload) => sum + frameBytes(payload.bytes), active.segment.bytes);
    if (bytes > rollBytes || nowMs - active.createdMs >= rollMs) await this.end();
  }

  async #tryWrite(payloads: readonly StoredPayload[], nowMs: number): Promise<GroupOutcome> {
    const made =
      this.#active === undefined ? await this.#create(nowMs) : { isDone: true as const, value: this.#active };
    if (!made.isDone) {
      this.#note(made);
      return { kind: isFull(made.failure) ? 'full' : 'failed', failure: made.failure };
    }
    const file = made.value;
    const outcome = await file.append(payloads);
    if (outcome.kind === 'durable') {
      this.#durable = file.segment.last;
      return outcome;
    }
    this.#onFailure(outcome.failure);
    if (outcome.kind === 'full') return outcome;
    this.#active = undefined;
    if (file.segment.last < file.segment.first) await this.#drop(file.segment);
    return { kind: 'failed', failure: outcome.failure };
  }

  async #create(nowMs: number): Promise<Tried<SegmentFile>> {
    const first = this.#durable + 1;
    let attempt =
      Math.max(-1, ...this.segments.filter((other) => other.first === first).map((other) => other.attempt)) + 1;
    let made = await createSegment(this.place, first, attempt, nowMs);
    while (!made.isDone && made.failure.code === 'EEXIST' && attempt < MAX_ATTEMPTS) {
      attempt += 1;
      made = await createSegment(this.place, first, attempt, nowMs);
    }
    if (made.isDone) {
      this.#active = made.value;
      this.segments.push(made.value.segment);
    }
    return made;
  }

  /** Forgets a file in which nothing was acknowledged; if it cannot be removed the next start does. */
  async #drop(segment: Segment): Promise<void> {
    this.segments.splice(this.segments.indexOf(segment), 1);
    await this.#unlink(segment.name);
  }

  async #unlink(name: string): Promise<boolean> {
    const { disk, folder } = this.place;
    const gone = await tried(`unlink ${name}`, disk.unlink(`${folder}/${name}`));
    const synced = gone.isDone ? await tried('sync the folder', disk.syncFolder(folder)) : gone;
    this.#note(synced);
    return gone.isDone;
  }

  async #rename(segment: Segment): Promise<void> {
    const { disk, folder } = this.place;
    const name = asideName(segment.name);
    if (name === segment.name) return;
    const renamed = await tried(
      `set aside ${segment.name}`,
      disk.rename(`${folder}/${segment.name}`, `${folder}/${name}`),
    );
    if (renamed.isDone) segment.name = name;
    this.#note(renamed.isDone ? await tried('sync the folder', disk.syncFolder(folder)) : renamed);
  }

  #note(outcome: Tried<unknown>): void {
    if (!outcome.isDone) this.#onFailure(outcome.failure);
  }
}
