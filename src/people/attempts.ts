/** Limits of attempts to sign in (SETTLED G18). */
export interface AttemptLimits {
  /** Failures of one account from one address before it has to wait. */
  readonly failures: number;
  /** The first wait; each further failure doubles it, up to the longest. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Failures of one address within its span, whatever the accounts. */
  readonly failuresOfAddress: number;
  readonly addressSpanMs: number;
  /** After so long without an attempt an account and address begin anew. */
  readonly forgetMs: number;
  /** Most accounts and addresses that are remembered. */
  readonly entries: number;
}

export const ATTEMPT_LIMITS: AttemptLimits = {
  failures: 5,
  firstWaitMs: 30_000,
  longestWaitMs: 900_000,
  failuresOfAddress: 30,
  addressSpanMs: 600_000,
  forgetMs: 3_600_000,
  entries: 20_000,
};

export type Attempt = { readonly kind: 'allowed' } | { readonly kind: 'wait'; readonly retryAfterMs: number };

interface Pair {
  readonly failures: number;
  readonly waitUntilMs: number;
  readonly lastMs: number;
}

interface Window {
  readonly failures: number;
  readonly beganMs: number;
}

/**
 * Counts attempts to sign in by account and address, and by address. Names that nobody has count like others, so that an answer does not tell them apart.
 * An attempt counts as a failure from its beginning, so that many at once are no more than one after another.
 */
export class Attempts {
  readonly #limits: AttemptLimits;
  readonly #pairs = new Map<string, Pair>();
  readonly #addresses = new Map<string, Window>();
  /** Entries that went to keep the bound. */
  evicted = 0;

  constructor(limits: AttemptLimits = ATTEMPT_LIMITS) {
    this.#limits = limits;
  }

  get held(): number {
    return this.#pairs.size + this.#addresses.size;
  }

  /** Whether an attempt is let through now; if it is, it counts as failed until it is told otherwise. */
  begin(name: string, address: string, nowMs: number): Attempt {
    const network = networkOf(address);
    const pairKey = `${network} ${name}`;
    const pair = this.#pairOf(pairKey, nowMs);
    const window = this.#windowOf(network, nowMs);
    const { addressSpanMs, failuresOfAddress, failures, firstWaitMs, longestWaitMs } = this.#limits;
    if (window.failures >= failuresOfAddress) return wait(window.beganMs + addressSpanMs - nowMs);
    if (pair.waitUntilMs > nowMs) return wait(pair.waitUntilMs - nowMs);
    const count = pair.failures + 1;
    const beyond = count - failures;
    const waitMs = beyond < 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(beyond, 32));
    this.#keep(this.#pairs, pairKey, { failures: count, waitUntilMs: nowMs + waitMs, lastMs: nowMs });
    this.#keep(this.#addresses, network, { ...window, failures: window.failures + 1 });
    return { kind: 'allowed' };
  }

  /** The attempt was none: its password was right, or nobody looked at it. `isRight` forgets the failures before it as well. */
  takeBack(name: string, address: string, isRight: boolean): void {
    const network = networkOf(address);
    const key = `${network} ${name}`;
    const pair = this.#pairs.get(key);
    if (pair !== undefined) {
      if (isRight || pair.failures <= 1) this.#pairs.delete(key);
      else this.#pairs.set(key, { ...pair, failures: pair.failures - 1, waitUntilMs: 0 });
    }
    const window = this.#addresses.get(network);
    if (window !== undefined) this.#addresses.set(network, { ...window, failures: Math.max(0, window.failures - 1) });
  }

  #pairOf(key: string, nowMs: number): Pair {
    const found = this.#pairs.get(key);
    const isOld = found !== undefined && nowMs - Math.max(found.lastMs, found.waitUntilMs) >= this.#limits.forgetMs;
    return found === undefined || isOld ? { failures: 0, waitUntilMs: 0, lastMs: nowMs } : found;
  }

  #windowOf(network: string, nowMs: number): Window {
    const found = this.#addresses.get(network);
    const isOver = found === undefined || nowMs - found.beganMs >= this.#limits.addressSpanMs;
    return isOver ? { failures: 0, beganMs: nowMs } : found;
  }

  /** The least recently used goes first. */
  #keep<Entry>(map: Map<string, Entry>, key: string, entry: Entry): void {
    map.delete(key);
    map.set(key, entry);
    if (map.size <= this.#limits.entries) return;
    const [oldest] = map.keys();
    if (oldest !== undefined) map.delete(oldest);
    this.evicted++;
  }
}

function wait(retryAfterMs: number): Attempt {
  return { kind: 'wait', retryAfterMs: Math.max(1000, retryAfterMs) };
}

/** Of IPv6 the first 64 bits: whoever has one such address has all of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped !== null) return mapped[1] ?? address;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return `${[...before, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}
