import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import {
  BODY_LIMITS,
  bulkAnswer,
  frameBulk,
  frameHec,
  frameNdjson,
  frameOtlpJson,
  frameOtlpProtobuf,
  ndjsonAnswer,
  type PlainHeaders,
  type ProtocolName,
  packEnvelope,
  readBody,
  textOf,
} from '../../src/receive/index.ts';
import { otlpProtobuf, SHAPE_WRITERS, seedEvents } from '../../testkit/index.ts';

/** Events of one batch, as a shipper sends it (SERVE 0.1 point 29). */
export const EVENTS = 1000;
const BEATS_FILTER = 'errors,items.*.error,items.*.status';

export interface Bodies {
  readonly lines: readonly Buffer[];
  readonly ndjson: Buffer;
  readonly array: Buffer;
  readonly bulk: Buffer;
  readonly gzip: Buffer;
  readonly zstd: Buffer;
  /** Envelopes of HEC around the documents, and records of OTLP whose bodies are maps with the same values. */
  readonly hec: Buffer;
  readonly otlpJson: Buffer;
  readonly otlpProtobuf: Buffer;
  /** Records whose bodies are texts, as `raw: true` of the collector's receiver sends them. */
  readonly otlpTexts: Buffer;
}

/** A batch of Winlogbeat documents in each form. */
export function makeBodies(): Bodies {
  const writer = SHAPE_WRITERS.find(({ style }) => style === 'Winlogbeat 8');
  if (writer === undefined) throw new Error('no writer of Winlogbeat documents');
  const events = seedEvents().flatMap((host) => host.events);
  const text = String(writer.write(events.filter(({ model }) => writer.cannotCarry(model) === undefined)));
  const all = text.trim().split('\n');
  const lines = Array.from({ length: EVENTS }, (_, at) => all[at % all.length] ?? '');
  const bulk = Buffer.from(lines.map((line) => `{"create":{"_index":"winlogbeat-8.15.0"}}\n${line}\n`).join(''));
  const records = lines.map((line) => ({ timeUnixNano: '1767225600123456700', body: anyValue(JSON.parse(line)) }));
  const texts = lines.map((line) => ({ timeUnixNano: '1767225600123456700', body: { stringValue: line } }));
  const otlp = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
  return {
    hec: Buffer.from(lines.map((line) => `{"time":1767225600.123,"host":"WS-07","event":${line}}`).join('')),
    otlpJson: Buffer.from(otlp),
    otlpProtobuf: otlpProtobuf(otlp),
    otlpTexts: otlpProtobuf(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: texts }] }] })),
    lines: lines.map((line) => Buffer.from(line)),
    ndjson: Buffer.from(`${lines.join('\n')}\n`),
    array: Buffer.from(`[${lines.join(',')}]`),
    bulk,
    gzip: gzipSync(bulk),
    zstd: zstdCompressSync(bulk),
  };
}

function anyValue(value: unknown): object {
  if (typeof value === 'string' || value === null) return { stringValue: value ?? '' };
  if (typeof value === 'number') return { intValue: String(Math.trunc(value)) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return {
    kvlistValue: { values: Object.entries(value as object).map(([key, item]) => ({ key, value: anyValue(item) })) },
  };
}

/** What one round does with a batch; what comes back is checked, so that nothing is left out. */
export type Task = (bodies: Bodies) => number | Promise<number>;

function itemsOf(framing: { readonly kind: string; readonly items?: readonly unknown[] }): number {
  return framing.items?.length ?? 0;
}

/** The events of a batch whose text ends with the last of them. */
function textItems(protocol: ProtocolName, body: Buffer): number {
  const batch = textOf(protocol, body);
  return batch.kind === 'text' && batch.text.itemAt(batch.text.length - 2) === EVENTS - 1 ? EVENTS : 0;
}

async function received(body: Buffer, headers: PlainHeaders): Promise<number> {
  // As a socket gives it.
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += 65536) pieces.push(body.subarray(at, at + 65536));
  const stream = Readable.from(pieces, { objectMode: false });
  const read = await readBody(stream, headers, BODY_LIMITS, { nowMs: Date.now });
  return read.kind === 'body' ? answered(read.bytes, read.digest) : 0;
}

