import type { Chunk } from './chunk.ts';
import { CHUNK_HEADER_BYTES, MAX_DEFINITION_TOKENS, MAX_OPEN_ELEMENTS } from './format.ts';

/**
 * The token stream of a template or of a direct record (EVTX 2), written as small integers with all names and texts
 * inside and all sizes and offsets left out. Two definitions mean the same if and only if their streams are equal,
 * wherever in a chunk they stand (EVTX 9.2): no hash can be made to collide.
 *
 * Texts are `length, unit | unit << 16, ...`.
 */
export const OP_OPEN = 1; // dependency + 1, name
export const OP_ATTRIBUTE = 2; // name
export const OP_CONTENT = 3; // end of the start tag
export const OP_CLOSE = 4;
export const OP_TEXT = 5; // text
export const OP_SLOT = 6; // index, type, 1 when optional
export const OP_PI = 7; // target, text
export const OP_UNKNOWN_ENTITY = 8;

export const NO_DEPENDENCY = 0xffff;
/** Names of real logs have at most 60 units; the bound keeps a forged name from being copied for ever. */
const MAX_NAME_UNITS = 1024;
const MAX_STREAM = 1 << 18;

const ENTITIES = new Map<string, number>([
  ['amp', 38],
  ['lt', 60],
  ['gt', 62],
  ['quot', 34],
  ['apos', 39],
]);

/** Oddities that do not stop the reader. */
export type StreamWarning = 'sizes of its elements do not match' | 'it has no end mark';

/** Reads one element with all it holds from the bytes of a chunk into `stream`. Holds one result at a time. */
export class Tokeniser {
  readonly stream: Int32Array = new Int32Array(MAX_STREAM);
  length = 0;
  /** Offset behind the element, before its end mark. */
  end = 0;
  warning: StreamWarning | undefined;
  private readonly expectedEnds = new Int32Array(MAX_OPEN_ELEMENTS);
  private problem: string | undefined;

