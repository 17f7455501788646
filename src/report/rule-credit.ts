import type { Finding } from '../analytics/index.ts';

/** What raised a finding, in one word: the analytic, else the user's rule by its id, else by its title. */
export function ruleOf({ analytic, rule, title }: Pick<Finding, 'analytic' | 'rule' | 'title'>): string {
  return analytic ?? rule?.id ?? rule?.title ?? title;
}

/** Who wrote the rule, under which licence, where it lies, as its licence asks wherever its findings go (SETTLED E11). */
export function creditWords({ rule }: Pick<Finding, 'rule'>): string | undefined {
  if (rule === undefined) return undefined;
  const { author, license, path } = rule;
  const by = author === undefined ? 'author not stated' : `by ${author}`;
  return `${by}${license === undefined ? '' : `, ${license}`}, ${path}`;
}
