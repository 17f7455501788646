import { eventIdOf } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { dumpCommand, hex, placeName } from '../evidence-address.ts';
import type { HostLabels } from '../host-label.ts';
import { labelWords, objectFields } from '../object-words.ts';
import type { RecordLine } from '../record-line.ts';
import { count, plural } from '../terminal.ts';
import type { Citations, PageRecord } from './citations.ts';
import { foldNote } from './code-block.ts';
import { levelMark } from './level-mark.ts';
import { html, type Markup, markup, NOTHING, unbroken, wholeText } from './markup.ts';

const CLASS_WORDS: Readonly<Record<string, string>> = {
  live: 'live',
  afterDamage: 'found after damage',
  swallowed: 'swallowed: it lies in the space that another record claims',
  carved: 'carved from slack',
};
const MAX_COPIES = 6;

/** A longer value is cut on the page; the command below the record shows it whole. */
const MAX_VALUE = 65_536;
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
      .map((record) => row(record, label, isOneDay).markup)
      .join('');
  }
  yield '</div></section>\n';
}

/** The id is inside the row, so that a browser opens the row of a link without any script. */
function row(item: PageRecord, label: HostLabels, isOneDay: boolean): Markup {
  const { number, record, lane, words, level, isInferred } = item;
  const time =
    record.time === undefined
      ? untimed(record)
      : isOneDay
        ? UTC_CLOCK.timeOfDay(record.time)
        : UTC_CLOCK.stamp(record.time);
  const mark = level === undefined ? html`<span class="sev">Context</span>` : levelMark(level);
  const kind = `${lane.charAt(0).toUpperCase()}${lane.slice(1)}${isInferred ? ', inferred' : ''}`;
  return html`<details class="ev"><summary><span class="n num">${number}</span><span class="t mono">${time}</span><span class="h">${unbroken(label(record.host))}</span><span class="l">${kind}</span><span class="s">${unbroken(`${words.long}.`)}</span><span class="x">${mark}</span></summary><div class="rec" id="e${number}"><dl class="kv mono">${fields(record)}</dl>${source(record, number)}</div></details>
`;
}

/** A repository has no times, but an order. */
function untimed({ repository }: RecordLine): string {
  return repository?.generation === undefined ? 'no usable time' : `generation ${repository.generation}`;
}

function fields(record: RecordLine): Markup[] {
  const head: (readonly [string, string])[] = [
    ['Computer', record.hostRaw],
    ['Channel', record.channel],
    ['Provider', record.object === undefined ? record.provider : ''],
    ['EventID', String(eventIdOf(record) ?? '')],
    ['Version', record.object === undefined ? String(record.version) : ''],
    ['EventRecordID', record.recordId === undefined ? '' : String(record.recordId)],
    ['TimeCreated', record.timeRaw ?? ''],
    ...Object.entries(record.system),
    ...objectFields(record),
  ];
  return [...head.filter(([, value]) => value !== ''), ...Object.entries(record.data)].map(([name, value]) => {
    const fold = value.length > LONG_VALUE ? foldNote(value, Buffer.byteLength(value)) : NOTHING;
    const kind = fold !== NOTHING ? FOLDED : value.length > LONG_VALUE ? LONG : NOTHING;
    return html`<div${kind}><dt>${name.slice(0, 200)}</dt><dd>${wholeText(value, MAX_VALUE)}</dd>${fold === NOTHING ? NOTHING : html`<dd>${fold}</dd>`}</div>`;
  });
}

/** On paper a long value takes the whole width. */
const LONG_VALUE = 60;
const LONG: Markup = markup(' class="long"');
const FOLDED: Markup = markup(' class="long fold"');

function source(record: RecordLine, number: number): Markup {
  const [first, ...copies] = record.sources;
  if (first === undefined) return NOTHING;
  const { repository } = record;
  const command = dumpCommand({
    ...first,
    channel: record.channel,
    ...(repository === undefined ? {} : { repository }),
    ...(record.shape === 'audit' ? { audit: record.shape } : {}),
  });
  const again = command === undefined ? NOTHING : html`<br>Again: <span class="mono">${command}</span>`;
  const also = copies
    .slice(0, MAX_COPIES)
    .map((copy) => html`<br>Also in <span class="mono">${placeName(copy)}</span> at ${hex(copy.offset)}`);
  const more =
    copies.length > MAX_COPIES
      ? html`<br>and ${plural(copies.length - MAX_COPIES, 'more copy', 'more copies')}`
      : NOTHING;
  const state = record.repository === undefined ? CLASS_WORDS[record.class] : labelWords(record.class);
  const inferred =
    record.foreignTemplate === true ? ', decoded by the template of another chunk: what it says is inferred' : '';
  const frame =
    record.headerRecordId === undefined || record.headerRecordId === record.recordId
      ? ''
      : `, frame id ${record.headerRecordId}`;
  return html`<p class="src">From <span class="mono">${placeName(first)}</span>, ${count(first.length)} bytes at ${hex(first.offset)}${frame}, ${state ?? record.class}${inferred}.${also}${more}${again} <a class="self" href="#e${number}">Link to this record</a></p>`;
}
