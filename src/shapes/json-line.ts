import type { ByteWindow } from './byte-window.ts';

/** Commas and brackets that may follow an object in an array. */
export function isPunctuation(byte: number): boolean {
  return byte === 0x2c || byte === 0x5d;
}

/** Position after the last brace of a line that ends with one, with or without a comma or the end of an array; else -1. */
export function objectEndOfLine(window: ByteWindow, start: number, lineEnd: number): number {
  const buffer = window.buffer;
  const first = window.indexOf(start);
  for (let index = window.indexOf(lineEnd) - 1; index > first; index--) {
    const byte = buffer[index] ?? 0;
    if (byte === 0x7d) return start + index - first + 1;
    if (byte > 0x20 && !isPunctuation(byte)) return -1;
  }
  return -1;
}
