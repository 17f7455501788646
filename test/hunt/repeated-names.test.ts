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

test('T13: of many signs a finding cites the first, and counts all', async (context) => {
  const lines = Array.from({ length: 150 }, (_, at) => withNameTwice(winlogbeat(at + 1, 'A')));
  const [sign] = await signs(context, { 'sent.jsonl': lines.toReversed() });
  assert.equal(sign?.count, 150);
  assert.match(sign.title, /150 signs, first: record 1 \(4624\)/);
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
