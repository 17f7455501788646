import type { RuleSummary } from '../report/index.ts';
import { PROBLEMS, type Problem, type Rules } from '../sigma/index.ts';

/** Rules that the summary names by their hits. */
const MAX_TOLD = 20;

/** What became of the user's rules in a run: loaded, refused, blind, and which of them matched (SETTLED E10). */
export function ruleSummary(
  { rules, correlations }: Rules,
  problems: readonly Problem[],
  hits: ReadonlyMap<number, number>,
): RuleSummary {
  const refusing = problems.filter(({ code }) => PROBLEMS[code][1] === 'error' || code === 'S501' || code === 'S502');
  // No event that it could be tried on: it says nothing, and is not counted as if it did.
  const idle = rules.filter(({ routes }) => routes.length === 0);
  const deaf = idle.filter(({ blindRoutes }) => blindRoutes.length > 0);
  const top = [...hits].flatMap(([index, count]) => {
    const metadata = rules[index]?.metadata;
    if (metadata === undefined) return [];
    const { id, title } = metadata;
    return [{ ...(id === undefined ? {} : { id }), title, hits: count }];
  });
  return {
    loaded: rules.length - idle.length + correlations.length,
    // A document with several faults is refused once, for the first of them.
    refused: counted([
      ...firstOfEach(refusing).map(({ code }) => PROBLEMS[code][0]),
      ...deaf.map(() => 'blind-on-route'),
    ]),
    blind: counted(rules.flatMap(({ blindRoutes }) => blindRoutes)),
    matched: hits.size,
    top: top.sort((a, b) => b.hits - a.hits || (a.title < b.title ? -1 : a.title > b.title ? 1 : 0)).slice(0, MAX_TOLD),
  };
}

function firstOfEach(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ file, ruleId, line }) => {
    const key = JSON.stringify([file, ruleId ?? line]);
    return !seen.has(key) && seen.add(key);
  });
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