function answered(bytes: Uint8Array, digest: string): number {
  const framing = frameBulk(bytes);
  if (framing.kind === 'refused') return 0;
  const answer = bulkAnswer(framing, { filterPath: BEATS_FILTER, tookMs: 3, digest });
  const header = { format: 1, sender: 'dc-01', key: 'k', trust: 'authenticated', protocol: 'bulk' } as const;
  const parts = packEnvelope({ ...header, digest, receivedMs: 0, peer: '127.0.0.1' }, bytes);
  return answer.length > 0 && parts.length === 2 ? framing.items.length : 0;
}

export type TaskName =
  | 'JSON.parse of each event'
  | 'line feeds alone'
  | 'SHA-256 alone'
  | 'gunzip alone'
  | 'frame NDJSON'
  | 'frame a JSON array'
  | 'frame _bulk'
  | 'frame and answer NDJSON'
  | 'frame and answer _bulk to Beats'
  | 'frame and answer _bulk in full'
  | 'frame HEC'
  | 'frame OTLP in JSON'
  | 'frame OTLP in protobuf, texts'
  | 'frame OTLP in protobuf, maps'
  | 'text of OTLP in protobuf, texts'
  | 'text of OTLP in protobuf, maps'
  | 'text of NDJSON'
  | 'text of _bulk'
  | 'whole request, identity'
  | 'whole request, gzip'
  | 'whole request, zstd';

/** In the order in which they are run and printed. */
export const TASKS: Readonly<Record<TaskName, Task>> = {
  'JSON.parse of each event': ({ lines }) => {
    let events = 0;
    for (const line of lines) if (JSON.parse(line.toString()) !== null) events++;
    return events;
  },
  'line feeds alone': ({ ndjson }) => {
    let lines = 0;
    for (let at = ndjson.indexOf(10); at >= 0; at = ndjson.indexOf(10, at + 1)) lines++;
    return lines;
  },
  'SHA-256 alone': ({ bulk }) => (createHash('sha256').update(bulk).digest().length === 32 ? EVENTS : 0),
  'gunzip alone': ({ gzip, bulk }) => (gunzipSync(gzip).length === bulk.length ? EVENTS : 0),
  'frame NDJSON': ({ ndjson }) => itemsOf(frameNdjson(ndjson)),
  'frame a JSON array': ({ array }) => itemsOf(frameNdjson(array)),
  'frame _bulk': ({ bulk }) => itemsOf(frameBulk(bulk)),
  'frame and answer NDJSON': ({ ndjson }) => {
    const framing = frameNdjson(ndjson);
    return framing.kind === 'framed'
      ? (JSON.parse(ndjsonAnswer(framing, { batch: 'b' })) as { accepted: number }).accepted
      : 0;
  },
  'frame and answer _bulk to Beats': ({ bulk }) => answered(bulk, '0'.repeat(64)),
  'frame and answer _bulk in full': ({ bulk }) => {
    const framing = frameBulk(bulk);
    return framing.kind === 'framed' && bulkAnswer(framing, { tookMs: 3 }).length > 0 ? framing.items.length : 0;
  },
  'frame HEC': ({ hec }) => itemsOf(frameHec(hec)),
  'frame OTLP in JSON': ({ otlpJson }) => itemsOf(frameOtlpJson(otlpJson)),
  'frame OTLP in protobuf, texts': ({ otlpTexts }) => itemsOf(frameOtlpProtobuf(otlpTexts)),
  'frame OTLP in protobuf, maps': ({ otlpProtobuf: body }) => itemsOf(frameOtlpProtobuf(body)),
  'text of OTLP in protobuf, texts': ({ otlpTexts }) => textItems('otlp-protobuf', otlpTexts),
  'text of OTLP in protobuf, maps': ({ otlpProtobuf: body }) => textItems('otlp-protobuf', body),
  'text of NDJSON': ({ ndjson }) => textItems('ndjson', ndjson),
  'text of _bulk': ({ bulk }) => textItems('bulk', bulk),
  'whole request, identity': ({ bulk }) => received(bulk, {}),
  'whole request, gzip': ({ gzip }) => received(gzip, { 'content-encoding': 'gzip' }),
  'whole request, zstd': ({ zstd }) => received(zstd, { 'content-encoding': 'zstd' }),
};

export const TASK_NAMES: readonly TaskName[] = Object.keys(TASKS) as TaskName[];
