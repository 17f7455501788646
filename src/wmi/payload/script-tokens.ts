import type { Budget } from './budget.ts';

export type Dialect = 'vbscript' | 'jscript';

export interface Token {
  /** `end` closes a statement: a line end, `:` or `;`. */
  readonly kind: 'text' | 'number' | 'name' | 'mark' | 'end';
  /** The value of a text or number, a name as written, the mark itself. */
  readonly value: string;
  readonly at: number;
  readonly end: number;
  /** True when a blank stands before it: `Run (x)` and `f(x)` differ in VBScript. */
  readonly isSpaced: boolean;
}

const JS_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
};
const MAX_TOKENS = 400_000;

/** Tokens of VBScript or JScript; comments and continued lines are taken out. Linear; stops with the budget. */
export function tokenize(text: string, dialect: Dialect, budget: Budget): readonly Token[] {
  return dialect === 'vbscript' ? tokenizeVb(text, budget) : tokenizeJs(text, budget);
}

function wordEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length && /[\w$]/.test(text.charAt(i))) i++;
  return i;
}

function tokenizeVb(text: string, budget: Budget): readonly Token[] {
  const tokens: Token[] = [];
  let i = 0;
  let isSpaced = true;
  const push = (kind: Token['kind'], value: string, end: number): void => {
    tokens.push({ kind, value, at: i, end, isSpaced });
    i = end;
    isSpaced = false;
  };
  while (i < text.length && tokens.length < MAX_TOKENS && budget.spend()) {
    const ch = text.charAt(i);
    if (ch === '"') {
      let end = i + 1;
      let value = '';
      let from = end;
      for (;;) {
        const close = text.indexOf('"', end);
        if (close < 0) {
          const line = text.indexOf('\n', from);
          end = line < 0 ? text.length : line;
          value += text.slice(from, end);
          break;
        }
        if (text.charAt(close + 1) === '"') {
          value += text.slice(from, close + 1);
          end = close + 2;
          from = end;
          continue;
        }
        value += text.slice(from, close);
        end = close + 1;
        break;
      }
      push('text', value, end);
    } else if (ch === '\n' || ch === '\r' || ch === ':') push('end', ch, i + 1);
    else if (ch === ' ' || ch === '\t') {
      i++;
      isSpaced = true;
      const rest = text.charAt(i) === '_' ? /^_[ \t]{0,64}\r?\n/.exec(text.slice(i, i + 70)) : null;
      if (rest !== null) i += rest[0].length;
    } else if (ch === "'" || /^rem[ \t]/i.test(text.slice(i, i + 4))) {
      if (ch !== "'" && tokens.at(-1)?.kind !== 'end' && tokens.length > 0) {
        push('name', text.slice(i, i + 3), i + 3);
        continue;
      }
      const line = text.indexOf('\n', i);
      i = line < 0 ? text.length : line;
    } else if (ch === '&' && /^&[hH][0-9a-fA-F]{1,8}/.test(text.slice(i, i + 10))) {
      const found = /^&[hH]([0-9a-fA-F]{1,8})&?/.exec(text.slice(i, i + 11));
      push('number', String(Number.parseInt(found?.[1] ?? '0', 16)), i + (found?.[0].length ?? 2));
    } else if (/[0-9]/.test(ch)) {
      const found = /^\d{1,20}(?:\.\d{1,20})?/.exec(text.slice(i, i + 42))?.[0] ?? ch;
      push('number', found, i + found.length);
    } else if (/[A-Za-z_]/.test(ch)) {
      const end = wordEnd(text, i);
      push('name', text.slice(i, end), end);
    } else push('mark', ch, i + 1);
  }
  return tokens;
}

function tokenizeJs(text: string, budget: Budget): readonly Token[] {
  const tokens: Token[] = [];
  let i = 0;
  let isSpaced = true;
  const push = (kind: Token['kind'], value: string, end: number): void => {
    tokens.push({ kind, value, at: i, end, isSpaced });
    i = end;
    isSpaced = false;
  };
  while (i < text.length && tokens.length < MAX_TOKENS && budget.spend()) {
    const ch = text.charAt(i);
    if (ch === '"' || ch === "'" || ch === '`') {
      const [value, end] = jsText(text, i, ch);
      push('text', value, end);
    } else if (ch === '/' && text.charAt(i + 1) === '/') {
      const line = text.indexOf('\n', i);
      i = line < 0 ? text.length : line;
    } else if (ch === '/' && text.charAt(i + 1) === '*') {
      const close = text.indexOf('*/', i + 2);
      i = close < 0 ? text.length : close + 2;
    } else if (ch === ';') push('end', ch, i + 1);
    else if (/\s/.test(ch)) {
      i++;
      isSpaced = true;
    } else if (ch === '/' && isPatternPlace(tokens.at(-1))) {
      const end = patternEnd(text, i);
      push(end === i + 1 ? 'mark' : 'name', text.slice(i, end), end);
    } else if (/[0-9]/.test(ch)) {
      const found = /^(?:0x[0-9a-f]{1,12}|\d{1,20}(?:\.\d{1,20})?)/i.exec(text.slice(i, i + 42))?.[0] ?? ch;
      push('number', String(Number(found)), i + found.length);
    } else if (/[A-Za-z_$]/.test(ch)) {
      const end = wordEnd(text, i);
      push('name', text.slice(i, end), end);
    } else push('mark', ch, i + 1);
  }
  return tokens;
}

function jsText(text: string, at: number, quote: string): readonly [string, number] {
  let value = '';
  let i = at + 1;
  while (i < text.length) {
    const ch = text.charAt(i);
    if (ch === quote) return [value, i + 1];
    if (ch === '\n' && quote !== '`') break;
    if (ch !== '\\') {
      value += ch;
      i++;
      continue;
    }
    const next = text.charAt(i + 1);
    const code = next === 'x' ? text.slice(i + 2, i + 4) : next === 'u' ? text.slice(i + 2, i + 6) : '';
    if (code !== '' && /^(?:[0-9a-f]{2}|[0-9a-f]{4})$/i.test(code)) {
      value += String.fromCharCode(Number.parseInt(code, 16));
      i += 2 + code.length;
    } else {
      value += next === '\n' ? '' : (JS_ESCAPES[next] ?? next);
      i += 2;
    }
  }
  return [value, i];
}

/** A slash begins a pattern where no value stands before it. */
function isPatternPlace(before: Token | undefined): boolean {
  if (before === undefined || before.kind === 'end') return true;
  return before.kind === 'mark' && before.value !== ')' && before.value !== ']' && before.value !== '}';
}

function patternEnd(text: string, at: number): number {
  let isClass = false;
  for (let i = at + 1; i < text.length && i - at < 4096; i++) {
    const ch = text.charAt(i);
    if (ch === '\n') break;
    if (ch === '\\') i++;
    else if (ch === '[') isClass = true;
    else if (ch === ']') isClass = false;
    else if (ch === '/' && !isClass) return wordEnd(text, i + 1);
  }
  return at + 1;
}
