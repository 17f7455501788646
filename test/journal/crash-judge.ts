import type { CrashState } from './crash-states.ts';
import { type Fact, MemoryDisk, type Operation } from './memory-disk.ts';
import { contentOf, opened, tryOpen } from './opened.ts';

const FOLDER = '/journal';

export interface Held {
  readonly position: number;
  readonly payload: Buffer;
}

export interface JudgedCrash {
  /** What the recovery did to the disk. */
  readonly log: readonly Operation[];
  /** What the recovered journal gave to its readers. */
  readonly served: readonly Held[];
  /** What is wrong with what was recovered. */
  readonly complaints: readonly string[];
}

/**
 * Recovers what a crash left and says what is wrong with it: an acknowledged batch that is not there once under its position, a batch that nobody gave, that is there
 * twice or out of order, a hole, a crash that is taken for damage, a second recovery that still changes something, a position that is given twice.
 * `given` are all payloads, each another one, in the order in which they were given.
 */
export async function judgeCrash(state: CrashState, given: readonly Buffer[]): Promise<JudgedCrash> {
  const disk = new MemoryDisk(state.files);
  const outcome = await tryOpen({ folder: FOLDER, disk });
  if (outcome.kind === 'problem')
    return { log: disk.log, served: [], complaints: [`it does not open: ${outcome.problem.text}`] };
  const { setAside, gaps } = outcome.journal.health();
  const served = await contentOf(outcome.journal);
  const log = [...disk.log];
  const complaints = [
    ...setAside.map((name) => `${name} is set aside`),
    ...gaps.map(({ from }) => `${from} is missing`),
  ];
  complaints.push(...contentComplaints(served, state.facts, given));
  const again = await opened({ folder: FOLDER, disk });
  if (disk.log.length > log.length) complaints.push('a second recovery changes something');
  const next = (served.at(-1)?.position ?? floorOf(state.facts) - 1) + 1;
  const added = await again.append([Buffer.from('added')]);
  if (added.kind !== 'durable' || added.position !== next)
    complaints.push(`${JSON.stringify(added)} follows ${next - 1}`);
  const all = await contentOf(again);
  if (all.length !== served.length + 1) complaints.push(`${served.length} and one more are ${all.length}`);
  return { log, served, complaints };
}

/** The lowest position that must still be held. */
function floorOf(facts: readonly Fact[]): number {
  return facts.reduce((floor, fact) => (fact.kind === 'released' ? Math.max(floor, fact.before) : floor), 1);
}

function contentComplaints(
  served: readonly Held[],
  facts: readonly Fact[],
  given: readonly Buffer[],
): readonly string[] {
  const complaints: string[] = [];
  const floor = floorOf(facts);
  const first = served[0]?.position ?? 1;
  if (first > floor) complaints.push(`the first is ${first}, released below ${floor}`);
  let order = -1;
  served.forEach(({ position, payload }, i) => {
    if (position !== first + i) complaints.push(`${position} stands where ${first + i} should`);
    const place = given.findIndex((one) => one.equals(payload));
    if (place <= order) complaints.push(`${position} was not given, or not behind the one before it`);
    order = place;
  });
  const held = new Map(served.map(({ position, payload }) => [position, payload]));
  for (const fact of facts) {
    if (fact.kind !== 'acknowledged' || fact.position < floor) continue;
    if (held.get(fact.position)?.equals(fact.payload) !== true)
      complaints.push(`acknowledged ${fact.position} is lost`);
  }
  return complaints;
}
