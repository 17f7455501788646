import type { Event, PlacedAnomaly, RecordClass, Source } from '../windows/index.ts';

/** The file header as it claims to be; nothing in it decides what is read (EVTX 1.1). */
export interface LogHeader {
  readonly majorVersion: number;
  readonly minorVersion: number;
  readonly firstChunk: number;
  readonly lastChunk: number;
  readonly nextRecordId: number;
  readonly chunkCount: number;
  readonly isDirty: boolean;
  readonly hasChecksums: boolean;
}

/** Where the chunk slots of a file begin, found by content alone. */
export interface SlotLayout {
  /** Bytes from the start of the file to slot 0: 4096 in a sound file. */
  readonly firstSlotOffset: number;
  readonly header?: LogHeader;
  readonly anomalies: readonly PlacedAnomaly[];
}

/** A run of consecutive 64 KiB slots of one file; the last may be cut. At most 64 slots (4 MiB). */
export interface LogUnit {
  readonly source: Source;
  readonly layout: SlotLayout;
  readonly bytes: Uint8Array;
  /** Byte offset of `bytes[0]` in the innermost file. */
  readonly fileOffset: number;
  /** Slot number of the first slot in `bytes`. */
  readonly firstSlot: number;
}

/** A record under the reader's hand: an Event that is reused for the next record as soon as the sink returns. */
export interface RecordView extends Event {
  readonly slot: number;
  /** FILETIME of the frame: evidence only, never the event's time (SETTLED A10). */
  readonly writtenMs: number;
  readonly writtenTicks: number;
  /** Canonical XML of EVTX 6.1, one line. */
  toXml(): string;
  /** Canonical JSON of EVTX 6.2, without `_meta`, as text. */
  toJson(): string;
}

/** What one slot held: input of the checks over a whole file (EVTX 6.3, 7.5; T41). */
export interface ChunkSummary {
  readonly slot: number;
  readonly fileOffset: number;
  /** Frame ids and EventRecordIDs of the live and afterDamage records, in position order. Absent when there is none. */
  readonly first?: { readonly headerRecordId: number; readonly recordId: number; readonly createdMs: number };
  readonly last?: { readonly headerRecordId: number; readonly recordId: number; readonly createdMs: number };
  /** Set when a computer name other than the first one's occurs: a collector's log, whose ids are not one series. */
  readonly hasForeignComputers: boolean;
}

/** A carved record whose template was overwritten; decoded in a second pass (EVTX 7.3, SETTLED A17). */
export interface LostRecord {
  readonly source: Source;
  readonly slot: number;
  readonly fileOffset: number;
  readonly recordClass: RecordClass;
  readonly bytes: Uint8Array;
}

/** A template definition that can travel to another chunk, file or thread: names and texts resolved. */
export interface PortableTemplate {
  /** GUID as 32 hex digits. */
  readonly guid: string;
  /** The token stream of EVTX 9.2, as plain data. */
  readonly tokens: readonly number[];
  readonly texts: readonly string[];
  /** Where it was first met: orders equal templates (SETTLED A17). */
  readonly source: Source;
  readonly slot: number;
}

export interface UnitResult {
  readonly counts: Readonly<Record<RecordClass, number>>;
  readonly rejected: number;
  readonly anomalies: readonly PlacedAnomaly[];
  readonly chunks: readonly ChunkSummary[];
  readonly lost: readonly LostRecord[];
  /** Templates that this decoder had not met before, only collected when the options ask for it. */
  readonly templates: readonly PortableTemplate[];
}
