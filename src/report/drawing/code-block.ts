import { count, dedent, plural } from '../terminal.ts';
import { type Drawing, type DrawnAttrs, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';

/** Longer texts are cut here and stand whole in the record. */
const MAX_TEXT = 20_000;
const MAX_SHOWN = 2 * MAX_TEXT;

/** A text that a machine wrote, in its own box. */
export function codeBlock(text: string): Drawing {
  const left = text.length - MAX_TEXT;
  const shown =
    left > 0
      ? `${dedent(text.slice(0, MAX_TEXT)).toWellFormed()}\n(${plural(left, 'more character')}; the record below has it whole)`
      : dedent(text);
  const pre = text.length > 1500 ? SCROLLED : {};
  const fold = foldNote(shown, new TextEncoder().encode(text).length);
  const block = draw`<pre class="code"${pre}>${unbroken(shown, MAX_SHOWN)}</pre>`;
  return fold.length === 0 ? block : draw`<div class="fold">${block}</div>${fold}`;
}

/** What may scroll must be reachable by keyboard. */
const SCROLLED: DrawnAttrs = { tabindex: '0' };

/** Lines that stand on paper (PRODUCT 9.4), and characters that fit into one, at most. */
const PAPER_LINES = 40;
const PAPER_COLUMNS = 100;

/** For a text that is folded on paper: what it is and where the whole is; the style sheet shows it there only. */
export function foldNote(text: string, bytes: number): Drawing {
  let lines = 0;
  for (const line of text.split('\n')) lines += Math.max(1, Math.ceil(line.length / PAPER_COLUMNS));
  if (lines <= PAPER_LINES) return EMPTY;
  return draw`<p class="pap">Folded at ${PAPER_LINES} lines on paper; ${count(bytes)} bytes, whole in the page and in the record.</p>`;
}
