import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../console/kit/api.ts';
import { quotedWord, typedWords } from '../../console/kit/quoted.ts';
import { drawnHeight, MOST_PX, shiftOf, stepOf } from '../../console/kit/tall-list.ts';
import { HitBins, spanOfBins } from '../../console/search/bins.ts';
import { hitOf, snippetOf } from '../../console/search/hit.ts';
import { Hits, PART_ROWS } from '../../console/search/hits.ts';
import { searchOf } from '../../console/search/search-query.ts';
import { MOST_NAMES, Tally } from '../../console/search/tally.ts';
import type { EventDocument, EventPageDocument } from '../../src/api/index.ts';
import { eventsPage, type StubSearch } from './stub-events.ts';

/** A search over the stub's events that counts what was asked. */
function hitsOf(search: { events: number } & StubSearch): {
  readonly hits: Hits;
  readonly asked: string[];
  settled(): Promise<void>;
} {
  const asked: string[] = [];
  const hits = new Hits('q=x', ['x'], async (path): Promise<Answer<EventPageDocument>> => {
    asked.push(path);
    await Promise.resolve();
    const query = new URL(path, 'http://x').searchParams;
    return { kind: 'ok', value: eventsPage(search, query) as EventPageDocument, etag: undefined };
  });
  const settled = async (): Promise<void> => {
    do await new Promise((resolve) => setImmediate(resolve));
    while (hits.isReading);
  };
  return { hits, asked, settled };
}

test('SETTLED G11 the words of a search are those of the server: an unknown one is a problem at its place', () => {
  const found = searchOf(new URLSearchParams({ q: 'svc-deploy host:SRV-02 level:high', from: '2026-03-12T00:00:00Z' }));
  assert.deepEqual([found?.problem?.at, found?.problem?.length], [23, 5]);
  assert.match(
    found?.problem?.message ?? '',
    /^There is no word "level:" here; known are host: channel: .* from: to: /,
  );
  assert.equal(found?.asked, 'q=svc-deploy+host%3ASRV-02+level%3Ahigh&from=2026-03-12T00%3A00%3A00Z');
  const plain = searchOf(new URLSearchParams('q=host:a+*psh*+"c+d"&record=12&word=z'));
  assert.deepEqual([plain?.problem, plain?.texts, plain?.whole], [undefined, ['psh', 'c d', 'z'], 'c d']);
  assert.deepEqual(plain?.named, [
    { name: 'record', value: '12' },
    { name: 'word', value: 'z' },
  ]);
  assert.equal(searchOf(new URLSearchParams('q=')), undefined);
  assert.equal(searchOf(new URLSearchParams('open=1/2')), undefined);
});

test('a value that narrows a search is quoted where it has to be', () => {
  for (const [value, expected] of [
    ['SRV-02', 'host:SRV-02'],
    ['Microsoft-Windows-Sysmon/Operational', 'host:Microsoft-Windows-Sysmon/Operational'],
    ['Windows PowerShell', 'host:"Windows PowerShell"'],
    ['a"b\\c', 'host:"a\\"b\\\\c"'],
    ['*x', 'host:"*x"'],
  ] as const) {
    const word = quotedWord('host', value);
    assert.equal(word, expected);
    const read = searchOf(new URLSearchParams({ q: word }));
    assert.equal(read?.problem, undefined, value);
    assert.deepEqual(typedWords(` "a  b"  ${word} *c*`), ['"a  b"', word, '*c*'], 'it can be taken out again');
  }
});

