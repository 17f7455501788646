import {
  bestWay,
  type CameBy,
  cameBy,
  channelKey,
  type Event,
  formatTime,
  isPrintableMs,
  type ObjectSight,
  type RecordClass,
  type RecordId,
  type RepositoryEvidence,
  SYSTEM_FIELDS,
  type TimeQuality,
} from '../windows/index.ts';

/** Where one copy of a record lies; offset and length are bytes in the innermost file. */
export interface RecordSource extends CameBy {
  readonly file: string;
  readonly container?: readonly string[];
  readonly offset: number;
  readonly length: number;
  /** From 1; of text shapes only. */
  readonly line?: number;
}

/** A cited record, whole: kind `record` of PRODUCT 7.1. Keys that are not known are left out. */
export interface RecordLine extends CameBy {
  readonly id: string;
  /** Event time (SETTLED A10); absent when the record claims no time that can be printed. */
  readonly time?: string;
  /** System/TimeCreated. */
  readonly timeRaw?: string;
  /** Host key (DOMAIN 3.4). */
  readonly host: string;
  /** Computer as written. */
  readonly hostRaw: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly version: number;
  readonly recordId?: RecordId;
  readonly headerRecordId?: RecordId;
  /** Of an object of a repository the label of CIM-REPOSITORY 7.5. */
  readonly class: RecordClass | string;
  /** True when its template came from another chunk or file: what it says is inferred (SETTLED A16). */
  readonly foreignTemplate?: boolean;
  /** `evtx`, `repository`, `audit`, or the shape of SERVE 2.1. */
  readonly shape: string;
  /** How good the time is; absent where it is exact. */
  readonly timeQuality?: TimeQuality;
  readonly sources: readonly RecordSource[];
  /** Of an object at rest (SETTLED D3). */
  readonly object?: RecordObject;
  readonly repository?: RepositoryEvidence;
  /** The other System fields, canonical text. */
  readonly system: Readonly<Record<string, string>>;
  /** Every field in document order, canonical text; a name's second value is called `Name#2` (SETTLED A11). */
  readonly data: Readonly<Record<string, string>>;
}

/** What a record is that comes from no log: an object of a repository or of an audit. */
export interface RecordObject {
  readonly kind: 'instance' | 'class';
  readonly namespace?: string;
  readonly class: string;
  readonly superclasses?: readonly string[];
  /** `Class.Key="value"`; of a class its name. */
  readonly path: string;
  /** Start of the run of the WMI service that stored it, and its place in the order of that run; never a creation (CIM 6.6). */
  readonly serviceRun?: { readonly notBefore: string; readonly sequence: string };
}

function objectOf({ object, path, serviceRun }: ObjectSight): RecordObject {
  const { ms, ticks } = serviceRun?.notBefore ?? { ms: Number.NaN, ticks: 0 };
  return {
    kind: object.kind,
    ...(object.namespace === undefined ? {} : { namespace: object.namespace }),
    class: object.className,
    ...(object.superclasses.length === 0 ? {} : { superclasses: object.superclasses }),
    path,
    ...(serviceRun === undefined || !isPrintableMs(ms)
      ? {}
      : { serviceRun: { notBefore: formatTime(ms, ticks), sequence: serviceRun.sequence } }),
  };
}

/**
 * The fields as one object without a prototype, so that a field called `__proto__` is a field like any other (EVTX 6.2).
 * Repeated names are numbered from the second on, and no value is ever overwritten.
 */
function fieldsOf(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  const seen = new Map<string, number>();
  for (const [name, value] of entries) {
    let ordinal = (seen.get(name) ?? 0) + 1;
    let key = ordinal === 1 ? name : `${name}#${ordinal}`;
    while (key in fields) {
      ordinal += 1;
      key = `${name}#${ordinal}`;
    }
    seen.set(name, ordinal);
    fields[key] = value;
  }
  return fields;
}

/** The `record` object of an event that is cited; `id` is its record id and `host` its host key (DOMAIN 3.4). */
export function recordLine(event: Event, id: string, host: string): RecordLine {
  const system: Record<string, string> = {};
  for (const field of SYSTEM_FIELDS) {
    const value = event.system(field);
    if (value !== undefined) system[field] = value;
  }
  const { sight } = event;
  // A repository keeps no times; an audit has the time of its look.
  const isDated = sight === undefined || (sight.source === 'audit' && sight.isTimed);
  return {
    id,
    ...(isDated && isPrintableMs(event.timeMs) ? { time: formatTime(event.timeMs, event.timeTicks) } : {}),
    ...(isDated && isPrintableMs(event.createdMs) ? { timeRaw: formatTime(event.createdMs, event.createdTicks) } : {}),
    host,
    hostRaw: event.computer,
    channel: event.channel,
    provider: event.provider,
    eventId: event.eventId,
    version: event.version,
    ...(event.recordId === undefined ? {} : { recordId: event.recordId }),
    ...(event.headerRecordId === undefined ? {} : { headerRecordId: event.headerRecordId }),
    class: sight?.repository?.label ?? event.recordClass,
    ...(event.isForeignTemplate ? { foreignTemplate: true } : {}),
    shape: event.shape ?? 'evtx',
    ...(event.timeQuality === undefined || event.timeQuality === 'exact' ? {} : { timeQuality: event.timeQuality }),
    sources: [event.place, ...event.otherPlaces].map(({ source, offset, length, line }) => ({
      file: source.file,
      ...(source.container === undefined ? {} : { container: source.container }),
      offset,
      length,
      ...(line === undefined ? {} : { line }),
      ...cameBy(source),
    })),
    ...bestWay([event.place, ...event.otherPlaces].map(({ source }) => source)),
    ...(sight === undefined ? {} : { object: objectOf(sight) }),
    ...(sight?.repository === undefined ? {} : { repository: sight.repository }),
    system,
    data: fieldsOf(event.entries()),
  };
}

/** Orders records by time, host, channel, record id, then id (L7). */
export function compareRecordLines(a: RecordLine, b: RecordLine): number {
  return (
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.host, b.host) ||
    compareText(channelKey(a), channelKey(b)) ||
    compareIds(a.recordId, b.recordId) ||
    compareText(a.id, b.id)
  );
}

function compareIds(a: RecordId | undefined, b: RecordId | undefined): number {
  const x = String(a ?? '');
  const y = String(b ?? '');
  return x.length - y.length || compareText(x, y);
}

/** Code-unit order: never the locale's (L4). */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
