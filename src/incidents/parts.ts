import type { Finding } from '../analytics/index.ts';
import type { OwnedLink } from './chains.ts';
import type { TracedHop } from './hops.ts';
import type { JoinedRules } from './joined-rules.ts';
import type { Member } from './members.ts';
import { compareText } from './order.ts';

/** What an incident is put together from: everything by the place of the member that it belongs to. */
export class Parts {
  readonly members: readonly Member[];
  readonly #chainOf: ReadonlyMap<number, number>;
  readonly #hops: ReadonlyMap<number, readonly TracedHop[]>;
  readonly #rules: JoinedRules;
  readonly #links: ReadonlyMap<number, readonly OwnedLink[]>;

  constructor(
    members: readonly Member[],
    chains: readonly (readonly number[])[],
    hops: readonly TracedHop[],
    links: readonly OwnedLink[],
    rules: JoinedRules,
  ) {
    this.members = members;
    this.#chainOf = new Map(chains.flatMap((places, chain) => places.map((place) => [place, chain] as const)));
    const places = new Map(members.map(({ id }, place) => [id, place]));
    this.#hops = Map.groupBy(hops, ({ members: [first] }) => places.get(first?.id ?? '') ?? -1);
    this.#rules = rules;
    this.#links = Map.groupBy(links, ({ owner }) => owner);
  }

  at(places: readonly number[]): readonly Member[] {
    return places.flatMap((place) => this.members[place] ?? []);
  }

  /** By time, then id. */
  hops(places: readonly number[]): readonly TracedHop[] {
    return places
      .flatMap((place) => this.#hops.get(place) ?? [])
      .sort((a, b) => compareText(a.hop.time, b.hop.time) || compareText(a.hop.id, b.hop.id));
  }

  links(places: readonly number[]): readonly OwnedLink[] {
    return places.flatMap((place) => this.#links.get(place) ?? []);
  }

  /** Findings of the user's own rules that joined them. */
  rules(places: readonly number[]): readonly Finding[] {
    return places.flatMap((place) => this.#rules.get(place) ?? []);
  }

  /** The places of each chain, in order of their first. */
  chains(places: readonly number[]): readonly (readonly number[])[] {
    return [...Map.groupBy(places, (place) => this.#chainOf.get(place) ?? -1).values()];
  }
}
