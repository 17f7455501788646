import { type Framed, type FramedItem, type RefusedBatch, refusedBatch } from './framing.ts';
import { MAX_ITEMS } from './limits.ts';
import { asBuffer } from './lines.ts';

/** A piece of a watched file that can be read by itself: whole events, with what a reader has to see before them (ADR 0021). */
export interface FileChunk {
  readonly file: ChunkFile;
  /** How far the file is read with this piece: kept and given back as it is. */
  readonly mark: string;
  /** Bytes before the first event that every piece begins with: the names of the columns of rows. */
  readonly carry: number;
  /** Bytes of the events, one after another; line ends belong to what they end. */
  readonly lengths: readonly number[];
}

export interface ChunkFile {
  /** Which file it is, whatever it is called: device, file number, and how often another file had that number. */
  readonly key: string;
  readonly path: string;
  /** Names of members of archives, the outermost first. */
  readonly container?: readonly string[];
  /** Of the whole file when it was read; lower-case hex. */
  readonly sha256: string;
}

export interface FramedChunk extends Framed {
  readonly chunk: FileChunk;
  /** The carried bytes and the events. */
  readonly content: Uint8Array;
}

const LENGTH_BYTES = 4;
const MAX_HEAD_BYTES: number = 4 << 20;

/** The body of a batch: length of the head (4 bytes, little endian), head (JSON), content. */
export function packFileChunk(chunk: FileChunk, content: readonly Uint8Array[]): Uint8Array {
  const json = Buffer.from(JSON.stringify({ format: 1, ...chunk }));
  if (json.length > MAX_HEAD_BYTES) throw new RangeError(`a chunk with a head of ${json.length} bytes`);
  const head = Buffer.allocUnsafe(LENGTH_BYTES);
  head.writeUInt32LE(json.length, 0);
  return Buffer.concat([head, json, ...content]);
}

/** The events of a body that `packFileChunk` made. */
export function frameFileChunk(body: Uint8Array): FramedChunk | RefusedBatch {
  const bytes = asBuffer(body);
  const length = bytes.length < LENGTH_BYTES ? MAX_HEAD_BYTES + 1 : bytes.readUInt32LE(0);
  if (length > MAX_HEAD_BYTES || length > bytes.length - LENGTH_BYTES) return bad('its head does not fit in');
  const start = LENGTH_BYTES + length;
  const chunk = chunkOf(bytes.toString('utf8', LENGTH_BYTES, start));
  if (chunk === undefined) return bad('its head cannot be read');
  if (chunk.lengths.length > MAX_ITEMS) return bad(`it has more than ${MAX_ITEMS} events`);
  const items: FramedItem[] = [];
  let at = start + chunk.carry;
  for (const [number, one] of chunk.lengths.entries()) {
    items.push({ start: at, end: at + one, line: number + 1 });
    at += one;
  }
  if (at !== bytes.length) return bad('its events are not as long as it says');
  return { kind: 'framed', items, accepted: items.length, chunk, content: bytes.subarray(start) };
}

function bad(what: string): RefusedBatch {
  return refusedBatch(400, 'bad_encoding', `A piece of a file: ${what}.`);
}

function chunkOf(text: string): FileChunk | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { format, file, mark, carry, lengths } = value as Readonly<Record<string, unknown>>;
  const isFit = format === 1 && isFile(file) && typeof mark === 'string' && isLength(carry);
  return isFit && Array.isArray(lengths) && lengths.every(isLength)
    ? { file, mark, carry: carry as number, lengths }
    : undefined;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isFile(value: unknown): value is ChunkFile {
  if (typeof value !== 'object' || value === null) return false;
  const { key, path, container, sha256 } = value as Readonly<Record<string, unknown>>;
  const isText = (part: unknown): boolean => typeof part === 'string';
  return (
    [key, path, sha256].every(isText) &&
    (container === undefined || (Array.isArray(container) && container.every(isText)))
  );
}
