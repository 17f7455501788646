import type { JSX } from 'preact';
import { isAtLeast } from '../kit/session.ts';
import { stampOf } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';
import type { IncidentDocument } from './document.ts';

const TICKET = /^Ticket: (https:\/\/\S+)/;

/** What people wrote, newest first; a ticket is a link. */
export function NotesTab({
  doc,
  onNote,
}: {
  readonly doc: IncidentDocument;
  readonly onNote: () => void;
}): JSX.Element {
  const notes = doc.history.items.filter(({ note }) => note !== undefined && note !== '');
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
      {notes.length === 0 ? (
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
