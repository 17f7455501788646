import { compileOptions, type RuleMapping } from '../intake/index.ts';
import {
  type CompiledRule,
  compileRules,
  type Origin,
  type Problem,
  type ProblemCode,
  problemOf,
  type RuleSource,
  type Rules,
  type SourceText,
  type Span,
  STATUSES,
  sourceOf,
} from '../sigma/index.ts';
import { fieldLint } from '../taxonomy/index.ts';
import { fieldsOf, narrowRoutesOf } from './rule-fields.ts';
import type { Sightings } from './sightings.ts';

/** Rules with everything that is odd about them, in the order of reading. */
export interface RuleCheck {
  readonly rules: Rules;
  readonly problems: readonly Problem[];
}

/**
 * Compiles rules of every status for the log sources that Triad reads, with the user's pipelines and placeholders, and looks at the fields that
 * they ask for.
 */
export function checkRules(sources: readonly RuleSource[], mapping: RuleMapping = {}): RuleCheck {
  const { rules, problems } = compileRules(sources, { ...compileOptions(mapping), statuses: STATUSES });
  const places = new Places(sources);
  const odd = rules.rules.flatMap((rule) => {
    const routes = narrowRoutesOf(rule);
    return fieldsOf(rule).flatMap(({ field, origin }) => {
      const message = fieldLint(routes, field);
      if (message === undefined) return [];
      const hint = 'A test of it never holds. docs/sigma-fields.md lists the fields of each log source.';
      return [places.problem(rule, 'S503', origin, message, hint)];
    });
  });
  return { rules, problems: inReadingOrder([...problems, ...odd], sources) };
}

/** What the rules ask for and the evidence that was looked through does not have. */
export function evidenceProblems(
  rules: Rules,
  sightings: Sightings,
  sources: readonly RuleSource[],
): readonly Problem[] {
  const places = new Places(sources);
  const found = rules.rules.flatMap((rule) => {
    const seen = sightings.of(rule);
    if (seen.length === 0) return [];
    const present = seen.filter(({ events }) => events > 0);
    if (present.length === 0) {
      const names = seen.map(({ route }) => route.id).join(', ');
      return [places.problem(rule, 'S505', undefined, `The evidence has no event of ${names}.`, undefined)];
    }
    return fieldsOf(rule).flatMap(({ field, origin }) => {
      if (!present.every(({ missing }) => missing.has(field))) return [];
      const names = present.map(({ route, events }) => `${events} of ${route.id}`).join(', ');
      const message = `No event of the evidence has the field ${field} (${names}).`;
      return [
        places.problem(rule, 'S504', origin, message, 'See that the log is written with it, or ask for another.'),
      ];
    });
  });
  return inReadingOrder(found, sources);
}

function inReadingOrder(problems: readonly Problem[], sources: readonly RuleSource[]): readonly Problem[] {
  const order = new Map(sources.map(({ file }, i) => [file, i]));
  const place = ({ file }: Problem): number => order.get(file) ?? 0;
  return problems.toSorted((a, b) => place(a) - place(b) || a.line - b.line || a.column - b.column);
}

/** Lines looked through above a value for the key that it belongs to. */
const LINES_ABOVE = 2000;

/** Places in the texts of rules, which are cut into lines when they are first asked for. */
class Places {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #known = new Map<string, SourceText>();

  constructor(sources: readonly RuleSource[]) {
    this.#texts = new Map(sources.map(({ file, text }) => [file, text]));
  }

  /** A problem at the key of an item; at the rule's first line where there is none. */
  problem(
    { metadata }: CompiledRule,
    code: ProblemCode,
    origin: Origin | undefined,
    message: string,
    hint: string | undefined,
  ): Problem {
    const source = this.#source(metadata.file);
    const at = origin === undefined ? lineSpan(source, metadata.line) : keySpan(source, origin);
    const path = origin === undefined ? [] : ['detection', origin.identifier, origin.key];
    return problemOf(source, { code, at, path, message, hint }, metadata.id);
  }

  #source(file: string): SourceText {
    const known = this.#known.get(file) ?? sourceOf(this.#texts.get(file) ?? '', file);
    this.#known.set(file, known);
    return known;
  }
}

function lineSpan({ lineStarts, text }: SourceText, line: number): Span {
  const start = lineStarts[line - 1] ?? 0;
  return { start, end: (lineStarts[line] ?? text.length + 1) - 1 };
}

/** Where the key of a value stands: on its line or on one above; the value itself where the key is written otherwise. */
function keySpan(source: SourceText, { key, line, column }: Origin): Span {
  const value = (source.lineStarts[line - 1] ?? 0) + column - 1;
  for (let at = line; at > 0 && at > line - LINES_ABOVE; at--) {
    const { start, end } = lineSpan(source, at);
    const before = source.text.slice(start, at === line ? value : end);
    const found = before.lastIndexOf(key);
    if (found >= 0 && /^['"]?\s*:/.test(before.slice(found + key.length))) {
      return { start: start + found, end: start + found + key.length };
    }
  }
  return { start: value, end: value + 1 };
}
