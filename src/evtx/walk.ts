import type { RecordClass } from '../windows/index.ts';
import { anomaly, counted, hex } from './anomalies.ts';
import type { AnomalyList } from './anomaly-list.ts';
import type { Chunk } from './chunk.ts';
import { type ChunkHeader, hasChunkMagic, isHeaderBesideMagic, readChunkHeader } from './chunk-header.ts';
import {
  CHUNK_HEADER_BYTES,
  CONTENT_OFFSET,
  FRAME_BYTES,
  MAX_RECORD_BYTES,
  RECORD_MAGIC,
  SLOT_BYTES,
} from './format.ts';
import type { RecordReader } from './record-reader.ts';
import type { SeriesTracker } from './series-tracker.ts';
import type { ChunkSummary, DecoderOptions, LogHeader, RecordSink } from './types.ts';

const MAGIC_BYTES = Buffer.from([0x2a, 0x2a, 0, 0]);
const ZEROS = Buffer.alloc(SLOT_BYTES);
/** FILETIME high words of 2000-01-01 and 2100-01-01: a remnant must lie between (EVTX 7.3 rule 2), or have no time. */
const HIGH_2000 = 0x01bf53eb;
const HIGH_2100 = 0x022f716e;

/** Walks one slot after another: live records, damage, slack (EVTX 7.1, 7.2). */
export class SlotWalker {
  private readonly chunk: Chunk;
  private readonly reader: RecordReader;
  private readonly series: SeriesTracker;
  private readonly isCarving: boolean;
  private readonly verifies: boolean;
  private isDamaged = false;
  private isStale = false;

  constructor(chunk: Chunk, reader: RecordReader, series: SeriesTracker, options: DecoderOptions) {
    this.chunk = chunk;
    this.reader = reader;
    this.series = series;
    this.isCarving = options.carve;
    this.verifies = options.verifyChecksums ?? true;
  }

  /** Walks the slot under the hand. Gives its summary, or undefined when it holds nothing but zeros. */
  walk(log: LogHeader | undefined, sink: RecordSink, anomalies: AnomalyList): ChunkSummary | undefined {
    const { chunk, series } = this;
    const reader = this.reader;
    const { base, end, slot } = chunk;
    series.begin();
    reader.lostCarved = 0;
    this.isDamaged = false;
    this.isStale = false;
    const bytes = end - base;
    const hasMagic = hasChunkMagic(chunk);
    if (!hasMagic && this.isZero(base, end)) return undefined;
    if (bytes < SLOT_BYTES) {
      anomalies.add(anomaly('truncated', { offset: chunk.fileOffset(end) }, { slot, bytes }));
      this.isDamaged = true;
    }
    const readBefore = reader.tally.read;
    let claims: ChunkSummary['claims'];
    if (bytes >= CHUNK_HEADER_BYTES && (hasMagic || isHeaderBesideMagic(chunk))) {
      const header = readChunkHeader(chunk, log, this.verifies, anomalies);
      claims = header.claims;
      if (!hasMagic) this.isDamaged = true;
      this.walkChunk(header, log, sink, anomalies);
      if (!hasMagic) this.reportMagic(reader.tally.read - readBefore, anomalies);
    } else if (bytes >= CHUNK_HEADER_BYTES) {
      this.isDamaged = true;
      const behind = this.walkWithoutHeader(sink, anomalies);
      if (this.isCarving) this.carve(behind, sink, anomalies);
      this.reportMagic(reader.tally.read - readBefore, anomalies);
    }
    if (reader.lostCarved > 0) {
      const records = reader.lostCarved;
      anomalies.add(
        anomaly(
          'lostCarved',
          { offset: chunk.fileOffset(base), count: records },
          { slot, records: counted(records, 'record') },
        ),
      );
    }
    return series.summary(slot, chunk.fileOffset(base), this.isDamaged, this.isStale, claims);
  }

  private isZero(from: number, to: number): boolean {
    return this.chunk.bytes.compare(ZEROS, 0, to - from, from, to) === 0;
  }

  private reportMagic(records: number, anomalies: AnomalyList): void {
    const { chunk } = this;
    const numbers = { slot: chunk.slot, records: counted(records, 'record') };
    anomalies.add(anomaly('chunkMagic', { offset: chunk.fileOffset(chunk.base) }, numbers));
  }

  private walkChunk(header: ChunkHeader, log: LogHeader | undefined, sink: RecordSink, anomalies: AnomalyList): void {
    const { liveEnd } = header;
    let p = this.walkLive(this.chunk.base + CHUNK_HEADER_BYTES, liveEnd, 'live', sink, anomalies);
    if (log?.isDirty === true || !header.hasSoundData) p = this.walkStale(p, sink, anomalies);
    this.checkEnd(p, header, anomalies);
    if (this.isCarving) this.carve(p, sink, anomalies);
  }

