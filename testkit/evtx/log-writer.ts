import { crc32 } from 'node:zlib';
import { CHUNK_BYTES, type ChunkOddities, ChunkWriter, type Frame, type RecordContent } from './chunk-writer.ts';

export const FILE_HEADER_BYTES = 4096;

/** A record to be written. What is left out is counted on: ids rise by one, the frame's time is the log's. */
export interface LogRecord {
  /** The content, or how to make it once the EventRecordID is known. */
  readonly content: RecordContent | ((eventRecordId: bigint) => RecordContent);
  /** Frame id; else the next one. */
  readonly id?: bigint;
  /** EventRecordID; else the next one. */
  readonly eventRecordId?: bigint;
  /** FILETIME of the frame. */
  readonly written?: bigint;
  readonly hasFragment?: boolean;
  readonly tail?: Uint8Array;
  readonly claimedSize?: number;
  readonly claimedTrailer?: number;
  /** Closes the chunk behind this record. */
  readonly endsChunk?: boolean;
}

/** A change of bytes, made before the checksums are. Offsets are bytes in the finished file. */
export interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

export interface LogOptions {
  /** Frame id of the first record, 1. */
  readonly firstId?: bigint;
  /** EventRecordID of the first record; else its frame id. */
  readonly firstEventRecordId?: bigint;
  /** FILETIME of frames that name none. */
  readonly written?: bigint;
  /** Added to each frame's time, units of 100 ns. */
  readonly writtenOffset?: bigint;
  readonly header?: {
    readonly magic?: string;
    readonly major?: number;
    readonly minor?: number;
    readonly firstChunk?: bigint;
    readonly lastChunk?: bigint;
    readonly nextRecordId?: bigint;
    readonly headerBytes?: number;
    readonly headerBlockBytes?: number;
    readonly chunkCount?: number;
    readonly flags?: number;
    readonly checksum?: 'right' | 'none' | 'wrong';
  };
  /** For every chunk; `closeChunk` can say otherwise for one. */
  readonly chunk?: ChunkOddities;
  /** Where the chunks stand: the n-th slot holds this chunk, or zeros. Else chunks in order. */
  readonly slots?: readonly (number | 'zero')[];
  /** Zero slots behind the others, as a grown log has them. */
  readonly zeroSlots?: number;
  /** Bytes in front of the file header: a carved file. */
  readonly leading?: Uint8Array;
  readonly cutAt?: number;
  /** By absolute offset, or made from where the records stand. */
  readonly patches?: readonly Patch[] | ((log: WrittenLog) => readonly Patch[]);
}

/** Where a record stands in the finished file, in bytes. */
export interface Placement {
  readonly id: bigint;
  readonly eventRecordId: bigint;
  /** Number of the chunk in the order of writing. */
  readonly chunk: number;
  readonly slot: number;
  readonly chunkOffset: number;
  readonly fileOffset: number;
  readonly size: number;
}

export interface WrittenLog {
  readonly bytes: Uint8Array;
  readonly records: readonly Placement[];
  readonly chunkCount: number;
}

interface ClosedChunk {
  readonly bytes: Uint8Array;
  readonly oddities: ChunkOddities;
}

/** Writes a whole log file (EVTX 12): `add` records, `closeChunk` where one shall end, `finish`. */
export class LogWriter {
  readonly #options: LogOptions;
  #chunk = new ChunkWriter();
  readonly #closed: ClosedChunk[] = [];
  readonly #records: { frame: Frame; chunk: number; eventRecordId: bigint }[] = [];
  #nextId: bigint;
  #nextEventRecordId: bigint;

  constructor(options: LogOptions = {}) {
    this.#options = options;
    this.#nextId = options.firstId ?? 1n;
    this.#nextEventRecordId = options.firstEventRecordId ?? this.#nextId;
  }

