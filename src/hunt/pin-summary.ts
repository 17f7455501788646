import type { Judgement } from '../judgement/index.ts';
import { type Pin, pastReview } from '../pins/index.ts';
import type { PinSummary, Run, ToldPin } from '../report/index.ts';

/** Ids that a pin names of what it lowered. */
const MOST_IDS = 100;

/** What the pins of a run lowered, and which of them nothing matched (L16). */
export function pinSummary({
  pinUses,
  subscriptions,
  findings,
}: Pick<Judgement, 'pinUses' | 'subscriptions' | 'findings'>): PinSummary {
  const pins = pinUses.map(({ pin: { callers, ...pin }, ...use }): ToldPin => {
    return {
      ...pin,
      ...callers,
      count: use.subscriptions.length + use.findings.length,
      subscriptions: use.subscriptions.slice(0, MOST_IDS),
      findings: use.findings.slice(0, MOST_IDS),
    };
  });
  return {
    subscriptions: subscriptions.filter(({ pinned }) => pinned !== undefined).length,
    findings: findings.filter(({ pinned }) => pinned !== undefined).length,
    unmatched: pins.filter(({ count }) => count === 0).length,
    pins,
  };
}

/** Which pins are past review depends on the day of the run, so it stands with what does (L7). */
export function overduePins(pins: readonly Pin[], nowMs: number): Pick<Run, 'pinsPastReview'> {
  const ids = pastReview(pins, nowMs).map(({ id }) => id);
  return ids.length === 0 ? {} : { pinsPastReview: ids };
}
