import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CHUNK_BYTES,
  custom,
  dword,
  element,
  FILE_HEADER_BYTES,
  instance,
  overwrite,
  type Part,
  rawPart,
  recordOf,
  slot,
  TYPE,
  value,
  type WrittenLog,
  writeLog,
} from '../../testkit/index.ts';
import { GUIDS, plainChunks, plainRecords, rootRecord, rootTemplate, TEXT_TEMPLATE, TIME } from './cases.ts';
import { codesOf, idsOf, layoutOf, newDecoder, type ReadLog, readEverywhere, unitsOf, upTo } from './read-log.ts';

/** Every record of the log is accounted for: decoded, rejected, or waiting for a template (L21). */
function total(read: ReadLog): number {
  return read.records.length + read.rejected + read.lost.length;
}

function placement(log: WrittenLog, index: number) {
  const found = log.records[index];
  assert.ok(found !== undefined);
  return found;
}

test('T28 a record of impossible size costs itself only', () => {
  const { log } = plainChunks(2, 6);
  const third = placement(log, 2);
  for (const size of [0, 8, 27, third.size + 4, 0x7fffffff, 0xffffffff, CHUNK_BYTES]) {
    const read = readEverywhere(overwrite(log.bytes, third.fileOffset + 4, dword(size)));
    const ids = read.records.map(({ recordId }) => recordId);
    for (const id of [1, 2, 4, 5, 6, 7, 12]) assert.ok(ids.includes(id), `size ${size}: ${ids}`);
    assert.ok(codesOf(read).length > 0, `size ${size}`);
    assert.equal(total(read), 12, `size ${size}`);
  }
});

test('T28 a wrong second size is flagged, and the next record proves the first', () => {
  const { log, ids } = plainChunks(2, 6);
  const third = placement(log, 2);
  const read = readEverywhere(overwrite(log.bytes, third.fileOffset + third.size - 4, dword(12345)));
  assert.deepEqual(idsOf(read), ids);
  assert.deepEqual(codesOf(read), ['RECORD-TRAILER']);
});

test('T29 a block of zeros in the middle of a chunk costs the records under it', () => {
  const { log } = plainChunks(1, 150);
  const first = placement(log, 60);
  const from = first.fileOffset + 20;
  const read = readEverywhere(overwrite(log.bytes, from, new Uint8Array(4096)));
  const hit = log.records
    .filter((r) => r.fileOffset + r.size > from && r.fileOffset < from + 4096)
    .map((r) => Number(r.id));
  const expected = upTo(150).filter((id) => !hit.includes(id));
  assert.deepEqual(
    read.records.map(({ recordId }) => recordId),
    expected,
  );
  assert.ok(read.counts.afterDamage > 0);
  assert.ok(codesOf(read).includes('CHUNK-DAMAGE') || codesOf(read).includes('RECORD-FRAME'), String(codesOf(read)));
});

test('T29 junk across the border of two chunks costs what it covers', () => {
  const log = writeLog(plainRecords(1500));
  const border = FILE_HEADER_BYTES + CHUNK_BYTES;
  const junk = new Uint8Array(3000).map((_, i) => (i * 167 + 13) & 0xff);
  const bytes = log.bytes.slice();
  bytes.set(junk, border - 1000);
  const read = readEverywhere(bytes);
  const ids = new Set(read.records.map(({ recordId }) => Number(recordId)));
  for (const r of log.records) {
    const isHit = r.fileOffset + r.size > border - 1000 && r.fileOffset < border + 2000;
    // The definition of the second chunk stands in its first record, which the junk covers: its records wait for an equal one.
    if (!isHit && r.slot !== 1) assert.ok(ids.has(Number(r.id)), `record ${r.id}`);
  }
  assert.ok(codesOf(read).includes('CHUNK-MAGIC'), String(codesOf(read)));
  assert.ok(read.lost.length > 100, `${read.lost.length} wait for a template`);
});

