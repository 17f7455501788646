import type { Gap } from '../windows/index.ts';
import { compareText } from './order.ts';

/** Gaps by id: those that were known, and those that joins leave, with the members whose source they hide. */
export class GapList {
  readonly #known: Iterable<Gap>;
  readonly #knownOf: (host: string) => readonly Gap[];
  readonly #found = new Map<string, Gap>();
  readonly #ofMember = new Map<string, Set<string>>();

  /** `knownOf` gives those of one host, where all of them are many and made when they are asked for. */
  constructor(known: Iterable<Gap>, knownOf?: (host: string) => readonly Gap[]) {
    this.#known = known;
    if (knownOf === undefined) {
      const byHost = Map.groupBy(known, ({ host }) => host);
      this.#knownOf = (host) => byHost.get(host) ?? [];
    } else this.#knownOf = knownOf;
  }

  add(gap: Gap, members: readonly string[]): void {
    const blocks = [...new Set([...(this.#found.get(gap.id)?.blocks ?? []), ...gap.blocks])].sort();
    this.#found.set(gap.id, { ...gap, blocks });
    for (const member of members) {
      this.#ofMember.set(member, (this.#ofMember.get(member) ?? new Set<string>()).add(gap.id));
    }
  }

  /** Ids of what could not be seen about these members, and on these hosts. */
  of(members: readonly string[], hosts: readonly string[]): readonly string[] {
    const ids = new Set<string>();
    for (const member of members) for (const id of this.#ofMember.get(member) ?? []) ids.add(id);
    for (const host of hosts) for (const { id } of this.#knownOf(host)) ids.add(id);
    return [...ids].sort();
  }

  /** The gaps of these ids, which `of` gave for these hosts. */
  at(ids: readonly string[], hosts: readonly string[]): readonly Gap[] {
    const known = new Map(hosts.flatMap((host) => this.#knownOf(host)).map((gap) => [gap.id, gap]));
    return ids.flatMap((id) => known.get(id) ?? this.#foundAt(id) ?? []);
  }

  #foundAt(id: string): Gap | undefined {
    const found = this.#found.get(id);
    return found === undefined ? undefined : (this.#knownOf(found.host).findLast((gap) => gap.id === id) ?? found);
  }

  /** As they came, then those that were found here by host, time and id. */
  all(): readonly Gap[] {
    const told = [...this.#known];
    const known = new Set(told.map(({ id }) => id));
    const found = [...this.#found.values()].filter(({ id }) => !known.has(id));
    return [
      ...told,
      ...found.sort(
        (a, b) => compareText(a.host, b.host) || compareText(a.from ?? '', b.from ?? '') || compareText(a.id, b.id),
      ),
    ];
  }
}
