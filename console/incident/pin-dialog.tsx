import type { JSX } from 'preact';
import type { PinRequest } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { isAtLeast, person } from '../kit/session.ts';
import { visibleText } from '../kit/words.ts';
import { ActDialog, LineField, TextField } from './act-dialog.tsx';
import type { DialogProps } from './dialogs.tsx';
import { PinPreview } from './pin-preview.tsx';

const DAY_MS = 86_400_000;

interface Choice {
  readonly id: string;
  readonly fingerprint: string;
  readonly name: string;
  readonly host: string;
}

type Fields = Readonly<Record<string, string>>;

function pinOf(fields: Fields, what: Choice | undefined): PinRequest {
  return {
    what: what?.name,
    subscription: what?.fingerprint,
    hosts: (fields['hosts'] ?? '').split(/[\s,]+/).filter((host) => host !== ''),
    owner: fields['owner']?.trim() || person(),
    reason: fields['reason']?.trim() ?? '',
    review: fields['review'] ?? '',
  };
}

/** What is looked at before it is made: a reason that is not written yet changes nothing of what it would lower. */
function foreseen(fields: Fields, what: Choice | undefined): PinRequest | undefined {
  const pin = pinOf(fields, what);
  if (what === undefined || pin.hosts.length === 0 || pin.review === '') return undefined;
  return { ...pin, owner: person(), reason: 'a preview' };
}

/** A pin accepts content for good: it lowers a level and says so. An analyst proposes it by a note, an engineer makes it (SETTLED G8). */
export function PinDialog({ doc, onClose }: DialogProps): JSX.Element {
  const mayPin = isAtLeast('engineer');
  const choices = doc.subscriptions.flatMap(({ id, fingerprint, consumer, host }): Choice[] =>
    fingerprint === undefined ? [] : [{ id, fingerprint, name: consumer.name ?? 'unnamed', host }],
  );
  const chosen = (id: string | undefined): Choice | undefined => choices.find((one) => one.id === id) ?? choices[0];
  return (
    <ActDialog
      doc={doc}
      action="pin"
      title={mayPin ? `Pin what INC-${doc.number} is about` : `Propose a pin for INC-${doc.number}`}
      press={mayPin ? 'Pin' : 'Propose'}
      begin={{
        subscription: choices[0]?.id ?? '',
        hosts: choices[0]?.host ?? '',
        owner: person(),
        review: new Date(Date.now() + 180 * DAY_MS).toISOString().slice(0, 10),
      }}
      onClose={onClose}
      missing={({ reason, hosts }) => {
        if (choices.length === 0) return 'There is no subscription here whose content is known whole.';
        if ((hosts ?? '').trim() === '') return 'Name the hosts, or * for all.';
        return (reason ?? '').trim() === '' ? 'Say why it is accepted.' : '';
      }}
      send={({ fields, key }) => {
        const pin = pinOf(fields, chosen(fields['subscription']));
        const path = mayPin ? '/v1/pins' : '/v1/pins/proposals';
        const body = mayPin ? pin : { pin, note: pin.reason, incident: doc.id };
        return ask('POST', path, { headers: { 'idempotency-key': key }, body });
      }}
      done={() =>
        mayPin
          ? 'Pinned. Its level falls with the next judgement, and says so.'
          : 'Proposed; an engineer finds it under Rules and in a note here.'
      }
    >
      {({ fields, set }) => (
        <>
          <p>
            A pin is for what your organisation accepts. It never hides: the level falls, and the sum says by which pin.
          </p>
          {choices.length === 0 ? null : (
            <label>
              Subscription
              <select
                value={fields['subscription'] ?? ''}
                onChange={(event) => set('subscription', event.currentTarget.value)}
              >
                {choices.map(({ id, name, host }) => (
                  <option key={id} value={id}>
                    {visibleText(`${name} on ${host}`)}
                  </option>
                ))}
              </select>
            </label>
          )}
          <LineField label="Hosts, with commas (* is wild)" name="hosts" fields={fields} set={set} />
          <PinPreview pin={foreseen(fields, chosen(fields['subscription']))} />
          <TextField label="Why it is accepted" name="reason" fields={fields} set={set} />
          <LineField label="Who answers for it" name="owner" fields={fields} set={set} />
          <LineField label="Review by" name="review" type="date" fields={fields} set={set} />
        </>
      )}
    </ActDialog>
  );
}
