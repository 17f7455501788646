import { type Budget, NESTING } from './budget.ts';
import type { Argument, Element, Expression, Parameter, Statement } from './powershell-tree.ts';

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
const BRANCH_WORDS: ReadonlySet<string> = new Set([
  ...['if', 'elseif', 'else', 'while', 'for', 'foreach', 'switch', 'do', 'until', 'try', 'catch', 'finally', 'trap'],
  ...['begin', 'process', 'end', 'data'],
]);
const FLOW_WORDS: ReadonlySet<string> = new Set(['return', 'throw', 'exit', 'break', 'continue']);
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '0': '\0',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\u001b',
};

const isDash = (ch: string): boolean => ch === '-' || ch === '–' || ch === '—' || ch === '―';
const isSingleQuote = (ch: string): boolean => ch === "'" || (ch >= '\u2018' && ch <= '\u201b');
const isDoubleQuote = (ch: string): boolean => ch === '"' || (ch >= '\u201c' && ch <= '\u201e');
const isNameStart = (ch: string): boolean => /^[A-Za-z_\u0080-\uffff]$/.test(ch);
const isNameChar = (ch: string): boolean => /^[A-Za-z0-9_\u0080-\uffff]$/.test(ch) && !isDash(ch);

/**
 * Reads PowerShell as a tree of statements. Never fails: what is not understood is stepped over, one character at a time.
 * Depth is bounded by `NESTING`, work by the budget.
 */
export function parsePowerShell(text: string, budget: Budget): readonly Statement[] {
  return new Parser(text, budget).statements('');
}

class Parser {
  readonly #text: string;
  readonly #budget: Budget;
  #i = 0;
  #depth = 0;
  /** Inside the brackets of a method call a comma separates arguments; elsewhere it makes a list. */
  #commaMakesList = true;

  constructor(text: string, budget: Budget) {
    this.#text = text;
    this.#budget = budget;
  }

