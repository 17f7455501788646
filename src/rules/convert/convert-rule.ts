import type { Atom, CompiledRule, Ir } from '../../sigma/index.ts';
import type { Route } from '../../taxonomy/index.ts';
import { narrowRoutesOf } from '../rule-fields.ts';
import { type Dialect, type FieldTest, type Refuse, TARGETS, type Target } from './dialect.ts';
import { EQL, ESQL } from './elastic.ts';
import { KUSTO } from './kusto.ts';
import { SPLUNK } from './splunk.ts';

export { TARGETS, type Target };

const DIALECTS: Readonly<Record<Target, Dialect>> = { splunk: SPLUNK, esql: ESQL, eql: EQL, kusto: KUSTO };

/** What cannot be said in the target, and where the rule says it. */
export interface ConvertProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type Conversion =
  | { readonly kind: 'query'; readonly query: string; readonly route: string; readonly comment: string }
  | { readonly kind: 'refused'; readonly problems: readonly ConvertProblem[] };

/** A rule as a search of another system, for the first route of its log source. Nothing is left out: it is whole or refused. */
export function convertRule(rule: CompiledRule, target: Target): Conversion {
  const { line, title, id } = rule.metadata;
  const refusedWhole = (message: string): Conversion => ({ kind: 'refused', problems: [{ line, column: 1, message }] });
  const route = narrowRoutesOf(rule).find(({ isVirtual }) => !isVirtual);
  if (route === undefined)
    return refusedWhole('Its log source has no events that Triad reads, so its fields are not known.');
  if (route.product === 'triad') return refusedWhole('It speaks of objects of Triad, which no other system has.');
  if (route.product === 'zeek') return refusedWhole('Logs of Zeek are not converted.');
  const dialect = DIALECTS[target];
  const writing = new Writing(dialect, route);
  const [only, ...others] = rule.conditions;
  if (rule.conditions.some(({ ir }) => ir.kind === 'constant')) return refusedWhole('It matches every event, or none.');
  const ir: Ir =
    others.length === 0 && only !== undefined ? only.ir : { kind: 'or', of: rule.conditions.map((one) => one.ir) };
  const { query, stages } = writing.whole(ir);
  if (writing.problems.length > 0) return { kind: 'refused', problems: writing.problems };
  const text = [dialect.whole(route, query, writing.fields), ...stages].join('\n');
  const named = `${title}${id === undefined ? '' : ` (${id})`}, on ${route.id}`;
  return { kind: 'query', query: text, route: route.id, comment: dialect.comment(named.replace(/\p{C}+/gu, ' ')) };
}

class Writing {
  readonly problems: ConvertProblem[] = [];
  readonly fields = new Set<string>();
  readonly #dialect: Dialect;
  readonly #route: Route;

  constructor(dialect: Dialect, route: Route) {
    this.#dialect = dialect;
    this.#route = route;
  }

  readonly #refuse: Refuse = ({ origin: { line, column } }, message) => {
    this.problems.push({ line, column, message });
    return '';
  };

  whole(ir: Ir): { readonly query: string; readonly stages: readonly string[] } {
    const { stage, and } = this.#dialect;
    const parts = ir.kind === 'and' ? ir.of : [ir];
    const isStage = (part: Ir): part is Atom =>
      stage !== undefined && part.kind === 'atom' && part.field !== undefined && part.test.op === 'regex';
    const stages = parts.filter(isStage).map((atom) => {
      const one = this.#fieldTest(atom, false);
      return one === undefined || stage === undefined ? '' : stage(one, this.#refuse);
    });
    const rest = parts.filter((part) => !isStage(part));
    // What restricts to the events stands before it, so that an "or" needs its parentheses.
    const written = rest.map((part) => this.#write(part, false));
    for (const { field, oneOf } of this.#route.conditions) written.push(this.#condition(field, oneOf));
    return { query: written.filter((text) => text !== '').join(and), stages };
  }

  /** What the log source implies beside the number of the event. */
  #condition(field: string, oneOf: readonly string[]): string {
    const own = this.#dialect.fieldOf(field, this.#route);
    const name = 'name' in own ? own.name : field;
    this.fields.add(name);
    const sign =
      this.#dialect === SPLUNK ? '=' : this.#dialect === EQL ? ' : ' : this.#dialect === ESQL ? ' == ' : ' =~ ';
    const texts = oneOf.map((text) => `${name}${sign}${JSON.stringify(text)}`);
    return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(this.#dialect.or)})`;
  }

  #write(ir: Ir, isNegated: boolean): string {
    const { and, or, not } = this.#dialect;
    switch (ir.kind) {
      case 'atom':
        return this.#atom(ir, isNegated);
      case 'not': {
        const inner = this.#write(ir.of, !isNegated);
        return inner.startsWith('(') && inner.endsWith(')') && ir.of.kind !== 'atom'
          ? `${not}${inner}`
          : `${not}(${inner})`;
      }
      case 'and':
      case 'or': {
        const text = ir.of.map((part) => this.#write(part, isNegated)).join(ir.kind === 'and' ? and : or);
        return `(${text})`;
      }
      case 'constant':
        return ir.value ? 'true' : 'false';
    }
  }

  #atom(atom: Atom, isNegated: boolean): string {
    if (atom.field === undefined) return this.#dialect.keyword(atom, this.#refuse);
    const one = this.#fieldTest(atom, isNegated);
    return one === undefined ? '' : this.#dialect.test(one, this.#refuse);
  }

  #fieldTest(atom: Atom, isNegated: boolean): FieldTest | undefined {
    const own = this.#dialect.fieldOf(atom.field ?? '', this.#route);
    if ('refused' in own || !/^[\w.]+$|^strcat\(/.test(own.name)) {
      this.#refuse(atom, 'refused' in own ? own.refused : 'The name of this field cannot be written here.');
      return undefined;
    }
    this.fields.add(own.name);
    return { atom, field: own.name, test: atom.test, isNegated };
  }
}
