import type { Bound } from '../../disk/index.ts';

/** What a suppression mutes: everything that it says must hold. At least one field. */
export interface SuppressionScope {
  /** A host, by its whole name or its first label, in lower case. */
  readonly host?: string;
  /** An analytic, such as `R02`, or the id of a rule. */
  readonly analytic?: string;
  /** Fingerprint of a subscription. */
  readonly subscription?: string;
  /** Print of a payload, or of a command line. */
  readonly payload?: string;
  readonly command?: string;
  /** The only account that acted, in lower case. */
  readonly account?: string;
}

/** What an incident can be muted by: one of its members of the highest level. What is not known or not one is left out. */
export type Carrier = SuppressionScope;

export const SCOPE_FIELDS = ['host', 'analytic', 'subscription', 'payload', 'command', 'account'] as const;

/** More of them, and the incident is never hidden: what stands behind it is too much for one mute. */
export const MOST_CARRIERS = 200;

const MOST_FIELD = 512;

/** Why a scope is none; `undefined` when it is one. */
export function scopeProblem(scope: SuppressionScope): string | undefined {
  const given = SCOPE_FIELDS.filter((field) => scope[field] !== undefined);
  if (given.length === 0) return `A suppression says what it mutes: ${SCOPE_FIELDS.join(', ')}.`;
  const wrong = given.find((field) => scope[field] === '' || (scope[field] ?? '').length > MOST_FIELD);
  return wrong === undefined ? undefined : `"${wrong}" has 1 to ${MOST_FIELD} characters.`;
}

/** Only an analytic or rule, whatever it speaks of: this mutes the rule everywhere. */
export function isRuleAlone(scope: SuppressionScope): boolean {
  return SCOPE_FIELDS.every((field) => field === 'analytic' || scope[field] === undefined);
}

/** Of a scope or a carrier, in the order of `SCOPE_FIELDS`. */
export function boundOf(of: SuppressionScope): readonly Bound[] {
  return SCOPE_FIELDS.map((field) => of[field] ?? null);
}

/**
 * SQL: the carrier `c` of the incident `i` is in the scope of the suppression `s`, and the level of the incident is not above that for
 * which it was made (SETTLED G8).
 */
export const IS_MUTED: string = [
  's.level_rank >= i.level_rank',
  '(s.host IS NULL OR s.host IN (c.host, c.label))',
  ...SCOPE_FIELDS.filter((field) => field !== 'host').map((field) => `(s.${field} IS NULL OR c.${field} = s.${field})`),
].join(' AND ');

/** What a suppression finds its carriers by: of what it says the rarest, each with an index. */
const KEYS = ['subscription', 'payload', 'command', 'account', 'host', 'analytic'] as const;

/**
 * SQL: `incident`, `place` and `seq` of each carrier that a row of `active`, a table of suppressions, mutes. Each suppression goes by an index: ten of them
 * over 60,000 carriers, each looked at, took a page of the queue 430 ms, and take 12.
 */
export const MUTED: string = KEYS.flatMap((key, at) => {
  const others = KEYS.slice(0, at).map((before) => `s.${before} IS NULL AND `);
  const columns = key === 'host' ? ['host', 'label'] : [key];
  return columns.map(
    (column) => `SELECT c.incident AS incident, c.place AS place, s.seq AS seq
      FROM active s CROSS JOIN incident_carrier c ON c.${column} = s.${key} CROSS JOIN incident i ON i.id = c.incident
      WHERE ${others.join('')}s.${key} IS NOT NULL AND ${IS_MUTED}`,
  );
}).join(' UNION ALL ');
