import { type WqlToken, wqlTokens } from './wql-tokens.ts';
import type {
  WqlAssociation,
  WqlExpression,
  WqlGroup,
  WqlOperand,
  WqlOperator,
  WqlProblem,
  WqlQuery,
  WqlSelect,
} from './wql-types.ts';

/** UTF-16 units; WMI itself refuses queries long before. */
export const MAX_WQL_LENGTH: number = 65536;
/** Parentheses and NOTs within each other; a pair that encloses only another pair does not count. */
export const MAX_WQL_DEPTH: number = 64;

const MAX_ASSOCIATION_CONDITIONS = 32;
const OPERATORS: ReadonlyMap<string, WqlOperator> = new Map<string, WqlOperator>([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['LIKE', 'LIKE'],
]);
const MIRRORED: ReadonlyMap<WqlOperator, WqlOperator> = new Map<WqlOperator, WqlOperator>([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
]);
/** Words that end a property or class name position; WMI reserves them. */
const RESERVED: ReadonlySet<string> = new Set([
  'SELECT',
  'FROM',
  'WHERE',
  'WITHIN',
  'GROUP',
  'HAVING',
  'AND',
  'OR',
  'NOT',
  'LIKE',
  'ISA',
  'IS',
]);

/** Thrown only inside this file and turned into a `WqlProblem` at its door. */
class Unreadable extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class WqlParser {
  readonly #tokens: readonly WqlToken[];
  readonly #end: WqlToken;
  #at = 0;
  #depth = 0;
  /** Made when it is first asked for: most queries have no parenthesis in a parenthesis. */
  #closings: ReadonlyMap<number, number> | undefined;

  constructor(text: string) {
    this.#tokens = wqlTokens(text);
    this.#end = { kind: 'end', text: '', value: '', offset: text.length };
  }

  query(): WqlQuery {
    const first = this.#peek();
    const keyword = this.#keyword(first);
    let query: WqlQuery;
    if (keyword === 'SELECT') query = this.#select();
    else if (keyword === 'ASSOCIATORS' || keyword === 'REFERENCES') query = this.#association(keyword);
    else throw this.#expected('SELECT, ASSOCIATORS or REFERENCES');
    if (this.#peek().text === ';') this.#at++;
    if (this.#peek().kind !== 'end') throw this.#expected('the end of the query');
    return query;
  }

  #peek(): WqlToken {
    return this.#tokens[this.#at] ?? this.#end;
  }

  #keyword(token: WqlToken): string {
    return token.kind === 'word' && token.text.length <= 16 ? token.text.toUpperCase() : '';
  }

