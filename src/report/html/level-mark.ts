import type { Level } from '../../windows/index.ts';
import { html, type Markup, markup } from './markup.ts';

/** A level as mark and word; the mark is drawn by the style sheet. */
export function levelMark(level: Level): Markup {
  return html`<span class="sev ${markup(level)}">${level.charAt(0).toUpperCase()}${level.slice(1)}</span>`;
}
