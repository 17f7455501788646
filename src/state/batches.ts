import { type Database, done } from '../disk/index.ts';
import { MOST_ANSWER, PRUNE_STEP } from './limits.ts';
import { type Desk, type Operation, reads, writes } from './operation.ts';
import { notePaces } from './paces/paces.ts';
import { tally } from './tally.ts';

/** An accepted batch (L19). Its identity is the sender's own name for it, or stands for its digest; the journal's envelope has both. */
export interface Batch {
  readonly position: number;
  readonly sender: string;
  readonly identity: string;
  /** SHA-256 of the decoded body. */
  readonly digest: Uint8Array;
  /** What the sender was answered, as the protocol needs it to say the same again; at most 65,536 characters. */
  readonly answer: string;
  readonly receivedMs: number;
  /** Until when the identity stands for this batch. */
  readonly untilMs: number;
}

/**
 * What became of a batch: `new`; `known`, the same one again, with the position it was first given; `conflict`, other bytes under the same identity,
 * which stay out of the table.
 */
export interface BatchVerdict {
  readonly position: number;
  readonly verdict: 'new' | 'known' | 'conflict';
  readonly first: number;
}

const SELECT = `SELECT position, sender, identity, digest, answer, received_ms AS receivedMs, until_ms AS untilMs
  FROM batch WHERE sender = ? AND identity = ?`;

/** The batch that a sender's identity stands for now. */
export const findBatch: Operation<
  { readonly sender: string; readonly identity: string; readonly nowMs: number },
  Batch | null
> = reads(({ database }, { sender, identity, nowMs }) => {
  const found = database.get<Batch>(SELECT, sender, identity);
  return done(found !== undefined && nowMs < found.untilMs ? { ...found } : null);
});

export interface BatchCount {
  /** Batches that are remembered. */
  readonly held: number;
  /** Identities that came again with other bytes, since the store was made. */
  readonly conflicts: number;
}

export const countBatches: Operation<null, BatchCount> = reads(({ database }) =>
  done({
    held: tally(database, 'batches'),
    conflicts: tally(database, 'conflicts'),
  }),
);

/** Forgets batches whose time is over, some at a time: call again while there is more. */
export const pruneBatches: Operation<{ readonly nowMs: number }, { readonly removed: number; readonly more: boolean }> =
  writes(({ database }, { nowMs }) => {
    const removed = database.run(
      'DELETE FROM batch WHERE position IN (SELECT position FROM batch WHERE until_ms <= ? ORDER BY until_ms LIMIT ?)',
      nowMs,
      PRUNE_STEP,
    );
    tally(database, 'batches', -removed);
    return done({ removed, more: removed === PRUNE_STEP });
  });

/** Adds batches in the transaction of the caller, and forgets the oldest beyond the bound. */
export function addBatches({ database, limits }: Desk, batches: readonly Batch[]): readonly BatchVerdict[] {
  const verdicts = batches.map((batch) => addBatch(database, batch));
  notePaces(
    database,
    batches.filter((_, at) => verdicts[at]?.verdict === 'new'),
  );
  const held = tally(database, 'batches', verdicts.filter(({ verdict }) => verdict === 'new').length);
  if (held > limits.batches) {
    const over = held - limits.batches;
    const removed = database.run(
      'DELETE FROM batch WHERE position IN (SELECT position FROM batch ORDER BY position LIMIT ?)',
      over,
    );
    tally(database, 'batches', -removed);
  }
  return verdicts;
}

export function batchProblem(batch: Batch): string | undefined {
  if (batch.digest.length !== 32) return `the digest of batch ${batch.position} has no 32 bytes`;
  if (batch.answer.length > MOST_ANSWER) return `the answer of batch ${batch.position} is too long`;
  return undefined;
}

function addBatch(database: Database, batch: Batch): BatchVerdict {
  const { position } = batch;
  const found = database.get<Batch>(SELECT, batch.sender, batch.identity);
  if (found !== undefined && (found.position === position || batch.receivedMs < found.untilMs)) {
    const isSame = Buffer.compare(found.digest, batch.digest) === 0;
    if (!isSame) tally(database, 'conflicts', 1);
    return { position, verdict: isSame ? 'known' : 'conflict', first: found.position };
  }
  if (found !== undefined)
    tally(database, 'batches', -database.run('DELETE FROM batch WHERE position = ?', found.position));
  database.run(
    'INSERT INTO batch (position, sender, identity, digest, answer, received_ms, until_ms) VALUES (?, ?, ?, ?, ?, ?, ?)',
    position,
    batch.sender,
    batch.identity,
    batch.digest,
    batch.answer,
    batch.receivedMs,
    batch.untilMs,
  );
  return { position, verdict: 'new', first: position };
}
