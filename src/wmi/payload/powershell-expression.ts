import { NESTING } from './budget.ts';
import { readDouble, readGroup, readHereText, readNumber, readSingle, readVariable } from './powershell-literal.ts';
import { type Grammar, isDash, isDoubleQuote, isNameStart, isSingleQuote, type Scan } from './powershell-scan.ts';
import type { Expression, Statement } from './powershell-tree.ts';

const BINARY: readonly (readonly string[])[] = [
  ['-and', '-or', '-xor'],
  ['-band', '-bor', '-bxor', '-shl', '-shr'],
  [
    ...['-eq', '-ne', '-gt', '-ge', '-lt', '-le', '-like', '-notlike', '-match', '-notmatch', '-replace', '-split'],
    ...['-join', '-contains', '-notcontains', '-in', '-notin', '-is', '-isnot', '-as'],
  ],
  ['+', '-'],
  ['*', '/', '%'],
  ['-f'],
  ['..'],
];
const UNARY_WORDS: ReadonlySet<string> = new Set(['-join', '-split', '-not', '-bnot']);

/** Reads PowerShell's expression mode: operators by their strength, members, indexes, casts, tables. */
export class ExpressionReader {
  readonly #scan: Scan;
  readonly #grammar: Grammar;

  constructor(scan: Scan, grammar: Grammar) {
    this.#scan = scan;
    this.#grammar = grammar;
  }

  /** Binary operators from the loosest level that is asked for; a comma list binds tighter than `..`. */
  expression(level: number): Expression | undefined {
    if (level >= BINARY.length) return this.#list();
    let left = this.expression(level + 1);
    while (left !== undefined && this.#scan.budget.spend()) {
      const back = this.#scan.i;
      this.#scan.space(false);
      const operator = this.#operator(level);
      if (operator === '') {
        this.#scan.i = back;
        break;
      }
      this.#scan.space(true);
      const right = this.expression(level + 1);
      if (right === undefined) break;
      left = { kind: 'binary', operator, left, right, at: left.at, end: this.#scan.i };
    }
    return left;
  }

  #operator(level: number): string {
    const ch = this.#scan.peek();
    const next = this.#scan.peek(1);
    if (isDash(ch) && /[A-Za-z]/.test(next)) {
      const word = this.#scan.dashOperator();
      const plain = word.replace(
        /^-[ci](?=(?:eq|ne|gt|ge|lt|le|not|like|match|replace|split|contains|in)[a-z]*$)/,
        '-',
      );
      const known = plain === '-in' || BINARY[level]?.includes(plain) === true;
      if (!known || BINARY[level]?.includes(plain) !== true) return '';
      this.#scan.i += word.length;
      return plain;
    }
    if (ch === '.' && next === '.' && level === 6) {
      this.#scan.i += 2;
      return '..';
    }
    const symbol = isDash(ch) ? '-' : ch;
    if (symbol === '' || next === '=' || next === symbol || BINARY[level]?.includes(symbol) !== true) return '';
    this.#scan.i++;
    return symbol;
  }

