import { hex, placeName } from '../evidence-address.ts';
import type { HuntResult } from '../result.ts';
import { count, plural } from '../terminal.ts';
import { detectionGroups } from '../text-shapes.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const MAX_GROUPS = 100;
const MAX_ROWS = 300;

/** What other tools said, apart from what Triad judges (SETTLED B6). */
export function thirdPartySection(result: HuntResult): Markup {
  const { thirdParty, summary } = result;
  if (thirdParty.length === 0) return NOTHING;
  const groups = detectionGroups(thirdParty).slice(0, MAX_GROUPS);
  const rows = thirdParty.slice(0, MAX_ROWS).map((detection) => {
    const [place] = detection.evidence;
    const where = place === undefined ? '' : placeName(place);
    const at = place?.offset === undefined ? '' : ` at ${hex(place.offset)}`;
    const said = [detection.title, detection.rule, detection.action].filter((text) => text !== undefined).join(', ');
    return html`<tr><td class="nb">${detection.time ?? ''}</td><td>${detection.product}</td><td>${said}</td><td>${detection.level ?? ''}</td><td>${detection.host ?? ''}</td><td>${where}${at}</td></tr>`;
  });
  const more = summary.thirdParty > rows.length ? ` The first ${count(rows.length)} are here.` : '';
  return html`<section id="others"><h2>What other tools said</h2><p class="note">${plural(summary.thirdParty, 'detection')} that Triad did not make and does not judge: ${groups.map(({ product, said, count: n }, i) => html`${i === 0 ? '' : '; '}${product}: ${said} (${count(n)})`)}.${more}</p><div class="scroll"><table><thead><tr><th scope="col">Time</th><th scope="col">Product</th><th scope="col">What</th><th scope="col">Level</th><th scope="col">Host</th><th scope="col">Where</th></tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}
