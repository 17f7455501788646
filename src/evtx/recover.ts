import {
  type Anomaly,
  anomalyIn,
  filetimeMs,
  filetimeTicks,
  type RecordClass,
  type RecordId,
  type Source,
} from '../windows/index.ts';
import { anomaly } from './anomalies.ts';
import { Chunk } from './chunk.ts';
import { ContentReader } from './content.ts';
import { DEFAULT_CODE_PAGE } from './decoder.ts';
import { FAULT_WORDS } from './faults.ts';
import { ForeignPlans, sourceKey } from './foreign-plans.ts';
import { CONTENT_OFFSET, TYPE_BINXML, TYPE_FILETIME, TYPE_NULL, TYPE_UINT16, TYPE_UINT64 } from './format.ts';
import { Instance } from './instance.ts';
import { ScanKeys } from './scan-key.ts';
import type { LostRecord, PortableTemplate, RawRemnant, RecordSink } from './types.ts';
import { readUint64, ValueReader } from './values.ts';
import { View } from './view.ts';

/** A note quotes so much of a remnant (SETTLED A16). */
const MAX_QUOTED_CHARS = 500;
const MAX_QUOTED_VALUES = 64;
/** Slots of the usual System layout (EVTX 4.4). */
const USUAL_EVENT_ID = 3;
const USUAL_TIME = 6;
const USUAL_RECORD_ID = 10;
const USUAL_VALUES = 17;

export interface RecoveryOptions {
  readonly ansiCodePage?: string;
  /** Computer of most records of a file, when it is known: templates of the same host are tried before others. */
  readonly hostOf?: (source: Source) => string | undefined;
}

export interface RecoveryResult {
  /** Records handed to the sink, all with `isForeignTemplate`. */
  readonly counts: Readonly<Record<RecordClass, number>>;
  /** Records that no template fits: the remnants, and those that hold nothing readable. */
  readonly rejected: number;
  readonly remnants: readonly RawRemnant[];
  readonly anomalies: readonly Anomaly[];
}

/**
 * The second pass (EVTX 7.3 rule 4, SETTLED A17): decodes records whose template was overwritten by equal templates from
 * elsewhere. Records come in order of file and offset; nothing depends on the order of the arguments.
 */
export function recoverRecords(
  lost: readonly LostRecord[],
  templates: readonly PortableTemplate[],
  sink: RecordSink,
  options: RecoveryOptions = {},
): RecoveryResult {
  const hostOf = options.hostOf ?? ((): undefined => undefined);
  const plans = new ForeignPlans(templates, hostOf);
  const chunk = new Chunk();
  const content = new ContentReader(chunk, plans);
  const values = new ValueReader(options.ansiCodePage ?? DEFAULT_CODE_PAGE);
  const view = new View(chunk, content, values, new ScanKeys(0));
  const counts = { live: 0, afterDamage: 0, swallowed: 0, carved: 0 };
  const remnants: RawRemnant[] = [];
  const anomalies: Anomaly[] = [];
  let rejected = 0;
  for (const record of inOrder(lost)) {
    chunk.openRecord(record);
    plans.beginRecord(record.source, hostOf(record.source));
    const limit = record.bytes.length - 4;
    const problem = content.open(view.root, CONTENT_OFFSET, limit);
    if (problem === undefined && isWhole(content, view.root)) {
      view.moveTo(0, record.bytes.length, record.recordClass, true);
      counts[record.recordClass]++;
      sink.onRecord(view);
      for (const [bit, word] of FAULT_WORDS) {
        if ((chunk.faults & bit) === 0) continue;
        const place = { offset: record.fileOffset, recordId: view.frameId(0) };
        anomalies.push(anomalyIn(record.source, anomaly(word, place)));
      }
    } else {
      rejected++;
      const remnant = readRemnant(
        record,
        chunk,
        values,
        problem === undefined || problem === 'template' ? view.root : undefined,
      );
      remnants.push(remnant);
    }
  }
  chunk.close();
  return { counts, rejected, remnants, anomalies };
}

