import { type ApiAnswer, type Problem, type Route, statusOf } from '../api/index.ts';
import { elasticError } from '../receive/index.ts';

/** Headers that every answer of a protocol bears. */
export function foreignHeaders({ foreign }: Route): Readonly<Record<string, string>> {
  return foreign === 'elastic' ? { 'x-elastic-product': 'Elasticsearch' } : {};
}

/** A refusal as the clients of another product read it. */
export function foreignReply(problem: Problem): Pick<ApiAnswer, 'status' | 'type' | 'body'> {
  const { status, body } = elasticError(statusOf(problem.code), problem.detail ?? problem.code, problem.retryAfterMs);
  return { status, body, type: 'application/json' };
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
