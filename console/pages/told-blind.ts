import type { HostDocument } from '../../src/api/index.ts';

type Blind = NonNullable<HostDocument['blind']>;

/** Gaps of one host as they are told: those that would read the same, once. */
export function toldBlind(blind: Blind): Blind {
  const alike = Map.groupBy(blind, ({ what, so, close }) => [what, so, close].join('\u0000'));
  return [...alike.values()].flatMap(([first]) => first ?? []);
}
