import { type LoggedEvent, type ShapeWriter, Xorshift } from '../../../testkit/index.ts';
import { inOrder, type Order } from './sent-captures.ts';

/** Lateness of a server where nothing else is set, units of 100 ns. */
const LATENESS = 120 * 10_000_000;
/** Small enough that the watermark moves between batches. */
const SMALL = 20;

function cut(units: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(units.length / size) }, (_, at) => units.slice(at * size, (at + 1) * size));
}

function sortedBy(units: readonly string[], keyOf: (at: number) => bigint): readonly string[] {
  return units
    .map((unit, at) => ({ unit, key: keyOf(at) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ unit }) => unit);
}

/** Units of these events, in time order, each moved behind others that are at most the lateness newer. */
export function withinLateness(events: readonly LoggedEvent[], seed: number): Order {
  const random = new Xorshift(seed);
  return (units) =>
    cut(
      sortedBy(units, (at) => (events[at]?.model.time ?? 0n) + BigInt(random.below(LATENESS))),
      SMALL,
    );
}

export function shuffled(seed: number): Order {
  const random = new Xorshift(seed);
  return (units) =>
    cut(
      sortedBy(units, () => BigInt(random.next())),
      SMALL,
    );
}

/**
 * Each batch twice, as a retry; then all again in other batches. Without record ids only batches are known again: what one source says twice is two
 * events (ADR 0018), in a file too.
 */
export function repeated({ losses }: ShapeWriter, seed: number): Order {
  return (units) => {
    const retried = inOrder(units).flatMap((batch) => [batch, batch]);
    return losses.recordId === true ? retried : [...retried, ...shuffled(seed)(units)];
  };
}
