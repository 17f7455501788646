/** Events that one item of a batch may hold by numbers of their own: a wrapper of many is one item (`hits.hits`). */
export const MOST_EVENTS_OF_ITEM = 65_536;

/** Number of an event in its batch, for its place in the archive: items in their order, and within an item its events. */
export function numberOf(item: number, event: number): number {
  return item * MOST_EVENTS_OF_ITEM + Math.min(event, MOST_EVENTS_OF_ITEM - 1);
}

/** The item of such a number, and the event in it, both from 0. */
export function placeOfNumber(number: number): { readonly item: number; readonly event: number } {
  return { item: Math.floor(number / MOST_EVENTS_OF_ITEM), event: number % MOST_EVENTS_OF_ITEM };
}

/** Where the items of a batch stand in the text that is read of it, in order. Offsets are bytes. */
export interface ItemsOfText {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Numbers of the items in the batch. */
  readonly items: Uint32Array;
  /** How the bytes of each item are read again: places in `ENTRY_FORMS`; left out where all are plain. */
  readonly forms?: Uint8Array;
  /** What stands before rows: the names of their columns. */
  readonly head?: string;
  /** Where an item stands in the text in other bytes than it came in: all of them as they were received. */
  readonly received?: { readonly bytes: Uint8Array; readonly starts: Uint32Array; readonly ends: Uint32Array };
}
