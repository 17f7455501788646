import {
  canonicalFieldText,
  canonicalKeywords,
  detachEvent,
  type Event,
  type FieldLayout,
  type FieldType,
  fieldLayoutOf,
  type Instant,
  type Place,
  parseTime,
  type RecordClass,
  type RecordId,
  type Source,
  type SystemField,
  type TimeQuality,
} from '../windows/index.ts';
import { typesOfFields } from './field-types.ts';
import type { JsonValue } from './json-value.ts';
import { hasUtcTime, utcTimeOf } from './source-clock.ts';
import type { ShapedEvent, ShapeId, StatedTime, UnitPlace } from './types.ts';

/** A value as a shape holds it, not yet in the spelling of EVTX. */
export type FieldValue = string | number | bigint | boolean;

/** A field with its name as EVTX has it. */
export type RawField = readonly [name: string, value: FieldValue];

/** What a shape found in a unit. */
export interface EventParts {
  readonly shape: ShapeId;
  readonly source: Source;
  readonly place: UnitPlace;
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  /** Where a shape leaves it out, the fields tell it as far as they can; else 0 (SETTLED B13). */
  readonly version?: number | undefined;
  readonly computer: string;
  readonly recordId?: RecordId | undefined;
  readonly stated: StatedTime;
  /** EventReceivedTime minus @timestamp, minutes. */
  readonly receivedOffsetMinutes?: number | undefined;
  /** A System field as the shape writes it; what is no number, GUID or SID where one belongs counts as absent. */
  readonly system?: ((field: SystemField) => JsonValue | undefined) | undefined;
  /** The field `UtcTime` where it can be had without the others. */
  readonly utcTime?: (() => JsonValue | undefined) | undefined;
  /** Fields in order, NULL ones left out. Asked for once, when the first of them is wanted. */
  fields(): readonly RawField[];
}

const NO_TEXTS: readonly string[] = [];
const NO_TYPES: readonly FieldType[] = [];
const NONE_YET: (string | undefined)[] = [];

const SYSTEM_TYPES: Readonly<Record<SystemField, FieldType>> = {
  ProviderGuid: 'guid',
  Level: 'dec',
  Task: 'dec',
  Opcode: 'dec',
  Keywords: 'hex',
  ActivityID: 'guid',
  RelatedActivityID: 'guid',
  ProcessID: 'dec',
  ThreadID: 'dec',
  UserID: 'sid',
  Qualifiers: 'dec',
};

/** What a System field of each type looks like; names and rendered texts do not. */
const SYSTEM_TEXT: Readonly<Partial<Record<FieldType, RegExp>>> = {
  guid: /^\{[0-9a-f-]{36}\}$/,
  dec: /^\d{1,20}$/,
  sid: /^S-1-\d/,
};

/** The event that every shape gives: values in the spelling of EVTX (SETTLED B13), made when asked for. */
class EventOfParts implements ShapedEvent {
  readonly shape: ShapeId;
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly computer: string;
  readonly recordId: RecordId | undefined;
  readonly headerRecordId: RecordId | undefined;
  readonly stated: StatedTime;
  readonly receivedOffsetMinutes?: number;
  readonly recordClass: RecordClass = 'live';
  readonly isForeignTemplate = false;
  readonly otherPlaces: readonly Place[] = [];
  readonly #parts: EventParts;
  #raw: readonly RawField[] | undefined;
  #texts: (string | undefined)[] = NONE_YET;
  #types: readonly FieldType[] = NO_TYPES;
  #entries: readonly (readonly [string, string])[] | undefined;
  #layout: FieldLayout | undefined;
  #utcTime: { readonly instant: Instant | undefined } | undefined;

  constructor(parts: EventParts) {
    this.#parts = parts;
    this.shape = parts.shape;
    this.provider = parts.provider;
    this.channel = parts.channel;
    this.eventId = parts.eventId;
    this.computer = parts.computer;
    this.recordId = parts.recordId;
    this.headerRecordId = parts.place.headerRecordId;
    this.stated = parts.stated;
    if (parts.receivedOffsetMinutes !== undefined) this.receivedOffsetMinutes = parts.receivedOffsetMinutes;
  }

  get version(): number {
    const { version } = this.#parts;
    if (version !== undefined) return version;
    const fields = this.#fields();
    return this.#layout?.versionOf(fields.map(([name]) => name)) ?? 0;
  }
  /** Only Sysmon has it, and only of its events it is asked. */
  get utcTime(): Instant | undefined {
    if (!hasUtcTime(this.provider)) return undefined;
    if (this.#utcTime === undefined) {
      const direct = this.#parts.utcTime?.();
      this.#utcTime = { instant: typeof direct === 'string' ? parseTime(direct) : utcTimeOf(this) };
    }
    return this.#utcTime.instant;
  }
  get timeMs(): number {
    return this.stated.ms;
  }
  get timeTicks(): number {
    return this.stated.ticks;
  }
  get createdMs(): number {
    return this.stated.ms;
  }
  get createdTicks(): number {
    return this.stated.ticks;
  }
  get timeQuality(): TimeQuality {
    const { zone, precision } = this.stated;
    if (zone !== 'utc') return 'local-assumed';
    return precision === 'ticks' ? 'exact' : precision;
  }
  get place(): Place {
    const { offset, length, line } = this.#parts.place;
    return { source: this.#parts.source, offset, length, line };
  }

  system(field: SystemField): string | undefined {
    const value = this.#parts.system?.(field);
    if (value === undefined || value === null) return undefined;
    if (field === 'Keywords') return canonicalKeywords(value);
    if (typeof value === 'object') return undefined;
    const type = SYSTEM_TYPES[field];
    const text = canonicalFieldText(type, value);
    return SYSTEM_TEXT[type]?.test(text) === true ? text : undefined;
  }

  get(name: string): string | undefined {
    const fields = this.#fields();
    for (let at = 0; at < fields.length; at++) if (fields[at]?.[0] === name) return this.#text(at);
    return undefined;
  }

  all(name: string): readonly string[] {
    const fields = this.#fields();
    let found: string[] | undefined;
    for (let at = 0; at < fields.length; at++) {
      if (fields[at]?.[0] !== name) continue;
      found ??= [];
      found.push(this.#text(at));
    }
    return found ?? NO_TEXTS;
  }

  entries(): readonly (readonly [string, string])[] {
    this.#entries ??= this.#fields().map(([name], at) => [name, this.#text(at)] as const);
    return this.#entries;
  }

  detach(): Event {
    return detachEvent(this);
  }

  #fields(): readonly RawField[] {
    if (this.#raw === undefined) {
      this.#raw = this.#parts.fields();
      this.#layout = fieldLayoutOf(this.provider, this.eventId);
      this.#types = typesOfFields(this.#layout, this.#raw);
      this.#texts = new Array<string | undefined>(this.#raw.length);
    }
    return this.#raw;
  }

  /** The text of a field, made once: rules, layouts and the archive ask for the same ones. */
  #text(at: number): string {
    const known = this.#texts[at];
    if (known !== undefined) return known;
    const text = canonicalFieldText(this.#types[at] ?? 'text', this.#raw?.[at]?.[1] ?? '');
    this.#texts[at] = text;
    return text;
  }
}

/** The event in normal form (SERVE 2.4); its times are what the unit states, until the clock of its source is settled. */
export function shapedEvent(parts: EventParts): ShapedEvent {
  return new EventOfParts(parts);
}
