import assert from 'node:assert/strict';
import { type PortableTemplate, recoverRecords } from '../../src/evtx/index.ts';
import {
  CHUNK_BYTES,
  custom,
  element,
  FILE_HEADER_BYTES,
  instance,
  LogWriter,
  recordOf,
  sealed,
  security,
  slot,
  sysmon,
  TYPE,
  value,
  wmi,
  writeEvents,
  writeLog,
  type Xorshift,
} from '../../testkit/index.ts';
import { type FuzzReport, fuzzRuns } from '../fuzz-runs.ts';
import { GUIDS, plainRecords, rootRecord, TEXT_TEMPLATE, TIME } from './cases.ts';
import { NEIGHBOUR, newDecoder, readLog } from './read-log.ts';

/** A target gets the bytes of a log; it fails by throwing. */
export type FuzzTarget = (bytes: Uint8Array) => void;

/** Small logs of every feature, as the test cases T1 to T17 have them: what mutations begin with. */
export function fuzzSeeds(): Uint8Array[] {
  const nestedTemplate = {
    guid: GUIDS[2],
    root: element('EventData', {}, element('Data', { Name: 'v' }, slot(0, TYPE.text))),
  };
  const older = new LogWriter();
  for (const record of plainRecords(30)) older.add(record);
  older.closeChunk();
  const reused = new LogWriter({ firstId: 1000n });
  for (const record of plainRecords(9)) reused.add(record);
  reused.closeChunk({ over: older.closedChunk(0) });
  const direct = element(
    'Event',
    {},
    element('System', {}, element('EventID', {}, '7')),
    element(
      'EventData',
      {},
      element(
        'Data',
        { Name: 'v' },
        'x',
        { kind: 'entityRef', name: 'amp' },
        { kind: 'charRef', code: 60 },
        { kind: 'cdata', text: 'c' },
      ),
    ),
  );
  return [
    writeLog(plainRecords(40)).bytes,
    writeEvents([
      sysmon.filter({ name: 'F', query: 'SELECT * FROM X' }),
      sysmon.process({ pid: 4, image: 'C:\\a.exe' }),
      wmi.scmBinding(),
      security.event(4624),
      security.logCleared(security.SYSTEM_ACCOUNT, 1n),
    ]).bytes,
    writeLog([
      recordOf(
        custom.withValues([
          value.uint64(1n),
          value.sid('S-1-5-18'),
          value.textArray(['a', '', 'b']),
          value.filetime(TIME),
          value.nothing([1, 2]),
          value.bool(8),
          value.guid(GUIDS[0]),
          value.array(TYPE.uint16, [1, 2].map(value.uint16)),
        ]),
      ),
      recordOf(
        custom.withBody(
          value.nested(instance(nestedTemplate, [value.nested(instance(nestedTemplate, [value.text('in')]))]), 'bare'),
        ),
      ),
      recordOf(custom.withBody(value.nested(element('EventData', {}, element('Data', { Name: 'd' }, 'x')), 'bare'))),
      { content: direct },
      rootRecord(TEXT_TEMPLATE, [value.text('again')], { instance: { isStoredAgain: true } }),
    ]).bytes,
    reused.finish().bytes,
  ];
}

const DWORDS = [0, 1, 0x7fffffff, 0xffffffff, 0x200, 0x10000, 0x2a2a] as const;

/** One to four changes of a copy: bits, dwords, copied blocks, most of them where records are; checksums made right again. */
function mutate(seed: Uint8Array, random: Xorshift): Uint8Array {
  const bytes = seed.slice();
  const view = new DataView(bytes.buffer);
  const used = FILE_HEADER_BYTES + new DataView(seed.buffer, seed.byteOffset).getUint32(FILE_HEADER_BYTES + 48, true);
  const place = () =>
    random.chance(0.9)
      ? FILE_HEADER_BYTES + 512 + random.below(used - FILE_HEADER_BYTES - 512)
      : random.below(FILE_HEADER_BYTES + 512);
  const changes = 1 + random.below(4);
  for (let i = 0; i < changes; i++) {
    const at = Math.min(place(), bytes.length - 256);
    const kind = random.below(4);
    if (kind === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    else if (kind === 1) view.setUint32(at & ~3, random.pick(DWORDS), true);
    else if (kind === 2) bytes.copyWithin(at, Math.max(0, at - random.below(2048)), at + random.below(200));
    else view.setUint16(at, random.below(65536), true);
  }
  return random.chance(0.95) ? sealed(bytes) : bytes;
}

/** Runs a target over seeded mutations. The same seed gives the same mutations on every machine. */
export function fuzz(
  target: FuzzTarget,
  runs: number,
  seed: number,
  seeds: readonly Uint8Array[] = fuzzSeeds(),
): FuzzReport {
  return fuzzRuns(target, runs, seed, seeds, mutate);
}

const warm = [newDecoder()];
const MARK = NEIGHBOUR.slice(0, 8);

/** The reader: reads everything, renders everything, and lets nothing out that stands beside the unit. */
export function readerTarget(bytes: Uint8Array): void {
  const read = readLog(bytes, { warm });
  for (const { xml, json, fields } of read.records) {
    JSON.parse(json);
    assert.ok(!xml.includes(MARK) && !json.includes(MARK), 'bytes from beside the unit came out');
    for (const [name, text] of fields) assert.ok(!text.includes(MARK) && !name.includes(MARK));
  }
  const { live, afterDamage, swallowed, carved } = read.counts;
  assert.equal(read.records.length, live + afterDamage + swallowed + carved);
}

/** The second pass: what has lost its template is tried with all templates of the same log, and of a healthy one. */
export function recoveryTarget(bytes: Uint8Array): void {
  const read = readLog(bytes, { warm: collecting });
  const found: string[] = [];
  const { counts, remnants, rejected } = recoverRecords(read.lost, [...read.templates, ...healthy()], {
    onRecord: (view) => found.push(view.toXml() + view.toJson()),
  });
  assert.ok(found.every((text) => !text.includes(MARK)));
  assert.equal(found.length, counts.live + counts.afterDamage + counts.swallowed + counts.carved);
  assert.equal(found.length + rejected, read.lost.length);
  for (const { values } of remnants) assert.ok(values.join('').length <= 500);
}

const collecting = [newDecoder({ collectTemplates: true })];
let healthyTemplates: readonly PortableTemplate[] | undefined;

function healthy(): readonly PortableTemplate[] {
  healthyTemplates ??= readLog(writeLog(plainRecords(1)).bytes, { collectTemplates: true }).templates;
  return healthyTemplates;
}

/** A planted failure (L27): a walk that believes each size. A fuzz run that does not find it is broken. */
export function trustingTarget(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer);
  for (let base = FILE_HEADER_BYTES; base + CHUNK_BYTES <= bytes.length; base += CHUNK_BYTES) {
    const free = Math.min(view.getUint32(base + 48, true), CHUNK_BYTES);
    for (let at = 512; at < free; ) {
      const size = view.getUint32(base + at + 4, true);
      if (size === 0) throw new Error('a record of size 0 would loop for ever');
      if (view.getUint32(base + at + size - 4, true) !== size) throw new RangeError('sizes differ');
      at += size;
    }
  }
}
