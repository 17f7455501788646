import { totalmem } from 'node:os';
import { type Check, ok, warn } from '../upkeep/index.ts';

/** What a server takes whose window is full, under the highest rate that it keeps up with, bytes: beside the window, and for each byte of `detection.heldBytes` (measured: docs/operations.md). */
const BESIDE_BYTES = 1.7e9;
const TIMES_HELD = 18;
const MIB = 2 ** 20;
const LEAST_MIB = 16;

/** Bytes that this process may take: all of the machine, or less where it is confined. */
export function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}

/** Whether what is there is enough for a window of so many bytes. */
export function checkMemory(heldBytes: number, thereBytes: number): Check {
  const most = BESIDE_BYTES + TIMES_HELD * heldBytes;
  const text = `A window of ${Math.round(heldBytes / MIB)} MiB can take ${gib(most)} when it is full; ${gib(thereBytes)} are there.`;
  if (most <= thereBytes) return ok('memory', text);
  const fits = Math.floor((thereBytes - BESIDE_BYTES) / TIMES_HELD / MIB);
  const less = fits < LEAST_MIB ? '' : `Set detection.heldBytes to ${fits} MiB, or `;
  return warn('memory', text, `${less}${less === '' ? 'Give' : 'give'} it more: a server that finds none left ends.`);
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
