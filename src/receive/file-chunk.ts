import { type Framed, type FramedItem, type RefusedBatch, refusedBatch } from './framing.ts';
import { headedBody, packHeaded } from './headed-body.ts';
import { MAX_ITEMS } from './limits.ts';

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
  /** A log of Windows, which one machine wrote; a text may hold records of many. */
  readonly isLog?: true;
}

export interface FramedChunk extends Framed {
  readonly chunk: FileChunk;
  /** The carried bytes and the events. */
  readonly content: Uint8Array;
}

/** The body of a batch: length of the head (4 bytes, little endian), head (JSON), content. */
export function packFileChunk(chunk: FileChunk, content: readonly Uint8Array[]): Uint8Array {
  return packHeaded({ format: 1, ...chunk }, content);
}

/** The events of a body that `packFileChunk` made. */
export function frameFileChunk(body: Uint8Array): FramedChunk | RefusedBatch {
  const headed = headedBody(body);
  if (typeof headed === 'string') return bad(headed);
  const { bytes, start } = headed;
  const chunk = chunkOf(headed.head);
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

function chunkOf(value: Readonly<Record<string, unknown>>): FileChunk | undefined {
  const { format, file, mark, carry, lengths } = value;
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
  const { key, path, container, sha256, isLog } = value as Readonly<Record<string, unknown>>;
  const isText = (part: unknown): boolean => typeof part === 'string';
  return (
    [key, path, sha256].every(isText) &&
    (isLog === undefined || isLog === true) &&
    (container === undefined || (Array.isArray(container) && container.every(isText)))
  );
}
