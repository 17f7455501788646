import { type Check, gibibytes, ok, warn } from './finding.ts';

/** What a server takes whose window is full, under the highest rate that it keeps up with, bytes: beside the window, and for each byte of `detection.heldBytes` (measured: docs/operations.md). */
const BESIDE_BYTES = 1.7e9;
const TIMES_HELD = 18;
const MIB = 2 ** 20;
const LEAST_MIB = 16;

/** Whether what is there is enough for a window of so many bytes. */
export function checkMemory(heldBytes: number, thereBytes: number): Check {
  const most = BESIDE_BYTES + TIMES_HELD * heldBytes;
  const text = `A window of ${Math.round(heldBytes / MIB)} MiB can take ${gibibytes(most)} when it is full; ${gibibytes(thereBytes)} are there.`;
  if (most <= thereBytes) return ok('memory', text);
  const fits = Math.floor((thereBytes - BESIDE_BYTES) / TIMES_HELD / MIB);
  const less = fits < LEAST_MIB ? '' : `Set detection.heldBytes to ${fits} MiB, or `;
  return warn('memory', text, `${less}${less === '' ? 'Give' : 'give'} it more: a server that finds none left ends.`);
}
