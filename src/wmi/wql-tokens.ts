/** One token of WQL. `text` is as written; of a string `value` is the unescaped content. */
export interface WqlToken {
  readonly kind: 'word' | 'number' | 'string' | 'sign' | 'brace' | 'unterminated' | 'other' | 'end';
  readonly text: string;
  readonly value: string;
  readonly offset: number;
}

function isWordStart(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f || code >= 0xa1;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0 || code === 0;
}

const NUMBER = /(?:0[xX][0-9a-fA-F]{1,16}|(?:\d{1,64}(?:\.\d{0,64})?|\.\d{1,64})(?:[eE][+-]?\d{1,4})?)/y;
const SIGNS = ['<>', '!=', '<=', '>=', '=', '<', '>', '(', ')', ',', '.', '*', '[', ']', ';', '-', '+'] as const;
/** Backslash is the escape inside both kinds of quotes (DOMAIN 1.2); before anything else it stands for itself. */
const ESCAPE = /\\([\\'"])/g;

/**
 * Cuts a query into tokens, always to its end: what is no token of WQL is of kind `other`, a string without its closing
 * quote `unterminated`. A number ends at its last digit, so that `WITHIN 5WHERE` is three tokens, as WMI reads it.
 */
export function wqlTokens(text: string): WqlToken[] {
  const tokens: WqlToken[] = [];
  const lastBrace = text.lastIndexOf('}');
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) {
      at++;
      continue;
    }
    const token = tokenAt(text, at, code, tokens.at(-1), lastBrace);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(text: string, at: number, code: number, previous: WqlToken | undefined, lastBrace: number): WqlToken {
  if (isWordStart(code)) {
    let end = at + 1;
    while (end < text.length && (isWordStart(text.charCodeAt(end)) || isDigit(text.charCodeAt(end)))) end++;
    return made('word', text.slice(at, end), at);
  }
  // Right behind a word a dot leads to a property, elsewhere `.001` is a number.
  const isAfterWord =
    previous !== undefined &&
    previous.offset + previous.text.length === at &&
    (previous.kind === 'word' || previous.text === ']');
  const isDotNumber = code === 0x2e && isDigit(text.charCodeAt(at + 1)) && !isAfterWord;
  if (isDigit(code) || isDotNumber) {
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(text);
    if (found !== null) return made('number', found[0], at);
  }
  if (code === 0x22 || code === 0x27) {
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) !== code) end += text.charCodeAt(end) === 0x5c ? 2 : 1;
    if (end >= text.length) {
      return { kind: 'unterminated', text: text.slice(at), value: text.slice(at + 1), offset: at };
    }
    const inner = text.slice(at + 1, end);
    const value = inner.includes('\\') ? inner.replace(ESCAPE, '$1') : inner;
    return { kind: 'string', text: text.slice(at, end + 1), value, offset: at };
  }
  if (code === 0x7b && at < lastBrace) {
    const end = text.indexOf('}', at);
    return { kind: 'brace', text: text.slice(at, end + 1), value: text.slice(at + 1, end), offset: at };
  }
  for (const sign of SIGNS) {
    if (text.startsWith(sign, at)) return made('sign', sign, at);
  }
  return made('other', text.charAt(at), at);
}

function made(kind: WqlToken['kind'], text: string, offset: number): WqlToken {
  return { kind, text, value: text, offset };
}
