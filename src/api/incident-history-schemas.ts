import { z } from 'zod';
import { VERDICTS, type Verdict } from '../people/index.ts';
import type { Level } from '../windows/index.ts';
import { type Page, type Schema, TIME, WITHHELD } from './schemas.ts';
import { KEPT_SUPPRESSION, type KeptSuppressionDocument, LEVEL } from './tuning-schemas.ts';

/** A time of people's work, and who did it. */
export interface WorkTimeDocument {
  readonly time: string;
  /** `entered`: a person said when it was. */
  readonly clock: 'server' | 'entered';
  readonly source: string;
  readonly who: string;
}

/** Times of people's work in the present episode. */
export interface WorkTimesDocument {
  readonly ack?: WorkTimeDocument | undefined;
  readonly triage?: WorkTimeDocument | undefined;
  readonly contain?: WorkTimeDocument | undefined;
  readonly containVerified?: WorkTimeDocument | undefined;
  readonly close?: WorkTimeDocument | undefined;
  readonly reopen?: WorkTimeDocument | undefined;
  readonly undecided?: WorkTimeDocument | undefined;
  readonly containFrom?: WorkTimeDocument | undefined;
}

/** What a person did about a next step. */
export interface TakenStepDocument {
  readonly phase: string;
  readonly outcome: 'done' | 'notApplicable';
  readonly time: WorkTimeDocument;
  readonly note?: string | undefined;
}

/** All that is people's of an incident. */
export interface WorkDocument {
  readonly revision: number;
  readonly state: 'open' | 'acknowledged' | 'contained' | 'closed';
  readonly owner: string | null;
  readonly verdict: Verdict | null;
  readonly judged: {
    readonly code: string;
    readonly approver?: string | undefined;
    readonly episode: number;
    readonly of?: { readonly id: string; readonly number: number } | undefined;
  } | null;
  /** Why it is closed, where no verdict says it. */
  readonly reason: string | null;
  readonly learn: string | null;
  readonly episode: number;
  readonly times: WorkTimesDocument;
  /** By the id of the step. */
  readonly taken: Readonly<Record<string, TakenStepDocument>>;
  /** What was known of it when it was closed: what goes beyond it opens it again. */
  readonly closed: {
    readonly level: Level;
    readonly hosts: readonly string[];
    readonly by: 'system' | 'person';
    readonly isWithdrawn: boolean;
  } | null;
}

/** Those parts of the work that changed. */
export type WorkPartsDocument = { readonly [Part in keyof WorkDocument]?: WorkDocument[Part] | undefined };

/** What happened to an incident. */
export interface HistoryEntryDocument {
  readonly seq: number;
  /** The id that it happened to: a merged one keeps its own. */
  readonly incident: string;
  readonly at: string;
  readonly who: string;
  /** An action of a person, or one of the engine's. */
  readonly action: (typeof HISTORY_ACTIONS)[number];
  readonly version: number;
  /** The version that the person saw. */
  readonly seen?: number | undefined;
  readonly revision: number;
  /** What of the work changed, as it was and as it is. */
  readonly before: WorkPartsDocument;
  readonly after: WorkPartsDocument & Pick<WorkDocument, 'revision' | 'state'>;
  readonly note?: string | undefined;
}

/** When the queue did not show an incident. */
export interface HiddenTimeDocument {
  readonly from: string;
  /** Absent while it is hidden. */
  readonly to?: string | undefined;
  /** A suppression with its words where it is named first, else its number. */
  readonly by: readonly (Pick<KeptSuppressionDocument, 'number'> & Partial<KeptSuppressionDocument>)[];
  /** Suppressions beyond those. */
  readonly more?: number | undefined;
}

/** A page of the history; the newest one tells when suppressions hid the incident. */
export interface HistoryPageDocument extends Page<HistoryEntryDocument> {
  readonly suppressed?: readonly HiddenTimeDocument[] | undefined;
  /** Of before nothing is told, though there may be something. */
  readonly suppressedSince?: string | undefined;
}

