import { type Budget, NESTING } from './budget.ts';
import { indexed, operate } from './powershell-operate.ts';
import { type Folded, textOf } from './powershell-value.ts';
import { callFunction, callScriptMethod, constantOf } from './script-builtins.ts';
import type { ScriptListener } from './script-listener.ts';
import { LEVELS, operateScript } from './script-operators.ts';
import { countAssignments, isOneLineIf, itemName, type Part } from './script-part.ts';
import { type Dialect, type Token, tokenize } from './script-tokens.ts';

const RUN_CODE: ReadonlySet<string> = new Set([
  'execute',
  'executeglobal',
  'eval',
  'execscript',
  'addcode',
  'executestatement',
]);
const RUN_COMMAND: ReadonlySet<string> = new Set(['run', 'exec', 'shellexecute', 'create', 'shell']);
const BLOCK_OPEN: ReadonlySet<string> = new Set([
  'if',
  'for',
  'do',
  'while',
  'select',
  'function',
  'sub',
  'with',
  'class',
]);
const BLOCK_CLOSE: ReadonlySet<string> = new Set(['next', 'loop', 'wend']);

/** Folds the constants of VBScript or JScript in one pass. Functions are not entered, loops are read once. */
export function foldScript(text: string, dialect: Dialect, budget: Budget, listener: ScriptListener): void {
  new ScriptFolder(tokenize(text, dialect, budget), dialect, budget, listener).run();
}

class ScriptFolder {
  readonly #tokens: readonly Token[];
  readonly #dialect: Dialect;
  readonly #budget: Budget;
  readonly #listener: ScriptListener;
  readonly #scope: Map<string, Folded | undefined> = new Map();
  readonly #assigned: ReadonlyMap<string, number>;
  #i = 0;
  #depth = 0;
  #block = 0;

  constructor(tokens: readonly Token[], dialect: Dialect, budget: Budget, listener: ScriptListener) {
    this.#tokens = tokens;
    this.#assigned = countAssignments(tokens);
    this.#dialect = dialect;
    this.#budget = budget;
    this.#listener = listener;
  }

  run(): void {
    while (this.#i < this.#tokens.length && this.#budget.spend()) {
      const before = this.#i;
      this.#statement();
      if (this.#i === before) this.#i++;
    }
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#i + ahead];
  }

  #isMark(value: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token?.kind === 'mark' && token.value === value;
  }

