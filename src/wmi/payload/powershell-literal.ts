import { type Grammar, isDoubleQuote, isNameChar, isSingleQuote, type Scan } from './powershell-scan.ts';
import type { Expression } from './powershell-tree.ts';

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

/** `$name`, `${any name}`, `$env:name`, `@name`: the name in lower case, with `env:` kept and other scopes taken off. */
export function readVariable(scan: Scan): Expression | undefined {
  const at = scan.i;
  const isSplat = scan.peek() === '@';
  let name = '';
  let end = at + 1;
  if (scan.text.charAt(end) === '{') {
    const close = scan.text.indexOf('}', end);
    if (close < 0) return undefined;
    name = scan.text.slice(end + 1, close).replace(/`/g, '');
    end = close + 1;
  } else if (/[$?^]/.test(scan.text.charAt(end))) {
    name = scan.text.charAt(end++);
  } else {
    while (isNameChar(scan.text.charAt(end))) end++;
    if (scan.text.charAt(end) === ':' && scan.text.charAt(end + 1) !== ':' && isNameChar(scan.text.charAt(end + 1))) {
      end++;
      while (isNameChar(scan.text.charAt(end))) end++;
    }
    name = scan.text.slice(at + 1, end);
  }
  if (name === '') return undefined;
  scan.i = end;
  const plain = name.toLowerCase().replace(/^(?:global|script|local|private|using|variable):/, '');
  return { kind: 'variable', name: plain, isSplat, at, end };
}

/** `'..'`, where `''` is a quote. */
export function readSingle(scan: Scan): Expression {
  const at = scan.i++;
  let value = '';
  let from = scan.i;
  for (;;) {
    const ch = scan.peek();
    if (ch === '') {
      value += scan.text.slice(from);
      break;
    }
    if (isSingleQuote(ch)) {
      value += scan.text.slice(from, scan.i++);
      if (!isSingleQuote(scan.peek())) break;
      from = scan.i;
    }
    scan.i++;
  }
  return { kind: 'constant', value, at, end: scan.i };
}

/** `".."` with variables, escapes and `$( )`. */
export function readDouble(scan: Scan, grammar: Grammar): Expression {
  const at = scan.i++;
  return expandable(scan, grammar, at, (ch) => {
    if (!isDoubleQuote(ch)) return 0;
    return isDoubleQuote(scan.peek(1)) ? 2 : 1;
  });
}

/** `@' ... '@` and `@" ... "@`. The end mark must begin a line. */
export function readHereText(scan: Scan, grammar: Grammar): Expression {
  const at = scan.i;
  const quote = scan.peek(1);
  const lineEnd = scan.text.indexOf('\n', scan.i);
  if (lineEnd < 0 || scan.text.slice(scan.i + 2, lineEnd).trim() !== '') {
    scan.i += 2;
    return { kind: 'constant', value: '', at, end: scan.i };
  }
  const mark = scan.text.indexOf(`\n${isSingleQuote(quote) ? "'" : '"'}@`, lineEnd);
  const end = mark < 0 ? scan.text.length : mark;
  const from = lineEnd + 1;
  const to = Math.max(from, scan.text.charAt(end - 1) === '\r' ? end - 1 : end);
  const after = mark < 0 ? end : mark + 3;
  if (isSingleQuote(quote)) {
    scan.i = after;
    return { kind: 'constant', value: scan.text.slice(from, to), at, end: after };
  }
  scan.i = from;
  const made = expandable(scan, grammar, at, () => (scan.i >= to ? 1 : 0));
  scan.i = after;
  return { ...made, end: after };
}

/** Text with variables and `$( )`; `closing` gives 1 at the end, 2 for a doubled quote. */
function expandable(scan: Scan, grammar: Grammar, at: number, closing: (ch: string) => 0 | 1 | 2): Expression {
  const parts: (string | Expression)[] = [];
  let run = '';
  while (scan.i < scan.text.length && scan.budget.spend()) {
    const ch = scan.peek();
    const close = closing(ch);
    if (close === 1) {
      scan.i++;
      break;
    }
    if (close === 2) {
      run += ch;
      scan.i += 2;
    } else if (ch === '`') {
      run += ESCAPES[scan.peek(1)] ?? scan.peek(1);
      scan.i += 2;
    } else if (ch === '$' && (scan.peek(1) === '(' || /[\w{]/.test(scan.peek(1)))) {
      const part = scan.peek(1) === '(' ? readGroup(scan, grammar, '$', 2) : readVariable(scan);
      if (part === undefined) {
        run += ch;
        scan.i++;
        continue;
      }
      if (run !== '') parts.push(run);
      run = '';
      parts.push(part);
    } else {
      run += ch;
      scan.i++;
    }
  }
  if (parts.length === 0) return { kind: 'constant', value: run, at, end: scan.i };
  if (run !== '') parts.push(run);
  return { kind: 'text', parts, at, end: scan.i };
}

/** A number with PowerShell's suffixes; undefined when there is none. */
export function readNumber(scan: Scan): Expression | undefined {
  const at = scan.i;
  const found = /^(?:0x[0-9a-f]{1,16}|\d{1,20}(?:\.\d{1,20})?)(?:kb|mb|gb|l|d)?/i.exec(
    scan.text.slice(at, at + 44),
  )?.[0];
  if (found === undefined) return undefined;
  scan.i += found.length;
  const unit = /(?:kb|mb|gb)$/i.exec(found)?.[0].toLowerCase();
  const isHex = /^0x/i.test(found);
  const digits = isHex ? found.replace(/[l]$/i, '') : found.replace(/[a-z]+$/i, '');
  const scale = unit === 'kb' ? 1024 : unit === 'mb' ? 1 << 20 : unit === 'gb' ? 1 << 30 : 1;
  return { kind: 'constant', value: Number(digits) * scale, at, end: scan.i };
}

/** `( )`, `$( )` and `@( )`: `width` characters open it. */
export function readGroup(scan: Scan, grammar: Grammar, form: '(' | '$' | '@', width: number): Expression {
  const at = scan.i;
  scan.i += width;
  const body = grammar.statements(')');
  return { kind: 'group', form, body, at, end: scan.i };
}

/** Steps over `[ ... ]` with quotes and nesting minded. */
export function skipBrackets(scan: Scan, grammar: Grammar): void {
  let depth = 0;
  while (scan.i < scan.text.length && scan.budget.spend()) {
    const ch = scan.peek();
    if (isSingleQuote(ch)) readSingle(scan);
    else if (isDoubleQuote(ch)) readDouble(scan, grammar);
    else {
      scan.i++;
      if (ch === '[') depth++;
      else if (ch === ']' && --depth === 0) return;
    }
  }
}