/** What a person does to an incident, and what the engine does. */
const HISTORY_ACTIONS = [
  'acknowledge',
  'undo',
  'assign',
  'verdict',
  'contain',
  'step',
  'note',
  'close',
  'reopen',
  'restored',
  'withdrawn',
  'merged',
  'absorbed',
  'reopened',
  'corrected',
  'suppressed',
] as const;

const count = z.int().min(0);
const counted = z.int().min(1);
const worked = z.strictObject({
  time: TIME,
  clock: z.enum(['server', 'entered']),
  source: z.string(),
  who: z.string(),
});

const workTime = worked.optional();

export const TAKEN_STEP: z.ZodType<TakenStepDocument> = z.strictObject({
  phase: z.string(),
  outcome: z.enum(['done', 'notApplicable']),
  time: worked,
  note: z.string().optional(),
});

const work = z.strictObject({
  revision: count.describe('What people did, counted from 0: the ETag.'),
  state: z.enum(['open', 'acknowledged', 'contained', 'closed']),
  owner: z.string().nullable(),
  verdict: z.enum(VERDICTS).nullable(),
  judged: z
    .strictObject({
      code: z.string(),
      approver: z.string().optional(),
      episode: counted,
      of: z.strictObject({ id: z.string(), number: counted }).optional(),
    })
    .nullable()
    .describe('The reason of the verdict in one word, and what that names.'),
  reason: z.string().nullable().describe('Why it is closed, where no verdict says it.'),
  learn: z.string().nullable(),
  episode: counted.describe('One more each time it is opened again; the times are of this one.'),
  times: z.strictObject({
    ack: workTime,
    triage: workTime,
    contain: workTime,
    containVerified: workTime,
    close: workTime,
    reopen: workTime,
    undecided: workTime,
    containFrom: workTime,
  }),
  taken: z.record(z.string(), TAKEN_STEP).describe('Steps that a person has dealt with, by their ids.'),
  closed: z
    .strictObject({
      level: LEVEL,
      hosts: z.array(z.string()),
      by: z.enum(['system', 'person']),
      isWithdrawn: z.boolean(),
    })
    .nullable()
    .describe('What was known of it when it was closed: what goes beyond it opens it again.'),
});

export const WORK: z.ZodType<WorkDocument> = work;

const partOfWork = work.partial();

const ENTRY: z.ZodType<HistoryEntryDocument> = z.strictObject({
  seq: counted,
  incident: z.string().describe('The id that it happened to: a merged one keeps its own.'),
  at: TIME,
  who: z.string(),
  action: z.enum(HISTORY_ACTIONS),
  version: counted,
  seen: counted.optional().describe('The version that the person saw.'),
  revision: count,
  before: partOfWork.describe('What of the work changed, as it was.'),
  after: partOfWork.required({ revision: true, state: true }),
  note: z.string().optional(),
});

const page = {
  items: z.array(ENTRY),
  suppressed: z
    .array(
      z.strictObject({
        from: TIME,
        to: TIME.optional().describe('Absent while it is hidden.'),
        by: z.array(z.union([KEPT_SUPPRESSION, z.strictObject({ number: counted })])),
        more: counted.optional(),
      }),
    )
    .optional()
    .describe('On the newest page: when suppressions hid the incident from the queue, newest first.'),
  suppressedSince: TIME.optional().describe('Of before this nothing is told, though there may be something.'),
  next: z.string().optional(),
};

/** The newest page, as it stands in the incident. */
export const HISTORY: z.ZodType<HistoryPageDocument> = z.strictObject(page);

export const HISTORY_PAGE: Schema = z.strictObject({ ...page, withheld: WITHHELD.optional() });

export const NOTE_PAGE: Schema = z.strictObject({ items: z.array(ENTRY), next: z.string().optional() });
