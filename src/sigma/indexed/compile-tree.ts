import type { Atom, Ir } from '../compile/ir.ts';
import type { Column, Columns } from './columns.ts';
import { COST, compileTest, type Predicate } from './compile-test.ts';

interface Part {
  readonly cost: number;
  readonly holds: Predicate;
}

/** A tree as functions: cheap parts first, since what they decide spares the others. */
export function compileTree(ir: Ir, columns: Columns): Predicate {
  return partOf(ir, columns).holds;
}

function partOf(ir: Ir, columns: Columns): Part {
  switch (ir.kind) {
    case 'constant': {
      const { value } = ir;
      return { cost: 0, holds: () => value };
    }
    case 'not': {
      const { cost, holds } = partOf(ir.of, columns);
      return { cost, holds: () => !holds() };
    }
    case 'atom': {
      const { field, names, test } = ir;
      const other = test.op === 'fieldref' ? columns.of(test.field, test.names) : undefined;
      return compileTest(test, columns.of(field, names), other);
    }
    case 'and':
      return conjunction(cheapestFirst(ir.of.map((one) => partOf(one, columns))));
    case 'or':
      return disjunction(cheapestFirst(alternatives(ir.of, columns)));
  }
}

function cheapestFirst(parts: readonly Part[]): readonly Part[] {
  return parts.toSorted((a, b) => a.cost - b.cost);
}

function totalCost(parts: readonly Part[]): number {
  return parts.reduce((sum, { cost }) => sum + cost, 0);
}

function conjunction(parts: readonly Part[]): Part {
  const tests = parts.map(({ holds }) => holds);
  const cost = totalCost(parts);
  const [first, second] = tests;
  if (tests.length === 2 && first !== undefined && second !== undefined)
    return { cost, holds: () => first() && second() };
  const holds = (): boolean => {
    for (let i = 0; i < tests.length; i++) if (!(tests[i] as Predicate)()) return false;
    return true;
  };
  return { cost, holds };
}

function disjunction(parts: readonly Part[]): Part {
  const tests = parts.map(({ holds }) => holds);
  const cost = totalCost(parts);
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) return { cost, holds: only };
  const holds = (): boolean => {
    for (let i = 0; i < tests.length; i++) if ((tests[i] as Predicate)()) return true;
    return false;
  };
  return { cost, holds };
}

type Anchor = 'equals' | 'startswith' | 'endswith';
const MIN_LIST = 4;

/** Parts of a disjunction; many texts at the same end of the same field are one look into a table. */
function alternatives(parts: readonly Ir[], columns: Columns): readonly Part[] {
  const lists = new Map<Column, Map<Anchor, string[]>>();
  const rest: Ir[] = [];
  for (const part of parts) {
    const found = part.kind === 'atom' ? anchoredText(part) : undefined;
    if (part.kind !== 'atom' || found === undefined) {
      rest.push(part);
      continue;
    }
    const column = columns.of(part.field, part.names);
    const ofColumn = lists.get(column) ?? new Map<Anchor, string[]>();
    lists.set(column, ofColumn);
    const list = ofColumn.get(found.anchor);
    if (list === undefined) ofColumn.set(found.anchor, [found.text]);
    else list.push(found.text);
  }
  const made = rest.map((part) => partOf(part, columns));
  for (const [column, ofColumn] of lists) {
    for (const [anchor, texts] of ofColumn) made.push(listOf(column, anchor, texts));
  }
  return made;
}

function anchoredText({ test }: Atom): { readonly anchor: Anchor; readonly text: string } | undefined {
  if (test.op !== 'text' || test.pattern.isCased || test.pattern.literal === undefined) return undefined;
  const { literal: text, isStartFree, isEndFree } = test.pattern;
  if (isStartFree && isEndFree) return undefined;
  return { anchor: isStartFree ? 'endswith' : isEndFree ? 'startswith' : 'equals', text };
}

function listOf(column: Column, anchor: Anchor, texts: readonly string[]): Part {
  if (anchor === 'equals' && texts.length >= MIN_LIST) {
    const set = new Set(texts);
    const holds = (): boolean => {
      const all = column.folded();
      for (let i = 0; i < all.length; i++) if (set.has(all[i] as string)) return true;
      return false;
    };
    return { cost: COST.set, holds };
  }
  if (anchor === 'equals') return { cost: texts.length * COST.equal, holds: () => someText(column, texts, isSame) };
  const isEnd = anchor === 'endswith';
  if (texts.length < MIN_LIST) {
    return { cost: texts.length * COST.end, holds: () => someText(column, texts, isEnd ? endsWith : startsWith) };
  }
  return { cost: COST.set, holds: endTable(column, texts, isEnd) };
}

function someText(column: Column, texts: readonly string[], isIn: (whole: string, text: string) => boolean): boolean {
  const all = column.folded();
  for (let i = 0; i < all.length; i++) {
    for (let k = 0; k < texts.length; k++) if (isIn(all[i] as string, texts[k] as string)) return true;
  }
  return false;
}

function isSame(whole: string, text: string): boolean {
  return whole === text;
}

function startsWith(whole: string, text: string): boolean {
  return whole.startsWith(text);
}

function endsWith(whole: string, text: string): boolean {
  return whole.endsWith(text);
}

/** Texts at one end of a value, by the character that tells most of them apart: paths to programs all end in `.exe`. */
function endTable(column: Column, texts: readonly string[], isEnd: boolean): Predicate {
  const shortest = texts.reduce((least, { length }) => Math.min(least, length), Number.POSITIVE_INFINITY);
  if (shortest === 0) return () => column.folded().length > 0;
  // The character that tells most of them apart.
  let best = 0;
  let most = 0;
  for (let offset = 0; offset < shortest; offset++) {
    const distinct = new Set(texts.map((text) => codeAt(text, offset, isEnd))).size;
    if (distinct > most) {
      most = distinct;
      best = offset;
    }
  }
  const table = new Map<number, string[]>();
  for (const text of texts) {
    const key = codeAt(text, best, isEnd);
    const list = table.get(key);
    if (list === undefined) table.set(key, [text]);
    else list.push(text);
  }
  const isIn = isEnd ? endsWith : startsWith;
  return () => {
    const all = column.folded();
    for (let i = 0; i < all.length; i++) {
      const whole = all[i] as string;
      if (whole.length < shortest) continue;
      const list = table.get(codeAt(whole, best, isEnd));
      if (list === undefined) continue;
      for (let k = 0; k < list.length; k++) if (isIn(whole, list[k] as string)) return true;
    }
    return false;
  };
}

function codeAt(text: string, offset: number, isEnd: boolean): number {
  return text.charCodeAt(isEnd ? text.length - 1 - offset : offset);
}