test('other columns are read again for the rows on screen, from where the list began', async () => {
  const search = { events: 900 };
  const { hits, asked, settled } = hitsOf(search);
  hits.goOn();
  await settled();
  const cellsOf = (from: number): readonly unknown[] =>
    hits.slice(from, from + 2).map((cell) => ('cells' in cell ? cell.cells : cell));
  assert.deepEqual(cellsOf(0), [[], []]);
  hits.show(0, 30);
  // More came since; and another choice while one is read.
  search.events = 1200;
  hits.choose(['Field2']);
  hits.choose(['Field2', 'provider']);
  await settled();
  assert.deepEqual(
    hits.slice(0, 3).map((cell) => ('cells' in cell ? [cell.id, ...cell.cells] : cell)),
    [
      ['900/0', 'Field2 of 900', 'p'],
      ['899/0', 'Field2 of 899', 'p'],
      ['898/0', 'Field2 of 898', 'p'],
    ],
  );
  assert.equal(hits.length, PART_ROWS);
  assert.match(asked.at(-1) ?? '', /&field=Field2&/);
  hits.goOn();
  await settled();
  hits.show(PART_ROWS, PART_ROWS + 30);
  await settled();
  assert.deepEqual(cellsOf(PART_ROWS + 7), [
    [undefined, 'p'],
    ['Field2 of 692', 'p'],
  ]);
  hits.choose([]);
  await settled();
  assert.deepEqual(cellsOf(PART_ROWS), [[], []]);
  const count = asked.length;
  hits.choose([]);
  assert.equal(asked.length, count, 'the same again asks for nothing');
});

test('rows of a long search are read as they are looked at, let go of when they are far, and read again the same', async () => {
  const { hits, asked, settled } = hitsOf({ events: 12_000 });
  hits.goOn();
  await settled();
  assert.deepEqual([hits.length, hits.isWhole, asked.length], [PART_ROWS, false, 1]);
  const first = hits.slice(0, 3);
  const far = hits.slice(10, 12);
  let most = 0;
  for (let at = 0; hits.length < 12_000; at += PART_ROWS) {
    hits.show(at, at + 40);
    hits.show(hits.length - 20, hits.length);
    await settled();
    most = Math.max(most, hits.held);
  }
  assert.ok(most <= 13 * PART_ROWS, `${most} rows were held`);
  assert.deepEqual(hits.slice(0, 3), first, 'the first part stays: it cannot be read again');
  assert.deepEqual(hits.slice(3 * PART_ROWS, 3 * PART_ROWS + 1), [{ id: `row ${3 * PART_ROWS}`, absent: 'reading' }]);
  hits.show(3 * PART_ROWS - 10, 3 * PART_ROWS + 10);
  await settled();
  assert.equal((hits.slice(3 * PART_ROWS, 3 * PART_ROWS + 1)[0] as { readonly id: string }).id, '11400/0');
  hits.show(0, 20);
  await settled();
  assert.deepEqual(hits.slice(10, 12), far);
  hits.show(hits.length - 1, hits.length);
  await settled();
  assert.deepEqual([hits.length, hits.isWhole, hits.tally.times.length], [12_000, true, 12_000]);
});

test('a part that is read again takes as many pages as it needs; what went from the archive meanwhile keeps its place', async () => {
  const search: { events: number; pageRows?: number; goneBelow?: number } = { events: 6000 };
  const { hits, asked, settled } = hitsOf(search);
  for (hits.goOn(); !hits.isWhole; await settled()) hits.show(hits.length - 1, hits.length);
  search.pageRows = 30;
  search.goneBelow = 5750;
  const before = asked.length;
  hits.show(PART_ROWS, PART_ROWS + 20);
  await settled();
  assert.ok(asked.length - before >= 2);
  const cells = hits.slice(PART_ROWS, 2 * PART_ROWS);
  assert.equal(cells.filter((cell) => !('absent' in cell)).length, 51);
  assert.equal(cells.filter((cell) => 'absent' in cell && cell.absent === 'gone').length, 149);
});

test('empty pages are read through until something is found, somebody stops it, or it fails', async () => {
  const rare = hitsOf({ events: 5000, everyNth: 5000, pageRows: 500 });
  rare.hits.goOn();
  await rare.settled();
  assert.deepEqual([rare.hits.length, rare.hits.isWhole, rare.asked.length], [1, true, 10]);
  assert.equal(rare.hits.progress.events, 5000, 'what each page looked at is added up');
  const stopped = hitsOf({ events: 5000, everyNth: 5001, pageRows: 100 });
  stopped.hits.goOn();
  stopped.hits.stop();
  await stopped.settled();
  assert.deepEqual([stopped.asked.length, stopped.hits.isWhole], [1, false]);
  stopped.hits.goOn();
  await stopped.settled();
  assert.deepEqual([stopped.hits.length, stopped.hits.isWhole], [0, true]);
  const problem = { status: 503, code: 'storage_unavailable', title: 'x', detail: '', more: {} };
  const failing = new Hits('q=x', [], async () => ({ kind: 'problem', problem }));
  failing.goOn();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([failing.problem?.code, failing.isReading, failing.isWhole], ['storage_unavailable', false, false]);
});

