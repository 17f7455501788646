import { type Drawing, escapeHtml, writeOut } from '../drawing/drawn.ts';
import { bounded, MAX_TEXT, visible } from '../drawing/shown-text.ts';

/** Text that is markup already; everything else is escaped when it enters a template (L20). */
export interface Markup {
  readonly markup: string;
}

export function markup(text: string): Markup {
  return { markup: text };
}

type Part = string | number | Markup | Drawing | readonly (Markup | Drawing)[];

/** A template whose holes are text, unless they are drawings, or markup made by this function. It need not be whole. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? '';
  for (const [index, part] of parts.entries()) text += written(part) + (strings[index + 1] ?? '');
  return { markup: text };
}

function written(part: Part): string {
  if (typeof part === 'string') return escapeHtml(visible(bounded(part, MAX_TEXT)));
  if (typeof part === 'number') return String(part);
  if ('markup' in part) return part.markup;
  return part.map(writtenItem).join('');
}

/** A text of a drawing is visible already. */
function writtenItem(item: Markup | Drawing | Drawing[number]): string {
  if (typeof item === 'string' || 'tag' in item) return writeOut([item]);
  return 'markup' in item ? item.markup : writeOut(item);
}

/** Several pieces one after the other. */
export function join(parts: readonly (Markup | Drawing)[], between = ''): Markup {
  return { markup: parts.map(writtenItem).join(between) };
}

export const NOTHING: Markup = { markup: '' };
