import type { CompiledRule, Rules } from '../sigma/index.ts';
import { type Event, fieldLayoutOfChannel } from '../windows/index.ts';
import { EventMatcher } from './event-matcher.ts';
import type { ObjectValue } from './object-fields.ts';
import { ObjectMatcher } from './object-matcher.ts';

/** A record as a case states it: fields in order, unnamed ones called `Data`. */
export interface CaseEvent {
  readonly channel: string;
  /** The channel's usual one where it is left out. */
  readonly provider?: string;
  readonly eventId: number;
  readonly data: readonly (readonly [name: string, value: string])[];
}

/** What a rule is tried on, and what it should say (SETTLED E9). */
export interface RuleCase {
  readonly name: string;
  readonly expect: 'hit' | 'miss';
  readonly events: readonly CaseEvent[];
  /** In place of events: a subscription by the names of the JSON output, for rules over Triad's own objects (SETTLED E8). */
  readonly object?: { readonly [name: string]: ObjectValue | undefined };
  /** Where it stands in its file, from 1. */
  readonly line: number;
}

/** What became of a case. A hit is a hit of any rule on any event; a miss is none of any on any. */
export interface CaseOutcome {
  readonly case: RuleCase;
  readonly isHit: boolean;
  readonly isExpected: boolean;
  /** Rules that matched, each once, in their order. */
  readonly hits: readonly CompiledRule[];
}

/** A case does not say where its object was seen. */
const SERVICES: ReadonlySet<string> = new Set(['subscription', 'repository', 'audit']);
/** Cases say no time; this one stands in for it, the same in every run. */
const SOME_TIME_MS = 1_767_225_600_000;

/** Tries the rules on each case, as a hunt would on its events and subscriptions. */
export function runCases(rules: Rules, cases: readonly RuleCase[]): readonly CaseOutcome[] {
  const matcher = new EventMatcher(rules);
  const objects = new ObjectMatcher(rules);
  return cases.map((one) => {
    const matched =
      one.object === undefined
        ? one.events.flatMap((event, at) => matcher.match(caseEvent(event, at + 1)).map(({ rule }) => rule))
        : objects.match(SERVICES, one.object).map(({ rule }) => rule);
    const hits = [...new Set(matched)].sort((a, b) => a.index - b.index);
    const isHit = hits.length > 0;
    return { case: one, isHit, isExpected: isHit === (one.expect === 'hit'), hits };
  });
}

/** The Event that a reader would give of the record. */
export function caseEvent({ channel, provider, eventId, data }: CaseEvent, recordId: number): Event {
  const layout = fieldLayoutOfChannel(channel, eventId);
  const made: Event = {
    provider: provider ?? layout?.provider ?? channel.replace(/\/.*$/, ''),
    channel,
    eventId,
    version: layout?.versionOf(data.map(([name]) => name)) ?? 0,
    computer: 'HOST.example.test',
    timeMs: SOME_TIME_MS,
    timeTicks: 0,
    createdMs: SOME_TIME_MS,
    createdTicks: 0,
    recordId,
    headerRecordId: recordId,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file: 'case' }, offset: 0, length: 0 },
    otherPlaces: [],
    system: () => undefined,
    get: (name) => data.find(([key]) => key === name)?.[1],
    all: (name) => data.flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => data,
    detach: () => made,
  };
  return made;
}
