/** An OTLP request as `JSON.parse` gives it, or a part of one. */
type Part = { readonly [name: string]: unknown };

/** How the members of a message of opentelemetry-proto are written: their number, and what they are. */
type Member = readonly [number: number, kind: string];
type Layout = Readonly<Record<string, Member>>;

const LAYOUTS: Readonly<Record<string, Layout>> = {
  request: { resourceLogs: [1, 'resourceLogs'] },
  resourceLogs: { resource: [1, 'resource'], scopeLogs: [2, 'scopeLogs'], schemaUrl: [3, 'string'] },
  resource: { attributes: [1, 'keyValue'], droppedAttributesCount: [2, 'varint'] },
  scopeLogs: { scope: [1, 'scope'], logRecords: [2, 'logRecord'], schemaUrl: [3, 'string'] },
  scope: { name: [1, 'string'], version: [2, 'string'] },
  logRecord: {
    timeUnixNano: [1, 'fixed64'],
    severityNumber: [2, 'varint'],
    severityText: [3, 'string'],
    body: [5, 'anyValue'],
    attributes: [6, 'keyValue'],
    droppedAttributesCount: [7, 'varint'],
    flags: [8, 'fixed32'],
    traceId: [9, 'hex'],
    spanId: [10, 'hex'],
    observedTimeUnixNano: [11, 'fixed64'],
    eventName: [12, 'string'],
  },
  keyValue: { key: [1, 'string'], value: [2, 'anyValue'] },
  anyValue: {
    stringValue: [1, 'string'],
    boolValue: [2, 'varint'],
    intValue: [3, 'varint'],
    doubleValue: [4, 'double'],
    arrayValue: [5, 'arrayValue'],
    kvlistValue: [6, 'kvlistValue'],
    bytesValue: [7, 'base64'],
  },
  arrayValue: { values: [1, 'anyValue'] },
  kvlistValue: { values: [1, 'keyValue'] },
};

/** The same request in protobuf: `text` is an OTLP request in JSON. */
export function otlpProtobuf(text: string): Buffer {
  return message(JSON.parse(text) as Part, 'request');
}

/** One LogRecord in protobuf. */
export function logRecordProtobuf(record: Part): Buffer {
  return message(record, 'logRecord');
}

function message(part: Part, layout: string): Buffer {
  const pieces: Buffer[] = [];
  for (const [name, [number, kind]] of Object.entries(LAYOUTS[layout] ?? {})) {
    const found = part[name];
    if (found === undefined) continue;
    for (const item of Array.isArray(found) ? found : [found]) pieces.push(field(number, kind, item));
  }
  return Buffer.concat(pieces);
}

function field(number: number, kind: string, value: unknown): Buffer {
  if (kind === 'varint') return Buffer.concat([varint(number * 8), varint(BigInt(value as number | string | boolean))]);
  if (kind === 'fixed64' || kind === 'double' || kind === 'fixed32')
    return fixed(number, kind, value as string | number);
  const bytes =
    kind === 'string'
      ? Buffer.from(value as string)
      : kind === 'hex' || kind === 'base64'
        ? Buffer.from(value as string, kind)
        : message(value as Part, kind);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function fixed(number: number, kind: 'fixed64' | 'double' | 'fixed32', value: string | number): Buffer {
  const bytes = Buffer.alloc(kind === 'fixed32' ? 4 : 8);
  if (kind === 'fixed32') bytes.writeUInt32LE(Number(value));
  else if (kind === 'double') bytes.writeDoubleLE(Number(value));
  else bytes.writeBigUInt64LE(BigInt(value));
  return Buffer.concat([varint(number * 8 + (kind === 'fixed32' ? 5 : 1)), bytes]);
}

/** Base 128, least digits first; a negative number has ten bytes, as in protobuf. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  while (left > 127n) {
    bytes.push(Number(left & 127n) | 128);
    left >>= 7n;
  }
  return Buffer.from([...bytes, Number(left)]);
}