test('T30 values that run past their record, unknown types and odd descriptors cost their value only', () => {
  const good = value.text('good');
  const cases: [string, Parameters<typeof value.claiming>[0], string][] = [
    ['size', value.claiming(value.text('x'), { size: 60000 }), 'RECORD-VALUES'],
    ['type 0x7f', value.raw(0x7f, [1, 2, 3]), 'VALUE-TYPE'],
    ['type 0xa5', value.raw(0xa5, [1, 2, 3]), 'VALUE-TYPE'],
    ['reserved', value.claiming(value.text('x'), { reserved: 9 }), 'RECORD-DESCRIPTOR'],
  ];
  for (const [name, odd, code] of cases) {
    const template = rootTemplate(
      GUIDS[1],
      element(
        'EventData',
        {},
        element('Data', { Name: 'a' }, slot(2, TYPE.text)),
        element('Data', { Name: 'b' }, slot(3, TYPE.text)),
      ),
    );
    const read = readEverywhere(
      writeLog([
        rootRecord(template, [good, good]),
        rootRecord(template, [good, odd]),
        rootRecord(template, [good, good]),
      ]).bytes,
    );
    assert.deepEqual(idsOf(read), [1, 2, 3], name);
    assert.deepEqual(read.records[1]?.fields[0], ['a', 'good'], name);
    assert.deepEqual(
      read.records[2]?.fields,
      [
        ['a', 'good'],
        ['b', 'good'],
      ],
      name,
    );
    assert.deepEqual(codesOf(read), [code], name);
  }
});

test('T31 a forged value count is refused before anything is allocated', () => {
  const records = plainRecords(5);
  for (const claimedCount of [0xffffffff, 0x40000000, 4097]) {
    const forged = rootRecord(TEXT_TEMPLATE, [value.text('x')], { instance: { claimedCount } });
    const { bytes } = writeLog([...records.slice(0, 2), forged, ...records.slice(2)]);
    const units = unitsOf(bytes, layoutOf(bytes));
    const decoder = newDecoder();
    const before = process.memoryUsage();
    for (const unit of units) decoder.decodeUnit(unit, { onRecord: () => {} });
    const after = process.memoryUsage();
    assert.ok(after.arrayBuffers - before.arrayBuffers < 1024 * 1024, 'array buffers');
    assert.ok(after.heapUsed - before.heapUsed < 8 * 1024 * 1024, 'heap');
    const read = readEverywhere(bytes);
    assert.deepEqual(idsOf(read), [1, 2, 4, 5, 6]);
    assert.equal(read.rejected, 1);
    assert.deepEqual(codesOf(read), ['RECORD-COUNT']);
  }
});

test('T32 a definition offset that points nowhere good costs its record', () => {
  const spoiled: [string, number | ((token: number) => number)][] = [
    ['own token', (token) => token],
    ['own values', (token) => token + 24],
    ['below the records', 100],
    ['past the last possible', 65520],
    ['far outside', 0x7fffffff],
  ];
  for (const [name, definitionOffset] of spoiled) {
    const forged = rootRecord(TEXT_TEMPLATE, [value.text('x')], { instance: { definitionOffset } });
    const records = plainRecords(4);
    const read = readEverywhere(writeLog([...records.slice(0, 2), forged, ...records.slice(2)]).bytes);
    assert.deepEqual(
      idsOf(read).filter((id) => id !== 3),
      [1, 2, 4, 5],
      name,
    );
    assert.ok(codesOf(read).length > 0, name);
    assert.equal(total(read), 5, name);
  }
});

test('T32 a definition that stands in a later record is used and flagged', () => {
  const first = rootRecord(TEXT_TEMPLATE, [value.text('early')], { instance: { definitionOffset: 0 } });
  const second = rootRecord(TEXT_TEMPLATE, [value.text('late')]);
  const { bytes } = writeLog([first, second], {
    patches: ({ records }) => {
      const [early, late] = records;
      assert.ok(early !== undefined && late !== undefined);
      // Frame 24, fragment header 4, token and version 2, id 4: there stands the offset; the definition is 10 behind the token.
      return [{ offset: early.fileOffset + 34, bytes: dword(late.chunkOffset + 38) }];
    },
  });
  const read = readEverywhere(bytes);
  assert.deepEqual(
    read.records.map(({ fields }) => fields),
    [[['v', 'early']], [['v', 'late']]],
  );
  assert.deepEqual(codesOf(read), ['TEMPLATE-FORWARD']);
});

const open = [0x01, 0xff, 0xff, 0xff, 0xff, 0, 0];

