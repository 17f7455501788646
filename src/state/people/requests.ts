import { done } from '../../disk/index.ts';
import { mayRole } from '../../people/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Desk, type Operation, reads, writes } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { type Condition, type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { applyChange, type ChangedPerson, changeProblem, type PeopleChange } from './changes.ts';
import { confirmingPeople, type Person, storedPerson } from './person.ts';
import { type RawRequest, readRequest, requestOf, SELECT_REQUESTS, type SecondRequest } from './stored-request.ts';

/** What the state does itself when it is confirmed; the rest is done by who asks it to decide. */
const OF_PEOPLE = 'person.';
/** How long a request waits for a second person. */
export const REQUEST_MS = 86_400_000;
const MOST_OPEN = 100;
const MOST_KEPT = 10_000;

/** What came of a change that was asked for: it is done, or waits. */
export type AskedChange =
  | ({ readonly kind: 'done' } & ChangedPerson)
  | { readonly kind: 'waits'; readonly request: SecondRequest };

/**
 * Asks for a change of people. With at most one person who could confirm it is made at once, and the audit says so (SERVE 0.1: 23); else it waits
 * a day for another one.
 */
export const askChange: Operation<{ readonly change: PeopleChange; readonly by: By }, AskedChange> = writes(
  (desk, { change, by }): Outcome<AskedChange> => {
    const { database } = desk;
    const problem = changeProblem(database, change);
    if (problem !== undefined) return problem;
    if (confirmingPeople(database) <= 1) {
      const applied = applyChange(desk, change, by, { isSinglePerson: true });
      return applied.kind === 'refused' ? applied : done({ kind: 'done', ...applied.value });
    }
    const { action, name, ...rest } = change;
    const { password, ...fields } = { password: null, ...rest };
    return wait(desk, { action: `person.${action}`, object: `person/${name}`, fields, password }, by);
  },
);

