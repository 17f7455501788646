import { DAY_MS, dayMs } from './check-fields.ts';
import type { Pin } from './pin.ts';

/** True after the end of the day by which it was to be looked at again, UTC. */
export function isPastReview({ review }: Pick<Pin, 'review'>, nowMs: number): boolean {
  return nowMs >= (dayMs(review) ?? 0) + DAY_MS;
}

/** Pins past review, the longest so first. */
export function pastReview(pins: readonly Pin[], nowMs: number): readonly Pin[] {
  return pins
    .filter((pin) => isPastReview(pin, nowMs))
    .sort((a, b) => (a.review === b.review ? (a.id < b.id ? -1 : 1) : a.review < b.review ? -1 : 1));
}
