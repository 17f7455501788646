import type { JSX } from 'preact';
import { known } from '../kit/cache.ts';
import { person } from '../kit/session.ts';
import { millisOf } from '../kit/time.ts';
import { visibleText } from '../kit/words.ts';
import { type Paged, readWhole } from '../pages/list.tsx';
import { ActDialog } from './act-dialog.tsx';
import { act, add, seenOf } from './acts.ts';
import { CloseDialog } from './close-dialog.tsx';
import type { IncidentDocument } from './document.ts';
import { LineField, TextField } from './fields.tsx';
import type { NextStep } from './former-steps.ts';
import { PinDialog } from './pin-dialog.tsx';
import { SuppressDialog } from './suppress-dialog.tsx';
import { VerdictDialog } from './verdict-dialog.tsx';

/** Which dialog is open. */
export type OpenDialog =
  | { readonly kind: 'verdict' | 'assign' | 'note' | 'close' | 'reopen' | 'suppress' | 'pin' | 'ticket' }
  | { readonly kind: 'step'; readonly step: NextStep };

export interface DialogProps {
  readonly doc: IncidentDocument;
  readonly onClose: () => void;
}

export function IncidentDialog({
  open,
  onOpen,
  ...props
}: DialogProps & {
  readonly open: OpenDialog;
  /** Opens another in its place. */
  readonly onOpen: (dialog: OpenDialog) => void;
}): JSX.Element {
  switch (open.kind) {
    case 'verdict':
      return <VerdictDialog {...props} />;
    case 'assign':
      return <AssignDialog {...props} />;
    case 'note':
      return <NoteDialog {...props} />;
    case 'ticket':
      return <TicketDialog {...props} />;
    case 'close':
      return <CloseDialog {...props} onVerdict={() => onOpen({ kind: 'verdict' })} />;
    case 'reopen':
      return <ReopenDialog {...props} />;
    case 'suppress':
      return <SuppressDialog {...props} />;
    case 'pin':
      return <PinDialog {...props} />;
    case 'step':
      return <StepDialog {...props} step={open.step} />;
  }
}

type People = Paged<{ readonly name: string; readonly role: string }>;

function AssignDialog({ doc, onClose }: DialogProps): JSX.Element {
  const { value, problem } = known<People>('/v1/people?limit=1000', readWhole).known.value;
  const people = value?.items.filter(({ role }) => ['analyst', 'engineer', 'admin'].includes(role));
  const names = new Set([person(), ...(people ?? []).map(({ name }) => name)]);
  if (doc.work.owner !== null) names.add(doc.work.owner);
  return (
    <ActDialog
      doc={doc}
      action="assign"
      title={`Who has INC-${doc.number}?`}
      press="Assign"
      begin={{ owner: doc.work.owner ?? person() }}
      onClose={onClose}
      send={(draft) =>
        act(seenOf(doc, draft), draft.key, {
          action: 'assign',
          owner: draft.fields['owner'] === '' ? null : draft.fields['owner'],
        })
      }
      done={({ fields }) =>
        fields['owner'] === ''
          ? `INC-${doc.number} has no owner.`
          : `INC-${doc.number} is with ${visibleText(fields['owner'] ?? '')}.`
      }
    >
      {({ fields, set }) => (
        <label>
          Owner
          <select value={fields['owner'] ?? ''} onChange={(event) => set('owner', event.currentTarget.value)}>
            <option value="">nobody</option>
            {[...names].map((name) => (
              <option key={name} value={name}>
                {visibleText(name)}
                {name === person() ? ' (you)' : ''}
              </option>
            ))}
          </select>
          {value === undefined && problem !== undefined ? ' The others could not be read.' : ''}
        </label>
      )}
    </ActDialog>
  );
}

