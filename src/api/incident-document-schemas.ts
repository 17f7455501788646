import { z } from 'zod';
import { VERDICTS, type Verdict } from '../people/index.ts';
import type { Level } from '../windows/index.ts';
import { huntPart, type PartDocument } from './hunt-parts.ts';
import { HISTORY, type HistoryPageDocument, TAKEN_STEP, WORK, type WorkDocument } from './incident-history-schemas.ts';
import { type Schema, TIME, WITHHELD, type WithheldDocument } from './schemas.ts';
import { LEVEL } from './tuning-schemas.ts';

/** What of an incident is as the result of a hunt has it: described there, and typed by who reads it. */
export interface ToldPartDocuments {
  readonly incident: object;
  readonly finding: object;
  readonly subscription: object;
  readonly gap: object;
  readonly record: object;
}

/** A time of an incident, whose clock it is, and what told it. */
export interface ClockDocument {
  readonly time: string;
  readonly clock: 'device' | 'receiver' | 'detector';
  readonly source: string;
}

/** Times of machines and of the detector. */
export interface IncidentTimesDocument {
  readonly event: ClockDocument;
  /** Execution or creation; absent where it tells of neither. */
  readonly act?: ClockDocument | undefined;
  readonly arrive: ClockDocument;
  readonly detect: ClockDocument;
  readonly alert: ClockDocument;
  readonly isRetrospective: boolean;
}

/** A due time of the present episode. */
export interface DueTimeDocument {
  readonly for: 'acknowledge' | 'verdict' | 'contain' | 'verify';
  readonly at: string;
  readonly isMet: boolean;
  /** Never of what a suppression hides. */
  readonly isOverdue: boolean;
}

/** How others were judged; who did so last, and when, where that is kept. */
export interface JudgedCountDocument {
  readonly verdict: Verdict;
  readonly count: number;
  readonly who: string | null;
  readonly at: string | null;
}

/** How common one thing behind an incident is, over all that is kept. */
export interface PrevalenceDocument {
  readonly kind: 'subscription' | 'payload' | 'command' | 'account';
  /** Absent where it is the print of a content and the caller sees no raw evidence. */
  readonly value?: string | undefined;
  readonly hosts: number;
  readonly incidents: number;
  readonly first: string;
  readonly last: string;
  /** Of the other incidents. */
  readonly verdicts: readonly JudgedCountDocument[];
}

/** An incident whole, as `/v1/incidents/{id}` tells it. */
export interface IncidentDocument<Parts extends ToldPartDocuments = Record<keyof ToldPartDocuments, PartDocument>> {
  readonly id: string;
  /** The id that was asked for, where it was merged into this one. */
  readonly requestedId?: string | undefined;
  /** Ids that lead here. */
  readonly aliases: readonly string[];
  readonly number: number;
  readonly version: number;
  readonly standing: 'told' | 'final' | 'withdrawn' | 'merged';
  readonly mergedInto?: string | undefined;
  readonly level: Level;
  readonly isWmi: boolean;
  readonly title: string;
  readonly first: string;
  readonly last: string;
  /** No time that a person enters lies before it. */
  readonly eventTime: string;
  readonly isRetrospective: boolean;
  readonly hosts: readonly string[];
  readonly created: string;
  readonly changed: string;
  readonly times: IncidentTimesDocument;
  readonly work: WorkDocument;
  readonly due: readonly DueTimeDocument[];
  /** Numbers of the suppressions that hide it from the queue now. */
  readonly suppressedBy?: readonly number[] | undefined;
  readonly prevalence?:
    | {
        /** Since when every incident is kept; absent where that cannot be said. */
        readonly since?: string | undefined;
        readonly days?: number | undefined;
        readonly items: readonly PrevalenceDocument[];
      }
    | undefined;
  /** Earlier incidents with a subscription, payload or command of this one. */
  readonly seenBefore?:
    | {
        readonly times: number;
        readonly since: number;
        readonly verdicts: readonly JudgedCountDocument[];
        readonly newest: readonly {
          readonly id: string;
          readonly number: number;
          readonly first: string;
          readonly verdict: Verdict | null;
          readonly who: string | null;
          readonly at: string | null;
        }[];
      }
    | undefined;
  /** The last verdict of who asks, and whether more was found since. */
  readonly judged?:
    | { readonly who: string; readonly at: string; readonly version: number; readonly isChangedSince: boolean }
    | undefined;
  readonly incident: Parts['incident'];
  readonly findings: readonly Parts['finding'][];
  readonly subscriptions: readonly Parts['subscription'][];
  readonly gaps: readonly Parts['gap'][];
  readonly records: {
    /** Absent where they are left out for a viewer. */
    readonly items?: readonly Parts['record'][] | undefined;
    /** How many it cites in all. */
    readonly cited: number;
    readonly next?: string | undefined;
  };
  readonly history: HistoryPageDocument;
  readonly withheld?: WithheldDocument | undefined;
}

