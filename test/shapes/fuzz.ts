import assert from 'node:assert/strict';
import { type ShapedEvent, type SkippedLine, settleTime, TextReader, type TextResult } from '../../src/shapes/index.ts';
import { SHAPE_WRITERS, type WireCall, Xorshift, zeekJson, zeekTsv } from '../../testkit/index.ts';
import { carried } from './conversion.ts';
import { PLANTED } from './copies.ts';

const CALLS: readonly WireCall[] = ['GetObject', 'PutInstance', 'PutInstance', 'DeleteInstance'].map(
  (operation, i) => ({
    time: 1773308642918012n + BigInt(i) * 1000n,
    uid: 'CYBDpDSod5rXDLJRmH',
    client: '10.20.4.17',
    clientPort: 61434,
    server: '10.20.1.21',
    serverPort: 59570,
    endpoint: 'IWbemServices',
    operation,
  }),
);

export interface FuzzSeed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A small text of every writer, and of Zeek: what mutations begin with. */
export function textSeeds(): readonly FuzzSeed[] {
  const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text);
  return [
    ...SHAPE_WRITERS.map((writer) => ({
      name: writer.style,
      bytes: bytesOf(writer.write(carried(writer, PLANTED).events)),
    })),
    { name: 'Zeek TSV', bytes: bytesOf(zeekTsv(CALLS)) },
    { name: 'Zeek JSON', bytes: bytesOf(zeekJson(CALLS)) },
    { name: 'Zeek JSON with underscores', bytes: bytesOf(zeekJson(CALLS, true)) },
  ];
}

/** Pieces that readers of text stumble over. */
const PIECES: readonly Uint8Array[] = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  '\\u',
  '\\ud800',
  ',',
  ':',
  '<',
  '>',
  '/>',
  '</Event>',
  '<Event>',
  '<![CDATA[',
  '<!--',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '&amp',
  '&#x0;',
  '&#1114112;',
  '\r\n',
  '\n',
  '\0',
  '\t',
  '\ufeff',
  'null',
  'true',
  '1e999',
  '-0',
  '123456789012345678901234567890',
  '"__proto__":{"x":1},',
  '"EventID":1,"EventID":2,',
  'Record 7\n',
  '#fields\t',
  '2026-13-45T99:99:99Z',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
].map((text) => new Uint8Array(Buffer.from(text)));

/** One to five changes of a copy: bytes, spans left out, doubled or cut off, pieces put in. */
export function mutateText(seed: Uint8Array, other: Uint8Array, random: Xorshift): Uint8Array {
  let bytes = Buffer.from(seed);
  const changes = 1 + random.below(5);
  for (let i = 0; i < changes; i++) {
    const at = random.below(bytes.length + 1);
    const span = Math.min(random.below(random.chance(0.8) ? 24 : 2048), bytes.length - at);
    const kind = random.below(7);
    const before = bytes.subarray(0, at);
    if (kind === 0) bytes[at] = random.below(256);
    else if (kind === 1) bytes = Buffer.concat([before, bytes.subarray(at + span)]);
    else if (kind === 2) bytes = Buffer.concat([before, bytes.subarray(at, at + span), bytes.subarray(at)]);
    else if (kind === 3) bytes = Buffer.concat([before, random.pick(PIECES), bytes.subarray(at)]);
    else if (kind === 4) bytes = Buffer.concat([before, random.pick(PIECES), bytes.subarray(at + span)]);
    else if (kind === 5) {
      const from = random.below(other.length + 1);
      bytes = Buffer.concat([before, other.subarray(from, from + 400), bytes.subarray(at)]);
    } else if (random.chance(0.3)) bytes = Buffer.from(before);
  }
  return bytes;
}

export interface Read {
  readonly events: readonly ShapedEvent[];
  readonly skipped: readonly SkippedLine[];
  readonly result: TextResult;
}

/** Reads bytes in blocks of this size; with a filter where one is given. */
export function readBlocks(
  bytes: Uint8Array,
  blockBytes: number,
  isWanted?: (channel: string, eventId: number) => boolean,
): Read {
  const events: ShapedEvent[] = [];
  const skipped: SkippedLine[] = [];
  const sink = {
    onEvent: (event: ShapedEvent): unknown => events.push(event),
    onSkipped: (line: SkippedLine): unknown => skipped.push(line),
  };
  const source = { file: 'x' };
  const reader = new TextReader(isWanted === undefined ? { source } : { source, isWanted });
  for (let at = 0; at < bytes.length; at += blockBytes) reader.push(bytes.subarray(at, at + blockBytes), sink);
  return { result: reader.end(sink), events, skipped };
}

