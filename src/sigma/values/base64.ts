import type { Part } from './wildcards.ts';

export type Utf16 = 'utf16le' | 'utf16be' | 'utf16';

/** The bytes that a text has on Windows: UTF-16 in either order, or with a mark in front. */
export function utf16Bytes(text: string, order: Utf16): Buffer {
  const little = Buffer.from(text, 'utf16le');
  if (order === 'utf16be') return little.swap16();
  return order === 'utf16' ? Buffer.concat([Buffer.from([0xff, 0xfe]), little]) : little;
}

/** What of a base64 text is the same whatever comes in front of the bytes, for each of three alignments (SIGMA 2.3). */
const START = [0, 2, 3] as const;
const CUT = [0, 3, 2] as const;

export function base64Offsets(bytes: Buffer): readonly string[] {
  return START.map((start, i) => {
    const text = Buffer.concat([Buffer.alloc(i), bytes]).toString('base64');
    return text.slice(start, text.length - (CUT[(bytes.length + i) % 3] ?? 0));
  }).filter((text) => text !== '');
}

/** Bytes as text that keeps each of them, for `wide` without an encoding after it. */
export function byteParts(bytes: Buffer): readonly Part[] {
  return bytes.length === 0 ? [] : [{ text: bytes.toString('latin1') }];
}
