import { filetimeMs, filetimeTicks, type Instant } from '../windows/index.ts';
import { type Checkpoint, sequencesOf } from './lineage.ts';

/** Files that a tool wrote all within this have the time of the copy, not their own. */
const ONE_GO_MS = 2000;
/** Years 1985 to 2200: what says another time was never written by Windows. */
const FIRST_TIME = 0x01a00000n << 32n;
const LAST_TIME = 0x02800000n << 32n;

/**
 * The times of the maps of a lineage, oldest checkpoint first, or undefined for all of them when they cannot be the times
 * at which Windows wrote them (SETTLED D1): they do not rise with the generation, one lies before the start of a run of the service
 * that wrote what its generation holds, or all were written in one go. One time alone proves nothing of that.
 */
export function checkpointTimes(checkpoints: readonly Checkpoint[]): readonly (Instant | undefined)[] {
  const times = checkpoints.map(({ modified }) => modified);
  return isKept(checkpoints) ? times : times.map(() => undefined);
}

function isKept(checkpoints: readonly Checkpoint[]): boolean {
  const dated = checkpoints.flatMap(({ modified, snapshot }) =>
    modified === undefined ? [] : [{ time: modified, snapshot }],
  );
  const [first] = dated;
  const last = dated.at(-1);
  if (first === undefined || last === undefined || last.time.ms - first.time.ms < ONE_GO_MS) return false;
  for (let i = 1; i < dated.length; i++) {
    const [before, after] = [dated[i - 1], dated[i]];
    if (before === undefined || after === undefined || !isBefore(before.time, after.time)) return false;
  }
  return dated.every(({ time, snapshot }) => {
    let newest = 0n;
    for (const sequence of sequencesOf(snapshot)) {
      if (sequence > newest && sequence > FIRST_TIME && sequence < LAST_TIME) newest = sequence;
    }
    return newest === 0n || !isBefore(time, instantOf(newest));
  });
}

function isBefore(a: Instant, b: Instant): boolean {
  return a.ms < b.ms || (a.ms === b.ms && a.ticks < b.ticks);
}

function instantOf(filetime: bigint): Instant {
  const [high, low] = [Number(filetime >> 32n), Number(filetime & 0xffffffffn)];
  return { ms: filetimeMs(high, low), ticks: filetimeTicks(high, low) };
}
