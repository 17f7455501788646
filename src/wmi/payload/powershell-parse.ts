import { type Budget, NESTING } from './budget.ts';
import { CommandReader, isStatementEnd } from './powershell-command.ts';
import { ExpressionReader } from './powershell-expression.ts';
import { readVariable, skipBrackets } from './powershell-literal.ts';
import { type Grammar, Scan } from './powershell-scan.ts';
import type { Element, Expression, Parameter, Statement } from './powershell-tree.ts';

const BRANCH_WORDS: ReadonlySet<string> = new Set([
  ...['if', 'elseif', 'else', 'while', 'for', 'foreach', 'switch', 'do', 'until', 'try', 'catch', 'finally', 'trap'],
  ...['begin', 'process', 'end', 'data'],
]);
const FLOW_WORDS: ReadonlySet<string> = new Set(['return', 'throw', 'exit', 'break', 'continue']);

/**
 * Reads PowerShell as a tree of statements. Never fails: what is not understood is stepped over, one character at a time.
 * Depth is bounded by `NESTING`, work by the budget.
 */
export function parsePowerShell(text: string, budget: Budget): readonly Statement[] {
  return new Parser(new Scan(text, budget)).statements('');
}

class Parser implements Grammar {
  readonly #scan: Scan;
  readonly #expressions: ExpressionReader;
  readonly #commands: CommandReader;

  constructor(scan: Scan) {
    this.#scan = scan;
    this.#expressions = new ExpressionReader(scan, this);
    this.#commands = new CommandReader(scan, this, this.#expressions);
  }

