/** Texts within texts: a document of JSON in a member of another, with XML inside, is three deep. */
const MAX_DEPTH = 4;
/** UTF-16 units of all texts of one event. */
const MAX_UNITS = 1 << 20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What ends a text or an attribute of XML: < > " ' */
const BOUNDS: ReadonlySet<number> = new Set([0x3c, 0x3e, QUOTE, 0x27]);
const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * The values of an event that stand in its bytes in another way than they are, for JSON and XML escape them: `C:\\Windows` is `C:\Windows`. What such a value
 * itself hides (a document within a member) follows it. What is neither JSON nor XML gives nothing.
 */
export function hiddenTexts(raw: Uint8Array): readonly string[] {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  if (!bytes.includes(0x5c) && !bytes.includes(0x26)) return [];
  const found: string[] = [];
  let units = 0;
  const keep = (text: string, depth: number): void => {
    if (units + text.length > MAX_UNITS) return;
    units += text.length;
    found.push(text);
    if (depth < MAX_DEPTH) look(text, depth + 1);
  };
  const look = (text: string, depth: number): void => {
    if (text.includes('\\') && text.includes('"')) {
      for (const string of escapedStrings(text)) {
        const value = unescaped(string);
        if (value !== undefined) keep(value, depth);
      }
    }
    if (text.includes('&') && text.includes('<')) {
      for (const piece of referringPieces(text)) {
        const value = piece.replace(REFERENCE, characterOf);
        if (value !== piece) keep(value, depth);
      }
    }
  };
  look(bytes.toString(), 1);
  return found;
}

/** Strings of JSON that have an escape, with their quotes. One pass: what begins in the middle of a string is read as it comes. */
function* escapedStrings(text: string): Generator<string> {
  for (let start = text.indexOf('"'); start >= 0; ) {
    let end = start + 1;
    let isEscaped = false;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code === QUOTE) break;
      if (code !== BACKSLASH) continue;
      isEscaped = true;
      end++;
    }
    if (end >= text.length) return;
    if (isEscaped) yield text.slice(start, end + 1);
    start = text.indexOf('"', end + 1);
  }
}

/** Pieces of text and attributes of XML that have a reference. */
function* referringPieces(text: string): Generator<string> {
  for (let at = text.indexOf('&'); at >= 0; ) {
    let start = at;
    while (start > 0 && !BOUNDS.has(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (end < text.length && !BOUNDS.has(text.charCodeAt(end))) end++;
    yield text.slice(start, end);
    at = text.indexOf('&', end);
  }
}

function unescaped(string: string): string | undefined {
  try {
    return JSON.parse(string) as string;
  } catch (error) {
    // What looks like a string and is none lies in a text of another kind.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function characterOf(reference: string, hex: string | undefined, decimal: string | undefined, name: string): string {
  if (name !== undefined) return NAMED[name.toLowerCase()] ?? reference;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : reference;
}