const count = z.int().min(0);
const counted = z.int().min(1);
const verdict = z.enum(VERDICTS);
const told = z.strictObject({ time: TIME, clock: z.enum(['device', 'receiver', 'detector']), source: z.string() });

const due = z.strictObject({
  for: z.enum(['acknowledge', 'verdict', 'contain', 'verify']),
  at: TIME,
  isMet: z.boolean(),
  isOverdue: z.boolean().describe('Never of what a suppression hides.'),
});

const judgedCount = z.strictObject({ verdict, count: counted, who: z.string().nullable(), at: TIME.nullable() });

const prevalence = z.strictObject({
  since: TIME.optional().describe('Since when every incident is kept; absent where that cannot be said.'),
  days: count.optional(),
  items: z.array(
    z.strictObject({
      kind: z.enum(['subscription', 'payload', 'command', 'account']),
      value: z.string().optional().describe('Left out where it is the print of a content, for a viewer.'),
      hosts: count,
      incidents: count,
      first: TIME,
      last: TIME,
      verdicts: z.array(judgedCount),
    }),
  ),
});

const seenBefore = z
  .strictObject({
    times: count,
    since: count,
    verdicts: z.array(judgedCount),
    newest: z.array(
      z.strictObject({
        id: z.string(),
        number: counted,
        first: TIME,
        verdict: verdict.nullable(),
        who: z.string().nullable(),
        at: TIME.nullable(),
      }),
    ),
  })
  .describe('Earlier incidents with a subscription, payload or command of this one.');

/** A cited record; `events` is the search that shows its event as it was received, while the archive holds it. */
export const CITED_RECORD: z.ZodType<PartDocument> = huntPart('record', {
  events: z.string().optional().describe('The search that finds its event as it was received.'),
});

/** A step that is named with what was done about it, or one that was done and is named no more. */
export const STEP_PAGE: Schema = z.strictObject({
  items: z.array(
    z.union([
      huntPart('nextStep', { taken: TAKEN_STEP.optional() }),
      z.strictObject({ id: z.string(), phase: z.string(), taken: TAKEN_STEP, isNamedNoMore: z.literal(true) }),
    ]),
  ),
  next: z.string().optional(),
  withheld: WITHHELD.optional(),
});

export const WHOLE_INCIDENT: z.ZodType<IncidentDocument> = z.strictObject({
  id: z.string(),
  requestedId: z.string().optional().describe('The id that was asked for, where it was merged into this one.'),
  aliases: z.array(z.string()).describe('Ids that lead here.'),
  number: counted,
  version: counted,
  standing: z.enum(['told', 'final', 'withdrawn', 'merged']),
  mergedInto: z.string().optional(),
  level: LEVEL,
  isWmi: z.boolean(),
  title: z.string(),
  first: TIME,
  last: TIME,
  eventTime: TIME.describe('No time that a person enters lies before it.'),
  isRetrospective: z.boolean(),
  hosts: z.array(z.string()),
  created: TIME,
  changed: TIME,
  times: z.strictObject({
    event: told,
    act: told.optional(),
    arrive: told,
    detect: told,
    alert: told,
    isRetrospective: z.boolean(),
  }),
  work: WORK,
  due: z.array(due),
  suppressedBy: z.array(counted).optional(),
  prevalence: prevalence.optional(),
  seenBefore: seenBefore.optional(),
  judged: z
    .strictObject({ who: z.string(), at: TIME, version: counted, isChangedSince: z.boolean() })
    .optional()
    .describe('The last verdict of who asks, and whether more was found since.'),
  incident: huntPart('incident'),
  findings: z.array(huntPart('finding')),
  subscriptions: z.array(huntPart('subscription')),
  gaps: z.array(huntPart('gap')),
  records: z.strictObject({
    items: z.array(CITED_RECORD).optional().describe('Left out for a viewer.'),
    cited: count.describe('How many it cites in all.'),
    next: z.string().optional(),
  }),
  history: HISTORY,
  withheld: WITHHELD.optional(),
});
