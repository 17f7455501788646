import assert from 'node:assert/strict';
import test from 'node:test';
import { checkSeries } from './check-series.ts';
import { Chunk } from './chunk.ts';
import { SeriesTracker } from './series-tracker.ts';
import type { ChunkSummary, LogHeader, SlotLayout } from './types.ts';

const T0 = Date.UTC(2026, 2, 12, 9, 0, 0);

interface Given {
  readonly slot?: number;
  /** [frame id, EventRecordID, seconds, computer] */
  readonly records: readonly (readonly [number, number, number?, string?])[];
  readonly claims?: ChunkSummary['claims'];
  readonly isDamaged?: boolean;
  readonly isStale?: boolean;
}

function chunk({ slot = 0, records, claims, isDamaged = false, isStale = false }: Given): ChunkSummary {
  const place = new Chunk();
  const tracker = new SeriesTracker(place);
  tracker.begin();
  for (const [i, [header, id, seconds = i, computer = 'WS-1']] of records.entries()) {
    const filetime = BigInt(T0 + seconds * 1000 + 11644473600000) * 10000n;
    const timeLow = Number(BigInt.asIntN(32, filetime));
    tracker.add(0, header, 0, id, Number(filetime >> 32n), timeLow, computer, 5000 + i);
  }
  const first = records[0]?.[0] ?? 0;
  const last = records.at(-1)?.[0] ?? 0;
  const sound = { firstNumber: first, lastNumber: last, firstId: first, lastId: last };
  return tracker.summary(slot, 4096 + 65536 * slot, isDamaged, isStale, claims ?? sound);
}

function header(nextRecordId: number, chunkCount: number, isDirty = false): LogHeader {
  return {
    majorVersion: 3,
    minorVersion: 1,
    firstChunk: 0,
    lastChunk: 0,
    nextRecordId,
    chunkCount,
    isDirty,
    hasChecksums: true,
  };
}

function check(chunks: readonly ChunkSummary[], logHeader?: LogHeader): (readonly [code: string, isTamper: boolean])[] {
  const layout: SlotLayout = { firstSlotOffset: 4096, anomalies: [], ...(logHeader && { header: logHeader }) };
  return checkSeries(layout, chunks, chunks.length).map(
    ({ code, tamper }) => [code.replace('TRIAD-E-EVTX-', ''), tamper === true] as const,
  );
}

/** Records with frame ids and EventRecordIDs from..to. */
function run(from: number, to: number, shift = 0): [number, number, number][] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, from + i + shift, from + i]);
}

test('an unbroken log says nothing', () => {
  const chunks = [chunk({ records: run(1, 4) }), chunk({ slot: 1, records: run(5, 9) })];
  assert.deepEqual(check(chunks, header(10, 2)), []);
});

test('missing frame ids inside a chunk are a sign of tampering, unless bytes were lost there', () => {
  const records = [...run(1, 3), ...run(7, 9)];
  assert.deepEqual(check([chunk({ records })]), [
    ['CHUNK-IDS', false],
    ['SERIES-GAP', true],
  ]);
  assert.deepEqual(check([chunk({ records, isDamaged: true })]), [['CHUNK-IDS', false]]);
});

test('an export whose EventRecordIDs keep one distance is whole; one that left records out is noted', () => {
  assert.deepEqual(check([chunk({ records: run(1, 5, 433306) })]), []);
  const filtered = [
    [1, 100],
    [2, 107],
    [3, 190],
  ] as const;
  assert.deepEqual(check([chunk({ records: filtered })]), [['SERIES-EXPORT', false]]);
});

test('an EventRecordID that jumps in a log that is no export is a sign of tampering', () => {
  const records = [
    [1, 1],
    [2, 2],
    [3, 5],
  ] as const;
  assert.deepEqual(check([chunk({ records })]), [['SERIES-GAP', true]]);
});

test("a collector's log may hold any EventRecordIDs, but its own numbers must go on", () => {
  const records = [
    [1, 900, 0, 'A'],
    [2, 17, 1, 'B'],
    [3, 905, 2, 'A'],
    [5, 18, 3, 'B'],
  ] as const;
  assert.deepEqual(check([chunk({ records, isDamaged: true })]), [['CHUNK-IDS', false]]);
  assert.ok(check([chunk({ records })]).some(([code, isTamper]) => code === 'SERIES-GAP' && isTamper));
});

test('ids that repeat or run back inside a chunk are signs of tampering', () => {
  const records = [
    [1, 1],
    [2, 2],
    [2, 2],
    [1, 1],
  ] as const;
  const codes = check([chunk({ records })]).map(([code]) => code);
  assert.ok(codes.includes('SERIES-DUPLICATE') && codes.includes('SERIES-ORDER'), codes.join());
});

test('time that runs back by more than a minute is one note a file and no sign of tampering', () => {
  const back = (slot: number, from: number): ChunkSummary =>
    chunk({
      slot,
      records: [
        [from, from, 1000],
        [from + 1, from + 1, 900],
        [from + 2, from + 2, 700],
      ],
    });
  assert.deepEqual(check([back(0, 1), back(1, 4)]), [['SERIES-TIME', false]]);
  const minute = chunk({
    records: [
      [1, 1, 60],
      [2, 2, 0],
    ],
  });
  assert.deepEqual(check([minute]), []);
});

test('a ring has one seam; a second one, or ids that overlap, are named', () => {
  const wrapped = [
    chunk({ slot: 0, records: run(7, 9) }),
    chunk({ slot: 1, records: run(1, 3) }),
    chunk({ slot: 2, records: run(4, 6) }),
  ];
  assert.deepEqual(check(wrapped), []);
  const swapped = [
    chunk({ slot: 0, records: run(1, 3) }),
    chunk({ slot: 1, records: run(7, 9) }),
    chunk({ slot: 2, records: run(4, 6) }),
  ];
  assert.deepEqual(check(swapped), [['RING', true]]);
  const overlapping = [chunk({ slot: 0, records: run(1, 5) }), chunk({ slot: 1, records: run(4, 8) })];
  assert.deepEqual(check(overlapping), [
    ['RING', true],
    ['RING-OVERLAP', true],
  ]);
});

test('records missing between two chunks are a note', () => {
  const chunks = [chunk({ records: run(1, 3) }), chunk({ slot: 1, records: run(10, 12) })];
  assert.deepEqual(check(chunks), [['SERIES-MISSING', false]]);
});

test('a last record id below the records is forged, one above is odd, and a stale header is neither', () => {
  const records = run(1, 20);
  const claim = (lastId: number): NonNullable<ChunkSummary['claims']> => ({
    firstNumber: 1,
    lastNumber: 20,
    firstId: 1,
    lastId,
  });
  assert.deepEqual(check([chunk({ records, claims: claim(5) })]), [['CHUNK-FORGED', true]]);
  assert.deepEqual(check([chunk({ records, claims: claim(99) })]), [['CHUNK-IDS', false]]);
  assert.deepEqual(check([chunk({ records, claims: claim(5), isStale: true })]), []);
});

test('the header of a clean log must agree with what is there; a dirty one need not', () => {
  const chunks = [chunk({ records: run(1, 3) }), chunk({ slot: 1, records: run(4, 6) })];
  assert.deepEqual(check(chunks, header(3, 1)), [
    ['HEADER-FORGED', true],
    ['HEADER-FORGED', true],
  ]);
  assert.deepEqual(check(chunks, header(9, 3)), [
    ['HEADER-COUNT', false],
    ['HEADER-COUNT', false],
  ]);
  assert.deepEqual(check(chunks, header(3, 1, true)), []);
});
