import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairTable } from './bounded.ts';

test('a full group pushes out its own oldest row and no other group’s', () => {
  const gone: string[] = [];
  const table = new FairTable<string>({ max: 100, quota: 2, onEvict: (value) => gone.push(value) });
  table.set('a', '1', 'a1');
  table.set('b', '1', 'b1');
  table.set('a', '2', 'a2');
  table.set('a', '3', 'a3');
  assert.deepEqual([gone, table.size, table.evicted], [['a1'], 3, 1]);
  assert.deepEqual([...table.valuesOf('a')], ['a2', 'a3']);
  assert.equal(table.get('b', '1'), 'b1');
});

test('a full table takes from its largest group', () => {
  const gone: string[] = [];
  const table = new FairTable<string>({ max: 4, quota: 10, onEvict: (value) => gone.push(value) });
  for (const key of ['1', '2', '3']) table.set('big', key, `big${key}`);
  table.set('small', '1', 'small1');
  table.set('new', '1', 'new1');
  assert.deepEqual([gone, table.size], [['big1'], 4]);
});

test('a table that is too heavy takes from its heaviest group, whatever the number of rows', () => {
  const gone: string[] = [];
  const table = new FairTable<string>({
    max: 100,
    quota: 100,
    bytesOf: (value) => value.length,
    maxBytes: 64,
    onEvict: (value) => gone.push(value),
  });
  for (const key of ['1', '2', '3', '4']) table.set('many', key, 'ab');
  table.set('heavy', '1', 'x'.repeat(50));
  table.set('many', '5', 'y'.repeat(10));
  assert.deepEqual([gone.map((value) => value.length), table.size, table.bytes], [[50], 5, 18]);
});

test('setting a key again replaces its row without evicting', () => {
  const table = new FairTable<number>({ max: 2, quota: 2 });
  table.set('a', '1', 1);
  table.set('a', '2', 2);
  table.set('a', '1', 3);
  assert.deepEqual([[...table.valuesOf('a')], table.evicted], [[2, 3], 0]);
  assert.equal(table.delete('a', '1'), 3);
  table.expire((value) => value === 2);
  assert.equal(table.size, 0);
});

test('a large table is walked for what is over only after many new rows, sooner where it is nearly full', () => {
  const walksOf = (max: number): number => {
    let asked = 0;
    const table = new FairTable<number>({ max, quota: max });
    const ask = (): boolean => {
      asked++;
      return false;
    };
    for (let i = 0; i < 8192; i++) table.set('a', String(i), i);
    for (let i = 0; i < 1024; i++) {
      table.set('a', String(i), i);
      table.expire(ask);
    }
    return Math.round(asked / 8192);
  };
  assert.equal(walksOf(100_000), 1);
  assert.equal(walksOf(9000), 2);
});

test('L15: whatever is put in, the bounds hold, the newest row is there, and each lost row is counted', () => {
  const step = fc.record({
    group: fc.integer({ min: 0, max: 6 }),
    key: fc.integer({ min: 0, max: 20 }),
    weight: fc.integer({ min: 0, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const present = new Map<string, number>();
      let replaced = 0;
      const table = new FairTable<{ id: string; weight: number }>({
        max: 17,
        quota: 5,
        bytesOf: (value) => value.weight,
        maxBytes: 100,
        onEvict: (value) => assert.equal(present.delete(value.id), true),
      });
      for (const { group, key, weight } of steps) {
        const id = `${group}/${key}`;
        if (present.has(id)) replaced++;
        const before = table.evicted;
        const had = present.delete(id);
        table.set(String(group), String(key), { id, weight });
        present.set(id, weight);
        assert.equal(table.get(String(group), String(key))?.weight, weight);
        assert.equal(table.size, present.size);
        assert.equal(
          table.bytes,
          [...present.values()].reduce((sum, one) => sum + one, 0),
        );
        assert.ok(table.size <= 17 && table.bytes <= 100 && [...table.valuesOf(String(group))].length <= 5);
        assert.ok(!had || table.evicted >= before);
      }
      assert.equal(table.evicted + replaced + table.size, steps.length);
    }),
    { numRuns: 200, seed: 7 },
  );
});

test('rows that are over are taken from the front of each group, and look-ups find the rest', () => {
  const table = new FairTable<number>({ max: 100, quota: 100 });
  for (let n = 0; n < 6; n++) table.set(n % 2 === 0 ? 'even' : 'odd', String(n), n);
  table.expireOldest((n) => n < 3);
  assert.deepEqual([[...table.values()], table.size, table.evicted], [[4, 3, 5], 3, 0]);
  table.expireOldest((n) => n % 2 === 0);
  assert.deepEqual([[...table.groups()], table.size], [['odd'], 2]);
});
