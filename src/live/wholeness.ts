import type { HostTable } from '../entities/index.ts';

/** Hosts whose losses are told apart (L15). */
const MAX_HOSTS = 50_000;

export interface WholenessImage {
  readonly fromMs: number;
  readonly lost: readonly (readonly [string, number])[];
}

/** From when on a window holds all that each host sent: what it judges of earlier times rests on a part of the evidence. */
export class Wholeness {
  #fromMs: number;
  readonly #maxHosts: number;
  /** Computers as written, lower case, with the newest time of what was let go of. */
  readonly #lost = new Map<string, number>();

  constructor(fromMs: number = Number.NEGATIVE_INFINITY, maxHosts: number = MAX_HOSTS) {
    this.#fromMs = fromMs;
    this.#maxHosts = maxHosts;
  }

  image(): WholenessImage {
    return { fromMs: this.#fromMs, lost: [...this.#lost] };
  }

  adopt({ fromMs, lost }: WholenessImage): void {
    this.#fromMs = fromMs;
    for (const [computer, ms] of lost) this.#lost.set(computer, ms);
  }

  lose(computer: string, timeMs: number): void {
    const key = computer.toLowerCase();
    this.#lost.set(key, Math.max(this.#lost.get(key) ?? Number.NEGATIVE_INFINITY, timeMs));
    if (this.#lost.size > this.#maxHosts) this.#cutBack();
  }

  /** What is before this time is known of no host any more. */
  passed(ms: number): void {
    this.#fromMs = Math.max(this.#fromMs, ms);
    for (const [computer, lostMs] of this.#lost) if (lostMs < this.#fromMs) this.#lost.delete(computer);
  }

  byHostKey(hosts: HostTable): (host: string) => number {
    const from = new Map<string, number>();
    for (const [computer, lostMs] of this.#lost) {
      const host = hosts.keyOf(computer);
      from.set(host, Math.max(from.get(host) ?? Number.NEGATIVE_INFINITY, lostMs));
    }
    const all = this.#fromMs;
    return (host) => Math.max(all, from.get(host) ?? all);
  }

  /** Of the hosts that lost nothing lately no more is told apart than of all others. */
  #cutBack(): void {
    const times = [...this.#lost.values()].sort((a, b) => a - b);
    this.passed(times[Math.ceil(this.#maxHosts / 10)] ?? this.#fromMs);
  }
}
