import { done } from '../disk/index.ts';
import { addAudit } from './audit.ts';
import { type By, type Operation, reads, writes } from './operation.ts';
import { refused } from './outcome.ts';
import { type List, type Page, type PageRequest, readPage } from './pages.ts';

/** `open`: waits for a person or a better reader; `mended`: read after all; `dropped`: a person gave it up. */
export type LetterState = 'open' | 'mended' | 'dropped';

/** An event that was accepted and could not be read, named by its batch and its number in it. */
export interface DeadLetter {
  readonly position: number;
  /** From 0, as the protocol counts (ADR 0017). */
  readonly item: number;
  readonly sender: string;
  readonly code: string;
  readonly reason: string;
  readonly receivedMs: number;
  readonly state: LetterState;
  /** Bytes that are kept here; `null`: they stand in the journal alone, as long as that keeps them. */
  readonly bytesHeld: number | null;
}

export interface DeadLetterCount {
  /** Letters that are kept, in any state, and the bytes of them. */
  readonly held: number;
  readonly heldBytes: number;
  /** Letters that had to go to keep the bounds, since the store was made. */
  readonly dropped: number;
}

interface LetterName {
  readonly position: number;
  readonly item: number;
}

const SELECT = `SELECT position, item, sender, code, reason, received_ms AS receivedMs, state,
  length(bytes) AS bytesHeld FROM dead_letter`;

const LETTERS: List<DeadLetter, DeadLetter> = {
  name: 'dead letters',
  select: SELECT,
  keys: ['position', 'item'],
  row: (raw) => ({ ...raw }),
};

/** Newest first, all or those of one sender, state or code. */
export const listDeadLetters: Operation<
  PageRequest & { readonly sender?: string; readonly state?: LetterState; readonly code?: string },
  Page<DeadLetter>
> = reads(({ database }, request) =>
  readPage(database, LETTERS, request, { sender: request.sender, state: request.state, code: request.code }),
);

/** One letter with its bytes. */
export const readDeadLetter: Operation<LetterName, (DeadLetter & { readonly bytes: Uint8Array | null }) | null> = reads(
  ({ database }, { position, item }) => {
    const letter = database.get<DeadLetter>(`${SELECT} WHERE position = ? AND item = ?`, position, item);
    const sql = 'SELECT bytes FROM dead_letter WHERE position = ? AND item = ?';
    const bytes = database.get<{ bytes: Uint8Array | null }>(sql, position, item)?.bytes ?? null;
    return done(letter === undefined ? null : { ...letter, bytes });
  },
);

/** Says what became of an open letter and lets its bytes go. `unknown` if there is no such open letter. */
export const settleDeadLetter: Operation<LetterName & { readonly state: 'mended' | 'dropped'; readonly by: By }, null> =
  writes((desk, { position, item, state, by }) => {
    const { database } = desk;
    const sql = `${SELECT} WHERE position = ? AND item = ? AND state = 'open'`;
    const letter = database.get<DeadLetter>(sql, position, item);
    if (letter === undefined) return refused('unknown', `There is no open dead letter ${position}/${item}.`);
    database.run(
      'UPDATE dead_letter SET state = ?, bytes = NULL WHERE position = ? AND item = ?',
      state,
      position,
      item,
    );
    database.run(
      'UPDATE dead_letter_share SET held_bytes = held_bytes - ? WHERE sender = ?',
      letter.bytesHeld ?? 0,
      letter.sender,
    );
    const { sender, code } = letter;
    addAudit(desk, by, {
      action: `deadletter.${state}`,
      object: `deadletter/${position}/${item}`,
      before: { sender, code },
    });
    return done(null);
  });

/** What is held and what had to go, of all senders or of one. */
export const countDeadLetters: Operation<{ readonly sender?: string }, DeadLetterCount> = reads(
  ({ database }, { sender }) => {
    const sums = `SELECT coalesce(sum(held), 0) AS held, coalesce(sum(held_bytes), 0) AS heldBytes,
      coalesce(sum(dropped), 0) AS dropped FROM dead_letter_share`;
    const found =
      sender === undefined
        ? database.get<DeadLetterCount>(sums)
        : database.get<DeadLetterCount>(`${sums} WHERE sender = ?`, sender);
    return done({ held: 0, heldBytes: 0, dropped: 0, ...found });
  },
);
