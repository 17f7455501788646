import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setLastRecordId, swallow } from '../../testkit/index.ts';
import { CORPUS, logsInZip, looseLogs, WITHOUT_CORPUS } from './corpus.ts';
import { readEverywhere, readLog } from './read-log.ts';

const skip = WITHOUT_CORPUS;
const realLog = () => new Uint8Array(readFileSync(join(CORPUS, 'malicious', 'sb_wmic_cmdline_consumer_sysmon.evtx')));

test('a real log whose last record id was set too low shows all 17 records and is called forged', { skip }, () => {
  const real = realLog();
  const right = readEverywhere(real);
  assert.equal(right.counts.live, 17);
  assert.deepEqual(
    right.anomalies.filter(({ tamper }) => tamper === true),
    [],
  );
  const forged = readEverywhere(setLastRecordId(real, 0, 1n));
  assert.deepEqual(forged.records, right.records);
  const signs = forged.anomalies.filter(({ tamper }) => tamper === true);
  assert.deepEqual(
    signs.map(({ code, level, offset }) => [code, level, offset]),
    [['TRIAD-E-EVTX-CHUNK-FORGED', 'error', 4096 + 32]],
  );
  assert.match(signs[0]?.message ?? '', /was forged: it says that its last record is 1, .* 17\. .* 16 records/);
});

test('a record swallowed in a real log comes out, with the same fields as before', { skip }, () => {
  const real = realLog();
  const right = readEverywhere(real);
  const places = right.records.map((record) => ({
    id: BigInt(record.headerRecordId ?? 0),
    eventRecordId: BigInt(record.recordId ?? 0),
    chunk: 0,
    slot: 0,
    chunkOffset: record.offset - 4096,
    fileOffset: record.offset,
    size: record.length,
  }));
  const [before, hidden, ...later] = places.slice(6);
  assert.ok(before !== undefined && hidden !== undefined);
  const read = readEverywhere(swallow(real, before, hidden, later));
  const found = read.records.find(({ recordClass }) => recordClass === 'swallowed');
  assert.deepEqual(found?.fields, right.records[7]?.fields);
  assert.equal(read.records.length, 17);
  assert.ok(read.anomalies.some(({ code, tamper }) => code === 'TRIAD-E-EVTX-RECORD-SWALLOWED' && tamper === true));
});

test('every loose log of the corpus reads the same however it is cut, and nothing is lost of it', { skip }, () => {
  const logs = looseLogs();
  assert.ok(logs.length > 15, `${logs.length} logs`);
  for (const path of logs) {
    const bytes = new Uint8Array(readFileSync(path));
    if (bytes.length > 2_000_000) continue;
    const read = readEverywhere(bytes, { file: path });
    const { live, afterDamage, swallowed, carved } = read.counts;
    assert.equal(read.records.length, live + afterDamage + swallowed + carved, path);
    assert.ok(live > 0, path);
  }
});

test('a real log cut in the middle gives the records before the cut', { skip }, () => {
  const real = realLog();
  const all = readLog(real).records;
  for (const cut of [4096 + 512, 4096 + 3000, 4096 + 9001, 4096 + 20_000]) {
    const read = readLog(real.slice(0, cut));
    const whole = all.filter(({ offset, length }) => offset + length <= cut);
    assert.deepEqual(read.records, whole, `cut at ${cut}`);
  }
});

/** The members of a labelled archive: how many records peers found, and what they failed at. */
interface LabelledMember {
  readonly name: string;
  readonly records?: { readonly evtx_dump: number };
  readonly errors?: { readonly evtx_dump: readonly string[] };
}

test('hard files that others collected give at least what any peer found, and what is healthy exactly that', {
  skip,
}, () => {
  const rows = readFileSync(join(CORPUS, 'labels.jsonl'), 'utf8').trim().split('\n');
  let compared = 0;
  for (const row of rows) {
    const { path, members } = JSON.parse(row) as {
      readonly path: string;
      readonly members?: readonly LabelledMember[];
    };
    const counted = new Map(members?.map((member) => [member.name, member]));
    if (![...counted.values()].some(({ records }) => records !== undefined) || !path.endsWith('.zip')) continue;
    for (const [name, bytes] of logsInZip(join(CORPUS, path))) {
      const label = counted.get(name);
      if (label?.records === undefined) continue;
      const { counts, rejected } = readLog(bytes, { file: name, carve: false });
      const found = counts.live + counts.afterDamage;
      if (label.errors?.evtx_dump.length === 0) assert.equal(found, label.records.evtx_dump, name);
      // A torn record, whose end belongs to another, is none; a peer may print its half.
      else assert.ok(found + rejected >= label.records.evtx_dump, `${name}: ${found} and ${rejected}`);
      compared++;
    }
  }
  assert.ok(compared >= 10, `${compared} compared`);
});
