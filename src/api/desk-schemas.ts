import { z } from 'zod';
import type { Schema } from './schemas.ts';

/** Whether Triad itself sees anything, since when not, and which senders are late. */
export const SEEN: Schema = z.strictObject({
  asOf: z.string(),
  blind: z.array(
    z.strictObject({ code: z.enum(['noSender', 'lag', 'refusing', 'sink']), since: z.string(), text: z.string() }),
  ),
  late: z.array(z.strictObject({ sender: z.string(), last: z.string(), lateAfterMs: z.int() })),
});
