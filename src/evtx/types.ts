import type { Event, PlacedAnomaly, RecordClass, RecordId, Source } from '../windows/index.ts';
import type { ScanKey } from './scan-key.ts';

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

export interface DecoderOptions {
  /** Read records that lie outside of the live part of their chunk (EVTX 7.2). */
  readonly carve: boolean;
  /** Hand out the templates met in each unit, for the second pass (SETTLED A17). */
  readonly collectTemplates: boolean;
  /** False leaves out the checksums of chunks, a quarter of a bare scan; true when not given (EVTX 1.2). */
  readonly verifyChecksums?: boolean;
  /** Label of the code page of 8-bit text, which the file does not store; `windows-1252` when not given (EVTX 5.5). */
  readonly ansiCodePage?: string;
}

/** Receives the records of a unit, one at a time, in the order of their place; a view holds for its turn only. */
export interface RecordSink {
  onRecord(view: RecordView): void;
}

/** A record under the reader's hand: an Event that is reused for the next record as soon as the sink returns. */
export interface RecordView extends Event {
  readonly slot: number;
  /** Bytes in the innermost file, the same as in `place` but without an object. */
  readonly offset: number;
  readonly length: number;
  /** The record's frame and content as they lie in the unit; valid during the turn. */
  readonly rawBytes: Uint8Array;
  /** Provider, channel, computer, event id and version as one shared object: to hang counters on. */
  readonly scanKey: ScanKey;
  /** FILETIME of the frame: evidence only, never the event's time (SETTLED A10). */
  readonly writtenMs: number;
  readonly writtenTicks: number;
  /** Canonical XML of EVTX 6.1, one line. */
  toXml(): string;
  /** Canonical JSON of EVTX 6.2, without `_meta`, as text. */
  toJson(): string;
}

/** A record's ids and time, as numbers; ids above 2^53 are rounded here, which the checks can bear. */
export interface SeriesPoint {
  readonly headerRecordId: number;
  /** EventRecordID, or the frame's id where there is none. */
  readonly recordId: number;
  readonly createdMs: number;
}

/** Two neighbours inside a chunk whose ids do not rise by one (T41). */
export interface SeriesBreak {
  /** Bytes in the innermost file, of the second record. */
  readonly offset: number;
  readonly before: SeriesPoint;
  readonly after: SeriesPoint;
}

/** What one slot held: input of the checks over a whole file (EVTX 6.3, 7.5; T41). */
export interface ChunkSummary {
  readonly slot: number;
  readonly fileOffset: number;
  /** Live and afterDamage records. */
  readonly records: number;
  /** Frame ids and EventRecordIDs of the live and afterDamage records, in position order. Absent when there is none. */
  readonly first?: SeriesPoint;
  readonly last?: SeriesPoint;
  /** Computer of the first record. */
  readonly computer?: string;
  /** Set when a computer name other than the first one's occurs: a collector's log, whose ids are not one series. */
  readonly hasForeignComputers: boolean;
  /** What the chunk header claims; absent where the slot has none (EVTX 1.2). */
  readonly claims?: {
    readonly firstNumber: number;
    readonly lastNumber: number;
    readonly firstId: number;
    readonly lastId: number;
  };
  /** True when records follow the end of the live part that the header states (EVTX 7.2): its numbers are old then. */
  readonly isStale: boolean;
  /** True when bytes were lost inside the chunk: gaps are then no wonder. */
  readonly isDamaged: boolean;
  /** At most 16; `breakCount` counts all. */
  readonly breaks: readonly SeriesBreak[];
  readonly breakCount: number;
  /** Places where time runs back by more than a minute while ids rise, and the first of them (SETTLED A15). */
  readonly timeBackCount: number;
  readonly firstTimeBack?: SeriesBreak;
}

/**
 * A record whose template is unusable in its own chunk; decoded in a second pass (EVTX 7.3, SETTLED A17). It is counted
 * neither as read nor as rejected until `recoverRecords` has decided.
 */
export interface LostRecord {
  readonly source: Source;
  readonly slot: number;
  readonly fileOffset: number;
  /** Bytes from the start of its chunk. */
  readonly chunkOffset: number;
  readonly recordClass: RecordClass;
  readonly bytes: Uint8Array;
}

/** A template definition that can travel to another chunk, file or thread: names and texts resolved. */
export interface PortableTemplate {
  /** GUID as 32 hex digits. */
  readonly guid: string;
  /** GUID and token stream (`tokens.ts`), as plain numbers: equal templates have equal ones. */
  readonly tokens: Int32Array;
  /** One entry for each file that a template was met in: its own file's is tried first. */
  readonly source: Source;
}

/** What stands in a record that no template fits (EVTX 7.3 rule 4): for notes, never for findings (SETTLED A16). */
export interface RawRemnant {
  readonly source: Source;
  /** Bytes in the innermost file. */
  readonly offset: number;
  readonly slot: number;
  readonly recordClass: RecordClass;
  readonly headerRecordId: RecordId;
  readonly recordId?: RecordId;
  readonly writtenMs: number;
  readonly writtenTicks: number;
  readonly eventId?: number;
  /** Canonical text of the values, NULL left out; together at most 500 characters. */
  readonly values: readonly string[];
}

export interface UnitResult {
  /** Records handed to the sink. */
  readonly counts: Readonly<Record<RecordClass, number>>;
  /** Structures that are records but could not be decoded; each is an anomaly with its place. `lost` is not in it. */
  readonly rejected: number;
  /** Slots that hold only zeros. */
  readonly emptySlots: number;
  /** In order of slots; past 128 in one slot, one summed entry for each code. */
  readonly anomalies: readonly PlacedAnomaly[];
  readonly chunks: readonly ChunkSummary[];
  readonly lost: readonly LostRecord[];
  /** Templates met in this unit, once each; only collected when the options ask for it. */
  readonly templates: readonly PortableTemplate[];
}