  /**
   * Tokenises from `at`, which must stand on an element. Gives undefined, or the reason why the bytes are no element.
   *
   * @param hasDependencies true inside a template definition, where elements carry a dependency id (EVTX 2.1)
   */
  read(chunk: Chunk, at: number, limit: number, hasDependencies: boolean): string | undefined {
    const view = chunk.view;
    const stream = this.stream;
    const ends = this.expectedEnds;
    this.length = 0;
    this.warning = undefined;
    this.problem = undefined;
    let p = at;
    let depth = 0;
    let tokens = 0;
    let isInTag = false;
    let hasAttribute = false;
    let attributesEnd = -1;
    let isDone = false;
    while (!isDone) {
      if (p >= limit) return 'it ends inside an element';
      if (++tokens > MAX_DEFINITION_TOKENS) return 'it has more than 20000 tokens';
      if (this.length > MAX_STREAM - 8) return 'it is too large';
      const token = view.getUint8(p);
      switch (token & 0xbf) {
        case 0x01: {
          if (isInTag) return 'an element begins inside a start tag';
          if (depth === MAX_OPEN_ELEMENTS) return 'more than 64 elements are open';
          let q = p + 1;
          let dependency = NO_DEPENDENCY;
          const fixed = hasDependencies ? 10 : 8;
          if (q + fixed > limit) return 'it ends inside a start tag';
          if (hasDependencies) {
            dependency = view.getUint16(q, true);
            q += 2;
          }
          ends[depth++] = q + 4 + view.getUint32(q, true);
          stream[this.length++] = OP_OPEN;
          stream[this.length++] = dependency === NO_DEPENDENCY ? 0 : dependency + 1;
          q = this.readName(chunk, q + 4, limit);
          if (this.problem !== undefined) return this.problem;
          attributesEnd = -1;
          if ((token & 0x40) !== 0) {
            if (q + 4 > limit) return 'it ends inside a start tag';
            attributesEnd = q + 4 + view.getUint32(q, true);
            q += 4;
          }
          isInTag = true;
          hasAttribute = false;
          p = q;
          break;
        }
        case 0x02:
          if (!isInTag) return 'a start tag ends that did not begin';
          if (attributesEnd >= 0 && attributesEnd !== p) this.warning = 'sizes of its elements do not match';
          isInTag = false;
          stream[this.length++] = OP_CONTENT;
          p++;
          break;
        case 0x03:
          if (!isInTag) return 'an empty element ends that did not begin';
          if (attributesEnd >= 0 && attributesEnd !== p) this.warning = 'sizes of its elements do not match';
          isInTag = false;
          p++;
          if (ends[--depth] !== p) this.warning = 'sizes of its elements do not match';
          stream[this.length++] = OP_CONTENT;
          stream[this.length++] = OP_CLOSE;
          isDone = depth === 0;
          break;
        case 0x04:
          if (isInTag || depth === 0) return 'an end tag stands where no element is open';
          p++;
          if (ends[--depth] !== p) this.warning = 'sizes of its elements do not match';
          stream[this.length++] = OP_CLOSE;
          isDone = depth === 0;
          break;
        case 0x05: {
          if (isInTag && !hasAttribute) return 'a value stands before its attribute';
          if (p + 4 > limit) return 'it ends inside a text';
          if (view.getUint8(p + 1) !== 1) return 'a literal value is not text';
          const units = view.getUint16(p + 2, true);
          if (p + 4 + 2 * units > limit) return 'it ends inside a text';
          stream[this.length++] = OP_TEXT;
          this.pack(view, p + 4, units);
          p += 4 + 2 * units;
          break;
        }
        case 0x06:
          if (!isInTag) return 'an attribute stands outside of a start tag';
          stream[this.length++] = OP_ATTRIBUTE;
          p = this.readName(chunk, p + 1, limit);
          hasAttribute = true;
          break;
        case 0x07: {
          if (isInTag && !hasAttribute) return 'a value stands before its attribute';
          if (p + 3 > limit) return 'it ends inside a text';
          const units = view.getUint16(p + 1, true);
          if (p + 3 + 2 * units > limit) return 'it ends inside a text';
          stream[this.length++] = OP_TEXT;
          this.pack(view, p + 3, units);
          p += 3 + 2 * units;
          break;
        }
        case 0x08:
          if (isInTag && !hasAttribute) return 'a value stands before its attribute';
          if (p + 3 > limit) return 'it ends inside a character reference';
          stream[this.length++] = OP_TEXT;
          stream[this.length++] = 1;
          stream[this.length++] = view.getUint16(p + 1, true);
          p += 3;
          break;
        case 0x09:
          if (isInTag && !hasAttribute) return 'a value stands before its attribute';
          p = this.readEntity(chunk, p + 1, limit);
          break;
        case 0x0a: {
          if (isInTag) return 'a processing instruction stands inside a start tag';
          stream[this.length++] = OP_PI;
          p = this.readName(chunk, p + 1, limit);
          if (this.problem !== undefined) return this.problem;
          if (p + 3 > limit || (view.getUint8(p) & 0xbf) !== 0x0b) return 'a processing instruction has no text';
          const units = view.getUint16(p + 1, true);
          if (p + 3 + 2 * units > limit) return 'it ends inside a text';
          this.pack(view, p + 3, units);
          p += 3 + 2 * units;
          break;
        }
        case 0x0d:
        case 0x0e:
          if (isInTag && !hasAttribute) return 'a value stands before its attribute';
          if (p + 4 > limit) return 'it ends inside a substitution';
          stream[this.length++] = OP_SLOT;
          stream[this.length++] = view.getUint16(p + 1, true);
          stream[this.length++] = view.getUint8(p + 3);
          stream[this.length++] = (token & 0x3f) === 0x0e ? 1 : 0;
          p += 4;
          break;
        default:
          return `it holds an unknown token ${token.toString(16).padStart(2, '0')}`;
      }
      if (this.problem !== undefined) return this.problem;
    }
    if (hasDependencies && (p >= limit || view.getUint8(p) !== 0)) this.warning ??= 'it has no end mark';
    this.end = p;
    return undefined;
  }

  /** Packs a name given by reference (EVTX 2): stored right behind the reference, or anywhere in the chunk. */
  private readName(chunk: Chunk, at: number, limit: number): number {
    const view = chunk.view;
    if (at + 4 > limit) {
      this.problem = 'it ends inside a name';
      return at;
    }
    const offset = view.getUint32(at, true);
    const isInline = offset === at + 4 - chunk.base;
    const where = isInline ? at + 4 : chunk.base + offset;
    const border = isInline ? limit : chunk.end;
    if (offset < CHUNK_HEADER_BYTES || where + 10 > border) {
      this.problem = 'a name lies outside of the chunk';
      return at;
    }
    const units = view.getUint16(where + 6, true);
    if (units > MAX_NAME_UNITS || where + 10 + 2 * units > border) {
      this.problem = 'a name is longer than its place';
      return at;
    }
    this.pack(view, where + 8, units);
    return isInline ? where + 10 + 2 * units : at + 4;
  }