function said(event: ShapedEvent): unknown {
  const { provider, channel, eventId, version, computer, recordId, stated, place } = event;
  return [provider, channel, eventId, version, computer, recordId, stated, place.offset, place.line, event.entries()];
}

/**
 * The reader of texts: whatever the bytes, it ends, every event is whole and lies where it says, every unit is counted once, and the
 * size of blocks changes nothing.
 */
export function textTarget(bytes: Uint8Array, blockBytes: number): void {
  const whole = readBlocks(bytes, 1 << 20);
  const { events, result } = whole;
  assert.equal(events.length, result.events);
  for (const event of events) {
    // A log of Zeek has no computer where no sensor is named.
    const head = [event.provider, event.channel, ...(event.shape === 'zeek' ? [] : [event.computer])];
    assert.ok(
      head.every((part) => part !== ''),
      `a header is missing: ${head.join(', ')}`,
    );
    assert.ok(Number.isInteger(event.eventId) && event.eventId >= 0 && event.eventId <= 0xffff, 'an event id');
    for (const [name, text] of event.entries()) assert.ok(typeof name === 'string' && typeof text === 'string');
    const settled = settleTime(result.clock, { ...event, offset: event.place.offset });
    for (const value of Object.values(settled)) assert.ok(typeof value === 'string' || Number.isFinite(value));
    const { offset, length } = event.place;
    assert.ok(offset >= 0 && length > 0 && offset + length <= bytes.length, `${offset} + ${length} of ${bytes.length}`);
    assert.deepEqual(event.detach().entries(), event.entries());
  }
  assert.ok(result.rejectedBytes <= bytes.length && result.rejectedBytes >= 0, `${result.rejectedBytes} rejected`);
  const counted = Object.entries(result.units).reduce((sum, [id, count]) => sum + (id === 'wrapper' ? 0 : count), 0);
  assert.ok(events.length + result.thirdParty.length <= counted, 'more events than units');
  const pieces = readBlocks(bytes, blockBytes);
  assert.deepEqual(pieces.events.map(said), events.map(said));
  assert.deepEqual({ ...pieces.result, clock: 0, anomalies: 0 }, { ...result, clock: 0, anomalies: 0 });
}

/** Nothing is passed over that a full reading would have wanted (SETTLED B17). */
export function prefilterTarget(bytes: Uint8Array): void {
  const isWanted = (channel: string, eventId: number): boolean => channel === 'Security' && eventId === 4624;
  const all = readBlocks(bytes, 1 << 20).events.filter(({ channel, eventId }) => isWanted(channel, eventId));
  const filtered = readBlocks(bytes, 1 << 20, isWanted);
  const kept = filtered.events.filter(({ channel, eventId }) => isWanted(channel, eventId));
  assert.deepEqual(kept.map(said), all.map(said));
}

/** A planted failure (L27): a reader that takes every line for sound evtx_dump JSON. */
export function trustingTarget(bytes: Uint8Array): void {
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (line.trim() === '') continue;
    const { Event } = JSON.parse(line) as { Event: { System: { Provider: { '#attributes': { Name: string } } } } };
    assert.equal(typeof Event.System.Provider['#attributes'].Name, 'string');
  }
}

export interface TextFuzzReport {
  readonly runs: number;
  readonly failures: readonly { readonly run: number; readonly seed: string; readonly message: string }[];
  readonly slowestMs: number;
}

/** Runs a target over seeded mutations. The same seed gives the same mutations on every machine. */
export function fuzzTexts(
  target: (bytes: Uint8Array, blockBytes: number) => void,
  runs: number,
  seed: number,
  seeds: readonly FuzzSeed[] = textSeeds(),
): TextFuzzReport {
  const random = new Xorshift(seed);
  const failures: { run: number; seed: string; message: string }[] = [];
  let slowestMs = 0;
  for (let run = 0; run < runs; run++) {
    const from = random.pick(seeds);
    const bytes = mutateText(from.bytes, random.pick(seeds).bytes, random);
    const blockBytes = random.chance(0.5) ? 1 + random.below(64) : 1 + random.below(4096);
    const start = performance.now();
    try {
      target(bytes, blockBytes);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push({ run, seed: from.name, message });
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
  }
  return { runs, failures, slowestMs };
}
