import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Chunk } from './chunk.ts';
import { FAULT_ARRAY, FAULT_ODD_STRING, FAULT_SID, FAULT_SIZE, FAULT_TIME, FAULT_TYPE } from './faults.ts';
import { ValueReader } from './values.ts';

/** Text and faults of one value that stands at an odd offset, as nearly all real ones do, among bytes that are not its. */
function read(type: number, bytes: Uint8Array): [text: string, faults: number] {
  const padded = Buffer.concat([Buffer.alloc(701, 0x41), bytes, Buffer.alloc(64, 0x42)]);
  const chunk = new Chunk();
  chunk.openUnit({
    source: { file: 'value' },
    layout: { firstSlotOffset: 0, anomalies: [] },
    bytes: padded,
    fileOffset: 0,
    firstSlot: 0,
  });
  chunk.openSlot(0, 0);
  const reader = new ValueReader('windows-1252');
  const text = reader.text(chunk, type, 701, bytes.length, false);
  assert.equal(reader.text(chunk, type, 701, bytes.length, true), text);
  return [text, chunk.faults];
}

function items(type: number, bytes: Uint8Array): string[] {
  const chunk = new Chunk();
  const unit = {
    source: { file: 'v' },
    layout: { firstSlotOffset: 0, anomalies: [] },
    bytes,
    fileOffset: 0,
    firstSlot: 0,
  };
  chunk.openUnit(unit);
  chunk.openSlot(0, 0);
  return new ValueReader('windows-1252').items(chunk, type, 0, bytes.length);
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

const CASES: readonly (readonly [what: string, type: number, bytes: Buffer, text: string, faults: number])[] = [
  ['a string loses its trailing NULs only', 0x01, wide(' a\0b \0\0'), ' a\0b ', 0],
  ['an empty string is empty', 0x01, wide(''), '', 0],
  ['a string of NULs is empty', 0x01, wide('\0\0'), '', 0],
  ['a string of odd size loses its last byte', 0x01, hex('610062'), 'a', FAULT_ODD_STRING],
  ['8-bit text is read by its code page', 0x02, hex('e9 80 81 00'), 'é€\u0081', 0],
  ['int8 has a sign', 0x03, hex('c8'), '-56', 0],
  ['uint8 has none', 0x04, hex('c8'), '200', 0],
  ['int16', 0x05, hex('0080'), '-32768', 0],
  ['uint16', 0x06, hex('ffff'), '65535', 0],
  ['int32', 0x07, hex('00000080'), '-2147483648', 0],
  ['uint32', 0x08, hex('ffffffff'), '4294967295', 0],
  ['int64 keeps every digit', 0x09, hex('0000000000000080'), '-9223372036854775808', 0],
  ['int64 is exact around 2^53', 0x09, hex('ffffffffffffdfff'), '-9007199254740993', 0],
  ['uint64 keeps every digit', 0x0a, hex('ffffffffffffffff'), '18446744073709551615', 0],
  ['uint64 is exact at 2^53+1', 0x0a, hex('0100000000002000'), '9007199254740993', 0],
  ['float32 is the shortest decimal that reads back', 0x0b, hex('cdcccc3d'), '0.1', 0],
  ['float32 infinity', 0x0b, hex('0000807f'), 'INF', 0],
  ['float64', 0x0c, hex('9a9999999999b93f'), '0.1', 0],
  ['float64 negative infinity', 0x0c, hex('000000000000f0ff'), '-INF', 0],
  ['float64 not a number', 0x0c, hex('000000000000f87f'), 'NaN', 0],
  ['a bool is true when any byte is set', 0x0d, hex('00000100'), 'true', 0],
  ['a bool is false when none is', 0x0d, hex('00000000'), 'false', 0],
  ['a bool may have one byte', 0x0d, hex('08'), 'true', 0],
  ['a bool of three bytes is shown in hex', 0x0d, hex('010203'), '010203', FAULT_SIZE],
  ['binary is upper-case hex', 0x0e, hex('00abcdef'), '00ABCDEF', 0],
  [
    'a GUID is lower case in braces',
    0x0f,
    hex('33221100 5544 7766 8899aabbccddeeff'),
    '{00112233-4455-6677-8899-aabbccddeeff}',
    0,
  ],
  ['size_t of 4 bytes', 0x10, hex('ff000000'), '0xff', 0],
  ['size_t of 8 bytes', 0x10, hex('0000000000000080'), '0x8000000000000000', 0],
  ['a FILETIME has seven digits', 0x11, hex('0180209bcb82d801'), '2022-06-18T04:26:40.0000001Z', 0],
  ['FILETIME 0 is the year 1601', 0x11, hex('0000000000000000'), '1601-01-01T00:00:00.0000000Z', 0],
  ['a FILETIME past 2^63 is shown in hex', 0x11, hex('ffffffffffffffff'), '0xffffffffffffffff', FAULT_TIME],
  ['a SYSTEMTIME', 0x12, hex('e807 0200 0400 1d00 1700 3b00 3a00 e703'), '2024-02-29T23:59:58.9990000Z', 0],
  ['a SYSTEMTIME of zeros is the year 1601', 0x12, Buffer.alloc(16), '1601-01-01T00:00:00.0000000Z', 0],
  [
    'a SYSTEMTIME of month 13 is shown in hex',
    0x12,
    hex('e807 0d00 0400 0100 0000 0000 0000 0000'),
    '0xe8070d00040001000000000000000000',
    FAULT_TIME,
  ],
  ['a SID', 0x13, hex('0102000000000005 20000000 20020000'), 'S-1-5-32-544', 0],
  ['a cut SID shows what is there', 0x13, hex('0102000000000005 20000000'), 'S-1-5-32', FAULT_SID],
  ['a SID authority from 2^32 on is hex', 0x13, hex('0100010000000000'), 'S-1-0x010000000000', 0],
  ['hex of 4 bytes has no leading zeros', 0x14, hex('00000000'), '0x0', 0],
  ['hex of 8 bytes', 0x15, hex('0100000001000000'), '0x100000001', 0],
  ['an unknown type is shown in hex', 0x7f, hex('0aff'), '0AFF', FAULT_TYPE],
  ['a number of wrong size is shown in hex', 0x08, hex('0aff'), '0AFF', FAULT_SIZE],
];

for (const [what, type, bytes, text, faults] of CASES) {
  test(`${what} (type ${type.toString(16).padStart(2, '0')})`, () => {
    assert.deepEqual(read(type, bytes), [text, faults]);
  });
}

test('a string array ends with the NUL of its last item, and inner empty items count', () => {
  assert.deepEqual(items(0x81, wide('a\0\0b\0')), ['a', '', 'b']);
  assert.deepEqual(items(0x81, wide('a\0b')), ['a', 'b']);
  assert.deepEqual(items(0x81, wide('\0')), ['']);
  assert.deepEqual(items(0x81, wide('')), []);
});

test('arrays of fixed width are cut to whole items and joined with commas as one text', () => {
  assert.deepEqual(items(0x86, hex('0100 0200 0300')), ['1', '2', '3']);
  assert.deepEqual(read(0x88, hex('01000000 02000000 03')), ['1,2', FAULT_ARRAY]);
});

test('a SID is its own text, whichever near twins were read before it', () => {
  // Few numbers make collisions of place common, and twins that differ in one part.
  const part = fc.constantFrom(0, 1, 512, 0x01000000, 0xffffffff);
  const sid = fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(5, 16), fc.array(part, { minLength: 1, maxLength: 6 }));
  fc.assert(
    fc.property(fc.array(sid, { minLength: 1, maxLength: 40 }), (sids) => {
      for (const [revision, authority, parts] of sids) {
        const bytes = Buffer.alloc(8 + 4 * parts.length);
        bytes[0] = revision;
        bytes[1] = parts.length;
        bytes[7] = authority;
        for (const [i, number] of parts.entries()) bytes.writeUInt32LE(number, 8 + 4 * i);
        assert.deepEqual(read(0x13, bytes), [`S-${revision}-${authority}-${parts.join('-')}`, 0]);
      }
    }),
    { numRuns: 100 },
  );
});

