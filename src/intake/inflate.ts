import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { constants, createGunzip, createInflateRaw, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib';
import type { OpenFile } from './file-port.ts';

/** Packed bytes are read so many at a time. */
const PACKED_READ = 1 << 18;
/** Pieces that come out of a stream. */
const OUTPUT_PIECE = 1 << 20;
/**
 * Packed bytes given at a time near a damage, pass by pass (0: as they come): what zlib decodes in one call before an error
 * in it is lost, so the last pass comes to the byte.
 */
const CRUMBS: readonly number[] = [0, 64, 1];
/** Large enough that the result never lies in Node's shared pool and can be handed to another thread. */
const LEAST_PIECE = 1 << 17;
/** Output that is inflated in the calling thread. */
const AT_ONCE = 2 << 20;
/** What is inflated in one call; larger members are streamed. */
export const ONE_CALL_PACKED: number = 8 << 20;
export const ONE_CALL_OUTPUT: number = 32 << 20;

/** Why inflating ended before the packed bytes did. */
export type InflateEnd = 'whole' | 'damaged' | 'tooLarge';

const inflateRawAsync: (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer> = promisify(inflateRaw);

/** Bytes [start, start + length) of a file, fewer when it ends before. `onRead` sees each piece once. */
export async function* readRange(
  file: OpenFile,
  start: number,
  length: number,
  onRead?: (bytes: Uint8Array, position: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let position = start;
  const end = start + length;
  while (position < end) {
    const piece = Buffer.allocUnsafeSlow(Math.min(PACKED_READ, end - position));
    const read = await file.read(piece, position);
    if (read === 0) return;
    const bytes = piece.subarray(0, read);
    onRead?.(bytes, position);
    position += read;
    yield bytes;
  }
}

/**
 * A raw deflate stream in one call: members of archives of logs are small, and a stream costs twice as much as inflating
 * them. What is inflated in a few milliseconds is inflated here; the thread pool is for what would hold up the caller.
 * Undefined when it is damaged or gives more than `allowed`: then `inflatePieces` tells.
 */
export async function inflateWhole(packed: Uint8Array, declared: number, allowed: number): Promise<Buffer | undefined> {
  const bound = Math.min(allowed, ONE_CALL_OUTPUT);
  const options = {
    // A little more than declared: an exactly filled piece makes zlib begin another one.
    chunkSize: Math.min(Math.max(declared, LEAST_PIECE), bound) + 64,
    maxOutputLength: Math.max(1, bound),
  };
  try {
    return declared <= AT_ONCE ? inflateRawSync(packed, options) : await inflateRawAsync(Buffer.from(packed), options);
  } catch {
    return undefined;
  }
}

/**
 * Pieces of what a packed range holds. The return value says how it ended. Damage and a missing end cost what lies behind
 * them: where a piece cannot be decoded, the range is decoded again, in crumbs near the damage.
 */
export async function* inflatePieces(
  format: 'deflate' | 'gzip',
  packed: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  allowed: number,
  pieceBytes: number = OUTPUT_PIECE,
): AsyncGenerator<Uint8Array, InflateEnd> {
  let given = 0;
  let soundBytes = 0;
  for (const crumb of CRUMBS) {
    const finishFlush = crumb > 0 ? constants.Z_SYNC_FLUSH : constants.Z_FINISH;
    const inflater = (format === 'gzip' ? createGunzip : createInflateRaw)({ chunkSize: pieceBytes, finishFlush });
    let at = 0;
    const input = crumb > 0 ? crumbled(packed(), soundBytes, crumb) : packed();
    // The error reaches the loop below through the inflater; the callback only keeps it from being thrown twice.
    pipeline(Readable.from(input), inflater, () => undefined);
    try {
      for await (const piece of inflater as AsyncIterable<Buffer>) {
        const fresh = piece.subarray(Math.max(0, given - at));
        at += piece.length;
        if (fresh.length === 0) continue;
        if (given + fresh.length > allowed) {
          const last = fresh.subarray(0, allowed - given);
          given = allowed;
          if (last.length > 0) yield last;
          return 'tooLarge';
        }
        given += fresh.length;
        yield fresh;
      }
      return crumb > 0 ? 'damaged' : 'whole';
    } catch (error) {
      if (!isZlibError(error)) throw error;
      soundBytes = inflater.bytesWritten;
    } finally {
      inflater.destroy();
    }
  }
  return 'damaged';
}

/** The same bytes, in crumbs from a position on. */
async function* crumbled(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  from: number,
  crumb: number,
): AsyncGenerator<Uint8Array, void> {
  let position = 0;
  for await (const piece of pieces) {
    const whole = Math.min(piece.length, Math.max(0, from - position));
    if (whole > 0) yield piece.subarray(0, whole);
    for (let at = whole; at < piece.length; at += crumb) yield piece.subarray(at, at + crumb);
    position += piece.length;
  }
}

/** The first bytes that a packed piece holds, at most `bytes`: what is decoded before an error or the end. */
export async function inflateStart(packed: Uint8Array, bytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of inflatePieces('deflate', () => [packed], bytes, bytes)) {
    parts.push(piece);
    length += piece.length;
    if (length >= bytes) break;
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code));
}
