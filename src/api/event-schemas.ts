import { z } from 'zod';

/** An event of the archive: what it is found by, and the bytes as they were received. */
export interface EventDocument {
  /** `POSITION/ITEM`: where the journal held it; `POSITION/ITEM.N` for the further events of one item. */
  readonly id: string;
  readonly sender: string;
  readonly trust: string;
  /** Retention class, 0 to 7. */
  readonly retention: number;
  /** Absent where it has none. */
  readonly time?: string | undefined;
  readonly host: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId?: number | undefined;
  readonly recordId?: string | undefined;
  /** Copies of one record share it. */
  readonly identity: string;
  readonly bytes: number;
  /** The event that has the bytes, where this one is found without: an item of many events is not kept with each of them. */
  readonly bytesWith?: string | undefined;
  /** As received: as text where it is UTF-8, else as base64. */
  readonly text?: string | undefined;
  readonly base64?: string | undefined;
  /** What the fields that were asked for say, as far as it has them; absent where none were, or where its bytes could not be read. */
  readonly fields?: Readonly<Record<string, string>> | undefined;
}

/** What a search has done so far. */
export interface SearchProgress {
  readonly blocks: number;
  readonly events: number;
  readonly passed: number;
  readonly damaged: number;
  readonly gone: number;
}

export interface EventPageDocument {
  readonly items: readonly EventDocument[];
  /** Cursor of the next page; absent when all was looked at. */
  readonly next?: string | undefined;
  readonly progress: SearchProgress;
  /** Event times that the archive holds; absent where it holds none. */
  readonly reach?: { readonly from: string; readonly to: string } | undefined;
  /** Names of the fields that the events of this page have, where they were asked for: 500 at most. */
  readonly fieldNames?: readonly string[] | undefined;
}

const FIELDS = {
  id: z.string(),
  sender: z.string(),
  trust: z.string(),
  retention: z.int().min(0).max(7),
  time: z.string().optional(),
  host: z.string(),
  channel: z.string(),
  provider: z.string(),
  eventId: z.int().min(0).optional(),
  recordId: z.string().optional(),
  identity: z.string(),
  bytes: z.int().min(0),
  bytesWith: z.string().optional(),
  text: z.string().optional(),
  base64: z.string().optional(),
  fields: z.record(z.string(), z.string()).optional(),
};

export const EVENT: z.ZodType<EventDocument> = z.strictObject(FIELDS);

/** An event with what Triad reads in its bytes: records as in the output of a hunt, none where nothing could be read. */
export interface WholeEventDocument extends EventDocument {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** The reader did not get through its bytes: what it would have found is not known. */
  readonly unread?: boolean | undefined;
}

export const WHOLE_EVENT: z.ZodType<WholeEventDocument> = z.strictObject({
  ...FIELDS,
  records: z.array(z.record(z.string(), z.unknown())),
  unread: z.boolean().optional(),
});

const count = z.int().min(0);

export const SEARCH_PROGRESS: z.ZodType<SearchProgress> = z.strictObject({
  blocks: count,
  events: count,
  passed: count,
  damaged: count,
  gone: count,
});

export const EVENT_PAGE: z.ZodType<EventPageDocument> = z.strictObject({
  items: z.array(EVENT),
  next: z.string().optional(),
  progress: SEARCH_PROGRESS,
  reach: z.strictObject({ from: z.string(), to: z.string() }).optional(),
  fieldNames: z.array(z.string()).optional(),
});

/** What keeps segments of the archive beyond their time. */
export interface HoldDocument {
  readonly id: string;
  readonly kind: 'incident' | 'host' | 'span';
  readonly incident?: string | undefined;
  /** Segments that hold what the incident cites. */
  readonly segments?: number | undefined;
  readonly host?: string | undefined;
  /** Other names of the host that are held as well; left out where none is known. */
  readonly names?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly by?: string | undefined;
  readonly at?: string | undefined;
  readonly note?: string | undefined;
}

export type HoldRequest = { readonly note?: string | undefined } & (
  | { readonly kind: 'incident'; readonly incident: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'span'; readonly from: string; readonly to: string }
);

const when = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/);
const note = z.string().min(1).max(1000).optional();

export const HOLD: z.ZodType<HoldDocument> = z.strictObject({
  id: z.string(),
  kind: z.enum(['incident', 'host', 'span']),
  incident: z.string().optional(),
  segments: count.optional(),
  host: z.string().optional(),
  names: z.array(z.string()).optional(),
  from: z.string().optional(),
  to: z.string().optional(),
  by: z.string().optional(),
  at: z.string().optional(),
  note: z.string().optional(),
});

export const HOLD_REQUEST: z.ZodType<HoldRequest> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('incident'), incident: z.string().min(1).max(64), note }),
  z.strictObject({ kind: z.literal('host'), host: z.string().min(1).max(253), note }),
  z.strictObject({ kind: z.literal('span'), from: when, to: when, note }),
]);
