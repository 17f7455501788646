/** What a stream tells of. */
export const CHANGE_TYPES = ['incident', 'finding', 'subscription', 'host', 'queue', 'request', 'health'] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

/** One change, numbered from 1 without holes. */
export interface Change {
  readonly number: number;
  readonly type: ChangeType;
  /** JSON in one line. */
  readonly data: string;
  /** The same for who sees no raw evidence (SETTLED G20). */
  readonly withheld: string;
}

export interface RingLimits {
  readonly changes: number;
  /** Of the JSON, in UTF-16 units. */
  readonly units: number;
}

export const RING_LIMITS: RingLimits = { changes: 10_000, units: 8 << 20 };

/** The newest changes, so that a reader who lost its connection goes on where it was. Bounded by number and by size. */
export class ChangeRing {
  readonly #limits: RingLimits;
  #changes: Change[] = [];
  /** Where the oldest stands in the list: the list is cut now and then, not at each change. */
  #start = 0;
  #units = 0;
  #last = 0;

  constructor(limits: RingLimits = RING_LIMITS) {
    this.#limits = limits;
  }

  /** Number of the newest change; 0 where there was none. */
  get last(): number {
    return this.#last;
  }

  get held(): number {
    return this.#changes.length - this.#start;
  }

  add(type: ChangeType, data: string, withheld: string = data): void {
    const change = { number: ++this.#last, type, data, withheld };
    this.#changes.push(change);
    this.#units += unitsOf(change);
    while (this.held > this.#limits.changes || (this.#units > this.#limits.units && this.held > 1)) this.#dropOldest();
    if (this.#start > 1024 && this.#start > this.held) {
      this.#changes = this.#changes.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Passes over so many changes that are not kept one by one: whoever stands before them has to look at everything anew. */
  miss(count: number): void {
    this.#last += count;
    this.#changes = [];
    this.#start = 0;
    this.#units = 0;
  }

  /** True where every change behind a number is held. */
  holdsAfter(number: number): boolean {
    return number <= this.#last && number >= this.#last - this.held;
  }

  /** The change behind a number that `holdsAfter` is true of; undefined at the end. */
  after(number: number): Change | undefined {
    return this.#changes[this.#start + this.held - (this.#last - number)];
  }

  #dropOldest(): void {
    const oldest = this.#changes[this.#start];
    this.#units -= oldest === undefined ? 0 : unitsOf(oldest);
    this.#start++;
  }
}

function unitsOf({ data, withheld }: Change): number {
  return data.length + (withheld === data ? 0 : withheld.length);
}