  /** Statements up to the closing character, which is taken. */
  statements(close: string): readonly Statement[] {
    const found: Statement[] = [];
    const outer = this.#scan.commaMakesList;
    this.#scan.commaMakesList = true;
    if (++this.#scan.depth > NESTING) {
      this.#scan.abandon();
    }
    while (this.#scan.i < this.#scan.text.length && this.#scan.budget.spend()) {
      this.#scan.space(true);
      const ch = this.#scan.peek();
      if (ch === '') break;
      if (close !== '' && ch === close) {
        this.#scan.i++;
        break;
      }
      const before = this.#scan.i;
      if (ch === ';' || ch === '|' || ch === ')' || ch === '}' || ch === ',' || ch === ']') this.#scan.i++;
      else if (ch === '&' && this.#scan.text.charAt(this.#scan.i + 1) === '&') this.#scan.i += 2;
      else {
        const statement = this.statement();
        if (statement !== undefined) found.push(statement);
        if (this.#scan.i === before) this.#scan.i++;
      }
    }
    this.#scan.depth--;
    this.#scan.commaMakesList = outer;
    return found;
  }

  statement(): Statement | undefined {
    const at = this.#scan.i;
    const word = this.#scan.word();
    if (word === 'function' || word === 'filter' || word === 'workflow') return this.#function(at, word);
    if (word === 'param') {
      this.#scan.i += word.length;
      this.#scan.space(true);
      return {
        kind: 'parameters',
        parameters: this.#scan.peek() === '(' ? this.#parameters() : [],
        at,
        end: this.#scan.i,
      };
    }
    if (BRANCH_WORDS.has(word)) {
      const branch = this.#branch(at, word);
      if (branch !== undefined) return branch;
    }
    if (FLOW_WORDS.has(word)) {
      this.#scan.i += word.length;
      this.#scan.space(false);
      if (isStatementEnd(this.#scan)) return undefined;
    }
    return this.#pipeline();
  }

  #function(at: number, word: string): Statement {
    this.#scan.i += word.length;
    this.#scan.space(true);
    let name = '';
    while (this.#scan.i < this.#scan.text.length && !/[\s({]/.test(this.#scan.peek()))
      name += this.#scan.text.charAt(this.#scan.i++);
    this.#scan.space(true);
    let parameters = this.#scan.peek() === '(' ? this.#parameters() : [];
    this.#scan.space(true);
    let body: readonly Statement[] = [];
    if (this.#scan.peek() === '{') {
      this.#scan.i++;
      body = this.statements('}');
    }
    for (const statement of body) if (statement.kind === 'parameters') parameters = statement.parameters;
    return {
      kind: 'function',
      name: name.replace(/^(?:global|script|local):/i, '').toLowerCase(),
      parameters,
      body,
      at,
      end: this.#scan.i,
    };
  }

  /** `( [attributes][type]$name = initial, ... )`. */
  #parameters(): readonly Parameter[] {
    const found: Parameter[] = [];
    this.#scan.inParentheses(() => {
      if (this.#scan.peek() === '[') {
        skipBrackets(this.#scan, this);
        return;
      }
      const variable = this.#scan.peek() === '$' ? readVariable(this.#scan) : undefined;
      if (variable?.kind !== 'variable') {
        this.#scan.i++;
        return;
      }
      this.#scan.space(true);
      if (this.#scan.peek() === '=') {
        this.#scan.i++;
        this.#scan.space(true);
        const initial = this.#expressions.expression(1);
        found.push({ name: variable.name, ...(initial === undefined ? {} : { initial }) });
      } else found.push({ name: variable.name });
    });
    return found;
  }

  #branch(at: number, word: string): Statement | undefined {
    const conditions: Statement[] = [];
    const bodies: (readonly Statement[])[] = [];
    const start = this.#scan.i;
    this.#scan.i += word.length;
    this.#scan.space(true);
    while (this.#scan.peek() === '-' && /[A-Za-z]/.test(this.#scan.peek(1))) {
      this.#scan.i++;
      while (/[A-Za-z]/.test(this.#scan.peek())) this.#scan.i++;
      this.#scan.space(true);
    }
    if (this.#scan.peek() === '[') {
      skipBrackets(this.#scan, this);
      this.#scan.space(true);
    }
    if (this.#scan.peek() === '(') {
      this.#scan.i++;
      conditions.push(...this.statements(')'));
      this.#scan.space(true);
    }
    if (this.#scan.peek() !== '{') {
      if (conditions.length > 0) return { kind: 'branch', word, conditions, bodies, at, end: this.#scan.i };
      this.#scan.i = start;
      return undefined;
    }
    this.#scan.i++;
    if (word === 'switch') this.#switchBodies(bodies);
    else bodies.push(this.statements('}'));
    return { kind: 'branch', word, conditions, bodies, at, end: this.#scan.i };
  }

  /** `value { body } value { body }` of a switch. */
  #switchBodies(bodies: (readonly Statement[])[]): void {
    while (this.#scan.i < this.#scan.text.length && this.#scan.budget.spend()) {
      this.#scan.space(true);
      const ch = this.#scan.peek();
      if (ch === '}') {
        this.#scan.i++;
        return;
      }
      if (ch === '{') {
        this.#scan.i++;
        bodies.push(this.statements('}'));
        continue;
      }
      const before = this.#scan.i;
      this.#commands.argument();
      if (this.#scan.i === before) this.#scan.i++;
    }
  }

  #pipeline(): Statement | undefined {
    const at = this.#scan.i;
    const elements: Element[] = [];
    for (;;) {
      const element = this.#commands.element();
      if (element === undefined) break;
      if (elements.length === 0 && element.kind === 'expression') {
        const assigned = this.#assignment(at, element.expression);
        if (assigned !== undefined) return assigned;
      }
      elements.push(element);
      this.#scan.space(false);
      if (this.#scan.peek() !== '|' || this.#scan.peek(1) === '|') break;
      this.#scan.i++;
      this.#scan.space(true);
      if (!this.#scan.budget.spend()) break;
    }
    return elements.length === 0 ? undefined : { kind: 'pipeline', elements, at, end: this.#scan.i };
  }

  #assignment(at: number, target: Expression): Statement | undefined {
    this.#scan.space(false);
    const operator = /^(?:[-+*/%]?=|\?\?=)/.exec(this.#scan.text.slice(this.#scan.i, this.#scan.i + 3))?.[0];
    if (operator === undefined) return undefined;
    this.#scan.i += operator.length;
    this.#scan.space(true);
    if (++this.#scan.depth > NESTING) {
      this.#scan.abandon();
    }
    const value = this.statement();
    this.#scan.depth--;
    return value === undefined ? undefined : { kind: 'assignment', target, operator, value, at, end: this.#scan.i };
  }
}
