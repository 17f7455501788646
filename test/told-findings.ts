import assert from 'node:assert/strict';
import { CATALOGUE, Engine, type JudgedFinding } from '../src/analytics/index.ts';
import { STRENGTH_POINTS } from '../src/entities/index.ts';
import { isKept } from '../src/windows/index.ts';
import type { EventModel } from '../testkit/index.ts';
import { NAMED } from './joined-call.ts';
import { coverageOf, madeEvents } from './made-event.ts';

/** What the analytics of these ids find in the events that a hunt keeps of these, each computer's in a log of its own. */
export function judged(models: readonly EventModel[], ...analytics: readonly string[]): readonly JudgedFinding[] {
  const events = [...Map.groupBy([...NAMED, ...models], ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .filter(isKept)
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  const { judged: found } = engine.finish();
  assert.deepEqual(found.flatMap(belowLeast), [], 'a join is weaker than the record of its analytic says');
  return found.filter(({ finding }) => analytics.includes(finding.analytic));
}

/** Joins that are weaker than the least that the record of the analytic gives for them, `R02 J2 weak`. */
export function belowLeast({ finding, hop, joins }: JudgedFinding): readonly string[] {
  const record = CATALOGUE.find(({ id }) => id === finding.analytic);
  // What names a source rests on the best row that leads to it; the others stand beside it at their own strength.
  const [leading] = finding.analytic === 'R02' ? (hop?.sources.find(({ isNamed }) => isNamed)?.joins ?? []) : [];
  return [...joins, ...(hop?.caller ?? []), ...(leading === undefined ? [] : [leading])].flatMap(
    ({ join, strength }) => {
      const least = record?.joins.find(({ id }) => id === join)?.least;
      const isBelow = least !== undefined && STRENGTH_POINTS[strength] < STRENGTH_POINTS[least];
      return isBelow ? [`${finding.analytic} ${join} ${strength}`] : [];
    },
  );
}

/** `R19 medium 1 CORP\\bob …`: analytic, level, count, title. */
export const brief = (found: readonly JudgedFinding[]): string[] =>
  found.map(({ finding }) => `${finding.analytic} ${finding.level} ${finding.count} ${finding.title}`);
