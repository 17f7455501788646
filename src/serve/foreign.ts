import type { AuthorizationOptions } from '../accounts/index.ts';
import { type ApiAnswer, type Problem, type Route, statusOf } from '../api/index.ts';
import { elasticError, hecRefusal, otlpEncodingOf, otlpError, otlpStatus } from '../receive/index.ts';

type Headers = Readonly<Record<string, string | undefined>>;
type Reply = Pick<ApiAnswer, 'status' | 'body'> & { readonly type: string };

/** What is another product's about a protocol of its own. */
interface ForeignProtocol {
  /** How its clients present a key. */
  readonly keys: AuthorizationOptions;
  /** Headers that every answer bears. */
  readonly headers: Readonly<Record<string, string>>;
  /** A refusal as its clients read it. */
  reply(problem: Problem, request: Headers): Reply;
}

const PROTOCOLS: Readonly<Record<NonNullable<Route['foreign']>, ForeignProtocol>> = {
  elastic: {
    keys: {},
    headers: { 'x-elastic-product': 'Elasticsearch' },
    reply: (problem) => {
      const status = statusOf(problem.code);
      const { body } = elasticError(status, problem.detail ?? problem.code, problem.retryAfterMs);
      return { status, body, type: 'application/json' };
    },
  },
  hec: {
    // A key in the query stays refused, as SERVE 1.2 says: it would end up in logs.
    keys: { carriers: ['splunk', 'basic'], isAnyUser: true },
    headers: {},
    reply: ({ code, detail }) => ({ ...hecRefusal(code, detail), type: 'application/json' }),
  },
  otlp: {
    keys: { carriers: ['bearer', 'basic', 'apikey'] },
    headers: {},
    reply: ({ code, detail }, request) => {
      const status = otlpStatus(statusOf(code));
      return { status, ...otlpError(status, detail ?? code, otlpEncodingOf(request['content-type']) ?? 'json') };
    },
  },
};

/** How a key may come to a route. */
export function keysOf({ foreign }: Route): AuthorizationOptions {
  return foreign === undefined ? { carriers: ['bearer'] } : PROTOCOLS[foreign].keys;
}

/** Headers that every answer of a protocol bears. */
export function foreignHeaders({ foreign }: Route): Readonly<Record<string, string>> {
  return foreign === undefined ? {} : PROTOCOLS[foreign].headers;
}

/** A refusal as the clients of another product read it; undefined on a route of ours. */
export function foreignReply({ foreign }: Route, problem: Problem, request: Headers): Reply | undefined {
  return foreign === undefined ? undefined : PROTOCOLS[foreign].reply(problem, request);
}
/** Refusals that pass by: a key is renewed, a disk freed, a server started again. */
const PASSING: ReadonlySet<number> = new Set([401, 403, 408, 429, 500, 503]);

/**
 * True when a refusal is better left unsaid, and the connection ended. omelasticsearch of rsyslog takes every answer to `_bulk` but one with items for the
 * end of the matter and lets go of its events; a connection that breaks makes it wait and send them again. It is known
 * by saying nothing of itself: every other shipper has a `User-Agent`.
 */
export function isBetterUnsaid(
  { foreign }: Route,
  { method, headers }: { readonly method: string; readonly headers: Readonly<Record<string, string | undefined>> },
  status: number,
): boolean {
  return foreign === 'elastic' && method === 'POST' && headers['user-agent'] === undefined && PASSING.has(status);
}
