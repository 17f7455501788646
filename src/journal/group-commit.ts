import { frameBytes, MAX_GROUP_FRAMES } from './frame.ts';
import type { JournalLimits } from './limits.ts';
import { Packer, type StoredPayload } from './payload-codec.ts';
import type { GroupOutcome } from './segment-list.ts';

/**
 * `busy`: too much waits; `full`: no room on the disk; `failed`: the disk does not take it; `closed`: the journal ends; `tooLarge`: this payload never fits.
 * Nothing of what was refused is in the journal as far as its sender can tell: it may be sent again.
 */
export type RefusalReason = 'busy' | 'full' | 'failed' | 'closed' | 'tooLarge';

export interface Refusal {
  readonly kind: 'refused';
  readonly reason: RefusalReason;
  /** When to try again; absent where trying again does not help. */
  readonly retryAfterMs?: number;
}

export type AppendOutcome = { readonly kind: 'durable'; readonly position: number } | Refusal;

/** What the committer asks of the journal. */
export interface GroupTarget {
  /** Why nothing can be written now. Asked before each group. */
  refusal(): Promise<Refusal | undefined>;
  /** Writes a group; when it is durable its first position is one more than `durable` was. */
  write(payloads: readonly StoredPayload[]): Promise<GroupOutcome>;
  readonly durable: number;
  /** After a group, before its batches are answered. */
  afterGroup(outcome: GroupOutcome, payloads: readonly StoredPayload[]): Promise<Refusal | undefined>;
}

/** Batches that became durable with one write. */
export interface DurableGroup {
  readonly batches: number;
  /** As who gave the batches counted them. */
  readonly events: number;
}

interface Waiting {
  readonly bytes: number;
  readonly events: number;
  readonly resolve: (outcome: AppendOutcome) => void;
  packing: Promise<void> | undefined;
  stored: StoredPayload | undefined;
}

const RETRY_LEAST_MS = 100;
const RETRY_MOST_MS = 10_000;
/** Share of the last group in the running rate. */
const RATE_SHARE = 0.2;

/**
 * Group commit without a timer (SERVE 3.2): while one group is being written the next one gathers; an idle journal writes at once. Positions follow
 * the order of calls.
 */
export class GroupCommit {
  readonly #target: GroupTarget;
  readonly #limits: JournalLimits;
  readonly #nowMs: () => number;
  readonly #packer: Packer;
  readonly #onGroup: ((group: DurableGroup) => void) | undefined;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #bytesPerMs = 0;
  #isClosed = false;
  readonly refused: Record<RefusalReason, number> = { busy: 0, full: 0, failed: 0, closed: 0, tooLarge: 0 };

  /** `onGroup` is told of each group that is durable, before its batches are answered. */
  constructor(
    target: GroupTarget,
    limits: JournalLimits,
    nowMs: () => number,
    onGroup?: (group: DurableGroup) => void,
  ) {
    this.#target = target;
    this.#onGroup = onGroup;
    this.#limits = limits;
    this.#nowMs = nowMs;
    this.#packer = new Packer(limits.packAtOnce);
  }

  /** Payload bytes that are not answered yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get waitingBatches(): number {
    return this.#queue.length;
  }

  append(parts: readonly Uint8Array[], events: number): Promise<AppendOutcome> {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    const refusal = this.#refusalOf(bytes);
    if (refusal !== undefined) return Promise.resolve(this.#counted(refusal));
    this.#waitingBytes += bytes;
    return new Promise((resolve) => {
      const stored = this.#packer.pack(wholeOf(parts, bytes));
      const waiting: Waiting = { bytes, events, resolve, packing: undefined, stored: undefined };
      if (stored instanceof Promise) {
        waiting.packing = stored.then((packed) => {
          waiting.stored = packed;
        });
      } else waiting.stored = stored;
      this.#queue.push(waiting);
      this.#running ??= this.#run();
    });
  }

  /** Takes nothing more; ends when all that waited is answered. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  #refusalOf(bytes: number): Refusal | undefined {
    const { maxPayloadBytes, maxWaitingBytes } = this.#limits;
    if (this.#isClosed) return { kind: 'refused', reason: 'closed' };
    if (bytes > maxPayloadBytes) return { kind: 'refused', reason: 'tooLarge' };
    if (this.#waitingBytes === 0 || this.#waitingBytes + bytes <= maxWaitingBytes) return undefined;
    const drainMs = this.#bytesPerMs > 0 ? Math.ceil(this.#waitingBytes / this.#bytesPerMs) : RETRY_LEAST_MS;
    return {
      kind: 'refused',
      reason: 'busy',
      retryAfterMs: Math.min(RETRY_MOST_MS, Math.max(RETRY_LEAST_MS, drainMs)),
    };
  }

  async #run(): Promise<void> {
    // A turn of the queue of promises lets calls of the same moment join the first group.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const refusal = await this.#target.refusal();
      if (refusal !== undefined) {
        this.#answer(this.#queue.splice(0), () => this.#counted(refusal));
        continue;
      }
      await this.#queue[0]?.packing;
      await this.#commit(this.#takeGroup());
    }
    this.#running = undefined;
  }

  /** What is packed at the head of the queue, within bounds, and one at least. */
  #takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { stored } of this.#queue) {
      if (stored === undefined || count === MAX_GROUP_FRAMES) break;
      bytes += frameBytes(stored.bytes);
      if (count > 0 && bytes > this.#limits.maxGroupBytes) break;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(group: Waiting[]): Promise<void> {
    const payloads = group.flatMap(({ stored }) => (stored === undefined ? [] : [stored]));
    const startMs = this.#nowMs();
    let position = this.#target.durable;
    const outcome = await this.#target.write(payloads);
    const refusal = await this.#target.afterGroup(outcome, payloads);
    if (refusal !== undefined) {
      this.#answer(group, () => this.#counted(refusal));
      return;
    }
    this.#learnRate(group, startMs);
    this.#onGroup?.({ batches: group.length, events: group.reduce((sum, { events }) => sum + events, 0) });
    this.#answer(group, () => {
      position += 1;
      return { kind: 'durable', position };
    });
  }

  #answer(group: readonly Waiting[], outcomeOf: () => AppendOutcome): void {
    for (const { bytes, resolve } of group) {
      this.#waitingBytes -= bytes;
      resolve(outcomeOf());
    }
  }

  #learnRate(group: readonly Waiting[], startMs: number): void {
    const bytes = group.reduce((sum, one) => sum + one.bytes, 0);
    const rate = bytes / Math.max(1, this.#nowMs() - startMs);
    this.#bytesPerMs = this.#bytesPerMs === 0 ? rate : this.#bytesPerMs + RATE_SHARE * (rate - this.#bytesPerMs);
  }

  #counted(refusal: Refusal): Refusal {
    this.refused[refusal.reason] += 1;
    return refusal;
  }
}

function wholeOf(parts: readonly Uint8Array[], bytes: number): Buffer {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.length);
  return Buffer.concat(parts, bytes);
}
