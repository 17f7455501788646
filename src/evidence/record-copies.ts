import type { PackedEvent, Place } from '../windows/index.ts';

/** Copies of one record that are kept by place; more are only counted. */
const MAX_COPIES = 64;

/** Events in order, each once: copies of one record are folded into the first, which keeps their places (L6). */
export function* withoutCopies(
  events: Iterable<PackedEvent>,
  onFolded: () => void = () => undefined,
): Generator<PackedEvent, void, undefined> {
  let held: PackedEvent | undefined;
  let places: Place[] = [];
  for (const event of events) {
    if (held !== undefined && isCopy(held, event)) {
      onFolded();
      if (places.length < MAX_COPIES) places.push(event.place);
      continue;
    }
    if (held !== undefined) yield places.length === 0 ? held : held.withOtherPlaces(places);
    held = event;
    places = [];
  }
  if (held !== undefined) yield places.length === 0 ? held : held.withOtherPlaces(places);
}

/**
 * True when `copy` is the same record as `event` from elsewhere (L6): equal host, channel, id, record id and time, and equal
 * fields. Two records that claim one identity and differ are both kept. A carved copy that was decoded by a foreign template
 * may name its fields otherwise, so there identity is enough.
 */
function isCopy(event: PackedEvent, copy: PackedEvent): boolean {
  // Copies of other shapes are told from each other by `CopyFolder`, which knows clocks and losses.
  if (event.shape !== undefined || copy.shape !== undefined) return false;
  if (event.recordId === undefined || event.recordId !== copy.recordId) return false;
  if (event.timeMs !== copy.timeMs || event.timeTicks !== copy.timeTicks || event.eventId !== copy.eventId)
    return false;
  if (event.computer.toLowerCase() !== copy.computer.toLowerCase()) return false;
  if (event.channel.toLowerCase() !== copy.channel.toLowerCase()) return false;
  return copy.isForeignTemplate || event.hasEqualValues(copy);
}
