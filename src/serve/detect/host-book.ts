import type { ClockOffset, WindowJudgement } from '../../live/index.ts';
import type { Gap } from '../../windows/index.ts';
import type { HostGaps, HostName } from './messages.ts';

/** What could not be seen changes with every host that starts to send: it is looked for and told so often. */
const EVERY_MS = 60_000;
/** Gaps of one host that are told; the number of all is. */
const MOST_GAPS = 200;
/** Pairs of clocks that are told: those of the most connections (L15). */
const MOST_CLOCKS = 4096;

/** What a judgement tells of hosts. */
export interface HostNews {
  readonly names: readonly HostName[];
  readonly gaps: readonly HostGaps[];
  /** What clocks differ by; absent where nobody looked. */
  readonly clocks?: readonly ClockOffset[];
}

/** Which names are one host, and what could not be seen of each, as far as it was told; only changes are told anew. */
export class HostBook {
  readonly #names: Map<string, string>;
  /** What was told of each host. */
  readonly #gaps = new Map<string, string>();
  #lookedMs = Number.NEGATIVE_INFINITY;
  /** When the first event came that no look has seen; undefined where there is none. */
  #cameMs: number | undefined;
  #hosts: WindowJudgement['hosts'] | undefined;

  /** Names that are another host's than their own, as they were told before. */
  constructor(names: readonly HostName[]) {
    this.#names = new Map(names.map(({ name, host }) => [name, host]));
  }

  /** When gaps are to be looked for though nothing came that a judgement could find anything in, Unix milliseconds. */
  get dueMs(): number | undefined {
    return this.#cameMs === undefined ? undefined : Math.max(this.#cameMs, this.#lookedMs) + EVERY_MS;
  }

  /** Something came of some host: what is missing beside it is to be told. */
  came(atMs: number): void {
    this.#cameMs ??= atMs;
  }

  /** True where gaps of this host were told, none too, and its window still holds something of it. */
  hasTold(host: string): boolean {
    return this.#gaps.has(host);
  }

  /** What a judgement of its window changes. */
  revise(judgement: WindowJudgement, nowMs: number, isFinal: boolean): HostNews {
    const names = this.#changedNames(judgement.hosts);
    // Gaps are made when they are asked for: of all hosts in every judgement they would cost more than the judgement (120,000 names: 9 s).
    if (!isFinal && nowMs - this.#lookedMs < EVERY_MS) return { names, gaps: [] };
    this.#lookedMs = nowMs;
    this.#cameMs = undefined;
    return { names, gaps: this.#changedGaps(judgement.hosts, judgement.gaps), clocks: surestOf(judgement.clocks()) };
  }

  #changedNames(hosts: WindowJudgement['hosts']): readonly HostName[] {
    if (this.#hosts?.isSame(hosts) === true) return [];
    this.#hosts = hosts;
    const changed: HostName[] = [];
    for (const [name, host] of hosts.names()) {
      if ((this.#names.get(name) ?? name) === host) continue;
      if (name === host) this.#names.delete(name);
      else this.#names.set(name, host);
      changed.push({ name, host });
    }
    return changed;
  }

  /** A host of which nothing is missing has an empty list; what the window no longer holds is left as it was told. */
  #changedGaps(hosts: WindowJudgement['hosts'], gaps: readonly Gap[]): readonly HostGaps[] {
    const byHost = Map.groupBy(gaps, ({ host }) => host);
    const keys = new Set([...hosts.names()].map(([, host]) => host));
    const changed: HostGaps[] = [];
    for (const host of keys) {
      const own = byHost.get(host) ?? [];
      const text = JSON.stringify(own.slice(0, MOST_GAPS).map(({ blocks: _, ...gap }) => gap));
      if (this.#gaps.get(host) === text) continue;
      this.#gaps.set(host, text);
      changed.push({ host, gaps: text, count: own.length });
    }
    for (const host of this.#gaps.keys()) if (!keys.has(host)) this.#gaps.delete(host);
    return changed;
  }
}

function surestOf(clocks: readonly ClockOffset[]): readonly ClockOffset[] {
  if (clocks.length <= MOST_CLOCKS) return clocks;
  return clocks.toSorted((one, other) => other.pairs - one.pairs).slice(0, MOST_CLOCKS);
}