  /**
   * Records from `p` on; gives the offset where they end. Nothing in the chunk header but the end of live records counts,
   * and a damaged record costs itself only (EVTX 7.1).
   */
  private walkLive(
    from: number,
    liveEnd: number,
    firstClass: RecordClass,
    sink: RecordSink,
    anomalies: AnomalyList,
  ): number {
    const { chunk, reader } = this;
    const view = chunk.view;
    const end = chunk.end;
    let recordClass = firstClass;
    let p = from;
    while (p + FRAME_BYTES <= liveEnd) {
      const size = this.frameSize(p);
      if (size > 0) {
        const trailer = view.getUint32(p + size - 4, true);
        if (trailer !== size) anomalies.add(anomaly('trailer', this.place(p), { size, trailer }));
        if (p + size > liveEnd) {
          const numbers = { slot: chunk.slot, free: hex(liveEnd - chunk.base) };
          anomalies.add(anomaly('straddle', this.place(p), numbers));
        }
        reader.take(p, size, recordClass, sink, anomalies);
        p += size;
        continue;
      }
      if (this.isZero(p, liveEnd)) {
        // A chunk that was cut or never filled up to where its header says.
        const numbers = { slot: chunk.slot, free: hex(liveEnd - chunk.base), at: hex(p - chunk.base) };
        anomalies.add(anomaly('freeTail', { offset: chunk.fileOffset(p) }, numbers));
        return liveEnd;
      }
      this.isDamaged = true;
      const next = this.resync(p, liveEnd, end, anomalies);
      recordClass = 'afterDamage';
      p = next;
    }
    return Math.max(p, from);
  }

  /**
   * Size of the sound record at `p`, or 0. A wrong second size is forgiven when the next record, or the end of all, stands
   * where the first says.
   */
  private frameSize(p: number): number {
    const { chunk } = this;
    const view = chunk.view;
    if (view.getUint32(p, true) !== RECORD_MAGIC) return 0;
    const size = view.getUint32(p + 4, true);
    if (size < FRAME_BYTES || size > chunk.end - p || (size & 7) !== 0) return 0;
    if (view.getUint32(p + size - 4, true) === size) return size;
    const next = p + size;
    return next + 4 <= chunk.end && view.getUint32(next, true) === RECORD_MAGIC ? size : 0;
  }

  /** True for a whole record with both sizes, as a search must ask. */
  private isWholeFrame(p: number): boolean {
    const { chunk } = this;
    const view = chunk.view;
    if (p + FRAME_BYTES > chunk.end || view.getUint32(p, true) !== RECORD_MAGIC) return false;
    const size = view.getUint32(p + 4, true);
    if (size < FRAME_BYTES || size > MAX_RECORD_BYTES || size > chunk.end - p || (size & 7) !== 0) return false;
    return view.getUint32(p + size - 4, true) === size;
  }

  /** The next whole record behind damage, or `liveEnd`. Records that are passed over are rejected one by one. */
  private resync(from: number, liveEnd: number, end: number, anomalies: AnomalyList): number {
    const { chunk, reader } = this;
    const view = chunk.view;
    const area = chunk.bytes.subarray(chunk.base, end);
    let rejected = 0;
    let p = from;
    let next = liveEnd;
    while (p + 4 <= liveEnd) {
      const hit = area.indexOf(MAGIC_BYTES, p - chunk.base);
      if (hit < 0 || chunk.base + hit + FRAME_BYTES > liveEnd) {
        // A frame that is cut by the end of the live part is a record all the same.
        if (hit >= 0 && (hit & 7) === 0 && chunk.base + hit + 8 <= liveEnd) {
          this.rejectFrame(chunk.base + hit, view.getUint32(chunk.base + hit + 4, true), anomalies);
          rejected++;
        }
        break;
      }
      p = chunk.base + hit;
      if ((hit & 7) !== 0) {
        p += 1;
        continue;
      }
      if (p > from && this.isWholeFrame(p)) {
        next = p;
        break;
      }
      this.rejectFrame(p, view.getUint32(p + 4, true), anomalies);
      rejected++;
      p += 8;
    }
    reader.tally.rejected += rejected;
    if (view.getUint32(from, true) !== RECORD_MAGIC) {
      const numbers = { slot: chunk.slot, bytes: next - from, at: hex(from - chunk.base) };
      anomalies.add(anomaly('afterDamage', { offset: chunk.fileOffset(from) }, numbers));
    }
    return next;
  }

