import { done } from '../../disk/index.ts';
import type { DueReason } from '../../outbox/index.ts';
import { addAudit } from '../audit.ts';
import { type By, type Operation, reads, writes } from '../operation.ts';
import { refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { enable, isConfigured } from './sinks.ts';

/** `held`: gathered until `nextMs`; `waiting`: tried then; the others are settled. */
export type MessageState = 'held' | 'waiting' | 'delivered' | 'dead';

/** A message as it is listed. */
export interface MessageRow {
  readonly seq: number;
  readonly id: string;
  readonly sink: string;
  readonly incident: string;
  readonly state: MessageState;
  readonly reasons: readonly DueReason[];
  readonly level: string;
  readonly title: string;
  readonly dueMs: number;
  readonly nextMs: number;
  readonly tries: number;
  /** What the last attempt came to. */
  readonly status: string | null;
  readonly error: string | null;
  readonly settledMs: number | null;
}

type Raw = Omit<MessageRow, 'reasons'> & { readonly reasons: string };

const MESSAGES: List<Raw, MessageRow> = {
  name: 'messages',
  select: `SELECT seq, id, sink, incident, state, reasons, level, title, due_ms AS dueMs, next_ms AS nextMs, tries, status, error,
    settled_ms AS settledMs FROM outbox`,
  keys: ['seq'],
  row: ({ reasons, ...raw }) => ({ ...raw, reasons: JSON.parse(reasons) as readonly DueReason[] }),
};

/** Messages, newest first. */
export const listMessages: Operation<
  PageRequest & { readonly sink?: string; readonly state?: MessageState },
  Page<MessageRow>
> = reads(({ database }, { sink, state, ...request }) => readPage(database, MESSAGES, request, { sink, state }));

/** Sends dead letters once more, of one sink or of all, or a single one; a sink that was disabled is tried again. */
export const retryMessages: Operation<
  { readonly sink?: string; readonly id?: string; readonly by: By },
  { readonly retried: number }
> = writes((desk, { sink, id, by }) => {
  const { database } = desk;
  if (sink !== undefined && !isConfigured(database, sink)) return refused('unknown', `There is no sink ${sink}.`);
  if (id !== undefined && database.get('SELECT 1 FROM outbox WHERE id = ?', id) === undefined)
    return refused('unknown', `There is no message ${id}.`);
  const retried = database.run(
    `UPDATE outbox SET state = 'waiting', tries = 0, next_ms = ?, settled_ms = NULL WHERE state = 'dead'
      AND sink IN (SELECT name FROM sink WHERE is_configured = 1) AND (?2 IS NULL OR sink = ?2) AND (?3 IS NULL OR id = ?3)`,
    by.atMs,
    sink ?? null,
    id ?? null,
  );
  const sinks = sink === undefined && id === undefined ? undefined : sink;
  if (id === undefined) {
    for (const { name } of database.all<{ name: string }>(
      'SELECT name FROM sink WHERE ?1 IS NULL OR name = ?1',
      sinks ?? null,
    )) {
      enable(database, name);
    }
  }
  const object = id === undefined ? `sink/${sink ?? '*'}` : `message/${id}`;
  addAudit(desk, by, { action: 'outbox.retry', object, result: { retried } });
  return done({ retried });
});
