import { z } from 'zod';
import { ROLES } from '../people/index.ts';
import { referToPart } from './hunt-parts.ts';

/** What a body must look like: read by `safeParse`, written as JSON Schema. */
export type Schema = z.ZodType;

/** One page of a list: `next` is the cursor of the next one, absent at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
}

export interface SenderDocument {
  readonly id: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly isRelay: boolean;
  readonly note: string;
  readonly state: 'active' | 'revoked';
  readonly created: string;
  readonly revoked?: string | undefined;
  /** When its newest batch arrived, the silence after which it counts as late, and whether it is. */
  readonly received?: string | undefined;
  readonly lateAfterMs?: number | undefined;
  readonly isLate?: boolean | undefined;
  /** By how much its events come behind the clock of the server at least, beyond what is usual among the others of the last 10 minutes; negative: ahead. It moves no time. */
  readonly behindMs?: number | undefined;
  /** Of the list of senders alone; absent where it may have been let go of. */
  readonly traffic?: TrafficDocument | undefined;
}

/** What a sender brought since `since`. */
export interface TrafficDocument {
  readonly since: string;
  readonly events: number;
  readonly perSecond: { readonly minute: number; readonly hour: number };
  readonly waitingBytes: number;
  readonly heldBack: TimesDocument;
  readonly again: TimesDocument;
  readonly conflict: TimesDocument;
}

/** How often something happened, and when last. */
export interface TimesDocument {
  readonly count: number;
  readonly last?: string | undefined;
}

/** Who sends without a key: an address of syslog, or the watched folders. */
export interface KeylessSenderDocument {
  readonly id: string;
  readonly received?: string | undefined;
  /** Of syslog alone: a folder is never late. */
  readonly lateAfterMs?: number | undefined;
  readonly isLate?: boolean | undefined;
  readonly behindMs?: number | undefined;
  readonly traffic?: TrafficDocument | undefined;
}

/** A page of senders; the first one has those without a key beside it. */
export interface SenderPage extends Page<SenderDocument> {
  readonly keyless?: readonly KeylessSenderDocument[] | undefined;
}

export interface SenderRequest {
  readonly id: string;
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  readonly hosts?: readonly string[] | undefined;
  readonly isRelay?: boolean | undefined;
}

export interface SenderHostsRequest {
  readonly add?: readonly string[] | undefined;
  readonly remove?: readonly string[] | undefined;
  readonly any?: true | undefined;
}

export interface KeyDocument {
  readonly id: string;
  /** Absent of a key that brings no events. */
  readonly sender?: string | undefined;
  readonly scopes: readonly string[];
  readonly state: 'active' | 'revoked' | 'expired';
  readonly created: string;
  readonly expires: string;
  /** To the hour. */
  readonly lastUsed?: string | undefined;
  readonly sources: readonly string[];
}

export interface KeyRequest {
  readonly sender?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly days?: number | undefined;
  readonly sources?: readonly string[] | undefined;
}

/** A key with its text, which is shown this once and kept nowhere. */
export interface NewKeyDocument extends KeyDocument {
  readonly secret: string;
}

export interface DeadLetterDocument {
  readonly position: number;
  readonly item: number;
  readonly sender: string;
  readonly received: string;
  readonly code: string;
  readonly reason: string;
  readonly state: 'open' | 'mended' | 'dropped';
  /** Bytes that are kept of it here; absent where they stand in the journal alone. */
  readonly bytes?: number | undefined;
}

export interface AuditDocument {
  readonly seq: number;
  readonly time: string;
  readonly who: string;
  readonly action: string;
  readonly object: string;
  /** JSON texts of what was there before, and of what came of it. */
  readonly before?: string | undefined;
  readonly result?: string | undefined;
  /** JSON text of the session and the address that it came from. */
  readonly via?: string | undefined;
}

export interface IngestDocument {
  readonly accepted: number;
  readonly rejected: readonly {
    readonly line: number;
    readonly item: number;
    readonly code: string;
    readonly reason: string;
  }[];
  readonly batch: string;
}

/** RFC 3339, UTC, seven digits. */
export const TIME: z.ZodString = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
const time = TIME;
const id = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/);
const pattern = z.string().regex(/^[A-Za-z0-9._*-]{1,255}$/);
const network = z.string().min(2).max(64);
const scope = z.string().regex(/^(?:ingest:write(?::[a-z0-9-]{1,32})?|read|read:health|analyst|engineer|admin:\*)$/);

const count = z.int().min(0);
const COUNTED = 'Counted since `since`, in memory.';

function times(text: string): z.ZodType<TimesDocument> {
  return z.strictObject({ count, last: time.optional() }).describe(`${text} ${COUNTED} \`last\` is the newest.`);
}

const TRAFFIC: z.ZodType<TrafficDocument> = z
  .strictObject({
    since: time.describe('Since when it is counted: the start of the server, or later of a sender that it let go of.'),
    events: count.describe(`Events that were taken. ${COUNTED}`),
    perSecond: z
      .strictObject({ minute: z.number().min(0), hour: z.number().min(0) })
      .describe(
        'Events a second that were taken, over the last minute and the last hour, or since `since` where that is less.',
      ),
    waitingBytes: count.describe('Bytes that are durable now and wait to be read, those of before the start too.'),
    heldBack: times(
      'Requests that were told to come back because more came than is read (429, of HEC 503); of syslog and watched folders, batches that had to wait for it.',
    ),
    again: times('Batches that had been taken before, and added nothing.'),
    conflict: times('Batches that were refused because they had the id of another one (409).'),
  })
  .describe('What a sender brought since the server started.');

