import type { Entry } from './entry.ts';
import type { Measure } from './measures.ts';
import type { OpenFinding } from './open-finding.ts';
import type { Sequence } from './sequence.ts';

/** The state of one group of one correlation. */
export interface Group {
  readonly key: string;
  /** Of its first event: its room is taken from this host's share. */
  readonly host: string;
  /** The window, in order. */
  readonly entries: Entry[];
  readonly measure: Measure;
  readonly sequence: Sequence | undefined;
  open: OpenFinding | undefined;
  isTruncated: boolean;
}

/**
 * Groups by key, those longest untouched first. When there are too many, the host that holds most of them gives up its own:
 * a flood from one host never evicts what belongs to others, and open findings go last (L15, SETTLED E6).
 */
export class Groups {
  readonly #max: number;
  readonly #byKey = new Map<string, Group>();
  readonly #byHost = new Map<string, Set<string>>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#byKey.size;
  }

  get(key: string): Group | undefined {
    return this.#byKey.get(key);
  }

  values(): Iterable<Group> {
    return this.#byKey.values();
  }

  oldest(): Group | undefined {
    return this.#byKey.values().next().value;
  }

  /** Adds a group, or makes it the newest. */
  touch(group: Group): void {
    this.#byKey.delete(group.key);
    this.#byKey.set(group.key, group);
    const keys = this.#byHost.get(group.host) ?? new Set();
    keys.delete(group.key);
    keys.add(group.key);
    this.#byHost.set(group.host, keys);
  }

  delete(group: Group): void {
    this.#byKey.delete(group.key);
    const keys = this.#byHost.get(group.host);
    keys?.delete(group.key);
    if (keys?.size === 0) this.#byHost.delete(group.host);
  }

  /** Takes groups out until one more has room. */
  makeRoom(): readonly Group[] {
    if (this.#byKey.size < this.#max) return [];
    // Looking for the greediest host costs a walk over hosts: it pays for several at once.
    const wanted = Math.max(1, Math.floor(this.#max / 100));
    let greedy: ReadonlySet<string> = new Set();
    for (const keys of this.#byHost.values()) if (keys.size > greedy.size) greedy = keys;
    const all = greedy.size > 1 ? [...greedy] : [...this.#byKey.keys()];
    const candidates = all.flatMap((key) => this.#byKey.get(key) ?? []);
    const idle = candidates.filter(({ open }) => open === undefined);
    // Half of a host's groups stay, so that what it did lately is not lost with the flood.
    const evicted = [...idle, ...candidates.filter(({ open }) => open !== undefined)].slice(
      0,
      Math.min(wanted, Math.max(1, candidates.length >> 1)),
    );
    for (const group of evicted) this.delete(group);
    return evicted;
  }
}