  #isKeyword(word: string): boolean {
    return this.#keyword(this.#peek()) === word;
  }

  #takeKeyword(word: string): boolean {
    if (!this.#isKeyword(word)) return false;
    this.#at++;
    return true;
  }

  #isSign(sign: string): boolean {
    const token = this.#peek();
    return token.kind === 'sign' && token.text === sign;
  }

  #takeSign(sign: string): boolean {
    if (!this.#isSign(sign)) return false;
    this.#at++;
    return true;
  }

  #expected(what: string): Unreadable {
    const token = this.#peek();
    if (token.kind === 'unterminated') return new Unreadable('a string has no closing quote', token.offset);
    const found = token.kind === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`;
    return new Unreadable(`expected ${what}, found ${found}`, token.offset);
  }

  #word(what: string): string {
    const token = this.#peek();
    if (token.kind !== 'word' || RESERVED.has(this.#keyword(token))) throw this.#expected(what);
    this.#at++;
    return token.text;
  }

  #select(): WqlSelect {
    this.#at++;
    const properties: string[] = [];
    do {
      properties.push(this.#takeSign('*') ? '*' : this.#property());
    } while (this.#takeSign(','));
    if (!this.#takeKeyword('FROM')) throw this.#expected('FROM');
    const className = this.#word('a class name');
    const within = this.#takeKeyword('WITHIN') ? this.#seconds() : undefined;
    const where = this.#takeKeyword('WHERE') ? this.#expression() : undefined;
    const group = this.#takeKeyword('GROUP') ? this.#group() : undefined;
    return {
      kind: 'select',
      properties,
      className,
      ...(within === undefined ? {} : { within }),
      ...(where === undefined ? {} : { where }),
      ...(group === undefined ? {} : { group }),
    };
  }

  #group(): WqlGroup {
    const within = this.#takeKeyword('WITHIN') ? this.#seconds() : undefined;
    const by: string[] = [];
    if (this.#takeKeyword('BY')) {
      do {
        by.push(this.#property());
      } while (this.#takeSign(','));
    }
    const having = this.#takeKeyword('HAVING') ? this.#expression() : undefined;
    return {
      ...(within === undefined ? {} : { within }),
      by,
      ...(having === undefined ? {} : { having }),
    };
  }

  #seconds(): number {
    const token = this.#peek();
    const value = Number(token.text);
    if (token.kind !== 'number' || !Number.isFinite(value)) throw this.#expected('a number of seconds');
    this.#at++;
    return value;
  }

  /** `name {'.' name}`, each with an optional `[index]`. */
  #property(): string {
    let name = this.#word('a property name');
    for (;;) {
      if (this.#takeSign('[')) {
        const index = this.#peek();
        if (index.kind !== 'number') throw this.#expected('an index');
        this.#at++;
        if (!this.#takeSign(']')) throw this.#expected('"]"');
        name += `[${index.text}]`;
      } else if (this.#takeSign('.')) {
        if (this.#takeSign('*')) return `${name}.*`;
        // Behind a dot every word is a name, reserved or not.
        const part = this.#peek();
        if (part.kind !== 'word') throw this.#expected('a property name');
        this.#at++;
        name += `.${part.text}`;
      } else {
        return name;
      }
    }
  }

  #expression(): WqlExpression {
    const terms = [this.#conjunction()];
    while (this.#takeKeyword('OR')) terms.push(this.#conjunction());
    const [first] = terms;
    return terms.length === 1 && first !== undefined ? first : { kind: 'or', terms };
  }

  #conjunction(): WqlExpression {
    const terms = [this.#term()];
    while (this.#takeKeyword('AND')) terms.push(this.#term());
    const [first] = terms;
    return terms.length === 1 && first !== undefined ? first : { kind: 'and', terms };
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_WQL_DEPTH) {
      throw new Unreadable(`nested deeper than ${MAX_WQL_DEPTH}`, this.#peek().offset);
    }
    const result = read();
    this.#depth--;
    return result;
  }

  /**
   * Right behind a parenthesis: takes those that open and close together with it, and gives their number. They change
   * nothing, so they cost no depth: with a few dozen of them any query could be hidden.
   */
  #barePairs(): number {
    let pairs = 0;
    while (this.#isSign('(') && this.#closing(this.#at) === this.#closing(this.#at - 1) - 1) {
      this.#at++;
      pairs++;
    }
    return pairs;
  }

  /** Index of the token that closes the parenthesis at an index; NaN where none does. */
  #closing(open: number): number {
    this.#closings ??= closingsOf(this.#tokens);
    return this.#closings.get(open) ?? Number.NaN;
  }

  #term(): WqlExpression {
    if (this.#takeKeyword('NOT')) return { kind: 'not', term: this.#nested(() => this.#term()) };
    if (this.#takeSign('(')) {
      const pairs = 1 + this.#barePairs();
      const inner = this.#nested(() => this.#expression());
      for (let i = 0; i < pairs; i++) if (!this.#takeSign(')')) throw this.#expected('")"');
      return inner;
    }
    const left = this.#constant();
    if (left !== undefined) {
      const operator = this.#operator();
      const property = this.#property();
      return {
        kind: 'compare',
        property,
        operator: MIRRORED.get(operator) ?? operator,
        value: left,
        isReversed: true,
      };
    }
    const property = this.#property();
    if (this.#takeKeyword('ISA')) return { kind: 'isa', property, className: this.#className() };
    if (this.#takeKeyword('IS')) {
      const isNegated = this.#takeKeyword('NOT');
      if (!this.#takeKeyword('NULL')) throw this.#expected('NULL');
      const test: WqlExpression = { kind: 'isNull', property };
      return isNegated ? { kind: 'not', term: test } : test;
    }
    if (this.#takeKeyword('NOT')) {
      if (!this.#isKeyword('LIKE')) throw this.#expected('LIKE');
      return { kind: 'not', term: this.#comparison(property) };
    }
    return this.#comparison(property);
  }

  #comparison(property: string): WqlExpression {
    const operator = this.#operator();
    const value = this.#constant() ?? ({ kind: 'property', name: this.#property() } as const);
    return { kind: 'compare', property, operator, value, isReversed: false };
  }

  #operator(): WqlOperator {
    const token = this.#peek();
    const operator = OPERATORS.get(token.kind === 'sign' ? token.text : this.#keyword(token));
    if (operator === undefined) throw this.#expected('a comparison');
    this.#at++;
    return operator;
  }

  /** ISA takes its class in quotes; bare words occur and are read too. */
  #className(): string {
    const token = this.#peek();
    if (token.kind === 'string') {
      this.#at++;
      return token.value;
    }
    return this.#word('a class name');
  }

  #constant(): WqlOperand | undefined {
    const token = this.#peek();
    if (token.kind === 'string') {
      this.#at++;
      return { kind: 'string', text: token.value };
    }
    if (token.kind === 'number') return this.#number('');
    if (token.kind === 'sign' && (token.text === '-' || token.text === '+')) {
      this.#at++;
      return this.#number(token.text);
    }
    const keyword = this.#keyword(token);
    if (keyword === 'TRUE' || keyword === 'FALSE') {
      this.#at++;
      return { kind: 'boolean', value: keyword === 'TRUE' };
    }
    if (keyword === 'NULL') {
      this.#at++;
      return { kind: 'null' };
    }
    return undefined;
  }

  #number(sign: string): WqlOperand {
    const token = this.#peek();
    if (token.kind !== 'number') throw this.#expected('a number');
    this.#at++;
    const value = Number(token.text);
    return sign === '-'
      ? { kind: 'number', text: `-${token.text}`, value: -value }
      : { kind: 'number', text: token.text, value };
  }

  #association(keyword: 'ASSOCIATORS' | 'REFERENCES'): WqlAssociation {
    this.#at++;
    if (!this.#takeKeyword('OF')) throw this.#expected('OF');
    const path = this.#peek();
    if (path.kind !== 'brace') throw this.#expected('an object path in braces');
    this.#at++;
    const conditions: (readonly [string, string])[] = [];
    if (this.#takeKeyword('WHERE')) {
      while (this.#peek().kind === 'word' && conditions.length < MAX_ASSOCIATION_CONDITIONS) {
        const name = this.#word('a condition');
        let value = '';
        if (this.#takeSign('=')) {
          const token = this.#peek();
          if (token.kind !== 'word' && token.kind !== 'string') throw this.#expected('a class or role name');
          this.#at++;
          value = token.value;
        }
        conditions.push([name, value]);
      }
    }
    return { kind: keyword === 'ASSOCIATORS' ? 'associators' : 'references', path: path.value.trim(), conditions };
  }
}

/** For each parenthesis that is closed the index of the token that closes it. */
function closingsOf(tokens: readonly WqlToken[]): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'sign') return;
    if (text === '(') open.push(at);
    else if (text === ')') {
      const opener = open.pop();
      if (opener !== undefined) closings.set(opener, at);
    }
  });
  return closings;
}

function problemAt(text: string, offset: number, message: string): WqlProblem {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { kind: 'problem', message, offset, line, column: offset - lineStart + 1 };
}

/**
 * Reads a WQL query as WMI does (DOMAIN 1.2): event queries with WITHIN, WHERE, GROUP, and data queries. Keywords in any
 * case, both kinds of quotes, no blank needed behind a number. Gives the tree, or one problem with its place. Linear;
 * at most 64 KiB and a depth of 64, in which parentheses around nothing but parentheses do not count.
 */
export function parseWql(text: string): WqlQuery | WqlProblem {
  if (text.length > MAX_WQL_LENGTH) {
    return problemAt(text, MAX_WQL_LENGTH, `the query is longer than ${MAX_WQL_LENGTH} characters`);
  }
  try {
    return new WqlParser(text).query();
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return problemAt(text, thrown.offset, thrown.message);
  }
}
