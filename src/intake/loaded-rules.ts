import { isSelected, ofStatuses, type Problem, type Rules } from '../sigma/index.ts';
import { compileGroup, type RuleSet } from './rule-set.ts';

type Metadata = Rules['rules'][number]['metadata'];

/** A rule of a set, as it was taken. */
export interface LoadedRule {
  readonly metadata: Metadata;
  readonly kind: 'rule' | 'correlation';
  /** False where no log that is read here has what it asks for: it says nothing. */
  readonly isTried: boolean;
  /** True where the selection leaves it out. */
  readonly isOff: boolean;
}

export interface LoadedRules {
  readonly rules: readonly LoadedRule[];
  /** A rule with an error is left out, and these say why. */
  readonly problems: readonly Problem[];
}

/** The rules of a set in the order of their groups, without making what tries them on events. Of two groups with one rule the first counts. */
export function loadedRules({ groups, selection }: RuleSet): LoadedRules {
  const wanted = groups.map((group) => ofStatuses(compileGroup(group), selection.statuses));
  const taken = new Set<string>();
  const isFirst = ({ metadata: { id } }: LoadedRule): boolean => id === undefined || !taken.has(id);
  const rules = wanted.flatMap(({ rules: { rules: single, correlations } }) => {
    const own = [
      ...single.map(({ metadata, routes }) => ({ metadata, kind: 'rule' as const, isTried: routes.length > 0 })),
      ...correlations.map(({ metadata }) => ({ metadata, kind: 'correlation' as const, isTried: true })),
    ].map((rule): LoadedRule => ({ ...rule, isOff: !isSelected(rule.metadata, selection) }));
    const fresh = own.filter(isFirst);
    for (const { metadata } of own) if (metadata.id !== undefined) taken.add(metadata.id);
    return fresh;
  });
  return { rules, problems: wanted.flatMap(({ problems }) => problems) };
}
