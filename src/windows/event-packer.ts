import { type Event, type RecordId, SYSTEM_FIELDS } from './event.ts';
import {
  CLASSES,
  FIRST_FIELD,
  FLAG_FOREIGN,
  FLAG_HEADER_ID,
  FLAG_RECORD_ID,
  FLAG_REPEATS,
  HEAD_BYTES,
  INLINE_LAYOUT,
  MAX_LAYOUTS,
  MAX_VALUES,
  type PackedLayout,
  type PackedRows,
  putPackedMark,
  TIME_QUALITIES,
  TWO_32,
} from './packed-row.ts';

const WIDE = /[^\u0000-\u00ff]/;
/** Texts up to this length are written unit by unit: two native calls a text cost a quarter of the packing (3.8 for 5.3 µs an event). */
const SHORT_TEXT = 32;
/** Entries of the cache of layouts, by event id: a log has few ids that a hunt keeps. */
const RECENT_LAYOUTS = 256;

interface NumberedLayout {
  readonly layout: PackedLayout;
  readonly number: number;
}

type Fields = readonly (readonly [string, string])[];

/** Packs events one after another; `take()` hands over what was packed since the last time. */
export class EventPacker {
  #buffer: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(1 << 16));
  #end = 0;
  #count = 0;
  readonly #numbers = new Map<string, number>();
  /** The layout of each event id that was met last: spares the key of all names (5.3 for 7.5 µs an event). */
  readonly #recent: (NumberedLayout | undefined)[] = new Array(RECENT_LAYOUTS).fill(undefined);
  #fresh: PackedLayout[] = [];
  #freshFrom = 0;

  /** Bytes packed and not yet taken. */
  get size(): number {
    return this.#end;
  }

  /**
   * Appends a copy of the event; `source` is the number of its file in the run's table, `note` a byte of the caller's own, `marks` what is known of the event (`putPackedMark`):
   * left out where not all of its fields find room.
   */
  add(event: Event, source: number, note = 0, marks = 0): void {
    const start = this.#end;
    const entries = event.entries();
    const fields =
      entries.length > MAX_VALUES - FIRST_FIELD - 1 ? entries.slice(0, MAX_VALUES - FIRST_FIELD - 1) : entries;
    const { layout, number } = this.#layoutOf(event, fields);
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
    if (marks !== 0 && fields === entries) putPackedMark(this.#buffer, start, marks);
    this.#count++;
  }

  #layoutOf(event: Event, fields: Fields): NumberedLayout {
    const entry = event.eventId & (RECENT_LAYOUTS - 1);
    const recent = this.#recent[entry];
    if (recent !== undefined && isLayoutOf(recent.layout, event, fields)) return recent;
    const layout: PackedLayout = {
      provider: event.provider,
      channel: event.channel,
      eventId: event.eventId,
      version: event.version,
      ...(event.shape === undefined ? {} : { shape: event.shape }),
      names: fields.map((field) => field[0]),
    };
    const numbered = { layout, number: this.#numberOf(layout) };
    this.#recent[entry] = numbered;
    return numbered;
  }

  #putHead(event: Event, start: number, layout: number, values: number, source: number, note: number): void {
    const b = this.#buffer;
    const { place } = event;
    b.writeUInt32LE(this.#end - start, start);
    b.writeUInt32LE(layout, start + 4);
    b.writeDoubleLE(event.timeMs, start + 8);
    b.writeDoubleLE(event.createdMs, start + 16);
    b.writeDoubleLE(place.offset, start + 24);
    b.writeUInt32LE(place.length, start + 32);
    b.writeUInt32LE(source, start + 36);
    writeId(b, start + 40, event.recordId);
    writeId(b, start + 48, event.headerRecordId);
    b.writeUInt16LE(event.timeTicks, start + 56);
    b.writeUInt16LE(event.createdTicks, start + 58);
    b[start + 60] = CLASSES.indexOf(event.recordClass);
    b[start + 61] =
      (event.isForeignTemplate ? FLAG_FOREIGN : 0) |
      (event.recordId === undefined ? 0 : FLAG_RECORD_ID) |
      (event.headerRecordId === undefined ? 0 : FLAG_HEADER_ID) |
      (place.repeatsNames === true ? FLAG_REPEATS : 0);
    b.writeUInt16LE(values, start + 62);
    b.writeUInt32LE(place.line ?? 0, start + 64);
    b.writeUInt32LE(TIME_QUALITIES.indexOf(event.timeQuality ?? 'exact') + note * 256, start + 68);
  }

  /** Hands over the rows packed so far in an ArrayBuffer of their own that may be transferred. */
  take(): PackedRows {
    // Not zeroed before it is filled; a buffer of its own, whatever its size.
    const bytes = Buffer.allocUnsafeSlow(this.#end);
    this.#buffer.copy(bytes, 0, 0, this.#end);
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
    const units = text.length;
    this.#reserve(4 + 2 * units);
    if (units > SHORT_TEXT || !this.#putNarrow(text)) this.#putAny(text);
  }

  /** Writes a short text as Latin-1; false when it has a wider unit. */
  #putNarrow(text: string): boolean {
    const b = this.#buffer;
    const units = text.length;
    const start = this.#end + 4;
    for (let i = 0; i < units; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0xff) return false;
      b[start + i] = unit;
    }
    b.writeUInt32LE(units * 4 + 1, this.#end);
    this.#end = start + units;
    return true;
  }

  #putAny(text: string): void {
    const isWide = WIDE.test(text);
    const bytes = isWide ? text.length * 2 : text.length;
    this.#buffer.writeUInt32LE(bytes * 4 + (isWide ? 2 : 1), this.#end);
    this.#buffer.write(text, this.#end + 4, bytes, isWide ? 'utf16le' : 'latin1');
    this.#end += 4 + bytes;
  }
}

function isLayoutOf(layout: PackedLayout, event: Event, fields: Fields): boolean {
  const { names } = layout;
  if (layout.eventId !== event.eventId || layout.version !== event.version || names.length !== fields.length)
    return false;
  if (layout.channel !== event.channel || layout.provider !== event.provider || layout.shape !== event.shape)
    return false;
  for (let i = 0; i < names.length; i++) if (names[i] !== fields[i]?.[0]) return false;
  return true;
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
