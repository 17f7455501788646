/** What a key may do (TRUST 2; `read:health` of SERVE 0.1 point 25). */
export type Scope =
  | 'ingest:write'
  | `ingest:write:${string}`
  | 'read'
  | 'read:health'
  | 'analyst'
  | 'engineer'
  | 'admin:*';

/** What a route asks for: a scope of one protocol, any ingest scope (a client's first greeting), reading, or an act of administration. */
export type Need =
  | `ingest:write:${string}`
  | 'ingest'
  | 'read'
  | 'read:health'
  | 'analyst'
  | 'engineer'
  | `admin:${string}`;

const INGEST = /^ingest:write(?::[a-z0-9-]{1,32})?$/;
const OTHERS: readonly string[] = ['read', 'read:health', 'analyst', 'engineer', 'admin:*'];
/** What people do, beyond reading (TRUST 6.1): an analyst works on incidents and mutes for days, an engineer also pins. */
const OF_ANALYSTS: readonly Need[] = ['analyst', 'admin:incidents'];
const OF_ENGINEERS: readonly Need[] = [...OF_ANALYSTS, 'engineer'];

/**
 * Whether a scope is enough. Ingest never reads; `read` includes the health; analysts and engineers read too; `admin:*` reads and administers, but brings no events:
 * those need a sender who answers for them.
 */
export function covers(scope: Scope, need: Need): boolean {
  if (INGEST.test(scope))
    return need === 'ingest' || need === scope || (scope === 'ingest:write' && need.startsWith('ingest:write:'));
  if (need === 'ingest' || need.startsWith('ingest:')) return false;
  if (scope === 'admin:*') return true;
  if (scope === need || (scope !== 'read:health' && need === 'read:health')) return true;
  if (scope === 'analyst') return need === 'read' || OF_ANALYSTS.includes(need);
  return scope === 'engineer' && (need === 'read' || OF_ENGINEERS.includes(need));
}

/** Why a key may not have these scopes; `undefined` when it may. A key that brings events can do nothing else (TRUST 2). */
export function scopesProblem(scopes: readonly string[]): string | undefined {
  const unknown = scopes.find((scope) => !INGEST.test(scope) && !OTHERS.includes(scope));
  if (unknown !== undefined) return `There is no scope ${JSON.stringify(unknown)}.`;
  const ingest = scopes.filter((scope) => INGEST.test(scope)).length;
  if (scopes.length === 0) return 'A key needs a scope.';
  if (scopes.length > 16) return 'A key has at most 16 scopes.';
  if (ingest > 0 && ingest < scopes.length) return 'A key that writes events cannot read or administer; make two keys.';
  return undefined;
}
