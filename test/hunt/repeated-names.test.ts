import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { withNameTwice } from '../live/odd-lines.ts';
import { winlogbeat } from '../serve/running-server.ts';
import { huntFolder } from './hunted.ts';
import { folderWith } from './run-triad.ts';

interface Sign {
  readonly host: string | undefined;
  readonly title: string;
  readonly count: number;
  readonly records: readonly unknown[];
}

async function signs(context: TestContext, files: Readonly<Record<string, readonly string[]>>): Promise<Sign[]> {
  const bytes = Object.entries(files).map(([name, lines]) => [name, Buffer.from(lines.join('\n'))] as const);
  const { findings } = await huntFolder(folderWith(context, bytes));
  return findings
    .filter(({ analytic }) => analytic === 'T13')
    .map(({ host, title, count, evidence }) => ({
      host,
      title,
      count,
      records: evidence.map(({ file, line, recordId }) => [file.split('/').at(-1), line, recordId]),
    }));
}

test('T13: a record in which a name stands twice is a sign of its own host and log, once, whatever else its file holds', async (context) => {
  const good = [1, 2, 3].map((id) => winlogbeat(id, 'B'));
  const odd = withNameTwice(winlogbeat(7, 'A'));
  const title = 'The Security log of A was edited: 1 sign, first: record 7 (4624) has a name twice in one object';
  const expected = { host: 'a', title, count: 1 };
  for (const lines of [
    [...good, odd],
    [odd, ...good],
    [...good, odd, odd],
  ]) {
    const [sign, ...others] = await signs(context, { 'sent.jsonl': lines });
    assert.deepEqual(others, []);
    const { records, ...said } = sign ?? { records: [] };
    assert.deepEqual(said, expected);
    assert.deepEqual(records[0], ['sent.jsonl', lines.indexOf(odd) + 1, 7]);
  }
});

test('T13: a sign stands also where another copy of the record has none', async (context) => {
  const odd = withNameTwice(winlogbeat(7, 'A'), 'alice');
  const files = { 'first.jsonl': [winlogbeat(7, 'A')], 'second.jsonl': [odd] };
  const [sign] = await signs(context, files);
  assert.equal(sign?.count, 1);
  assert.deepEqual(sign.records.toSorted(), [
    ['first.jsonl', 1, 7],
    ['second.jsonl', 1, 7],
  ]);
});

test('T13: of many signs of a day a finding cites the first, and says that there are more', async (context) => {
  const lines = Array.from({ length: 150 }, (_, at) => withNameTwice(winlogbeat(at + 1, 'A')));
  const [sign] = await signs(context, { 'sent.jsonl': lines.toReversed() });
  assert.equal(sign?.count, 32);
  assert.match(sign.title, /32 signs or more, first: record 1 \(4624\)/);
  assert.equal(sign.records.length, 32);
});

test('T13: a record that no analytic asks for bears the sign too', async (context) => {
  // A logon of the machine itself is read and not kept.
  const odd = withNameTwice(winlogbeat(7, 'A').replace('"LogonType":"3"', '"LogonType":"5"'));
  assert.deepEqual(
    (await signs(context, { 'sent.jsonl': [odd] })).map(({ host, count }) => [host, count]),
    [['a', 1]],
  );
});

test('T13: of a wrapper, events that name nothing twice bear no sign, and no value of another', async (context) => {
  const plain = winlogbeat(1, 'A');
  const documents = [plain, withNameTwice(winlogbeat(2, 'B'), 'mallory'), winlogbeat(3, 'C')];
  const text = `{"hits":{"hits":[${documents.map((document) => `{"_source":${document}}`).join(',')}]}}`;
  const found = await signs(context, { 'search.json': [text] });
  assert.deepEqual(
    found.map(({ host, count, records }) => [host, count, records]),
    [['b', 1, [['search.json', 1, 2]]]],
  );
});

async function hostsOf(
  context: TestContext,
  files: Readonly<Record<string, readonly string[]>>,
): Promise<readonly string[]> {
  return (await signs(context, files)).map(({ host, records }) => `${host} ${records.length}`);
}

const hits = (...documents: readonly string[]): string =>
  `{"hits":{"hits":[${documents.map((document) => `{"_source":${document}}`).join(',')}]}}`;

test('T13: how events are packed makes no difference: alone, in a wrapper, many of them, with one value twice', async (context) => {
  const plain = winlogbeat(1, 'A');
  const odd = ['B', 'C', 'D', 'E', 'F', 'G'].map((host, at) => withNameTwice(winlogbeat(at + 2, host), 'alice'));
  const expected = ['b 1', 'c 1', 'd 1', 'e 1', 'f 1', 'g 1'];
  assert.deepEqual(await hostsOf(context, { 'lines.jsonl': [plain, ...odd] }), expected);
  assert.deepEqual(await hostsOf(context, { 'search.json': [hits(plain, ...odd)] }), expected);
  assert.deepEqual(await hostsOf(context, { 'each.jsonl': odd.map((document) => hits(document)) }), expected);
  // A key of the wrapper is none of an event.
  const around = `{"took":1,"took":2,${hits(plain).slice(1)}`;
  assert.deepEqual(await hostsOf(context, { 'around.json': [around] }), []);
});

