import { type CompileOptions, compileRules, type Problem, type RuleSource } from '../sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../taxonomy/index.ts';
import { channelKey, type Event, foldName, isOfKeptChannel, type KeptChannels } from '../windows/index.ts';

/** Rules by their texts: plain data, which every thread compiles for itself. */
export interface RuleSet {
  readonly sources: readonly RuleSource[];
  readonly options: Pick<CompileOptions, 'statuses' | 'placeholders'>;
}

/** Compiles a set of rules for events; a rule with an error is left out, and the problems say why. */
export function matcherOf({ sources, options }: RuleSet): {
  readonly matcher: EventMatcher;
  readonly problems: readonly Problem[];
} {
  const { rules, problems } = compileRules(sources, { ...options, taxonomy: LOG_SOURCES });
  return { matcher: new EventMatcher(rules), problems };
}

/** Says which records rules match, so that they are kept beside those that the layouts keep (SETTLED A8). */
export class RuleKeeper {
  readonly #matcher: EventMatcher;
  readonly #channels: KeptChannels;

  constructor(rules: RuleSet) {
    this.#matcher = matcherOf(rules).matcher;
    this.#channels = this.#matcher.channels;
  }

  /** True where a rule speaks of records of this channel and number; the others need not be asked one by one. */
  asksFor(channel: string, eventId: number): boolean {
    return isOfKeptChannel(this.#channels, foldName(channel), eventId);
  }

  keeps(event: Event): boolean {
    return isOfKeptChannel(this.#channels, channelKey(event), event.eventId) && this.#matcher.match(event).length > 0;
  }
}
