import type { Event, RecordId } from './event.ts';
import {
  CLASSES,
  FIRST_FIELD,
  FLAG_FOREIGN,
  FLAG_HEADER_ID,
  FLAG_RECORD_ID,
  HEAD_BYTES,
  INLINE_LAYOUT,
  MAX_LAYOUTS,
  MAX_VALUES,
  type PackedLayout,
  type PackedRows,
  SYSTEM_FIELDS,
  TIME_QUALITIES,
  TWO_32,
} from './packed-row.ts';

const WIDE = /[^\u0000-\u00ff]/;

/** Packs events one after another; `take()` hands over what was packed since the last time. */
export class EventPacker {
  #buffer: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(1 << 16));
  #end = 0;
  #count = 0;
  readonly #numbers = new Map<string, number>();
  #fresh: PackedLayout[] = [];
  #freshFrom = 0;

  /** Bytes packed and not yet taken. */
  get size(): number {
    return this.#end;
  }

  /**
   * Appends a copy of the event; `source` is the number of its file in the run's table, `note` a byte of the caller's own.
   */
  add(event: Event, source: number, note = 0): void {
    const start = this.#end;
    const entries = event.entries();
    const fields =
      entries.length > MAX_VALUES - FIRST_FIELD - 1 ? entries.slice(0, MAX_VALUES - FIRST_FIELD - 1) : entries;
    const layout: PackedLayout = {
      provider: event.provider,
      channel: event.channel,
      eventId: event.eventId,
      version: event.version,
      ...(event.shape === undefined ? {} : { shape: event.shape }),
      names: fields.map((entry) => entry[0]),
    };
    const number = this.#numberOf(layout);
    this.#reserve(HEAD_BYTES);
    this.#end += HEAD_BYTES;
    this.#putText(event.computer);
    for (const field of SYSTEM_FIELDS) {
      const text = event.system(field);
      if (text === undefined) this.#putAbsent();
      else this.#putText(text);
    }
    for (const entry of fields) this.#putText(entry[1]);
    let values = FIRST_FIELD + fields.length;
    if (number === INLINE_LAYOUT) {
      this.#putText(JSON.stringify(layout));
      values++;
    }
    // Rows begin at multiples of 8, so that their numbers can be read as whole words.
    while ((this.#end & 7) !== 0) {
      this.#reserve(1);
      this.#buffer[this.#end++] = 0;
    }
    this.#putHead(event, start, number, values, source, note);
    this.#count++;
  }

  #putHead(event: Event, start: number, layout: number, values: number, source: number, note: number): void {
    const b = this.#buffer;
    b.writeUInt32LE(this.#end - start, start);
    b.writeUInt32LE(layout, start + 4);
    b.writeDoubleLE(event.timeMs, start + 8);
    b.writeDoubleLE(event.createdMs, start + 16);
    b.writeDoubleLE(event.place.offset, start + 24);
    b.writeUInt32LE(event.place.length, start + 32);
    b.writeUInt32LE(source, start + 36);
    writeId(b, start + 40, event.recordId);
    writeId(b, start + 48, event.headerRecordId);
    b.writeUInt16LE(event.timeTicks, start + 56);
    b.writeUInt16LE(event.createdTicks, start + 58);
    b[start + 60] = CLASSES.indexOf(event.recordClass);
    b[start + 61] =
      (event.isForeignTemplate ? FLAG_FOREIGN : 0) |
      (event.recordId === undefined ? 0 : FLAG_RECORD_ID) |
      (event.headerRecordId === undefined ? 0 : FLAG_HEADER_ID);
    b.writeUInt16LE(values, start + 62);
    b.writeUInt32LE(event.place.line ?? 0, start + 64);
    b.writeUInt32LE(TIME_QUALITIES.indexOf(event.timeQuality ?? 'exact') + note * 256, start + 68);
  }

  /** Hands over the rows packed so far in an ArrayBuffer of their own that may be transferred. */
  take(): PackedRows {
    const bytes = new Uint8Array(this.#end);
    bytes.set(this.#buffer.subarray(0, this.#end));
    const rows: PackedRows = { bytes, count: this.#count, layouts: this.#fresh, firstLayout: this.#freshFrom };
    this.#end = 0;
    this.#count = 0;
    this.#freshFrom += this.#fresh.length;
    this.#fresh = [];
    return rows;
  }

  #numberOf(layout: PackedLayout): number {
    const key = `${layout.eventId}\u0000${layout.version}\u0000${layout.shape ?? ''}\u0000${layout.channel}\u0000${layout.provider}\u0000${layout.names.join('\u0000')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const next = this.#numbers.size;
    if (next >= MAX_LAYOUTS) return INLINE_LAYOUT;
    this.#numbers.set(key, next);
    this.#fresh.push(layout);
    return next;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const larger = Buffer.from(new ArrayBuffer(Math.max(this.#buffer.length * 2, this.#end + bytes)));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }

  #putAbsent(): void {
    this.#reserve(4);
    this.#buffer.writeUInt32LE(0, this.#end);
    this.#end += 4;
  }

  #putText(text: string): void {
    const isWide = WIDE.test(text);
    const bytes = isWide ? text.length * 2 : text.length;
    this.#reserve(4 + bytes);
    this.#buffer.writeUInt32LE(bytes * 4 + (isWide ? 2 : 1), this.#end);
    this.#buffer.write(text, this.#end + 4, bytes, isWide ? 'utf16le' : 'latin1');
    this.#end += 4 + bytes;
  }
}

function writeId(buffer: Buffer, at: number, id: RecordId | undefined): void {
  if (typeof id === 'string') {
    buffer.writeBigUInt64LE(BigInt.asUintN(64, BigInt(id)), at);
    return;
  }
  const value = id ?? 0;
  const high = Math.floor(value / TWO_32);
  buffer.writeUInt32LE(value - high * TWO_32, at);
  buffer.writeUInt32LE(high >>> 0, at + 4);
}
