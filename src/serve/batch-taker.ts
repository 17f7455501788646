import type { Journal } from '../journal/index.ts';
import {
  BATCH_DIGEST_KEPT_MS,
  BATCH_ID_KEPT_MS,
  batchIdentity,
  type EnvelopeHeader,
  type IdentifiedBatch,
  packEnvelope,
  sameBatch,
} from '../receive/index.ts';
import type { State } from '../state/index.ts';

/** What became of a batch. `again`: it had been taken before, and nothing was added. */
export type Taken =
  | { readonly kind: 'taken'; readonly position: number }
  | { readonly kind: 'again'; readonly position: number }
  | { readonly kind: 'conflict' }
  | {
      readonly kind: 'refused';
      readonly reason: 'busy' | 'full' | 'failed' | 'closed' | 'tooLarge' | 'lag' | 'state';
      readonly retryAfterMs: number;
    };

interface OpenBatch {
  readonly receivedMs: number;
  readonly digest: string;
  readonly outcome: Promise<Taken>;
}

export interface TakerLimits {
  /** Bytes that may be durable and not yet read; of one sender as many as are still free then, alone half of all (L15). */
  readonly lagBytes: number;
}

const RETRY_MS = 1000;

/**
 * The one way into the journal (L24): a batch is known by its identity before it is appended (L19), also while its first copy
 * is still on its way to the disk. Once the reader behind the answer has committed it, the state knows it.
 */
export class BatchTaker {
  readonly #journal: Pick<Journal, 'append'>;
  readonly #state: State;
  readonly #limits: TakerLimits;
  readonly #open = new Map<string, OpenBatch>();
  readonly #lagOf = new Map<string, number>();
  #lagBytes = 0;
  #takenMs: number | undefined;
  #stateRefusedMs: number | undefined;

  constructor(journal: Pick<Journal, 'append'>, state: State, limits: TakerLimits) {
    this.#journal = journal;
    this.#state = state;
    this.#limits = limits;
  }

  /** More waits to be read than may: everybody is told to come back. */
  get isFull(): boolean {
    return this.#lagBytes > this.#limits.lagBytes;
  }

  /** When a batch was last refused because the state did not answer, Unix milliseconds; undefined where the last one was looked up. */
  get stateRefusedMs(): number | undefined {
    return this.#stateRefusedMs;
  }

  /** Bytes that were taken and not read yet. */
  get lagBytes(): number {
    return this.#lagBytes;
  }

  /** The same of one sender. */
  waitingOf(sender: string): number {
    return this.#lagOf.get(sender) ?? 0;
  }

  /** When a batch was taken last, and when the oldest arrived that is not judged yet; Unix milliseconds. */
  get takenMs(): number | undefined {
    return this.#takenMs;
  }

  get oldestMs(): number | undefined {
    const [oldest] = this.#open.values();
    return oldest?.receivedMs;
  }

  /** Batches whose identity is kept here until the state has it. */
  get openBatches(): number {
    return this.#open.size;
  }

  /** Takes a batch of so many events; the answer comes when it is durable. The body must not change until then. */
  take(header: EnvelopeHeader, body: Uint8Array, events = 1): Promise<Taken> {
    if (this.#isBehind(header.sender, body.length)) {
      return Promise.resolve({ kind: 'refused', reason: 'lag', retryAfterMs: RETRY_MS * 5 });
    }
    const key = identityKey(header);
    const open = this.#open.get(key);
    if (open !== undefined) return this.#repeat(open, header, body, events);
    const outcome = this.#takeNew(header, body, events);
    this.#open.set(key, { receivedMs: header.receivedMs, digest: header.digest, outcome });
    const forget = (): void => {
      this.#open.delete(key);
    };
    outcome.then(({ kind }) => {
      if (kind !== 'taken') forget();
    }, forget);
    return outcome;
  }

  /** Notes a batch that a start found behind the judged position. */
  found(header: IdentifiedBatch & Pick<EnvelopeHeader, 'receivedMs'>, position: number, bytes: number): void {
    this.#lag(header.sender, bytes);
    const outcome = Promise.resolve<Taken>({ kind: 'taken', position });
    this.#open.set(identityKey(header), { receivedMs: header.receivedMs, digest: header.digest, outcome });
  }

  /** The reader behind the answer has read a batch of a sender. What waits to be judged is bounded by the room that it takes there, not by what was sent. */
  read(sender: string, bytes: number): void {
    this.#lag(sender, -bytes);
  }

  /** What was found in a batch is committed: the state knows it from now on. */
  committed(header: IdentifiedBatch): void {
    this.#open.delete(identityKey(header));
  }

  /** Whether more of a sender has to wait: what one sends faster than it is read must not shut out the others. */
  #isBehind(sender: string, bytes: number): boolean {
    const held = this.#lagOf.get(sender) ?? 0;
    const free = this.#limits.lagBytes - this.#lagBytes;
    return free < 0 || (held > 0 && held + bytes > free - bytes);
  }

  #lag(sender: string, bytes: number): void {
    this.#lagBytes += bytes;
    const held = (this.#lagOf.get(sender) ?? 0) + bytes;
    if (held > 0) this.#lagOf.set(sender, held);
    else this.#lagOf.delete(sender);
  }

  async #repeat(open: OpenBatch, header: EnvelopeHeader, body: Uint8Array, events: number): Promise<Taken> {
    if (sameBatch(open.digest, header.digest) === 'conflict') return { kind: 'conflict' };
    const first = await open.outcome;
    // The first copy did not get to the disk: this one tries by itself.
    if (first.kind === 'refused') return await this.take(header, body, events);
    return first.kind === 'conflict' ? first : { kind: 'again', position: first.position };
  }

  async #takeNew(header: EnvelopeHeader, body: Uint8Array, events: number): Promise<Taken> {
    const identity = batchIdentity(header);
    const asked = { sender: header.sender, identity: identityText(header), nowMs: header.receivedMs };
    const known = await this.#state.call('findBatch', asked);
    this.#stateRefusedMs = known.kind === 'refused' ? header.receivedMs : undefined;
    if (known.kind === 'refused') return { kind: 'refused', reason: 'state', retryAfterMs: RETRY_MS };
    if (known.value !== null) {
      const digest = Buffer.from(known.value.digest).toString('hex');
      const isReplay = identity.by === 'digest' || sameBatch(digest, header.digest) === 'replay';
      return isReplay ? { kind: 'again', position: known.value.position } : { kind: 'conflict' };
    }
    const appended = await this.#journal.append(packEnvelope(header, body), events);
    if (appended.kind === 'refused') {
      return { kind: 'refused', reason: appended.reason, retryAfterMs: appended.retryAfterMs ?? RETRY_MS };
    }
    this.#lag(header.sender, body.length);
    this.#takenMs = header.receivedMs;
    return { kind: 'taken', position: appended.position };
  }
}

/** The identity of a batch among those of its sender, as the state keeps it. */
export function identityText(header: IdentifiedBatch): string {
  const { by, value } = batchIdentity(header);
  return `${by}:${value}`;
}

/** Until when the identity of a batch stands for it, Unix milliseconds. */
export function identityUntilMs(header: EnvelopeHeader): number {
  return header.receivedMs + (header.batch === undefined ? BATCH_DIGEST_KEPT_MS : BATCH_ID_KEPT_MS);
}

function identityKey(header: IdentifiedBatch): string {
  return `${header.sender}\u0000${identityText(header)}`;
}
