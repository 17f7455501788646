import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, actionKey } from '../kit/api.ts';
import { type Draft, draftIsKept, draftOf, dropDraft, keepDraft } from '../kit/draft.ts';
import { Dialog } from '../kit/parts.tsx';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { clockOf } from '../kit/time.ts';
import { plural, visibleText } from '../kit/words.ts';
import { type Acted, troubleWords } from './acts.ts';
import type { IncidentDocument } from './document.ts';
import { historyWords } from './history-words.ts';

export interface FieldsProps {
  readonly fields: Readonly<Record<string, string>>;
  readonly set: (name: string, value: string) => void;
}

export interface DialogFields extends FieldsProps {
  /** Puts the dialog aside: what was written waits for whoever opens it again. */
  readonly leave: () => void;
}

export interface ActDialogProps {
  readonly doc: IncidentDocument;
  /** With the incident, what names the draft. */
  readonly action: string;
  readonly title: string;
  readonly press: string;
  readonly begin?: Readonly<Record<string, string>>;
  /** What fields show that nobody wrote in, once it is known: it becomes part of the draft then, and later evidence does not change it. */
  readonly usual?: Readonly<Record<string, string>> | undefined;
  readonly onClose: () => void;
  /** Sends it; gives back what came of it. */
  readonly send: (draft: Draft) => Promise<Answer<unknown>>;
  /** The status line when it is done. */
  readonly done: (draft: Draft) => string;
  /** Why it cannot be sent as it is; empty where it can. */
  readonly missing?: (fields: Readonly<Record<string, string>>) => string;
  /** What comes before it: that stands out then, and leads there. */
  readonly lead?: { readonly name: string; readonly run: () => void } | undefined;
  readonly children: (props: DialogFields) => ComponentChildren;
}

/**
 * A dialog is a draft (SETTLED G5): it is kept in the tab, no update renders it anew, closes it or takes its focus, and a line
 * says what changed since it opened. After a 412 it stays and needs a second press.
 */
export function ActDialog(props: ActDialogProps): JSX.Element {
  const { doc, action, title, press, usual, onClose, send, done, missing, lead } = props;
  // An incident that becomes part of another takes its drafts along under another name (SETTLED G3); what is written stays one draft.
  const name = useRef('');
  name.current = `${doc.id}:${action}`;
  const [draft] = useState(() =>
    draftOf(name.current, {
      person: person(),
      fields: props.begin ?? {},
      id: doc.id,
      revision: doc.work.revision,
      version: doc.version,
    }),
  );
  const [trouble, setTrouble] = useState('');
  const [isBusy, setBusy] = useState(false);
  const putAside = (): void => {
    if (draftIsKept(name.current)) keepDraft(name.current, { ...draft.value, isAside: true });
    onClose();
  };
  const cancel = (): void => {
    dropDraft(name.current);
    onClose();
  };
  const set = (field: string, value: string): void => {
    const { isAside: _, ...open } = draft.value;
    draft.value = { ...open, fields: { ...open.fields, [field]: value } };
    keepDraft(name.current, draft.value);
  };
  useEffect(() => {
    if (usual === undefined) return;
    draft.value = { ...draft.value, fields: { ...usual, ...draft.value.fields } };
    // Nobody entered anything yet: then it leaves nothing behind, either.
    if (draftIsKept(name.current)) keepDraft(name.current, draft.value);
  }, [usual === undefined]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const lacks = missing?.(draft.value.fields) ?? '';
    setTrouble(lacks);
    if (lacks !== '') return;
    if (draft.value.id !== doc.id) {
      decideOver({ id: doc.id, over: doc.work.revision });
      setTrouble(`It is part of INC-${doc.number} now. Press again to do this to that one.`);
      return;
    }
    setBusy(true);
    const answer = await send(draft.value);
    setBusy(false);
    if (answer.kind === 'ok') {
      dropDraft(name.current);
      say(done(draft.value));
      onClose();
      return;
    }
    const { problem } = answer;
    setTrouble(troubleWords(problem));
    if (problem.code !== 'precondition_failed' && problem.code !== 'merged') return;
    const { revision, survivor } = aboutOf(problem.more);
    decideOver(
      survivor === undefined
        ? { id: draft.value.id, over: revision ?? doc.work.revision }
        : { id: survivor, over: 'shown' },
    );
  };
  /** The next press is a decision of its own, made over what is there now. */
  const decideOver = (next: { readonly id: string; readonly over: number | 'shown' }): void => {
    draft.value = { ...draft.value, ...next, key: actionKey() };
    keepDraft(name.current, draft.value);
  };
  return (
    <Dialog title={title} onClose={putAside}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <Since doc={doc} draft={draft.value} />
        {props.children({ fields: draft.value.fields, set, leave: putAside })}
        {trouble === '' ? null : (
          <p class="trouble" role="alert">
            {trouble}
          </p>
        )}
        <p class="row">
          {lead === undefined ? null : (
            <button
              type="button"
              class="btn pri"
              onClick={() => {
                putAside();
                lead.run();
              }}
            >
              {lead.name}
            </button>
          )}
          <button type="submit" class={lead === undefined ? 'btn pri' : 'btn'} disabled={isBusy}>
            {press}
          </button>
          <button type="button" class="btn" onClick={cancel}>
            Cancel
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** What a refusal says of the incident: its revision now, or which one it became part of. */
function aboutOf(more: Readonly<Record<string, unknown>>): { readonly revision?: number; readonly survivor?: string } {
  const { revision, survivor } = (more['about'] ?? {}) as { readonly revision?: unknown; readonly survivor?: unknown };
  return {
    ...(typeof revision === 'number' ? { revision } : {}),
    ...(typeof survivor === 'string' ? { survivor } : {}),
  };
}

/** What happened to the incident while the dialog stood open. */
function Since({ doc, draft }: { readonly doc: IncidentDocument; readonly draft: Draft }): JSX.Element | null {
  const acts = doc.history.items.filter((entry) => entry.revision > draft.revision && entry.who !== draft.person);
  const versions = doc.version - draft.version;
  if (acts.length === 0 && versions <= 0) return null;
  return (
    <p class="since" role="status">
      {versions > 0 ? `New evidence came since you opened this (${plural(versions, 'change')}). ` : ''}
      {acts
        .slice(0, 3)
        .map(
          (entry) =>
            `${visibleText(entry.who)} ${historyWords(entry, doc.incident.next)} at ${clockOf(entry.at)}${entry.note === undefined ? '' : `: “${visibleText(entry.note)}”`}. `,
        )}
    </p>
  );
}

/** A text over several lines. */
export function TextField({
  label,
  name,
  fields,
  set,
  rows = 3,
  isNeeded = false,
}: FieldsProps & {
  readonly label: string;
  readonly name: string;
  readonly rows?: number;
  readonly isNeeded?: boolean;
}): JSX.Element {
  return (
    <label>
      {label}
      <textarea
        rows={rows}
        maxLength={4000}
        required={isNeeded}
        value={fields[name] ?? ''}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

export function LineField({
  label,
  name,
  fields,
  set,
  type = 'text',
  isNeeded = false,
  min,
  max,
}: FieldsProps & {
  readonly label: string;
  readonly name: string;
  readonly type?: 'text' | 'number' | 'date' | 'datetime-local' | 'url';
  readonly isNeeded?: boolean;
  readonly min?: string;
  readonly max?: string;
}): JSX.Element {
  return (
    <label>
      {label}
      <input
        {...({ type, required: isNeeded, min, max } as object)}
        value={fields[name] ?? ''}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

export type SendResult = Promise<Answer<Acted>>;
