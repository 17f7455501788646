import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, actionKey } from '../kit/api.ts';
import { type Draft, draftIsKept, draftOf, dropDraft, keepDraft } from '../kit/draft.ts';
import { Dialog, Trouble } from '../kit/parts.tsx';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { troubleWords } from './acts.ts';
import type { FieldsProps } from './fields.tsx';

export interface DialogFields extends FieldsProps {
  /** Puts the dialog aside: what was written waits for whoever opens it again. */
  readonly leave: () => void;
}

/** What a dialog is about, as it is now. */
export interface DraftAbout {
  readonly id: string;
  /** As people call it. */
  readonly name: string;
  readonly version: number;
  /** Where people change it; 0 for what is only found. */
  readonly revision: number;
}

export interface DraftDialogProps {
  readonly about: DraftAbout;
  /** With what it is about, what names the draft. */
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
  /** What happened since it opened. */
  readonly since: (draft: Draft) => ComponentChildren;
  readonly children: (props: DialogFields) => ComponentChildren;
}

/**
 * A dialog is a draft (SETTLED G5): it is kept in the tab, no update renders it anew, closes it or takes its focus, and a line
 * says what changed since it opened. After a 412 it stays and needs a second press.
 */
export function DraftDialog(props: DraftDialogProps): JSX.Element {
  const { about, action, title, press, usual, onClose, send, done, missing, lead } = props;
  // An incident that becomes part of another takes its drafts along under another name (SETTLED G3); what is written stays one draft.
  const name = useRef('');
  name.current = `${about.id}:${action}`;
  const [draft] = useState(() =>
    draftOf(name.current, {
      person: person(),
      fields: props.begin ?? {},
      id: about.id,
      revision: about.revision,
      version: about.version,
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
    if (isBusy) return;
    const lacks = missing?.(draft.value.fields) ?? '';
    setTrouble(lacks);
    if (lacks !== '') return;
    if (draft.value.id !== about.id) {
      decideOver({ id: about.id, over: about.revision });
      setTrouble(`It is part of ${about.name} now. Press again to do this to that one.`);
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
        ? { id: draft.value.id, over: revision ?? about.revision }
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
        {props.since(draft.value)}
        {props.children({ fields: draft.value.fields, set, leave: putAside })}
        <Trouble>{trouble}</Trouble>
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
          <button type="submit" class={lead === undefined ? 'btn pri' : 'btn'}>
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
