import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preconditionProblem } from './preconditions.ts';
import { IDEMPOTENCY_KEY, IF_MATCH } from './route.ts';
import { ROUTES } from './routes.ts';

const codeOf = (named: Readonly<Record<string, string>>, sent: Readonly<Record<string, string>>): string | undefined =>
  preconditionProblem({ headers: named }, sent)?.code;

test('an Idempotency-Key has 1 to 128 characters, on every route that names it', () => {
  for (const route of ROUTES) {
    const isNamed = 'Idempotency-Key' in (route.headers ?? {});
    const problem = preconditionProblem(route, { 'if-match': '"1"' });
    assert.equal(problem?.code, isNamed ? 'bad_request' : undefined, route.path);
  }
  assert.equal(codeOf(IDEMPOTENCY_KEY, { 'idempotency-key': '' }), 'bad_request');
  assert.equal(codeOf(IDEMPOTENCY_KEY, { 'idempotency-key': 'k' }), undefined);
  assert.equal(codeOf(IDEMPOTENCY_KEY, { 'idempotency-key': 'k'.repeat(128) }), undefined);
  assert.equal(codeOf(IDEMPOTENCY_KEY, { 'idempotency-key': 'k'.repeat(129) }), 'bad_request');
});

test('If-Match is one tag in quotes, on every route that names it', () => {
  for (const route of ROUTES) {
    const isNamed = 'If-Match' in (route.headers ?? {});
    const problem = preconditionProblem(route, { 'idempotency-key': 'k' });
    assert.equal(problem?.code, isNamed ? 'precondition_required' : undefined, route.path);
  }
  for (const tag of ['', '*', '1', 'W/"1"', '"1', '"1", "2"', '"1" "2"'])
    assert.equal(codeOf(IF_MATCH, { 'if-match': tag }), 'bad_request', tag);
  for (const tag of ['"1"', ' "1" ', '"2027-04-01"', '""', '"any"'])
    assert.equal(codeOf(IF_MATCH, { 'if-match': tag }), undefined, tag);
});
