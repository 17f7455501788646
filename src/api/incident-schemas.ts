import { z } from 'zod';
import { VERDICT_CODES, VERDICTS, type Verdict } from '../people/index.ts';
import { QUEUE_COLUMNS } from './queue-columns.ts';
import type { Schema } from './schemas.ts';

/** Something that people have to do until a time. */
export interface DueDocument {
  readonly for: 'acknowledge' | 'verdict' | 'contain' | 'verify';
  readonly at: string;
  /** Never of what is hidden. */
  readonly isOverdue: boolean;
}

/** A row of the queue. */
export interface IncidentRowDocument {
  readonly id: string;
  /** `INC-12` is number 12. */
  readonly number: number;
  /** What was found, counted from 1. */
  readonly version: number;
  /** What people did, counted from 0: the ETag. */
  readonly revision: number;
  readonly state: 'open' | 'acknowledged' | 'contained' | 'closed' | 'merged';
  readonly standing: 'told' | 'final' | 'withdrawn' | 'merged';
  readonly level: string;
  readonly isWmi: boolean;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  /** Where it happened, and how many hosts it has. */
  readonly host: string;
  readonly hosts: number;
  /** Where the call came from: a host, or what is known of it. */
  readonly source?: string | undefined;
  /** 0..0.99; absent where all was observed on one host. */
  readonly confidence?: number | undefined;
  readonly owner?: string | undefined;
  readonly verdict?: string | undefined;
  readonly isRetrospective: boolean;
  /** Nobody acknowledged it yet, or since it was opened again. */
  readonly isToAcknowledge: boolean;
  /** The verdict was given before it was opened again: now it is not judged. */
  readonly isJudgedBefore: boolean;
  /** What is due next (SETTLED G9). */
  readonly due?: DueDocument | undefined;
  /** Numbers of the suppressions that hide it from the queue now. */
  readonly suppressedBy?: readonly number[] | undefined;
}

const when = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/);
const note = z.string().min(1).max(4000);

export const INCIDENT_ROW: z.ZodType<IncidentRowDocument> = z.strictObject({
  id: z.string(),
  number: z.int().min(1),
  version: z.int().min(1),
  revision: z.int().min(0),
  state: z.enum(['open', 'acknowledged', 'contained', 'closed', 'merged']),
  standing: z.enum(['told', 'final', 'withdrawn', 'merged']),
  level: z.string(),
  isWmi: z.boolean(),
  title: z.string(),
  first: z.string(),
  last: z.string(),
  host: z.string(),
  hosts: z.int().min(0),
  source: z.string().optional(),
  confidence: z.number().optional(),
  owner: z.string().optional(),
  verdict: z.string().optional(),
  isRetrospective: z.boolean(),
  isToAcknowledge: z.boolean(),
  isJudgedBefore: z.boolean(),
  due: z
    .strictObject({
      for: z.enum(['acknowledge', 'verdict', 'contain', 'verify']),
      at: z.string(),
      isOverdue: z.boolean(),
    })
    .optional(),
  suppressedBy: z.array(z.int()).optional(),
});

/** The version that the person saw: it is kept with the action, and refuses nothing (SETTLED G1). */
export interface Seen {
  readonly version?: number | undefined;
}

const version = z.int().min(1).optional();

/** What a person does to an incident (SETTLED G2, G7). */
export type ActionRequest = (
  | { readonly action: 'acknowledge' }
  /** Takes back one's own acknowledgement within 30 seconds. */
  | { readonly action: 'undo' }
  | { readonly action: 'assign'; readonly owner: string | null }
  | {
      readonly action: 'verdict';
      readonly verdict: Verdict;
      readonly note: string;
      /** The reason in one word, of those that the verdict has. */
      readonly code: string;
      /** Who approved it, of what is authorised. */
      readonly approver?: string | undefined;
      /** Of a duplicate the incident that it is one of: its id, or `INC-` and its number. */
      readonly of?: string | undefined;
    }
  | { readonly action: 'contain'; readonly at?: string | undefined; readonly note?: string | undefined }
  | { readonly action: 'close'; readonly learn?: string | undefined; readonly note?: string | undefined }
  | { readonly action: 'reopen'; readonly note: string }
) &
  Seen;

const CODES = Object.values(VERDICT_CODES).flatMap((codes) => codes.map(({ code }) => code));