test('SIDs of an array have lengths of their own', () => {
  assert.deepEqual(items(0x93, hex('0101000000000005 12000000 0102000000000005 20000000 20020000')), [
    'S-1-5-18',
    'S-1-5-32-544',
  ]);
});

test('every 64-bit number is written with all its digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(value);
      assert.deepEqual(read(0x0a, bytes), [value.toString(), 0]);
      assert.deepEqual(read(0x09, bytes), [BigInt.asIntN(64, value).toString(), 0]);
      assert.deepEqual(read(0x15, bytes), [`0x${value.toString(16)}`, 0]);
    }),
    { numRuns: 300 },
  );
});

test('every 32-bit float reads back from its text', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(value);
      const [text] = read(0x0b, bytes);
      assert.ok(Object.is(Math.fround(Number(text)), value), `${value} became ${text}`);
    }),
    { numRuns: 300 },
  );
});

test('no value of any type and size throws or reads its neighbours', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 255 }), fc.uint8Array({ maxLength: 80 }), (type, bytes) => {
      const [text] = read(type, bytes);
      const own = Buffer.from(bytes);
      const neighbour = !own.includes(0x41) && !own.includes(0x42) && /䅁|䉂/.test(text);
      assert.ok(!neighbour, `type ${type} read beyond its bytes: ${text}`);
    }),
    { numRuns: 500 },
  );
});
