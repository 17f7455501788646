import { crc32 } from 'node:zlib';
import type { Element, Instance, Part, RawPart, Template } from './tree.ts';
import { guidBytes, TYPE, utf16, type Value } from './value.ts';

export const CHUNK_BYTES = 65536;
export const FIRST_RECORD = 512;
/** Room behind the chunk in which a record that does not fit can be begun before it is taken back. */
const OVERRUN_BYTES = 4 * CHUNK_BYTES;

/** What a record holds: an instance, an element without template (EVTX 2.1), or bytes. */
export type RecordContent = Instance | Element | RawPart;

/** One record frame (EVTX 1.5) with what may be odd about it. */
export interface FrameOptions {
  readonly id: bigint;
  /** FILETIME of the frame. */
  readonly written: bigint;
  readonly content: RecordContent;
  /** False leaves out 0F 01 01 00 in front and 00 behind the content. */
  readonly hasFragment?: boolean;
  /** Bytes between the end of the content and the padding. */
  readonly tail?: Uint8Array;
  readonly claimedSize?: number;
  readonly claimedTrailer?: number;
}

/** Where a record stands in its chunk, in bytes. */
export interface Frame {
  readonly id: bigint;
  readonly offset: number;
  readonly size: number;
}

/** Header fields of a chunk that shall not be what the records say (EVTX 1.2). */
export interface ChunkOddities {
  readonly magic?: string;
  readonly firstNumber?: bigint;
  readonly lastNumber?: bigint;
  readonly firstId?: bigint;
  readonly lastId?: bigint;
  readonly lastRecordOffset?: number;
  readonly free?: number;
  readonly flags?: number;
  /** `none` writes zeros and flag 4, `wrong` a false sum. */
  readonly checksums?: 'right' | 'none' | 'wrong';
  /** The slot's older content, which stays behind `free` (EVTX 7.2). */
  readonly over?: Uint8Array;
}

/** The hash of names: `h * 65599 + unit` (EVTX 1.3). */
export function nameHash(units: Iterable<number>): number {
  let h = 0;
  for (const unit of units) h = (Math.imul(h, 65599) + unit) >>> 0;
  return h;
}