export const ACTION_REQUEST: z.ZodType<ActionRequest> = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('acknowledge'), version }),
  z.strictObject({ action: z.literal('undo'), version }),
  z.strictObject({ action: z.literal('assign'), owner: z.string().min(1).max(128).nullable(), version }),
  z.strictObject({
    action: z.literal('verdict'),
    verdict: z.enum(VERDICTS),
    code: z.enum(CODES),
    note,
    approver: z.string().min(1).max(128).optional(),
    of: z.string().min(1).max(128).optional(),
    version,
  }),
  z.strictObject({ action: z.literal('contain'), at: when.optional(), note: note.optional(), version }),
  z.strictObject({ action: z.literal('close'), learn: note.optional(), note: note.optional(), version }),
  z.strictObject({ action: z.literal('reopen'), note, version }),
]);

export interface StepRequest extends Seen {
  readonly step: string;
  readonly outcome: 'done' | 'notApplicable' | 'undone';
  readonly at?: string | undefined;
  readonly note?: string | undefined;
}

export const STEP_REQUEST: z.ZodType<StepRequest> = z.strictObject({
  step: z.string().min(1).max(128),
  outcome: z.enum(['done', 'notApplicable', 'undone']),
  at: when.optional(),
  note: note.optional(),
  version,
});

export interface NoteRequest extends Seen {
  readonly note: string;
}

export const NOTE_REQUEST: z.ZodType<NoteRequest> = z.strictObject({ note, version });

/** The same for up to 100 incidents, each with what was seen of it. */
export interface BulkActionRequest {
  readonly action: ActionRequest;
  readonly incidents: readonly {
    readonly id: string;
    readonly revision: number;
    readonly version?: number | undefined;
  }[];
}

export const BULK_ACTION_REQUEST: z.ZodType<BulkActionRequest> = z.strictObject({
  action: ACTION_REQUEST,
  incidents: z
    .array(z.strictObject({ id: z.string().min(1).max(64), revision: z.int().min(0), version }))
    .min(1)
    .max(100),
});

/** What came of one of them: what there is now, or why nothing was done, as the code of a problem and in words. */
export const BULK_ACTED: Schema = z.strictObject({
  items: z.array(
    z.union([
      z.strictObject({ id: z.string(), revision: z.int(), state: z.string(), isKnown: z.boolean() }),
      z.strictObject({ id: z.string(), code: z.string(), detail: z.string() }),
    ]),
  ),
});

/** What came of an action. */
export interface ActedDocument {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
}

export const ACTED: z.ZodType<ActedDocument> = z.strictObject({
  id: z.string(),
  revision: z.int().min(0),
  state: z.string(),
});

/** What the caller opened of an incident, as far as it was then: what is newer is unread to them (SETTLED G15). */
export interface OpenedDocument {
  readonly id: string;
  readonly version: number;
  readonly revision: number;
}

export const OPENED: z.ZodType<OpenedDocument> = z.strictObject({
  id: z.string(),
  version: z.int().min(1),
  revision: z.int().min(0),
});

export type OpenedRequest = Omit<OpenedDocument, 'id'>;

export const OPENED_REQUEST: z.ZodType<OpenedRequest> = z.strictObject({
  version: z.int().min(1),
  revision: z.int().min(0),
});

const counts = z.record(z.string(), z.record(z.string(), z.int()));

/** Open incidents that suppressions hide now, and how many suppressions do. */
const suppressed = z.strictObject({ incidents: z.int(), suppressions: z.int() });
/** When it was read by the server's clock, and the id of the newest change of the stream before that: what comes behind it may be newer. */
const asOf = { asOf: z.string(), place: z.string() };

const WHOLE_PAGE: Schema = z.strictObject({
  items: z.array(INCIDENT_ROW),
  next: z.string().optional(),
  /** By level, then state. */
  counts,
  suppressed,
});

const QUEUE_PAGE: Schema = z.strictObject({
  ...asOf,
  columns: z.array(z.enum(QUEUE_COLUMNS)),
  items: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
  next: z.string().optional(),
});

export const QUEUE_COUNTS: Schema = z.strictObject({
  ...asOf,
  /** By level, then state, without what is hidden now. */
  counts,
  overdue: z.int(),
  unassigned: z.int(),
  mine: z.int(),
  unread: z.int(),
  suppressed,
});

/** Which incidents fit the words; `isMore` where there are more than these. */
export interface IncidentIdsDocument {
  readonly asOf: string;
  readonly place: string;
  readonly ids: readonly string[];
  readonly isMore: boolean;
}

const INCIDENT_IDS: z.ZodType<IncidentIdsDocument> = z.strictObject({
  ...asOf,
  ids: z.array(z.string()),
  isMore: z.boolean(),
});

export const INCIDENT_PAGE: Schema = z.union([WHOLE_PAGE, QUEUE_PAGE, INCIDENT_IDS]);
