import { done } from '../../disk/index.ts';
import { endOfSession, IDLE_MS, LIFETIME_MS, MOST_SESSIONS, type Standing } from '../../people/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Desk, type Operation, reads, writes } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type Condition, type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { provedPerson } from './person.ts';

/** Why a session ended. `replaced`: by another one of the same browser. */
export type SessionEnd =
  | 'signedOut'
  | 'ended'
  | 'idle'
  | 'lifetime'
  | 'replaced'
  | 'role'
  | 'reset'
  | 'password'
  | 'tooMany';

/** A session as it is listed: its number names it, its secret is kept nowhere. */
export interface Session {
  readonly number: number;
  readonly person: string;
  readonly createdMs: number;
  /** When a person last did something with it. */
  readonly seenMs: number;
  readonly endsMs: number;
  readonly peer: string;
  readonly agent: string;
  readonly endedMs: number | null;
  readonly endedBy: string | null;
  readonly endReason: SessionEnd | null;
}

/** An open session with what its person may do. */
export interface OpenSession extends Session {
  readonly role: Standing;
  readonly mustChange: boolean;
}

type Raw = Omit<Session, 'number'> & { readonly seq: number };

const COLUMNS = `s.seq AS seq, p.name AS person, s.created_ms AS createdMs, s.seen_ms AS seenMs, s.ends_ms AS endsMs, s.peer AS peer,
  s.agent AS agent, s.ended_ms AS endedMs, s.ended_by AS endedBy, s.end_reason AS endReason`;
const FROM = 'FROM session s JOIN person p ON p.seq = s.person';
const SESSIONS: List<Raw, Session> = {
  name: 'sessions',
  select: `SELECT * FROM (SELECT ${COLUMNS} ${FROM})`,
  keys: ['seq'],
  row: ({ seq, ...rest }) => ({ number: seq, ...rest }),
};

const MOST_AGENT = 200;
/** Sessions that ended are listed so long; the audit keeps that they were. */
const KEEP_MS = 2_592_000_000;

export interface NewSession {
  readonly person: string;
  /** The kept text of the password that they proved to know. */
  readonly was: string;
  readonly sha256: Uint8Array;
  readonly peer: string;
  readonly agent: string;
  /** Of the session that the same browser had before: it ends. */
  readonly replaces?: Uint8Array;
}

/** Begins a session of a person who proved to be one. `unknown` where they are barred or gone by now, or their password is another. */
export const beginSession: Operation<
  { readonly session: NewSession; readonly by: By },
  { readonly session: OpenSession; readonly ended: readonly number[] }
> = writes((desk, { session, by }) => {
  const { database } = desk;
  const proved = provedPerson(database, { name: session.person, was: session.was });
  if (proved.kind === 'refused') return proved;
  const person = proved.value;
  const ended: number[] = [];
  if (session.replaces !== undefined) {
    const old = database.get<{ seq: number }>(
      'SELECT seq FROM session WHERE sha256 = ? AND ended_ms IS NULL',
      session.replaces,
    );
    if (old !== undefined) ended.push(...endThese(desk, [old.seq], by, 'replaced'));
  }
  const open = database.all<{ seq: number }>(
    'SELECT seq FROM session WHERE person = ? AND ended_ms IS NULL ORDER BY seen_ms DESC, seq DESC',
    person.seq,
  );
  ended.push(
    ...endThese(
      desk,
      open.slice(MOST_SESSIONS - 1).map(({ seq }) => seq),
      by,
      'tooMany',
    ),
  );
  database.run(
    'INSERT INTO session (sha256, person, created_ms, seen_ms, ends_ms, peer, agent) VALUES (?, ?, ?, ?, ?, ?, ?)',
    session.sha256,
    person.seq,
    by.atMs,
    by.atMs,
    by.atMs + LIFETIME_MS,
    session.peer,
    session.agent.slice(0, MOST_AGENT).toWellFormed(),
  );
  database.run('UPDATE person SET signed_in_ms = ? WHERE seq = ?', by.atMs, person.seq);
  const begun = openSession(desk, session.sha256);
  if (begun === undefined) throw new Error('a session that was added is not there');
  addAudit(desk, by, {
    action: 'session.begin',
    object: `session/${begun.number}`,
    result: { person: person.name, role: person.role, address: session.peer },
  });
  return done({ session: begun, ended });
});

