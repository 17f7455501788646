import { Engine, type JudgedFinding } from '../src/analytics/index.ts';
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
  return engine.finish().judged.filter(({ finding }) => analytics.includes(finding.analytic));
}

/** `R19 medium 1 CORP\\bob …`: analytic, level, count, title. */
export const brief = (found: readonly JudgedFinding[]): string[] =>
  found.map(({ finding }) => `${finding.analytic} ${finding.level} ${finding.count} ${finding.title}`);
