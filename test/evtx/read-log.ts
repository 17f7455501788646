import assert from 'node:assert/strict';
import {
  type ChunkSummary,
  checkSeries,
  LogDecoder,
  type LogUnit,
  type LostRecord,
  locateSlots,
  type PortableTemplate,
  type RecordView,
  type SlotLayout,
  type UnitResult,
} from '../../src/evtx/index.ts';
import type { PlacedAnomaly, RecordClass, RecordId } from '../../src/windows/index.ts';

/** All that a record says, as plain values that can be compared. */
export interface ReadRecord {
  readonly recordClass: RecordClass;
  readonly slot: number;
  readonly offset: number;
  readonly length: number;
  readonly headerRecordId: RecordId | undefined;
  readonly recordId: RecordId | undefined;
  readonly provider: string;
  readonly channel: string;
  readonly computer: string;
  readonly eventId: number;
  readonly version: number;
  readonly created: readonly [number, number];
  readonly written: readonly [number, number];
  readonly isForeignTemplate: boolean;
  readonly fields: readonly (readonly [string, string])[];
  readonly xml: string;
  readonly json: string;
}

export interface ReadLog {
  readonly layout: SlotLayout;
  readonly records: readonly ReadRecord[];
  readonly anomalies: readonly PlacedAnomaly[];
  readonly counts: Readonly<Record<RecordClass, number>>;
  readonly rejected: number;
  readonly chunks: readonly ChunkSummary[];
  readonly lost: readonly LostRecord[];
  readonly templates: readonly PortableTemplate[];
}

export interface ReadOptions {
  readonly carve?: boolean;
  readonly unitSlots?: number;
  /** Units are dealt to so many decoders in turn, as jobs do. */
  readonly decoders?: number;
  /** Decoders that have read other files before. */
  readonly warm?: readonly LogDecoder[];
  readonly collectTemplates?: boolean;
  readonly file?: string;
}

const SLOT_BYTES = 65536;

/** Stands on both sides of every unit in memory: what a read outside the unit would bring out. */
export const NEIGHBOUR = 'NEIGHBOUR-OF-THE-UNIT';

/** The bytes with marked memory on both sides, so that a read across the border shows. */
function betweenMarks(bytes: Uint8Array): Uint8Array {
  const mark = Buffer.from(NEIGHBOUR.repeat(200), 'utf16le');
  const pool = new Uint8Array(mark.length * 2 + bytes.length);
  pool.set(mark);
  pool.set(bytes, mark.length);
  pool.set(mark, mark.length + bytes.length);
  return pool.subarray(mark.length, mark.length + bytes.length);
}

export function takeRecord(view: RecordView): ReadRecord {
  return {
    recordClass: view.recordClass,
    slot: view.slot,
    offset: view.place.offset,
    length: view.place.length,
    headerRecordId: view.headerRecordId,
    recordId: view.recordId,
    provider: view.provider,
    channel: view.channel,
    computer: view.computer,
    eventId: view.eventId,
    version: view.version,
    created: [view.createdMs, view.createdTicks],
    written: [view.writtenMs, view.writtenTicks],
    isForeignTemplate: view.isForeignTemplate,
    fields: view.entries(),
    xml: view.toXml(),
    json: view.toJson(),
  };
}

export function newDecoder(options: ReadOptions = {}): LogDecoder {
  return new LogDecoder({ carve: options.carve ?? true, collectTemplates: options.collectTemplates ?? false });
}

/** The log cut into units, each between marks. */
export function unitsOf(bytes: Uint8Array, layout: SlotLayout, options: ReadOptions = {}): LogUnit[] {
  const unitBytes = (options.unitSlots ?? 64) * SLOT_BYTES;
  const units: LogUnit[] = [];
  for (let at = layout.firstSlotOffset; at < bytes.length; at += unitBytes) {
    units.push({
      source: { file: options.file ?? 'test.evtx' },
      layout,
      bytes: betweenMarks(bytes.subarray(at, at + unitBytes)),
      fileOffset: at,
      firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
    });
  }
  return units;
}

