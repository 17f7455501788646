import { type Database, done } from '../../disk/index.ts';
import { CONFIRMING, type Standing } from '../../people/index.ts';
import { type Operation, reads } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';

/** A person, without the hash of the password. Times are Unix milliseconds. */
export interface Person {
  readonly name: string;
  /** `none`: barred. */
  readonly role: Standing;
  /** The password was given out, and is good for nothing but to choose another one. */
  readonly mustChange: boolean;
  readonly createdMs: number;
  readonly createdBy: string;
  readonly passwordMs: number;
  readonly signedInMs: number | null;
}

/** A person as the state has it, for who signs in. `seq` is theirs for ever. */
export interface StoredPerson extends Person {
  readonly seq: number;
  readonly password: string;
}

interface RawPerson extends Omit<StoredPerson, 'mustChange'> {
  readonly mustChange: number;
}

const SELECT = `SELECT seq, name, role, password, must_change AS mustChange, created_ms AS createdMs, created_by AS createdBy,
  password_ms AS passwordMs, signed_in_ms AS signedInMs FROM person`;

const PEOPLE: List<RawPerson, Person> = { name: 'people', select: SELECT, keys: ['seq'], row: (raw) => personOf(raw) };

/** Most people that there may be: those who are barred stay, for what they did bears their names. */
export const MOST_PEOPLE = 10_000;

export const findPerson: Operation<{ readonly name: string }, StoredPerson | null> = reads(({ database }, { name }) =>
  done(storedPerson(database, name) ?? null),
);

export const listPeople: Operation<PageRequest, Page<Person>> = reads(({ database }, request) =>
  readPage(database, PEOPLE, request),
);

/** How many people there are, and of them those who may confirm what another asks for. */
export const countPeople: Operation<null, { readonly people: number; readonly confirming: number }> = reads(
  ({ database }) =>
    done({ people: database.number('SELECT count(*) FROM person'), confirming: confirmingPeople(database) }),
);

/** A one-time password that nobody changed for so long is told: whoever saw it can still take up the account. */
const GIVEN_LONG_MS = 7 * 86_400_000;
const MOST_GIVEN = 3;

/** People who may sign in and never changed the password that was given to them more than 7 days ago: how many, and of them the longest ago. */
export interface GivenLongAgo {
  readonly count: number;
  readonly people: readonly Pick<Person, 'name' | 'passwordMs'>[];
}

export const givenLongAgo: Operation<{ readonly nowMs: number }, GivenLongAgo> = reads(({ database }, { nowMs }) => {
  const where = "FROM person WHERE must_change = 1 AND role <> 'none' AND password_ms < ?";
  const beforeMs = nowMs - GIVEN_LONG_MS;
  return done({
    count: database.number(`SELECT count(*) ${where}`, beforeMs),
    people: database.all<GivenLongAgo['people'][number]>(
      `SELECT name, password_ms AS passwordMs ${where} ORDER BY password_ms, seq LIMIT ${MOST_GIVEN}`,
      beforeMs,
    ),
  });
});

export function storedPerson(database: Database, name: string): StoredPerson | undefined {
  const raw = database.get<RawPerson>(`${SELECT} WHERE name = ?`, name);
  return raw === undefined ? undefined : { ...raw, mustChange: raw.mustChange === 1 };
}

/** The person, while the password that was proved is the one that is kept: a reset and a change win over what was hashed meanwhile. */
export function provedPerson(
  database: Database,
  { name, was }: { readonly name: string; readonly was: string },
): Outcome<StoredPerson> {
  const person = storedPerson(database, name);
  const isProved = person !== undefined && person.role !== 'none' && person.password === was;
  return isProved ? done(person) : refused('unknown', 'There is no person of this name and password.');
}

/**
 * People who could confirm what another asks for. One who never took up the first password that was given out is none: nobody may have it, and every change would
 * wait for them.
 */
export function confirmingPeople(database: Database): number {
  const places = CONFIRMING.map(() => '?').join(', ');
  const isWaitedFor = 'must_change = 1 AND (signed_in_ms IS NULL OR password_ms = created_ms)';
  return database.number(
    `SELECT count(*) FROM person WHERE role IN (${places}) AND NOT (${isWaitedFor})`,
    ...CONFIRMING,
  );
}

export function personOf({ seq: _, password: __, mustChange, ...rest }: RawPerson | StoredPerson): Person {
  return { ...rest, mustChange: mustChange === true || mustChange === 1 };
}
