/** Why an item, or a whole batch, is not taken. */
export type RefusalCode =
  | 'too_large'
  | 'too_deep'
  | 'too_many_items'
  | 'bad_json'
  | 'bad_xml'
  | 'bad_encoding'
  | 'bad_action'
  | 'bad_id'
  | 'bad_index'
  | 'bad_protobuf'
  | 'bad_fields'
  | 'no_event'
  | 'blank_event'
  | 'empty'
  | 'unsupported_media_type';

export interface ItemRefusal {
  readonly code: RefusalCode;
  /** A sentence for the sender. */
  readonly reason: string;
}

/** One event of a batch as its protocol counts it: its number is its index in `items`, from 0. */
export interface FramedItem {
  /** Bytes of the event in the body, from and to. */
  readonly start: number;
  readonly end: number;
  /** Line of `start` in the body, from 1. */
  readonly line: number;
  readonly refused?: ItemRefusal;
}

/** What a protocol finds in a body before the answer: sizes, lines, actions (SERVE 0.1 point 6). A pure function of the bytes. */
export interface Framed<Item extends FramedItem = FramedItem> {
  readonly kind: 'framed';
  /** Every item in the order of the body, the refused ones too. */
  readonly items: readonly Item[];
  /** Items that are kept. */
  readonly accepted: number;
}

/** A body that is refused as a whole. */
export interface RefusedBatch {
  readonly kind: 'refused';
  readonly status: 400 | 413 | 415;
  readonly code: RefusalCode;
  readonly reason: string;
}

export function refusedBatch(status: RefusedBatch['status'], code: RefusalCode, reason: string): RefusedBatch {
  return { kind: 'refused', status, code, reason };
}

export function tooManyItems(most: number): RefusedBatch {
  return refusedBatch(413, 'too_many_items', `The batch has more than ${most} events. Send it in parts.`);
}

/** The items of a body with how many of them are kept. */
export function framedItems<Item extends FramedItem>(items: readonly Item[]): Framed<Item> {
  return { kind: 'framed', items, accepted: items.reduce((sum, { refused }) => sum + (refused ? 0 : 1), 0) };
}

/** The refusal of an item by its size, undefined when it may be so large. */
export function sizeRefusal(bytes: number, most: number): ItemRefusal | undefined {
  if (bytes <= most) return undefined;
  return { code: 'too_large', reason: `The event has ${bytes} bytes; at most ${most} are taken.` };
}
