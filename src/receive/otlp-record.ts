import { MAX_RECORD_DEPTH } from './limits.ts';
import { WireFault, WireType, WireWalk } from './wire-walk.ts';

/** How a field of LogRecord is written in OTLP's JSON: 64-bit numbers as texts, ids in hex, other bytes in base64. */
type Kind = 'fixed64' | 'fixed32' | 'uint32' | 'text' | 'hex' | 'value' | 'pair';

interface Field {
  readonly name: string;
  readonly kind: Kind;
}

/** Fields of LogRecord by their numbers (opentelemetry-proto, logs.proto; SERVE 1.3). */
const RECORD: Readonly<Record<number, Field>> = {
  1: { name: 'timeUnixNano', kind: 'fixed64' },
  2: { name: 'severityNumber', kind: 'uint32' },
  3: { name: 'severityText', kind: 'text' },
  5: { name: 'body', kind: 'value' },
  6: { name: 'attributes', kind: 'pair' },
  7: { name: 'droppedAttributesCount', kind: 'uint32' },
  8: { name: 'flags', kind: 'fixed32' },
  9: { name: 'traceId', kind: 'hex' },
  10: { name: 'spanId', kind: 'hex' },
  11: { name: 'observedTimeUnixNano', kind: 'fixed64' },
  12: { name: 'eventName', kind: 'text' },
};

const WIRE_OF: Readonly<Record<Kind, WireType>> = {
  fixed64: WireType.Bit64,
  fixed32: WireType.Bit32,
  uint32: WireType.Varint,
  text: WireType.LengthDelimited,
  hex: WireType.LengthDelimited,
  value: WireType.LengthDelimited,
  pair: WireType.LengthDelimited,
};

/** Levels of JSON that the record's own object, and the list of its attributes with one of them, are. */
const RECORD_LEVEL = 1;
const ATTRIBUTE_LEVEL = 3;

/**
 * A LogRecord of protobuf as OTLP writes it in JSON, so that one reader reads both; undefined where it nests too deeply. Throws what `walked` catches where
 * the bytes are no LogRecord.
 */
export function recordText(bytes: Buffer, start: number, end: number): string | undefined {
  const writer = new RecordWriter(bytes, start);
  const text = writer.record(end);
  return writer.deepest > MAX_RECORD_DEPTH ? undefined : text;
}

class RecordWriter {
  deepest = RECORD_LEVEL;
  readonly #walk: WireWalk;

  constructor(bytes: Buffer, start: number) {
    this.#walk = new WireWalk(bytes);
    this.#walk.jump(start);
  }

  record(end: number): string {
    const attributes: string[] = [];
    let text = '';
    this.#walk.fields(end, (number, type) => {
      const field = RECORD[number];
      if (field === undefined) return false;
      const { name, kind } = field;
      if (type !== WIRE_OF[kind]) throw new WireFault(`field ${number} has the wrong type`);
      if (kind === 'pair') attributes.push(this.#pair(this.#walk.lengthEnd(end), ATTRIBUTE_LEVEL));
      else text += `,"${name}":${this.#scalar(kind, end)}`;
      return true;
    });
    if (attributes.length > 0) text += `,"attributes":[${attributes.join(',')}]`;
    return `{${text.slice(1)}}`;
  }

  #scalar(kind: Exclude<Kind, 'pair'>, end: number): string {
    const walk = this.#walk;
    switch (kind) {
      case 'fixed64':
        return `"${walk.fixed64()}"`;
      case 'fixed32':
        return String(walk.fixed32());
      case 'uint32':
        return String(walk.uint32());
      case 'text':
        return JSON.stringify(walk.text(walk.lengthEnd(end)));
      case 'hex':
        return `"${walk.encoded(walk.lengthEnd(end), 'hex')}"`;
      case 'value':
        return this.#value(walk.lengthEnd(end), RECORD_LEVEL + 1);
    }
  }

  /** An AnyValue up to `end`, which is an object at a level of its JSON. Too deep below, nothing of it is written. */
  #value(end: number, level: number): string {
    if (level > this.deepest) this.deepest = level;
    if (level > MAX_RECORD_DEPTH) {
      this.#walk.jump(end);
      return '{}';
    }
    let text = '';
    // A value has one field; of several the last counts, as in protobuf.
    this.#walk.fields(end, (number, type) => {
      const written = this.#kindOfValue(number, type, end, level);
      if (written !== undefined) text = written;
      return written !== undefined;
    });
    return `{${text}}`;
  }

  #kindOfValue(number: number, type: WireType, end: number, level: number): string | undefined {
    const walk = this.#walk;
    const isLong = type === WireType.LengthDelimited;
    if (number === 1 && isLong) return `"stringValue":${JSON.stringify(walk.text(walk.lengthEnd(end)))}`;
    if (number === 2 && type === WireType.Varint) return `"boolValue":${walk.bool()}`;
    if (number === 3 && type === WireType.Varint) return `"intValue":"${walk.int64()}"`;
    if (number === 4 && type === WireType.Bit64) return `"doubleValue":${doubleText(walk.double())}`;
    if (number === 5 && isLong) return `"arrayValue":${this.#list(walk.lengthEnd(end), level + 1, false)}`;
    if (number === 6 && isLong) return `"kvlistValue":${this.#list(walk.lengthEnd(end), level + 1, true)}`;
    if (number === 7 && isLong) return `"bytesValue":"${walk.encoded(walk.lengthEnd(end), 'base64')}"`;
    if (number >= 1 && number <= 7) throw new WireFault(`value ${number} has the wrong type`);
    return undefined;
  }

  /** An ArrayValue or KeyValueList: an object with the list `values`, whose elements are two levels below. */
  #list(end: number, level: number, arePairs: boolean): string {
    const parts: string[] = [];
    if (level + 1 > this.deepest) this.deepest = level + 1;
    this.#walk.fields(end, (number, type) => {
      if (number !== 1) return false;
      if (type !== WireType.LengthDelimited) throw new WireFault('an element of a list is no message');
      const innerEnd = this.#walk.lengthEnd(end);
      parts.push(arePairs ? this.#pair(innerEnd, level + 2) : this.#value(innerEnd, level + 2));
      return true;
    });
    return `{"values":[${parts.join(',')}]}`;
  }

  #pair(end: number, level: number): string {
    let key = '';
    let value = '';
    this.#walk.fields(end, (number, type) => {
      if (number !== 1 && number !== 2) return false;
      if (type !== WireType.LengthDelimited) throw new WireFault(`field ${number} of a pair has the wrong type`);
      const innerEnd = this.#walk.lengthEnd(end);
      if (number === 1) key = this.#walk.text(innerEnd);
      else value = `,"value":${this.#value(innerEnd, level + 1)}`;
      return true;
    });
    if (level > this.deepest) this.deepest = level;
    return `{"key":${JSON.stringify(key)}${value}}`;
  }
}

/** JSON has no word for these; protobuf's mapping writes them as texts. */
function doubleText(value: number): string {
  return Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;
}
