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
