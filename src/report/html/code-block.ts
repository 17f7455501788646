import { dedent, plural } from '../terminal.ts';
import { html, type Markup, unbroken } from './markup.ts';

/** Longer texts are cut here and stand whole in the record. */
const MAX_TEXT = 20_000;
const MAX_SHOWN = 2 * MAX_TEXT;

/** A text that a machine wrote, in its own box. */
export function codeBlock(text: string): Markup {
  const left = text.length - MAX_TEXT;
  const shown =
    left > 0
      ? `${dedent(text.slice(0, MAX_TEXT)).toWellFormed()}\n(${plural(left, 'more character')}; the record below has it whole)`
      : dedent(text);
  // What may scroll must be reachable by keyboard.
  return text.length > 1500
    ? html`<pre class="code" tabindex="0">${unbroken(shown, MAX_SHOWN)}</pre>`
    : html`<pre class="code">${unbroken(shown, MAX_SHOWN)}</pre>`;
}
