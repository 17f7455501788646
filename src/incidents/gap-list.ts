import type { Gap } from '../windows/index.ts';
import { compareText } from './order.ts';

/** Gaps by id: those that were known, and those that joins leave, with the members whose source they hide. */
export class GapList {
  readonly #known: readonly Gap[];
  readonly #byHost: ReadonlyMap<string, readonly Gap[]>;
  readonly #found = new Map<string, Gap>();
  readonly #ofMember = new Map<string, Set<string>>();

  constructor(known: readonly Gap[]) {
    this.#known = known;
    this.#byHost = Map.groupBy(known, ({ host }) => host);
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
    for (const host of hosts) for (const { id } of this.#byHost.get(host) ?? []) ids.add(id);
    return [...ids].sort();
  }

  /** As they came, then those that were found here by host, time and id. */
  all(): readonly Gap[] {
    const known = new Set(this.#known.map(({ id }) => id));
    const found = [...this.#found.values()].filter(({ id }) => !known.has(id));
    return [
      ...this.#known,
      ...found.sort(
        (a, b) => compareText(a.host, b.host) || compareText(a.from ?? '', b.from ?? '') || compareText(a.id, b.id),
      ),
    ];
  }
}
