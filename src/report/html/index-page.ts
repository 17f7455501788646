import type { Incident } from '../../incidents/index.ts';
import { labelsOf } from '../cited-rows.ts';
import { orLater, UTC_CLOCK } from '../clock.ts';
import { levelMark } from '../drawing/level-mark.ts';
import type { HuntResult } from '../result.ts';
import { plural } from '../terminal.ts';
import { custodyFooter } from './custody.ts';
import { html, NOTHING } from './markup.ts';
import { PAGE_FOOT, pageBar, pageHead } from './policy.ts';

/** An incident and the file beside this page that reports it; without one it is only listed. */
export interface IndexedIncident {
  readonly incident: Incident;
  readonly file?: string;
}

/** `index.html` of a report folder: the incidents, worst first, each with its own report. */
export function* renderIndexHtml(result: HuntResult, incidents: readonly IndexedIncident[]): Generator<string> {
  const label = labelsOf(result);
  const title = `${plural(incidents.length, 'incident')}`;
  yield pageHead(title, 'Triad').markup;
  yield pageBar('Incidents', [
    ['list', 'Incidents'],
    ['custody', 'Custody'],
  ]).markup;
  yield html`<main class="wrap" id="main"><header class="top"><h1>${title}</h1></header>\n<section id="list"><h2>Worst first</h2><table><thead><tr><th scope="col">Level</th><th scope="col">What happened</th><th scope="col">Hosts</th><th scope="col">First, UTC</th><th scope="col">Confidence</th></tr></thead><tbody>\n`
    .markup;
  for (const { incident, file } of incidents) {
    const sure = incident.confidence === undefined ? 'observed' : incident.confidence.toFixed(2);
    const what = file === undefined ? html`${incident.title}` : html`<a href="${file}">${incident.title}</a>`;
    yield html`<tr><td>${levelMark(incident.level)}</td><td>${what} <span class="mono">${incident.id}</span></td><td>${incident.hosts.map(label).join(', ')}</td><td class="t num">${UTC_CLOCK.minute(incident.first)}${orLater(incident.firstIsBound)}</td><td>${sure}</td></tr>\n`
      .markup;
  }
  yield '</tbody></table></section>\n';
  if (result.run.status !== 'ok') yield html`<p class="lede"><b>This hunt is ${result.run.status}.</b></p>\n`.markup;
  yield (incidents.length === 0 ? NOTHING : custodyFooter(result)).markup;
  yield `</main>\n${PAGE_FOOT}`;
}
