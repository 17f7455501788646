import type { Permission } from '../people/index.ts';
import type { ProblemCode } from './problem.ts';
import type { Schema } from './schemas.ts';

/** The permission that is needed (`people/permissions.ts` says who has it); `open` asks for none. */
export type Access = 'open' | Permission;

export interface RouteAnswer {
  readonly status: number;
  readonly text: string;
  readonly schema?: Schema;
  /** Of a body that is no JSON. */
  readonly type?: string;
}

/** One way in. The table below makes the router, the checks, and the OpenAPI document. */
export interface Route<Id extends string> {
  /** What it does, in one word: its handler has this name. */
  readonly id: Id;
  /** Any method where absent: the protocol of another product, which answers for itself. */
  readonly method?: 'GET' | 'POST' | 'DELETE' | 'OPTIONS';
  /** `{name}` stands for one part, `{name*}` at the end for all that follows. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers that must be there, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of a JSON body, which is read and checked before the handler. */
  readonly request?: Schema;
  /** Types of a body that the handler reads itself. */
  readonly bodies?: readonly string[];
  readonly answers: readonly RouteAnswer[];
  readonly problems?: readonly ProblemCode[];
  /** Errors are written as this product writes them; the route is not in the OpenAPI document. */
  readonly foreign?: 'elastic' | 'hec' | 'otlp';
}

/** What every list may be asked for. */
export const PAGED: Readonly<Record<'limit' | 'after', string>> = {
  limit: 'most items of one answer, 1 to 1,000 (100)',
  after: 'the cursor that the answer before gave as `next`',
};

/** Of what may be sent twice. */
export const IDEMPOTENCY_KEY: Readonly<Record<'Idempotency-Key', string>> = {
  'Idempotency-Key': 'a text of the sender, 1 to 128 characters: the same request with it acts once',
};
/** Of what was seen before it is changed. */
export const IF_MATCH: Readonly<Record<'If-Match', string>> = {
  'If-Match': 'the ETag that was seen, in its quotes',
};
