import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionKey, ask } from '../kit/api.ts';
import { Dialog } from '../kit/parts.tsx';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { plural, visibleText } from '../kit/words.ts';
import { readOpened } from './opened.ts';
import type { QueueRow } from './rows.ts';
import { showOwn } from './store.ts';
import { chosen } from './view.ts';

/** So many at once (PRODUCT 9.3). */
const MOST = 100;
const UNDO_MS = 30_000;

interface BulkResult {
  readonly items: readonly {
    readonly id: string;
    /** Of what was done. */
    readonly revision?: number;
    /** Of what was not: the code of a problem. */
    readonly code?: string;
  }[];
}

function act(
  action: 'acknowledge' | 'undo',
  incidents: readonly Pick<QueueRow, 'id' | 'revision' | 'version'>[],
): ReturnType<typeof ask<BulkResult>> {
  return ask<BulkResult>('POST', '/v1/incidents/actions', {
    headers: { 'idempotency-key': actionKey() },
    body: { action: { action }, incidents: incidents.map(({ id, revision, version }) => ({ id, revision, version })) },
  });
}

/** Acknowledges many with a note: shows first what will change, and can be undone for half a minute. */
export function BulkAcknowledge({
  rows,
  onClose,
}: {
  readonly rows: readonly QueueRow[];
  readonly onClose: () => void;
}): JSX.Element {
  const [note, setNote] = useState('');
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const open = rows.filter(({ state }) => state === 'open').slice(0, MOST);
  const left = rows.length - open.length;
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    const failed = await acknowledgeAll(open, note.trim());
    setBusy(false);
    if (failed === undefined) onClose();
    else setTrouble(failed);
  };
  return (
    <Dialog title={`Acknowledge ${plural(open.length, 'incident')}`} onClose={onClose}>
      <form onSubmit={(event) => void send(event)}>
        <p>
          Each becomes acknowledged, and yours where nobody has it.{' '}
          {left > 0
            ? `${plural(left, 'other')} of the selection stay as they are: acknowledged already, or more than ${MOST} at once.`
            : ''}
        </p>
        <ul class="preview">
          {open.slice(0, 8).map((row) => (
            <li key={row.id}>
              INC-{row.number} {visibleText(row.title)}
            </li>
          ))}
          {open.length > 8 ? <li class="muted">and {open.length - 8} more</li> : null}
        </ul>
        <label>
          Note, the same for all (may be left out)
          <textarea value={note} maxLength={4000} rows={3} onInput={(event) => setNote(event.currentTarget.value)} />
        </label>
        {trouble === '' ? null : (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <p class="row">
          <button type="submit" class="btn pri" disabled={isBusy || open.length === 0}>
            Acknowledge {open.length}
          </button>
          <button type="button" class="btn" onClick={onClose}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** Sends one request for all; undefined when done, else why not. */
async function acknowledgeAll(rows: readonly QueueRow[], note: string): Promise<string | undefined> {
  const answer = await act('acknowledge', rows);
  if (answer.kind === 'problem') return `${answer.problem.title}. ${answer.problem.detail}`;
  const done = answer.value.items.filter(({ revision }) => revision !== undefined);
  const refused = answer.value.items.length - done.length;
  const before = new Map(rows.map((row) => [row.id, row]));
  for (const { id, revision } of done) {
    showOwn([id], ({ owner }) => ({
      state: 'acknowledged',
      owner: owner ?? person(),
      ...(revision === undefined ? {} : { revision }),
    }));
  }
  const noted = note === '' ? done : await noteAll(done, note);
  chosen.value = new Set();
  void readOpened();
  const words = `${plural(done.length, 'incident')} acknowledged${refused > 0 ? `, ${refused} were changed meanwhile and were left` : ''}.`;
  say(words, { label: 'Undo', run: () => void undo(noted, before) }, UNDO_MS);
  return undefined;
}

async function undo(done: BulkResult['items'], before: ReadonlyMap<string, QueueRow>): Promise<void> {
  const seen = done.flatMap(({ id, revision }) => {
    const row = before.get(id);
    return row === undefined || revision === undefined ? [] : [{ id, revision, version: row.version }];
  });
  const answer = await act('undo', seen);
  if (answer.kind === 'problem') {
    say(`Not undone: ${answer.problem.title.toLowerCase()}. ${answer.problem.detail}`);
    return;
  }
  const undone = answer.value.items.filter(({ revision }) => revision !== undefined);
  for (const { id, revision } of undone) {
    const old = before.get(id);
    if (old !== undefined)
      showOwn([id], { state: old.state, owner: old.owner, ...(revision === undefined ? {} : { revision }) });
  }
  void readOpened();
  say(`${plural(undone.length, 'incident')} open again.`);
}

/** The note goes to each, and gives each another revision; one that is not taken leaves the others. */
async function noteAll(done: BulkResult['items'], note: string): Promise<BulkResult['items']> {
  const noted: BulkResult['items'][number][] = [];
  for (const item of done) {
    const answer = await ask<{ readonly revision: number }>('POST', `/v1/incidents/${item.id}/notes`, {
      headers: { 'idempotency-key': actionKey() },
      body: { note },
    });
    noted.push(answer.kind === 'ok' ? { id: item.id, revision: answer.value.revision } : item);
    if (answer.kind === 'ok') showOwn([item.id], { revision: answer.value.revision });
  }
  return noted;
}