test('of an event the row keeps what stands around the text that was looked for', () => {
  const text = `<Event><System>${'s'.repeat(300)}</System><EventData>hello NeedLe</EventData></Event>`;
  assert.match(snippetOf(text, []), /^<EventData>hello/);
  assert.match(snippetOf(text, ['needle']), /^….*NeedLe/);
  assert.equal(snippetOf('short', ['o']), 'short');
  const event = { id: '1/0', host: 'h', channel: 'c', bytes: 5, text } as EventDocument;
  assert.ok(hitOf(event, ['needle']).snippet.length <= 241);
});

test('hits are counted into the bins of the survey; what lies outside stands in the first or last', () => {
  const day = '2026-03-12T0';
  const bins = new HitBins({
    bins: [0, 1, 2].map((hour) => ({ from: `${day}${hour}:00:00Z`, count: 100 })),
    to: `${day}3:00:00Z`,
  });
  const at = (text: string): number => Date.parse(`${day}${text}Z`);
  bins.count(Float64Array.of(at('0:00:00'), at('0:59:59.999'), at('1:00:00'), at('9:00:00'), 0));
  assert.deepEqual(
    bins.bins.map(({ all, hits }) => [all, hits]),
    [
      [100, 3],
      [100, 1],
      [100, 1],
    ],
  );
  bins.count(Float64Array.of(at('0:00:00'), at('0:59:59.999'), at('1:00:00'), at('9:00:00'), 0, at('2:30:00')));
  assert.equal(bins.bins[2]?.hits, 2, 'each is counted once');
  assert.deepEqual(spanOfBins(bins.bins, 2, 1), { from: `${day}1:00:00Z`, to: `${day}3:00:00Z` });
  assert.equal(spanOfBins(bins.bins, 3, 4), undefined);
  assert.deepEqual(new HitBins({ bins: [] }).bins, []);
});

test('facets count every hit that was read, and names that a sender makes up only to a bound', () => {
  const tally = new Tally();
  const hit = { id: '1/0', time: undefined, channel: 'c', eventId: undefined, snippet: '', cells: [] };
  for (let n = 0; n < MOST_NAMES; n++) tally.add({ ...hit, host: `h${n}` });
  tally.add({ ...hit, host: 'h1' });
  assert.deepEqual(tally.most(0, 1), { top: [{ value: 'h1', count: 2 }], others: MOST_NAMES - 1 });
  tally.add({ ...hit, host: 'one more' });
  assert.deepEqual(tally.most(0, 1), { top: [{ value: 'h1', count: 2 }], others: MOST_NAMES });
  assert.deepEqual(tally.most(2, 1), { top: [{ value: '', count: MOST_NAMES + 2 }], others: 0 });
  assert.equal(tally.times.length, 0);
});

test('more rows than an element can be high share its height; the first and the last stand at its ends', () => {
  const fits = { rows: MOST_PX / 50, rowHeight: 50, viewHeight: 600 };
  assert.deepEqual([drawnHeight(fits), stepOf(fits), shiftOf(fits, 1234)], [MOST_PX, 1, 0]);
  const tall = { rows: 1_000_000, rowHeight: 34, viewHeight: 600 };
  assert.equal(drawnHeight(tall), MOST_PX);
  assert.equal(shiftOf(tall, 0), 0);
  const end = MOST_PX - tall.viewHeight;
  assert.ok(Math.abs(shiftOf(tall, end) + tall.rows * tall.rowHeight - MOST_PX) < 0.01);
  assert.ok(stepOf(tall) * 100 < tall.viewHeight, 'a step of a wheel passes no row over');
});
