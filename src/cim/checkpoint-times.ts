import { compareInstants, filetimeMs, filetimeTicks, type Instant } from '../windows/index.ts';
import { type Checkpoint, identitySequence, sequencesOf } from './lineage.ts';
import type { Snapshot } from './snapshot.ts';

/** Files that a tool wrote all within this have the time of the copy, not their own. */
const ONE_GO_MS = 2000;
/** Years 1985 to 2200: what says another time was never written by Windows. */
const FIRST_TIME = 0x01a00000n << 32n;
const LAST_TIME = 0x02800000n << 32n;

/** FILETIME units of a second; what one run of the service writes bears times that lie far closer together (CIM 6.6). */
const ONE_RUN = 10_000_000n;

/**
 * The times of the maps of a lineage, oldest checkpoint first, or undefined for all of them when they cannot be the times
 * at which Windows wrote them (SETTLED D1): they do not rise with the generation, one lies before the start of a run of the service
 * that wrote what its generation holds, or all were written in one go. One time alone proves nothing of that.
 *
 * The first run of a machine does not count: its clock is set after it, on two of three real machines by three hours back, so
 * that it seems to lie behind maps that were written later.
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
    if (before === undefined || after === undefined || compareInstants(before.time, after.time) >= 0) return false;
  }
  return dated.every(({ time, snapshot }) => {
    const newest = newestRun(snapshot);
    return newest === undefined || compareInstants(time, instantOf(newest)) >= 0;
  });
}

/** The last write of the newest run but the first one of the machine. */
function newestRun(snapshot: Snapshot): bigint | undefined {
  const first = identitySequence(snapshot);
  let newest: bigint | undefined;
  for (const sequence of sequencesOf(snapshot)) {
    if (sequence < FIRST_TIME || sequence > LAST_TIME || (newest !== undefined && sequence <= newest)) continue;
    const isFirst = first !== undefined && sequence > first - ONE_RUN && sequence < first + ONE_RUN;
    if (!isFirst) newest = sequence;
  }
  return newest;
}

function instantOf(filetime: bigint): Instant {
  const [high, low] = [Number(filetime >> 32n), Number(filetime & 0xffffffffn)];
  return { ms: filetimeMs(high, low), ticks: filetimeTicks(high, low) };
}
