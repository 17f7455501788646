import type { Level } from '../windows/index.ts';

/** The width of every text that Triad prints for people, in columns. */
export const COLUMNS = 100;

/**
 * What must not reach a terminal from evidence (L20, PRODUCT 7): C0, DEL and C1 controls, bidirectional controls, zero-width,
 * tag and other invisible characters, line and paragraph separators, lone surrogates.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** The text as one line with every unsafe character written as `\u{hex}`. */
export function escapeTerminal(text: string): string {
  return text.replace(UNSAFE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Wide and zero-width code points of what survives escaping: enough to keep columns straight. */
const WIDE =
  /[\u1100-\u115e\u231a\u231b\u2329\u232a\u23e9-\u23ec\u25fd\u25fe\u2614\u2615\u2648-\u2653\u26a1\u26bd\u26be\u26c4\u26d4\u26ea\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u2753-\u2755\u2757\u2795-\u2797\u27b0\u2b1b\u2b1c\u2b50\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2fb}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f200}-\u{1f320}\u{1f32d}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const MARK = /\p{Mn}|\p{Me}/u;
const PLAIN = /^[\u0020-\u007e]*$/;

/** Columns that an escaped text takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const c of text) width += WIDE.test(c) ? 2 : MARK.test(c) ? 0 : 1;
  return width;
}

/** The text filled with spaces to the width; never cut. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The text cut to the width, with a mark where something is left out. */
export function cut(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(mark);
  let kept = '';
  let used = 0;
  for (const c of text) {
    const w = widthOf(c);
    if (used + w > room) break;
    kept += c;
    used += w;
  }
  return kept + mark;
}

/** The escaped text in lines of at most `width` columns, broken at spaces and behind the `!/` of a place where there are some. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const flush = (): void => {
    lines.push(withoutTail(line));
    line = '';
    used = 0;
  };
  for (const word of text.split(/(?<= |!\/)/)) {
    const bare = withoutTail(word);
    if (used > 0 && used + widthOf(bare) > width) flush();
    if (widthOf(bare) <= width) {
      line += word;
      used += widthOf(word);
      continue;
    }
    for (const c of word) {
      const w = widthOf(c);
      if (used + w > width && c !== ' ') flush();
      line += c;
      used += w;
    }
  }
  if (withoutTail(line) !== '' || lines.length === 0) flush();
  return lines;
}

/**
 * The text for display: line breaks of one kind, tabs as two spaces, without the blank lines around it and the indentation
 * that all its lines share.
 */
export function dedent(text: string): string {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => withoutTail(line.replaceAll('\t', '  ')));
  const first = lines.findIndex((line) => line !== '');
  if (first < 0) return '';
  const inner = lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
  let shared = Number.POSITIVE_INFINITY;
  for (const line of inner) if (line !== '') shared = Math.min(shared, indentOf(line));
  return inner.map((line) => line.slice(shared)).join('\n');
}

/** Plain spaces only: a stranger white space is evidence and stays to be seen. */
function indentOf(line: string): number {
  let indent = 0;
  while (line.charCodeAt(indent) === 0x20) indent += 1;
  return indent;
}

function withoutTail(line: string): string {
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === 0x20) end -= 1;
  return line.slice(0, end);
}

/** Text with its own line breaks kept: each line escaped and wrapped. */
export function wrapBlock(text: string, width: number): string[] {
  return dedent(text)
    .split('\n')
    .flatMap((line) => wrap(escapeTerminal(line), width));
}

export interface Glyphs {
  readonly rule: string;
  readonly branch: string;
  readonly last: string;
  readonly pipe: string;
  readonly ellipsis: string;
  /** An observed edge: its start and its end. Solid is observed, dashed is possible (design principle 4). */
  readonly solid: readonly [string, string];
  readonly dashed: readonly [string, string];
  readonly mark: Readonly<Record<Level, string>>;
}

/** Severity is always mark and word (design principle 3). */
export const UNICODE_GLYPHS: Glyphs = {
  rule: '─',
  branch: '├─',
  last: '└─',
  pipe: '│ ',
  ellipsis: '…',
  solid: ['──', '──▶'],
  dashed: ['╌╌', '╌╌▷'],
  mark: { critical: '■', high: '▲', medium: '●', low: '○', informational: '·' },
};

/** For consoles whose code page is not UTF-8 (PRODUCT 3). */
export const ASCII_GLYPHS: Glyphs = {
  rule: '-',
  branch: '|-',
  last: '`-',
  pipe: '| ',
  ellipsis: '...',
  solid: ['--', '-->'],
  dashed: ['..', '..>'],
  mark: { critical: '#', high: '^', medium: '*', low: 'o', informational: '.' },
};

const SGR: Readonly<Record<Level, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '36',
  informational: '2',
};

/** Wraps in a colour of the level; gives the text itself when colour is off. */
export function paint(text: string, level: Level, color: boolean): string {
  return color ? `\u001b[${SGR[level]}m${text}\u001b[0m` : text;
}

/** Every character that plain ASCII lacks, written as `\u{hex}`: the last step where the console knows only ASCII. */
export function asciiOnly(text: string): string {
  return text.replace(/[^\u0000-\u007f]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `1,234,567`: thousands by comma whatever the locale (PRODUCT 3, L4). */
export function count(n: number): string {
  const digits = String(Math.trunc(Math.abs(n)));
  return (n < 0 ? '-' : '') + digits.replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** The text with its first letter upper case. */
export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 record`, `2 records`. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Bytes in binary units with one decimal: `2.5 GiB` (PRODUCT 3). */
export function binarySize(bytes: number): string {
  let size = bytes;
  let unit = 0;
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return unit === 0 ? plural(bytes, 'byte') : `${size.toFixed(1)} ${units[unit] ?? ''}`;
}
