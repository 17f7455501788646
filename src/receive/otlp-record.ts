import type { JsonSink } from './json-sink.ts';
import { MAX_RECORD_DEPTH } from './limits.ts';
import { WireFault, WireType, type WireWalk } from './wire-walk.ts';

/** How a field of LogRecord is written in OTLP's JSON: 64-bit numbers as texts, ids in hex, other bytes in base64. */
type Kind = 'fixed64' | 'fixed32' | 'uint32' | 'text' | 'hex' | 'value';

interface Field {
  /** The key with its quotes and colon. */
  readonly key: string;
  readonly kind: Kind;
}

const WIRE_OF: Readonly<Record<Kind, WireType>> = {
  fixed64: WireType.Bit64,
  fixed32: WireType.Bit32,
  uint32: WireType.Varint,
  text: WireType.LengthDelimited,
  hex: WireType.LengthDelimited,
  value: WireType.LengthDelimited,
};

/** Fields of LogRecord but its attributes (opentelemetry-proto, logs.proto; SERVE 1.3). */
const FIELDS: readonly (readonly [number: number, name: string, kind: Kind])[] = [
  [1, 'timeUnixNano', 'fixed64'],
  [2, 'severityNumber', 'uint32'],
  [3, 'severityText', 'text'],
  [5, 'body', 'value'],
  [7, 'droppedAttributesCount', 'uint32'],
  [8, 'flags', 'fixed32'],
  [9, 'traceId', 'hex'],
  [10, 'spanId', 'hex'],
  [11, 'observedTimeUnixNano', 'fixed64'],
  [12, 'eventName', 'text'],
];
const ATTRIBUTES = 6;

/** By tag. */
const BY_TAG: ReadonlyMap<number, Field> = new Map(
  FIELDS.map(([number, name, kind]) => [tagOf(number, WIRE_OF[kind]), { key: `"${name}":`, kind }]),
);
const NUMBERS: ReadonlySet<number> = new Set([...FIELDS.map(([number]) => number), ATTRIBUTES]);
const ATTRIBUTE_TAG = tagOf(ATTRIBUTES, WireType.LengthDelimited);

/** Tags of AnyValue: a text, truth, whole number, number, list, map, bytes. */
const STRING_TAG = tagOf(1, WireType.LengthDelimited);
const BOOL_TAG = tagOf(2, WireType.Varint);
const INT_TAG = tagOf(3, WireType.Varint);
const DOUBLE_TAG = tagOf(4, WireType.Bit64);
const LIST_TAG = tagOf(5, WireType.LengthDelimited);
const MAP_TAG = tagOf(6, WireType.LengthDelimited);
const BYTES_TAG = tagOf(7, WireType.LengthDelimited);
const LAST_OF_VALUE = 7;
/** Of ArrayValue and KeyValueList, and of KeyValue. */
const ELEMENT_TAG = tagOf(1, WireType.LengthDelimited);
const KEY_TAG = tagOf(1, WireType.LengthDelimited);
const VALUE_TAG = tagOf(2, WireType.LengthDelimited);

function tagOf(number: number, type: WireType): number {
  return number * 8 + type;
}

/** Levels of JSON that the record's own object, and one of the list of its attributes, are. */
const RECORD_LEVEL = 1;
const ATTRIBUTE_LEVEL = 3;

/**
 * Tells a LogRecord of protobuf as OTLP writes it in JSON, so that one reader reads both. False where it nests too deeply: then what the sink has is not
 * whole. Throws what `walked` catches where the bytes are no LogRecord.
 */
export function tellRecord(walk: WireWalk, sink: JsonSink, start: number, end: number): boolean {
  const record = new RecordTeller(walk, sink);
  record.tell(start, end);
  return record.deepest <= MAX_RECORD_DEPTH;
}

class RecordTeller {
  deepest = RECORD_LEVEL;
  readonly #walk: WireWalk;
  readonly #sink: JsonSink;

  constructor(walk: WireWalk, sink: JsonSink) {
    this.#walk = walk;
    this.#sink = sink;
  }

  tell(start: number, end: number): void {
    const walk = this.#walk;
    const sink = this.#sink;
    walk.at = start;
    let attributes = 0;
    let separator = '{';
    while (walk.at < end) {
      const tag = walk.tag();
      const field = BY_TAG.get(tag);
      if (field !== undefined) {
        sink.ascii(separator);
        separator = ',';
        sink.ascii(field.key);
        this.#field(field.kind, end);
        if (walk.at > end) throw new WireFault('a number is longer than its message');
        continue;
      }
      if (tag === ATTRIBUTE_TAG) attributes++;
      else if (NUMBERS.has(tag >>> 3)) throw new WireFault(`field ${tag >>> 3} has the wrong type`);
      walk.passOver(tag, end);
    }
    if (attributes > 0) {
      sink.ascii(`${separator}"attributes":`);
      separator = ',';
      this.#attributes(start, end);
    }
    sink.ascii(separator === '{' ? '{}' : '}');
  }

