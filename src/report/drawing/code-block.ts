import { dedent, plural } from '../terminal.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { visible } from './shown-text.ts';

/** UTF-16 units of a text that are drawn. */
const MAX_TEXT = 65_536;
const MAX_SHOWN = 2 * MAX_TEXT;

/** A text that a machine wrote, in its own box; a long one is folded. */
export function codeBlock(text: string): Drawing {
  const fold = foldOf(text);
  const box = codeBox(text);
  return fold.length === 0 ? box : draw`<div class="fold">${fold}${box}</div>`;
}

/** The box alone, of a text that is cut already. */
export function codeBox(text: string): Drawing {
  const left = text.length - MAX_TEXT;
  const shown =
    left > 0
      ? `${dedent(text.slice(0, MAX_TEXT)).toWellFormed()}\n(${plural(left, 'more character')}, in the evidence alone)`
      : dedent(text);
  return draw`<pre class="code">${unbroken(shown, MAX_SHOWN)}</pre>`;
}

/** Lines that a folded text shows, on screen and on paper (PRODUCT 9.4), and characters that fit into one, at most. */
const SHOWN_LINES = 40;
const LINE_COLUMNS = 100;

/**
 * What unfolds a long text whole, and says of how many lines and bytes it is; nothing where it is short. It stands beside the
 * text in one element of the class `fold`; what is folded stays in the page, and the style sheet cuts it.
 */
export function foldOf(text: string): Drawing {
  const lines = text.trimEnd().split(/\r\n?|\n/);
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(visible(line).length / LINE_COLUMNS)), 0);
  if (rows <= SHOWN_LINES) return EMPTY;
  return draw`<details><summary>${plural(lines.length, 'line')}, ${plural(new TextEncoder().encode(text).length, 'byte')}<span>, folded at ${SHOWN_LINES} lines</span></summary></details>`;
}
