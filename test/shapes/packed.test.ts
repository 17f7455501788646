import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { SHAPE_WRITERS, writeTar, writeZip } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { asLogs, comparable, differences, huntFolder } from './conversion.ts';
import { PLANTED } from './copies.ts';
import { readText } from './measured-losses.ts';

const tarOf = (text: string): Uint8Array => writeTar([{ name: 'logs/export.json', bytes: Buffer.from(text) }]);

function swapped(text: string): Uint8Array {
  return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
}

const PACKINGS: readonly (readonly [ending: string, pack: (text: string) => Uint8Array])[] = [
  ['json', (text) => Buffer.from(`\ufeff${text}`)],
  ['utf16le.json', (text) => Buffer.from(text, 'utf16le')],
  ['utf16be.json', swapped],
  ['json.gz', (text) => gzipSync(text)],
  ['json.zst', (text) => zstdCompressSync(text)],
  ['zip', (text) => writeZip([{ name: 'logs/export.json', bytes: Buffer.from(text) }])],
  ['tar', (text) => tarOf(text)],
  ['tar.gz', (text) => gzipSync(tarOf(text))],
  ['without-ending', (text) => Buffer.from(text)],
];

test('a text gives the same dossiers and findings however it is packed and encoded', async (t) => {
  const writer = SHAPE_WRITERS.find(({ style }) => style === 'evtx_dump -o jsonl');
  assert.ok(writer !== undefined);
  const text = String(writer.write(PLANTED));
  const log = comparable(await huntFolder(folderWith(t, asLogs(PLANTED))), writer, PLANTED);
  for (const [ending, pack] of PACKINGS) {
    const packed = await huntFolder(folderWith(t, [[`export.${ending}`, pack(text)]]));
    assert.deepEqual(differences(log, comparable(packed, writer, PLANTED)), [], ending);
  }
});

test('B1 lines of every shape in one file are each taken for what they are, and the file is their counts', () => {
  const logon = PLANTED.find(({ model }) => model.eventId === 4624);
  assert.ok(logon !== undefined);
  const lines: string[] = [];
  const expected = new Map<string, number>();
  for (const writer of SHAPE_WRITERS) {
    const text = String(writer.write([logon]))
      .replace('\ufeff', '')
      .trim();
    const isLine = /^[{<]/.test(text) && !text.includes('\n');
    const isFrame = /^<\?xml|^<Events/.test(text) || writer.style.includes('UTF-16');
    if (!isLine || isFrame) continue;
    lines.push(text);
    const shape = writer.shape === 'S11' ? 'S1' : writer.shape;
    expected.set(shape, (expected.get(shape) ?? 0) + 1);
  }
  assert.ok(expected.size >= 14, [...expected.keys()].join(' '));
  for (const order of [lines, lines.toReversed()]) {
    const { result, events } = readText(`${order.join('\n')}\n`);
    const { wrapper: _, ...units } = result.units;
    assert.deepEqual(units, Object.fromEntries([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
    assert.equal(result.rejected, 0);
    assert.deepEqual(new Set(events.map(({ eventId }) => eventId)), new Set([4624]));
  }
});
