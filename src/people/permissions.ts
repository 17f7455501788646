import { ROLES, type Role } from './roles.ts';

/**
 * What a route asks for, beyond being open. The words that keys know are scopes of theirs (`accounts/scopes.ts`); `own` and
 * `confirm` are of people.
 */
export type Permission =
  | 'own'
  | 'read'
  | 'read:health'
  | 'read:evidence'
  | 'read:audit'
  | 'analyst'
  | 'engineer'
  | 'confirm'
  | 'admin:incidents'
  | 'admin:senders'
  | 'admin:people'
  | 'admin:holds'
  | 'ingest'
  | 'ingest:write:ndjson'
  | 'ingest:write:hec'
  | 'ingest:write:otlp';

/** What a key needs for it, in the words of keys. */
export type KeyNeed =
  | 'read'
  | 'read:health'
  | 'analyst'
  | 'engineer'
  | `admin:${string}`
  | 'ingest'
  | `ingest:write:${string}`;

/** Who has a permission. */
export interface PermissionRow {
  /** What it lets people do, as the documents say it. */
  readonly what: string;
  readonly roles: readonly Role[];
  /** Keys: by a scope that covers this need; the token of this machine alone; or none of them. */
  readonly keys: KeyNeed | 'local' | 'none';
  /** Roles whose act waits for a second person ("a" of TRUST 6.1). */
  readonly second?: readonly Role[];
  /** Roles whose use of it is written to the audit, each time. */
  readonly logged?: readonly Role[];
}

const ADMIN: readonly Role[] = ['admin'];
const ENGINEERS: readonly Role[] = ['engineer', 'admin'];
const ANALYSTS: readonly Role[] = ['analyst', ...ENGINEERS];

/** The permission matrix (TRUST 6.1), one row a permission. */
export const PERMISSIONS: Readonly<Record<Permission, PermissionRow>> = {
  own: { what: 'their own session, sessions, password, and what they opened', roles: ROLES, keys: 'none' },
  read: { what: 'read incidents, dossiers, hosts, rules, and who there is', roles: ROLES, keys: 'read' },
  'read:health': { what: 'read health and metrics', roles: ROLES, keys: 'read:health' },
  'read:evidence': {
    what: 'read raw evidence: records, search, dead letters, reports',
    roles: [...ANALYSTS, 'auditor'],
    keys: 'read',
    logged: ['auditor'],
  },
  'read:audit': { what: 'read the audit', roles: ['admin', 'auditor'], keys: 'admin:audit' },
  analyst: { what: 'suppress: up to 7 days, engineers and admins 90', roles: ANALYSTS, keys: 'analyst' },
  'admin:incidents': {
    what: 'acknowledge, assign, judge, contain, close, note',
    roles: ANALYSTS,
    keys: 'admin:incidents',
  },
  engineer: {
    what: 'pins, sinks, reading dead letters again, testing rules on what is stored',
    roles: ENGINEERS,
    keys: 'engineer',
  },
  confirm: { what: 'confirm or refuse what another person asked for', roles: ENGINEERS, keys: 'local' },
  'admin:senders': { what: 'senders and keys', roles: ADMIN, keys: 'admin:senders' },
  'admin:people': { what: 'people and their roles', roles: ADMIN, keys: 'local', second: ADMIN },
  'admin:holds': { what: 'hold and release evidence', roles: ADMIN, keys: 'admin:holds', second: ADMIN },
  ingest: { what: 'greet as a shipper', roles: [], keys: 'ingest' },
  'ingest:write:ndjson': { what: 'bring events', roles: [], keys: 'ingest:write:ndjson' },
  'ingest:write:hec': { what: 'bring events by HEC', roles: [], keys: 'ingest:write:hec' },
  'ingest:write:otlp': { what: 'bring events by OTLP', roles: [], keys: 'ingest:write:otlp' },
};

export function mayRole(role: Role, permission: Permission): boolean {
  return PERMISSIONS[permission].roles.includes(role);
}

/** The words that keys have for what a role may: where a handler asks how far something may go. */
export function scopesOfRole(role: Role): readonly ('read' | 'analyst' | 'engineer' | 'admin:*')[] {
  if (role === 'admin') return ['admin:*'];
  return role === 'analyst' || role === 'engineer' ? [role] : ['read'];
}
