import type { JSX } from 'preact';
import type { PinChoiceDocument, PinRequest, PinScopesDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { isAtLeast, person } from '../kit/session.ts';
import { plural } from '../kit/words.ts';
import { ActDialog } from './act-dialog.tsx';
import type { DialogProps } from './dialogs.tsx';
import type { DraftDialogProps } from './draft-dialog.tsx';
import { type FieldsProps, LineField, TextField } from './fields.tsx';
import { choiceKey, choiceWords, firstChoice, PIN_GROUPS, pinOf, usualFields } from './pin-choice.ts';
import { PinPreview } from './pin-preview.tsx';
import { type Scopes, ScopesWait, useScopes } from './scopes.tsx';

const DAY_MS = 86_400_000;

type Fields = FieldsProps['fields'];

/** What is looked at before it is made: a reason that is not written yet changes nothing of what it would lower. */
function foreseen(fields: Fields, choice: PinChoiceDocument | undefined): PinRequest | undefined {
  const pin = pinOf(fields, choice, person());
  const lacks = pin.hosts.length === 0 || pin.accounts?.length === 0 || pin.sources?.length === 0;
  if (choice === undefined || lacks || pin.review === '') return undefined;
  return { ...pin, owner: person(), reason: 'a preview' };
}

/** A pin accepts content for good: it lowers a level and says so. An analyst proposes it by a note, an engineer makes it (SETTLED G8). */
export function PinDialog({ doc, onClose }: DialogProps): JSX.Element {
  return (
    <PinForm
      scopes={useScopes(doc.id)}
      title={isAtLeast('engineer') ? `Pin what INC-${doc.number} is about` : `Propose a pin for INC-${doc.number}`}
      incident={doc.id}
      frame={(props) => <ActDialog doc={doc} onClose={onClose} {...props} />}
    />
  );
}

/** What of a dialog to pin is the same, whatever it was opened over. */
type PinParts = Omit<DraftDialogProps, 'about' | 'since' | 'onClose'>;

/** A dialog to pin one of the contents that can be told apart. */
export function PinForm({
  scopes,
  title,
  incident,
  frame,
}: {
  readonly scopes: Scopes<PinScopesDocument>;
  readonly title: string;
  /** A proposal stands there as a note. */
  readonly incident: string | undefined;
  readonly frame: (props: PinParts) => JSX.Element;
}): JSX.Element {
  const mayPin = isAtLeast('engineer');
  const told = scopes.now.value;
  const chosen = ({ choice }: Fields): PinChoiceDocument | undefined =>
    choice === undefined ? told?.pins[0] : told?.pins.find((one) => choiceKey(one) === choice);
  return frame({
    action: 'pin',
    title,
    press: mayPin ? 'Pin' : 'Propose',
    begin: { owner: person(), review: new Date(Date.now() + 180 * DAY_MS).toISOString().slice(0, 10) },
    usual: scopes.fresh === undefined ? undefined : firstChoice(scopes.fresh),
    missing: (fields) => missingOf(told, fields, chosen(fields)),
    send: ({ fields, key }) => {
      const pin = pinOf(fields, chosen(fields), person());
      const path = mayPin ? '/v1/pins' : '/v1/pins/proposals';
      const body = mayPin ? pin : { pin, note: pin.reason, ...(incident === undefined ? {} : { incident }) };
      return ask('POST', path, { headers: { 'idempotency-key': key }, body });
    },
    done: () =>
      mayPin
        ? 'Pinned. Its level falls with the next judgement, and says so.'
        : `Proposed; an engineer finds it under Rules${incident === undefined ? '' : ' and in a note of its incident'}.`,
    children: ({ fields, set }) => (
      <>
        <p>
          A pin is for what your organisation accepts. It hides nothing: the level falls, and the sum names the pin.
        </p>
        <ScopesWait scopes={scopes} />
        {told === undefined ? null : (
          <PinFields
            told={told}
            choice={chosen(fields)}
            fields={{ ...usualFields(chosen(fields)), ...fields }}
            set={set}
          />
        )}
        <PinPreview pin={foreseen(fields, chosen(fields))} />
        <TextField label="Why it is accepted" name="reason" fields={fields} set={set} />
        <LineField label="Who answers for it" name="owner" fields={fields} set={set} />
        <LineField label="Review by" name="review" type="date" fields={fields} set={set} />
      </>
    ),
  });
}

/** Why a pin cannot be made of what was entered; empty where it can. */
function missingOf(told: PinScopesDocument | undefined, fields: Fields, choice: PinChoiceDocument | undefined): string {
  if (told === undefined) return 'What can be pinned of it is not read yet.';
  if (told.pins.length === 0) return 'There is no content here that is known whole.';
  if (choice === undefined) return 'What was chosen is no part of it any more: choose again.';
  const { hosts, accounts, sources, reason } = pinOf(fields, choice, person());
  if (hosts.length === 0) return 'Name the hosts, or * for all.';
  if (accounts?.length === 0) return 'Name the accounts that call.';
  if (sources?.length === 0) return 'Name the hosts or addresses from which they call.';
  return reason === '' ? 'Say why it is accepted.' : '';
}

/** Which content, and where it is accepted; of calls also by whom and from where. */
function PinFields({
  told: { pins, morePins, named },
  choice,
  fields,
  set,
}: FieldsProps & { readonly told: PinScopesDocument; readonly choice: PinChoiceDocument | undefined }): JSX.Element {
  if (pins.length === 0) return <p class="note">No record tells a content of it whole.</p>;
  const choose = (key: string): void => {
    set('choice', key);
    // Another content has another scope: what stood there was of the former.
    const next = usualFields(pins.find((one) => choiceKey(one) === key));
    for (const [name, text] of Object.entries(next)) set(name, text);
  };
  return (
    <>
      <label>
        What is accepted
        <select
          value={choice === undefined ? '' : choiceKey(choice)}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          {choice === undefined ? <option value="">choose again</option> : null}
          {PIN_GROUPS.map(({ name, has }) => {
            const own = pins.filter(has);
            return own.length === 0 ? null : (
              <optgroup key={name} label={name}>
                {own.map((one) => (
                  <option key={choiceKey(one)} value={choiceKey(one)}>
                    {choiceWords(one, named)}
                  </option>
                ))}
              </optgroup>
            );
          })}
        </select>
      </label>
      {morePins === 0 ? null : (
        <p class="note">
          {plural(morePins, 'other')} stand on no list here: <code>triad pin add</code> takes each by its id.
        </p>
      )}
      <LineField label="Hosts, with commas (* is wild)" name="hosts" fields={fields} set={set} />
      {choice?.accounts === undefined ? null : (
        <>
          <LineField label="Called by these accounts, whole, with commas" name="accounts" fields={fields} set={set} />
          <LineField label="From these hosts or addresses, with commas" name="sources" fields={fields} set={set} />
        </>
      )}
    </>
  );
}