/** The session of a secret, while it stands; what its time has ended is not found. */
export const findSession: Operation<{ readonly sha256: Uint8Array; readonly nowMs: number }, OpenSession | null> =
  reads((desk, { sha256, nowMs }) => {
    const found = openSession(desk, sha256);
    return done(found === undefined || endOfSession(found, nowMs) !== undefined ? null : found);
  });

export const listSessions: Operation<
  PageRequest & { readonly person?: string; readonly isOpen?: boolean },
  Page<Session>
> = reads(({ database }, { person, isOpen, ...request }) => {
  const conditions: Condition[] = [];
  if (person !== undefined) conditions.push({ sql: 'person = ?', value: person });
  if (isOpen !== undefined) conditions.push({ sql: '(endedMs IS NULL) = ?', value: isOpen ? 1 : 0 });
  return readPage(database, SESSIONS, request, {}, conditions);
});

/** Ends a session; once more changes nothing. With `person` it must be theirs, else it is `unknown`. */
export const endSession: Operation<
  { readonly number: number; readonly person?: string; readonly reason: SessionEnd; readonly by: By },
  Session
> = writes((desk, { number, person, reason, by }) => {
  const select = `${SESSIONS.select} WHERE seq = ?`;
  const before = desk.database.get<Raw>(select, number);
  if (before === undefined || (person !== undefined && before.person !== person)) {
    return refused('unknown', `There is no session ${number}.`);
  }
  endThese(desk, [number], by, reason);
  return done(SESSIONS.row(desk.database.get<Raw>(select, number) ?? before));
});

/** Writes when sessions were last used by a person. */
export const noteSessionUses: Operation<
  { readonly uses: readonly { readonly number: number; readonly seenMs: number }[] },
  null
> = writes(({ database }, { uses }) => {
  for (const { number, seenMs } of uses) {
    database.run('UPDATE session SET seen_ms = ? WHERE seq = ? AND seen_ms < ?', seenMs, number, seenMs);
  }
  return done(null);
});

/** Ends what has stood too long, and lets go of what ended long ago; gives the numbers of what ended. */
export const sweepSessions: Operation<{ readonly nowMs: number }, { readonly ended: readonly number[] }> = writes(
  (desk, { nowMs }) => {
    const { database } = desk;
    const over = database.all<{ seq: number; seenMs: number; endsMs: number }>(
      `SELECT seq, seen_ms AS seenMs, ends_ms AS endsMs FROM session
        WHERE ended_ms IS NULL AND (seen_ms <= ? OR ends_ms <= ?)`,
      nowMs - IDLE_MS,
      nowMs,
    );
    const by = { who: 'server', atMs: nowMs };
    const ended = over.flatMap((one) => {
      const reason = endOfSession(one, nowMs);
      return reason === undefined ? [] : endThese(desk, [one.seq], by, reason);
    });
    database.run('DELETE FROM session WHERE ended_ms < ?', nowMs - KEEP_MS);
    return done({ ended });
  },
);

/** Ends the sessions of a person but one; gives their numbers. */
export function endSessionsOf(desk: Desk, person: number, by: By, reason: SessionEnd, but = 0): readonly number[] {
  const open = desk.database.all<{ seq: number }>(
    'SELECT seq FROM session WHERE person = ? AND ended_ms IS NULL AND seq <> ?',
    person,
    but,
  );
  return endThese(
    desk,
    open.map(({ seq }) => seq),
    by,
    reason,
  );
}

function endThese(desk: Desk, numbers: readonly number[], by: By, reason: SessionEnd): readonly number[] {
  return numbers.filter((number) => {
    const changed = desk.database.run(
      'UPDATE session SET ended_ms = ?, ended_by = ?, end_reason = ? WHERE seq = ? AND ended_ms IS NULL',
      by.atMs,
      by.who,
      reason,
      number,
    );
    if (changed === 0) return false;
    const person = desk.database.get<{ name: string }>(`SELECT p.name AS name ${FROM} WHERE s.seq = ?`, number)?.name;
    addAudit(desk, by, { action: 'session.end', object: `session/${number}`, result: { person, reason } });
    return true;
  });
}

function openSession({ database }: Desk, sha256: Uint8Array): OpenSession | undefined {
  type Found = Raw & { readonly role: Standing; readonly mustChange: number };
  const raw = database.get<Found>(
    `SELECT ${COLUMNS}, p.role AS role, p.must_change AS mustChange ${FROM} WHERE s.sha256 = ? AND s.ended_ms IS NULL`,
    sha256,
  );
  if (raw === undefined) return undefined;
  const { seq, mustChange, ...rest } = raw;
  return { number: seq, ...rest, mustChange: mustChange === 1 };
}
