import {
  constants,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from 'node:zlib';
import { MAX_CODINGS } from './limits.ts';

export type Coding = 'gzip' | 'deflate' | 'zstd';
export type Engine = Gunzip | Inflate | InflateRaw | ZstdDecompress;

const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['zstd', 'zstd'],
]);

/** Largest window of a zstd frame, as a power of two: 8 MiB, what RFC 9659 has a receiver of HTTP hold. */
const ZSTD_WINDOW_LOG = 23;
const CHUNK_BYTES = 64 << 10;

export interface UnknownCodings {
  readonly problem: string;
}

/**
 * The codings of a `Content-Encoding`, in the order in which they are taken off: the last one first (RFC 9110, 8.4). Empty for none and
 * for `identity`.
 */
export function codingsOf(header: string | undefined): readonly Coding[] | UnknownCodings {
  const codings: Coding[] = [];
  for (const name of (header ?? '').toLowerCase().split(',')) {
    const token = name.trim();
    if (token === '' || token === 'identity') continue;
    const coding = CODINGS.get(token);
    if (coding === undefined) {
      return {
        problem: `The content coding ${JSON.stringify(token.slice(0, 40))} is not known; gzip, deflate and zstd are.`,
      };
    }
    if (codings.length === MAX_CODINGS)
      return { problem: `More than ${MAX_CODINGS} content codings lie over one another.` };
    codings.unshift(coding);
  }
  return codings;
}

/** A decoder for a stream that begins with these two bytes. */
export function engineOf(coding: Coding, first: number, second: number): Engine {
  const options = { chunkSize: CHUNK_BYTES };
  if (coding === 'gzip') return createGunzip(options);
  if (coding === 'zstd') {
    return createZstdDecompress({ ...options, params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } });
  }
  return hasZlibHeader(first, second) ? createInflate(options) : createInflateRaw(options);
}

/** `deflate` is zlib's format by RFC 9110; some senders leave its two bytes out (RFC 1950, 2.2). */
function hasZlibHeader(first: number, second: number): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}
