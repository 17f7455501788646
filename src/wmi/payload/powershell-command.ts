import type { ExpressionReader } from './powershell-expression.ts';
import { readDouble, readGroup, readSingle, readVariable } from './powershell-literal.ts';
import { type Grammar, isDash, isDoubleQuote, isSingleQuote, type Scan } from './powershell-scan.ts';
import type { Argument, Element, Expression } from './powershell-tree.ts';

/** True where a statement ends: line end, `;`, a closing bracket or the end of the text. */
export function isStatementEnd(scan: Scan): boolean {
  const ch = scan.peek();
  return ch === '' || ch === '\n' || ch === '\r' || ch === ';' || ch === ')' || ch === '}';
}

/** Reads the elements of a pipeline: expressions, and commands with their arguments (command mode). */
export class CommandReader {
  readonly #scan: Scan;
  readonly #grammar: Grammar;
  readonly #expressions: ExpressionReader;

  constructor(scan: Scan, grammar: Grammar, expressions: ExpressionReader) {
    this.#scan = scan;
    this.#grammar = grammar;
    this.#expressions = expressions;
  }

  element(): Element | undefined {
    this.#scan.space(false);
    const at = this.#scan.i;
    const ch = this.#scan.peek();
    if (ch === '&' || (ch === '.' && /[\s$('"{&]/.test(this.#scan.peek(1)))) {
      this.#scan.i++;
      this.#scan.space(false);
      return this.#command(at, ch);
    }
    const isExpression =
      '$([@{!+'.includes(ch) ||
      isSingleQuote(ch) ||
      isDoubleQuote(ch) ||
      /[0-9]/.test(ch) ||
      this.#scan.dashOperator() !== '';
    if (ch !== '' && isExpression) {
      const expression = this.#expressions.expression(0);
      return expression === undefined ? undefined : { kind: 'expression', expression, at, end: this.#scan.i };
    }
    return isStatementEnd(this.#scan) || ch === '|' ? undefined : this.#command(at, '');
  }

  #command(at: number, invocation: '' | '&' | '.'): Element | undefined {
    const name = this.argument();
    if (name === undefined) return undefined;
    const args: Argument[] = [];
    while (this.#scan.budget.spend()) {
      this.#scan.space(false);
      if (isStatementEnd(this.#scan)) break;
      const ch = this.#scan.peek();
      if (ch === '|' || ch === '&') break;
      if (ch === '>' || ch === '<') {
        while (/[<>&]/.test(this.#scan.peek())) this.#scan.i++;
        this.#scan.space(false);
        this.argument();
        continue;
      }
      const before = this.#scan.i;
      const parameter = this.#parameter();
      if (parameter !== undefined) {
        args.push(parameter);
        continue;
      }
      const value = this.#argumentList();
      if (value !== undefined) args.push({ kind: 'value', value });
      if (this.#scan.i === before) this.#scan.i++;
    }
    return { kind: 'command', invocation, name, args, at, end: this.#scan.i };
  }

  #parameter(): Argument | undefined {
    if (!isDash(this.#scan.peek()) || !/[A-Za-z_?`]/.test(this.#scan.peek(1))) return undefined;
    const at = this.#scan.i++;
    let name = '';
    while (/[-\w?`]/.test(this.#scan.peek())) {
      const ch = this.#scan.text.charAt(this.#scan.i++);
      if (ch !== '`') name += ch;
    }
    if (this.#scan.peek() !== ':') return { kind: 'parameter', name: name.toLowerCase(), at };
    this.#scan.i++;
    this.#scan.space(false);
    const value = this.#argumentList();
    return { kind: 'parameter', name: name.toLowerCase(), ...(value === undefined ? {} : { value }), at };
  }

  #argumentList(): Expression | undefined {
    const at = this.#scan.i;
    const first = this.argument();
    if (first === undefined) return undefined;
    const items = [first];
    while (this.#scan.budget.spend()) {
      this.#scan.space(false);
      if (this.#scan.peek() !== ',') break;
      this.#scan.i++;
      this.#scan.space(true);
      const item = this.argument();
      if (item === undefined) break;
      items.push(item);
    }
    return items.length === 1 ? first : { kind: 'array', items, at, end: this.#scan.i };
  }

  /** One argument in command mode: a structured value, or a bare word with quotes and variables inside. */
  argument(): Expression | undefined {
    const at = this.#scan.i;
    const ch = this.#scan.peek();
    let isStructured =
      '({@'.includes(ch) || isSingleQuote(ch) || isDoubleQuote(ch) || (ch === '$' && this.#scan.peek(1) !== '(');
    if (ch === '[') {
      isStructured = this.#scan.typeName() !== undefined;
      this.#scan.i = at;
    }
    const value =
      ch !== '' && isStructured ? (ch === '[' ? this.#expressions.unary() : this.#expressions.postfix()) : undefined;
    if (value === undefined) this.#scan.i = at;
    const next = this.#scan.peek();
    if (value !== undefined && (next === '' || /[\s;|&(){},]/.test(next) || '({@['.includes(ch))) return value;
    return this.#bareWord(at, value);
  }

  /** A word up to a blank or separator; `first` is what was read of it already. */
  #bareWord(at: number, first: Expression | undefined): Expression | undefined {
    const parts: (string | Expression)[] = [];
    let run = '';
    const take = (part: Expression | undefined): void => {
      if (part === undefined) return;
      if (part.kind === 'constant') {
        run += String(part.value);
        return;
      }
      if (run !== '') parts.push(run);
      run = '';
      parts.push(part);
    };
    take(first);
    while (this.#scan.i < this.#scan.text.length && this.#scan.budget.spend()) {
      const ch = this.#scan.peek();
      if (/[\s;|&(){},<>]/.test(ch)) break;
      if (ch === '`') {
        run += this.#scan.peek(1);
        this.#scan.i += 2;
      } else if (isSingleQuote(ch)) take(readSingle(this.#scan));
      else if (isDoubleQuote(ch)) take(readDouble(this.#scan, this.#grammar));
      else if (ch === '$' && this.#scan.peek(1) === '(') take(readGroup(this.#scan, this.#grammar, '$', 2));
      else if (ch === '$' && /[\w{:?^$]/.test(this.#scan.peek(1))) take(readVariable(this.#scan));
      else {
        run += ch;
        this.#scan.i++;
      }
    }
    if (this.#scan.i === at) return undefined;
    if (parts.length === 0) return { kind: 'constant', value: run, at, end: this.#scan.i };
    if (run !== '') parts.push(run);
    return { kind: 'text', parts, at, end: this.#scan.i };
  }
}