function inOrder(lost: readonly LostRecord[]): LostRecord[] {
  const keyed = lost.map((record) => ({ record, key: sourceKey(record.source) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.record.fileOffset - b.record.fileOffset));
  return keyed.map(({ record }) => record);
}

/** True when every nested value has found its template too: half a record would pass for a whole one. */
function isWhole(content: ContentReader, root: Instance): boolean {
  const nested = new Instance();
  for (let slot = 0; slot < root.count; slot++) {
    if (root.typeOf(slot) !== TYPE_BINXML || root.sizeOf(slot) === 0) continue;
    const at = root.offsetOf(slot);
    const problem = content.open(nested, at, at + root.sizeOf(slot));
    if (problem !== undefined && problem !== 'empty') return false;
  }
  return true;
}

function readRemnant(record: LostRecord, chunk: Chunk, values: ValueReader, root: Instance | undefined): RawRemnant {
  const view = chunk.view;
  const high = view.getUint32(20, true);
  const low = view.getUint32(16, true);
  const quoted: string[] = [];
  const ids = root === undefined ? {} : usualIds(chunk, root);
  if (root !== undefined) quoteValues(chunk, values, root, quoted, { chars: MAX_QUOTED_CHARS }, 0);
  return {
    source: record.source,
    offset: record.fileOffset,
    slot: record.slot,
    recordClass: record.recordClass,
    headerRecordId: readUint64(view, 8),
    ...ids,
    writtenMs: filetimeMs(high, low),
    writtenTicks: filetimeTicks(high, low),
    values: quoted,
  };
}

/** EventID and EventRecordID where the values look like the usual System layout (EVTX 7.3 rule 4). */
function usualIds(chunk: Chunk, root: Instance): { eventId?: number; recordId?: RecordId } {
  const isUsual =
    root.count >= USUAL_VALUES &&
    root.typeOf(USUAL_TIME) === TYPE_FILETIME &&
    root.typeOf(USUAL_EVENT_ID) === TYPE_UINT16 &&
    root.sizeOf(USUAL_EVENT_ID) === 2 &&
    root.typeOf(USUAL_RECORD_ID) === TYPE_UINT64 &&
    root.sizeOf(USUAL_RECORD_ID) === 8;
  if (!isUsual) return {};
  return {
    eventId: chunk.view.getUint16(root.offsetOf(USUAL_EVENT_ID), true),
    recordId: readUint64(chunk.view, root.offsetOf(USUAL_RECORD_ID)),
  };
}

function quoteValues(
  chunk: Chunk,
  values: ValueReader,
  instance: Instance,
  quoted: string[],
  room: { chars: number },
  depth: number,
): void {
  for (let slot = 0; slot < instance.count; slot++) {
    if (room.chars <= 0 || quoted.length >= MAX_QUOTED_VALUES) return;
    const type = instance.typeOf(slot);
    if (type === TYPE_NULL) continue;
    const at = instance.offsetOf(slot);
    const size = instance.sizeOf(slot);
    if (type === TYPE_BINXML) {
      const nested = depth < 4 ? layOutValues(chunk, at, at + size) : undefined;
      if (nested !== undefined) quoteValues(chunk, values, nested, quoted, room, depth + 1);
      continue;
    }
    const text = values.text(chunk, type, at, size, true).slice(0, room.chars);
    if (text === '') continue;
    room.chars -= text.length;
    quoted.push(text);
  }
}

/** The values of a nested instance, by their descriptors alone. */
function layOutValues(chunk: Chunk, at: number, limit: number): Instance | undefined {
  const view = chunk.view;
  let p = at;
  if (p < limit && (view.getUint8(p) & 0x3f) === 0x0f) p += 4;
  if (p + 14 > limit || (view.getUint8(p) & 0x3f) !== 0x0c) return undefined;
  const isResident = view.getUint32(p + 6, true) === p - chunk.base + 10;
  let begin = p + 10;
  if (isResident) {
    if (p + 34 > limit) return undefined;
    const size = view.getUint32(p + 30, true);
    if (size > limit - p - 34) return undefined;
    begin = p + 34 + size;
  }
  const instance = new Instance();
  return instance.layOut(chunk, begin, limit) === undefined ? instance : undefined;
}
