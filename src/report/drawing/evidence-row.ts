import { eventIdOf, recordKind } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { dumpCommand, hex, placeName } from '../evidence-address.ts';
import type { HostLabels } from '../host-label.ts';
import { labelWords, objectFields } from '../object-words.ts';
import type { RecordLine } from '../record-line.ts';
import { count, plural } from '../terminal.ts';
import type { PageRecord } from './citations.ts';
import { foldOf } from './code-block.ts';
import { type Drawing, type DrawnAttrs, draw, EMPTY } from './drawn.ts';
import { unbroken, wholeText } from './drawn-text.ts';
import { levelMark } from './level-mark.ts';

const CLASS_WORDS: Readonly<Record<string, string>> = {
  live: 'live',
  afterDamage: 'found after damage',
  swallowed: 'swallowed: it lies in the space that another record claims',
  carved: 'carved from slack',
};
const MAX_COPIES = 6;

/** A longer value is cut on the page; the command below the record shows it whole. */
const MAX_VALUE = 65_536;

/** The id is inside the row, so that a browser opens the row of a link without any script. */
export function evidenceRow(item: PageRecord, label: HostLabels, isOneDay: boolean): Drawing {
  const { number, record, lane, words, level, isInferred } = item;
  const time =
    record.time === undefined
      ? untimed(record)
      : isOneDay
        ? UTC_CLOCK.timeOfDay(record.time)
        : UTC_CLOCK.stamp(record.time);
  const mark = level === undefined ? draw`<span class="sev">Context</span>` : levelMark(level);
  const kind = `${lane.charAt(0).toUpperCase()}${lane.slice(1)}${isInferred ? ', inferred' : ''}`;
  return draw`<details class="ev"><summary><span class="n num">${number}</span><span class="t mono">${time}</span><span class="h">${unbroken(label(record.host))}</span><span class="l">${kind}</span><span class="s">${unbroken(`${words.long}.`)} ${ofLog(item)}</span><span class="x">${mark}</span></summary><div class="rec" id="e${number}"><dl class="kv mono">${fields(record)}</dl>${source(record, number)}</div></details>
`;
}

/** The log and event id behind what a row says, the same act in another log, and what tells rows apart that say the same. */
function ofLog({ record, apart, sameAs }: PageRecord): Drawing {
  const same = sameAs === undefined ? '' : `, one act with ${sameAs.join(' and ')}`;
  const telling = apart === undefined ? EMPTY : draw`<span class="d mono">${unbroken(apart)}</span>`;
  return draw`<span class="o">${unbroken(`${recordKind(record)}${same}`)}</span>${telling}`;
}

/** A repository has no times, but an order. */
function untimed({ repository }: RecordLine): string {
  return repository?.generation === undefined ? 'no usable time' : `generation ${repository.generation}`;
}

function fields(record: RecordLine): Drawing[] {
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
    const fold = foldOf(value);
    const kind = fold.length > 0 ? FOLDED : value.length > LONG_VALUE ? LONG : {};
    return draw`<div${kind}><dt>${name.slice(0, 200)}</dt><dd>${wholeText(value, MAX_VALUE)}</dd>${fold.length === 0 ? EMPTY : draw`<dd>${fold}</dd>`}</div>`;
  });
}

/** On paper a long value takes the whole width. */
const LONG_VALUE = 60;
const LONG: DrawnAttrs = { class: 'long' };
const FOLDED: DrawnAttrs = { class: 'long fold' };

function source(record: RecordLine, number: number): Drawing {
  const [first, ...copies] = record.sources;
  if (first === undefined) return EMPTY;
  const { repository } = record;
  const command = dumpCommand({
    ...first,
    channel: record.channel,
    ...(repository === undefined ? {} : { repository }),
    ...(record.shape === 'audit' ? { audit: record.shape } : {}),
  });
  const again = command === undefined ? EMPTY : draw`<br>Again: <span class="mono">${command}</span>`;
  const also = copies
    .slice(0, MAX_COPIES)
    .map((copy) => draw`<br>Also in <span class="mono">${placeName(copy)}</span> at ${hex(copy.offset)}`);
  const more =
    copies.length > MAX_COPIES
      ? draw`<br>and ${plural(copies.length - MAX_COPIES, 'more copy', 'more copies')}`
      : EMPTY;
  const state = record.repository === undefined ? CLASS_WORDS[record.class] : labelWords(record.class);
  const inferred =
    record.foreignTemplate === true ? ', decoded by the template of another chunk: what it says is inferred' : '';
  const frame =
    record.headerRecordId === undefined || record.headerRecordId === record.recordId
      ? ''
      : `, frame id ${record.headerRecordId}`;
  return draw`<p class="src">From <span class="mono">${placeName(first)}</span>, ${count(first.length)} bytes at ${hex(first.offset)}${frame}, ${state ?? record.class}${inferred}.${also}${more}${again} <a class="self" href="#e${number}">Link to this record</a></p>`;
}
