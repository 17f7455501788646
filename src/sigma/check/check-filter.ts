import type { ConditionNode } from '../parse/condition.ts';
import type { Report } from '../parse/problem.ts';
import { entryOf, type MapNode, textOf } from '../parse/tree.ts';
import type { CheckedDetection } from './check-detection.ts';

/** Rules that a filter is for, by id or name; `any` is each with its log source. */
export type FilterTargets = 'any' | readonly string[];

/** Reads `rules` of a filter (SIGMA 4). */
export function checkTargets(root: MapNode, report: Report): FilterTargets | undefined {
  const filter = entryOf(root, 'filter');
  const entry = filter?.value.kind === 'map' ? entryOf(filter.value, 'rules') : undefined;
  const path = ['filter', 'rules'];
  const hint = 'List ids or names of rules, or write "rules: any".';
  if (entry === undefined) {
    report({
      code: 'S300',
      at: filter?.keyAt ?? root.at,
      path,
      message: 'The filter does not say for which rules it is.',
      hint,
    });
    return undefined;
  }
  if (textOf(entry.value) === 'any') return 'any';
  const items = entry.value.kind === 'list' ? entry.value.items : [];
  const rules = items.flatMap((item) => textOf(item) ?? []);
  if (rules.length > 0 && rules.length === items.length) return rules;
  const message = items.length === 0 ? 'The filter lists no rules.' : 'A rule is referred to by id or name.';
  report({ code: 'S300', at: entry.keyAt, path, message, hint });
  return undefined;
}

/** A filter is joined to the rule as written: one that suppresses says `not` (SIGMA 4). */
export function warnOfKeepsOnly(detection: CheckedDetection, report: Report): void {
  for (const { root, scalar, path, text } of detection.conditions) {
    if (hasNot(root)) continue;
    const message = 'The filter keeps only what its condition matches; it suppresses nothing else.';
    report({ code: 'S310', at: scalar.at, path, message, hint: `To suppress, write "not (${text.slice(0, 80)})".` });
  }
}

function hasNot(node: ConditionNode): boolean {
  if (node.kind === 'not') return true;
  return (node.kind === 'and' || node.kind === 'or') && node.of.some(hasNot);
}
