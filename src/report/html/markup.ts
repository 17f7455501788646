import { defang } from '../defang.ts';
import { escapeTerminal } from '../terminal.ts';

/** Text that is markup already; everything else is escaped when it enters a template (L20). */
export interface Markup {
  readonly markup: string;
}

export function markup(text: string): Markup {
  return { markup: text };
}

type Part = string | number | Markup | readonly Markup[];

/** Text of evidence as a reader sees it: invisible and control characters written out, line breaks kept, addresses defanged. */
export function visible(text: string): string {
  const lines = defang(text)
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => escapeTerminal(line.replaceAll('\t', '    ')));
  return lines.join('\n');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
};

/** Escaped for element content and for attributes in double quotes alike. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => ENTITIES[c] ?? c);
}

/** A template whose holes are text, unless they are markup made by this function. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += written(part) + (strings[index + 1] ?? '');
  return { markup: text };
}

function written(part: Part): string {
  if (typeof part === 'string') return escapeHtml(visible(part));
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map((item) => item.markup).join('');
}

/** Several pieces one after the other. */
export function join(parts: readonly Markup[], between = ''): Markup {
  return { markup: parts.map((part) => part.markup).join(between) };
}

export const NOTHING: Markup = { markup: '' };
