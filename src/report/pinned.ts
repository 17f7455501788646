import type { Pinned } from '../subscriptions/index.ts';
import type { HuntResult, ToldPin } from './result.ts';
import { plural } from './terminal.ts';

/** "pinned by alice, review 2027-05-01 (pin 4yxc…): inventory agent". */
export function pinnedWords({ pin, owner, reason, review }: Pinned): string {
  return `pinned by ${owner}, review ${review} (pin ${pin}): ${reason}`;
}

/** What became of the pins, in sentences: what they lowered, which matched nothing, which are past review (L16). */
export function pinSentences({ summary: { pins }, run }: Pick<HuntResult, 'summary' | 'run'>): readonly string[] {
  if (pins === undefined) return [];
  const overdue = new Set(run.pinsPastReview ?? []);
  const told = pins.pins.filter(({ count }) => count > 0);
  return [
    `${plural(pins.subscriptions, 'subscription')} and ${plural(pins.findings, 'finding')} lowered by ${plural(told.length, 'pin')} of ${pins.pins.length}`,
    ...told.map(
      (pin) =>
        `${pinName(pin)} lowers ${plural(pin.count, 'thing')}: ${[...pin.subscriptions, ...pin.findings].join(', ')}`,
    ),
    ...pins.pins.filter(({ count }) => count === 0).map((pin) => `${pinName(pin)} matched nothing; ${pin.place}`),
    ...pins.pins
      .filter(({ id }) => overdue.has(id))
      .map((pin) => `${pinName(pin)} is past its review of ${pin.review}: ask ${pin.owner}; ${pin.place}`),
  ];
}

/** "pin 4yxc… (Updater, alice)". */
function pinName({ id, what, owner }: ToldPin): string {
  return `pin ${id} (${what === undefined ? '' : `${what}, `}${owner})`;
}
