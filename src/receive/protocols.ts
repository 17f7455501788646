import type { EntryForm } from '../entries/index.ts';
import { BatchText, TextMaker } from './batch-text.ts';
import { type BulkItem, frameBulk } from './bulk.ts';
import { type FileChunk, frameFileChunk } from './file-chunk.ts';
import type { Framed, FramedItem, RefusedBatch } from './framing.ts';
import { frameHec } from './hec.ts';
import { frameKeptEntries, type KeptItem } from './kept-entries.ts';
import { asBuffer, skipBlanks } from './lines.ts';
import { frameNdjson } from './ndjson.ts';
import { AFTER_RECORD, BEFORE_RECORD } from './otlp.ts';
import { frameOtlpJson } from './otlp-json.ts';
import { frameOtlpProtobuf, recordAlone, recordText } from './otlp-protobuf.ts';
import { frameSyslog } from './syslog-frames.ts';
import { syslogPayload } from './syslog-payload.ts';
import { updateDocument } from './update-document.ts';

/** Name of a protocol as it stands in an envelope. */
export type ProtocolName =
  | 'ndjson'
  | 'bulk'
  | 'hec'
  | 'hec-raw'
  | 'otlp-json'
  | 'otlp-protobuf'
  | 'syslog'
  | 'file'
  | 'kept';

/** One way in which batches come: how the items of a body are found again, and what text they make. */
interface Protocol {
  /** The scope that a key needs for it is `ingest:write:` and this. */
  readonly scope: string;
  readonly textOf: (body: Uint8Array) => ProtocolText | RefusedBatch;
}

/** The text of a batch for the readers of `shapes`. */
export interface ProtocolText {
  readonly kind: 'text';
  readonly text: BatchText;
  /** Items of the batch, the refused ones too: the numbers that the text's items count by. */
  readonly framing: Framed;
  /** The name that the sender gave an item (`_id`); undefined when it gave none. */
  readonly idOf: (item: number) => string | undefined;
  /** The bytes of an item that a reader reads by themselves, where those of the body are not so. */
  readonly lineOf?: (item: number) => Uint8Array;
  /** Items that hold no event, as is plain before they are read: they are not in the text. */
  readonly unread?: readonly UnreadItem[];
  /** The file that it is a piece of: its events are that file's, not the sender's. */
  readonly chunk?: FileChunk;
}

export interface UnreadItem {
  readonly item: number;
  readonly reason: string;
}

/** By the name that stands in the envelope. A protocol whose framing changes gets a new name, and keeps the old one beside it. */
const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  ndjson: { scope: 'ndjson', textOf: ndjsonText },
  bulk: { scope: 'bulk', textOf: bulkText },
  hec: { scope: 'hec', textOf: hecText },
  'hec-raw': { scope: 'hec', textOf: ndjsonText },
  'otlp-json': { scope: 'otlp', textOf: otlpJsonText },
  'otlp-protobuf': { scope: 'otlp', textOf: otlpProtobufText },
  syslog: { scope: 'syslog', textOf: syslogText },
  file: { scope: 'file', textOf: fileText },
  kept: { scope: 'kept', textOf: keptText },
};

/** What a key must be good for to bring batches of a protocol. */
export function scopeOf(protocol: ProtocolName): `ingest:write:${string}` {
  return `ingest:write:${PROTOCOLS[protocol].scope}`;
}

export function isProtocol(name: string): name is ProtocolName {
  return Object.hasOwn(PROTOCOLS, name);
}

/**
 * The accepted items of a batch as one text that `TextReader` reads: NDJSON and XML as they are without what was refused, elements
 * of an array and sources of `_bulk` a line each. The same bytes give the same items as before the answer.
 *
 *     const batch = textOf(envelope.protocol, envelope.body);
 *     if (batch.kind === 'text') for (const piece of batch.text.pieces) reader.push(piece, sink);
 */
export function textOf(protocol: ProtocolName, body: Uint8Array): ProtocolText | RefusedBatch {
  return PROTOCOLS[protocol].textOf(body);
}

function ndjsonText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameNdjson(body);
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  if (framing.form === 'lines' || framing.form === 'xml') maker.cutOut(body, framing.items);
  else
    for (const [number, item] of framing.items.entries()) {
      if (item.refused === undefined) maker.line(number, body.subarray(item.start, item.end));
    }
  return { kind: 'text', text: new BatchText(maker), framing, idOf: () => undefined };
}

function bulkText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameBulk(body);
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  for (const [number, item] of framing.items.entries()) {
    if (item.refused !== undefined || item.op === 'delete') continue;
    maker.form = item.op === 'update' ? 'update' : 'plain';
    maker.line(number, sourceOf(body, item));
  }
  return { kind: 'text', text: new BatchText(maker), framing, idOf: (item) => framing.items[item]?.id };
}