  /** They may stand apart from one another, and are one list. */
  #attributes(start: number, end: number): void {
    const walk = this.#walk;
    walk.at = start;
    let separator = '[';
    while (walk.at < end) {
      const tag = walk.tag();
      if (tag !== ATTRIBUTE_TAG) {
        walk.passOver(tag, end);
        continue;
      }
      this.#sink.ascii(separator);
      separator = ',';
      this.#pair(walk.lengthEnd(end), ATTRIBUTE_LEVEL);
    }
    this.#sink.ascii(']');
  }

  #field(kind: Kind, end: number): void {
    const walk = this.#walk;
    if (kind === 'fixed64') this.#sink.ascii(`"${walk.fixed64()}"`);
    else if (kind === 'fixed32') this.#sink.ascii(String(walk.fixed32()));
    else if (kind === 'uint32') this.#sink.ascii(String(walk.uint32()));
    else if (kind === 'text') this.#text(end);
    else if (kind === 'hex') this.#encoded(end, 'hex');
    else this.#value(walk.lengthEnd(end), RECORD_LEVEL + 1);
  }

  #text(end: number): void {
    const walk = this.#walk;
    const to = walk.lengthEnd(end);
    this.#sink.text(walk.bytes, walk.at, to);
    walk.at = to;
  }

  #encoded(end: number, encoding: 'hex' | 'base64'): void {
    const walk = this.#walk;
    const to = walk.lengthEnd(end);
    this.#sink.ascii(`"${walk.bytes.toString(encoding, walk.at, to)}"`);
    walk.at = to;
  }

  /** An AnyValue up to `end`, which is an object at a level of its JSON. Too deep below, nothing of it is told. */
  #value(end: number, level: number): void {
    const walk = this.#walk;
    if (level > this.deepest) this.deepest = level;
    if (level > MAX_RECORD_DEPTH) {
      walk.at = end;
      return;
    }
    // It has one field; of several the last counts, as in protobuf.
    let place = -1;
    while (walk.at < end) {
      const start = walk.at;
      const tag = walk.tag();
      if (tag >>> 3 <= LAST_OF_VALUE) place = start;
      walk.passOver(tag, end);
    }
    if (place < 0) {
      this.#sink.ascii('{}');
      return;
    }
    walk.at = place;
    this.#one(walk.tag(), end, level);
    this.#sink.ascii('}');
    walk.at = end;
  }

  #one(tag: number, end: number, level: number): void {
    const walk = this.#walk;
    const sink = this.#sink;
    if (tag === STRING_TAG) {
      sink.ascii('{"stringValue":');
      this.#text(end);
    } else if (tag === BOOL_TAG) sink.ascii(`{"boolValue":${walk.bool()}`);
    else if (tag === INT_TAG) sink.ascii(`{"intValue":"${walk.int64()}"`);
    else if (tag === DOUBLE_TAG) sink.ascii(`{"doubleValue":${doubleText(walk.double())}`);
    else if (tag === LIST_TAG || tag === MAP_TAG) {
      sink.ascii(tag === LIST_TAG ? '{"arrayValue":{"values":[' : '{"kvlistValue":{"values":[');
      this.#elements(walk.lengthEnd(end), level + 1, tag === MAP_TAG);
      sink.ascii(']}');
    } else if (tag === BYTES_TAG) {
      sink.ascii('{"bytesValue":');
      this.#encoded(end, 'base64');
    } else throw new WireFault(`value ${tag >>> 3} has the wrong type`);
  }

  /** Those of an ArrayValue or KeyValueList, which is an object with the list `values`: they are two levels below it. */
  #elements(end: number, level: number, arePairs: boolean): void {
    const walk = this.#walk;
    if (level + 1 > this.deepest) this.deepest = level + 1;
    let isFirst = true;
    while (walk.at < end) {
      const tag = walk.tag();
      if (tag !== ELEMENT_TAG) {
        if (tag >>> 3 === 1) throw new WireFault('an element of a list is no message');
        walk.passOver(tag, end);
        continue;
      }
      if (!isFirst) this.#sink.ascii(',');
      isFirst = false;
      const to = walk.lengthEnd(end);
      if (arePairs) this.#pair(to, level + 2);
      else this.#value(to, level + 2);
    }
  }

  #pair(end: number, level: number): void {
    const walk = this.#walk;
    const sink = this.#sink;
    if (level > this.deepest) this.deepest = level;
    let key = -1;
    let value = -1;
    while (walk.at < end) {
      const start = walk.at;
      const tag = walk.tag();
      if (tag === KEY_TAG) key = start;
      else if (tag === VALUE_TAG) value = start;
      else if (tag >>> 3 <= 2) throw new WireFault(`field ${tag >>> 3} of a pair has the wrong type`);
      walk.passOver(tag, end);
    }
    sink.ascii('{"key":');
    if (key < 0) sink.ascii('""');
    else {
      walk.at = key;
      walk.tag();
      this.#text(end);
    }
    if (value >= 0) {
      sink.ascii(',"value":');
      walk.at = value;
      walk.tag();
      this.#value(walk.lengthEnd(end), level + 1);
    }
    sink.ascii('}');
    walk.at = end;
  }
}

/** JSON has no word for these; protobuf's mapping writes them as texts. */
function doubleText(value: number): string {
  return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
}
