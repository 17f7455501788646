import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PortableTemplate, type RawRemnant, recoverRecords } from '../../src/evtx/index.ts';
import { element, LogWriter, slot, type Template, TYPE, value, writeLog } from '../../testkit/index.ts';
import { GUIDS, plainRecords, rootRecord, rootTemplate } from './cases.ts';
import {
  codesOf,
  idsOf,
  newDecoder,
  type ReadLog,
  type ReadRecord,
  readEverywhere,
  readLog,
  takeRecord,
  upTo,
} from './read-log.ts';

/** Templates with one GUID and one size whose field has another name, of one letter. */
const clash = (name: string): Template =>
  rootTemplate(GUIDS[0], element('EventData', {}, element('Data', { Name: name }, slot(2, TYPE.text))));

test('T36 templates with one GUID and size but other content are told apart, in two chunks and in two files', () => {
  const [a, b] = [clash('a'), clash('b')];
  const writer = new LogWriter();
  writer.add(rootRecord(a, [value.text('one')]));
  writer.closeChunk();
  writer.add(rootRecord(b, [value.text('two')]));
  writer.closeChunk();
  writer.add(rootRecord(a, [value.text('three')]));
  const one = readEverywhere(writer.finish().bytes);
  assert.deepEqual(
    one.records.map(({ fields }) => fields[0]),
    [
      ['a', 'one'],
      ['b', 'two'],
      ['a', 'three'],
    ],
  );
  const warm = [newDecoder()];
  const names = ['a', 'b', 'a', 'b'].map(
    (name) =>
      readLog(writeLog([rootRecord(clash(name), [value.text('x')])]).bytes, { warm }).records[0]?.fields[0]?.[0],
  );
  assert.deepEqual(names, ['a', 'b', 'a', 'b']);
});

test('T36 both may even stand in one chunk', () => {
  const [a, b] = [clash('a'), clash('b')];
  const read = readEverywhere(
    writeLog([a, b, a, b].map((template, i) => rootRecord(template, [value.text(String(i))]))).bytes,
  );
  assert.deepEqual(
    read.records.map(({ fields }) => fields[0]?.join('')),
    ['a0', 'b1', 'a2', 'b3'],
  );
});

test('T45 a decoder that has read another host keeps each record with its own computer', () => {
  const from = (computer: string) => {
    const template: Template = {
      guid: GUIDS[0],
      root: element(
        'Event',
        {},
        element('System', {}, element('EventID', {}, '7'), element('Computer', {}, computer)),
        element('EventData', {}, element('Data', { Name: 'v' }, slot(2, TYPE.text))),
      ),
    };
    return writeLog(upTo(3).map(() => rootRecord(template, [value.text('x')]))).bytes;
  };
  const warm = [newDecoder()];
  const read = ['ALPHA', 'GAMMA', 'ALPHA', 'OMEGA'].map((computer) =>
    readLog(from(computer), { warm }).records.map((record) => record.computer),
  );
  assert.deepEqual(
    read,
    ['ALPHA', 'GAMMA', 'ALPHA', 'OMEGA'].map((computer) => Array(3).fill(computer)),
  );
});

const COVER = rootTemplate(
  GUIDS[1],
  element(
    'EventData',
    {},
    element('Data', { Name: 'a rather longer name' }, slot(2, TYPE.text)),
    element('Data', { Name: 'and another one' }, slot(3, TYPE.text)),
  ),
);

/** A log whose slack holds records 1 to 30 of the plain template without its definition; other chunks come first. */
function withLostRecords(...others: readonly Template[]): Uint8Array {
  const older = new LogWriter();
  for (const record of plainRecords(30)) older.add(record);
  older.closeChunk();
  const writer = new LogWriter({ firstId: 1000n });
  for (const template of others) {
    writer.add(rootRecord(template, [value.text('live')]));
    writer.closeChunk();
  }
  for (let n = 0; n < 3; n++) writer.add(rootRecord(COVER, [value.text(`n${n}`), value.text('z'.repeat(100))]));
  writer.closeChunk({ over: older.closedChunk(0) });
  return writer.finish().bytes;
}

function recover(
  log: ReadLog,
  templates: readonly PortableTemplate[],
): { found: ReadRecord[]; remnants: readonly RawRemnant[] } {
  const found: ReadRecord[] = [];
  const { remnants } = recoverRecords(log.lost, templates, { onRecord: (view) => found.push(takeRecord(view)) });
  return { found, remnants };
}

test('T39 a carved record is decoded by an equal template of another chunk, and says so', () => {
  const plain = clash('v');
  const log = readLog(withLostRecords(plain), { collectTemplates: true });
  assert.equal(log.counts.carved, 0);
  const { found, remnants } = recover(log, log.templates);
  assert.deepEqual(remnants, []);
  assert.ok(found.length > 10, `${found.length}`);
  const first = 30 - found.length + 1;
  assert.deepEqual(
    found.map(({ recordClass, isForeignTemplate, recordId, fields }) => [
      recordClass,
      isForeignTemplate,
      recordId,
      fields,
    ]),
    upTo(found.length, first).map((id) => ['carved', true, id, [['v', `r${id}`]]]),
  );
});

test('T39 a template of other types, or several that differ, give raw values only', () => {
  const other = rootTemplate(GUIDS[0], element('EventData', {}, element('Data', { Name: 'v' }, slot(2, TYPE.uint32))));
  for (const templates of [[other], [clash('v'), clash('w')], []]) {
    const log = readLog(withLostRecords(...templates), { collectTemplates: true });
    const { found, remnants } = recover(log, log.templates);
    assert.deepEqual(found, []);
    assert.equal(remnants.length, log.lost.length);
    const last = remnants.at(-1);
    assert.equal(last?.headerRecordId, 30);
    assert.ok(last?.values.includes('r30'), String(last?.values));
  }
});

test('T39 what is recovered does not depend on the order of records and templates', () => {
  const log = readLog(withLostRecords(clash('v')), { collectTemplates: true });
  const there = recover(log, log.templates);
  const back = recover({ ...log, lost: log.lost.toReversed() }, log.templates.toReversed());
  assert.deepEqual(back, there);
});

test('a live record whose template was destroyed waits for one as well', () => {
  const { bytes } = writeLog(plainRecords(5), {
    patches: ({ records }) => [
      { offset: (records[0]?.fileOffset ?? 0) + 38 + 24, bytes: new Uint8Array(40).fill(0xee) },
    ],
  });
  const log = readEverywhere(bytes);
  assert.equal(log.records.length + log.lost.length, 5);
  assert.ok(log.lost.length >= 4);
  assert.ok(codesOf(log).includes('TEMPLATE'), String(codesOf(log)));
  const good = readLog(writeLog(plainRecords(1)).bytes, { collectTemplates: true });
  const { found } = recover(log, good.templates);
  assert.deepEqual([...idsOf(log), ...found.map(({ recordId }) => recordId)].sort(), [1, 2, 3, 4, 5]);
});
