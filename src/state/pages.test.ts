import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fuzzRuns } from '../../test/fuzz-runs.ts';
import { Database } from '../disk/index.ts';
import { type List, type Page, type PageRequest, readPage } from './pages.ts';

interface Row {
  readonly a: number;
  readonly b: number;
  readonly kind: string;
}

const LIST: List<Row, Row> = {
  name: 'rows',
  select: 'SELECT a, b, kind FROM t',
  keys: ['a', 'b'],
  row: (raw) => ({ ...raw }),
};

function table(rows: readonly Row[]): Database {
  const database = new Database(':memory:', { timeoutMs: 0 });
  database.connection.exec('CREATE TABLE t (a INTEGER, b INTEGER, kind TEXT, PRIMARY KEY (a, b)) STRICT');
  for (const row of rows) add(database, row);
  return database;
}

function add(database: Database, { a, b, kind }: Row): void {
  database.run('INSERT INTO t VALUES (?, ?, ?) ON CONFLICT DO NOTHING', a, b, kind);
}

function page(database: Database, request: PageRequest, kind?: string): Page<Row> {
  const outcome = readPage(database, LIST, request, { kind });
  if (outcome.kind === 'refused') return assert.fail(outcome.message);
  return outcome.value;
}

const small = fc.integer({ min: 0, max: 9 });
const row = fc.record({ a: small, b: small, kind: fc.constantFrom('x', 'y') });

test('pages give each row once, newest first, whatever is added in front or between while they are turned', () => {
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 40 }),
      fc.array(row, { maxLength: 20 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom('x', undefined),
      (before, meanwhile, limit, kind) => {
        const database = table(before);
        const wanted = page(database, { limit: 1000 }, kind).rows;
        const seen: Row[] = [];
        const added = [...meanwhile];
        let cursor: string | null = null;
        do {
          const turned: Page<Row> = page(database, cursor === null ? { limit } : { limit, cursor }, kind);
          assert.ok(turned.rows.length <= limit);
          seen.push(...turned.rows);
          const next = added.pop();
          if (next !== undefined) add(database, next);
          // Rows newer than all that is there, as the lists of the state get them.
          if (next !== undefined) add(database, { ...next, a: next.a + 100 });
          cursor = turned.next;
        } while (cursor !== null);
        const keys = seen.map(({ a, b }) => a * 1000 + b);
        assert.deepEqual(
          keys,
          [...new Set(keys)].toSorted((x, y) => y - x),
        );
        const seenKeys = new Set(keys);
        for (const { a, b } of wanted) assert.ok(seenKeys.has(a * 1000 + b));
        database.close();
      },
    ),
  );
});

test('a page has 1 to 1,000 rows, 100 when nobody says', () => {
  const database = table(Array.from({ length: 1001 }, (_, a) => ({ a, b: 0, kind: 'x' })));
  assert.equal(page(database, {}).rows.length, 100);
  assert.equal(page(database, { limit: 1 }).rows.length, 1);
  const whole = page(database, { limit: 1000 });
  assert.equal(whole.rows.length, 1000);
  const rest = page(database, { limit: 1000, cursor: whole.next ?? '' });
  assert.deepEqual([rest.rows, rest.next], [[{ a: 0, b: 0, kind: 'x' }], null]);
  for (const limit of [0, 1001, 1.5, -1, Number.NaN]) {
    const outcome = readPage(database, LIST, { limit });
    assert.equal(outcome.kind === 'refused' && outcome.code, 'invalid', String(limit));
  }
});

test('a page that ends with the last row has no next one', () => {
  const database = table([1, 2].map((a) => ({ a, b: 0, kind: 'x' })));
  assert.notEqual(page(database, { limit: 1 }).next, null);
  assert.equal(page(database, { limit: 2 }).next, null);
});

test('a cursor of a list of one object is none of another one, nor of the list of all', () => {
  const database = table([1, 2, 3].map((a) => ({ a, b: 0, kind: 'x' })));
  const turn = (of: string | undefined, cursor?: string): ReturnType<typeof readPage<Row, Row>> =>
    readPage(database, of === undefined ? LIST : { ...LIST, of }, {
      limit: 1,
      ...(cursor === undefined ? {} : { cursor }),
    });
  const lists = [undefined, 'one', 'two', 'o'.repeat(64)];
  for (const from of lists) {
    const first = turn(from);
    const next = (first.kind === 'done' ? first.value.next : undefined) ?? assert.fail();
    for (const to of lists) {
      const second = turn(to, next);
      assert.equal(second.kind === 'done' ? second.value.rows[0]?.a : second.code, from === to ? 2 : 'cursor');
    }
  }
});

test('fuzz: only the very cursors of a list are taken', () => {
  const database = table([1, 2, 3].map((a) => ({ a, b: 0, kind: 'x' })));
  const good = page(database, { limit: 1 }).next ?? '';
  const foreign = Buffer.from(JSON.stringify(['other', 3, 0])).toString('base64url');
  const short = Buffer.from(JSON.stringify(['rows', 3])).toString('base64url');
  const text = Buffer.from(JSON.stringify(['rows', '3', 0])).toString('base64url');
  for (const cursor of ['', 'x', `${good}=`, `${good} `, foreign, short, text, 'A'.repeat(1000)]) {
    const outcome = readPage(database, LIST, { cursor });
    assert.equal(outcome.kind === 'refused' && outcome.code, 'cursor', cursor.slice(0, 40));
  }
  const report = fuzzRuns<string>(
    (cursor) => {
      const outcome = readPage(database, LIST, { cursor });
      if (outcome.kind === 'refused') assert.equal(outcome.code, 'cursor');
      else assert.match(Buffer.from(cursor, 'base64url').toString(), /^\["rows",-?\d+,-?\d+\]$/);
    },
    5000,
    3,
    [good, foreign],
    (cursor, random) => {
      const at = random.below(cursor.length);
      return cursor.slice(0, at) + String.fromCharCode(33 + random.below(90)) + cursor.slice(at + random.below(3));
    },
  );
  assert.deepEqual(report.failures, []);
});
