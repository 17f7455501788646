import type { CimInstance } from '../cim/index.ts';
import { filetimeMs, filetimeTicks, type ObjectSight } from '../windows/index.ts';

/** The start of a service run plus a count (CIM 6.6); nothing for a number that is no time. */
export function runOf(sequence: bigint): Pick<ObjectSight, 'serviceRun'> {
  const high = Number(sequence >> 32n);
  const low = Number(sequence & 0xffffffffn);
  const ms = filetimeMs(high, low);
  if (!Number.isFinite(ms) || sequence === 0n || sequence >= 1n << 63n) return {};
  return { serviceRun: { notBefore: { ms, ticks: filetimeTicks(high, low) }, sequence: sequence.toString() } };
}

/** The first millisecond behind every run in which one of these was stored, or behind a time that is later. Unix milliseconds. */
export function behindRuns(instances: Iterable<CimInstance>, leastMs: number): number {
  let ms = leastMs;
  for (const { sequence } of instances) {
    const run = runOf(sequence).serviceRun;
    if (run !== undefined && run.notBefore.ms >= ms) ms = run.notBefore.ms + 1;
  }
  return ms;
}
