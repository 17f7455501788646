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

/** A text in a sentence, a cell or a title is cut here; a whole value has its own place. */
const MAX_TEXT = 4096;

/** The text, cut with the number of characters that are left where it is longer. */
export function bounded(text: string, max: number): string {
  const left = text.length - max;
  return left > 0 ? `${text.slice(0, max).toWellFormed()} (${left} more characters)` : text;
}

/** A value in its own place, up to `max` characters. */
export function wholeText(text: string, max: number): Markup {
  return { markup: escapeHtml(visible(bounded(text, max))) };
}

/** A template whose holes are text, unless they are markup made by this function. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += written(part) + (strings[index + 1] ?? '');
  return { markup: text };
}

function written(part: Part): string {
  if (typeof part === 'string') return escapeHtml(visible(bounded(part, MAX_TEXT)));
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map((item) => item.markup).join('');
}

/** Longer tokens may break anywhere. */
const MAX_UNBROKEN = 40;

/** The text as `html` writes it, with host names, accounts, dates and flags kept whole: a browser would break them at hyphens. */
export function unbroken(text: string, max: number = MAX_TEXT): Markup {
  return { markup: keepTokens(visible(bounded(text, max))) };
}

/**
 * {@link unbroken} of a text that must be copied exactly as it is. An element without content stands in its addresses: what is
 * copied is whole, and nothing that looks for addresses in the file finds one to make a link of.
 */
export function exactText(text: string): Markup {
  return { markup: keepTokens(text).replace(/\b([hf])(t{1,2}ps?:\/\/)/gi, '$1<wbr>$2') };
}

/** An account that may break behind its domain, and nowhere else while it fits. */
export function accountName(text: string): Markup {
  return { markup: keepTokens(visible(bounded(text, MAX_TEXT))).replaceAll('\\', '\\<wbr>') };
}

function keepTokens(text: string): string {
  // Split at separators first: one pattern for a whole token would look at a long one again from each of its characters.
  return text
    .split(/([\s,;:()|]+)/)
    .map((token) => {
      const isKept = token.length > 1 && token.length <= MAX_UNBROKEN && token.includes('-');
      return isKept ? `<span class="nb">${escapeHtml(token)}</span>` : escapeHtml(token);
    })
    .join('');
}

/** Several pieces one after the other. */
export function join(parts: readonly Markup[], between = ''): Markup {
  return { markup: parts.map((part) => part.markup).join(between) };
}

export const NOTHING: Markup = { markup: '' };