  /** Statements up to the closing character, which is taken. */
  statements(close: string): readonly Statement[] {
    const found: Statement[] = [];
    const outer = this.#commaMakesList;
    this.#commaMakesList = true;
    if (++this.#depth > NESTING) {
      this.#budget.hit('nesting');
      this.#i = this.#text.length;
    }
    while (this.#i < this.#text.length && this.#budget.spend()) {
      this.#space(true);
      const ch = this.#peek();
      if (ch === '') break;
      if (close !== '' && ch === close) {
        this.#i++;
        break;
      }
      const before = this.#i;
      if (ch === ';' || ch === '|' || ch === ')' || ch === '}' || ch === ',' || ch === ']') this.#i++;
      else if (ch === '&' && this.#text.charAt(this.#i + 1) === '&') this.#i += 2;
      else {
        const statement = this.#statement();
        if (statement !== undefined) found.push(statement);
        if (this.#i === before) this.#i++;
      }
    }
    this.#depth--;
    this.#commaMakesList = outer;
    return found;
  }

  #peek(ahead = 0): string {
    return this.#text.charAt(this.#i + ahead);
  }

  /** Skips blanks, comments and continued lines; line ends too where `lines` is set. */
  #space(lines: boolean): void {
    for (;;) {
      const ch = this.#peek();
      if (ch === ' ' || ch === '\t' || ch === '\u00a0' || ch === '\ufeff') this.#i++;
      else if (lines && (ch === '\n' || ch === '\r')) this.#i++;
      else if (ch === '`' && (this.#peek(1) === '\n' || this.#peek(1) === '\r')) {
        this.#i += this.#peek(1) === '\r' && this.#peek(2) === '\n' ? 3 : 2;
      } else if (ch === '<' && this.#peek(1) === '#') {
        const end = this.#text.indexOf('#>', this.#i + 2);
        this.#i = end < 0 ? this.#text.length : end + 2;
      } else if (ch === '#') {
        while (this.#i < this.#text.length && this.#peek() !== '\n') this.#i++;
      } else return;
    }
  }

  #word(): string {
    let end = this.#i;
    while (end < this.#text.length && /[A-Za-z]/.test(this.#text.charAt(end))) end++;
    const next = this.#text.charAt(end);
    if (next !== '' && /[-\w.:\\`]/.test(next)) return '';
    return this.#text.slice(this.#i, end).toLowerCase();
  }

  #statement(): Statement | undefined {
    const at = this.#i;
    const word = this.#word();
    if (word === 'function' || word === 'filter' || word === 'workflow') return this.#function(at, word);
    if (word === 'param') {
      this.#i += word.length;
      this.#space(true);
      return { kind: 'parameters', parameters: this.#peek() === '(' ? this.#parameters() : [], at, end: this.#i };
    }
    if (BRANCH_WORDS.has(word)) {
      const branch = this.#branch(at, word);
      if (branch !== undefined) return branch;
    }
    if (FLOW_WORDS.has(word)) {
      this.#i += word.length;
      this.#space(false);
      if (this.#isStatementEnd()) return undefined;
    }
    return this.#pipeline();
  }

  #function(at: number, word: string): Statement {
    this.#i += word.length;
    this.#space(true);
    let name = '';
    while (this.#i < this.#text.length && !/[\s({]/.test(this.#peek())) name += this.#text.charAt(this.#i++);
    this.#space(true);
    let parameters = this.#peek() === '(' ? this.#parameters() : [];
    this.#space(true);
    let body: readonly Statement[] = [];
    if (this.#peek() === '{') {
      this.#i++;
      body = this.statements('}');
    }
    for (const statement of body) if (statement.kind === 'parameters') parameters = statement.parameters;
    return {
      kind: 'function',
      name: name.replace(/^(?:global|script|local):/i, '').toLowerCase(),
      parameters,
      body,
      at,
      end: this.#i,
    };
  }

  /** `( [attributes][type]$name = initial, ... )`. */
  #parameters(): readonly Parameter[] {
    const found: Parameter[] = [];
    const outer = this.#commaMakesList;
    this.#commaMakesList = false;
    this.#i++;
    while (this.#i < this.#text.length && this.#budget.spend()) {
      this.#space(true);
      const ch = this.#peek();
      if (ch === ')') {
        this.#i++;
        break;
      }
      if (ch === '[') {
        this.#skipBrackets();
        continue;
      }
      if (ch !== '$') {
        this.#i++;
        continue;
      }
      const variable = this.#variable();
      if (variable?.kind !== 'variable') {
        this.#i++;
        continue;
      }
      this.#space(true);
      if (this.#peek() === '=') {
        this.#i++;
        this.#space(true);
        const initial = this.#expression(1);
        found.push({ name: variable.name, ...(initial === undefined ? {} : { initial }) });
      } else found.push({ name: variable.name });
    }
    this.#commaMakesList = outer;
    return found;
  }

  /** Steps over `[ ... ]` with quotes and nesting minded. */
  #skipBrackets(): void {
    let depth = 0;
    while (this.#i < this.#text.length && this.#budget.spend()) {
      const ch = this.#peek();
      if (isSingleQuote(ch)) this.#single();
      else if (isDoubleQuote(ch)) this.#double();
      else {
        this.#i++;
        if (ch === '[') depth++;
        else if (ch === ']' && --depth === 0) return;
      }
    }
  }

  #branch(at: number, word: string): Statement | undefined {
    const conditions: Statement[] = [];
    const bodies: (readonly Statement[])[] = [];
    const start = this.#i;
    this.#i += word.length;
    this.#space(true);
    while (this.#peek() === '-' && /[A-Za-z]/.test(this.#peek(1))) {
      this.#i++;
      while (/[A-Za-z]/.test(this.#peek())) this.#i++;
      this.#space(true);
    }
    if (this.#peek() === '[') {
      this.#skipBrackets();
      this.#space(true);
    }
    if (this.#peek() === '(') {
      this.#i++;
      conditions.push(...this.statements(')'));
      this.#space(true);
    }
    if (this.#peek() !== '{') {
      if (conditions.length > 0) return { kind: 'branch', word, conditions, bodies, at, end: this.#i };
      this.#i = start;
      return undefined;
    }
    this.#i++;
    if (word === 'switch') this.#switchBodies(bodies);
    else bodies.push(this.statements('}'));
    return { kind: 'branch', word, conditions, bodies, at, end: this.#i };
  }

  /** `value { body } value { body }` of a switch. */
  #switchBodies(bodies: (readonly Statement[])[]): void {
    while (this.#i < this.#text.length && this.#budget.spend()) {
      this.#space(true);
      const ch = this.#peek();
      if (ch === '}') {
        this.#i++;
        return;
      }
      if (ch === '{') {
        this.#i++;
        bodies.push(this.statements('}'));
        continue;
      }
      const before = this.#i;
      this.#argument();
      if (this.#i === before) this.#i++;
    }
  }

  #isStatementEnd(): boolean {
    const ch = this.#peek();
    return ch === '' || ch === '\n' || ch === '\r' || ch === ';' || ch === ')' || ch === '}';
  }

  #pipeline(): Statement | undefined {
    const at = this.#i;
    const elements: Element[] = [];
    for (;;) {
      const element = this.#element();
      if (element === undefined) break;
      if (elements.length === 0 && element.kind === 'expression') {
        const assigned = this.#assignment(at, element.expression);
        if (assigned !== undefined) return assigned;
      }
      elements.push(element);
      this.#space(false);
      if (this.#peek() !== '|' || this.#peek(1) === '|') break;
      this.#i++;
      this.#space(true);
      if (!this.#budget.spend()) break;
    }
    return elements.length === 0 ? undefined : { kind: 'pipeline', elements, at, end: this.#i };
  }

  #assignment(at: number, target: Expression): Statement | undefined {
    this.#space(false);
    const operator = /^(?:[-+*/%]?=|\?\?=)/.exec(this.#text.slice(this.#i, this.#i + 3))?.[0];
    if (operator === undefined) return undefined;
    this.#i += operator.length;
    this.#space(true);
    if (++this.#depth > NESTING) {
      this.#budget.hit('nesting');
      this.#i = this.#text.length;
    }
    const value = this.#statement();
    this.#depth--;
    return value === undefined ? undefined : { kind: 'assignment', target, operator, value, at, end: this.#i };
  }

  #element(): Element | undefined {
    this.#space(false);
    const at = this.#i;
    const ch = this.#peek();
    if (ch === '&' || (ch === '.' && /[\s$('"{&]/.test(this.#peek(1)))) {
      this.#i++;
      this.#space(false);
      return this.#command(at, ch);
    }
    const isExpression =
      '$([@{!+'.includes(ch) ||
      isSingleQuote(ch) ||
      isDoubleQuote(ch) ||
      /[0-9]/.test(ch) ||
      this.#dashOperator() !== '';
    if (ch !== '' && isExpression) {
      const expression = this.#expression(0);
      return expression === undefined ? undefined : { kind: 'expression', expression, at, end: this.#i };
    }
    return this.#isStatementEnd() || ch === '|' ? undefined : this.#command(at, '');
  }

  #command(at: number, invocation: '' | '&' | '.'): Element | undefined {
    const name = this.#argument();
    if (name === undefined) return undefined;
    const args: Argument[] = [];
    while (this.#budget.spend()) {
      this.#space(false);
      if (this.#isStatementEnd()) break;
      const ch = this.#peek();
      if (ch === '|' || ch === '&') break;
      if (ch === '>' || ch === '<') {
        while (/[<>&]/.test(this.#peek())) this.#i++;
        this.#space(false);
        this.#argument();
        continue;
      }
      const before = this.#i;
      const parameter = this.#parameter();
      if (parameter !== undefined) {
        args.push(parameter);
        continue;
      }
      const value = this.#argumentList();
      if (value !== undefined) args.push({ kind: 'value', value });
      if (this.#i === before) this.#i++;
    }
    return { kind: 'command', invocation, name, args, at, end: this.#i };
  }

  #parameter(): Argument | undefined {
    if (!isDash(this.#peek()) || !/[A-Za-z_?`]/.test(this.#peek(1))) return undefined;
    const at = this.#i++;
    let name = '';
    while (/[-\w?`]/.test(this.#peek())) {
      const ch = this.#text.charAt(this.#i++);
      if (ch !== '`') name += ch;
    }
    if (this.#peek() !== ':') return { kind: 'parameter', name: name.toLowerCase(), at };
    this.#i++;
    this.#space(false);
    const value = this.#argumentList();
    return { kind: 'parameter', name: name.toLowerCase(), ...(value === undefined ? {} : { value }), at };
  }

  #argumentList(): Expression | undefined {
    const at = this.#i;
    const first = this.#argument();
    if (first === undefined) return undefined;
    const items = [first];
    while (this.#budget.spend()) {
      this.#space(false);
      if (this.#peek() !== ',') break;
      this.#i++;
      this.#space(true);
      const item = this.#argument();
      if (item === undefined) break;
      items.push(item);
    }
    return items.length === 1 ? first : { kind: 'array', items, at, end: this.#i };
  }

  /** One argument in command mode: a structured value, or a bare word with quotes and variables inside. */
  #argument(): Expression | undefined {
    const at = this.#i;
    const ch = this.#peek();
    let isStructured =
      '({@'.includes(ch) || isSingleQuote(ch) || isDoubleQuote(ch) || (ch === '$' && this.#peek(1) !== '(');
    if (ch === '[') {
      isStructured = this.#typeName() !== undefined;
      this.#i = at;
    }
    const value = ch !== '' && isStructured ? (ch === '[' ? this.#unary() : this.#postfix()) : undefined;
    if (value === undefined) this.#i = at;
    const next = this.#peek();
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
    while (this.#i < this.#text.length && this.#budget.spend()) {
      const ch = this.#peek();
      if (/[\s;|&(){},<>]/.test(ch)) break;
      if (ch === '`') {
        run += this.#peek(1);
        this.#i += 2;
      } else if (isSingleQuote(ch)) take(this.#single());
      else if (isDoubleQuote(ch)) take(this.#double());
      else if (ch === '$' && this.#peek(1) === '(') take(this.#group('$', 2));
      else if (ch === '$' && /[\w{:?^$]/.test(this.#peek(1))) take(this.#variable());
      else {
        run += ch;
        this.#i++;
      }
    }
    if (this.#i === at) return undefined;
    if (parts.length === 0) return { kind: 'constant', value: run, at, end: this.#i };
    if (run !== '') parts.push(run);
    return { kind: 'text', parts, at, end: this.#i };
  }

  /** Binary operators from the loosest level that is asked for; a comma list binds tighter than `..`. */
  #expression(level: number): Expression | undefined {
    if (level >= BINARY.length) return this.#list();
    let left = this.#expression(level + 1);
    while (left !== undefined && this.#budget.spend()) {
      const back = this.#i;
      this.#space(false);
      const operator = this.#operator(level);
      if (operator === '') {
        this.#i = back;
        break;
      }
      this.#space(true);
      const right = this.#expression(level + 1);
      if (right === undefined) break;
      left = { kind: 'binary', operator, left, right, at: left.at, end: this.#i };
    }
    return left;
  }

  #operator(level: number): string {
    const ch = this.#peek();
    const next = this.#peek(1);
    if (isDash(ch) && /[A-Za-z]/.test(next)) {
      const word = this.#dashOperator();
      const plain = word.replace(
        /^-[ci](?=(?:eq|ne|gt|ge|lt|le|not|like|match|replace|split|contains|in)[a-z]*$)/,
        '-',
      );
      const known = plain === '-in' || BINARY[level]?.includes(plain) === true;
      if (!known || BINARY[level]?.includes(plain) !== true) return '';
      this.#i += word.length;
      return plain;
    }
    if (ch === '.' && next === '.' && level === 6) {
      this.#i += 2;
      return '..';
    }
    const symbol = isDash(ch) ? '-' : ch;
    if (symbol === '' || next === '=' || next === symbol || BINARY[level]?.includes(symbol) !== true) return '';
    this.#i++;
    return symbol;
  }

  /** `-word` under the reader's hand, lower case, empty when there is none. */
  #dashOperator(): string {
    if (!isDash(this.#peek())) return '';
    let end = this.#i + 1;
    while (/[A-Za-z]/.test(this.#text.charAt(end))) end++;
    return end === this.#i + 1 ? '' : `-${this.#text.slice(this.#i + 1, end).toLowerCase()}`;
  }

  #list(): Expression | undefined {
    const at = this.#i;
    if (!this.#commaMakesList) return this.#unary();
    if (this.#peek() === ',') {
      this.#i++;
      this.#space(true);
      const only = this.#unary();
      return only === undefined ? undefined : { kind: 'array', items: [only], at, end: this.#i };
    }
    const first = this.#unary();
    if (first === undefined) return undefined;
    const items = [first];
    while (this.#budget.spend()) {
      const back = this.#i;
      this.#space(false);
      if (this.#peek() !== ',') {
        this.#i = back;
        break;
      }
      this.#i++;
      this.#space(true);
      const item = this.#unary();
      if (item === undefined) break;
      items.push(item);
    }
    return items.length === 1 ? first : { kind: 'array', items, at, end: this.#i };
  }

  #unary(): Expression | undefined {
    if (++this.#depth > NESTING) {
      this.#depth--;
      this.#budget.hit('nesting');
      this.#i = this.#text.length;
      return undefined;
    }
    const made = this.#unaryInside();
    this.#depth--;
    return made;
  }

  #unaryInside(): Expression | undefined {
    const at = this.#i;
    const ch = this.#peek();
    const word = this.#dashOperator();
    if (word !== '') {
      const plain = word.replace(/^-[ci](?=(?:split|join))/, '-');
      if (!UNARY_WORDS.has(plain)) return undefined;
      this.#i += word.length;
      this.#space(true);
      const operand = this.#unary();
      return operand === undefined ? undefined : { kind: 'unary', operator: plain, operand, at, end: this.#i };
    }
    if (ch === '!' || ch === '+' || isDash(ch)) {
      this.#i += this.#peek(1) === ch ? 2 : 1;
      this.#space(true);
      const operand = this.#unary();
      const operator = isDash(ch) ? '-' : ch;
      return operand === undefined ? undefined : { kind: 'unary', operator, operand, at, end: this.#i };
    }
    if (ch === '[') {
      const type = this.#typeName();
      if (type === undefined) return undefined;
      if (this.#peek() === ':' && this.#peek(1) === ':') {
        return this.#tail({ kind: 'type', name: type, at, end: this.#i });
      }
      const back = this.#i;
      this.#space(false);
      const operand = /[\s;|)},\]]/.test(this.#peek()) || this.#peek() === '' ? undefined : this.#unary();
      if (operand !== undefined) return { kind: 'cast', type, operand, at, end: this.#i };
      this.#i = back;
      return this.#tail({ kind: 'type', name: type, at, end: this.#i });
    }
    return this.#postfix();
  }

  /** `[Name]` in lower case without a `System.` prefix; undefined and nothing taken when it is none. */
  #typeName(): string | undefined {
    let depth = 0;
    for (let end = this.#i; end < this.#text.length && end - this.#i < 256; end++) {
      const ch = this.#text.charAt(end);
      if (ch === '[') depth++;
      else if (ch === ']' && --depth === 0) {
        const name = this.#text
          .slice(this.#i + 1, end)
          .replace(/[\s`]/g, '')
          .toLowerCase();
        if (name === '' || /^[\d$]/.test(name)) return undefined;
        this.#i = end + 1;
        return name.replace(/^system\./, '');
      } else if (!/[\w.,+\s`[\]]/.test(ch)) return undefined;
    }
    return undefined;
  }

  #postfix(): Expression | undefined {
    if (++this.#depth > NESTING) {
      this.#depth--;
      this.#budget.hit('nesting');
      this.#i = this.#text.length;
      return undefined;
    }
    const target = this.#primary();
    const made = target === undefined ? undefined : this.#tail(target);
    this.#depth--;
    return made;
  }

  #tail(start: Expression): Expression {
    let target = start;
    while (this.#budget.spend()) {
      const ch = this.#peek();
      if (ch === '[') {
        this.#i++;
        this.#space(true);
        const index = this.#expression(0);
        this.#space(true);
        if (this.#peek() === ']') this.#i++;
        if (index === undefined) break;
        target = { kind: 'index', target, index, at: target.at, end: this.#i };
        continue;
      }
      const isStatic = ch === ':' && this.#peek(1) === ':';
      if (!isStatic && (ch !== '.' || this.#peek(1) === '.')) break;
      const back = this.#i;
      this.#i += isStatic ? 2 : 1;
      this.#space(isStatic);
      const name = this.#memberName();
      if (name === undefined) {
        this.#i = back;
        break;
      }
      const args = this.#peek() === '(' ? this.#callArguments() : undefined;
      target = {
        kind: 'member',
        target,
        name,
        isStatic,
        ...(args === undefined ? {} : { args }),
        at: target.at,
        end: this.#i,
      };
    }
    return target;
  }

  #memberName(): Expression | undefined {
    const at = this.#i;
    const ch = this.#peek();
    if (isSingleQuote(ch)) return this.#single();
    if (isDoubleQuote(ch)) return this.#double();
    if (ch === '$') return this.#variable();
    if (ch === '(') return this.#group('(', 1);
    let name = '';
    while (/[\w`]/.test(this.#peek())) {
      const part = this.#text.charAt(this.#i++);
      if (part !== '`') name += part;
    }
    return name === '' ? undefined : { kind: 'constant', value: name, at, end: this.#i };
  }

  #callArguments(): readonly Expression[] {
    const args: Expression[] = [];
    const outer = this.#commaMakesList;
    this.#commaMakesList = false;
    this.#i++;
    while (this.#i < this.#text.length && this.#budget.spend()) {
      this.#space(true);
      const ch = this.#peek();
      if (ch === ')') {
        this.#i++;
        break;
      }
      const before = this.#i;
      if (ch === ',') this.#i++;
      else {
        const argument = this.#expression(0);
        if (argument !== undefined) args.push(argument);
      }
      if (this.#i === before) this.#i++;
    }
    this.#commaMakesList = outer;
    return args;
  }

  #primary(): Expression | undefined {
    const at = this.#i;
    const ch = this.#peek();
    if (isSingleQuote(ch)) return this.#single();
    if (isDoubleQuote(ch)) return this.#double();
    if (ch === '$') return this.#peek(1) === '(' ? this.#group('$', 2) : this.#variable();
    if (ch === '(') return this.#group('(', 1);
    if (ch === '{') {
      this.#i++;
      const body = this.statements('}');
      return { kind: 'block', body, at, end: this.#i };
    }
    if (ch === '@') {
      const next = this.#peek(1);
      if (next === '(') return this.#group('@', 2);
      if (next === '{') return this.#table();
      if (isSingleQuote(next) || isDoubleQuote(next)) return this.#hereText();
      if (isNameStart(next)) return this.#variable();
      return undefined;
    }
    return this.#number();
  }

  #number(): Expression | undefined {
    const at = this.#i;
    const found = /^(?:0x[0-9a-f]{1,16}|\d{1,20}(?:\.\d{1,20})?)(?:kb|mb|gb|l|d)?/i.exec(
      this.#text.slice(at, at + 44),
    )?.[0];
    if (found === undefined) return undefined;
    this.#i += found.length;
    const unit = /(?:kb|mb|gb)$/i.exec(found)?.[0].toLowerCase();
    const isHex = /^0x/i.test(found);
    const digits = isHex ? found.replace(/[l]$/i, '') : found.replace(/[a-z]+$/i, '');
    const scale = unit === 'kb' ? 1024 : unit === 'mb' ? 1 << 20 : unit === 'gb' ? 1 << 30 : 1;
    return { kind: 'constant', value: Number(digits) * scale, at, end: this.#i };
  }

  #group(form: '(' | '$' | '@', width: number): Expression {
    const at = this.#i;
    this.#i += width;
    const body = this.statements(')');
    return { kind: 'group', form, body, at, end: this.#i };
  }

  #table(): Expression {
    const at = this.#i;
    this.#i += 2;
    const entries: (readonly [Expression, Statement])[] = [];
    while (this.#i < this.#text.length && this.#budget.spend()) {
      this.#space(true);
      const ch = this.#peek();
      if (ch === '}') {
        this.#i++;
        break;
      }
      if (ch === ';') {
        this.#i++;
        continue;
      }
      const before = this.#i;
      const key = this.#tableKey();
      this.#space(true);
      if (key !== undefined && this.#peek() === '=') {
        this.#i++;
        this.#space(true);
        const value = this.#statement();
        if (value !== undefined) entries.push([key, value]);
      }
      if (this.#i === before) this.#i++;
    }
    return { kind: 'table', entries, at, end: this.#i };
  }

  #tableKey(): Expression | undefined {
    const at = this.#i;
    if (/[\w-]/.test(this.#peek())) {
      let name = '';
      while (/[\w.-]/.test(this.#peek())) name += this.#text.charAt(this.#i++);
      return { kind: 'constant', value: name, at, end: this.#i };
    }
    return this.#postfix();
  }

  /** `$name`, `${any name}`, `$env:name`, `@name`: the name in lower case, with `env:` kept and other scopes taken off. */
  #variable(): Expression | undefined {
    const at = this.#i;
    const isSplat = this.#peek() === '@';
    let name = '';
    let end = at + 1;
    if (this.#text.charAt(end) === '{') {
      const close = this.#text.indexOf('}', end);
      if (close < 0) return undefined;
      name = this.#text.slice(end + 1, close).replace(/`/g, '');
      end = close + 1;
    } else if (/[$?^]/.test(this.#text.charAt(end))) {
      name = this.#text.charAt(end++);
    } else {
      while (isNameChar(this.#text.charAt(end))) end++;
      if (
        this.#text.charAt(end) === ':' &&
        this.#text.charAt(end + 1) !== ':' &&
        isNameChar(this.#text.charAt(end + 1))
      ) {
        end++;
        while (isNameChar(this.#text.charAt(end))) end++;
      }
      name = this.#text.slice(at + 1, end);
    }
    if (name === '') return undefined;
    this.#i = end;
    const plain = name.toLowerCase().replace(/^(?:global|script|local|private|using|variable):/, '');
    return { kind: 'variable', name: plain, isSplat, at, end };
  }

  #single(): Expression {
    const at = this.#i++;
    let value = '';
    let from = this.#i;
    for (;;) {
      const ch = this.#peek();
      if (ch === '') {
        value += this.#text.slice(from);
        break;
      }
      if (isSingleQuote(ch)) {
        value += this.#text.slice(from, this.#i++);
        if (!isSingleQuote(this.#peek())) break;
        from = this.#i;
      }
      this.#i++;
    }
    return { kind: 'constant', value, at, end: this.#i };
  }

  #double(): Expression {
    const at = this.#i++;
    return this.#expandable(at, (ch) => {
      if (!isDoubleQuote(ch)) return 0;
      return isDoubleQuote(this.#peek(1)) ? 2 : 1;
    });
  }

  /** `@' ... '@` and `@" ... "@`. The end mark must begin a line. */
  #hereText(): Expression {
    const at = this.#i;
    const quote = this.#peek(1);
    const lineEnd = this.#text.indexOf('\n', this.#i);
    if (lineEnd < 0 || this.#text.slice(this.#i + 2, lineEnd).trim() !== '') {
      this.#i += 2;
      return { kind: 'constant', value: '', at, end: this.#i };
    }
    const mark = this.#text.indexOf(`\n${isSingleQuote(quote) ? "'" : '"'}@`, lineEnd);
    const end = mark < 0 ? this.#text.length : mark;
    const from = lineEnd + 1;
    const to = Math.max(from, this.#text.charAt(end - 1) === '\r' ? end - 1 : end);
    const after = mark < 0 ? end : mark + 3;
    if (isSingleQuote(quote)) {
      this.#i = after;
      return { kind: 'constant', value: this.#text.slice(from, to), at, end: after };
    }
    this.#i = from;
    const made = this.#expandable(at, () => (this.#i >= to ? 1 : 0));
    this.#i = after;
    return { ...made, end: after };
  }

  /** Text with variables and `$( )`; `closing` gives 1 at the end, 2 for a doubled quote. */
  #expandable(at: number, closing: (ch: string) => 0 | 1 | 2): Expression {
    const parts: (string | Expression)[] = [];
    let run = '';
    while (this.#i < this.#text.length && this.#budget.spend()) {
      const ch = this.#peek();
      const close = closing(ch);
      if (close === 1) {
        this.#i++;
        break;
      }
      if (close === 2) {
        run += ch;
        this.#i += 2;
      } else if (ch === '`') {
        run += ESCAPES[this.#peek(1)] ?? this.#peek(1);
        this.#i += 2;
      } else if (ch === '$' && (this.#peek(1) === '(' || /[\w{]/.test(this.#peek(1)))) {
        const part = this.#peek(1) === '(' ? this.#group('$', 2) : this.#variable();
        if (part === undefined) {
          run += ch;
          this.#i++;
          continue;
        }
        if (run !== '') parts.push(run);
        run = '';
        parts.push(part);
      } else {
        run += ch;
        this.#i++;
      }
    }
    if (parts.length === 0) return { kind: 'constant', value: run, at, end: this.#i };
    if (run !== '') parts.push(run);
    return { kind: 'text', parts, at, end: this.#i };
  }
}
