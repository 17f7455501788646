import type { ConditionNode } from '../parse/condition.ts';
import type { Condition, Detection, Item, Search } from '../parse/detection.ts';
import type { Report } from '../parse/problem.ts';
import { spanInScalar } from '../parse/scalar-offset.ts';
import type { SourceText, Span } from '../parse/source.ts';
import { nearest } from '../values/nearest.ts';
import { matchesWildcards, parseParts, wildcardsOf } from '../values/wildcards.ts';
import { checkValues } from './check-values.ts';
import { type Modifiers, readModifiers } from './modifiers.ts';

/** An item whose modifiers are legal and whose values fit them. */
export interface CheckedItem extends Item {
  readonly modifiers: Modifiers;
}

export type CheckedSearch =
  | { readonly kind: 'all'; readonly of: readonly CheckedItem[] }
  | { readonly kind: 'any'; readonly of: readonly CheckedSearch[] }
  /** All of them: only pipelines make it, where one item becomes several. */
  | { readonly kind: 'each'; readonly of: readonly CheckedSearch[] };

export interface CheckedDetection {
  /** By name, in the order of the rule. */
  readonly searches: ReadonlyMap<string, CheckedSearch>;
  readonly conditions: readonly Condition[];
}

/** `key` is where it stands in the document: `detection`, or `filter`. */
export function checkDetection(
  source: SourceText,
  detection: Detection,
  key: string,
  report: Report,
): CheckedDetection {
  const searches = new Map<string, CheckedSearch>();
  for (const { name, search } of detection.identifiers) {
    searches.set(name, checkSearch(source, search, report));
    if (!/^[A-Za-z0-9_-]+$/.test(name)) {
      const at = detection.identifiers.find((one) => one.name === name)?.at ?? detection.at;
      const message = `"${name}" cannot be named in a condition.`;
      report({
        code: 'S126',
        at,
        path: [key, name],
        message,
        hint: 'Names have letters, digits, "_" and "-".',
      });
    }
  }
  const names = [...detection.names];
  const used = new Set<string>();
  for (const condition of detection.conditions) checkCondition(source, condition, names, used, report);
  const [first] = detection.conditions;
  for (const { name, at } of first === undefined ? [] : detection.identifiers) {
    if (used.has(name)) continue;
    const message = `No condition uses "${name}".`;
    report({ code: 'S206', at, path: [key, name], message, hint: 'Use it, or take it out.' });
  }
  return { searches, conditions: detection.conditions };
}

function checkSearch(source: SourceText, search: Search, report: Report): CheckedSearch {
  if (search.kind === 'any') return { kind: 'any', of: search.of.map((one) => checkSearch(source, one, report)) };
  const of = search.of.flatMap((item) => {
    const modifiers = readModifiers(item, report);
    return modifiers !== undefined && checkValues(source, item, modifiers, report) ? [{ ...item, modifiers }] : [];
  });
  const [only] = of;
  if (search.of.length === 1 && only?.modifiers.isNegated === true) {
    const message = 'A selection that only says what is not there matches nearly every event.';
    report({ code: 'S126', at: only.key.at, path: only.path, message, hint: 'Add an item that says what is there.' });
  }
  return { kind: 'all', of };
}

/** The names that a selector stands for: patterns and `them` leave out names with `_`, unless they begin with it. */
export function namesOfSelector(target: string, names: readonly string[]): readonly string[] {
  if (target === 'them') return names.filter((name) => !name.startsWith('_'));
  if (!target.includes('*')) return names.filter((name) => name === target);
  const pattern = wildcardsOf(parseParts(target), true);
  return names.filter((name) => (target.startsWith('_') || !name.startsWith('_')) && matchesWildcards(pattern, name));
}

function checkCondition(
  source: SourceText,
  condition: Condition,
  names: readonly string[],
  used: Set<string>,
  report: Report,
): void {
  const place = (at: Span): Span => spanInScalar(source, condition.scalar, at.start, at.end);
  const walk = (node: ConditionNode): void => {
    if (node.kind === 'identifier') {
      used.add(node.name);
      if (names.includes(node.name)) return;
      const near = nearest(node.name, names);
      const hint = near === undefined ? `There is ${names.join(', ') || 'none'}.` : `Did you mean "${near}"?`;
      const message = `There is no search named "${node.name}".`;
      report({ code: 'S201', at: place(node.at), path: condition.path, message, hint: hint.slice(0, 200) });
    } else if (node.kind === 'selector') {
      const found = namesOfSelector(node.target, names);
      for (const name of found) used.add(name);
      if (found.length > 0) return;
      const message = `No search has a name like "${node.target}".`;
      report({ code: 'S205', at: place(node.targetAt), path: condition.path, message });
    } else if (node.kind === 'not') walk(node.of);
    else for (const child of node.of) walk(child);
  };
  walk(condition.root);
}
