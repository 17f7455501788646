import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type BulkOp,
  bulkAnswer,
  frameBulk,
  frameNdjson,
  MAX_ITEM_BYTES,
  ndjsonAnswer,
  textOf,
} from '../../src/receive/index.ts';

const LARGE = 'x'.repeat(MAX_ITEM_BYTES + 1);
const end = fc.constantFrom('\n', '\r\n');
const blank = fc.constantFrom('', '\n', ' \r\n\n');
const source = fc.oneof(
  { weight: 20, arbitrary: fc.json().map((text) => text.replaceAll('\n', ' ')) },
  { weight: 2, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constant(LARGE) },
);
const action = fc.record({
  op: fc.constantFrom<BulkOp>('create', 'index', 'update', 'delete'),
  settings: fc.record(
    { _id: fc.string({ unit: 'grapheme' }), _index: fc.string(), pipeline: fc.json() },
    { requiredKeys: [] },
  ),
  source,
  before: blank,
  end,
});
const filter = fc.oneof(
  fc.constantFrom(
    undefined,
    'errors,items.*.error,items.*.status',
    'errors',
    '-items',
    'items.*.error',
    '**.type',
    '*',
    '-**',
  ),
  fc.string({ unit: fc.constantFrom('*', '.', ',', '-', 'items', 'status', 'create', 'e', 'error') }),
);

test('trap 1: whatever comes and whatever is filtered, an answer has one item an action, in order, under its name', () => {
  fc.assert(
    fc.property(fc.array(action, { minLength: 1, maxLength: 12 }), filter, (actions, filterPath) => {
      const body = actions
        .map(
          (one) =>
            `${one.before}${JSON.stringify({ [one.op]: one.settings })}${one.end}${one.op === 'delete' ? '' : one.source + one.end}`,
        )
        .join('');
      const framing = frameBulk(Buffer.from(body));
      assert.ok(framing.kind === 'framed', JSON.stringify(framing));
      const { items } = JSON.parse(bulkAnswer(framing, { filterPath, tookMs: 1 })) as { items: readonly object[] };
      assert.deepEqual(
        items.map((item) => Object.keys(item)),
        actions.map(({ op }) => [op]),
      );
      const text = textOf('bulk', Buffer.from(body));
      assert.ok(text.kind === 'text' && text.framing.accepted === framing.accepted);
      const lines = Buffer.concat(text.text.pieces).toString().split('\n').length - 1;
      assert.equal(lines, framing.accepted);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('lines are taken or rejected one by one, and the answer counts each of them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(source, end), { maxLength: 12 }), (lines) => {
      // A first bracket would begin another form.
      const body = Buffer.from(`0\n${lines.map(([text, ends]) => text + ends).join('')}`);
      const framing = frameNdjson(body);
      assert.ok(framing.kind === 'framed');
      const answer = JSON.parse(ndjsonAnswer(framing, { batch: 'b' })) as {
        accepted: number;
        rejected: { line: number }[];
      };
      const numbered = lines
        .map(([text], index) => ({ text, line: index + 2 }))
        .filter(({ text }) => text.trim() !== '');
      assert.deepEqual(
        answer.rejected.map(({ line }) => line),
        numbered.filter(({ text }) => text === LARGE).map(({ line }) => line),
      );
      assert.equal(answer.accepted + answer.rejected.length, numbered.length + 1);
    }),
    { numRuns: 300, seed: 2 },
  );
});

test('every JSON value is found whole in an array, however it is laid out', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 5 }), { maxLength: 8 }), fc.nat(3), (values, indent) => {
      const body = Buffer.from(JSON.stringify(values, null, indent));
      const framing = frameNdjson(body);
      assert.ok(framing.kind === 'framed' && framing.form === 'array');
      const found = framing.items.map(({ start, end: to }) => JSON.parse(body.toString('utf8', start, to)));
      assert.deepEqual(found, JSON.parse(body.toString()));
      const text = textOf('ndjson', body);
      assert.ok(text.kind === 'text');
      const lines = Buffer.concat(text.text.pieces).toString().split('\n').slice(0, -1);
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        found,
      );
    }),
    { numRuns: 300, seed: 3 },
  );
});
