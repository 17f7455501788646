import { type LoggedEvent, otlpProtobuf, SHAPE_WRITERS, type ShapeWriter } from '../../../testkit/index.ts';

/** How a batch goes to a server; `folder` is a file in a watched folder. */
export type Protocol =
  | 'ndjson'
  | 'array'
  | 'xml'
  | 'bulk'
  | 'hec'
  | 'hec raw'
  | 'otlp json'
  | 'otlp protobuf'
  | 'syslog'
  | 'folder';

/** A shipper's shape with the protocol that it speaks. */
export interface Way {
  readonly writer: ShapeWriter;
  readonly protocol: Protocol;
  /** What stands around the event in the protocol, where the writer does not write that itself. */
  readonly wrap?: (unit: string) => string;
}

/** `{"event":…}` around an object, or around a text. */
const AROUND_OBJECT = (unit: string): string => `{"event":${unit}}`;
const AROUND_TEXT = (unit: string): string => `{"sourcetype":"WinEventLog","event":${JSON.stringify(unit)}}`;

type Spoken = readonly (Protocol | readonly ['hec', (unit: string) => string])[];

/** By the style of a writer, the first that fits: what ships it, or that it is a file. */
const SPOKEN: readonly (readonly [RegExp, Spoken])[] = [
  [/^wevtutil \/f:xml$|RenderedXml/, ['xml']],
  [/^Splunk XmlWinEventLog$/, ['hec raw', 'syslog']],
  [/^event\.original/, ['bulk']],
  [/^OpenWEC Json$|^Vector/, ['ndjson', 'syslog']],
  [/^OpenWEC|^OpenTelemetry since/, ['ndjson']],
  [/^OpenTelemetry/, ['otlp json', 'otlp protobuf']],
  [/^evtx_dump -o jsonl|separate-json|^Velociraptor|^Sentinel SecurityEvent$|^Sentinel Event|as text$/, ['ndjson']],
  [/^Winlogbeat 8$/, ['bulk', ['hec', AROUND_OBJECT], 'syslog']],
  [/^Elastic Agent|^Winlogbeat 6$/, ['bulk']],
  [/^NXLog with parsed/, ['bulk', 'syslog']],
  [/^NXLog|^flat TimeCreated/, ['ndjson']],
  [/^Fluent Bit winevtlog$/, ['bulk', ['hec', AROUND_OBJECT]]],
  [/^Fluent Bit/, ['ndjson']],
  [/^Splunk HEC/, ['hec']],
  [/^Splunk classic text/, [['hec', AROUND_TEXT], 'folder']],
  [/^a tree with @|^Get-WinEvent/, ['array']],
  [/./, ['folder']],
];

/** Every writer of the test kit with every protocol that is spoken by what writes so. */
export const WAYS: readonly Way[] = SHAPE_WRITERS.flatMap((writer) => {
  const [, spoken = []] = SPOKEN.find(([style]) => style.test(writer.style)) ?? [];
  return spoken.map(
    (one): Way => (typeof one === 'string' ? { writer, protocol: one } : { writer, protocol: one[0], wrap: one[1] }),
  );
});

export function nameOf({ writer, protocol }: Way): string {
  return `${writer.style} (${writer.shape}) by ${protocol}`;
}

/** Events as one product writes them, cut so that any of them can stand in any batch; a whole file where the product writes files. */
export interface Written {
  readonly units: readonly string[];
  /** The same as one file: what a hunt reads. */
  readonly file: string | Uint8Array;
  readonly ending: string;
}

export function written({ writer, protocol, wrap }: Way, events: readonly LoggedEvent[]): Written {
  const { ending } = writer;
  if (protocol === 'folder') return { units: [], file: writer.write(events), ending };
  const units = events.map((event) => unitOf(`${writer.write([event])}`, protocol));
  const isText = wrap === AROUND_TEXT;
  const wrapped = wrap === undefined ? units : units.map(wrap);
  // A text alone would be read as another shape than in its envelope; an object is the same.
  const whole = protocol === 'array' ? `[${units.join(',\n')}]` : (isText ? wrapped : units).join('\n');
  return { units: wrapped, file: whole, ending: isText ? 'json' : ending };
}

function unitOf(text: string, protocol: Protocol): string {
  const unit = text.trim();
  return protocol === 'array' && unit.startsWith('[') ? unit.slice(1, -1).trim() : unit;
}

/** The request in which a protocol other than syslog and folders brings these units. */
export function requestOf(
  protocol: Protocol,
  units: readonly string[],
): { readonly path: string; readonly type: string; readonly body: string | Uint8Array } {
  switch (protocol) {
    case 'bulk': {
      const body = units.map((unit) => `{"create":{"_index":"logs"}}\n${unit}\n`).join('');
      return { path: '/elastic/_bulk', type: 'application/x-ndjson', body };
    }
    case 'hec':
      return { path: '/services/collector/event', type: 'application/json', body: units.join('') };
    case 'hec raw':
      return { path: '/services/collector/raw', type: 'text/plain', body: units.join('\n') };
    case 'otlp json':
      return { path: '/v1/logs', type: 'application/json', body: oneRequest(units) };
    case 'otlp protobuf':
      return { path: '/v1/logs', type: 'application/x-protobuf', body: otlpProtobuf(oneRequest(units)) };
    case 'xml':
      return { path: '/v1/ingest', type: 'application/xml', body: units.join('\n') };
    case 'array':
      return { path: '/v1/ingest', type: 'application/json', body: `[${units.join(',')}]` };
    default:
      return { path: '/v1/ingest', type: 'application/x-ndjson', body: units.join('\n') };
  }
}

/** Units that are a request of OTLP each, as one request. */
function oneRequest(units: readonly string[]): string {
  const resourceLogs = units.map((unit) => unit.slice('{"resourceLogs":['.length, unit.lastIndexOf(']')));
  return `{"resourceLogs":[${resourceLogs.join(',')}]}`;
}
