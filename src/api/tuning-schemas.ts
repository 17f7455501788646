import { z } from 'zod';
import type { Level } from '../windows/index.ts';
import { type Schema, WITHHELD, withheldPageOf } from './schemas.ts';

/** What a pin is asked to be; what its fields may hold is checked as in a file of pins. */
export interface PinRequest {
  readonly what?: string | undefined;
  readonly subscription?: string | undefined;
  readonly payload?: string | undefined;
  readonly command?: string | undefined;
  /** A whole command line, in place of the print of one. */
  readonly commandLine?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly hosts: readonly string[];
  readonly owner: string;
  readonly reason: string;
  /** `YYYY-MM-DD` */
  readonly review: string;
}

export interface PinDocument {
  readonly id: string;
  readonly kind: 'subscription' | 'payload' | 'command';
  /** Absent for who sees no raw evidence, as `place` is: guesses at a content can be tried on it. */
  readonly print?: string | undefined;
  readonly what?: string | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly hosts: readonly string[];
  readonly owner: string;
  readonly reason: string;
  readonly created: string;
  readonly review: string;
  readonly isPastReview: boolean;
  /** The file that holds it, and where. */
  readonly place?: string | undefined;
  /** What it lowered at the last judgement; absent before there was one. */
  readonly lowers?: { readonly subscriptions: number; readonly findings: number } | undefined;
}

const line = (most: number): z.ZodString => z.string().min(1).max(most);
const lines = z.array(line(253)).min(1).max(64);
const print = z.string().regex(/^[0-9a-fA-F]{64}$/);
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const count = z.int().min(0);

export const PIN_REQUEST: z.ZodType<PinRequest> = z.strictObject({
  what: line(200).optional(),
  subscription: print.optional(),
  payload: print.optional(),
  command: print.optional(),
  commandLine: line(32_768).optional(),
  accounts: lines.optional(),
  sources: lines.optional(),
  hosts: lines,
  owner: line(200),
  reason: line(1000),
  review: day,
});

export const PIN: z.ZodType<PinDocument> = z.strictObject({
  id: z.string(),
  kind: z.enum(['subscription', 'payload', 'command']),
  print: print.optional(),
  what: z.string().optional(),
  accounts: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
  hosts: z.array(z.string()),
  owner: z.string(),
  reason: z.string(),
  created: day,
  review: day,
  isPastReview: z.boolean(),
  place: z.string().optional(),
  lowers: z.strictObject({ subscriptions: count, findings: count }).optional(),
});

export const PIN_LIST: Schema = z.strictObject({
  items: z.array(PIN),
  /** Pins past review, and pins that matched nothing at the last judgement. */
  pastReview: count,
  unmatched: count,
  withheld: WITHHELD.optional(),
});

/** A pin that is asked for, and why; on an incident where one is named. */
export interface ProposalRequest {
  readonly pin: PinRequest;
  readonly note: string;
  readonly incident?: string | undefined;
}

export const PROPOSAL_REQUEST: z.ZodType<ProposalRequest> = z.strictObject({
  pin: PIN_REQUEST,
  note: line(1000),
  incident: line(64).optional(),
});

export interface ProposalDecision {
  readonly decision: 'accepted' | 'declined';
  readonly note?: string | undefined;
}

export const PROPOSAL_DECISION: z.ZodType<ProposalDecision> = z.strictObject({
  decision: z.enum(['accepted', 'declined']),
  note: line(1000).optional(),
});

export const PROPOSAL: Schema = z.strictObject({
  number: count,
  pin: PIN_REQUEST,
  note: z.string(),
  incident: z.string().optional(),
  who: z.string(),
  created: z.string(),
  state: z.enum(['open', 'accepted', 'declined']),
  decided: z.string().optional(),
  decidedBy: z.string().optional(),
  decisionNote: z.string().optional(),
});

export const PROPOSAL_PAGE: Schema = withheldPageOf(PROPOSAL);

/** Incidents whose level rests on what would be pinned. */
export const PIN_PREVIEW: Schema = z.strictObject({
  open: count,
  closed: count,
  hosts: count,
  /** It may be fewer: where calls come from stands in no row. */
  isAtMost: z.boolean(),
  incidents: z.array(
    z.strictObject({
      id: z.string(),
      number: count,
      level: z.string(),
      title: z.string(),
      first: z.string(),
      hosts: count,
      /** No other member of it has this level. */
      isWhole: z.boolean(),
    }),
  ),
});

/** What a mute of the queue is asked to be. */
export interface SuppressionRequest {
  readonly scope: {
    readonly host?: string | undefined;
    readonly analytic?: string | undefined;
    readonly subscription?: string | undefined;
    readonly payload?: string | undefined;
    readonly command?: string | undefined;
    readonly account?: string | undefined;
  };
  readonly level?: Level | undefined;
  readonly reason: string;
  /** Default: who asks. */
  readonly owner?: string | undefined;
  /** From now on: at most 7 of an analyst, 90 of an engineer. */
  readonly days: number;
  /** What the prints in the scope stand for, in the words of who asks. */
  readonly what?: string | undefined;
}

export interface SuppressionDocument {
  readonly number: number;
  readonly scope: SuppressionRequest['scope'];
  /** What the prints in the scope stand for, as who made it saw them; left out for a viewer where it tells of a payload or a command. */
  readonly what?: string | undefined;
  /** What is above it shows at once. */
  readonly level: string;
  readonly reason: string;
  readonly owner: string;
  readonly who: string;
  readonly state: 'active' | 'ended';
  readonly created: string;
  readonly ends: string;
  /** When and by whom it was ended before its time. */
  readonly ended?: string | undefined;
  readonly endedBy?: string | undefined;
  /** Incidents that it hides now. */
  readonly hides: number;
}

export const LEVEL: z.ZodType<Level> = z.enum(['informational', 'low', 'medium', 'high', 'critical']);
const field = line(512).optional();
const scope = z.strictObject({
  host: field,
  analytic: field,
  subscription: print.optional(),
  payload: print.optional(),
  command: print.optional(),
  account: field,
});

export const SUPPRESSION_REQUEST: z.ZodType<SuppressionRequest> = z.strictObject({
  scope,
  level: LEVEL.optional(),
  reason: line(1000),
  owner: line(200).optional(),
  days: z.int().min(1).max(90),
  what: line(400).optional(),
});

const kept = {
  number: z.int().min(1),
  scope,
  what: z.string().optional(),
  level: z.string(),
  reason: z.string(),
  owner: z.string(),
  who: z.string(),
  created: z.string(),
  ends: z.string(),
  ended: z.string().optional(),
  endedBy: z.string().optional(),
};

export const SUPPRESSION: z.ZodType<SuppressionDocument> = z.strictObject({
  ...kept,
  state: z.enum(['active', 'ended']),
  hides: count,
});

/** A suppression without what changes with the time of asking. */
export type KeptSuppressionDocument = Omit<SuppressionDocument, 'hides' | 'state'>;

export const KEPT_SUPPRESSION: z.ZodType<KeptSuppressionDocument> = z.strictObject(kept);

export type PreviewRequest = Pick<SuppressionRequest, 'scope' | 'level'>;

export const PREVIEW_REQUEST: z.ZodType<PreviewRequest> = z.strictObject({ scope, level: LEVEL.optional() });

export const PREVIEW: Schema = z.strictObject({
  level: LEVEL,
  /** Open incidents that it would hide, and closed ones that it would have hidden. */
  open: count,
  closed: count,
  incidents: z.array(
    z.strictObject({ id: z.string(), number: z.int(), level: LEVEL, title: z.string(), first: z.string() }),
  ),
});