  private rejectFrame(p: number, size: number, anomalies: AnomalyList): void {
    const { chunk } = this;
    const isCut =
      chunk.end - chunk.base < SLOT_BYTES && size >= FRAME_BYTES && size <= MAX_RECORD_BYTES && p + size > chunk.end;
    const numbers = { slot: chunk.slot, at: hex(p - chunk.base), size };
    anomalies.add(anomaly(isCut ? 'cutRecord' : 'frame', this.place(p), numbers));
  }

  private place(p: number): { offset: number } {
    return { offset: this.chunk.fileOffset(p) };
  }

  /** Records right behind the live part that carry on its ids and times: the header was not rewritten (EVTX 7.2). */
  private walkStale(from: number, sink: RecordSink, anomalies: AnomalyList): number {
    const { chunk, reader, series } = this;
    const view = chunk.view;
    let p = from;
    let records = 0;
    while (this.isWholeFrame(p) && series.count > 0) {
      const id = view.getUint32(p + 12, true) * 4294967296 + view.getUint32(p + 8, true);
      if (id !== series.lastHeaderId + 1) break;
      if (!this.isNotEarlier(p)) break;
      const before = series.count;
      const size = view.getUint32(p + 4, true);
      reader.take(p, size, 'live', sink, anomalies);
      p += size;
      records++;
      if (series.count === before) break;
    }
    if (records > 0) {
      this.isStale = true;
      anomalies.add(anomaly('staleFree', this.place(from), { slot: chunk.slot, records: counted(records, 'record') }));
    }
    return p;
  }

  /**
   * Whole records behind the stated end that carry on its ids: someone moved the end before them, for real logs end where
   * their ids do (EVTX 7.2: never once in 24 chunks with records there). They stay what they are by their place, carved.
   */
  private checkEnd(from: number, header: ChunkHeader, anomalies: AnomalyList): void {
    const { chunk, series } = this;
    const view = chunk.view;
    const first = series.count > 0 ? series.lastHeaderId + 1 : header.claims.firstId;
    let next = first;
    for (let p = from; this.isWholeFrame(p) && this.isPlausible(p); p += view.getUint32(p + 4, true)) {
      const id = view.getUint32(p + 12, true) * 4294967296 + view.getUint32(p + 8, true);
      if (id !== next || !Number.isSafeInteger(id)) break;
      next++;
    }
    if (next === first) return;
    const numbers = {
      slot: chunk.slot,
      free: hex(header.liveEnd - chunk.base),
      records: counted(next - first, 'record'),
      first,
      last: next - 1,
    };
    anomalies.add(anomaly('earlyEnd', this.place(from), numbers));
  }

  /** Frame time at or after the last record's; frame times of exports may be zero (CORPUS 4.7). */
  private isNotEarlier(p: number): boolean {
    const view = this.chunk.view;
    const high = view.getUint32(p + 20, true);
    const ms = high * 429496.7296 + view.getUint32(p + 16, true) / 10000 - 11644473600000;
    return ms + 1 >= this.series.lastCreatedMs;
  }

  /** A slot without chunk header: the records in a row from its usual place on. */
  private walkWithoutHeader(sink: RecordSink, anomalies: AnomalyList): number {
    const { chunk, reader } = this;
    let p = chunk.base + CHUNK_HEADER_BYTES;
    while (this.isWholeFrame(p)) {
      const size = chunk.view.getUint32(p + 4, true);
      reader.take(p, size, 'afterDamage', sink, anomalies);
      p += size;
    }
    return p;
  }

  /** Whole records in bytes that are not live (EVTX 7.3 rules 1 and 2). The search itself is native. */
  private carve(from: number, sink: RecordSink, anomalies: AnomalyList): void {
    const { chunk, reader } = this;
    const view = chunk.view;
    const base = chunk.base;
    const area = chunk.bytes.subarray(base, chunk.end);
    let hit = area.indexOf(MAGIC_BYTES, from - base);
    while (hit >= 0) {
      const p = base + hit;
      let next = hit + 1;
      if ((hit & 7) === 0 && this.isWholeFrame(p) && this.isPlausible(p)) {
        const size = view.getUint32(p + 4, true);
        reader.take(p, size, 'carved', sink, anomalies);
        next = hit + size;
      }
      hit = area.indexOf(MAGIC_BYTES, next);
    }
  }

  private isPlausible(p: number): boolean {
    const view = this.chunk.view;
    const high = view.getUint32(p + 20, true);
    const isTimeless = high === 0 && view.getUint32(p + 16, true) === 0;
    if (!isTimeless && (high < HIGH_2000 || high > HIGH_2100)) return false;
    const token = view.getUint8(p + CONTENT_OFFSET) & 0x3f;
    return token === 0x0f || token === 0x0c || token === 0x01;
  }
}
