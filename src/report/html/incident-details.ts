import type { Incident } from '../../incidents/index.ts';
import { orLater, UTC_CLOCK } from '../clock.ts';
import { type Case, caseOf } from '../drawing/case.ts';
import type { Citations } from '../drawing/citations.ts';
import { unbroken } from '../drawing/drawn-text.ts';
import { timeNote, timePicture } from '../drawing/incident-time.ts';
import { confidenceFact, hostsFact } from '../drawing/incident-top.ts';
import { levelMark } from '../drawing/level-mark.ts';
import { meaning } from '../drawing/meaning.ts';
import { NEXT_NOTE, nextSteps } from '../drawing/next-steps.ts';
import { PATH_NOTE, pathSection } from '../drawing/path.ts';
import { incidentSum, linksTable, weakest } from '../drawing/sure.ts';
import type { HostLabels } from '../host-label.ts';
import type { HuntResult } from '../result.ts';
import { html, join, type Markup, markup, NOTHING } from './markup.ts';

const MAX_MEMBERS = 40;

/** One incident on the page of a hunt: closed but for the worst one, and open in print. Its members stand in the sections below. */
export function incidentDetails(
  result: HuntResult,
  incident: Incident,
  label: HostLabels,
  citations: Citations,
  isOpen: boolean,
): Markup {
  const item = caseOf(result, incident, label, citations);
  const open = isOpen ? markup(' open') : NOTHING;
  return html`<details class="dos" id="i-${incident.id}"${open}><summary>${levelMark(incident.level)}<h3>${unbroken(incident.title)}</h3><span class="x"><span class="num">${UTC_CLOCK.minute(incident.first)}${orLater(incident.firstIsBound)}</span><br><span class="mono">${incident.id}</span></span></summary><div class="in"><p class="lede">${meaning(item)}</p><p class="sum">Confidence: ${confidenceFact(item)}. Hosts: ${hostsFact(item)}.${gapWords(item)}</p>
<h4>The path</h4><p class="note">${PATH_NOTE}</p>${pathSection(item)}
<h4>Over time</h4><p class="note">${timeNote(item)}</p>${timePicture(item)}
<h4>How sure, link by link</h4>${linksTable(item)}${weakest(item)}
<h4>Why ${incident.level}</h4>${incidentSum(item)}${members(item)}
<h4>Next steps</h4><p class="note">${NEXT_NOTE}</p>${nextSteps(incident.next)}</div></details>
`;
}

function gapWords({ gaps }: Case): Markup {
  if (gaps.length === 0) return NOTHING;
  const links = gaps.slice(0, 12).map(({ id }, index) => html`<a href="#g-${id}">${index + 1}</a>`);
  return html` Blind where: <span class="refs">${join(links, ' ')}</span>`;
}

function members({ dossiers, findings }: Case): Markup {
  const links = [
    ...dossiers.map(({ id, consumer, filter }) => html`<a href="#s-${id}">${consumer.name ?? filter.name ?? id}</a>`),
    ...findings.map(({ id, title }) => html`<a href="#f-${id}">${title}</a>`),
  ];
  if (links.length === 0) return NOTHING;
  const more = links.length > MAX_MEMBERS ? ` and ${links.length - MAX_MEMBERS} more` : '';
  return html`<p class="sum">Made of: ${join(links.slice(0, MAX_MEMBERS), '; ')}${more}.</p>`;
}
