import { type KeyUse, keyProblem, type Scope, type Sender, type StoredKey } from '../accounts/index.ts';
import { done } from '../disk/index.ts';
import { addAudit } from './audit.ts';
import { type By, type Operation, reads, writes } from './operation.ts';
import { refused } from './outcome.ts';
import { type List, type Page, type PageRequest, readPage } from './pages.ts';
import { senderOf } from './senders.ts';

/** A key without its digest, as lists show it. `usedHourMs`: the hour of its last use, `null` if it was never used. */
export type ListedKey = Omit<StoredKey, 'sha256'> & { readonly usedHourMs: number | null };

export type NewKey = Omit<StoredKey, 'revokedMs' | 'createdMs'>;

interface RawKey {
  readonly seq: number;
  readonly id: string;
  readonly sha256: Uint8Array;
  readonly sender: string | null;
  readonly scopes: string;
  readonly sources: string;
  readonly createdMs: number;
  readonly expiresMs: number;
  readonly revokedMs: number | null;
  readonly usedHourMs: number | null;
}

const SELECT = `SELECT seq, id, sha256, sender, scopes, sources, created_ms AS createdMs, expires_ms AS expiresMs,
  revoked_ms AS revokedMs, used_hour_ms AS usedHourMs FROM api_key`;

const KEYS: List<RawKey, ListedKey> = { name: 'keys', select: SELECT, keys: ['seq'], row: listedKey };

/** Adds a key by its digest. Its sender, if it has one, must be there and active; a key that writes events needs one. */
export const addKey: Operation<{ readonly key: NewKey; readonly by: By }, ListedKey> = writes((desk, { key, by }) => {
  const problem = keyProblem(key, by.atMs);
  if (problem !== undefined) return refused('invalid', problem);
  if (key.sender !== null && senderOf(desk.database, key.sender)?.state !== 'active') {
    return refused('unknown', `There is no active sender ${key.sender}.`);
  }
  const isTaken = desk.database.get('SELECT 1 FROM api_key WHERE id = ?', key.id) !== undefined;
  if (isTaken) return refused('exists', `There is a key ${key.id} already.`);
  desk.database.run(
    'INSERT INTO api_key (id, sha256, sender, scopes, sources, created_ms, expires_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    key.id,
    key.sha256,
    key.sender,
    JSON.stringify(key.scopes),
    JSON.stringify(key.sources),
    by.atMs,
    key.expiresMs,
  );
  const { id, sender, scopes, sources, expiresMs } = key;
  addAudit(desk, by, { action: 'key.add', object: `key/${id}`, result: { sender, scopes, sources, expiresMs } });
  return done({ id, sender, scopes, sources, createdMs: by.atMs, expiresMs, revokedMs: null, usedHourMs: null });
});

/** Ends a key. Once more changes nothing. */
export const revokeKey: Operation<{ readonly id: string; readonly by: By }, ListedKey> = writes((desk, { id, by }) => {
  const raw = desk.database.get<RawKey>(`${SELECT} WHERE id = ?`, id);
  if (raw === undefined) return refused('unknown', `There is no key ${id}.`);
  if (raw.revokedMs !== null) return done(listedKey(raw));
  desk.database.run('UPDATE api_key SET revoked_ms = ? WHERE id = ?', by.atMs, id);
  addAudit(desk, by, { action: 'key.revoke', object: `key/${id}`, before: { revokedMs: null } });
  return done(listedKey({ ...raw, revokedMs: by.atMs }));
});

/** What `checkKey` of accounts needs to judge a presented key: the stored one and its sender. */
export interface FoundKey {
  readonly key: StoredKey;
  readonly sender: Sender | null;
}

export const findKey: Operation<{ readonly id: string }, FoundKey | null> = reads(({ database }, { id }) => {
  const raw = database.get<RawKey>(`${SELECT} WHERE id = ?`, id);
  if (raw === undefined) return done(null);
  const { usedHourMs: _, ...listed } = listedKey(raw);
  const sender = raw.sender === null ? null : (senderOf(database, raw.sender) ?? null);
  return done({ key: { ...listed, sha256: raw.sha256 }, sender });
});

export const listKeys: Operation<PageRequest & { readonly sender?: string }, Page<ListedKey>> = reads(
  ({ database }, request) => readPage(database, KEYS, request, { sender: request.sender }),
);

/** Writes the last uses of keys, many at once; an older hour changes nothing. Gives how many keys were written. */
export const noteKeyUses: Operation<{ readonly uses: readonly KeyUse[] }, { readonly written: number }> = writes(
  ({ database }, { uses }) => {
    let written = 0;
    for (const { id, hourMs } of uses) {
      written += database.run(
        'UPDATE api_key SET used_hour_ms = ? WHERE id = ? AND coalesce(used_hour_ms, -1) < ?',
        hourMs,
        id,
        hourMs,
      );
    }
    return done({ written });
  },
);

function listedKey({ seq: _, sha256: __, scopes, sources, ...rest }: RawKey): ListedKey {
  return {
    ...rest,
    scopes: JSON.parse(scopes) as readonly Scope[],
    sources: JSON.parse(sources) as readonly string[],
  };
}