export const SENDER: z.ZodType<SenderDocument> = z.strictObject({
  id: z.string(),
  name: z.string(),
  hosts: z.array(z.string()),
  isRelay: z.boolean(),
  note: z.string(),
  state: z.enum(['active', 'revoked']),
  created: time,
  revoked: time.optional(),
  received: time.optional(),
  lateAfterMs: z.int().optional(),
  isLate: z.boolean().optional(),
  behindMs: z.int().optional(),
  traffic: TRAFFIC.optional(),
});

export const SENDER_PAGE: z.ZodType<SenderPage> = z.strictObject({
  items: z.array(SENDER),
  next: z.string().optional(),
  keyless: z
    .array(
      z.strictObject({
        id: z.string(),
        received: time.optional(),
        lateAfterMs: z.int().optional(),
        isLate: z.boolean().optional(),
        behindMs: z.int().optional(),
        traffic: TRAFFIC.optional(),
      }),
    )
    .optional()
    .describe(
      'Senders that have no key, on the first page: those of syslog (`syslog:NAME`), each name of `syslog.senders` also before it sent anything, and the watched folders. A name of the list is late as a sender with a key is; this machine, which no list names (`syslog:local`), once three silences of it are known; a folder never is.',
    ),
});

export const SENDER_REQUEST: z.ZodType<SenderRequest> = z.strictObject({
  id,
  name: z.string().max(128).optional(),
  note: z.string().max(1024).optional(),
  hosts: z.array(pattern).max(1000).optional(),
  isRelay: z.boolean().optional(),
});

export const SENDER_HOSTS_REQUEST: z.ZodType<SenderHostsRequest> = z.strictObject({
  add: z.array(pattern).max(1000).optional(),
  remove: z.array(pattern).max(1000).optional(),
  any: z.literal(true).optional(),
});

const keyShape = {
  id: z.string(),
  sender: z.string().optional(),
  scopes: z.array(z.string()),
  state: z.enum(['active', 'revoked', 'expired']),
  created: time,
  expires: time,
  lastUsed: time.optional(),
  sources: z.array(z.string()),
};

export const KEY: z.ZodType<KeyDocument> = z.strictObject(keyShape);

export const NEW_KEY: z.ZodType<NewKeyDocument> = z.strictObject({
  ...keyShape,
  secret: z.string(),
});

export const KEY_REQUEST: z.ZodType<KeyRequest> = z.strictObject({
  sender: z.string().max(64).optional(),
  scopes: z.array(scope).min(1).max(8).optional(),
  days: z.int().min(1).max(400).optional(),
  sources: z.array(network).max(100).optional(),
});

export const DEAD_LETTER: z.ZodType<DeadLetterDocument> = z.strictObject({
  position: z.int().min(1),
  item: z.int().min(0),
  sender: z.string(),
  received: time,
  code: z.string(),
  reason: z.string(),
  state: z.enum(['open', 'mended', 'dropped']),
  bytes: z.int().min(0).optional(),
});

export const AUDIT: z.ZodType<AuditDocument> = z.strictObject({
  seq: z.int(),
  time,
  who: z.string(),
  action: z.string(),
  object: z.string(),
  before: z.string().optional(),
  result: z.string().optional(),
  via: z.string().optional(),
});

export const INGEST: z.ZodType<IngestDocument> = z.strictObject({
  accepted: z.int().min(0),
  rejected: z.array(
    z.strictObject({ line: z.int().min(1), item: z.int().min(0), code: z.string(), reason: z.string() }),
  ),
  batch: z.string(),
});

/** What of raw evidence was left out of an answer for its caller, by the names of members, and which roles see it. */
export interface WithheldDocument {
  readonly names: readonly string[];
  readonly roles: readonly string[];
}

export const WITHHELD: z.ZodType<WithheldDocument> = z
  .strictObject({ names: z.array(z.string()).min(1), roles: z.array(z.enum(ROLES)) })
  .describe('Where raw evidence was left out for the caller: names of its members, and the roles that see it.');

/** What came of reading the open dead letters again. */
export interface RetriedDocument {
  /** Letters that were read again. */
  readonly read: number;
  /** Those of them that gave events now. */
  readonly mended: number;
  /** Those whose bytes are kept no more. */
  readonly gone: number;
}

export const RETRIED: z.ZodType<RetriedDocument> = z.strictObject({
  read: count.describe('Letters that were read again.'),
  mended: count.describe('Those of them that gave events now.'),
  gone: count.describe('Those whose bytes are kept no more: they stay open.'),
});

/** A page of such things. */
export function pageOf(item: z.ZodType): z.ZodType {
  return z.strictObject({ items: z.array(item), next: z.string().optional() });
}

/** A page of things of which some is left out for a viewer. */
export function withheldPageOf(item: z.ZodType): z.ZodType {
  return z.strictObject({ items: z.array(item), next: z.string().optional(), withheld: WITHHELD.optional() });
}

/** JSON Schema of a body, as OpenAPI 3.1 takes it. */
export function jsonSchemaOf(schema: z.ZodType): Readonly<Record<string, unknown>> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    override: ({ jsonSchema }) => referToPart(jsonSchema),
  });
  return rest;
}