test('T13: JSON that another text carries is looked through too', async (context) => {
  const odd = withNameTwice(winlogbeat(2, 'B'));
  const texts: Readonly<Record<string, string>> = {
    'behind a header': `<13>Jan  1 00:00:00 b winlogbeat: ${odd}`,
    'in a message': JSON.stringify({ message: odd }),
    'as an event of HEC': JSON.stringify({ time: 1, event: odd }),
    'in a search result': JSON.stringify({ preview: false, result: { _raw: odd } }),
  };
  for (const [name, text] of Object.entries(texts)) {
    assert.deepEqual(await hostsOf(context, { 'carried.jsonl': [text] }), ['b 1'], name);
  }
});

test('T13: a header that stands twice hides no record that somebody asks for', async (context) => {
  const line = winlogbeat(2, 'B');
  const twice: Readonly<Record<string, string>> = {
    'an id that nobody asks for last': line.replace('"event_id":"4624"', '"event_id":"4624","event_id":"9999"'),
    'a channel that nobody asks for last': line.replace(
      '"channel":"Security"',
      '"channel":"Security","channel":"Nope"',
    ),
    first: line.replace('"event_id":"4624"', '"event_id":"9999","event_id":"4624"'),
  };
  for (const [name, text] of Object.entries(twice)) {
    assert.deepEqual(await hostsOf(context, { 'sent.jsonl': [text] }), ['b 1'], name);
  }
  const unasked = line.replace('"event_id":"4624"', '"event_id":"9998","event_id":"9999"');
  assert.deepEqual(await hostsOf(context, { 'sent.jsonl': [unasked] }), []);
});

test('T13: of an array that stands twice the events of both are read, each with its own values', async (context) => {
  const first = [1, 2, 3].map((id) => winlogbeat(id, 'A'));
  const last = winlogbeat(9, 'Z').replace('alice', 'zoe');
  const inner = hits(...first).slice('{"hits":{'.length, -2);
  const text = `{"hits":{${inner},"hits":[{"_source":${last}}]}}`;
  const { findings, records } = await huntFolder(folderWith(context, [['search.json', Buffer.from(text)]]));
  const found = findings.filter(({ analytic }) => analytic === 'T13');
  assert.deepEqual(
    found.map(({ host, count }) => [host, count]),
    [
      ['a', 3],
      ['z', 1],
    ],
  );
  const ofZ = records.filter((record) => JSON.stringify(record).includes('zoe'));
  assert.equal(ofZ.length, 1);
  assert.ok(!JSON.stringify(ofZ).includes('alice'), 'no value of another');
});

test('T13: what stands around many events is copied into none of them', async (context) => {
  const many = Array.from({ length: 200 }, (_, at) => `{"_source":${winlogbeat(at + 1, 'A')}}`);
  const text = `{"hits":{"hits":[{"x":"${'y'.repeat(100_000)}"}],"hits":[${many.join(',')}]}}`;
  const { records, findings } = await huntFolder(folderWith(context, [['search.json', Buffer.from(text)]]));
  assert.equal(findings.filter(({ analytic }) => analytic === 'T13').length, 1);
  assert.ok(JSON.stringify(records).length < 200_000, `${JSON.stringify(records).length}`);
});

test('T13: signs of another day are a finding of their own', async (context) => {
  const odd = withNameTwice(winlogbeat(2, 'B'));
  const later = withNameTwice(winlogbeat(5, 'B')).replace('2026-01-01T', '2026-01-02T');
  const both = await signs(context, { 'sent.jsonl': [odd, later] });
  assert.deepEqual(
    both.map(({ title }) => /record \d/.exec(title)?.[0]),
    ['record 2', 'record 5'],
  );
});

test('T13: a sign stands though a record came many times more without it', async (context) => {
  const odd = withNameTwice(winlogbeat(7, 'A'), 'alice');
  const lines = Array.from({ length: 90 }, () => winlogbeat(7, 'A'));
  assert.equal((await signs(context, { 'a.jsonl': lines, 'b.jsonl': [odd] })).length, 1);
});

test('T13: of many arrays that stand under one name the events of the first four and the last are read, and the others are told of', async (context) => {
  const told = async (arrays: number): Promise<readonly [number, readonly string[]]> => {
    const hits = Array.from({ length: arrays }, (_, at) => `"hits":[{"_source":${winlogbeat(at + 1, 'A')}}]`);
    const file = ['search.json', Buffer.from(`{"hits":{${hits.join(',')}}}`)] as const;
    const { records, anomalies } = await huntFolder(folderWith(context, [file]));
    return [records.length, anomalies.map(({ message }) => message).filter((message) => message.includes('were read'))];
  };
  assert.deepEqual(await told(5), [5, []]);
  const [read, [message, ...others]] = await told(7);
  assert.equal(read, 5);
  assert.match(message ?? '', /^In the unit on line 1 more than 4 values stand where the last one holds events/);
  assert.deepEqual(others, []);
});