/** Something that is done outside of the state, once another person confirmed it. */
export interface SecondAct {
  readonly action: string;
  readonly object: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export type AskedSecond = { readonly kind: 'alone' } | { readonly kind: 'waits'; readonly request: SecondRequest };

/** Asks whether a second person has to confirm: `alone` where there is none who could, and it may be done at once. */
export const askSecond: Operation<{ readonly act: SecondAct; readonly by: By }, AskedSecond> = writes(
  (desk, { act, by }): Outcome<AskedSecond> =>
    confirmingPeople(desk.database) <= 1 ? done({ kind: 'alone' }) : wait(desk, { ...act, password: null }, by),
);

function wait(
  desk: Desk,
  { action, object, fields, password }: SecondAct & { readonly password: string | null },
  by: By,
): Outcome<{ readonly kind: 'waits'; readonly request: SecondRequest }> {
  const { database } = desk;
  const open = database.number("SELECT count(*) FROM second_request WHERE state = 'open' AND ends_ms > ?", by.atMs);
  if (open >= MOST_OPEN) {
    return refused('invalid', `${MOST_OPEN} requests wait already; let somebody decide about them first.`);
  }
  database.run(
    `INSERT INTO second_request (action, object, fields, password, asked_by, asked_ms, ends_ms, state)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'open')`,
    action,
    object,
    JSON.stringify(fields),
    password,
    by.who,
    by.atMs,
    by.atMs + REQUEST_MS,
  );
  makeRoom(desk);
  const request = readRequest(desk, database.number('SELECT max(seq) FROM second_request'), by.atMs);
  if (request === undefined) throw new Error('a request that was added is not there');
  addAudit(desk, by, { action: `${action}.ask`, object, result: { request: request.number, ...fields } });
  return done({ kind: 'waits', request });
}

export const listRequests: Operation<
  PageRequest & { readonly nowMs: number; readonly isOpen?: boolean },
  Page<SecondRequest>
> = reads(({ database }, { nowMs, isOpen, ...request }) => {
  const open = "state = 'open' AND ends_ms > ?";
  const conditions: Condition[] = isOpen === undefined ? [] : [{ sql: isOpen ? open : `NOT (${open})`, value: nowMs }];
  const list: List<RawRequest, SecondRequest> = {
    name: 'requests',
    select: SELECT_REQUESTS,
    keys: ['seq'],
    row: (raw) => requestOf(raw, nowMs),
  };
  return readPage(database, list, request, {}, conditions);
});

/** What somebody decided about a request. `person`: as they are then, where it was confirmed. */
export interface DecidedRequest {
  readonly request: SecondRequest;
  readonly person: Person | null;
  readonly ended: readonly number[];
  readonly withdrawn: readonly SecondRequest[];
}

/** The request where `decideRequest` would confirm it now, for what is done before it is confirmed; refused as that does. */
export const confirmable: Operation<{ readonly number: number; readonly by: By }, SecondRequest> = reads(
  (desk, { number, by }) => decidable(desk, { number, by, isConfirmed: true }),
);

/**
 * Confirms a request, or refuses it. Never by who asked, who may withdraw it: the token of this machine counts as one, whoever holds it.
 * Refused as `exists` where it is decided or over.
 */
export const decideRequest: Operation<
  { readonly number: number; readonly isConfirmed: boolean; readonly by: By },
  DecidedRequest
> = writes((desk, { number, isConfirmed, by }): Outcome<DecidedRequest> => {
  const { database } = desk;
  const found = decidable(desk, { number, isConfirmed, by });
  if (found.kind === 'refused') return found;
  const before = found.value;
  const state = isConfirmed ? 'confirmed' : isSame(before.askedBy, by.who) ? 'withdrawn' : 'refused';
  const { password } = database.get<{ password: string | null }>(
    'SELECT password FROM second_request WHERE seq = ?',
    number,
  ) ?? { password: null };
  database.run(
    'UPDATE second_request SET state = ?, decided_by = ?, decided_ms = ?, password = NULL WHERE seq = ?',
    state,
    by.who,
    by.atMs,
    number,
  );
  addAudit(desk, by, { action: `request.${state}`, object: `request/${number}`, before: { askedBy: before.askedBy } });
  const request: SecondRequest = { ...before, state, decidedBy: by.who, decidedMs: by.atMs };
  if (!isConfirmed || !request.action.startsWith(OF_PEOPLE)) {
    return done({ request, person: null, ended: [], withdrawn: [] });
  }
  const applied = applyChange(desk, changeOf(request, password), by, { askedBy: before.askedBy });
  return applied.kind === 'refused' ? applied : done({ request, ...applied.value });
});

function decidable(
  desk: Desk,
  { number, isConfirmed, by }: { readonly number: number; readonly isConfirmed: boolean; readonly by: By },
): Outcome<SecondRequest> {
  const before = readRequest(desk, number, by.atMs);
  if (before === undefined) return refused('unknown', `There is no request ${number}.`);
  if (before.state !== 'open') return refused('exists', `Request ${number} is ${before.state}.`);
  if (isConfirmed && isSame(before.askedBy, by.who)) {
    return refused('exists', 'Another admin or engineer has to confirm this; who asked for it may only withdraw it.');
  }
  if (isConfirmed && !mayAskStill(desk, before)) {
    return refused('exists', `${before.askedBy} may not ask for this any more; it can only be refused.`);
  }
  return done(before);
}

/** A person who was barred or lowered since asks for nothing; the token of this machine and keys are no persons. */
function mayAskStill({ database }: Desk, { action, askedBy }: SecondRequest): boolean {
  const asker = storedPerson(database, askedBy);
  if (asker === undefined) return true;
  return asker.role !== 'none' && mayRole(asker.role, action.startsWith(OF_PEOPLE) ? 'admin:people' : 'admin:holds');
}

function changeOf({ action, object, fields }: SecondRequest, password: string | null): PeopleChange {
  const change = { ...fields, action: action.slice(OF_PEOPLE.length), name: object.slice('person/'.length) };
  return { ...change, ...(password === null ? {} : { password }) } as PeopleChange;
}

/** One person, or the token of this machine on both sides. */
function isSame(one: string, other: string): boolean {
  return one === other || (one.startsWith('local:') && other.startsWith('local:'));
}

/** The oldest go beyond the bound; the audit keeps that they were. Hashes of what is over go at once. */
function makeRoom({ database }: Desk): void {
  database.run('DELETE FROM second_request WHERE seq <= (SELECT max(seq) FROM second_request) - ?', MOST_KEPT);
}
