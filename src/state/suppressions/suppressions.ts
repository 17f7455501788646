import { type Database, done } from '../../disk/index.ts';
import { LEVELS, type Level, levelRank } from '../../windows/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Desk, type Operation, reads, writes } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { ACTIVE, hiddenBy } from './hidden.ts';
import { usualLevel } from './preview.ts';
import { boundOf, SCOPE_FIELDS, type SuppressionScope, scopeProblem } from './scope.ts';

/** A mute of the queue that ends by itself (L16, SETTLED G8). */
export interface Suppression {
  /** Given once, counted from 1. */
  readonly number: number;
  readonly scope: SuppressionScope;
  /** What the prints in the scope stand for, in the words of who made it. */
  readonly what?: string;
  /** What is above it shows at once. */
  readonly level: Level;
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** Who made it, as the audit names them. */
  readonly who: string;
  readonly createdMs: number;
  readonly endsMs: number;
  /** When somebody ended it before its time. */
  readonly endedMs: number | null;
  readonly endedBy: string | null;
  /** How many incidents it hides now. */
  readonly hides: number;
}

/** What is kept of a suppression, without what has to be counted. */
export type KeptSuppression = Omit<Suppression, 'hides'>;

export interface NewSuppression {
  readonly scope: SuppressionScope;
  /** Default: the highest level of the open incidents of which it mutes anything now, else medium. */
  readonly level?: Level;
  readonly reason: string;
  readonly owner: string;
  /** From now on, 1 to 90. */
  readonly days: number;
  /** What the prints in the scope stand for, for people. */
  readonly what?: string;
}

/** Held at once, and kept with those that ended (L15). */
export const MOST_ACTIVE = 1000;
const MOST_KEPT = 10_000;
const MOST_TEXT = 1000;
const MOST_DAYS = 90;
const DAY_MS = 86_400_000;

type Raw = Record<(typeof SCOPE_FIELDS)[number], string | null> & {
  readonly seq: number;
  readonly level: Level;
  readonly reason: string;
  readonly owner: string;
  readonly who: string;
  readonly createdMs: number;
  readonly endsMs: number;
  readonly endedMs: number | null;
  readonly endedBy: string | null;
  readonly what: string | null;
};

// The words of people have no column of their own: they stand in what was asked for.
const SELECT = `SELECT seq, ${SCOPE_FIELDS.join(', ')}, json_extract(request, '$.what') AS what, level, reason, owner, who, created_ms AS createdMs, ends_ms AS endsMs,
  ended_ms AS endedMs, ended_by AS endedBy FROM suppression`;

function listOf(hides: ReadonlyMap<number, number>): List<Raw, Suppression> {
  return { name: 'suppressions', select: SELECT, keys: ['seq'], row: (raw) => suppressionOf(raw, hides) };
}

export type AddedSuppression =
  /** `isKnown`: the same request came before; nothing was added. */
  | { readonly kind: 'added'; readonly suppression: Suppression; readonly isKnown: boolean }
  /** The key stood for another request of this person. */
  | { readonly kind: 'keyUsed' };

/** Adds a mute. The same key of the same person with the same words is the same; with others nothing is added (`keyUsed`). */
export const addSuppression: Operation<
  { readonly suppression: NewSuppression; readonly by: By; readonly idempotencyKey: string },
  AddedSuppression
> = writes((desk, { suppression, by, idempotencyKey }): Outcome<AddedSuppression> => {
  const { database } = desk;
  const problem = suppressionProblem(suppression);
  if (problem !== undefined) return refused('invalid', problem);
  const request = JSON.stringify(suppression);
  const known = database.get<{ seq: number; request: string }>(
    'SELECT seq, request FROM suppression WHERE who = ? AND key = ?',
    by.who,
    idempotencyKey,
  );
  if (known !== undefined && known.request !== request) {
    return done({ kind: 'keyUsed' });
  }
  if (known === undefined) {
    if (database.number(`SELECT count(*) FROM suppression WHERE ${ACTIVE}`, by.atMs) >= MOST_ACTIVE) {
      return refused('invalid', `There are ${MOST_ACTIVE} suppressions already; end some first.`);
    }
    insert(desk, suppression, by, idempotencyKey, request);
    makeRoom(database, by.atMs);
  }
  const seq = known?.seq ?? database.number('SELECT max(seq) FROM suppression');
  const added = oneOf(database, seq, by.atMs);
  if (added === undefined) throw new Error('a suppression that was added is not there');
  if (known === undefined) {
    const { scope, what, level, reason, owner, endsMs } = added;
    addAudit(desk, by, {
      action: 'suppression.add',
      object: `suppression/${seq}`,
      result: { scope, ...(what === undefined ? {} : { what }), level, reason, owner, endsMs },
    });
  }
  return done({ kind: 'added', suppression: added, isKnown: known !== undefined });
});