  #statement(): void {
    const token = this.#peek();
    if (token === undefined) return;
    if (token.kind === 'end') {
      this.#i++;
      return;
    }
    if (token.kind === 'mark') {
      if (token.value === '{') this.#block++;
      else if (token.value === '}') this.#block = Math.max(0, this.#block - 1);
      if (token.value === '(' || token.value === '[') this.#tellPart(this.#expression());
      else this.#i++;
      return;
    }
    if (token.kind === 'name') {
      const word = token.value.toLowerCase();
      if (this.#dialect === 'vbscript' && this.#blockWord(word)) return;
      if (
        /^(?:set|const|let|var|call|dim|return|else|then|elseif|case|in|to|step|on|error|resume|public|private|byval|byref|new|throw)$/.test(
          word,
        )
      ) {
        this.#i++;
        return;
      }
      const next = this.#peek(1);
      if (next?.kind === 'mark' && (next.value === '=' || (next.value === '+' && this.#isMark('=', 2)))) {
        const isAssignment = next.value !== '=' || !(this.#isMark('=', 2) && this.#dialect === 'jscript');
        if (isAssignment) {
          this.#assign(token, next.value === '+');
          return;
        }
      }
    }
    this.#tellPart(this.#callStatement());
  }

  #blockWord(word: string): boolean {
    if (word === 'end' && this.#peek(1)?.kind === 'name') {
      this.#block = Math.max(0, this.#block - 1);
      this.#i += 2;
      return true;
    }
    if (word === 'exit') {
      this.#i += 2;
      return true;
    }
    if (BLOCK_OPEN.has(word)) {
      this.#block++;
      this.#i++;
      // A one-line If ends with its line: it opens nothing.
      if (word === 'if' && isOneLineIf(this.#tokens, this.#i)) this.#block--;
      return true;
    }
    if (BLOCK_CLOSE.has(word)) {
      this.#block = Math.max(0, this.#block - 1);
      this.#i++;
      return true;
    }
    return false;
  }

  #assign(token: Token, isAppend: boolean): void {
    const key = token.value.toLowerCase();
    this.#i += isAppend ? 3 : 2;
    const part = this.#expression();
    this.#tellPart(part);
    let value = part?.folded;
    if (isAppend) {
      const before = this.#scope.get(key);
      value = before === undefined || value === undefined ? undefined : operate('+', before, value, this.#budget);
    }
    const isCertain = this.#block === 0 || (this.#assigned.get(key) === 1 && !isAppend);
    this.#scope.set(
      key,
      isCertain && value !== undefined ? { value: value.value, steps: value.steps.slice(-1) } : undefined,
    );
  }

  /** A call without brackets (`Execute x`, `shell.Run cmd, 0`), or an expression. */
  #callStatement(): Part | undefined {
    const part = this.#expression();
    if (part?.target !== undefined && this.#isMark('=') && !this.#isMark('=', 1)) {
      this.#i++;
      const value = this.#expression();
      this.#tellPart(value);
      this.#listener.onSet?.(part.target, part.name, value?.folded);
      return undefined;
    }
    if (part === undefined || this.#dialect !== 'vbscript') return part;
    const next = this.#peek();
    const takesArguments = next !== undefined && next.kind !== 'end' && next.kind !== 'mark';
    if (!takesArguments || part.name === '') return part;
    const args = this.#arguments('');
    this.#called(part, args);
    return undefined;
  }

  #tellPart(part: Part | undefined): void {
    if (part?.folded === undefined) return;
    if (part.folded.steps.length > 0) this.#listener.onFold?.(part.at, part.end, part.folded.steps);
  }

  #called(part: Part, args: readonly Part[]): void {
    const [first, second] = args;
    if (RUN_CODE.has(part.name))
      this.#listener.onRun?.('code', part.name, part.at, first?.end ?? part.end, first?.folded);
    else if (RUN_COMMAND.has(part.name) && first !== undefined) {
      const joined =
        part.name === 'shellexecute' && first.folded !== undefined && second?.folded !== undefined
          ? operate(
              '+',
              operate('+', first.folded, { value: ' ', steps: [] }, this.#budget) ?? first.folded,
              second.folded,
              this.#budget,
            )
          : first.folded;
      this.#listener.onRun?.('command', part.name, part.at, first.end, joined);
    }
    for (const arg of args) this.#tellPart(arg);
  }

  #arguments(close: string): readonly Part[] {
    const args: Part[] = [];
    while (this.#i < this.#tokens.length && this.#budget.spend()) {
      const token = this.#peek();
      if (token === undefined || (token.kind === 'end' && close === '')) break;
      if (close !== '' && token.kind === 'mark' && token.value === close) {
        this.#i++;
        break;
      }
      const before = this.#i;
      if (token.kind === 'mark' && token.value === ',') {
        this.#i++;
        continue;
      }
      const part = this.#expression();
      if (part !== undefined) args.push(part);
      if (this.#i === before) this.#i++;
    }
    return args;
  }

  #expression(level = 0): Part | undefined {
    if (level === LEVELS.length) return this.#unary();
    let left = this.#expression(level + 1);
    while (left !== undefined && this.#budget.spend()) {
      const operator = this.#operator(level);
      if (operator === '') break;
      this.#i++;
      const right = this.#expression(level + 1);
      if (right === undefined) break;
      const a = left.folded;
      const b = right.folded;
      const made =
        a === undefined || b === undefined ? undefined : operateScript(operator, a, b, this.#dialect, this.#budget);
      if (made === undefined) {
        this.#tellPart(left);
        this.#tellPart(right);
      }
      left = { at: left.at, end: right.end, folded: made, name: '', owner: '' };
    }
    return left;
  }

  #operator(level: number): string {
    const token = this.#peek();
    if (token === undefined || (token.kind !== 'mark' && token.kind !== 'name')) return '';
    const word = token.value.toLowerCase();
    if (token.kind === 'name' && this.#dialect !== 'vbscript') return '';
    if (word === '&' && this.#dialect !== 'vbscript') return '';
    if ((word === '&' || word === '|' || word === '+' || word === '-') && this.#isMark(word, 1)) return '';
    if (this.#dialect === 'jscript' && this.#isMark('=', 1)) return '';
    return LEVELS[level]?.includes(word) === true ? word : '';
  }

  #unary(): Part | undefined {
    if (++this.#depth > NESTING) {
      this.#depth--;
      this.#budget.hit('nesting');
      this.#i = this.#tokens.length;
      return undefined;
    }
    const token = this.#peek();
    let part: Part | undefined;
    if (token?.kind === 'mark' && (token.value === '-' || token.value === '+' || token.value === '!')) {
      this.#i++;
      const operand = this.#unary();
      const value = operand?.folded?.value;
      const folded = token.value === '-' && typeof value === 'number' ? { value: -value, steps: [] } : undefined;
      if (operand !== undefined) part = { ...operand, at: token.at, folded, name: '', owner: '' };
    } else if (token?.kind === 'name' && /^(?:new|not|typeof)$/i.test(token.value)) {
      this.#i++;
      part = this.#unary();
      if (part !== undefined) part = { ...part, folded: undefined };
    } else part = this.#postfix();
    this.#depth--;
    return part;
  }

  #primary(): Part | undefined {
    const token = this.#peek();
    if (token === undefined || token.kind === 'end') return undefined;
    const { at, end } = token;
    if (token.kind === 'text') {
      this.#i++;
      return { at, end, folded: { value: token.value, steps: [] }, name: '', owner: '' };
    }
    if (token.kind === 'number') {
      this.#i++;
      return { at, end, folded: { value: Number(token.value), steps: [] }, name: '', owner: '' };
    }
    if (token.kind === 'name') {
      const name = token.value.toLowerCase();
      if (this.#dialect === 'vbscript' && /^(?:then|else|and|or|is|to|step)$/.test(name)) return undefined;
      this.#i++;
      if (token.value.startsWith('/'))
        return { at, end, folded: { value: token.value, steps: [] }, name: '', owner: '' };
      const folded = this.#scope.has(name) ? this.#scope.get(name) : constantOf(name, this.#dialect);
      return { at, end, folded, name, owner: '' };
    }
    if (token.value === '(') {
      this.#i++;
      const inner = this.#expression();
      const closed = this.#isMark(')') ? this.#peek()?.end : undefined;
      if (closed !== undefined) this.#i++;
      return inner === undefined ? undefined : { ...inner, at, end: closed ?? inner.end, name: '' };
    }
    if (token.value === '[' && this.#dialect === 'jscript') {
      this.#i++;
      const items = this.#arguments(']');
      const values = items.flatMap((item) => (item.folded === undefined ? [] : [item.folded.value]));
      const folded = values.length === items.length ? { value: values, steps: [] } : undefined;
      if (folded === undefined) for (const item of items) this.#tellPart(item);
      return { at, end: this.#peek(-1)?.end ?? end, folded, name: '', owner: '' };
    }
    return undefined;
  }

  #postfix(): Part | undefined {
    let part = this.#primary();
    while (part !== undefined && this.#budget.spend()) {
      const token = this.#peek();
      if (token?.kind !== 'mark') break;
      if (token.value === '.') {
        const member = this.#peek(1);
        if (member?.kind !== 'name') break;
        this.#i += 2;
        const name = member.value.toLowerCase();
        if (this.#isMark('(')) {
          this.#i++;
          part = this.#methodCall(part, name, member);
        } else {
          const target: Folded | undefined = part.folded;
          const length = name === 'length' ? textOf(target?.value ?? [])?.length : undefined;
          const made: Folded | undefined =
            length === undefined
              ? this.#listener.onMember?.(target, name, undefined, part.at)
              : { value: length, steps: [] };
          if (made === undefined) this.#tellPart(part);
          part = { at: part.at, end: member.end, folded: made, name, owner: part.name, target };
        }
      } else if (
        token.value === '(' &&
        part.name !== '' &&
        !(token.isSpaced && this.#dialect === 'vbscript' && RUN_COMMAND.has(part.name))
      ) {
        this.#i++;
        part = this.#functionCall(part);
      } else if (token.value === '(' && part.name !== '') {
        const args = this.#arguments('');
        this.#called(part, args);
        return { ...part, end: args.at(-1)?.end ?? part.end, folded: undefined, name: '' };
      } else if (token.value === '[' && this.#dialect === 'jscript') {
        this.#i++;
        const [index] = this.#arguments(']');
        const end = this.#peek(-1)?.end ?? part.end;
        const key = index?.folded?.value;
        if (typeof key === 'string' && this.#isMark('(')) {
          this.#i++;
          part = this.#methodCall(part, key.toLowerCase(), token);
          continue;
        }
        const folded = part.folded === undefined || key === undefined ? undefined : indexed(part.folded, key);
        part = { at: part.at, end, folded, name: typeof key === 'string' ? key.toLowerCase() : '', owner: part.name };
      } else break;
    }
    return part;
  }

  #methodCall(target: Part, name: string, member: Token): Part {
    const args = this.#arguments(')');
    const end = this.#peek(-1)?.end ?? member.end;
    const known = args.flatMap((arg) => (arg.folded === undefined ? [] : [arg.folded]));
    const called: Part = { at: target.at, end, folded: undefined, name, owner: target.name };
    const made =
      known.length === args.length
        ? callScriptMethod(target.name, target.folded, name, known, this.#budget)
        : undefined;
    const value =
      made ??
      (known.length === args.length ? this.#listener.onMember?.(target.folded, name, known, target.at) : undefined);
    if (value !== undefined) return { ...called, folded: value, name: '', target: target.folded };
    this.#tellPart(target);
    this.#called(called, args);
    return { ...called, name: name === 'item' ? itemName(known) : name, target: target.folded };
  }

  #functionCall(target: Part): Part {
    const args = this.#arguments(')');
    const end = this.#peek(-1)?.end ?? target.end;
    const known = args.flatMap((arg) => (arg.folded === undefined ? [] : [arg.folded]));
    const called: Part = { at: target.at, end, folded: undefined, name: target.name, owner: '' };
    if (known.length === args.length && !this.#scope.has(target.name)) {
      const made =
        callFunction(target.name, known, this.#dialect, this.#budget) ??
        this.#listener.onMember?.(target.target, target.name, known, target.at);
      if (made !== undefined) return { ...called, folded: made, name: '' };
    }
    this.#called(called, args);
    return called;
  }
}