  #list(): Expression | undefined {
    const at = this.#scan.i;
    if (!this.#scan.commaMakesList) return this.unary();
    if (this.#scan.peek() === ',') {
      this.#scan.i++;
      this.#scan.space(true);
      const only = this.unary();
      return only === undefined ? undefined : { kind: 'array', items: [only], at, end: this.#scan.i };
    }
    const first = this.unary();
    if (first === undefined) return undefined;
    const items = [first];
    while (this.#scan.budget.spend()) {
      const back = this.#scan.i;
      this.#scan.space(false);
      if (this.#scan.peek() !== ',') {
        this.#scan.i = back;
        break;
      }
      this.#scan.i++;
      this.#scan.space(true);
      const item = this.unary();
      if (item === undefined) break;
      items.push(item);
    }
    return items.length === 1 ? first : { kind: 'array', items, at, end: this.#scan.i };
  }

  unary(): Expression | undefined {
    if (++this.#scan.depth > NESTING) {
      this.#scan.depth--;
      this.#scan.abandon();
      return undefined;
    }
    const made = this.#unaryInside();
    this.#scan.depth--;
    return made;
  }

  #unaryInside(): Expression | undefined {
    const at = this.#scan.i;
    const ch = this.#scan.peek();
    const word = this.#scan.dashOperator();
    if (word !== '') {
      const plain = word.replace(/^-[ci](?=(?:split|join))/, '-');
      if (!UNARY_WORDS.has(plain)) return undefined;
      this.#scan.i += word.length;
      this.#scan.space(true);
      const operand = this.unary();
      return operand === undefined ? undefined : { kind: 'unary', operator: plain, operand, at, end: this.#scan.i };
    }
    if (ch === '!' || ch === '+' || isDash(ch)) {
      this.#scan.i += this.#scan.peek(1) === ch ? 2 : 1;
      this.#scan.space(true);
      const operand = this.unary();
      const operator = isDash(ch) ? '-' : ch;
      return operand === undefined ? undefined : { kind: 'unary', operator, operand, at, end: this.#scan.i };
    }
    if (ch === '[') {
      const type = this.#scan.typeName();
      if (type === undefined) return undefined;
      if (this.#scan.peek() === ':' && this.#scan.peek(1) === ':') {
        return this.#tail({ kind: 'type', name: type, at, end: this.#scan.i });
      }
      const back = this.#scan.i;
      this.#scan.space(false);
      const operand = /[\s;|)},\]]/.test(this.#scan.peek()) || this.#scan.peek() === '' ? undefined : this.unary();
      if (operand !== undefined) return { kind: 'cast', type, operand, at, end: this.#scan.i };
      this.#scan.i = back;
      return this.#tail({ kind: 'type', name: type, at, end: this.#scan.i });
    }
    return this.postfix();
  }

  postfix(): Expression | undefined {
    if (++this.#scan.depth > NESTING) {
      this.#scan.depth--;
      this.#scan.abandon();
      return undefined;
    }
    const target = this.#primary();
    const made = target === undefined ? undefined : this.#tail(target);
    this.#scan.depth--;
    return made;
  }

  #tail(start: Expression): Expression {
    let target = start;
    while (this.#scan.budget.spend()) {
      const ch = this.#scan.peek();
      if (ch === '[') {
        this.#scan.i++;
        this.#scan.space(true);
        const index = this.expression(0);
        this.#scan.space(true);
        if (this.#scan.peek() === ']') this.#scan.i++;
        if (index === undefined) break;
        target = { kind: 'index', target, index, at: target.at, end: this.#scan.i };
        continue;
      }
      const isStatic = ch === ':' && this.#scan.peek(1) === ':';
      if (!isStatic && (ch !== '.' || this.#scan.peek(1) === '.')) break;
      const back = this.#scan.i;
      this.#scan.i += isStatic ? 2 : 1;
      this.#scan.space(isStatic);
      const name = this.#memberName();
      if (name === undefined) {
        this.#scan.i = back;
        break;
      }
      const args = this.#scan.peek() === '(' ? this.#callArguments() : undefined;
      target = {
        kind: 'member',
        target,
        name,
        isStatic,
        ...(args === undefined ? {} : { args }),
        at: target.at,
        end: this.#scan.i,
      };
    }
    return target;
  }

  #memberName(): Expression | undefined {
    const at = this.#scan.i;
    const ch = this.#scan.peek();
    if (isSingleQuote(ch)) return readSingle(this.#scan);
    if (isDoubleQuote(ch)) return readDouble(this.#scan, this.#grammar);
    if (ch === '$') return readVariable(this.#scan);
    if (ch === '(') return readGroup(this.#scan, this.#grammar, '(', 1);
    let name = '';
    while (/[\w`]/.test(this.#scan.peek())) {
      const part = this.#scan.text.charAt(this.#scan.i++);
      if (part !== '`') name += part;
    }
    return name === '' ? undefined : { kind: 'constant', value: name, at, end: this.#scan.i };
  }

  #callArguments(): readonly Expression[] {
    const args: Expression[] = [];
    this.#scan.inParentheses(() => {
      const before = this.#scan.i;
      if (this.#scan.peek() === ',') this.#scan.i++;
      else {
        const argument = this.expression(0);
        if (argument !== undefined) args.push(argument);
      }
      if (this.#scan.i === before) this.#scan.i++;
    });
    return args;
  }

  #primary(): Expression | undefined {
    const at = this.#scan.i;
    const ch = this.#scan.peek();
    if (isSingleQuote(ch)) return readSingle(this.#scan);
    if (isDoubleQuote(ch)) return readDouble(this.#scan, this.#grammar);
    if (ch === '$')
      return this.#scan.peek(1) === '(' ? readGroup(this.#scan, this.#grammar, '$', 2) : readVariable(this.#scan);
    if (ch === '(') return readGroup(this.#scan, this.#grammar, '(', 1);
    if (ch === '{') {
      this.#scan.i++;
      const body = this.#grammar.statements('}');
      return { kind: 'block', body, at, end: this.#scan.i };
    }
    if (ch === '@') {
      const next = this.#scan.peek(1);
      if (next === '(') return readGroup(this.#scan, this.#grammar, '@', 2);
      if (next === '{') return this.#table();
      if (isSingleQuote(next) || isDoubleQuote(next)) return readHereText(this.#scan, this.#grammar);
      if (isNameStart(next)) return readVariable(this.#scan);
      return undefined;
    }
    return readNumber(this.#scan);
  }

  #table(): Expression {
    const at = this.#scan.i;
    this.#scan.i += 2;
    const entries: (readonly [Expression, Statement])[] = [];
    while (this.#scan.i < this.#scan.text.length && this.#scan.budget.spend()) {
      this.#scan.space(true);
      const ch = this.#scan.peek();
      if (ch === '}') {
        this.#scan.i++;
        break;
      }
      if (ch === ';') {
        this.#scan.i++;
        continue;
      }
      const before = this.#scan.i;
      const key = this.#tableKey();
      this.#scan.space(true);
      if (key !== undefined && this.#scan.peek() === '=') {
        this.#scan.i++;
        this.#scan.space(true);
        const value = this.#grammar.statement();
        if (value !== undefined) entries.push([key, value]);
      }
      if (this.#scan.i === before) this.#scan.i++;
    }
    return { kind: 'table', entries, at, end: this.#scan.i };
  }

  #tableKey(): Expression | undefined {
    const at = this.#scan.i;
    if (/[\w-]/.test(this.#scan.peek())) {
      let name = '';
      while (/[\w.-]/.test(this.#scan.peek())) name += this.#scan.text.charAt(this.#scan.i++);
      return { kind: 'constant', value: name, at, end: this.#scan.i };
    }
    return this.postfix();
  }
}