/** Ends a mute before its time: what it hid is back at once. Once more changes nothing. */
export const endSuppression: Operation<{ readonly number: number; readonly by: By }, Suppression> = writes(
  (desk, { number, by }) => {
    const { database } = desk;
    const before = oneOf(database, number, by.atMs);
    if (before === undefined) return refused('unknown', `There is no suppression ${number}.`);
    if (before.endedMs !== null || before.endsMs <= by.atMs) return done(before);
    database.run('UPDATE suppression SET ended_ms = ?, ended_by = ? WHERE seq = ?', by.atMs, by.who, number);
    addAudit(desk, by, {
      action: 'suppression.end',
      object: `suppression/${number}`,
      before: { endsMs: before.endsMs },
    });
    return done({ ...before, endedMs: by.atMs, endedBy: by.who, hides: 0 });
  },
);

export const listSuppressions: Operation<
  PageRequest & { readonly nowMs: number; readonly isActive?: boolean },
  Page<Suppression>
> = reads(({ database }, { nowMs, isActive, ...request }) => {
  const active = { sql: ACTIVE, value: nowMs };
  const ended = { sql: `NOT (${ACTIVE})`, value: nowMs };
  const conditions = isActive === undefined ? [] : [isActive ? active : ended];
  return readPage(database, listOf(hidesBy(database, nowMs)), request, {}, conditions);
});

/** Those of these numbers that are kept, in their order. */
export function suppressionsOf(database: Database, numbers: readonly number[]): readonly KeptSuppression[] {
  const sql = `${SELECT} WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`;
  return database.all<Raw>(sql, JSON.stringify(numbers)).map(keptOf);
}

/** Why a mute is none. */
function suppressionProblem({ scope, level, reason, owner, days, what }: NewSuppression): string | undefined {
  const wrong = scopeProblem(scope);
  if (wrong !== undefined) return wrong;
  for (const [name, text] of [
    ['reason', reason],
    ['owner', owner],
    ['what', what ?? 'nothing'],
  ] as const) {
    if (text.trim() === '' || text.length > MOST_TEXT) return `"${name}" has 1 to ${MOST_TEXT} characters.`;
  }
  if (level !== undefined && !LEVELS.includes(level)) return `There is no level "${level}".`;
  return Number.isInteger(days) && days >= 1 && days <= MOST_DAYS ? undefined : `It lasts 1 to ${MOST_DAYS} days.`;
}

function insert(
  { database }: Desk,
  suppression: NewSuppression,
  by: By,
  idempotencyKey: string,
  request: string,
): void {
  const level = suppression.level ?? usualLevel(database, suppression.scope);
  const columns = [
    ...SCOPE_FIELDS,
    'level',
    'level_rank',
    'reason',
    'owner',
    'who',
    'created_ms',
    'ends_ms',
    'key',
    'request',
  ];
  database.run(
    `INSERT INTO suppression (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    ...boundOf(suppression.scope),
    level,
    levelRank(level),
    suppression.reason,
    suppression.owner,
    by.who,
    by.atMs,
    by.atMs + suppression.days * DAY_MS,
    idempotencyKey,
    request,
  );
}

function oneOf(database: Database, seq: number, nowMs: number): Suppression | undefined {
  const raw = database.get<Raw>(`${SELECT} WHERE seq = ?`, seq);
  return raw === undefined ? undefined : suppressionOf(raw, hidesBy(database, nowMs));
}

/** How many incidents each suppression hides now. */
function hidesBy(database: Database, nowMs: number): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const seqs of hiddenBy(database, nowMs).values()) {
    for (const seq of seqs) counts.set(seq, (counts.get(seq) ?? 0) + 1);
  }
  return counts;
}

function suppressionOf(raw: Raw, hides: ReadonlyMap<number, number>): Suppression {
  return { ...keptOf(raw), hides: hides.get(raw.seq) ?? 0 };
}

function keptOf({ seq, ...raw }: Raw): KeptSuppression {
  const { level, reason, owner, who, createdMs, endsMs, endedMs, endedBy, what } = raw;
  const scope = Object.fromEntries(SCOPE_FIELDS.flatMap((field) => (raw[field] === null ? [] : [[field, raw[field]]])));
  return {
    number: seq,
    scope,
    ...(what === null ? {} : { what }),
    level,
    reason,
    owner,
    who,
    createdMs,
    endsMs,
    endedMs,
    endedBy,
  };
}

/** Of those that ended the oldest go beyond the bound; the audit keeps that they were. */
function makeRoom(database: Database, nowMs: number): void {
  const beyond = database.number('SELECT count(*) FROM suppression') - MOST_KEPT;
  if (beyond <= 0) return;
  database.run(
    `DELETE FROM suppression WHERE seq IN (SELECT seq FROM suppression WHERE NOT (${ACTIVE}) ORDER BY seq LIMIT ?)`,
    nowMs,
    beyond,
  );
}
