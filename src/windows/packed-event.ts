import {
  type Event,
  type Place,
  type RecordClass,
  type RecordId,
  SYSTEM_FIELDS,
  type SystemField,
  type TimeQuality,
} from './event.ts';
import { EventPacker } from './event-packer.ts';
import {
  CLASSES,
  clearPackedMarks,
  FIRST_FIELD,
  FLAG_FOREIGN,
  FLAG_HEADER_ID,
  FLAG_RECORD_ID,
  FLAG_REPEATS,
  HEAD_BYTES,
  hasPackedMark,
  INLINE_LAYOUT,
  type PackedLayout,
  type PackedTables,
  packedLine,
  packedRowBytes,
  putPackedMark,
  readId,
  TIME_QUALITIES,
} from './packed-row.ts';

/** An event over a packed row. It owns its bytes when `detach()` made it, or its row stays where it is; else it is valid during its turn. */
export class PackedEvent implements Event {
  readonly #buffer: Buffer;
  readonly #start: number;
  readonly #tables: PackedTables;
  readonly #layout: PackedLayout;
  readonly #isOwner: boolean;
  /** Asked for by everybody who takes it. */
  #computer: string | undefined;
  /** What it was detached as: those who keep it keep one copy. */
  #detached: PackedEvent | undefined;
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
    this.#computer ??= this.#value(0) ?? '';
    return this.#computer;
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
    const line = packedLine(this.#buffer, this.#start);
    return {
      source,
      offset: this.#buffer.readDoubleLE(this.#start + 24),
      length: this.#buffer.readUInt32LE(this.#start + 32),
      ...(line === 0 ? {} : { line }),
      ...(this.#flag(FLAG_REPEATS) ? { repeatsNames: true as const } : {}),
    };
  }
  get repeatsNames(): boolean {
    return this.#flag(FLAG_REPEATS) || this.otherPlaces.some(({ repeatsNames }) => repeatsNames === true);
  }
  /** Bytes of the row. */
  get heldBytes(): number {
    return packedRowBytes(this.#buffer, this.#start);
  }
  get shape(): string | undefined {
    return this.#layout.shape;
  }
  get timeQuality(): TimeQuality {
    return TIME_QUALITIES[this.#buffer[this.#start + 68] ?? 0] ?? 'exact';
  }

  /** Byte offset in the innermost file, without making a Place. */
  get offsetBytes(): number {
    return this.#buffer.readDoubleLE(this.#start + 24);
  }

  /** True where the holder of the row has put this mark, a bit of a byte, on it. */
  hasMark(mark: number): boolean {
    return hasPackedMark(this.#buffer, this.#start, mark);
  }

  /** Takes a mark off the row itself. */
  clearMark(mark: number): void {
    clearPackedMarks(this.#buffer, this.#start, mark);
  }

  /** Puts a mark on the row itself: whoever looks at it later finds it. */
  putMark(mark: number): void {
    putPackedMark(this.#buffer, this.#start, mark);
  }

  /** The packed row itself, a view. */
  rowBytes(): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + packedRowBytes(this.#buffer, this.#start));
  }

  /** True when layout, System fields and values are the same as the other's, which must share the tables. */
  hasEqualValues(other: PackedEvent): boolean {
    if (this.#layout !== other.#layout) return JSON.stringify(this.entries()) === JSON.stringify(other.entries());
    return this.hasEqualRow(other);
  }

  /** The same of two rows of one layout, without a look at what they say; false for two layouts. */
  hasEqualRow(other: PackedEvent): boolean {
    return (
      this.#layout === other.#layout &&
      this.rowBytes().subarray(HEAD_BYTES).equals(other.rowBytes().subarray(HEAD_BYTES))
    );
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
    this.#detached ??= this.copy();
    return this.#detached;
  }

  /** The same event with bytes of its own, whoever owns these. */
  copy(): PackedEvent {
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
