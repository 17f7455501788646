/** One measure in a process of its own: `task.ts SET WAY ROUNDS [RULES]`. Prints its report as a line of JSON. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  BY_LENGTH,
  type IndexedRouteMatcher,
  indexedRouteMatcher,
  plainRouteMatcher,
  type Rules,
} from '../../src/sigma/index.ts';
import { EventMatcher, type EventMatcherOptions } from '../../src/taxonomy/index.ts';
import { generatedEvents, HeldEvent, type KeptEvent, realEvents } from './events.ts';
import { compiledWindowsRules, ofCreations, someOf } from './rule-sets.ts';

export type SetName = 'real creations' | 'generated creations' | 'real mixed' | 'generated mixed';
export type Way = 'indexed' | 'by length' | 'plain';

export interface TaskReport {
  readonly rules: number;
  readonly events: number;
  /** CPU microseconds an event, one figure a round; the first is cold. */
  readonly rounds: readonly number[];
  readonly hits: Readonly<Record<string, number>>;
  readonly tried: { readonly mean: number; readonly p50: number; readonly p95: number; readonly most: number };
  readonly always: number;
  /** Of the rules; of the indexes of all routes; and of what was made ready by the events, in bytes. */
  readonly heap: { readonly rules: number; readonly indexes: number; readonly ready: number };
}

const [set = 'real creations', way = 'indexed', rounds = '3', count] = process.argv.slice(2) as [
  SetName,
  Way,
  string,
  string,
];
/** The plain way takes a part, as it needs half a millisecond an event. */
const PLAIN_EVENTS = 300;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
function heapUsed(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

export function eventsOf(name: SetName): readonly KeptEvent[] {
  const isReal = name.startsWith('real');
  const sets = isReal ? realEvents() : generatedEvents(5000, 5000);
  if (sets === undefined) return [];
  return name.endsWith('creations') ? sets.creations : sets.mixed;
}

function measure(): TaskReport {
  const kept = eventsOf(set);
  const stride = way === 'plain' ? Math.max(1, Math.floor(kept.length / PLAIN_EVENTS)) : 1;
  const events = kept.filter((_, at) => at % stride === 0).map((event) => new HeldEvent(event));
  const before = heapUsed();
  const all = compiledWindowsRules();
  const wanted = set.endsWith('creations') ? ofCreations(all) : all;
  const rules: Rules = count === undefined ? wanted : someOf(wanted, Number(count));
  const made: IndexedRouteMatcher[] = [];
  const options: EventMatcherOptions = {
    routeMatcher: (list) => {
      if (way === 'plain') return plainRouteMatcher(list);
      const matcher = indexedRouteMatcher(list, {
        ...(way === 'by length' ? { frequencies: BY_LENGTH } : {}),
        // The same events come in each round: what is measured is the trying.
        isRemembering: false,
      });
      made.push(matcher);
      return matcher;
    },
  };
  const matcher = new EventMatcher(rules, options);
  const withRules = heapUsed();
  const always = made.reduce((sum, one) => sum + one.figures().always.length, 0);
  const withIndexes = heapUsed();
  const times: number[] = [];
  for (let round = 0; round < Number(rounds); round++) {
    const start = process.cpuUsage();
    for (let i = 0; i < events.length; i++) matcher.match(events[i] as HeldEvent);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / events.length);
  }
  const ready = heapUsed();
  const hits: Record<string, number> = {};
  const tried: number[] = [];
  for (const event of events) {
    const before = made.map((one) => one.tried);
    const ids = new Set(matcher.match(event).map(({ rule }) => rule.metadata.id ?? ''));
    for (const id of ids) hits[id] = (hits[id] ?? 0) + 1;
    tried.push(made.reduce((sum, one, at) => sum + one.tried - (before[at] ?? 0), 0));
  }
  tried.sort((a, b) => a - b);
  const at = (share: number): number => tried[Math.min(tried.length - 1, Math.floor(tried.length * share))] ?? 0;
  return {
    rules: rules.rules.length,
    events: events.length,
    rounds: times,
    hits,
    tried: { mean: tried.reduce((sum, one) => sum + one, 0) / tried.length, p50: at(0.5), p95: at(0.95), most: at(1) },
    always,
    heap: { rules: withRules - before, indexes: withIndexes - withRules, ready: ready - withIndexes },
  };
}

process.stdout.write(`${JSON.stringify(measure())}\n`);
