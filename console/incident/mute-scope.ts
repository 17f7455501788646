import type { CarrierDocument, ScopesDocument } from '../../src/api/index.ts';

/** What a mute may say, in the order in which it is asked for. All of it must hold. */
export const SCOPE_FIELDS = ['subscription', 'payload', 'command', 'account', 'host', 'analytic'] as const;
export type ScopeField = (typeof SCOPE_FIELDS)[number];
export type Scope = Readonly<Partial<Record<ScopeField, string>>>;

type Fields = Readonly<Record<string, string>>;

/** What the members that carry its level have of each field: these are the choices. */
export function valuesOf({ carriers }: Pick<ScopesDocument, 'carriers'>, field: ScopeField): readonly string[] {
  return [...new Set(carriers.flatMap((carrier) => carrier[field] ?? []))];
}

/**
 * What is chosen: what the person took, else the fingerprint of a subscription (SETTLED G8), else the next best content, else a rule; on the host, where
 * all that carries the level is on one.
 */
export function chosenScope(scopes: Pick<ScopesDocument, 'carriers'>, fields: Fields): Scope {
  const first = SCOPE_FIELDS.find(
    (field) => field !== 'account' && field !== 'host' && valuesOf(scopes, field).length > 0,
  );
  const hosts = valuesOf(scopes, 'host');
  const usual = (field: ScopeField): string => {
    if (field === first) return valuesOf(scopes, field)[0] ?? '';
    return field === 'host' && (hosts.length === 1 || first === 'analytic' || first === undefined)
      ? (hosts[0] ?? '')
      : '';
  };
  const chosen = SCOPE_FIELDS.map((field) => [field, fields[`scope.${field}`] ?? usual(field)] as const);
  return Object.fromEntries(chosen.filter(([, value]) => value !== ''));
}

/** The same as fields of a draft, "any" too: what was shown stays chosen, whatever is found later. */
export function usualScope(scopes: Pick<ScopesDocument, 'carriers'>): Fields {
  const scope = chosenScope(scopes, {});
  return Object.fromEntries(SCOPE_FIELDS.map((field) => [`scope.${field}`, scope[field] ?? '']));
}

/** True of a choice that a draft kept from before: the incident tells it no more. */
export function isGone(scopes: Pick<ScopesDocument, 'carriers'>, scope: Scope): boolean {
  return SCOPE_FIELDS.some((field) => {
    const value = scope[field];
    return value !== undefined && !valuesOf(scopes, field).includes(value);
  });
}

/** A rule for everybody and everywhere: only engineers mute that. */
export function isRuleAlone(scope: Scope): boolean {
  return scope.analytic !== undefined && Object.keys(scope).length === 1;
}

/** How many of the members that carry the level a scope mutes: one line may stand for several of them. */
export function mutedOf({ carriers }: Pick<ScopesDocument, 'carriers'>, scope: Scope): number {
  return carriers.reduce((sum, carrier) => sum + (isMuted(carrier, scope) ? carrier.count : 0), 0);
}

function isMuted(carrier: CarrierDocument, scope: Scope): boolean {
  return SCOPE_FIELDS.every((field) => scope[field] === undefined || carrier[field] === scope[field]);
}
