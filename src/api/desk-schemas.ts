import { z } from 'zod';
import type { Schema } from './schemas.ts';

/** Whether Triad itself sees anything, since when not, and which senders are late. */
export const SEEN: Schema = z.strictObject({
  asOf: z.string(),
  /** When something arrived last, by the clock of the server. */
  heard: z.string().optional(),
  /** How many senders are active; left out where that is not known now. */
  senders: z.int().min(0).optional(),
  blind: z.array(
    z.strictObject({ code: z.enum(['noSender', 'lag', 'refusing', 'sink']), since: z.string(), text: z.string() }),
  ),
  late: z.array(z.strictObject({ sender: z.string(), last: z.string(), lateAfterMs: z.int() })),
});

/** Settings of each shipper, as text. */
export const SHIPPER_SETTINGS: Schema = z.strictObject({
  items: z.array(z.strictObject({ name: z.string(), text: z.string() })),
});

/** What the index of the archive tells of a search. */
export const EVENT_SURVEY: Schema = z.strictObject({
  /** The bins count every event in the span, whatever else is asked for: until a scan ends nothing else is known. */
  isOfAllRecords: z.literal(true),
  bins: z.array(z.strictObject({ from: z.string(), count: z.int() })),
  to: z.string().optional(),
  events: z.int(),
  blocks: z.int(),
  /** Events that have no time. */
  timeless: z.int(),
  absent: z.array(z.strictObject({ kind: z.enum(['host', 'channel', 'event', 'word']), value: z.string() })),
  silent: z.array(z.strictObject({ host: z.string(), last: z.string().optional() })),
});