function NoteDialog({ doc, onClose }: DialogProps): JSX.Element {
  return (
    <ActDialog
      doc={doc}
      action="note"
      title={`Note on INC-${doc.number}`}
      press="Add note"
      onClose={onClose}
      missing={({ note }) => ((note ?? '').trim() === '' ? 'Write something.' : '')}
      send={(draft) =>
        add({ id: doc.id, version: draft.version }, draft.key, 'notes', { note: draft.fields['note']?.trim() })
      }
      done={() => `Note added to INC-${doc.number}.`}
    >
      {(field) => <TextField label="Note" name="note" rows={5} {...field} />}
    </ActDialog>
  );
}

function TicketDialog({ doc, onClose }: DialogProps): JSX.Element {
  return (
    <ActDialog
      doc={doc}
      action="ticket"
      title={`Ticket of INC-${doc.number}`}
      press="Link ticket"
      onClose={onClose}
      missing={({ url = '' }) => (/^https:\/\/[^\s]+$/.test(url.trim()) ? '' : 'An address that begins with https://')}
      send={(draft) =>
        add({ id: doc.id, version: draft.version }, draft.key, 'notes', {
          note: `Ticket: ${draft.fields['url']?.trim()}`,
        })
      }
      done={() => `Ticket linked to INC-${doc.number}; it stands under Notes.`}
    >
      {(field) => <LineField label="Address of the ticket" name="url" type="url" {...field} />}
    </ActDialog>
  );
}

function ReopenDialog({ doc, onClose }: DialogProps): JSX.Element {
  return (
    <ActDialog
      doc={doc}
      action="reopen"
      title={`Open INC-${doc.number} again`}
      press="Open again"
      onClose={onClose}
      missing={({ note }) => ((note ?? '').trim() === '' ? 'Say why.' : '')}
      send={(draft) => act(seenOf(doc, draft), draft.key, { action: 'reopen', note: draft.fields['note']?.trim() })}
      done={() => `INC-${doc.number} is acknowledged again, in a new episode.`}
    >
      {(field) => <TextField label="Why" name="note" {...field} />}
    </ActDialog>
  );
}

/** A step that was done earlier needs a note; its time lies between the event and now (SETTLED G7). */
function StepDialog({ doc, onClose, step }: DialogProps & { readonly step: NextStep }): JSX.Element {
  return (
    <ActDialog
      doc={doc}
      action={`step-${step.id}`}
      title={`Step of INC-${doc.number}`}
      press="Record step"
      begin={{ outcome: 'done' }}
      onClose={onClose}
      missing={({ outcome, at = '', note = '' }) => {
        if (outcome === 'notApplicable') return note.trim() === '' ? 'Say why it does not apply.' : '';
        if (at === '') return 'Say when it was done.';
        const ms = Date.parse(`${at}Z`);
        const eventMs = millisOf(doc.times['event']?.time);
        if (Number.isNaN(ms) || ms > Date.now() || ms < eventMs) return 'The time lies between what happened and now.';
        return note.trim() === '' ? 'An earlier time needs a note: what it rests on.' : '';
      }}
      send={(draft) => {
        const { outcome, at = '', note = '' } = draft.fields;
        return add({ id: doc.id, version: draft.version }, draft.key, 'steps', {
          step: step.id,
          outcome,
          ...(outcome === 'done' ? { at: `${at.length === 16 ? `${at}:00` : at}Z` } : {}),
          note: note.trim(),
        });
      }}
      done={() => `Step of INC-${doc.number} recorded.`}
    >
      {({ fields, set }) => (
        <>
          <p>{visibleText(step.text)}</p>
          {(['done', 'notApplicable'] as const).map((outcome) => (
            <label class="check" key={outcome}>
              <input
                type="radio"
                name="outcome"
                checked={fields['outcome'] === outcome}
                onChange={() => set('outcome', outcome)}
              />{' '}
              {outcome === 'done' ? 'Done' : 'Not applicable'}
            </label>
          ))}
          {fields['outcome'] === 'done' ? (
            <LineField label="When, UTC" name="at" type="datetime-local" fields={fields} set={set} />
          ) : null}
          <TextField label="Note" name="note" fields={fields} set={set} />
        </>
      )}
    </ActDialog>
  );
}
