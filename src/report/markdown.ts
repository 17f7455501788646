import { defang } from './defang.ts';
import { escapeTerminal } from './terminal.ts';

/** What Markdown, GitHub's tables, autolinks and HTML inside Markdown could take for markup (L20). */
const MARKUP = /[\\`*_{}[\]<>#|~!$&@^]/g;

/** Text of evidence as one line of Markdown that says just that text. */
export function markdownText(text: string): string {
  const escaped = escapeTerminal(defang(text)).replace(MARKUP, (c) => `\\${c}`);
  // At its start a line could be a list, a heading underlined or a number; `www.` becomes a link by itself.
  return escaped
    .replace(/^( *)([-+=])/, '$1\\$2')
    .replace(/^( *\d+)([.)])/, '$1\\$2')
    .replace(/\bwww\./gi, (dotted) => `${dotted.slice(0, -1)}\\.`);
}

/** Text in a fence that is longer than any inside; line breaks stay, everything invisible is written out. */
export function markdownFence(text: string, language = ''): string {
  return markdownScript(defang(text), language);
}

/** The same for what is to be copied: addresses in it stay as they are. */
export function markdownScript(text: string, language = ''): string {
  const lines = text.split(/\r\n?|\n/).map((line) => escapeTerminal(line.replaceAll('\t', '    ')));
  const longest =
    lines
      .join('\n')
      .match(/`+/g)
      ?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`;
}

/** Code in a line: its marks are longer than any inside. */
export function markdownCode(text: string): string {
  const line = escapeTerminal(defang(text)).replaceAll('|', '\\u{7c}');
  const longest = line.match(/`+/g)?.reduce((most, run) => Math.max(most, run.length), 0) ?? 0;
  const marks = '`'.repeat(longest + 1);
  const space = longest > 0 || line.startsWith(' ') || line === '' ? ' ' : '';
  return `${marks}${space}${line}${space}${marks}`;
}

/** A table; cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

export function markdownList(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}
