import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  buildManifest,
  findingsDigest,
  type HuntResult,
  renderCsv,
  renderHayabusaCsv,
  renderHtml,
  renderJson,
  renderJsonl,
  renderManifest,
  renderText,
  renderTimesketch,
} from '../../src/report/index.ts';
import { assertGolden } from './golden.ts';
import { RESULT } from './sample-result.ts';

function whole(parts: Iterable<string>): string {
  return [...parts].join('');
}

test('the text of a hunt is the golden one', () => {
  assertGolden('hunt.golden.txt', whole(renderText(RESULT, { paths: ['evidence/'], wrote: ['out/report.html'] })));
});

test('the text for a plain console is the golden one and holds ASCII only', () => {
  const text = whole(renderText(RESULT, { ascii: true, all: true }));
  assert.match(text, /^[\u0000-\u007e]*$/);
  assertGolden('hunt-ascii.golden.txt', text);
});

test('L3 L7 json, jsonl, csv, timesketch, hayabusa-csv, html and the manifest are the golden ones', () => {
  assertGolden('hunt.golden.json', whole(renderJson(RESULT)));
  assertGolden('hunt.golden.jsonl', whole(renderJsonl(RESULT)));
  assertGolden('hunt.golden.csv', whole(renderCsv(RESULT)));
  assertGolden('hunt-timesketch.golden.jsonl', whole(renderTimesketch(RESULT)));
  assertGolden('hunt-hayabusa.golden.csv', whole(renderHayabusaCsv(RESULT)));
  assertGolden('hunt.golden.html', whole(renderHtml(RESULT)));
  assertGolden('manifest.golden.json', renderManifest(buildManifest(RESULT)));
});

test('L7 two runs over the same evidence differ in the run object only', () => {
  const later: HuntResult = {
    ...RESULT,
    run: {
      ...RESULT.run,
      start: '2027-01-01T00:00:00.0000000Z',
      end: '2027-01-01T00:00:09.0000000Z',
      utcOffsetMinutes: -300,
      peakRss: 1,
    },
  };
  for (const render of [renderCsv, renderHayabusaCsv, renderTimesketch, renderText]) {
    assert.equal(whole(render(later)), whole(render(RESULT)));
  }
  for (const [render, isRunLine] of [
    [renderJson, (line: string) => line.startsWith('"run":')],
    [renderJsonl, (line: string) => line.startsWith('{"kind":"run"')],
    [renderHtml, (line: string) => line.includes('id="run"')],
  ] as const) {
    const ours = whole(render(RESULT)).split('\n');
    const theirs = whole(render(later)).split('\n');
    assert.equal(theirs.length, ours.length);
    const different = ours.filter((line, index) => line !== theirs[index]);
    assert.equal(different.length, 1);
    assert.ok(different.every(isRunLine));
  }
});

test('L7 text holds neither clock nor machine: the run object is not in it but for status and exit', () => {
  const text = whole(renderText(RESULT));
  for (const value of [RESULT.run.start.slice(0, 16), RESULT.run.end.slice(11, 16), 'node 24', 'x64']) {
    assert.ok(!text.includes(value), value);
  }
});

test('the findings digest is the SHA-256 over the JSONL without its header and run lines', () => {
  const lines = whole(renderJsonl(RESULT)).split('\n').slice(0, -1);
  const body = lines
    .slice(1, -1)
    .map((line) => `${line}\n`)
    .join('');
  assert.equal(findingsDigest(RESULT), createHash('sha256').update(body).digest('hex'));
  const run: unknown = JSON.parse(lines.at(-1) ?? '');
  assert.ok(typeof run === 'object' && run !== null && 'findingsDigest' in run);
  assert.equal(run.findingsDigest, findingsDigest(RESULT));
});

test('the order in which objects were built does not reach the JSON', () => {
  const turned: HuntResult = {
    ...RESULT,
    subscriptions: RESULT.subscriptions.map(
      (dossier) => Object.fromEntries(Object.entries(dossier).reverse()) as unknown as typeof dossier,
    ),
    findings: RESULT.findings.map(
      (finding) => Object.fromEntries(Object.entries(finding).reverse()) as unknown as typeof finding,
    ),
  };
  assert.equal(whole(renderJsonl(turned)), whole(renderJsonl(RESULT)));
});