test('T33 a broken definition is flagged once a chunk and spoils no other', () => {
  const nest = (count: number) =>
    rawPart((at) => {
      // One name inline, `A`; every open element uses it.
      const name = at + 11;
      const openElement = [0x01, 0xff, 0xff, 0xff, 0xff, 0, 0, name & 0xff, name >> 8, 0, 0];
      const inline = [0, 0, 0, 0, 0x41, 0, 1, 0, 0x41, 0, 0, 0];
      const rest = Array.from({ length: count - 1 }, () => [...openElement, 0x02]).flat();
      return Uint8Array.from([...openElement, ...inline, 0x02, ...rest]);
    });
  const broken: [string, Part | { readonly claimedSize: number } | { readonly hasEof: false }][] = [
    ['5,000 open elements', nest(5000)],
    ['unclosed', rawPart(open)],
    ['extra end tags', rawPart([0x04, 0x04, 0x04, 0x04])],
    ...upTo(8, 0x10).map((token): [string, Part] => [`token ${token}`, rawPart([token, 0, 0, 0])]),
    ['token 0x3f', rawPart([0x3f])],
    ['size 0', { claimedSize: 0 }],
    ['size FFFFFFFF', { claimedSize: 0xffffffff }],
  ];
  for (const [name, oddity] of broken) {
    const bad =
      'kind' in oddity
        ? rootTemplate(GUIDS[1], element('EventData', {}, oddity))
        : { ...rootTemplate(GUIDS[1], element('EventData')), ...oddity };
    const good = plainRecords(2);
    const read = readEverywhere(
      writeLog([...good, rootRecord(bad), rootRecord(bad), rootRecord(bad), ...plainRecords(2, 3)]).bytes,
    );
    for (const id of [1, 2, 6, 7]) assert.ok(idsOf(read).includes(id), `${name}: ${idsOf(read)}`);
    assert.equal(total(read), 7, name);
    assert.ok(
      codesOf(read).some((code) => code.startsWith('TEMPLATE')),
      `${name}: ${codesOf(read)}`,
    );
    const ofTemplate = read.anomalies.filter(({ code }) => code === 'TRIAD-E-EVTX-TEMPLATE');
    assert.ok(ofTemplate.length <= 1, `${name}: ${ofTemplate.length} times`);
  }
});

test('T34 nesting without end is cut at 16 and flagged, in no time', () => {
  const root = element('EventData', {}, element('Data', { Name: 'v' }, slot(0, TYPE.binxml)));
  const template = { guid: GUIDS[2], root };
  let inner = value.nested(instance(template, [value.text('core')]));
  for (let i = 0; i < 500; i++) inner = value.nested(instance(template, [inner]), 'bare');
  const good = plainRecords(2);
  const { bytes } = writeLog([...good, recordOf(custom.withBody(inner, { time: TIME })), ...plainRecords(1, 3)]);
  const start = performance.now();
  const read = readEverywhere(bytes);
  assert.ok(performance.now() - start < 500, `${performance.now() - start} ms`);
  assert.deepEqual(idsOf(read), [1, 2, 3, 4]);
  assert.ok(codesOf(read).includes('DEPTH'), String(codesOf(read)));
});

test('T34 a nested value may use the definition of its parent', () => {
  const root = element('EventData', {}, element('Data', { Name: 'v' }, slot(0, TYPE.text)));
  const template = { guid: GUIDS[2], root };
  const inner = value.nested(instance(template, [value.text('inner')]));
  const read = readEverywhere(
    writeLog([recordOf(custom.withBody(value.nested(instance(template, [inner])), { time: TIME }))]).bytes,
  );
  assert.deepEqual(idsOf(read), [1]);
  assert.deepEqual(codesOf(read), []);
  assert.ok(read.records[0]?.xml.includes('inner'));
});

test('T34 a nested value that runs past its parent is flagged', () => {
  // A nested instance whose value count asks for more than the parent's value has.
  const template = {
    guid: GUIDS[2],
    root: element('EventData', {}, element('Data', { Name: 'v' }, slot(0, TYPE.text))),
  };
  const body = value.nested(instance(template, [value.claiming(value.text('x'), { size: 2000 })]));
  const read = readEverywhere(writeLog([recordOf(custom.withBody(body, { time: TIME })), ...plainRecords(1, 2)]).bytes);
  assert.deepEqual(idsOf(read), [1, 2]);
  assert.ok(codesOf(read).length > 0);
});

test('T35 an array that would unfold to gigabytes is cut and flagged', () => {
  const fat = 'F'.repeat(10_000);
  const root = element('EventData', {}, element('Data', {}, fat, slot(0, TYPE.text | 0x80)));
  const bomb = recordOf(custom.withElement(root, [value.textArray(Array<string>(20_000).fill(''))], { time: TIME }));
  const start = performance.now();
  const read = readEverywhere(writeLog([...plainRecords(1), bomb, ...plainRecords(1, 2)]).bytes);
  assert.ok(performance.now() - start < 2000, `${performance.now() - start} ms`);
  assert.deepEqual(idsOf(read), [1, 2, 3]);
  assert.deepEqual(codesOf(read), ['OUTPUT-CUT']);
  const xml = read.records[1]?.xml.length ?? 0;
  assert.ok(xml < 10 * 1024 * 1024, `${xml} characters`);
});
