import { z } from 'zod';
import { ROLES, type Role, type Standing } from '../people/index.ts';

/** Who is signed in. */
export interface SessionDocument {
  readonly person: string;
  readonly role: Role;
  /** What a change shows in `X-Triad-CSRF`. */
  readonly csrf: string;
  /** How long the session stands without use, milliseconds. */
  readonly idleMs: number;
  /** When it ends whatever is done, Unix milliseconds. */
  readonly endsMs: number;
  /** The password was given out: nothing is answered until another one is chosen. */
  readonly mustChangePassword: boolean;
  /** The id of the newest change of the stream: whoever follows it from there misses nothing of what is read from now on. */
  readonly place: string;
}

/** A session in a list. */
export interface SessionRowDocument {
  readonly number: number;
  readonly person: string;
  readonly began: string;
  readonly lastUsed: string;
  readonly ends: string;
  readonly address: string;
  readonly agent: string;
  readonly isThis: boolean;
  readonly ended?: string | undefined;
  readonly endedBy?: string | undefined;
  readonly reason?: string | undefined;
}

/** A person as everybody may see them, and beyond `role` as admins and auditors do. */
export interface PersonDocument {
  readonly name: string;
  readonly role: Standing;
  readonly mustChangePassword?: boolean | undefined;
  readonly created?: string | undefined;
  readonly createdBy?: string | undefined;
  readonly lastSignIn?: string | undefined;
}

/** A session that its person ended. */
export const SIGNED_OUT: z.ZodType<{ readonly ended: true }> = z.strictObject({ ended: z.literal(true) });

/** What waits for a second person. */
export interface SecondRequestDocument {
  readonly number: number;
  readonly action: string;
  readonly object: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly askedBy: string;
  readonly asked: string;
  readonly ends: string;
  readonly state: 'open' | 'confirmed' | 'refused' | 'withdrawn' | 'expired';
  readonly decidedBy?: string | undefined;
  readonly decided?: string | undefined;
}

/** What came of a change: the person as they are now, or the request that waits. A password is shown this once. */
export interface NewPersonDocument {
  readonly person?: PersonDocument | undefined;
  readonly request?: SecondRequestDocument | undefined;
  readonly password?: string | undefined;
}

export interface PersonRequest {
  readonly name: string;
  readonly role: Role;
  /** With the token of this machine alone: the password that is given out is good to keep. */
  readonly keepPassword?: boolean | undefined;
}

const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
const role = z.enum(ROLES);
const standing = z.enum([...ROLES, 'none']);
/** Code units; the characters are counted where the password is chosen. */
const password = z.string().min(1).max(2048);

export const SIGN_IN_REQUEST: z.ZodType<{ readonly name: string; readonly password: string }> = z.strictObject({
  name: z.string().min(1).max(256),
  password,
});

export const PASSWORD_REQUEST: z.ZodType<{ readonly current: string; readonly next: string }> = z.strictObject({
  current: password,
  next: password,
});

export const SESSION: z.ZodType<SessionDocument> = z.strictObject({
  person: z.string(),
  role,
  csrf: z.string(),
  idleMs: z.int(),
  endsMs: z.int(),
  mustChangePassword: z.boolean(),
  place: z.string(),
});

export const SESSION_ROW: z.ZodType<SessionRowDocument> = z.strictObject({
  number: z.int().min(1),
  person: z.string(),
  began: time,
  lastUsed: time,
  ends: time,
  address: z.string(),
  agent: z.string(),
  isThis: z.boolean(),
  ended: time.optional(),
  endedBy: z.string().optional(),
  reason: z.string().optional(),
});

export const PERSON: z.ZodType<PersonDocument> = z.strictObject({
  name: z.string(),
  role: standing,
  mustChangePassword: z.boolean().optional(),
  created: time.optional(),
  createdBy: z.string().optional(),
  lastSignIn: time.optional(),
});

export const SECOND_REQUEST: z.ZodType<SecondRequestDocument> = z.strictObject({
  number: z.int().min(1),
  action: z.string(),
  object: z.string(),
  fields: z.record(z.string(), z.unknown()),
  askedBy: z.string(),
  asked: time,
  ends: time,
  state: z.enum(['open', 'confirmed', 'refused', 'withdrawn', 'expired']),
  decidedBy: z.string().optional(),
  decided: time.optional(),
});

export const NEW_PERSON: z.ZodType<NewPersonDocument> = z.strictObject({
  person: PERSON.optional(),
  request: SECOND_REQUEST.optional(),
  password: z.string().optional(),
});

export const PERSON_REQUEST: z.ZodType<PersonRequest> = z.strictObject({
  name: z.string().min(1).max(64),
  role,
  keepPassword: z.boolean().optional(),
});

export const ROLE_REQUEST: z.ZodType<{ readonly role: Standing }> = z.strictObject({ role: standing });
