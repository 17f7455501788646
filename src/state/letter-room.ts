import { hideKeys } from '../accounts/index.ts';
import type { Database } from '../disk/index.ts';
import { MOST_LETTER_BYTES, MOST_REASON, type StateLimits } from './limits.ts';
import type { Desk } from './operation.ts';

/** A dead letter as the reader behind the answer hands it over. */
export interface NewDeadLetter {
  readonly position: number;
  readonly item: number;
  readonly sender: string;
  readonly code: string;
  readonly reason: string;
  readonly receivedMs: number;
  /** The event as it came; more than 1 MiB is left in the journal. */
  readonly bytes: Uint8Array | null;
}

interface Held {
  held: number;
  heldBytes: number;
}

/** The table, its bounds, and what all senders together hold: summed once a step, then carried along. */
interface Room {
  readonly database: Database;
  readonly limits: StateLimits;
  readonly all: Held;
}

/**
 * Adds letters in the transaction of the caller and makes room for them (L15): a sender beyond its own bounds loses its oldest; when all together are
 * beyond theirs, whoever holds most does. So who holds less than another never loses to it. Settled letters go before open ones.
 */
export function addDeadLetters(
  { database, limits }: Desk,
  letters: readonly NewDeadLetter[],
): { readonly added: number; readonly dropped: number } {
  const sums =
    'SELECT coalesce(sum(held), 0) AS held, coalesce(sum(held_bytes), 0) AS heldBytes FROM dead_letter_share';
  const room: Room = { database, limits, all: { held: 0, heldBytes: 0, ...database.get<Held>(sums) } };
  let added = 0;
  let dropped = 0;
  for (const letter of letters) {
    if (!addLetter(room, letter)) continue;
    added++;
    dropped += makeRoom(room, letter.sender);
  }
  return { added, dropped };
}

/** Whether it was new. */
function addLetter({ database, all }: Room, letter: NewDeadLetter): boolean {
  const kept = letter.bytes !== null && letter.bytes.length <= MOST_LETTER_BYTES ? letter.bytes : null;
  const added = database.run(
    `INSERT INTO dead_letter (position, item, sender, code, reason, received_ms, state, bytes)
      VALUES (?, ?, ?, ?, ?, ?, 'open', ?) ON CONFLICT DO NOTHING`,
    letter.position,
    letter.item,
    letter.sender,
    letter.code,
    hideKeys(letter.reason).slice(0, MOST_REASON).toWellFormed(),
    letter.receivedMs,
    kept,
  );
  if (added === 0) return false;
  database.run(
    `INSERT INTO dead_letter_share VALUES (?, 1, ?, 0)
      ON CONFLICT DO UPDATE SET held = held + 1, held_bytes = held_bytes + excluded.held_bytes`,
    letter.sender,
    kept?.length ?? 0,
  );
  all.held++;
  all.heldBytes += kept?.length ?? 0;
  return true;
}

function makeRoom(room: Room, sender: string): number {
  const { database, limits, all } = room;
  const own = 'SELECT held, held_bytes AS heldBytes FROM dead_letter_share WHERE sender = ?';
  const share: Held = { held: 0, heldBytes: 0, ...database.get<Held>(own, sender) };
  let dropped = 0;
  while (share.held > limits.lettersOfSender || share.heldBytes > limits.letterBytesOfSender) {
    const bytes = dropOldest(room, sender);
    share.held--;
    share.heldBytes -= bytes;
    dropped++;
  }
  while (all.held > limits.letters || all.heldBytes > limits.letterBytes) {
    dropOldest(room, largestHolder(database, all.held > limits.letters ? 'held' : 'held_bytes'));
    dropped++;
  }
  return dropped;
}

function largestHolder(database: Database, by: 'held' | 'held_bytes'): string {
  const sql = `SELECT sender FROM dead_letter_share ORDER BY ${by} DESC, sender LIMIT 1`;
  return database.get<{ sender: string }>(sql)?.sender ?? '';
}

/** Gives the bytes that went. */
function dropOldest({ database, all }: Room, sender: string): number {
  const oldest = 'SELECT position, item, coalesce(length(bytes), 0) AS bytes FROM dead_letter WHERE sender = ?';
  const order = 'ORDER BY position, item LIMIT 1';
  type Oldest = { readonly position: number; readonly item: number; readonly bytes: number };
  const found =
    database.get<Oldest>(`${oldest} AND state <> 'open' ${order}`, sender) ??
    database.get<Oldest>(`${oldest} ${order}`, sender);
  if (found === undefined) throw new Error('the shares of dead letters do not agree with the letters');
  database.run('DELETE FROM dead_letter WHERE position = ? AND item = ?', found.position, found.item);
  database.run(
    'UPDATE dead_letter_share SET held = held - 1, held_bytes = held_bytes - ?, dropped = dropped + 1 WHERE sender = ?',
    found.bytes,
    sender,
  );
  all.held--;
  all.heldBytes -= found.bytes;
  return found.bytes;
}
