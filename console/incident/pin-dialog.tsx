import type { JSX } from 'preact';
import { ask } from '../kit/api.ts';
import { isAtLeast, person } from '../kit/session.ts';
import { visibleText } from '../kit/words.ts';
import { ActDialog, LineField, TextField } from './act-dialog.tsx';
import type { DialogProps } from './dialogs.tsx';

const DAY_MS = 86_400_000;

/** A pin accepts content for good: it lowers a level and says so. An analyst proposes it by a note, an engineer makes it (SETTLED G8). */
export function PinDialog({ doc, onClose }: DialogProps): JSX.Element {
  const mayPin = isAtLeast('engineer');
  const choices = doc.subscriptions.flatMap(({ id, fingerprint, consumer, host }) =>
    fingerprint === undefined ? [] : [{ id, fingerprint, name: consumer.name ?? 'unnamed', host }],
  );
  const chosen = (id: string | undefined): (typeof choices)[number] | undefined =>
    choices.find((one) => one.id === id) ?? choices[0];
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
        const what = chosen(fields['subscription']);
        const reason = fields['reason']?.trim();
        const pin = {
          what: what?.name,
          subscription: what?.fingerprint,
          hosts: (fields['hosts'] ?? '').split(/[\s,]+/).filter((host) => host !== ''),
          owner: fields['owner']?.trim() || person(),
          reason,
          review: fields['review'],
        };
        const path = mayPin ? '/v1/pins' : '/v1/pins/proposals';
        const body = mayPin ? pin : { pin, note: reason, incident: doc.id };
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
          <TextField label="Why it is accepted" name="reason" fields={fields} set={set} />
          <LineField label="Who answers for it" name="owner" fields={fields} set={set} />
          <LineField label="Review by" name="review" type="date" fields={fields} set={set} />
        </>
      )}
    </ActDialog>
  );
}
