/** Bounds of the bodies that are in memory at once, bytes. */
export interface BudgetLimits {
  /** Over all senders. */
  readonly totalBytes: number;
  /** What each open body costs besides its bytes: windows of decoders, pieces on their way. */
  readonly bytesPerBody: number;
}

export const BUDGET_LIMITS: BudgetLimits = { totalBytes: 256 << 20, bytesPerBody: 128 << 10 };

/** A body's part of the budget. */
export interface BodyLease {
  /** Asks for more bytes; false when they are not given, and the body has to be refused (429). */
  grow(bytes: number): boolean;
  /** Gives everything back; may be called again. */
  release(): void;
  /** When it is worth to try again after a refusal, milliseconds. */
  readonly retryAfterMs: number;
}

/** A body that may not even begin. */
export interface BudgetRefusal {
  readonly kind: 'refused';
  readonly status: 429;
  readonly retryAfterMs: number;
}

const RETRY_SHARE_MS = 1000;
const RETRY_FULL_MS = 5000;

/**
 * Bounds the bytes of bodies that are being read or waited for, over all and for each sender (L15). A sender may hold as much as is
 * still free afterwards: alone half of all, two a third each, and whatever the others hold, a newcomer finds room.
 */
export class BodyBudget {
  readonly #limits: BudgetLimits;
  readonly #held = new Map<string, number>();
  #used = 0;

  constructor(limits: BudgetLimits = BUDGET_LIMITS) {
    this.#limits = limits;
  }

  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes that one sender holds. */
  heldBy(sender: string): number {
    return this.#held.get(sender) ?? 0;
  }

  /** Begins a body of a sender. */
  open(sender: string): ({ readonly kind: 'lease' } & BodyLease) | BudgetRefusal {
    if (!this.#take(sender, this.#limits.bytesPerBody)) {
      return { kind: 'refused', status: 429, retryAfterMs: this.#retryAfterMs() };
    }
    let bytes = this.#limits.bytesPerBody;
    const budget = this;
    return {
      kind: 'lease',
      grow: (more) => {
        if (!this.#take(sender, more)) return false;
        bytes += more;
        return true;
      },
      release: () => {
        this.#give(sender, bytes);
        bytes = 0;
      },
      get retryAfterMs() {
        return budget.#retryAfterMs();
      },
    };
  }

  #retryAfterMs(): number {
    return this.#used * 4 > this.#limits.totalBytes * 3 ? RETRY_FULL_MS : RETRY_SHARE_MS;
  }

  #take(sender: string, bytes: number): boolean {
    const held = this.heldBy(sender) + bytes;
    const used = this.#used + bytes;
    if (held > this.#limits.totalBytes - used) return false;
    this.#held.set(sender, held);
    this.#used = used;
    return true;
  }

  #give(sender: string, bytes: number): void {
    const held = this.heldBy(sender) - bytes;
    this.#used -= bytes;
    if (held > 0) this.#held.set(sender, held);
    else this.#held.delete(sender);
  }
}
