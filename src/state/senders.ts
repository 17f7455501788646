import { type Sender, type SenderState, senderProblem } from '../accounts/index.ts';
import { type Database, done } from '../disk/index.ts';
import { addAudit } from './audit.ts';
import { type By, type Operation, reads, writes } from './operation.ts';
import { refused } from './outcome.ts';
import { type List, type Page, type PageRequest, readPage } from './pages.ts';

interface RawSender {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly hosts: string;
  readonly isRelay: number;
  readonly state: SenderState;
  readonly note: string;
  readonly createdMs: number;
  readonly revokedMs: number | null;
}

export type NewSender = Pick<Sender, 'id' | 'name' | 'hosts' | 'isRelay' | 'note'>;

const SELECT = `SELECT seq, id, name, hosts, is_relay AS isRelay, state, note,
  created_ms AS createdMs, revoked_ms AS revokedMs FROM sender`;

const SENDERS: List<RawSender, Sender> = { name: 'senders', select: SELECT, keys: ['seq'], row: readSender };

/** Adds an active sender. `exists` if its id or its name (in any case of letters) is taken, by a revoked sender too. */
export const addSender: Operation<{ readonly sender: NewSender; readonly by: By }, Sender> = writes(
  (desk, { sender, by }) => {
    const { database } = desk;
    const problem = senderProblem(sender);
    if (problem !== undefined) return refused('invalid', problem);
    const taken = database.get<{ id: string }>(
      'SELECT id FROM sender WHERE id = ? OR name = ?',
      sender.id,
      sender.name,
    );
    if (taken !== undefined) return refused('exists', `There is a sender ${taken.id} with this id or name already.`);
    database.run(
      "INSERT INTO sender (id, name, hosts, is_relay, state, note, created_ms) VALUES (?, ?, ?, ?, 'active', ?, ?)",
      sender.id,
      sender.name,
      JSON.stringify(sender.hosts),
      sender.isRelay ? 1 : 0,
      sender.note,
      by.atMs,
    );
    const { id, name, hosts, isRelay, note } = sender;
    addAudit(desk, by, { action: 'sender.add', object: `sender/${id}`, result: { name, hosts, isRelay, note } });
    return done({ id, name, hosts, isRelay, note, state: 'active', createdMs: by.atMs, revokedMs: null });
  },
);

/** Ends a sender for good, and with it the use of its keys. Once more changes nothing. */
export const revokeSender: Operation<{ readonly id: string; readonly by: By }, Sender> = writes((desk, { id, by }) => {
  const before = senderOf(desk.database, id);
  if (before === undefined) return refused('unknown', `There is no sender ${id}.`);
  if (before.state === 'revoked') return done(before);
  desk.database.run("UPDATE sender SET state = 'revoked', revoked_ms = ? WHERE id = ?", by.atMs, id);
  addAudit(desk, by, { action: 'sender.revoke', object: `sender/${id}`, before: { state: before.state } });
  return done({ ...before, state: 'revoked', revokedMs: by.atMs });
});

/** What changes of the hosts that a sender is bound to. */
export interface HostsChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** Binds it to none: it may speak for any host, and what `add` and `remove` say must be nothing. */
  readonly any: boolean;
}

/**
 * Binds an active sender to other hosts, from now on. To leave it without any pattern would let it speak for all, so that is said on purpose (`any`) or refused
 * (`invalid`), as a pattern to remove is that it has not. What changes nothing writes nothing. `exists` where it is revoked.
 */
export const changeSenderHosts: Operation<
  { readonly id: string; readonly change: HostsChange; readonly by: By },
  Sender
> = writes((desk, { id, change, by }) => {
  const before = senderOf(desk.database, id);
  if (before === undefined) return refused('unknown', `There is no sender ${id}.`);
  if (before.state === 'revoked') return refused('exists', `The sender ${id} is revoked.`);
  const hosts = changedHosts(before.hosts, change);
  if (typeof hosts === 'string') return refused('invalid', hosts);
  const problem = senderProblem({ ...before, hosts });
  if (problem !== undefined) return refused('invalid', problem);
  const [was, is] = [JSON.stringify(before.hosts), JSON.stringify(hosts)];
  if (was === is) return done(before);
  desk.database.run('UPDATE sender SET hosts = ? WHERE id = ?', is, id);
  addAudit(desk, by, {
    action: 'sender.hosts',
    object: `sender/${id}`,
    before: { hosts: before.hosts },
    result: { hosts },
  });
  return done({ ...before, hosts });
});

/** The patterns after a change, in the order in which they came; or why there is none. Case does not count. */
function changedHosts(before: readonly string[], { add, remove, any }: HostsChange): readonly string[] | string {
  if (any) return add.length + remove.length === 0 ? [] : 'To bind it to none leaves nothing to add or remove.';
  if (add.length + remove.length === 0) return 'There is nothing to add, and nothing to remove.';
  const has = (all: readonly string[], pattern: string): boolean =>
    all.some((one) => one.toLowerCase() === pattern.toLowerCase());
  const absent = remove.find((pattern) => !has(before, pattern));
  if (absent !== undefined) return `It is not bound to ${JSON.stringify(absent.slice(0, 64))}.`;
  const after = before.filter((pattern) => !has(remove, pattern));
  for (const pattern of add) if (!has(after, pattern)) after.push(pattern);
  if (after.length > 0) return after;
  return 'That is its last pattern, and without one it may speak for any host: add another one, or say that it is bound to none.';
}

export const findSender: Operation<{ readonly id: string }, Sender | null> = reads(({ database }, { id }) =>
  done(senderOf(database, id) ?? null),
);

/** `named`: a part of the id or the name, A to Z in any case. */
export const listSenders: Operation<PageRequest & { readonly named?: string }, Page<Sender>> = reads(
  ({ database }, request) => {
    const { named } = request;
    return readPage(database, SENDERS, request, {}, named === undefined ? [] : [{ sql: NAMED, value: named }]);
  },
);

const NAMED = 'instr(lower(id || char(10) || name), lower(?)) > 0';

/** Ids of all that may send. */
export const activeSenders: Operation<null, readonly string[]> = reads(({ database }) =>
  done(database.all<{ id: string }>("SELECT id FROM sender WHERE state = 'active'").map(({ id }) => id)),
);

export function senderOf(database: Database, id: string): Sender | undefined {
  const raw = database.get<RawSender>(`${SELECT} WHERE id = ?`, id);
  return raw === undefined ? undefined : readSender(raw);
}

function readSender({ seq: _, hosts, isRelay, ...rest }: RawSender): Sender {
  return { ...rest, hosts: JSON.parse(hosts) as readonly string[], isRelay: isRelay === 1 };
}
