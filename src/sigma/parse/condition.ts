import type { Span } from './source.ts';

/** A condition (SIGMA 3); spans are offsets in its text. */
export type ConditionNode =
  | { readonly kind: 'and' | 'or'; readonly of: readonly ConditionNode[]; readonly at: Span }
  | { readonly kind: 'not'; readonly of: ConditionNode; readonly at: Span }
  | { readonly kind: 'identifier'; readonly name: string; readonly at: Span }
  | {
      readonly kind: 'selector';
      readonly quantifier: 'any' | 'all';
      /** `them`, a name, or a pattern with `*`. */
      readonly target: string;
      readonly targetAt: Span;
      readonly at: Span;
    };

export interface ConditionTrouble {
  readonly code: 'S200' | 'S202' | 'S203' | 'S204';
  readonly at: Span;
  readonly message: string;
  readonly hint?: string;
}

export type ConditionReading =
  | { readonly kind: 'condition'; readonly root: ConditionNode }
  | { readonly kind: 'trouble'; readonly trouble: ConditionTrouble };

export const MAX_CONDITION_CHARS: number = 64 * 1024;
const MAX_DEPTH = 100;

interface Token {
  readonly kind: 'word' | '(' | ')' | '|' | 'other' | 'end';
  readonly text: string;
  readonly at: Span;
}

/** A word may hold `*`: whether it is a name or a pattern is told by where it stands. */
const TOKEN = /[A-Za-z0-9_*-]+|[()|]|[^\sA-Za-z0-9_*()|-]+/g;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [word] = match;
    const kind = word === '(' || word === ')' || word === '|' ? word : /^[\w*-]/.test(word) ? 'word' : 'other';
    tokens.push({ kind, text: word, at: { start: match.index, end: match.index + word.length } });
  }
  tokens.push({ kind: 'end', text: '', at: { start: text.length, end: text.length } });
  return tokens;
}

/** Ends a reading from any depth; never leaves this file. */
class Refused extends Error {
  readonly trouble: ConditionTrouble;

  constructor(trouble: ConditionTrouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** Reads a condition by SIGMA 3's grammar; binding from loose to tight: or, and, not, "x of". */
export function parseCondition(text: string): ConditionReading {
  if (text.length > MAX_CONDITION_CHARS) {
    const message = `The condition has more than ${MAX_CONDITION_CHARS} characters.`;
    return { kind: 'trouble', trouble: { code: 'S200', at: { start: 0, end: 1 }, message } };
  }
  try {
    return { kind: 'condition', root: new ConditionParser(tokensOf(text)).whole() };
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    return { kind: 'trouble', trouble: cause.trouble };
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(['and', 'or', 'not', 'of']);

class ConditionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): ConditionNode {
    if (this.#peek().kind === 'end') throw refused('S200', this.#peek(), 'The condition is empty.');
    const root = this.#chain('or');
    const token = this.#peek();
    if (token.kind === ')') throw refused('S202', token, 'This closes a parenthesis that was never opened.');
    if (token.kind !== 'end') throw this.#unexpected(token, '"and", "or" or the end');
    return root;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)] as Token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#at++;
    return token;
  }

  #isWord(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'word' && token.text === text;
  }

  #chain(kind: 'and' | 'or'): ConditionNode {
    const first = kind === 'or' ? this.#chain('and') : this.#unary();
    if (!this.#isWord(kind)) return first;
    const of = [first];
    while (this.#isWord(kind)) {
      this.#take();
      of.push(kind === 'or' ? this.#chain('and') : this.#unary());
    }
    return { kind, of, at: { start: first.at.start, end: (of.at(-1) ?? first).at.end } };
  }

  #unary(): ConditionNode {
    const token = this.#peek();
    if (++this.#depth > MAX_DEPTH) {
      throw refused('S200', token, `The condition is nested deeper than ${MAX_DEPTH} levels.`);
    }
    const node = this.#isWord('not') ? this.#negation(this.#take()) : this.#primary();
    this.#depth--;
    return node;
  }

  #negation(token: Token): ConditionNode {
    const of = this.#unary();
    return { kind: 'not', of, at: { start: token.at.start, end: of.at.end } };
  }

  #primary(): ConditionNode {
    const token = this.#take();
    if (token.kind === '(') return this.#group(token);
    if (token.kind !== 'word' || KEYWORDS.has(token.text)) throw this.#unexpected(token, 'a name, "not" or "("');
    if (this.#isWord('of')) return this.#selector(token);
    if (/^(?:AND|OR|NOT|OF)$/.test(token.text)) throw this.#unexpected(token, 'a name, "not" or "("');
    if (token.text.includes('*')) {
      const hint = `Write "1 of ${token.text}" or "all of ${token.text}".`;
      throw refused('S200', token, 'A pattern needs to be told how many of its names must match.', hint);
    }
    return { kind: 'identifier', name: token.text, at: token.at };
  }

  #group(open: Token): ConditionNode {
    const inner = this.#chain('or');
    const close = this.#take();
    if (close.kind === 'end') {
      const message = `The parenthesis opened at character ${open.at.start + 1} is never closed.`;
      throw refused('S202', close, message, 'Add ")".');
    }
    if (close.kind !== ')') throw this.#unexpected(close, '"and", "or" or ")"');
    return { ...inner, at: { start: open.at.start, end: close.at.end } };
  }

  #selector(count: Token): ConditionNode {
    this.#take();
    const quantifier = count.text === '1' || count.text === 'any' ? 'any' : count.text === 'all' ? 'all' : undefined;
    if (quantifier === undefined) {
      const hint = 'Write "1 of", "any of" or "all of".';
      throw refused('S204', count, `"${cut(count.text)} of" is not part of Sigma.`, hint);
    }
    const target = this.#take();
    if (target.kind !== 'word' || KEYWORDS.has(target.text))
      throw this.#unexpected(target, '"them", a name or a pattern');
    const at = { start: count.at.start, end: target.at.end };
    return { kind: 'selector', quantifier, target: target.text, targetAt: target.at, at };
  }

  #unexpected(token: Token, wanted: string): Refused {
    if (token.kind === 'end') return refused('S200', token, `The condition ends where ${wanted} is wanted.`);
    if (token.kind === '|') {
      const hint = 'Write a correlation document (type event_count or value_count) that refers to this rule.';
      return refused('S203', token, 'Aggregations after "|" are no longer part of Sigma.', hint);
    }
    const upper = /^(?:AND|OR|NOT|OF)$/i.test(token.text) && !KEYWORDS.has(token.text);
    const hint = upper ? `Keywords are lower case: write "${token.text.toLowerCase()}".` : undefined;
    return refused('S200', token, `"${cut(token.text)}" stands where ${wanted} is wanted.`, hint);
  }
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function refused(code: ConditionTrouble['code'], token: Token, message: string, hint?: string): Refused {
  const at = token.at;
  return new Refused(hint === undefined ? { code, at, message } : { code, at, message, hint });
}

const RANK = { or: 0, and: 1, not: 2, identifier: 3, selector: 3 } as const;

/** The condition as text, with no more parentheses than it needs. */
export function printCondition(node: ConditionNode): string {
  const inner = (child: ConditionNode, rank: number): string =>
    RANK[child.kind] < rank ? `(${printCondition(child)})` : printCondition(child);
  if (node.kind === 'identifier') return node.name;
  if (node.kind === 'selector') return `${node.quantifier === 'any' ? '1' : 'all'} of ${node.target}`;
  if (node.kind === 'not') return `not ${inner(node.of, 2)}`;
  return node.of.map((child) => inner(child, RANK[node.kind] + 1)).join(` ${node.kind} `);
}
