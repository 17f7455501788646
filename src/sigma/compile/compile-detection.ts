import { type CheckedDetection, type CheckedSearch, namesOfSelector } from '../check/check-detection.ts';
import type { ConditionNode } from '../parse/condition.ts';
import type { Report } from '../parse/problem.ts';
import type { SourceText } from '../parse/source.ts';
import type { Placeholders } from '../values/placeholders.ts';
import { compileItem } from './compile-item.ts';
import { allOf, anyOf, type Ir, notOf } from './ir.ts';

export interface CompiledCondition {
  readonly text: string;
  readonly ir: Ir;
}

/** Conditions as trees of tests. Each search is compiled once; `label` comes before its name in what is told of a match. */
export function compileDetection(
  source: SourceText,
  detection: CheckedDetection,
  label: string,
  placeholders: Placeholders,
  report: Report,
): readonly CompiledCondition[] {
  const searches = new Map<string, Ir>();
  for (const [name, search] of detection.searches) {
    searches.set(name, compileSearch(source, label + name, search, placeholders, report));
  }
  const names = [...searches.keys()];
  const compile = (node: ConditionNode): Ir => {
    switch (node.kind) {
      case 'identifier':
        return searches.get(node.name) ?? anyOf([]);
      case 'selector': {
        const found = namesOfSelector(node.target, names).map((name) => searches.get(name) ?? anyOf([]));
        return node.quantifier === 'all' ? allOf(found) : anyOf(found);
      }
      case 'not':
        return notOf(compile(node.of));
      case 'and':
        return allOf(node.of.map(compile));
      case 'or':
        return anyOf(node.of.map(compile));
    }
  };
  return detection.conditions.map(({ text, root }) => ({ text, ir: compile(root) }));
}

function compileSearch(
  source: SourceText,
  identifier: string,
  search: CheckedSearch,
  placeholders: Placeholders,
  report: Report,
): Ir {
  if (search.kind === 'any' || search.kind === 'each') {
    const of = search.of.map((one) => compileSearch(source, identifier, one, placeholders, report));
    return search.kind === 'any' ? anyOf(of) : allOf(of);
  }
  return allOf(search.of.map((item) => compileItem(source, identifier, item, placeholders, report)));
}
