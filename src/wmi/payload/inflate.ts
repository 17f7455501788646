import { constants, gunzipSync, inflateRawSync, inflateSync, type ZlibOptions } from 'node:zlib';
import type { Budget } from './budget.ts';

export type Compression = 'gzip' | 'zlib' | 'deflate';

/** What the first bytes say: gzip 1F 8B, zlib 78 01/5E/9C/DA (DOMAIN 5). Raw deflate has no mark. */
export function sniffCompression(bytes: Uint8Array): 'gzip' | 'zlib' | undefined {
  const [first, second] = bytes;
  if (first === 0x1f && second === 0x8b) return 'gzip';
  if (first === 0x78 && (second === 0x01 || second === 0x5e || second === 0x9c || second === 0xda)) return 'zlib';
  return undefined;
}

/** The inflated bytes, also of a stream that is cut; undefined when it is none or passes a bound. */
export function inflate(bytes: Uint8Array, kind: Compression, budget: Budget): Uint8Array | undefined {
  const { inflatedBytes, inflateRatio } = budget.limits;
  const most = Math.min(inflatedBytes, bytes.length * inflateRatio);
  if (most < 1) return undefined;
  const options: ZlibOptions = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH };
  if (!budget.spend(1 + (bytes.length >> 4))) return undefined;
  try {
    const made =
      kind === 'gzip'
        ? gunzipSync(bytes, options)
        : kind === 'zlib'
          ? inflateSync(bytes, options)
          : inflateRawSync(bytes, options);
    budget.spend(1 + (made.length >> 6));
    return made.length === 0 ? undefined : new Uint8Array(made);
  } catch (error) {
    if (error instanceof RangeError) budget.hit('inflate');
    // Anything else means that the bytes are no such stream: an expected answer here.
    return undefined;
  }
}
