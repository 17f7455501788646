import type { DiskPort, Journal } from '../../src/journal/index.ts';
import { type JudgedCrash, judgeCrash } from './crash-judge.ts';
import { type CrashState, crashStates } from './crash-states.ts';
import { type Dice, diceBytes, diceOf } from './dice.ts';
import { type Call, type Fact, type Fault, MemoryDisk, type Operation } from './memory-disk.ts';
import { type OpenedFor, tryOpen } from './opened.ts';

const FOLDER = '/journal';
/** Longer than the journal pauses after a failure. */
const PAUSE_MS = 2000;
const LIMITS = { rollBytes: 4096, maxGroupBytes: 3000 };
const MAY_FAIL: ReadonlySet<Call> = new Set(['create', 'write', 'truncate', 'sync', 'rename', 'unlink', 'syncFolder']);
const FAILURES: readonly string[] = ['EIO', 'ENOSPC'];

export interface RecordedRun {
  readonly log: readonly Operation[];
  /** Payloads in the order in which they were given. */
  readonly given: readonly Buffer[];
  /** How many of them were refused. */
  readonly refused: number;
}

export interface RunShape {
  readonly seed: number;
  /** Rounds of a few batches given at once. */
  readonly rounds: number;
  /** What the journal sees of the disk; the disk itself unless a defect is planted. */
  readonly port?: (disk: MemoryDisk) => DiskPort;
  /** One of so many calls that change the disk fails; none if absent. */
  readonly failEvery?: number;
}

/** A run of a journal on a disk that takes some writes in parts: batches of many sizes, segments that roll, releases, two starts. */
export async function recordRun({ seed, rounds, port, failEvery }: RunShape): Promise<RecordedRun> {
  const dice = diceOf(seed);
  const disk = new MemoryDisk();
  disk.faults = (call): Fault | undefined => {
    if (failEvery !== undefined && MAY_FAIL.has(call) && dice(failEvery) === 0)
      return { code: FAILURES[dice(2)] ?? 'EIO' };
    return call === 'write' && dice(5) === 0 ? { takes: 1 + dice(200) } : undefined;
  };
  const seen = port === undefined ? disk : port(disk);
  const given: Buffer[] = [];
  let nowMs = 0;
  let refused = 0;
  const open = (): Promise<Journal> => openedAtLast({ folder: FOLDER, disk: seen, limits: LIMITS, nowMs: () => nowMs });
  let journal = await open();
  for (let round = 1; round <= rounds; round += 1) {
    nowMs += PAUSE_MS;
    const batches = Array.from({ length: 1 + dice(5) }, (_, i) =>
      Buffer.concat([Buffer.from(`${round}/${i} `), madePayload(dice)]),
    );
    given.push(...batches);
    await Promise.all(
      batches.map(async (payload) => {
        const outcome = await journal.append([payload]);
        if (outcome.kind === 'durable') disk.note({ kind: 'acknowledged', position: outcome.position, payload });
        else refused += 1;
      }),
    );
    if (round % 9 === 0) {
      const before = journal.durable - 10;
      disk.note({ kind: 'released', before });
      await journal.release(before);
    }
    if (round % 13 === 0) {
      await journal.close();
      journal = await open();
    }
  }
  return { log: disk.log, given, refused };
}

/** Opens again when a failing disk did not let it. */
async function openedAtLast(request: OpenedFor): Promise<Journal> {
  for (;;) {
    const outcome = await tryOpen(request);
    if (outcome.kind === 'open') return outcome.journal;
    if (outcome.problem.code !== 'io') throw new Error(outcome.problem.text);
  }
}

/** Empty, small, large, repeating, and with what looks like frames in it. */
function madePayload(dice: Dice): Buffer {
  switch (dice(9)) {
    case 0:
      return Buffer.from(`${dice(1000)} again `.repeat(1 + dice(80)));
    case 1:
      return diceBytes(dice, dice(2000));
    case 2:
      return Buffer.concat(Array.from({ length: 1 + dice(8) }, () => falseFrame(dice)));
    default:
      return diceBytes(dice, dice(120));
  }
}

function falseFrame(dice: Dice): Buffer {
  const frame = Buffer.alloc(60);
  frame.writeUInt32LE(0x54524942, 0);
  frame.writeUInt32LE(32, 4);
  frame.writeUInt8(1 + dice(4), 12);
  frame.writeUInt8(dice(200), 16);
  frame.writeUInt32LE(32, 56);
  return frame;
}

export interface CrashTally {
  readonly points: number;
  readonly states: number;
  readonly complaints: readonly string[];
}

export interface TallyOptions {
  readonly seed: number;
  /** One of so many states is judged. */
  readonly keepEvery: number;
  /** One of so many recoveries that wrote something is itself cut short at each of its operations, and recovered again. */
  readonly nestedEvery: number;
}

/** Recovers the crash states of a run and judges them. */
export async function tallyCrashes(run: RecordedRun, options: TallyOptions): Promise<CrashTally> {
  const dice = diceOf(options.seed);
  const complaints: string[] = [];
  let states = 0;
  for (const state of crashStates(run.log, new Map(), dice)) {
    if (dice(options.keepEvery) !== 0) continue;
    states += 1;
    const judged = await judgeCrash(state, run.given);
    complaints.push(...judged.complaints.map((text) => `${state.point} (${state.how}): ${text}`));
    if (judged.log.length === 0 || dice(options.nestedEvery) !== 0) continue;
    for (const inner of crashStates(judged.log, state.files, dice)) {
      states += 1;
      const again = await judgeCrash({ ...inner, facts: factsOf(state, judged, inner.point) }, run.given);
      const where = `${state.point} (${state.how}), then ${inner.point} (${inner.how})`;
      complaints.push(...again.complaints.map((text) => `${where}: ${text}`));
    }
  }
  return { points: run.log.length + 1, states, complaints };
}

/** What the first recovery gave to readers when it was through is durable as well. */
function factsOf({ facts }: CrashState, { log, served }: JudgedCrash, innerPoint: number): readonly Fact[] {
  if (innerPoint < log.length) return facts;
  return [...facts, ...served.map((held) => ({ kind: 'acknowledged' as const, ...held }))];
}
