import { type Problem, problemOf, type Trouble } from '../parse/problem.ts';
import type { Span } from '../parse/source.ts';
import { nearest } from '../values/nearest.ts';
import type { Checked, CheckedCorrelation, CheckedFilter, CheckedRule } from './check.ts';
import { containsLogsource } from './logsource.ts';

/** A chain of correlations is at most this long (SIGMA 5). */
export const MAX_CHAIN = 10;

export interface ReferenceChecking {
  readonly checked: readonly Checked[];
  readonly problems: readonly Problem[];
}

/** What rules, filters and correlations say of each other: equal ids, unknown rules, cycles, aliases, idle filters. */
export function checkReferences(all: readonly Checked[]): ReferenceChecking {
  const problems: Problem[] = [];
  const tell = ({ source, metadata }: Checked, trouble: Trouble): void => {
    problems.push(problemOf(source, trouble, metadata.id));
  };
  const single = withoutRepeats(all, tell);
  const isRule = (one: Checked): one is CheckedRule => one.kind === 'rule';
  const rules = single.filter(isRule);
  const kept = resolvedCorrelations(single, tell);
  for (const filter of single) {
    if (filter.kind !== 'filter' || rules.some((rule) => appliesTo(filter, rule))) continue;
    const at = placeOfKey(filter);
    tell(filter, {
      code: 'S301',
      at,
      path: ['filter', 'rules'],
      message: 'The filter is for none of the loaded rules.',
    });
  }
  return { checked: single.filter((one) => one.kind !== 'correlation' || kept.has(one)), problems };
}

type Tell = (checked: Checked, trouble: Trouble) => void;

/** A document's first characters: where a message about the whole of it points. */
function placeOfKey({ source, metadata: { line } }: Checked): Span {
  const start = source.lineStarts[line - 1] ?? 0;
  const newline = source.text.indexOf('\n', start);
  return { start, end: newline < 0 ? source.text.length : newline };
}

/** Equal documents count once; two different ones with one id are both refused: which one is meant cannot be told. */
function withoutRepeats(all: readonly Checked[], tell: Tell): readonly Checked[] {
  const byId = new Map<string, Checked[]>();
  const refused = new Set<Checked>();
  for (const one of all) {
    const { id } = one.metadata;
    if (id === undefined) continue;
    const others = byId.get(id.toLowerCase()) ?? [];
    byId.set(id.toLowerCase(), others);
    if (others.some(({ content }) => content === one.content)) refused.add(one);
    else if (!(one.isCollected && others.every(({ source }) => source === one.source))) {
      for (const other of others) {
        refused.add(one).add(other);
        const message = `${other.metadata.file}:${other.metadata.line} has the same id and another content.`;
        tell(one, {
          code: 'S108',
          at: placeOfKey(one),
          path: ['id'],
          message,
          hint: 'Give one of them an id of its own.',
        });
      }
      others.push(one);
    } else others.push(one);
  }
  return all.filter((one) => !refused.has(one));
}

export function appliesTo(filter: CheckedFilter, rule: CheckedRule): boolean {
  if (!containsLogsource(rule.logsource, filter.logsource)) return false;
  const { id, name } = rule.metadata;
  return filter.targets === 'any' || filter.targets.some((target) => isSameReference(target, id, name));
}

function isSameReference(text: string, id: string | undefined, name: string | undefined): boolean {
  return text === name || text.toLowerCase() === id?.toLowerCase();
}

/** Correlations whose rules are all there, without cycles; what refers to a refused one is refused too. */
function resolvedCorrelations(all: readonly Checked[], tell: Tell): ReadonlySet<Checked> {
  const table = new Map<string, (CheckedRule | CheckedCorrelation)[]>();
  for (const one of all) {
    if (one.kind === 'filter') continue;
    for (const key of new Set([one.metadata.id?.toLowerCase(), one.metadata.name])) {
      if (key !== undefined) table.set(key, [...(table.get(key) ?? []), one]);
    }
  }
  const find = (text: string): readonly (CheckedRule | CheckedCorrelation)[] =>
    table.get(text) ?? table.get(text.toLowerCase()) ?? [];
  const state = new Map<Checked, 'open' | 'good' | 'bad'>();
  const visit = (one: CheckedCorrelation, depth: number): boolean => {
    const known = state.get(one);
    if (known === 'good' || known === 'bad') return known === 'good';
    state.set(one, 'open');
    let isGood = checkAliases(one, tell);
    for (const { text, at } of one.body.rules) {
      const path = ['correlation', 'rules'];
      const found = find(text);
      const [target] = found;
      if (target === undefined) {
        const near = nearest(
          text,
          [...table.keys()].filter((key) => !/^[0-9a-f-]{36}$/.test(key)),
        );
        const hint = near === undefined ? 'Load it too, or look whether it was refused.' : `Did you mean "${near}"?`;
        tell(one, { code: 'S404', at, path, message: `There is no rule "${text}".`, hint });
        isGood = false;
      } else if (found.length > 1 && found.some(({ metadata }) => metadata.id?.toLowerCase() !== text.toLowerCase())) {
        tell(one, {
          code: 'S404',
          at,
          path,
          message: `${found.length} rules are named "${text}".`,
          hint: 'Refer to it by id.',
        });
        isGood = false;
      } else if (target.kind === 'correlation') isGood = visitTarget(one, target, at, depth) && isGood;
    }
    state.set(one, isGood ? 'good' : 'bad');
    return isGood;
  };
  const visitTarget = (one: CheckedCorrelation, target: CheckedCorrelation, at: Span, depth: number): boolean => {
    const path = ['correlation', 'rules'];
    if (state.get(target) === 'open') {
      tell(one, { code: 'S405', at, path, message: `"${target.metadata.title}" refers back to this correlation.` });
      return false;
    }
    if (depth >= MAX_CHAIN) {
      tell(one, {
        code: 'S405',
        at,
        path,
        message: `More than ${MAX_CHAIN} correlations refer to each other in a row.`,
      });
      return false;
    }
    if (visit(target, depth + 1)) return true;
    tell(one, { code: 'S404', at, path, message: `"${target.metadata.title}" was refused.` });
    return false;
  };
  for (const one of all) if (one.kind === 'correlation') visit(one, 1);
  return new Set([...state].filter(([, known]) => known === 'good').map(([one]) => one));
}

/** An alias names a field for every rule (SIGMA 5). */
function checkAliases(one: CheckedCorrelation, tell: Tell): boolean {
  let isGood = true;
  const names = one.body.rules.map(({ text }) => text);
  for (const [alias, fields] of one.body.aliases) {
    const missing = names.filter((name) => !fields.has(name));
    const unknown = [...fields.keys()].filter((name) => !names.includes(name));
    if (missing.length + unknown.length === 0) continue;
    isGood = false;
    const message =
      missing.length > 0
        ? `The alias "${alias}" has no field for ${missing.map((name) => `"${name}"`).join(', ')}.`
        : `The alias "${alias}" names "${unknown[0]}", which is not one of the rules.`;
    const at = one.body.at;
    tell(one, {
      code: 'S406',
      at,
      path: ['correlation', 'aliases', alias],
      message,
      hint: 'Name a field for each of the rules.',
    });
  }
  return isGood;
}
