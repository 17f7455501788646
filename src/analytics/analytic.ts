import type { Strength } from '../entities/index.ts';
import { LEVELS, type Level, type Scope } from '../windows/index.ts';

/** Kinds of evidence that an analytic needs, as the coverage of a hunt can show them. */
export type EvidenceKind =
  | 'process starts'
  | 'command lines'
  | 'process starts with their own LogonId'
  | 'logons'
  | 'subscriptions'
  | 'provider loads'
  | 'connections'
  | 'files and modules'
  | 'process access'
  | 'remote calls'
  | 'share accesses'
  | 'registry changes'
  | 'WinRM sessions'
  | 'calls on the wire'
  | 'objects at rest'
  | 'whole logs';

/**
 * The declarative record of an analytic (DOMAIN 3.1): documents, navigator layers and the engine read this one source.
 * Times are milliseconds.
 */
export interface Analytic {
  /** Never reused. */
  readonly id: string;
  readonly rev: number;
  readonly title: string;
  readonly scope: Scope;
  /** What a person asks. */
  readonly question: string;
  readonly needs: readonly { readonly kind: EvidenceKind; readonly role: 'required' | 'helps' }[];
  readonly entities: readonly string[];
  readonly conditions: readonly string[];
  readonly joins: readonly { readonly id: string; readonly least: Strength }[];
  readonly windowMs: number;
  readonly lagMs: number;
  readonly level: Level;
  /** Codes of DOMAIN 3.3 that may add to or take from the level's score. */
  readonly modifiers: readonly string[];
  readonly attack: readonly { readonly new: string; readonly old: readonly string[] }[];
  readonly falsePositives: readonly { readonly what: string; readonly tell: string }[];
  /** What makes it silent. */
  readonly blind: readonly string[];
  readonly dedupe: { readonly key: readonly string[]; readonly periodMs: number };
  readonly evidenceKept: readonly string[];
  /** Ids of tests or labelled records. */
  readonly test: { readonly positive: readonly string[]; readonly negative: readonly string[] };
}

type FieldKind = 'text' | 'number' | 'list' | 'object';

const FIELDS: Readonly<Record<keyof Analytic, FieldKind>> = {
  id: 'text',
  rev: 'number',
  title: 'text',
  scope: 'text',
  question: 'text',
  needs: 'list',
  entities: 'list',
  conditions: 'list',
  joins: 'list',
  windowMs: 'number',
  lagMs: 'number',
  level: 'text',
  modifiers: 'list',
  attack: 'list',
  falsePositives: 'list',
  blind: 'list',
  dedupe: 'object',
  evidenceKept: 'list',
  test: 'object',
};

/** What is wrong with a record of the catalogue: unknown, missing or mistyped fields, a bad level or join, an id used twice. */
export function checkCatalogue(records: readonly object[]): readonly string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  for (const record of records) {
    const fields = new Map<string, unknown>(Object.entries(record));
    const id = String(fields.get('id'));
    if (ids.has(id)) problems.push(`${id}: this id is used twice`);
    ids.add(id);
    for (const [name, kind] of Object.entries(FIELDS)) {
      if (!isOfKind(fields.get(name), kind)) problems.push(`${id}: ${name} must be a ${kind}`);
    }
    for (const name of fields.keys()) {
      if (!Object.hasOwn(FIELDS, name)) problems.push(`${id}: unknown field ${name}`);
    }
    const level = fields.get('level');
    if (!LEVELS.some((known) => known === level)) problems.push(`${id}: unknown level ${String(level)}`);
    if (!/^[A-Z]\d{2}$/.test(id)) problems.push(`${id}: an id is a letter and two digits`);
  }
  return problems;
}

function isOfKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'text') return typeof value === 'string' && value !== '';
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (kind === 'list') return Array.isArray(value);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
