import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { isPrinting } from '../kit/print.ts';
import { isAtLeast } from '../kit/session.ts';
import { stampOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';
import { notesOf, type Past } from './past.ts';

const TICKET = /^Ticket: (https:\/\/\S+)/;

/** What people wrote, newest first; a ticket is a link. */
export function NotesTab({
  doc,
  past: { items, readOlder, hasFailed },
  onNote,
}: {
  readonly doc: IncidentDocument;
  readonly past: Past;
  readonly onNote: () => void;
}): JSX.Element {
  const notes = notesOf(items);
  useEffect(() => {
    // A note may be older than much that happened since: all of the history is looked through while notes are shown.
    void readOlder?.();
  }, [items.length]);
  return (
    <>
      {isAtLeast('analyst') ? (
        <p>
          <button type="button" class="btn" onClick={onNote}>
            Add note{' '}
            <span class="kbd" aria-hidden="true">
              n
            </span>
          </button>
        </p>
      ) : null}
      {readOlder !== undefined && isPrinting.value ? (
        <p class="note">Notes of the newest {plural(items.length, 'entry', 'entries')} of its history.</p>
      ) : readOlder !== undefined ? (
        <p class="note" role="status">
          {hasFailed ? 'Older notes could not be read. ' : 'Older notes are being read. '}
          {hasFailed ? (
            <button type="button" class="lnk" onClick={() => void readOlder()}>
              Try again
            </button>
          ) : null}
        </p>
      ) : notes.length === 0 ? (
        <p class="note">No notes yet. A note says what you saw and why you decided; it is never changed or deleted.</p>
      ) : null}
      <ol class="notes">
        {notes.map(({ seq, at, who, note = '', action }) => (
          <li key={seq}>
            <p class="muted">
              {visibleText(who)}, <span class="num">{stampOf(at)}</span>
              {action === 'note' ? '' : `, with ${action}`}
            </p>
            <p class="said">
              <NoteText text={note} />
            </p>
          </li>
        ))}
      </ol>
      {doc.work.learn === null ? null : (
        <p>
          <b>Learned:</b> {visibleText(doc.work.learn)}
        </p>
      )}
    </>
  );
}

function NoteText({ text }: { readonly text: string }): JSX.Element {
  const ticket = TICKET.exec(text)?.[1];
  if (ticket === undefined) return <>{visibleText(text)}</>;
  return (
    <>
      Ticket:{' '}
      <a href={ticket} target="_blank" rel="noreferrer noopener">
        {visibleText(ticket).replace(/^hxxps/, 'https')}
      </a>
    </>
  );
}
