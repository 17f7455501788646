import { EventMatcher } from '../taxonomy/index.ts';
import { type Event, foldName, isOfKeptChannel, type KeptChannels } from '../windows/index.ts';
import { matcherOf, type RuleSet } from './rule-set.ts';
import { readSharedRules, type SharedRules } from './shared-rules.ts';

/** Rules of several origins: each set is tried by itself, so that one rule in two of them is two. */
export type RuleSets = readonly (RuleSet | SharedRules)[];

const BINDING = 5861;

/** Says which records rules match, so that they are kept beside those that the layouts keep (SETTLED A8). */
export class RuleKeeper {
  readonly #matchers: readonly { readonly matcher: EventMatcher; readonly channels: KeptChannels }[];

  constructor(sets: RuleSets) {
    this.#matchers = sets.map((set) => {
      const matcher = 'shared' in set ? new EventMatcher(readSharedRules(set)) : matcherOf(set).matcher;
      return { matcher, channels: matcher.channels };
    });
  }

  /** True where a rule speaks of records of this channel and number; the others need not be asked one by one. */
  asksFor(channel: string, eventId: number): boolean {
    const folded = foldName(channel);
    return this.#matchers.some(({ channels }) => isOfKeptChannel(channels, folded, eventId));
  }

  /**
   * Which sets have no rule that matches, as the marks that are given of them. Never of a 5861: what it is asked hangs on what else is known, and on its time.
   */
  misses(event: Event, marks: readonly number[]): number {
    if (event.eventId === BINDING) return 0;
    let missed = 0;
    for (const [at, { matcher }] of this.#matchers.entries()) {
      if (matcher.match(event).length === 0) missed |= marks[at] ?? 0;
    }
    return missed;
  }

  /** True where a rule matches; of a 5861 whether it was logged when the binding was made is not known yet (SETTLED E3). */
  keeps(event: Event): boolean {
    const mayCreate = event.eventId === BINDING;
    return this.#matchers.some(
      ({ matcher }) => matcher.match(event).length > 0 || (mayCreate && matcher.match(event, 'Created').length > 0),
    );
  }
}
