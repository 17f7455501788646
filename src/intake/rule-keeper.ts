import {
  type CompiledRule,
  type CompileOptions,
  compileRules,
  isSelected,
  type Problem,
  type RuleSelection,
  type RuleSource,
  type Rules,
} from '../sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../taxonomy/index.ts';
import { type Event, foldName, isOfKeptChannel, type KeptChannels } from '../windows/index.ts';

/** Rules by their texts: plain data, which every thread compiles for itself. */
export interface RuleSet {
  readonly sources: readonly RuleSource[];
  readonly options: Pick<CompileOptions, 'placeholders'>;
  readonly selection: RuleSelection;
  /** By file: the licence of the folder that it lies in. A rule's own goes before (SETTLED E11). */
  readonly licenses: ReadonlyMap<string, string>;
}

export interface CompiledRuleSet {
  readonly matcher: EventMatcher;
  /** A rule with an error is left out, and these say why. */
  readonly problems: readonly Problem[];
}

/** Compiled once a thread. */
const COMPILED = new WeakMap<RuleSet, CompiledRuleSet>();

/** Compiles a set of rules for events. */
export function matcherOf(set: RuleSet): CompiledRuleSet {
  const known = COMPILED.get(set);
  if (known !== undefined) return known;
  const { statuses } = set.selection;
  const options = { ...set.options, ...(statuses === undefined ? {} : { statuses }), taxonomy: LOG_SOURCES };
  const { rules, problems } = compileRules(set.sources, options);
  const made = { matcher: new EventMatcher(selected(rules, set)), problems };
  COMPILED.set(set, made);
  return made;
}

/** The rules that are wanted; of the others only what correlations need is tried, and gives no findings of its own. */
function selected(rules: Rules, { selection, licenses }: RuleSet): Rules {
  const members = new Set(
    rules.correlations.flatMap(({ members }) => members.flatMap(({ kind, index }) => (kind === 'rule' ? [index] : []))),
  );
  const licensed = <T extends { readonly metadata: CompiledRule['metadata'] }>(one: T): T => {
    const license = one.metadata.license ?? licenses.get(one.metadata.file);
    return { ...one, metadata: { ...one.metadata, license } };
  };
  return {
    rules: rules.rules.map((rule) => {
      if (isSelected(rule.metadata, selection)) return licensed(rule);
      return { ...rule, isMuted: true, routes: members.has(rule.index) ? rule.routes : [] };
    }),
    correlations: rules.correlations.map((one) =>
      isSelected(one.metadata, selection) ? licensed(one) : { ...one, isMuted: true },
    ),
  };
}

/** Says which records rules match, so that they are kept beside those that the layouts keep (SETTLED A8). */
export class RuleKeeper {
  readonly #matchers: readonly { readonly matcher: EventMatcher; readonly channels: KeptChannels }[];

  constructor(sets: readonly RuleSet[]) {
    this.#matchers = sets.map((set) => {
      const { matcher } = matcherOf(set);
      return { matcher, channels: matcher.channels };
    });
  }

  /** True where a rule speaks of records of this channel and number; the others need not be asked one by one. */
  asksFor(channel: string, eventId: number): boolean {
    const folded = foldName(channel);
    return this.#matchers.some(({ channels }) => isOfKeptChannel(channels, folded, eventId));
  }

  keeps(event: Event): boolean {
    return this.#matchers.some(({ matcher }) => matcher.match(event).length > 0);
  }
}
