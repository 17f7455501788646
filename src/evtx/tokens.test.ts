import assert from 'node:assert/strict';
import test from 'node:test';
import { Chunk } from './chunk.ts';
import { goldenFile } from './golden-vector.ts';
import { hasSoundNames, packedItems, Tokeniser, unpackText } from './tokens.ts';

/** The golden chunk, whose one definition has its element from 0x242 to 0x31D. */
const FROM = 0x242;
const TO = 0x31d;

function chunkOf(bytes: Buffer): Chunk {
  const chunk = new Chunk();
  const layout = { firstSlotOffset: 4096, anomalies: [] };
  chunk.openUnit({ source: { file: 'g' }, layout, bytes, fileOffset: 4096, firstSlot: 0 });
  chunk.openSlot(0, 0);
  return chunk;
}

function read(
  bytes: Buffer,
  from: number,
  to: number,
): { problem: string | undefined; stream: number[]; warning: unknown } {
  const tokeniser = new Tokeniser();
  const problem = tokeniser.read(chunkOf(bytes), from, to, true);
  return { problem, stream: Array.from(tokeniser.stream.subarray(0, tokeniser.length)), warning: tokeniser.warning };
}

const golden = (): Buffer => goldenFile().subarray(4096);

/** The same definition written behind the records, its names by reference to the first one's and not inline. */
function withReferences(): { bytes: Buffer; from: number; to: number } {
  const bytes = golden();
  const from = 0x1001;
  let p = from;
  const put = (hex: string): void => {
    p += bytes.write(hex, p, 'hex');
  };
  const name = (offset: number): void => {
    p = bytes.writeUInt32LE(offset, p);
  };
  const size = (): number => {
    p += 4;
    return p;
  };
  const close = (begin: number): void => {
    bytes.writeUInt32LE(p - begin, begin - 4);
  };
  put('01ffff');
  const event = size();
  name(0x24d);
  put('02' + '01ffff');
  const system = size();
  name(0x26d);
  put('02' + '010000');
  const eventId = size();
  name(0x28f);
  put('020e00000604');
  close(eventId);
  put('04');
  close(system);
  put('01ffff');
  const eventData = size();
  name(0x2b9);
  put('02' + '410100');
  const data = size();
  name(0x2e1);
  const list = size();
  put('06');
  name(0x2fc);
  put('050101007100');
  close(list);
  put('020e01000104');
  close(data);
  put('04');
  close(eventData);
  put('04');
  close(event);
  put('00');
  return { bytes, from, to: p };
}

test('the same template gives the same stream, wherever it stands and wherever its names are', () => {
  const inline = read(golden(), FROM, TO);
  const { bytes, from, to } = withReferences();
  const referring = read(bytes, from, to);
  assert.deepEqual(referring, inline);
  assert.equal(inline.problem, undefined);
  assert.equal(inline.warning, undefined);
  assert.ok(inline.stream.length > 40);
});

test('any change of meaning changes the stream, and a change of a size only warns', () => {
  const { stream } = read(golden(), FROM, TO);
  for (const [offset, value] of [
    [0x255, 0x46], // first letter of Event
    [0x312, 0x72], // the field's name
    [0x316, 2], // slot of the value
  ] as const) {
    const bytes = golden();
    bytes.writeUInt8(value, offset);
    assert.notDeepEqual(read(bytes, FROM, TO).stream, stream, offset.toString(16));
  }
  const resized = golden();
  resized.writeUInt32LE(1, FROM + 3);
  assert.deepEqual(read(resized, FROM, TO), {
    problem: undefined,
    stream,
    warning: 'sizes of its elements do not match',
  });
});

test('broken token streams are refused with a reason and never read past their limit', () => {
  for (let to = FROM; to < TO - 1; to++) {
    const { problem } = read(golden(), FROM, to);
    assert.notEqual(problem, undefined, to.toString(16));
  }
  assert.equal(read(golden(), FROM, TO - 1).warning, 'it has no end mark');
  const unknown = golden();
  unknown.writeUInt8(0x2a, FROM);
  assert.equal(read(unknown, FROM, TO).problem, 'it holds an unknown token 2a');
});

test('64 open elements are read, 65 are refused', () => {
  const nested = (depth: number): string | undefined => {
    const bytes = golden();
    let p = 0x1000;
    for (let i = 0; i < depth; i++) {
      bytes.write('01ffff000000004d02000002', p, 'hex');
      p += 12;
    }
    bytes.fill(0x04, p, p + depth);
    return read(bytes, 0x1000, p + depth + 1).problem;
  };
  assert.equal(nested(64), undefined);
  assert.equal(nested(65), 'more than 64 elements are open');
});

test('a name is whole when its hash and its end are', () => {
  const check = (edit: (bytes: Buffer) => void): boolean => {
    const bytes = golden();
    edit(bytes);
    return hasSoundNames(chunkOf(bytes), FROM, TO, true);
  };
  assert.equal(
    check(() => {}),
    true,
  );
  assert.equal(
    check((bytes) => bytes.writeUInt16LE(0x1234, 0x2e1 + 4)),
    false,
  );
  assert.equal(
    check((bytes) => bytes.writeUInt16LE(0x41, 0x2e1 + 16)),
    false,
  );
});

test('packed texts of any length and content come out as they went in', () => {
  for (const text of [
    '',
    'a',
    'ab',
    'Name',
    'abcdefgh',
    'abcdefghi',
    'Zeitüberschreitung 字 \ud800 end',
    'x'.repeat(5001),
  ]) {
    const units = text.length;
    const stream = new Int32Array(3 + ((units + 1) >> 1));
    stream[2] = units;
    for (let i = 0; i < units; i++) {
      const k = 3 + (i >> 1);
      stream[k] = (stream[k] ?? 0) | (text.charCodeAt(i) << (16 * (i & 1)));
    }
    assert.equal(unpackText(stream, 2), text);
    assert.equal(packedItems(stream, 2), stream.length - 2);
  }
});
