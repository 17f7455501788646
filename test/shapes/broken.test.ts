import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShapedEvent } from '../../src/shapes/index.ts';
import { SHAPE_WRITERS, type ShapeWriter } from '../../testkit/index.ts';
import { carried } from './conversion.ts';
import { PLANTED } from './copies.ts';
import { readBlocks } from './fuzz.ts';

const EVENTS = PLANTED.filter(({ model }) => model.channel === 'Security');

/** Writers that put one unit on a line, so that what a damage costs can be told. */
const LINE_WRITERS = SHAPE_WRITERS.filter(
  (writer) => ['jsonl', 'ndjson', 'json'].includes(writer.ending) && linesOf(writer).length === EVENTS.length,
);

function linesOf(writer: ShapeWriter): string[] {
  const text = writer.write(carried(writer, EVENTS).events);
  return String(text)
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function idsOf(events: readonly ShapedEvent[]): number[] {
  return events.map(({ eventId }) => eventId);
}

const ALL = EVENTS.map(({ model }) => model.eventId);

/** What happens to one line of a file, and how many rejections it may cost. */
const DAMAGES: readonly (readonly [name: string, damage: (line: string) => string | Buffer])[] = [
  ['is cut off', (line) => line.slice(0, Math.floor(line.length * 0.6))],
  ['lacks its beginning', (line) => line.slice(Math.floor(line.length * 0.4))],
  ['holds nesting of 10,000', (line) => line.replace(/\}$/, `,"deep":${'['.repeat(10_000)}${']'.repeat(10_000)}}`)],
  ['holds more keys than an object may', (line) => line.replace(/\}$/, `,${manyKeys()}}`)],
  ['is of another encoding', (line) => Buffer.from(line, 'utf16le')],
  ['has a stray quote', (line) => line.replace(/":/, '"":')],
  ['has a control character', (line) => line.replace(/:"/, ':"\u0001')],
];

function manyKeys(): string {
  return Array.from({ length: 5000 }, (_, i) => `"k${i}":0`).join(',');
}

for (const [name, damage] of DAMAGES) {
  test(`L21 a line that ${name} costs itself, is counted once and the rest is read, in every shape`, () => {
    assert.ok(LINE_WRITERS.length > 15, `${LINE_WRITERS.length} writers`);
    for (const writer of LINE_WRITERS) {
      const lines = linesOf(writer);
      const broken = damage(lines[2] ?? '');
      const bytes = Buffer.concat(
        lines.flatMap((line, i) => [i === 2 ? Buffer.from(broken as Buffer) : Buffer.from(line), Buffer.from('\n')]),
      );
      const { events, result } = readBlocks(bytes, 4096);
      assert.deepEqual(idsOf(events), ALL.toSpliced(2, 1), writer.style);
      assert.deepEqual([result.rejected, result.rejectedBytes > 0], [1, true], writer.style);
    }
  });
}

test('L21 bytes that are not UTF-8, and numbers beyond 2^53, cost no event and no digit', () => {
  for (const writer of LINE_WRITERS) {
    const lines = linesOf(writer);
    const text = lines.map((line, i) => (i === 2 ? line.replace(/\}$/, ',"more":18446744073709551615}') : line));
    const bytes = Buffer.from(`${text.join('\n')}\n`);
    const at = bytes.indexOf('alice');
    bytes[at] = 0xff;
    const { events, result } = readBlocks(bytes, 4096);
    assert.deepEqual(idsOf(events), ALL, writer.style);
    assert.equal(result.rejected, 0);
    assert.ok(
      result.anomalies.some(({ code }) => code.includes('ENCODING')),
      writer.style,
    );
  }
});

test('L21 a line of 100 MB is passed over in bounded memory, counted once, and the rest is read', () => {
  const [writer] = LINE_WRITERS;
  assert.ok(writer !== undefined);
  const lines = linesOf(writer);
  const filler = Buffer.alloc(1 << 20, 'x');
  const bytes = Buffer.concat([
    Buffer.from(`${lines[0]}\n{"a":"`),
    ...Array<Buffer>(100).fill(filler),
    Buffer.from(`"}\n${lines[1]}\n`),
  ]);
  const before = process.memoryUsage().rss;
  const { events, result } = readBlocks(bytes, 1 << 20);
  const grown = process.memoryUsage().rss - before;
  assert.deepEqual(idsOf(events), ALL.slice(0, 2));
  assert.equal(result.rejected, 1);
  assert.equal(result.rejectedBytes, 100 * (1 << 20) + '{"a":""}\n'.length);
  assert.ok(grown < 200 * (1 << 20), `${grown} bytes`);
});

test('B18 a key that stands twice is told, the last value counts and the event keeps both, in every shape', () => {
  for (const writer of LINE_WRITERS) {
    const lines = linesOf(writer);
    const twice = lines.map((line) =>
      line.replace(/"IpAddress":"10\.20\.4\.17"/, '"IpAddress":"10.9.9.9","IpAddress":"10.20.4.17"'),
    );
    if (twice.join() === lines.join()) continue;
    const { events, result } = readBlocks(Buffer.from(`${twice.join('\n')}\n`), 4096);
    assert.deepEqual(idsOf(events), ALL, writer.style);
    const logon = events.find(({ eventId }) => eventId === 4624);
    assert.deepEqual([...(logon?.all('IpAddress') ?? [])].sort(), ['10.20.4.17', '10.9.9.9'], writer.style);
    assert.equal(logon?.get('IpAddress'), '10.20.4.17', writer.style);
    assert.ok(
      result.anomalies.some(({ tamper }) => tamper === true),
      writer.style,
    );
  }
});