/** Where the slots of a log begin; the bytes must be one. */
export function layoutOf(bytes: Uint8Array): SlotLayout {
  const layout = locateSlots(bytes.subarray(0, 1024 * 1024), bytes.length, true);
  assert.ok(layout !== undefined, 'the bytes were not recognised as a log');
  return layout;
}

/** Reads a whole log as a hunt does: found by content, cut into units, decoded, checked over all chunks. */
export function readLog(bytes: Uint8Array, options: ReadOptions = {}): ReadLog {
  const layout = layoutOf(bytes);
  const decoders = [...(options.warm ?? [])];
  const decoderCount = options.warm?.length ?? options.decoders ?? 1;
  const records: ReadRecord[] = [];
  const results: UnitResult[] = [];
  for (const [n, unit] of unitsOf(bytes, layout, options).entries()) {
    const decoder = decoders[n % decoderCount] ?? newDecoder(options);
    decoders[n % decoderCount] = decoder;
    results.push(decoder.decodeUnit(unit, { onRecord: (view) => records.push(takeRecord(view)) }));
  }
  const chunks = results.flatMap((result) => result.chunks);
  const slotCount = Math.max(0, Math.ceil((bytes.length - layout.firstSlotOffset) / SLOT_BYTES));
  const counts = { live: 0, afterDamage: 0, swallowed: 0, carved: 0 };
  for (const result of results) {
    for (const recordClass of ['live', 'afterDamage', 'swallowed', 'carved'] as const) {
      counts[recordClass] += result.counts[recordClass];
    }
  }
  return {
    layout,
    records,
    anomalies: [
      ...layout.anomalies,
      ...results.flatMap((result) => result.anomalies),
      ...checkSeries(layout, chunks, slotCount),
    ],
    counts,
    rejected: results.reduce((sum, result) => sum + result.rejected, 0),
    chunks,
    lost: results.flatMap((result) => result.lost),
    templates: results.flatMap((result) => result.templates),
  };
}

/**
 * The same log read whole by one decoder, and slot by slot by three in turn, which must agree (the rule of all cases of
 * EVTX 11). No text from beside a unit may come out.
 */
export function readEverywhere(bytes: Uint8Array, options: ReadOptions = {}): ReadLog {
  const whole = readLog(bytes, options);
  const split = readLog(bytes, { ...options, unitSlots: 1, decoders: 3 });
  assert.deepEqual({ ...split, templates: [] }, { ...whole, templates: [] });
  for (const { xml, json } of whole.records) {
    assert.ok(!xml.includes('NEIGHBOUR') && !json.includes('NEIGHBOUR'), 'bytes from beside the unit came out');
  }
  return whole;
}

/** Codes of the anomalies without their common beginning, each once, sorted. */
export function codesOf(log: ReadLog): string[] {
  return [...new Set(log.anomalies.map(({ code }) => code.replace('TRIAD-E-EVTX-', '')))].sort();
}

/** EventRecordIDs of the records of a class, in order of reading. */
export function idsOf(log: ReadLog, recordClass: RecordClass = 'live'): (RecordId | undefined)[] {
  return log.records.filter((record) => record.recordClass === recordClass).map((record) => record.recordId);
}

/** The only record of a log. */
export function onlyRecord(log: ReadLog): ReadRecord {
  const [record] = log.records;
  assert.ok(record !== undefined && log.records.length === 1, `${log.records.length} records`);
  return record;
}

/** Texts of the fields of the only record, by name. */
export function fieldsOf(log: ReadLog): readonly (readonly [string, string])[] {
  return onlyRecord(log).fields;
}

/** The numbers from 1 to n. */
export function upTo(n: number, from = 1): number[] {
  return Array.from({ length: n }, (_, i) => from + i);
}