  /** Appends a record, in a new chunk where it does not fit into this one. Gives its EventRecordID. */
  add(record: LogRecord): bigint {
    const id = record.id ?? this.#nextId;
    const eventRecordId = record.eventRecordId ?? this.#nextEventRecordId;
    const { content } = record;
    const frameOptions = {
      ...record,
      id,
      written: (record.written ?? this.#options.written ?? 133000000000000000n) + (this.#options.writtenOffset ?? 0n),
      content: typeof content === 'function' ? content(eventRecordId) : content,
    };
    let frame = this.#chunk.append(frameOptions);
    if (frame === undefined && this.#chunk.free > 512) {
      this.closeChunk();
      frame = this.#chunk.append(frameOptions);
    }
    if (frame === undefined) throw new Error(`record ${id} does not fit into an empty chunk`);
    this.#records.push({ frame, chunk: this.#closed.length, eventRecordId });
    this.#nextId = id + 1n;
    this.#nextEventRecordId = eventRecordId + 1n;
    if (record.endsChunk === true) this.closeChunk();
    return eventRecordId;
  }

  /** Appends bytes that are no record to the open chunk. */
  addRaw(bytes: Uint8Array): void {
    this.#chunk.appendRaw(bytes);
  }

  /** Bytes of the open chunk that are taken, its header included. */
  get free(): number {
    return this.#chunk.free;
  }

  closeChunk(oddities: ChunkOddities = {}): void {
    const all = { ...this.#options.chunk, ...oddities };
    this.#closed.push({ bytes: this.#chunk.close(all), oddities: all });
    this.#chunk = new ChunkWriter();
  }

  /** Bytes of a chunk that is closed: the older lap for another one. */
  closedChunk(chunk: number): Uint8Array {
    const closed = this.#closed[chunk];
    if (closed === undefined) throw new Error(`chunk ${chunk} is not closed`);
    return closed.bytes.slice();
  }

  finish(): WrittenLog {
    if (this.#chunk.free > 512) this.closeChunk();
    const options = this.#options;
    const slots = [
      ...(options.slots ?? this.#closed.map((_, i) => i)),
      ...Array<'zero'>(options.zeroSlots ?? 0).fill('zero'),
    ];
    const leading = options.leading?.length ?? 0;
    const bytes = new Uint8Array(leading + FILE_HEADER_BYTES + slots.length * CHUNK_BYTES);
    if (options.leading !== undefined) bytes.set(options.leading);
    const slotOf = new Map<number, number>();
    slots.forEach((chunk, slot) => {
      if (chunk === 'zero') return;
      slotOf.set(chunk, slot);
      bytes.set(this.closedChunk(chunk), leading + FILE_HEADER_BYTES + slot * CHUNK_BYTES);
    });
    this.#fileHeader(bytes.subarray(leading), slots);
    const records = this.#records.map(({ frame, chunk, eventRecordId }) => {
      const slot = slotOf.get(chunk) ?? -1;
      const fileOffset = leading + FILE_HEADER_BYTES + slot * CHUNK_BYTES + frame.offset;
      return { id: frame.id, eventRecordId, chunk, slot, chunkOffset: frame.offset, fileOffset, size: frame.size };
    });
    const log = { bytes, records, chunkCount: this.#closed.length };
    const { patches } = options;
    if (patches !== undefined) {
      const kept = slots.map((chunk) => (chunk === 'zero' ? undefined : this.#closed[chunk]?.oddities.checksums));
      for (const patch of typeof patches === 'function' ? patches(log) : patches) bytes.set(patch.bytes, patch.offset);
      kept.forEach((checksums, slot) => {
        if (slots[slot] === 'zero' || (checksums ?? 'right') !== 'right') return;
        sealChunk(bytes, leading + FILE_HEADER_BYTES + slot * CHUNK_BYTES);
      });
      if ((options.header?.checksum ?? 'right') === 'right') sealFileHeader(bytes, leading);
    }
    return options.cutAt === undefined ? log : { ...log, bytes: bytes.slice(0, options.cutAt) };
  }

  #fileHeader(out: Uint8Array, slots: readonly (number | 'zero')[]): void {
    const header = this.#options.header ?? {};
    const view = new DataView(out.buffer, out.byteOffset);
    const newest = Math.max(slots.indexOf(this.#closed.length - 1), 0);
    const oldest = Math.max(slots.indexOf(0), 0);
    out.set(new TextEncoder().encode((header.magic ?? 'ElfFile\0').slice(0, 8)));
    view.setBigUint64(8, header.firstChunk ?? BigInt(oldest), true);
    view.setBigUint64(16, header.lastChunk ?? BigInt(newest), true);
    view.setBigUint64(24, BigInt.asUintN(64, header.nextRecordId ?? this.#nextId), true);
    view.setUint32(32, header.headerBytes ?? 128, true);
    view.setUint16(36, header.minor ?? 1, true);
    view.setUint16(38, header.major ?? 3, true);
    view.setUint16(40, header.headerBlockBytes ?? FILE_HEADER_BYTES, true);
    view.setUint16(42, header.chunkCount ?? slots.filter((chunk) => chunk !== 'zero').length & 0xffff, true);
    const checksum = header.checksum ?? 'right';
    view.setUint32(120, header.flags ?? (checksum === 'none' ? 4 : 0), true);
    if (checksum === 'none') return;
    sealFileHeader(out, 0);
    if (checksum === 'wrong') view.setUint32(124, view.getUint32(124, true) ^ 0x5a5a5a5a, true);
  }
}

/** Makes both checksums of the chunk at this file offset right again (EVTX 1.2). A cut chunk stays as it is. */
export function sealChunk(file: Uint8Array, at: number): void {
  const chunk = file.subarray(at, at + CHUNK_BYTES);
  if (chunk.length < CHUNK_BYTES) return;
  const view = new DataView(chunk.buffer, chunk.byteOffset, CHUNK_BYTES);
  const free = Math.min(Math.max(view.getUint32(48, true), 512), CHUNK_BYTES);
  view.setUint32(52, crc32(chunk.subarray(512, free)), true);
  view.setUint32(124, crc32(chunk.subarray(128, 512), crc32(chunk.subarray(0, 120))), true);
}

/** Makes the checksum of the file header at this offset right again (EVTX 1.1). */
export function sealFileHeader(file: Uint8Array, at = 0): void {
  if (file.length < at + 128) return;
  new DataView(file.buffer, file.byteOffset).setUint32(at + 124, crc32(file.subarray(at, at + 120)), true);
}

/** The file with every checksum made right again, as someone who edits a log would do. */
export function sealed(file: Uint8Array): Uint8Array {
  sealFileHeader(file);
  for (let at = FILE_HEADER_BYTES; at + CHUNK_BYTES <= file.length; at += CHUNK_BYTES) {
    if (Buffer.from(file.subarray(at, at + 7)).equals(Buffer.from('ElfChnk'))) sealChunk(file, at);
  }
  return file;
}

/** A whole log from records in one call. */
export function writeLog(records: Iterable<LogRecord>, options: LogOptions = {}): WrittenLog {
  const writer = new LogWriter(options);
  for (const record of records) writer.add(record);
  return writer.finish();
}
