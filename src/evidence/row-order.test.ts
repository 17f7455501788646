import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RowOrder, type RowPlace } from './row-order.ts';

/** As `packed-row.ts` has it: the bytes of the row first, then its times; the last byte tells rows of one time apart. */
const ROW_BYTES = 73;
const ALL = { fromMs: Number.NEGATIVE_INFINITY, beforeMs: Number.POSITIVE_INFINITY };

interface Row {
  readonly ms: number;
  readonly ticks: number;
  readonly tag: number;
}

class Block {
  readonly bytes: Buffer;
  used = 0;

  constructor(rows: number) {
    this.bytes = Buffer.alloc(rows * ROW_BYTES);
  }

  add({ ms, ticks, tag }: Row): void {
    this.bytes.writeUInt32LE(ROW_BYTES, this.used);
    this.bytes.writeDoubleLE(ms, this.used + 8);
    this.bytes.writeUInt16LE(ticks, this.used + 56);
    this.bytes[this.used + 72] = tag;
    this.used += ROW_BYTES;
  }
}

const rowOf = ({ bytes, at }: RowPlace): Row => ({
  ms: bytes.readDoubleLE(at + 8),
  ticks: bytes.readUInt16LE(at + 56),
  tag: bytes[at + 72] ?? 0,
});
const compareTags = (a: RowPlace, b: RowPlace): number => rowOf(a).tag - rowOf(b).tag;
/** A sort of all of them, from the beginning. */
const sorted = (rows: readonly Row[]): readonly Row[] =>
  rows.toSorted((a, b) => a.ms - b.ms || a.ticks - b.ticks || a.tag - b.tag);

const row = fc.record(
  {
    ms: fc.integer({ min: 0, max: 20 }),
    ticks: fc.integer({ min: 0, max: 1 }),
    tag: fc.integer({ min: 0, max: 255 }),
  },
  { noNullPrototype: true },
);

test('rows that come between looks stand where a sort of all of them puts them, and a span holds its own', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(row, { maxLength: 12 }), { maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 0, max: 21 }),
      fc.integer({ min: 0, max: 21 }),
      (batches, rowsOfBlock, fromMs, beforeMs) => {
        const order = new RowOrder(compareTags);
        const blocks: Block[] = [];
        const all: Row[] = [];
        for (const batch of batches) {
          for (const one of batch) {
            if (all.length % rowsOfBlock === 0) blocks.push(new Block(rowsOfBlock));
            blocks[blocks.length - 1]?.add(one);
            all.push(one);
          }
          assert.deepEqual([...order.of(blocks, ALL)].map(rowOf), sorted(all));
          const some = [...order.of(blocks, { fromMs, beforeMs })].map(rowOf);
          assert.deepEqual(
            some,
            sorted(all).filter(({ ms }) => ms >= fromMs && ms < beforeMs),
          );
        }
      },
    ),
  );
});

test('more rows than the first columns hold', () => {
  const block = new Block(3000);
  const order = new RowOrder(compareTags);
  for (let n = 0; n < 3000; n++) block.add({ ms: 3000 - n, ticks: 0, tag: 0 });
  const found = [...order.of([block], ALL)].map(rowOf);
  assert.deepEqual([found.length, found[0]?.ms, found[2999]?.ms], [3000, 1, 3000]);
});

test('a block behind that is empty is read when it is filled, and what stands before it first', () => {
  const [first, second] = [new Block(2), new Block(2)];
  const order = new RowOrder(compareTags);
  first.add({ ms: 2, ticks: 0, tag: 0 });
  assert.equal([...order.of([first, second], ALL)].length, 1);
  first.add({ ms: 1, ticks: 0, tag: 0 });
  second.add({ ms: 3, ticks: 0, tag: 0 });
  assert.deepEqual(
    [...order.of([first, second], ALL)].map(({ bytes, at }) => bytes.readDoubleLE(at + 8)),
    [1, 2, 3],
  );
});

test('after a reset the rows are read anew', () => {
  const block = new Block(2);
  const order = new RowOrder(compareTags);
  block.add({ ms: 1, ticks: 0, tag: 0 });
  block.add({ ms: 2, ticks: 0, tag: 0 });
  assert.deepEqual([...order.of([block], ALL)].map(rowOf).length, 2);
  block.bytes.writeDoubleLE(5, 8);
  order.reset();
  assert.deepEqual(
    [...order.of([block], ALL)].map((place) => rowOf(place).ms),
    [2, 5],
  );
});

/** Rows as `packed-row.ts` has them, of computers by number: the value of the computer stands behind the head of 72 bytes. */
function rowsOfComputers(rows: readonly (Pick<Row, 'ms'> & { readonly computer: number })[]): {
  readonly bytes: Buffer;
  readonly used: number;
} {
  const made = rows.map(({ ms, computer }) => {
    const name = Buffer.from(`host-${'x'.repeat(computer)}${computer}`, 'latin1');
    const bytes = Buffer.alloc(72 + 4 + name.length);
    bytes.writeUInt32LE(bytes.length, 0);
    bytes.writeDoubleLE(ms, 8);
    bytes.writeUInt32LE((name.length << 2) | 1, 72);
    name.copy(bytes, 76);
    return bytes;
  });
  const bytes = Buffer.concat(made);
  return { bytes, used: bytes.length };
}

test('the newest rows of some computers are those that a walk over all rows gives', () => {
  const of = fc.record({ ms: fc.integer({ min: 0, max: 20 }), computer: fc.integer({ min: 0, max: 4 }) });
  const nameAt = ({ bytes, at }: RowPlace): string =>
    bytes.toString('latin1', at + 76, at + 76 + (bytes.readUInt32LE(at + 72) >>> 2));
  fc.assert(
    fc.property(
      fc.array(fc.array(of, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 5 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 4 })),
      fc.integer({ min: 0, max: 20 }),
      (batches, wanted, most) => {
        const order = new RowOrder(() => 0);
        const blocks: { readonly bytes: Buffer; readonly used: number }[] = [];
        const isOne = (place: RowPlace): boolean =>
          wanted.some((number) => nameAt(place).endsWith(`-${'x'.repeat(number)}${number}`));
        for (const batch of batches) {
          blocks.push(rowsOfComputers(batch));
          const walked = [...order.of(blocks, ALL)].filter(isOne);
          assert.deepEqual(order.newestOf(blocks, isOne, most), most === 0 ? [] : walked.slice(-most));
        }
        order.reset();
        assert.equal(order.newestOf(blocks, () => true, 1000).length, batches.flat().length);
      },
    ),
  );
});

test('what is added while rows are gone through is not among them', () => {
  const block = new Block(3);
  const order = new RowOrder(compareTags);
  block.add({ ms: 1, ticks: 0, tag: 0 });
  block.add({ ms: 3, ticks: 0, tag: 0 });
  const rows = order.of([block], ALL);
  block.add({ ms: 2, ticks: 0, tag: 0 });
  assert.equal([...order.of([block], ALL)].length, 3);
  assert.deepEqual(
    [...rows].map((place) => rowOf(place).ms),
    [1, 3],
  );
});