test('JSONL begins with the header and ends with the run, in the order of kinds', () => {
  const kinds = whole(renderJsonl(RESULT))
    .trimEnd()
    .split('\n')
    .map((line) => /^\{"kind":"([a-zA-Z]+)","schema":"triad\.finding\/1","id":"[a-z2-7]{16}"/.exec(line)?.[1]);
  assert.deepEqual(
    [...new Set(kinds)],
    ['header', 'record', 'subscription', 'finding', 'gap', 'anomaly', 'thirdParty', 'summary', 'run'],
  );
});

test('every line of text but a command to paste fits into 100 columns', () => {
  for (const ascii of [false, true]) {
    const lines = whole(renderText(RESULT, { ascii, all: true })).split('\n');
    const long = lines.filter((line) => line.length > 100 && !line.trimStart().startsWith('triad '));
    assert.deepEqual(long, []);
  }
});

test('A30 text shows fifty cards and says how many more there are', () => {
  const [, planted] = RESULT.subscriptions;
  assert.ok(planted !== undefined);
  const many = (n: number): HuntResult => ({
    ...RESULT,
    subscriptions: Array.from({ length: n }, (_unused, index) => ({
      ...planted,
      id: `card${String(index).padStart(12, 'a')}`,
    })),
  });
  const cards = (text: string): number => text.split('SUBSCRIPTION on').length - 1;
  const fifty = whole(renderText(many(50)));
  assert.equal(cards(fifty), 50);
  assert.ok(!fifty.includes('more subscription'));
  const more = whole(renderText(many(52)));
  assert.equal(cards(more), 50);
  assert.ok(more.includes('2 more subscriptions; --format json lists all of them'));
});

test('A30 a card shows twelve lines of a payload and the count that is left', () => {
  const [, planted] = RESULT.subscriptions;
  assert.ok(planted !== undefined);
  const withLines = (n: number): string => {
    const payload = Array.from({ length: n }, (_unused, index) => `line-${index + 1};`).join('\r\n');
    const consumer = { ...planted.consumer, payload, decoded: [], properties: {} };
    return whole(renderText({ ...RESULT, subscriptions: [{ ...planted, consumer }] }));
  };
  assert.ok(withLines(12).includes('line-12;') && !withLines(12).includes('more line'));
  const cut = withLines(14);
  assert.ok(cut.includes('line-12;') && !cut.includes('line-13;'));
  assert.ok(cut.includes('(2 more lines; --format json has it whole)'));
});

test('A14 what the baseline knows is counted in text and shown only when asked for', () => {
  const quiet = whole(renderText(RESULT));
  assert.ok(quiet.includes('1 subscription on the baseline, not shown (--all shows them)'));
  assert.ok(!quiet.includes('SCM Event Log Consumer'));
  const all = whole(renderText(RESULT, { all: true }));
  assert.ok(!all.includes('not shown'));
  assert.ok(all.includes('SCM Event Log Consumer'));
});

test('A15 signs of tampering stand before what is blind', () => {
  const text = whole(renderText(RESULT));
  const tamper = text.indexOf('\nTAMPER ');
  assert.ok(tamper > 0 && tamper < text.indexOf('\nBLIND '));
});

test('colour is added to the mark and the word, never in place of them', () => {
  const plain = whole(renderText(RESULT));
  const coloured = whole(renderText(RESULT, { color: true }));
  assert.notEqual(coloured, plain);
  assert.equal(coloured.replace(/\u001b\[[0-9;]*m/g, ''), plain);
});

test('U1 a result without findings says how much was read, and what was blind', () => {
  const text = whole(
    renderText({ ...RESULT, subscriptions: [], findings: [], records: [], run: { ...RESULT.run, exit: 0 } }),
  );
  assert.ok(
    text.endsWith('0 subscriptions, 0 findings in 2,911,306 records of 1 host.\nExit 0: nothing at or above medium.\n'),
  );
  assert.ok(text.includes('\nBLIND '));
});

test('a partial hunt says so in every output', () => {
  const partial: HuntResult = { ...RESULT, run: { ...RESULT.run, status: 'partial', exit: 130 } };
  assert.ok(whole(renderText(partial)).includes('This hunt is partial'));
  assert.ok(whole(renderHtml(partial)).includes('This hunt is partial'));
  assert.ok(whole(renderJson(partial)).includes('"status":"partial","exit":130'));
});

test('timesketch never has fewer than three lines, and none is added to three', () => {
  const [, planted] = RESULT.subscriptions;
  assert.ok(planted !== undefined);
  const rows = (n: number): string[] =>
    whole(
      renderTimesketch({
        ...RESULT,
        subscriptions: [{ ...planted, evidence: planted.evidence.slice(0, n) }],
        findings: [],
      }),
    )
      .trimEnd()
      .split('\n');
  assert.equal(rows(0).length, 3);
  assert.equal(rows(2).length, 5);
  assert.equal(rows(2).filter((line) => line.includes('"triad:note"')).length, 3);
  assert.equal(rows(3).length, 3);
});

test('timesketch times agree: microseconds, six digits and 100 ns of one instant', () => {
  const line = whole(renderTimesketch(RESULT))
    .split('\n')
    .find((text) => text.includes('"event_identifier":4624'));
  const { datetime, timestamp, time_100ns } = JSON.parse(line ?? '{}') as Record<string, unknown>;
  assert.deepEqual(
    { datetime, timestamp, time_100ns },
    {
      datetime: '2026-03-12T09:44:02.918012+00:00',
      timestamp: 1773308642918012,
      time_100ns: '2026-03-12T09:44:02.9180123Z',
    },
  );
});
