/**
 * Packed events: how a kept event travels between threads, sorts, spills to disk and lives on (ADR 0002).
 *
 * A row is a fixed head of 64 bytes and then the values as text. What rows share (provider, channel, id, version, field
 * names) stands in a layout that the row refers to by number. Rows know nothing of the reader that made them.
 *
 * head: 0 u32 row bytes · 4 u32 layout · 8 f64 event time · 16 f64 TimeCreated · 24 f64 offset · 32 u32 length ·
 *       36 u32 source · 40 u64 EventRecordID · 48 u64 frame id · 56 u16 ticks · 58 u16 created ticks · 60 u8 class ·
 *       61 u8 flags · 62 u16 number of values
 * value: u32 (bytes << 2 | encoding), bytes. Encoding 0 absent, 1 Latin-1, 2 UTF-16LE. First the computer, then the
 *        System fields of `SYSTEM_FIELDS`, then one value for each name of the layout.
 */
import type { Event, Place, RecordClass, RecordId, Source, SystemField } from './event.ts';

const HEAD_BYTES = 64;
const CLASSES: readonly RecordClass[] = ['live', 'afterDamage', 'swallowed', 'carved'];
const SYSTEM_FIELDS: readonly SystemField[] = [
  'ProviderGuid',
  'Level',
  'Task',
  'Opcode',
  'Keywords',
  'ActivityID',
  'RelatedActivityID',
  'ProcessID',
  'ThreadID',
  'UserID',
  'Qualifiers',
];
const FIRST_FIELD = 1 + SYSTEM_FIELDS.length;
const FLAG_FOREIGN = 1;
const FLAG_RECORD_ID = 2;
const FLAG_HEADER_ID = 4;
const TWO_32 = 4294967296;
/** A row whose layout number is this carries its layout as JSON in its last value: bounds the layout tables. */
const INLINE_LAYOUT = 0xffffffff;
/** Layouts a packer numbers before it writes them inline: an honest hunt has some hundreds, a forged log millions. */
const MAX_LAYOUTS = 4096;
const MAX_VALUES = 65535;

export interface PackedLayout {
  readonly provider: string;
  readonly channel: string;
  readonly eventId: number;
  readonly version: number;
  readonly names: readonly string[];
}

