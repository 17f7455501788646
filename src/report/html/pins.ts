import { pinSentences } from '../pinned.ts';
import type { HuntResult } from '../result.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const MAX_LINES = 300;

/** What is accepted: visible debts, never left out (L16). */
export function pinSection(result: HuntResult): Markup {
  const lines = pinSentences(result);
  if (lines.length === 0) return NOTHING;
  const more =
    lines.length > MAX_LINES ? html`<li>and ${lines.length - MAX_LINES} more in the JSON result</li>` : NOTHING;
  return html`<section id="pins"><h2>What is pinned</h2><p class="note">Accepted by content and scope. A pin takes points from a sum, and says so there; it leaves nothing out.</p><ul>${lines.slice(0, MAX_LINES).map((line) => html`<li>${line}</li>`)}${more}</ul></section>
`;
}
