import { laneOf } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { dumpCommand, hex, placeName } from '../evidence-address.ts';
import type { HostLabels } from '../host-label.ts';
import type { RecordLine } from '../record-line.ts';
import { count, plural } from '../terminal.ts';
import type { Citations, PageRecord } from './citations.ts';
import { levelMark } from './dossier.ts';
import { html, type Markup, NOTHING } from './markup.ts';

const CLASS_WORDS: Readonly<Record<RecordLine['class'], string>> = {
  live: 'live',
  afterDamage: 'found after damage',
  swallowed: 'swallowed: it lies in the space that another record claims',
  carved: 'carved from slack',
};
const MAX_COPIES = 6;

/** Every cited record, opening in place, whole. */
export function evidenceSection(citations: Citations, label: HostLabels): Markup {
  const { records, left } = citations;
  if (records.length === 0) {
    return html`<section id="ev"><h2>Evidence</h2><p class="note">No record is cited: nothing was found that needs one.</p></section>`;
  }
  const more = left > 0 ? ` ${plural(left, 'more cited record')} in the JSONL result.` : '';
  return html`<section id="ev"><h2>Evidence</h2><p class="note">${plural(records.length, 'record')}. Open a row for the whole record as it was logged; only addresses are written hxxp, and characters that cannot be seen are written out.${more}</p>
<div class="tools"><label class="vh" for="f">Filter records</label><input id="f" type="search" placeholder="Filter by any text" autocomplete="off" spellcheck="false"><button class="btn" id="be" type="button">Open or close all</button><span class="muted" id="live" role="status">${count(records.length)} of ${plural(records.length, 'record')}</span><span class="hint"><kbd>j</kbd> <kbd>k</kbd> move, <kbd>Enter</kbd> open, <kbd>/</kbd> filter, <kbd>e</kbd> all, <kbd>t</kbd> theme</span><button class="btn" id="bk" type="button" aria-pressed="true">Keys on</button></div>
<div class="evs">${records.map((record) => row(record, label))}</div></section>
`;
}

function row({ number, record, summary, level }: PageRecord, label: HostLabels): Markup {
  const time = record.time === undefined ? 'no usable time' : UTC_CLOCK.stamp(record.time);
  const lane = laneOf(record.channel, record.eventId);
  const mark = level === undefined ? html`<span class="sev">Context</span>` : levelMark(level);
  return html`<details class="ev" id="e${number}"><summary><span class="n num">${number}</span><span class="t mono">${time}</span><span class="h">${label(record.host)}</span><span class="l">${lane.charAt(0).toUpperCase()}${lane.slice(1)}</span><span class="s">${summary}</span><span class="x">${mark}</span></summary><div class="rec"><dl class="kv mono">${fields(record)}</dl>${source(record, number)}</div></details>
`;
}

function fields(record: RecordLine): Markup[] {
  const head: [string, string][] = [
    ['Computer', record.hostRaw],
    ['Channel', record.channel],
    ['Provider', record.provider],
    ['EventID', String(record.eventId)],
    ['Version', String(record.version)],
    ['EventRecordID', record.recordId === undefined ? '' : String(record.recordId)],
    ['TimeCreated', record.timeRaw ?? ''],
    ...Object.entries(record.system),
  ];
  return [...head.filter(([, value]) => value !== ''), ...Object.entries(record.data)].map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
}

function source(record: RecordLine, number: number): Markup {
  const [first, ...copies] = record.sources;
  if (first === undefined) return NOTHING;
  const command = dumpCommand({ ...first, channel: record.channel });
  const also = copies
    .slice(0, MAX_COPIES)
    .map((copy) => html`<br>Also in <span class="mono">${placeName(copy, ' › ')}</span> at ${hex(copy.offset)}`);
  const more =
    copies.length > MAX_COPIES
      ? html`<br>and ${plural(copies.length - MAX_COPIES, 'more copy', 'more copies')}`
      : NOTHING;
  const inferred =
    record.foreignTemplate === true ? ', decoded by the template of another chunk: what it says is inferred' : '';
  const frame =
    record.headerRecordId === undefined || record.headerRecordId === record.recordId
      ? ''
      : `, frame id ${record.headerRecordId}`;
  return html`<p class="src">From <span class="mono">${placeName(first, ' › ')}</span>, ${count(first.length)} bytes at ${hex(first.offset)}${frame}, ${CLASS_WORDS[record.class]}${inferred}.${also}${more}<br>Again: <span class="mono">${command ?? ''}</span> <a class="self" href="#e${number}">Link to this record</a></p>`;
}
