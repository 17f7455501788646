import type { CompiledCorrelation, CompiledRule, Rules } from '../sigma/index.ts';
import { sourceOfRoute } from '../taxonomy/index.ts';
import { EVERY_CHANNEL, type Level, type Technique, techniquesOfTags } from '../windows/index.ts';

/** A rule that could find something, and where. */
export interface CoveringRule {
  readonly title: string;
  /** A rule without one ranks as medium (SIGMA 1). */
  readonly level: Level;
  readonly attack: readonly Technique[];
  /** Channels in lower case, one of which it needs; `*` for any of Windows, `triad/...` for subscriptions and objects at rest. */
  readonly channels: readonly string[];
}

/** Rules and correlations that give findings of their own; a correlation stands for the channels of its members. */
export function coveringRules({ rules, correlations }: Rules): readonly CoveringRule[] {
  const ofRule = rules.map(channelsOf);
  const ofCorrelation: (readonly string[])[] = [];
  for (const { members } of correlations) {
    const channels = members.flatMap(
      ({ kind, index }) => (kind === 'rule' ? ofRule[index] : ofCorrelation[index]) ?? [],
    );
    ofCorrelation.push([...new Set(channels)]);
  }
  return [
    ...rules.map((rule, i) => ({ rule, channels: ofRule[i] ?? [] })),
    ...correlations.map((rule, i) => ({ rule, channels: ofCorrelation[i] ?? [] })),
  ].flatMap(({ rule, channels }) => (rule.isMuted || channels.length === 0 ? [] : [covering(rule, channels)]));
}

function covering({ metadata }: CompiledRule | CompiledCorrelation, channels: readonly string[]): CoveringRule {
  const { title, level = 'medium', tags } = metadata;
  return { title, level, attack: techniquesOfTags(tags), channels };
}

function channelsOf({ routes }: CompiledRule): readonly string[] {
  return [...new Set(routes.map(({ route }) => sourceOfRoute(route)?.channel ?? route.channel ?? EVERY_CHANNEL))];
}

/** True where evidence with records of these channels (in lower case) may show what the rule looks for. */
export function isInSight({ channels }: CoveringRule, seen: ReadonlySet<string>): boolean {
  return channels.some(
    (channel) =>
      channel.startsWith('triad/') ||
      seen.has(channel) ||
      (channel === EVERY_CHANNEL && [...seen].some((one) => !one.startsWith('zeek/'))),
  );
}
