import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { checkSeries, LogDecoder, locateSlots, type RecordView, SLOT_BYTES, type UnitResult } from './index.ts';

const CORPUS = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'dev');
const LABELS = join(CORPUS, 'labels.jsonl');
const skip = existsSync(LABELS) ? false : 'the corpus is not beside the repository';

interface Label {
  readonly path: string;
  readonly events: number;
}

function looseLogs(): readonly Label[] {
  return readFileSync(LABELS, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Label)
    .filter(({ path }) => path.endsWith('.evtx'));
}

function read(path: string, each: (view: RecordView) => void, unitSlots = 64, decoder = newDecoder()): UnitResult[] {
  const bytes = readFileSync(join(CORPUS, path));
  const layout = locateSlots(bytes, bytes.length, true);
  assert.ok(layout !== undefined, path);
  const results: UnitResult[] = [];
  for (let at = layout.firstSlotOffset; at < bytes.length; at += unitSlots * SLOT_BYTES) {
    const unit = {
      source: { file: path },
      layout,
      bytes: bytes.subarray(at, at + unitSlots * SLOT_BYTES),
      fileOffset: at,
      firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
    };
    results.push(decoder.decodeUnit(unit, { onRecord: each }));
  }
  const chunks = results.flatMap((result) => result.chunks);
  const slots = Math.ceil((bytes.length - layout.firstSlotOffset) / SLOT_BYTES);
  const signs = checkSeries(layout, chunks, slots).filter(({ tamper }) => tamper === true);
  assert.deepEqual(signs, [], path);
  return results;
}

const newDecoder = (): LogDecoder => new LogDecoder({ carve: true, collectTemplates: false });

test('every loose log of the corpus gives as many live records as its label says, and no sign of an edit', {
  skip,
}, () => {
  const decoder = newDecoder();
  for (const { path, events } of looseLogs()) {
    const results = read(path, () => {}, 64, decoder);
    const live = results.reduce((sum, { counts }) => sum + counts.live, 0);
    const rejected = results.reduce((sum, result) => sum + result.rejected, 0);
    assert.deepEqual([path, live, rejected], [path, events, 0]);
    const odd = results.flatMap((result) => result.anomalies).filter(({ code }) => /RECORD|VALUE|CRC/.test(code));
    assert.deepEqual(odd, [], path);
  }
});

test('a real log reads the same record for record however it is cut, and by a decoder that has read others', {
  skip,
}, () => {
  const path = 'benign/plaso_system.evtx';
  const list = (unitSlots: number, decoder: LogDecoder): string[] => {
    const texts: string[] = [];
    read(
      path,
      (view) => {
        texts.push(`${view.slot} ${view.offset} ${view.recordClass} ${view.timeMs}.${view.timeTicks} ${view.toJson()}`);
      },
      unitSlots,
      decoder,
    );
    return texts;
  };
  const whole = list(64, newDecoder());
  assert.ok(whole.length > 1000);
  assert.deepEqual(list(1, newDecoder()), whole);
  const warm = newDecoder();
  for (const label of looseLogs().slice(0, 6)) read(label.path, () => {}, 64, warm);
  assert.deepEqual(list(3, warm), whole);
});

test('fields found by name, all fields, and a copy agree in every record of the corpus', { skip }, () => {
  for (const { path } of looseLogs()) {
    read(path, (view) => {
      const entries = view.entries();
      const copy = view.detach();
      assert.deepEqual(copy.entries(), entries);
      for (const [name] of entries) {
        const values = entries.filter(([key]) => key === name).map(([, value]) => value);
        assert.deepEqual(view.all(name), values);
        assert.equal(view.get(name), values[0]);
        assert.equal(copy.get(name), values[0]);
      }
      for (const field of ['ProviderGuid', 'Keywords', 'UserID', 'ProcessID'] as const) {
        assert.equal(copy.system(field), view.system(field));
      }
    });
  }
});

test('a Sysmon record has the time of its UtcTime, and TimeCreated beside it', { skip }, () => {
  let seen = 0;
  read('malicious/sb_wmic_cmdline_consumer_sysmon.evtx', (view) => {
    const text = view.get('UtcTime');
    if (text === undefined) return;
    seen++;
    assert.equal(new Date(view.timeMs).toISOString(), `${text.replace(' ', 'T')}Z`);
    assert.equal(view.timeTicks, 0);
    assert.ok(Math.abs(view.createdMs - view.timeMs) < 60_000);
  });
  assert.equal(seen, 17);
});
