import { z } from 'zod';

/** What an incident can be muted by: one or more of its members of the highest level. What no record tells, or what several differ in, is left out. */
export interface CarrierDocument {
  /** Findings and subscriptions that are the same in all of this. */
  readonly count: number;
  readonly host?: string | undefined;
  readonly analytic?: string | undefined;
  readonly subscription?: string | undefined;
  readonly payload?: string | undefined;
  readonly command?: string | undefined;
  readonly account?: string | undefined;
}

/** What a pin could accept of an incident: the content, where, and of calls by whom and from where. */
export interface PinChoiceDocument {
  readonly kind: 'subscription' | 'payload' | 'command';
  readonly print: string;
  readonly hosts: readonly string[];
  readonly accounts?: readonly string[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly what?: string | undefined;
}

/** By what an incident can be muted and pinned (SETTLED G8). */
export interface ScopesDocument {
  /** Each once, at most 200. */
  readonly carriers: readonly CarrierDocument[];
  /** Findings and subscriptions that carry its level, in all. */
  readonly total: number;
  /** It has more of them than a mute looks at: nothing hides it. */
  readonly isNeverHidden: boolean;
  readonly pins: readonly PinChoiceDocument[];
  /** Pins that were left out to keep the bound of 200. */
  readonly morePins: number;
  /** What each print stands for, as a record tells it, in its first 200 characters. */
  readonly named: readonly {
    readonly kind: PinChoiceDocument['kind'];
    readonly print: string;
    readonly text: string;
  }[];
}

/** By what the subscription of a dossier can be pinned. */
export type PinScopesDocument = Pick<ScopesDocument, 'pins' | 'morePins' | 'named'>;

const kind = z.enum(['subscription', 'payload', 'command']);

const pinScopes = {
  pins: z.array(
    z.strictObject({
      kind,
      print: z.string(),
      hosts: z.array(z.string()),
      accounts: z.array(z.string()).optional(),
      sources: z.array(z.string()).optional(),
      what: z.string().optional(),
    }),
  ),
  morePins: z.int().min(0),
  named: z.array(z.strictObject({ kind, print: z.string(), text: z.string() })),
};

export const PIN_SCOPES: z.ZodType<PinScopesDocument> = z.strictObject(pinScopes);

export const SCOPES: z.ZodType<ScopesDocument> = z.strictObject({
  carriers: z.array(
    z.strictObject({
      count: z.int().min(1),
      host: z.string().optional(),
      analytic: z.string().optional(),
      subscription: z.string().optional(),
      payload: z.string().optional(),
      command: z.string().optional(),
      account: z.string().optional(),
    }),
  ),
  total: z.int().min(0),
  isNeverHidden: z.boolean(),
  ...pinScopes,
});
