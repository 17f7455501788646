import type { FoundPart } from './found-parts.ts';

/** What was told of a finding or a subscription. */
export interface KnownFound extends Omit<FoundPart, 'part'> {
  /** `final`: the window holds its evidence no longer. */
  readonly standing: 'told' | 'final' | 'withdrawn';
}

/** A finding or a subscription to be told. */
export interface ToldPart extends FoundPart {
  /** The window holds all that it rests on: what it says counts, also where that is less than was told of a final one. */
  readonly isWhole: boolean;
}

/** What the state commits of a judgement; what is in none of the lists stays as it is. */
export interface FoundRevisions {
  readonly told: readonly ToldPart[];
  /** Later evidence speaks against them. */
  readonly withdrawn: readonly KnownFound[];
  /** The window cannot speak for them any more. */
  readonly final: readonly KnownFound[];
}

/** Names one of both kinds: they have ids of their own. */
export function foundKey({ of, id }: Pick<FoundPart, 'of' | 'id'>): string {
  return `${of} ${id}`;
}

/** Compares a judgement with what was told before, by the rules that hold for incidents (`revise`). The order of neither matters. */
export function reviseFound({
  known,
  judged,
  wholeFromMs,
}: {
  /** By `foundKey`. */
  readonly known: ReadonlyMap<string, KnownFound>;
  readonly judged: readonly FoundPart[];
  readonly wholeFromMs: (host: string) => number;
}): FoundRevisions {
  const isWhole = ({ hosts, firstMs }: Pick<FoundPart, 'hosts' | 'firstMs'>): boolean =>
    hosts.every((host) => firstMs > wholeFromMs(host));
  const keys = new Set(judged.map(foundKey));
  const gone = [...known].flatMap(([key, one]) => (one.standing === 'told' && !keys.has(key) ? [one] : []));
  return {
    told: judged.flatMap((part) => {
      const before = known.get(foundKey(part));
      const told = { ...part, isWhole: isWhole(part) && (before === undefined || isWhole(before)) };
      return before === undefined || isDue(before, told) ? [told] : [];
    }),
    withdrawn: gone.filter(isWhole),
    final: gone.filter((one) => !isWhole(one)),
  };
}

/** Of what partly left the window only a look that says more than was told counts. */
function isDue(before: KnownFound, part: ToldPart): boolean {
  if (before.standing === 'withdrawn' || (before.standing === 'final' && part.isWhole)) return true;
  const isSame = before.digest === part.digest && before.incident === part.incident;
  return !isSame && (part.isWhole || part.extent > before.extent);
}
