import type { Atom, Test } from '../../sigma/index.ts';
import type { Route } from '../../taxonomy/index.ts';

export const TARGETS = ['splunk', 'esql', 'eql', 'kusto'] as const;
export type Target = (typeof TARGETS)[number];

/** Says that something cannot be said in the target; what is returned in its place is never shown. */
export type Refuse = (atom: Atom, message: string) => string;

/** A test that one field passes; how fields are called is settled before. */
export interface FieldTest {
  readonly atom: Atom;
  /** The target's own name. */
  readonly field: string;
  readonly test: Test;
  /** An odd number of "not" stands above it. */
  readonly isNegated: boolean;
}

/** How one system writes a search. */
export interface Dialect {
  readonly and: string;
  readonly or: string;
  readonly not: string;
  /** The target's name of a field of the route; a sentence in `refused` where it has none. */
  fieldOf(field: string, route: Route): { readonly name: string } | { readonly refused: string };
  test(one: FieldTest, refuse: Refuse): string;
  /** A keyword, which looks into every field. */
  keyword(atom: Atom, refuse: Refuse): string;
  /** A search of the events of a route: what restricts to them, the rule's own part, and searches of what comes out. */
  whole(route: Route, query: string, fields: ReadonlySet<string>): string;
  /** Regular expressions that all must match, where they can only stand behind the search. */
  readonly stage?: (one: FieldTest, refuse: Refuse) => string;
  comment(text: string): string;
}

/** The record's own name of a field on a route: fields that Triad makes of several have none elsewhere. */
export function ownName(field: string, route: Route): { readonly name: string } | { readonly refused: string } {
  const source = route.fields.get(field);
  if (source === undefined) return { name: field };
  if (typeof source === 'string') return { name: source };
  if (source.from.includes(field)) return { name: field };
  return { refused: `Triad makes the field ${field} of ${source.from.join(', ')}; it stands nowhere else.` };
}

type Wildcards = Extract<Test, { readonly op: 'text' }>['pattern'];
type Part = Wildcards['parts'][number];

const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015'];
const MAX_FORMS = 125;

/** A text with wildcards, without dashes that vary: each form is one of the five written out. Undefined for too many. */
export function formsOf(pattern: Wildcards): readonly (readonly Part[])[] | undefined {
  let forms: Part[][] = [[]];
  for (const part of pattern.parts) {
    if (part !== 'dash') {
      for (const form of forms) form.push(part);
      continue;
    }
    if (forms.length * DASHES.length > MAX_FORMS) return undefined;
    forms = forms.flatMap((form) => DASHES.map((dash) => [...form, { text: dash }]));
  }
  return forms.map(joined);
}

/** Neighbouring texts as one. */
function joined(parts: readonly Part[]): readonly Part[] {
  const found: Part[] = [];
  for (const part of parts) {
    const last = found.at(-1);
    if (typeof part === 'object' && typeof last === 'object') found[found.length - 1] = { text: last.text + part.text };
    else found.push(part);
  }
  return found;
}

/** A form as one text between free or fixed ends; undefined where wildcards stand inside it. */
export function simpleForm(
  parts: readonly Part[],
): { readonly text: string; readonly anchor: 'equals' | 'startswith' | 'endswith' | 'contains' } | undefined {
  const isStartFree = parts[0] === 'any';
  const isEndFree = parts.length > 1 && parts.at(-1) === 'any';
  const middle = parts.slice(isStartFree ? 1 : 0, isEndFree ? -1 : undefined);
  const [only] = middle;
  if (middle.length > 1 || typeof only === 'string') return undefined;
  const text = only?.text ?? '';
  const anchor = isStartFree ? (isEndFree ? 'contains' : 'endswith') : isEndFree ? 'startswith' : 'equals';
  return { text, anchor };
}

/** A text in double quotes with backslashes before quotes and backslashes. */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Text with all that a regular expression takes for itself behind backslashes. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** The expression with its flags in front. */
export function withFlags({ source, flags }: Extract<Test, { readonly op: 'regex' }>['regex']): string {
  const set = `${flags.i ? 'i' : ''}${flags.m ? 'm' : ''}${flags.s ? 's' : ''}`;
  return set === '' ? source : `(?${set})${source}`;
}

export const SIGNS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '==' };
