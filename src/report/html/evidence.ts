import { UTC_CLOCK } from '../clock.ts';
import type { Citations } from '../drawing/citations.ts';
import { writeOut } from '../drawing/drawn.ts';
import { evidenceRow } from '../drawing/evidence-row.ts';
import type { HostLabels } from '../host-label.ts';
import { count, plural } from '../terminal.ts';
import { html, markup } from './markup.ts';

const ROWS_AT_ONCE = 200;

/** Every cited record, opening in place, whole. In pieces: there may be thousands. */
export function* evidenceSection(citations: Citations, label: HostLabels): Generator<string> {
  const { records, left } = citations;
  if (records.length === 0) {
    yield html`<section id="ev"><h2>Evidence</h2><p class="note">No record is cited: nothing was found that needs one.</p></section>
`.markup;
    return;
  }
  const more = left > 0 ? ` ${plural(left, 'more cited record')} in the JSONL result.` : '';
  const days = new Set(
    records.flatMap(({ record }) => (record.time === undefined ? [] : [UTC_CLOCK.day(record.time)])),
  );
  const isOneDay = days.size === 1 && records.every(({ record }) => record.time !== undefined);
  const day = isOneDay ? ` All of ${[...days][0] ?? ''}, UTC.` : '';
  yield html`<section id="ev"><h2>Evidence</h2><p class="note">${plural(records.length, 'record')}.${day} Open a row for the whole record as it was logged; only addresses are written hxxp, and characters that cannot be seen are written out.${more}</p>
<div class="tools" hidden><label class="vh" for="f">Filter records</label><input id="f" type="search" placeholder="Filter by any text" autocomplete="off" spellcheck="false"><button class="btn" id="be" type="button">Open or close all</button><span class="muted" id="live" role="status">${count(records.length)} of ${plural(records.length, 'record')}</span><span class="hint"><kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> open, <kbd>/</kbd> filter, <kbd>e</kbd> all, <kbd>t</kbd> theme</span><button class="btn" id="bk" type="button" aria-pressed="true">Keys on</button></div>
<div class="${markup(isOneDay ? 'evs' : 'evs days')}">`.markup;
  for (let at = 0; at < records.length; at += ROWS_AT_ONCE) {
    yield records
      .slice(at, at + ROWS_AT_ONCE)
      .map((record) => writeOut(evidenceRow(record, label, isOneDay)))
      .join('');
  }
  yield '</div></section>\n';
}