function syslogText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameSyslog(body);
  if (framing.kind === 'refused') return framing;
  const bytes = asBuffer(body);
  const maker = new TextMaker();
  const unread: UnreadItem[] = [];
  // An item is the event alone where one is found: it is what can be read again later.
  const items = framing.items.map((item, number) => {
    const payload = syslogPayload(bytes, item.start, item.end);
    if (typeof payload === 'string') {
      unread.push({ item: number, reason: payload });
      return item;
    }
    const event = bytes.subarray(payload.start, payload.end);
    if (payload.form === 'json') maker.line(number, event);
    else maker.whole(number, event);
    return { ...item, start: payload.start, end: payload.end };
  });
  const events = { ...framing, items };
  return { kind: 'text', text: new BatchText(maker), framing: events, idOf: () => undefined, unread };
}

function fileText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameFileChunk(body);
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  // The content is its own text; places in it are told from its first byte.
  const start = body.length - framing.content.length;
  const items = framing.items.map((item) => ({ ...item, start: item.start - start, end: item.end - start }));
  if (framing.chunk.carry > 0) {
    maker.form = 'row';
    maker.head = asBuffer(framing.content).toString('utf8', 0, framing.chunk.carry);
  }
  maker.cutOut(framing.content, items);
  return { kind: 'text', text: new BatchText(maker), framing, idOf: () => undefined, chunk: framing.chunk };
}

function sourceOf(body: Uint8Array, { op, start, end }: BulkItem): Uint8Array {
  const source = body.subarray(start, end);
  return op === 'update' ? updateDocument(source) : source;
}

function hecText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameHec(body);
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  for (const [number, { start, end, refused }] of framing.items.entries()) {
    if (refused === undefined) maker.line(number, body.subarray(start, end));
  }
  return { kind: 'text', text: new BatchText(maker), framing, idOf: () => undefined };
}

function otlpJsonText(body: Uint8Array): ProtocolText | RefusedBatch {
  return recordsText(frameOtlpJson(body), 'otlp-json', ({ start, end }) => body.subarray(start, end));
}

function otlpProtobufText(body: Uint8Array): ProtocolText | RefusedBatch {
  return recordsText(frameOtlpProtobuf(body), 'otlp-protobuf', (item) => recordText(body, item));
}

/** Each record as a request of its own: a line of what an exporter to a file writes. */
function recordsText<Item extends FramedItem>(
  framing: Framed<Item> | RefusedBatch,
  form: EntryForm,
  recordOf: (item: Item) => Uint8Array,
): ProtocolText | RefusedBatch {
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  maker.form = form;
  for (const [number, item] of framing.items.entries()) {
    if (item.refused === undefined) maker.line(number, BEFORE_RECORD, recordOf(item), AFTER_RECORD);
  }
  const lineOf = (number: number): Uint8Array => {
    const item = framing.items[number];
    return item === undefined ? new Uint8Array(0) : Buffer.concat([BEFORE_RECORD, recordOf(item), AFTER_RECORD]);
  };
  return { kind: 'text', text: new BatchText(maker), framing, idOf: () => undefined, lineOf };
}

/** Kept events, each read as what it came in was read. */
function keptText(body: Uint8Array): ProtocolText | RefusedBatch {
  const framing = frameKeptEntries(body);
  if (framing.kind === 'refused') return framing;
  const maker = new TextMaker();
  if (framing.head !== undefined) maker.before(framing.head);
  for (const [number, item] of framing.items.entries()) putKept(maker, number, item, body);
  return { kind: 'text', text: new BatchText(maker), framing, idOf: () => undefined };
}

function putKept(maker: TextMaker, number: number, { start, end, form }: KeptItem, body: Uint8Array): void {
  const bytes = body.subarray(start, end);
  maker.form = form;
  if (form === 'otlp-json') maker.line(number, BEFORE_RECORD, bytes, AFTER_RECORD);
  else if (form === 'otlp-protobuf') maker.line(number, BEFORE_RECORD, recordAlone(bytes), AFTER_RECORD);
  else if (form === 'update') maker.line(number, updateDocument(bytes));
  else if (form === 'plain' && isJson(bytes)) maker.line(number, bytes);
  else maker.whole(number, bytes);
}

/** Objects are lines; line ends count in everything else. */
function isJson(bytes: Uint8Array): boolean {
  const first = bytes[skipBlanks(bytes, 0, bytes.length)];
  return first === 0x7b || first === 0x5b;
}
