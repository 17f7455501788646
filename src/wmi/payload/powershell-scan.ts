import type { Budget } from './budget.ts';
import type { Statement } from './powershell-tree.ts';

/** What reads the statements inside brackets: literals and expressions ask for it. */
export interface Grammar {
  /** Statements up to the closing character, which is taken. */
  statements(close: string): readonly Statement[];
  statement(): Statement | undefined;
}

/** A place in a PowerShell text, shared by everything that reads it. */
export class Scan {
  readonly text: string;
  readonly budget: Budget;
  /** UTF-16 offset of the next character. */
  i = 0;
  /** How many brackets, calls and operands are open. */
  depth = 0;
  /** Inside the brackets of a method call a comma separates arguments; elsewhere it makes a list. */
  commaMakesList = true;

  constructor(text: string, budget: Budget) {
    this.text = text;
    this.budget = budget;
  }

  /** Gives up: the rest of the text is not read, and the bound is counted. */
  abandon(): void {
    this.budget.hit('nesting');
    this.i = this.text.length;
  }

  /** Reads what stands between `(`, at which the place is, and its `)`: `item` is called at each thing and moves on. */
  inParentheses(item: () => void): void {
    const outer = this.commaMakesList;
    this.commaMakesList = false;
    this.i++;
    while (this.i < this.text.length && this.budget.spend()) {
      this.space(true);
      if (this.peek() === ')') {
        this.i++;
        break;
      }
      item();
    }
    this.commaMakesList = outer;
  }

  peek(ahead = 0): string {
    return this.text.charAt(this.i + ahead);
  }

  /** Skips blanks, comments and continued lines; line ends too where `lines` is set. */
  space(lines: boolean): void {
    for (;;) {
      const ch = this.peek();
      if (ch === ' ' || ch === '\t' || ch === '\u00a0' || ch === '\ufeff') this.i++;
      else if (lines && (ch === '\n' || ch === '\r')) this.i++;
      else if (ch === '`' && (this.peek(1) === '\n' || this.peek(1) === '\r')) {
        this.i += this.peek(1) === '\r' && this.peek(2) === '\n' ? 3 : 2;
      } else if (ch === '<' && this.peek(1) === '#') {
        const end = this.text.indexOf('#>', this.i + 2);
        this.i = end < 0 ? this.text.length : end + 2;
      } else if (ch === '#') {
        while (this.i < this.text.length && this.peek() !== '\n') this.i++;
      } else return;
    }
  }

  word(): string {
    let end = this.i;
    while (end < this.text.length && /[A-Za-z]/.test(this.text.charAt(end))) end++;
    const next = this.text.charAt(end);
    if (next !== '' && /[-\w.:\\`]/.test(next)) return '';
    return this.text.slice(this.i, end).toLowerCase();
  }

  /** `-word` under the reader's hand, lower case, empty when there is none. */
  dashOperator(): string {
    if (!isDash(this.peek())) return '';
    let end = this.i + 1;
    while (/[A-Za-z]/.test(this.text.charAt(end))) end++;
    return end === this.i + 1 ? '' : `-${this.text.slice(this.i + 1, end).toLowerCase()}`;
  }

  /** `[Name]` in lower case without a `System.` prefix; undefined and nothing taken when it is none. */
  typeName(): string | undefined {
    let depth = 0;
    for (let end = this.i; end < this.text.length && end - this.i < 256; end++) {
      const ch = this.text.charAt(end);
      if (ch === '[') depth++;
      else if (ch === ']' && --depth === 0) {
        const name = this.text
          .slice(this.i + 1, end)
          .replace(/[\s`]/g, '')
          .toLowerCase();
        if (name === '' || /^[\d$]/.test(name)) return undefined;
        this.i = end + 1;
        return name.replace(/^system\./, '');
      } else if (!/[\w.,+\s`[\]]/.test(ch)) return undefined;
    }
    return undefined;
  }
}

export function isDash(ch: string): boolean {
  return ch === '-' || ch === '–' || ch === '—' || ch === '―';
}

export function isSingleQuote(ch: string): boolean {
  return ch === "'" || (ch >= '\u2018' && ch <= '\u201b');
}

export function isDoubleQuote(ch: string): boolean {
  return ch === '"' || (ch >= '\u201c' && ch <= '\u201e');
}

export function isNameStart(ch: string): boolean {
  return /^[A-Za-z_\u0080-\uffff]$/.test(ch);
}

export function isNameChar(ch: string): boolean {
  return /^[A-Za-z0-9_\u0080-\uffff]$/.test(ch) && !isDash(ch);
}
