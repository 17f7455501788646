import type { Metadata } from '../check/metadata.ts';
import { type CompiledCorrelation, type CompiledRule, mutedBy, type Rules } from './compile-rules.ts';

/**
 * Rules that were compiled apart as one set. Of two with one id the first counts, also for the correlations of the other's set;
 * correlations know no other rules of another set.
 */
export function mergeRules(sets: readonly Rules[]): Rules {
  const [only] = sets;
  if (only !== undefined && sets.length === 1) return only;
  const rules: CompiledRule[] = [];
  const correlations: CompiledCorrelation[] = [];
  const known = new Map<string, number>();
  for (const set of sets) {
    const own = new Map<string, number>();
    // Documents of one collection may share an id: within a set all of them count.
    const fresh: (readonly [string, number])[] = [];
    const placed = <T extends CompiledRule | CompiledCorrelation>(one: T, list: T[]): void => {
      const key = keyOf(one.kind, one.metadata);
      const standing = key === undefined ? undefined : known.get(key);
      const index = standing ?? list.length;
      own.set(`${one.kind} ${one.index}`, index);
      if (standing !== undefined) return;
      list.push({ ...one, index });
      if (key !== undefined) fresh.push([key, index]);
    };
    for (const rule of set.rules) placed(rule, rules);
    for (const one of set.correlations) {
      // Members stand before what refers to them, so that all of them have a place by now.
      const members = one.members.map((member) => ({
        ...member,
        index: own.get(`${member.kind} ${member.index}`) ?? 0,
      }));
      placed({ ...one, members }, correlations);
    }
    for (const [key, index] of fresh) if (!known.has(key)) known.set(key, index);
  }
  const muted = mutedBy(correlations);
  return {
    rules: rules.map((rule) => ({ ...rule, isMuted: muted.has(`rule ${rule.index}`) })),
    correlations: correlations.map((one) => ({ ...one, isMuted: muted.has(`correlation ${one.index}`) })),
  };
}

function keyOf(kind: string, { id }: Metadata): string | undefined {
  return id === undefined ? undefined : `${kind} ${id.toLowerCase()}`;
}