function codeUnits(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** Index of the first optional substitution in the content, else FFFF (EVTX 2.1). */
function dependencyOf(element: Element): number {
  if (element.dependency !== undefined) return element.dependency;
  for (const part of element.content) if (part.kind === 'slot' && part.isOptional) return part.index;
  return 0xffff;
}

/** Builds one 64 KiB chunk: records until one does not fit (EVTX 12.1 to 12.5). */
export class ChunkWriter {
  readonly frames: Frame[] = [];
  readonly #bytes: Uint8Array = new Uint8Array(CHUNK_BYTES + OVERRUN_BYTES);
  readonly #view: DataView = new DataView(this.#bytes.buffer);
  #cursor = FIRST_RECORD;
  readonly #names = new Map<string, number>();
  readonly #templates = new Map<Template, number>();
  /** What takes back the names and definitions of the record in hand, should it not fit. */
  readonly #undo: (() => void)[] = [];

  get free(): number {
    return this.#cursor;
  }

  /** Chunk offset of a definition that this chunk holds. */
  definitionOffset(template: Template): number | undefined {
    return this.#templates.get(template);
  }

  /** Appends a record. Gives undefined, and changes nothing, when it does not fit. */
  append(options: FrameOptions): Frame | undefined {
    const start = this.#cursor;
    const tables = this.#bytes.slice(128, FIRST_RECORD);
    this.#undo.length = 0;
    let fits = true;
    try {
      this.#frame(options);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      fits = false;
    }
    if (!fits || this.#cursor > CHUNK_BYTES) {
      this.#bytes.fill(0, start);
      this.#bytes.set(tables, 128);
      this.#cursor = start;
      for (const undo of this.#undo.reverse()) undo();
      return undefined;
    }
    const frame = { id: options.id, offset: start, size: this.#cursor - start };
    this.frames.push(frame);
    return frame;
  }

  /** Appends bytes that are no record. */
  appendRaw(bytes: Uint8Array): void {
    if (this.#cursor + bytes.length > CHUNK_BYTES) throw new Error('the bytes do not fit into the chunk');
    this.#put(bytes);
  }

  /** The finished chunk: record numbers and ids are those of the frames, as in a log that is no filtered export. */
  close(oddities: ChunkOddities = {}): Uint8Array {
    const out = new Uint8Array(CHUNK_BYTES);
    if (oddities.over !== undefined) out.set(oddities.over.subarray(0, CHUNK_BYTES));
    out.set(this.#bytes.subarray(0, this.#cursor));
    out.fill(0, 0, 128);
    const view = new DataView(out.buffer);
    const first = this.frames.at(0);
    const last = this.frames.at(-1);
    out.set(new TextEncoder().encode((oddities.magic ?? 'ElfChnk\0').slice(0, 8)));
    view.setBigUint64(8, BigInt.asUintN(64, oddities.firstNumber ?? first?.id ?? 0n), true);
    view.setBigUint64(16, BigInt.asUintN(64, oddities.lastNumber ?? last?.id ?? 0n), true);
    view.setBigUint64(24, BigInt.asUintN(64, oddities.firstId ?? first?.id ?? 0n), true);
    view.setBigUint64(32, BigInt.asUintN(64, oddities.lastId ?? last?.id ?? 0n), true);
    view.setUint32(40, 128, true);
    view.setUint32(44, oddities.lastRecordOffset ?? last?.offset ?? FIRST_RECORD, true);
    view.setUint32(48, oddities.free ?? this.#cursor, true);
    const checksums = oddities.checksums ?? 'right';
    view.setUint32(120, oddities.flags ?? (checksums === 'none' ? 5 : 1), true);
    if (checksums !== 'none') {
      const flip = checksums === 'wrong' ? 0x5a5a5a5a : 0;
      const free = Math.min(Math.max(view.getUint32(48, true), FIRST_RECORD), CHUNK_BYTES);
      view.setUint32(52, (crc32(out.subarray(FIRST_RECORD, free)) ^ flip) >>> 0, true);
      view.setUint32(124, (crc32(out.subarray(128, 512), crc32(out.subarray(0, 120))) ^ flip) >>> 0, true);
    }
    return out;
  }

  #frame(options: FrameOptions): void {
    const start = this.#cursor;
    this.#u32(0x2a2a);
    this.#u32(0);
    this.#u64(options.id);
    this.#u64(options.written);
    const hasFragment = (options.hasFragment ?? true) && options.content.kind !== 'raw';
    if (hasFragment) this.#put([0x0f, 1, 1, 0]);
    this.#content(options.content);
    if (hasFragment) this.#put([0]);
    if (options.tail !== undefined) this.#put(options.tail);
    const size = (this.#cursor - start + 4 + 7) & ~7;
    this.#cursor = start + size - 4;
    this.#u32(options.claimedTrailer ?? options.claimedSize ?? size);
    this.#view.setUint32(start + 4, options.claimedSize ?? size, true);
  }

  #content(content: RecordContent): void {
    if (content.kind === 'instance') this.#instance(content);
    else this.#part(content, false);
  }

  #instance(instance: Instance): void {
    const token = this.#cursor;
    const { template } = instance;
    const id = instance.templateId ?? new DataView(guidBytes(template.guid).buffer).getUint32(0, true);
    this.#put([0x0c, 1]);
    this.#u32(id);
    if (instance.definitionOffset !== undefined) {
      const at = instance.definitionOffset;
      this.#u32(typeof at === 'number' ? at : at(token));
    } else {
      const known = this.#templates.get(template);
      const isStored = known === undefined || instance.isStoredAgain === true;
      this.#u32(isStored ? token + 10 : known);
      if (isStored) this.#definition(template);
    }
    this.#u32(instance.claimedCount ?? instance.values.length);
    const descriptors = this.#cursor;
    this.#skip(4 * instance.values.length);
    instance.values.forEach((value, i) => {
      const start = this.#cursor;
      this.#value(value);
      const at = descriptors + 4 * i;
      const claimed = value.kind === 'plain' ? value.claimedSize : undefined;
      this.#view.setUint16(at, claimed ?? this.#cursor - start, true);
      this.#view.setUint8(at + 2, value.kind === 'plain' ? value.type : TYPE.binxml);
      this.#view.setUint8(at + 3, value.kind === 'plain' ? (value.reserved ?? 0) : 0);
    });
  }

  #value(value: Value): void {
    if (value.kind === 'plain') {
      this.#put(value.bytes);
      return;
    }
    if (value.form === 'fragment') this.#put([0x0f, 1, 1, 0]);
    this.#content(value.content);
    if (value.form === 'fragment') this.#put([0]);
  }

  #definition(template: Template): void {
    const start = this.#cursor;
    const guid = guidBytes(template.guid);
    const words = new Uint16Array(guid.buffer);
    const bucket = 384 + 4 * (nameHash(words) % 32);
    this.#u32(this.#view.getUint32(bucket, true));
    this.#view.setUint32(bucket, start, true);
    const before = this.#templates.get(template);
    this.#undo.push(() =>
      before === undefined ? this.#templates.delete(template) : this.#templates.set(template, before),
    );
    this.#templates.set(template, start);
    this.#put(guid);
    this.#u32(0);
    this.#put([0x0f, 1, 1, 0]);
    this.#part(template.root, true);
    if (template.hasEof ?? true) this.#put([0]);
    this.#view.setUint32(start + 20, template.claimedSize ?? this.#cursor - start - 24, true);
  }

  #part(part: Part, inDefinition: boolean): void {
    switch (part.kind) {
      case 'element':
        this.#element(part, inDefinition);
        break;
      case 'raw':
        this.#put(typeof part.bytes === 'function' ? part.bytes(this.#cursor) : part.bytes);
        break;
      case 'text':
        this.#put([part.more === true ? 0x45 : 0x05, TYPE.text]);
        this.#counted(part.text);
        break;
      case 'cdata':
        this.#put([part.more === true ? 0x47 : 0x07]);
        this.#counted(part.text);
        break;
      case 'charRef':
        this.#put([part.more === true ? 0x48 : 0x08]);
        this.#u16(part.code);
        break;
      case 'entityRef':
        this.#put([part.more === true ? 0x49 : 0x09]);
        this.#name(part.name);
        break;
      case 'instruction':
        this.#put([0x0a]);
        this.#name(part.target);
        this.#put([0x0b]);
        this.#counted(part.data);
        break;
      case 'slot':
        this.#put([part.isOptional ? 0x0e : 0x0d]);
        this.#u16(part.index);
        this.#put([part.type]);
        break;
    }
  }

  #element(element: Element, inDefinition: boolean): void {
    const hasAttributes = element.attributes.length > 0;
    this.#put([hasAttributes ? 0x41 : 0x01]);
    if (inDefinition) this.#u16(dependencyOf(element));
    const size = this.#cursor;
    this.#u32(0);
    this.#name(element.name);
    if (hasAttributes) {
      const list = this.#cursor;
      this.#u32(0);
      element.attributes.forEach((attribute, i) => {
        this.#put([i + 1 < element.attributes.length ? 0x46 : 0x06]);
        this.#name(attribute.name);
        for (const part of attribute.parts) this.#part(part, inDefinition);
      });
      this.#view.setUint32(list, this.#cursor - list - 4, true);
    }
    if (element.content.length === 0) {
      this.#put([0x03]);
    } else {
      this.#put([0x02]);
      for (const part of element.content) this.#part(part, inDefinition);
      this.#put([0x04]);
    }
    this.#view.setUint32(size, this.#cursor - size - 4, true);
  }

  /** A name by offset; its first use in the chunk stands inline (EVTX 2). */
  #name(name: string): void {
    const known = this.#names.get(name);
    if (known !== undefined) {
      this.#u32(known);
      return;
    }
    const at = this.#cursor + 4;
    this.#u32(at);
    const hash = nameHash(codeUnits(name));
    const bucket = 128 + 4 * (hash % 64);
    this.#u32(this.#view.getUint32(bucket, true));
    this.#view.setUint32(bucket, at, true);
    this.#names.set(name, at);
    this.#undo.push(() => this.#names.delete(name));
    this.#u16(hash & 0xffff);
    this.#counted(name);
    this.#u16(0);
  }

  #counted(text: string): void {
    this.#u16(text.length);
    this.#put(utf16(text));
  }

  #put(bytes: ArrayLike<number>): void {
    this.#bytes.set(bytes, this.#cursor);
    this.#cursor += bytes.length;
  }

  #skip(count: number): void {
    this.#cursor += count;
  }

  #u16(value: number): void {
    this.#view.setUint16(this.#cursor, value, true);
    this.#cursor += 2;
  }

  #u32(value: number): void {
    this.#view.setUint32(this.#cursor, value, true);
    this.#cursor += 4;
  }

  #u64(value: bigint): void {
    this.#view.setBigUint64(this.#cursor, BigInt.asUintN(64, value), true);
    this.#cursor += 8;
  }
}
