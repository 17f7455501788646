import { type Database, done } from '../../disk/index.ts';
import { nameProblem, ROLES, readPasswordText, type Standing } from '../../people/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Desk, type Operation, writes } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { MOST_PEOPLE, type Person, personOf, provedPerson, storedPerson } from './person.ts';
import { endSessionsOf } from './sessions.ts';
import { type SecondRequest, withdrawRequestsOf } from './stored-request.ts';

/** What is done to people. `password`: the text of a hash. */
export type PeopleChange =
  | {
      readonly action: 'add';
      readonly name: string;
      readonly role: Standing;
      readonly password: string;
      readonly mustChange: boolean;
    }
  | { readonly action: 'role'; readonly name: string; readonly role: Standing }
  | { readonly action: 'reset'; readonly name: string; readonly password: string };

/** A person as they are now, and the sessions that ended with it. */
export interface ChangedPerson {
  readonly person: Person;
  readonly ended: readonly number[];
  /** What this person had asked for and nobody had decided. */
  readonly withdrawn: readonly SecondRequest[];
}

/** What the audit says beside a change: who asked and who confirmed it, or that one person did it alone. */
export interface ChangeNote {
  readonly askedBy?: string;
  readonly isSinglePerson?: boolean;
}

/** Why a change cannot be made as things are; `undefined` where it can. */
export function changeProblem(database: Database, change: PeopleChange): ReturnType<typeof refused> | undefined {
  const { action, name } = change;
  if ('role' in change && change.role !== 'none' && !ROLES.includes(change.role)) {
    return refused('invalid', `There is no role "${change.role}".`);
  }
  if ('password' in change && readPasswordText(change.password) === undefined) {
    return refused('invalid', 'The password is no hash.');
  }
  const person = storedPerson(database, name);
  if (action !== 'add') return person === undefined ? refused('unknown', `There is no person ${name}.`) : undefined;
  const wrong = nameProblem(name);
  if (wrong !== undefined) return refused('invalid', wrong);
  if (person !== undefined) {
    const action = `triad user reset ${name} gives them another password, triad user role another role.`;
    return refused('exists', `There is a person ${name} already: ${action}`);
  }
  const isFull = database.number('SELECT count(*) FROM person') >= MOST_PEOPLE;
  return isFull ? refused('invalid', `There are ${MOST_PEOPLE} people, the most there may be.`) : undefined;
}

/**
 * Makes a change in the transaction of the caller. A changed role and a reset end the sessions of the person (SETTLED G20); a changed role withdraws
 * what they had asked for.
 */
export function applyChange(desk: Desk, change: PeopleChange, by: By, note: ChangeNote): Outcome<ChangedPerson> {
  const { database } = desk;
  const problem = changeProblem(database, change);
  if (problem !== undefined) return problem;
  const before = storedPerson(database, change.name);
  if (change.action === 'add') insert(database, change, by);
  else if (change.action === 'role') {
    database.run('UPDATE person SET role = ? WHERE name = ?', change.role, change.name);
  } else {
    database.run(
      'UPDATE person SET password = ?, password_ms = ?, must_change = 1 WHERE name = ?',
      change.password,
      by.atMs,
      change.name,
    );
  }
  addAudit(desk, by, {
    action: `person.${change.action}`,
    object: `person/${change.name}`,
    ...(before === undefined ? {} : { before: { role: before.role, mustChange: before.mustChange } }),
    result: { ...('role' in change ? { role: change.role } : {}), ...note },
  });
  const isOtherRole = change.action === 'role' && before?.role !== change.role;
  const isEnding = change.action === 'reset' || isOtherRole;
  const ended = before !== undefined && isEnding ? endSessionsOf(desk, before.seq, by, change.action) : [];
  const after = storedPerson(database, change.name);
  if (after === undefined) throw new Error('a person that was changed is not there');
  const withdrawn = isOtherRole ? withdrawRequestsOf(desk, change.name, by) : [];
  return done({ person: personOf(after), ended, withdrawn });
}

function insert(database: Database, change: Extract<PeopleChange, { action: 'add' }>, by: By): void {
  database.run(
    'INSERT INTO person (name, role, password, must_change, created_ms, created_by, password_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    change.name,
    change.role,
    change.password,
    change.mustChange ? 1 : 0,
    by.atMs,
    by.who,
    by.atMs,
  );
}

/**
 * A person chooses another password; all of their sessions end, this one too: a new one is begun. `was`: the kept text of the password that they proved
 * to know; `unknown` where it is another by now, or the person is barred.
 */
export const changePassword: Operation<
  { readonly name: string; readonly was: string; readonly password: string; readonly by: By },
  ChangedPerson
> = writes((desk, { name, was, password, by }) => {
  const proved = provedPerson(desk.database, { name, was });
  if (proved.kind === 'refused') return proved;
  const before = proved.value;
  desk.database.run(
    'UPDATE person SET password = ?, password_ms = ?, must_change = 0 WHERE seq = ?',
    password,
    by.atMs,
    before.seq,
  );
  addAudit(desk, by, {
    action: 'person.password',
    object: `person/${name}`,
    before: { mustChange: before.mustChange },
    result: { mustChange: false },
  });
  const ended = endSessionsOf(desk, before.seq, by, 'password');
  return done({ person: { ...personOf(before), mustChange: false, passwordMs: by.atMs }, ended, withdrawn: [] });
});
