import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HuntResult, renderHtml } from '../../src/report/index.ts';
import { RECORDS } from './sample-records.ts';
import { PLANTED, RESULT } from './sample-result.ts';

const PAGE = [...renderHtml(RESULT)].join('');

function all(pattern: RegExp, page: string = PAGE): string[] {
  return [...page.matchAll(pattern)].map((match) => match[1] ?? match[0]);
}

test('the page has one h1, a main landmark, a named navigation, a footer and a language', () => {
  for (const tag of [/<h1>/g, /<main /g, /<nav aria-label="Sections">/g, /<footer /g, /<html lang="en">/g]) {
    assert.equal(all(tag).length, 1, String(tag));
  }
});

test('headings never skip a level on the way down', () => {
  const levels = all(/<h([1-6])>/g).map(Number);
  for (const [index, level] of levels.entries()) assert.ok(level - (levels[index - 1] ?? 0) <= 1, `heading ${index}`);
});

test('every table names its columns, and every header says what it heads', () => {
  const tables = all(/<table>[\s\S]*?<\/table>/g);
  assert.ok(tables.length >= 5);
  for (const table of tables) {
    assert.match(table, /<thead><tr>(?:<th scope="col"[^>]*>[^<]*<\/th>)+<\/tr><\/thead>/);
    for (const header of all(/<th[ >][^>]*>?/g, table)) assert.match(header, /scope="(?:col|row)"/);
  }
});

test('every picture has a title and a description, or is hidden from those who cannot see it', () => {
  const pictures = all(/<svg[^>]*>/g);
  for (const picture of pictures) {
    const isInner = picture.includes('overflow="visible"');
    assert.ok(
      isInner || picture.includes('aria-hidden="true"') || /role="group" aria-labelledby="t-\S+ d-\S+"/.test(picture),
      picture,
    );
  }
});

test('every link leads to a place on the page, and every place has one name', () => {
  const ids = all(/ id="([^"]+)"/g);
  assert.equal(new Set(ids).size, ids.length);
  for (const target of all(/ href="#([^"]+)"/g)) assert.ok(ids.includes(target), target);
});

test('every cited record opens in place, whole, under its number', () => {
  for (const [index, record] of RECORDS.entries()) {
    const row = new RegExp(`<div class="rec" id="e${index + 1}">[\\s\\S]*?</details>`).exec(PAGE)?.[0] ?? '';
    for (const name of ['Computer', 'EventRecordID', ...Object.keys(record.system), ...Object.keys(record.data)]) {
      assert.ok(row.includes(`<dt>${name}</dt>`), `${name} of record ${index + 1}`);
    }
  }
});

test('the page says what it was made with, on what, and how to check it (SETTLED A12)', () => {
  for (const text of [
    'triad 0.1.0',
    '31e16425ebdb0ffa7197efda438b1dedca151bf05b6b866db155445abedb8dd1',
    'triad verify MANIFEST',
    'evidence/SRV-02.zip',
    'UTC+01:00',
  ]) {
    assert.ok(PAGE.includes(text), text);
  }
});

test('five hundred records take at most 2 MB', () => {
  const records = Array.from({ length: 500 }, (_unused, index) => {
    const record = RECORDS[index % RECORDS.length];
    assert.ok(record !== undefined);
    const data: Record<string, string> = { ...record.data };
    for (let field = 0; field < 16; field += 1) data[`Field${field}`] = 'C:\\Windows\\System32\\some\\longer\\path.exe';
    return { ...record, id: `r${String(index).padStart(15, 'a')}`, data };
  });
  const size = Buffer.byteLength([...renderHtml({ ...RESULT, records })].join(''));
  assert.ok(size <= 2_000_000, `${size} bytes`);
});

test('a page of more records than it holds keeps those of the worst and says how many are left', () => {
  const many: HuntResult = {
    ...RESULT,
    records: [
      ...Array.from({ length: 2100 }, (_unused, index) => ({
        ...(RECORDS[0] ?? assert.fail()),
        id: `r${String(index).padStart(15, 'a')}`,
        time: '2020-01-01T00:00:00.0000000Z',
      })),
      ...RECORDS,
    ],
  };
  const page = [...renderHtml(many)].join('');
  assert.equal(all(/<details class="ev"/g, page).length, 2000);
  assert.ok(page.includes('107 more cited records in the JSONL result'));
  for (const evidence of PLANTED.evidence) assert.ok(page.includes(`<dd>${evidence.recordId}</dd>`));
});

test('a hunt that found nothing still says what was read and what was blind', () => {
  const page = [...renderHtml({ ...RESULT, subscriptions: [], findings: [], records: [] })].join('');
  assert.ok(page.includes('<h1>No subscription in 2,911,306 records of 1 host.</h1>'));
  assert.ok(page.includes('id="gaps"') && page.includes('No record is cited'));
});
