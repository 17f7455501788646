import { z } from 'zod';
import { SEARCH_PROGRESS, type SearchProgress } from './event-schemas.ts';

/** What is tried on the archive: a text, or a rule in use by its key. */
export interface RuleTestRequest {
  /** Documents of Sigma. */
  readonly rule?: string | undefined;
  readonly key?: string | undefined;
  /** Event time, RFC 3339: from then on, and before then. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The cursor that the look before gave as `next`. */
  readonly after?: string | undefined;
}

/** One look of a test: what the rules matched on in a part of the archive, newest first. Sums are for who asks to make. */
export interface RuleTestDocument {
  readonly rules: readonly {
    readonly key: string;
    readonly title: string;
    readonly level: string;
    /** Events of this look that it matched. */
    readonly hits: number;
  }[];
  /** What the compiler says, and what of the text is not tried: events alone do not judge correlations, nor rules on subscriptions. */
  readonly warnings: readonly string[];
  /** Channels that the rules ask for, in lower case (`*`: every one), with their event ids; without ids all of them. */
  readonly asks: readonly { readonly channel: string; readonly eventIds?: readonly number[] | undefined }[];
  /** Events of this look that the rules were tried on, those that some rule matched, and those that could not be read. */
  readonly tried: number;
  readonly matched: number;
  readonly unread: number;
  /** Time that the matching of these took, without the reading, milliseconds. */
  readonly matchMs: number;
  /** Hosts of what matched, most first: 10,000 at most. */
  readonly hosts: readonly { readonly host: string; readonly hits: number }[];
  /** The newest of what matched: 100 at most. */
  readonly items: readonly {
    /** As `GET /v1/events/{id}` knows it. */
    readonly id: string;
    /** Place in `rules`. */
    readonly rule: number;
    readonly time?: string | undefined;
    readonly host: string;
    readonly channel: string;
    readonly eventId?: number | undefined;
    readonly recordId?: string | undefined;
  }[];
  readonly progress: SearchProgress;
  /** Absent when all was looked at. */
  readonly next?: string | undefined;
}

/** Characters of a text of rules. */
const MOST_RULE_TEXT = 65_536;

const count = z.int().min(0);

export const RULE_TEST_REQUEST: z.ZodType<RuleTestRequest> = z.strictObject({
  rule: z.string().min(1).max(MOST_RULE_TEXT).optional(),
  key: z.string().min(1).max(256).optional(),
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  after: z.string().max(256).optional(),
});

export const RULE_TEST: z.ZodType<RuleTestDocument> = z.strictObject({
  rules: z.array(z.strictObject({ key: z.string(), title: z.string(), level: z.string(), hits: count })),
  warnings: z.array(z.string()),
  asks: z.array(z.strictObject({ channel: z.string(), eventIds: z.array(count).optional() })),
  tried: count,
  matched: count,
  unread: count,
  matchMs: z.number().min(0),
  hosts: z.array(z.strictObject({ host: z.string(), hits: count })),
  items: z.array(
    z.strictObject({
      id: z.string(),
      rule: count,
      time: z.string().optional(),
      host: z.string(),
      channel: z.string(),
      eventId: count.optional(),
      recordId: z.string().optional(),
    }),
  ),
  progress: SEARCH_PROGRESS,
  next: z.string().optional(),
});
