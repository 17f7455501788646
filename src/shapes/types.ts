import type { Event, PlacedAnomaly, RecordId, Source } from '../windows/index.ts';
import type { TextEncoding } from './encoding.ts';
import type { JsonValue } from './json-value.ts';
import type { SettledClock } from './source-clock.ts';
import type { XmlElement } from './xml-element.ts';

/** A number of SERVE 2.1, `zeek`, or `map:<name>` for a mapping of the user's own. */
export type ShapeId =
  | `S${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15 | 16 | 17 | 18 | 19 | 20 | 21}`
  | 'zeek'
  | `map:${string}`;

/** One piece of a source that may hold one event: what the table of shapes is asked about (SETTLED B1). */
export type Unit = UnitPlace &
  (
    | JsonUnit
    | { readonly kind: 'xml'; readonly element: XmlElement }
    /** A row of CSV or TSV with a header: values by column, in order. */
    | {
        readonly kind: 'row';
        readonly columns: readonly string[];
        readonly values: readonly string[];
        readonly path?: string;
      }
    /** A block of text without a structure of its own (S12); `sentMs` is the time that an envelope states of it, Unix milliseconds. */
    | { readonly kind: 'text'; readonly text: string; readonly sentMs?: number }
  );

export interface JsonUnit {
  readonly kind: 'json';
  readonly value: Readonly<Record<string, JsonValue>>;
  /**
   * A number as it is written, by the keys that lead to it (array items by index): times are read from it and never from
   * the double (SETTLED B10). Undefined where no number stands; units made without a text have no such function.
   */
  readonly numberText?: (...path: readonly (string | number)[]) => string | undefined;
}

export interface UnitPlace {
  /** Bytes from the start of the innermost file. */
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line: number;
  /** Of `Record N` lines between the units (SETTLED B1). */
  readonly headerRecordId?: number;
}

/** What a shape loses against EVTX, once for each source that shows it (SETTLED B22). */
export interface Loss {
  /** Short and stable: `5861-fields`, `ticks`, `names`. */
  readonly code: string;
  /** "5861 has no fields". */
  readonly what: string;
  /** "export with parse_xml or as XML". */
  readonly close: string;
  /** Analytics that it blinds. */
  readonly blinds: readonly string[];
}

/** A detection of another tool: listed apart, never an event (SETTLED B6). */
export interface ThirdPartyFinding {
  readonly product: string;
  readonly rule?: string;
  readonly title?: string;
  readonly action?: string;
  readonly level?: string;
  readonly host?: string;
  /** RFC 3339, as far as the source says. */
  readonly time?: string;
  readonly place: UnitPlace;
}

/** What a shape makes of a unit. */
export type Reading =
  | { readonly kind: 'event'; readonly event: ShapedEvent; readonly losses: readonly string[] }
  | { readonly kind: 'thirdParty'; readonly finding: ThirdPartyFinding }
  /** The right shape, but something that every event has is missing or of the wrong type: rejected, with the reason. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** A record whose content the shipper lost (SETTLED B15): counted, never rejected. */
  | { readonly kind: 'lost'; readonly event: ShapedEvent };

/** Times as the unit states them; the clock of a source is settled when it has been read (SETTLED B8, B9). */
export interface StatedTime {
  /** Unix milliseconds and ticks as written, read as UTC where no zone is written. */
  readonly ms: number;
  readonly ticks: number;
  /** `utc` when a zone is written and believed; `claimed` for a flat `Z` (B8); `local` without a zone. */
  readonly zone: 'utc' | 'claimed' | 'local';
  readonly precision: 'ticks' | 'ms' | 's';
}

/** An event out of a unit, in normal form but for its clock (SERVE 2.4). */
export interface ShapedEvent extends Event {
  readonly stated: StatedTime;
  /** Sysmon's UtcTime where there is one: by it the clock of a source is told. */
  readonly utcTime?: { readonly ms: number; readonly ticks: number } | undefined;
  /** EventReceivedTime minus @timestamp, minutes, where a shipper gives both (B9). */
  readonly receivedOffsetMinutes?: number;
}

/** The events by which every shape is proved (SETTLED B20): of WMI-Activity, Sysmon and Security. */
export type ProvingEvent = '5861' | 'Sysmon 20' | '4688' | '4624';

export interface CarryLimit {
  readonly carries: 'partly' | 'no';
  readonly why: string;
}

/** One shape: data, and a small adapter where data are not enough. One file a shape. */
export interface Shape {
  readonly id: ShapeId;
  readonly title: string;
  /** Why the unit is of this shape, in words for `inspect`; undefined when it is not. Never true of ordinary JSON. */
  detect(unit: Unit): string | undefined;
  read(unit: Unit, source: Source): Reading;
  /** Everything that the shape can lose. */
  readonly losses: readonly Loss[];
  readonly proof: 'real sample' | 'upstream test data' | 'documentation only';
  /** The proving events that it carries only in part or not at all, and why (SETTLED B20); the others it carries whole. */
  readonly limits?: Readonly<Partial<Record<ProvingEvent, CarryLimit>>>;
}

/** A form of export that holds too little to be read, refused by name (SETTLED B2). */
export interface Refusal {
  /** "text of wevtutil /f:text". */
  readonly what: string;
  /** "export with wevtutil qe … /f:xml". */
  readonly close: string;
}

/** A line that the prefilter passed over, as far as its header was located (SETTLED B17). */
export interface SkippedLine {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly computer: string;
  readonly recordId: RecordId | undefined;
  readonly stated: StatedTime | undefined;
  /** Byte offset in the source. */
  readonly offset: number;
}

/** Receives what a text source holds, in the order of the source. Events own their values and may be kept. */
export interface TextSink {
  /** The times of `event` are what it states; `settleTime` with the clock of the result gives UTC. */
  onEvent(event: ShapedEvent): void;
  onSkipped?(line: SkippedLine): void;
}

/** One unit that gave no event: where it stands, and why. */
export interface UnreadUnit {
  /** `broken_unit` (not to be cut or parsed), `broken_event`, `refused` (a form that holds too little), `unknown_shape`. */
  readonly code: 'broken_unit' | 'broken_event' | 'refused' | 'unknown_shape';
  readonly reason: string;
  /** Bytes from the start of the source. */
  readonly offset: number;
  readonly length: number;
}

/** What a text source came to. */
export interface TextResult {
  /** Units by shape; `incomplete`, `unknown` and `wrapper` beside the ids. */
  readonly units: Readonly<Record<string, number>>;
  /** Why the first unit of each shape was taken for it. */
  readonly why: Readonly<Record<string, string>>;
  readonly encoding: TextEncoding;
  readonly events: number;
  readonly rejected: number;
  readonly rejectedBytes: number;
  readonly skippedByFilter: number;
  readonly contentLost: number;
  /** Units that showed a loss, by `SHAPE code` (`S6 5861-fields`). */
  readonly losses: Readonly<Record<string, number>>;
  readonly thirdParty: readonly ThirdPartyFinding[];
  /** Third-party findings past the bound, counted only. */
  readonly thirdPartyOmitted: number;
  readonly refusals: readonly Refusal[];
  readonly anomalies: readonly PlacedAnomaly[];
  readonly clock: SettledClock;
}
