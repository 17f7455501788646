import { createHash } from 'node:crypto';

/** A payload of some hundred bytes to some kilobytes that begins with its key. Half of it packs well. */
export function killedPayload(key: string): Buffer {
  const noise = createHash('sha512').update(key).digest();
  const repeats = 1 + (noise[0] ?? 0) / 4;
  return Buffer.concat([Buffer.from(`${key}\n`), ...Array.from({ length: repeats }, () => noise)]);
}