/** What a packer hands over: rows back to back in a buffer of their own, and the layouts not handed over before. */
export interface PackedRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
  /** Layouts numbered from `firstLayout` on. */
  readonly layouts: readonly PackedLayout[];
  readonly firstLayout: number;
}

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

  /** Appends a copy of the event; `source` is the number of its file in the run's table. */
  add(event: Event, source: number): void {
    const start = this.#end;
    const entries = event.entries();
    const fields =
      entries.length > MAX_VALUES - FIRST_FIELD - 1 ? entries.slice(0, MAX_VALUES - FIRST_FIELD - 1) : entries;
    const layout: PackedLayout = {
      provider: event.provider,
      channel: event.channel,
      eventId: event.eventId,
      version: event.version,
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
    this.#putHead(event, start, number, values, source);
    this.#count++;
  }

  #putHead(event: Event, start: number, layout: number, values: number, source: number): void {
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
    const key = `${layout.eventId}\u0000${layout.version}\u0000${layout.channel}\u0000${layout.provider}\u0000${layout.names.join('\u0000')}`;
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

function readId(buffer: Buffer, at: number): RecordId {
  const high = buffer.readUInt32LE(at + 4);
  if (high < 0x200000) return high * TWO_32 + buffer.readUInt32LE(at);
  return buffer.readBigUInt64LE(at).toString();
}

/** What the numbers in rows mean: layouts by number and sources by number. */
export interface PackedTables {
  readonly layouts: readonly PackedLayout[];
  readonly sources: readonly Source[];
}

/** Bytes of the row that begins at `start`; at least 64, else the bytes are not rows. */
export function packedRowBytes(buffer: Buffer, start: number): number {
  const bytes = buffer.readUInt32LE(start);
  if (bytes < HEAD_BYTES || start + bytes > buffer.length) throw new RangeError(`not a packed row at ${start}`);
  return bytes;
}

/** Gives a row the number that its layout has in another table (rows of two packers meet in one store). */
export function renumberLayout(buffer: Buffer, start: number, numbers: readonly number[]): void {
  const layout = buffer.readUInt32LE(start + 4);
  if (layout === INLINE_LAYOUT) return;
  const number = numbers[layout];
  if (number === undefined) throw new RangeError(`layout ${layout} of a packed row is not known`);
  buffer.writeUInt32LE(number, start + 4);
}

/** Event time of the row at `start` in Unix milliseconds. */
export function packedTimeMs(buffer: Buffer, start: number): number {
  return buffer.readDoubleLE(start + 8);
}

/** 0..9999 units of 100 ns below the millisecond. */
export function packedTimeTicks(buffer: Buffer, start: number): number {
  return buffer.readUInt16LE(start + 56);
}

/** An event over a packed row. It owns its bytes when `detach()` made it; else it is valid during its turn. */
export class PackedEvent implements Event {
  readonly #buffer: Buffer;
  readonly #start: number;
  readonly #tables: PackedTables;
  readonly #layout: PackedLayout;
  readonly #isOwner: boolean;
  readonly otherPlaces: readonly Place[];

  constructor(
    buffer: Buffer,
    start: number,
    tables: PackedTables,
    otherPlaces: readonly Place[] = [],
    isOwner = false,
  ) {
    this.#buffer = buffer;
    this.#start = start;
    this.#tables = tables;
    this.otherPlaces = otherPlaces;
    this.#isOwner = isOwner;
    const number = buffer.readUInt32LE(start + 4);
    const layout = number === INLINE_LAYOUT ? this.#inlineLayout() : tables.layouts[number];
    if (layout === undefined) throw new RangeError(`layout ${number} of a packed row is not known`);
    this.#layout = layout;
  }

  get provider(): string {
    return this.#layout.provider;
  }
  get channel(): string {
    return this.#layout.channel;
  }
  get eventId(): number {
    return this.#layout.eventId;
  }
  get version(): number {
    return this.#layout.version;
  }
  get computer(): string {
    return this.#value(0) ?? '';
  }
  get timeMs(): number {
    return this.#buffer.readDoubleLE(this.#start + 8);
  }
  get timeTicks(): number {
    return this.#buffer.readUInt16LE(this.#start + 56);
  }
  get createdMs(): number {
    return this.#buffer.readDoubleLE(this.#start + 16);
  }
  get createdTicks(): number {
    return this.#buffer.readUInt16LE(this.#start + 58);
  }
  get recordId(): RecordId | undefined {
    return this.#flag(FLAG_RECORD_ID) ? readId(this.#buffer, this.#start + 40) : undefined;
  }
  get headerRecordId(): RecordId | undefined {
    return this.#flag(FLAG_HEADER_ID) ? readId(this.#buffer, this.#start + 48) : undefined;
  }
  get recordClass(): RecordClass {
    return CLASSES[this.#buffer[this.#start + 60] ?? 0] ?? 'carved';
  }
  get isForeignTemplate(): boolean {
    return this.#flag(FLAG_FOREIGN);
  }
  /** Number of the file in the run's table. */
  get sourceNumber(): number {
    return this.#buffer.readUInt32LE(this.#start + 36);
  }
  get place(): Place {
    const source = this.#tables.sources[this.sourceNumber];
    if (source === undefined) throw new RangeError(`source ${this.sourceNumber} of a packed row is not known`);
    return {
      source,
      offset: this.#buffer.readDoubleLE(this.#start + 24),
      length: this.#buffer.readUInt32LE(this.#start + 32),
    };
  }

  /** Byte offset in the innermost file, without making a Place. */
  get offsetBytes(): number {
    return this.#buffer.readDoubleLE(this.#start + 24);
  }

  /** The packed row itself, a view. */
  rowBytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + packedRowBytes(this.#buffer, this.#start));
  }

  /** True when layout, System fields and values are the same as the other's, which must share the tables. */
  hasEqualValues(other: PackedEvent): boolean {
    if (this.#layout !== other.#layout) return JSON.stringify(this.entries()) === JSON.stringify(other.entries());
    return this.rowBytes().subarray(HEAD_BYTES).equals(other.rowBytes().subarray(HEAD_BYTES));
  }

  system(field: SystemField): string | undefined {
    return this.#value(1 + SYSTEM_FIELDS.indexOf(field));
  }

  get(name: string): string | undefined {
    const index = this.#layout.names.indexOf(name);
    return index < 0 ? undefined : this.#value(FIRST_FIELD + index);
  }

  all(name: string): readonly string[] {
    const found: string[] = [];
    for (const [key, value] of this.entries()) if (key === name) found.push(value);
    return found;
  }

  entries(): readonly (readonly [string, string])[] {
    const found: [string, string][] = [];
    let at = this.#skip(FIRST_FIELD);
    for (const name of this.#layout.names) {
      const value = this.#textAt(at);
      if (value !== undefined) found.push([name, value]);
      at = this.#next(at);
    }
    return found;
  }

  detach(): PackedEvent {
    if (this.#isOwner) return this;
    const bytes = packedRowBytes(this.#buffer, this.#start);
    const copy = Buffer.allocUnsafeSlow(bytes);
    this.#buffer.copy(copy, 0, this.#start, this.#start + bytes);
    return new PackedEvent(copy, 0, this.#tables, this.otherPlaces, true);
  }

  /** The same event with the places of its copies. */
  withOtherPlaces(places: readonly Place[]): PackedEvent {
    return new PackedEvent(this.#buffer, this.#start, this.#tables, places, this.#isOwner);
  }

  #flag(bit: number): boolean {
    return ((this.#buffer[this.#start + 61] ?? 0) & bit) !== 0;
  }

  #next(at: number): number {
    return at + 4 + (this.#buffer.readUInt32LE(at) >>> 2);
  }

  #skip(values: number): number {
    let at = this.#start + HEAD_BYTES;
    for (let i = 0; i < values; i++) at = this.#next(at);
    return at;
  }

  #value(index: number): string | undefined {
    return this.#textAt(this.#skip(index));
  }

  #textAt(at: number): string | undefined {
    const head = this.#buffer.readUInt32LE(at);
    const encoding = head & 3;
    if (encoding === 0) return undefined;
    const end = at + 4 + (head >>> 2);
    return this.#buffer.toString(encoding === 1 ? 'latin1' : 'utf16le', at + 4, end);
  }

  #inlineLayout(): PackedLayout {
    const values = this.#buffer.readUInt16LE(this.#start + 62);
    const text = this.#value(values - 1) ?? '';
    return JSON.parse(text) as PackedLayout;
  }
}

/** Owns a copy of any event: packs it alone. Readers use it for their own `detach()`. */
export function detachEvent(event: Event): Event {
  const packer = new EventPacker();
  packer.add(event, 0);
  const { bytes, layouts } = packer.take();
  const tables: PackedTables = { layouts, sources: [event.place.source] };
  return new PackedEvent(Buffer.from(bytes.buffer), 0, tables, event.otherPlaces, true);
}