  private readEntity(chunk: Chunk, at: number, limit: number): number {
    const start = this.length;
    const next = this.readName(chunk, at, limit);
    if (this.problem !== undefined) return next;
    const name = unpackText(this.stream, start);
    const code = ENTITIES.get(name);
    this.length = start;
    if (code === undefined) {
      this.stream[this.length++] = OP_UNKNOWN_ENTITY;
      this.stream[this.length++] = OP_TEXT;
      this.packString(`&${name};`);
    } else {
      this.stream[this.length++] = OP_TEXT;
      this.stream[this.length++] = 1;
      this.stream[this.length++] = code;
    }
    return next;
  }

  private pack(view: DataView, at: number, units: number): void {
    const stream = this.stream;
    let n = units;
    while (n > 0 && view.getUint16(at + 2 * n - 2, true) === 0) n--;
    if (this.length + 1 + (n >> 1) + 8 >= MAX_STREAM) {
      this.problem = 'it is too large';
      return;
    }
    let k = this.length;
    stream[k++] = n;
    let p = at;
    const pairsEnd = at + 2 * (n & ~1);
    for (; p < pairsEnd; p += 4) stream[k++] = view.getInt32(p, true);
    if ((n & 1) === 1) stream[k++] = view.getUint16(p, true);
    this.length = k;
  }

  private packString(text: string): void {
    const stream = this.stream;
    stream[this.length++] = text.length;
    for (let i = 0; i < text.length; i += 2) {
      const high = i + 1 < text.length ? text.charCodeAt(i + 1) : 0;
      stream[this.length++] = text.charCodeAt(i) | (high << 16);
    }
  }
}

/** Number of stream items that the packed text at `at` takes. */
export function packedItems(stream: Int32Array, at: number): number {
  return 1 + (((stream[at] ?? 0) + 1) >> 1);
}

/** Packed pairs of units are UTF-16LE as they lie in memory; forwarded records carry long texts. */
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
const SHORT_UNITS = 8;

/** The packed text at `at`. */
export function unpackText(stream: Int32Array, at: number): string {
  const units = stream[at] ?? 0;
  if (units > SHORT_UNITS && IS_LITTLE_ENDIAN) {
    return Buffer.from(stream.buffer, stream.byteOffset + 4 * (at + 1), 2 * units).toString('utf16le');
  }
  let text = '';
  for (let i = 0; i < units; i++) {
    const pair = stream[at + 1 + (i >> 1)] ?? 0;
    text += String.fromCharCode((i & 1) === 0 ? pair & 0xffff : pair >>> 16);
  }
  return text;
}

/** The 65599 hash of a name, low 16 bits (EVTX 1.3). */
function nameHash16(view: DataView, at: number, units: number): number {
  let h = 0;
  for (let i = 0; i < units; i++) h = (Math.imul(h, 65599) + view.getUint16(at + 2 * i, true)) | 0;
  return h & 0xffff;
}

/**
 * True when the name stored at `at` is whole: not overwritten since (EVTX 7.3 rule 5). Only remnants are asked for this;
 * a live record's names count whatever their hash says (T18).
 */
function isSoundName(chunk: Chunk, at: number): boolean {
  const view = chunk.view;
  if (at + 10 > chunk.end) return false;
  const units = view.getUint16(at + 6, true);
  if (units > 255 || at + 10 + 2 * units > chunk.end) return false;
  return (
    view.getUint16(at + 8 + 2 * units, true) === 0 && nameHash16(view, at + 8, units) === view.getUint16(at + 4, true)
  );
}

/** Checks every name of a definition or direct element that has been tokenised without a problem. */
export function hasSoundNames(chunk: Chunk, at: number, limit: number, hasDependencies: boolean): boolean {
  const view = chunk.view;
  let p = at;
  let depth = 0;
  do {
    const token = view.getUint8(p);
    switch (token & 0x3f) {
      case 0x01:
      case 0x06:
      case 0x09:
      case 0x0a: {
        const isElement = (token & 0x3f) === 0x01;
        const reference = isElement ? p + (hasDependencies ? 7 : 5) : p + 1;
        const offset = view.getUint32(reference, true);
        const isInline = offset === reference + 4 - chunk.base;
        const where = isInline ? reference + 4 : chunk.base + offset;
        if (!isSoundName(chunk, where)) return false;
        p = isInline ? where + 10 + 2 * view.getUint16(where + 6, true) : reference + 4;
        if (isElement) {
          depth++;
          if ((token & 0x40) !== 0) p += 4;
        }
        break;
      }
      case 0x02:
        p++;
        break;
      case 0x03:
      case 0x04:
        p++;
        depth--;
        break;
      case 0x05:
        p += 4 + 2 * view.getUint16(p + 2, true);
        break;
      case 0x07:
      case 0x0b:
        p += 3 + 2 * view.getUint16(p + 1, true);
        break;
      case 0x08:
        p += 3;
        break;
      default:
        p += 4;
    }
  } while (depth > 0 && p < limit);
  return true;
}
