import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { draftIsKept, dropDraft, keepDraft } from '../kit/draft.ts';
import { Dialog, Trouble } from '../kit/parts.tsx';
import { plural, visibleText } from '../kit/words.ts';
import { acknowledgeAll } from './bulk-acts.ts';
import { BULK, type BulkDraft, bulkDraft, MOST_AT_ONCE } from './bulk-draft.ts';
import type { QueueRow } from './rows.ts';
import { latestRows } from './store.ts';

/** Of the incidents so many are named. */
const MOST_SHOWN = 8;

/**
 * Acknowledges many with a note: shows first what will change, and can be undone for half a minute. It is a draft (SETTLED G5): of the rows that
 * were selected as it was opened, undefined where it opens by itself as it was left.
 */
export function BulkAcknowledge({
  rows,
  onClose,
}: {
  readonly rows: readonly QueueRow[] | undefined;
  readonly onClose: () => void;
}): JSX.Element {
  const [draft, setDraft] = useState(() => bulkDraft(rows));
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { incidents, sent, fields } = draft;
  const others = rows === undefined || sent !== undefined ? 0 : rows.length - incidents.length;
  const write = (note: string): void => {
    const next = { ...draft, fields: { note } };
    setDraft(next);
    keepDraft(BULK, next);
  };
  const putAside = (): void => {
    // As it is kept: a request that is under way has told there how far it is.
    if (draftIsKept(BULK)) keepDraft(BULK, { ...bulkDraft(undefined), isAside: true });
    onClose();
  };
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    const failed = await acknowledgeAll(draft);
    setBusy(false);
    if (failed === undefined) onClose();
    else {
      setDraft(bulkDraft(undefined));
      setTrouble(failed);
    }
  };
  return (
    <Dialog title={`Acknowledge ${plural(incidents.length, 'incident')}`} onClose={putAside}>
      <form onSubmit={(event) => void send(event)}>
        <p>
          Each becomes acknowledged, and yours where nobody has it.{' '}
          {others > 0
            ? `Not ${plural(others, 'other')} of the selection: acknowledged already, or more than ${MOST_AT_ONCE} at once.`
            : ''}
        </p>
        <Since draft={draft} />
        <ul class="preview">
          {incidents.slice(0, MOST_SHOWN).map(({ id, number }) => (
            <li key={id}>
              INC-{number} {visibleText(latestRows.value.get(id)?.title ?? '')}
            </li>
          ))}
          {incidents.length > MOST_SHOWN ? <li class="muted">and {incidents.length - MOST_SHOWN} more</li> : null}
        </ul>
        <label>
          Note, the same for all (may be left out)
          <textarea
            value={fields['note'] ?? ''}
            maxLength={4000}
            rows={3}
            readOnly={isBusy || sent === 'notes'}
            onInput={(event) => write(event.currentTarget.value)}
          />
        </label>
        <Trouble>{trouble}</Trouble>
        <p class="row">
          <button type="submit" class="btn pri" disabled={incidents.length === 0}>
            {sent === 'notes' ? 'Write the notes' : `Acknowledge ${incidents.length}`}
          </button>
          <button
            type="button"
            class="btn"
            onClick={() => {
              if (isBusy) return;
              dropDraft(BULK);
              onClose();
            }}
          >
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** What came while the dialog stood open, or what an earlier press left open. */
function Since({ draft: { incidents, sent } }: { readonly draft: BulkDraft }): JSX.Element | null {
  const changed = incidents.filter(({ id, revision }) => (latestRows.value.get(id)?.revision ?? 0) > revision).length;
  const words =
    sent === 'acknowledge'
      ? 'It was sent, and no answer came. Pressed again, nothing is done twice.'
      : sent === 'notes'
        ? 'They are acknowledged; notes are missing.'
        : changed > 0
          ? `${changed} of them changed since you opened this, and will be left.`
          : '';
  return words === '' ? null : (
    <p class="since" role="status">
      {words}
    </p>
  );
}
