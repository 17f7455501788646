import type { JSX } from 'preact';
import { ask } from '../kit/api.ts';
import { type Foreseen, Preview } from '../kit/preview.tsx';
import { isAtLeast, person } from '../kit/session.ts';
import { plural, visibleText } from '../kit/words.ts';
import { ActDialog, LineField, TextField } from './act-dialog.tsx';
import type { DialogProps } from './dialogs.tsx';
import type { IncidentDocument } from './document.ts';

export interface ScopeChoice {
  readonly id: string;
  readonly name: string;
  readonly scope: Readonly<Record<string, string>>;
}

/** What can be muted of an incident: its fingerprints first; a rule alone needs an engineer (SETTLED G8). */
export function scopesOf({ subscriptions, findings }: IncidentDocument, isEngineer: boolean): readonly ScopeChoice[] {
  const prints = subscriptions.flatMap(({ fingerprint, consumer, host }): ScopeChoice[] =>
    fingerprint === undefined
      ? []
      : [
          {
            id: `s-${fingerprint}-${host}`,
            name: `this subscription (${consumer.name ?? 'unnamed'}) on ${host}`,
            scope: { subscription: fingerprint, host },
          },
          {
            id: `s-${fingerprint}`,
            name: `this subscription (${consumer.name ?? 'unnamed'}) on every host`,
            scope: { subscription: fingerprint },
          },
        ],
  );
  const analytics = new Map<string, ScopeChoice>();
  for (const { analytic, host, title } of findings) {
    if (analytic === undefined) continue;
    analytics.set(`${analytic} ${host}`, {
      id: `a-${analytic}-${host}`,
      name: `${analytic} on ${host}: ${title}`,
      scope: { analytic, host },
    });
    if (isEngineer)
      analytics.set(analytic, { id: `a-${analytic}`, name: `${analytic} on every host`, scope: { analytic } });
  }
  const seen = new Set<string>();
  return [...prints, ...analytics.values()].filter(({ id }) => !seen.has(id) && seen.add(id).size > 0).slice(0, 40);
}

export function SuppressDialog({ doc, onClose }: DialogProps): JSX.Element {
  const isEngineer = isAtLeast('engineer');
  const scopes = scopesOf(doc, isEngineer);
  const most = isEngineer ? 90 : 7;
  const scopeOf = (id: string | undefined): ScopeChoice | undefined => scopes.find((one) => one.id === id) ?? scopes[0];
  return (
    <ActDialog
      doc={doc}
      action="suppress"
      title={`Suppress INC-${doc.number}`}
      press="Suppress"
      begin={{ days: '7', owner: person(), scope: scopes[0]?.id ?? '' }}
      onClose={onClose}
      missing={({ reason, days }) => {
        const n = Number(days);
        if (scopeOf(undefined) === undefined) return 'Nothing of this incident can be muted.';
        if (!Number.isInteger(n) || n < 1 || n > most) return `Your role may suppress for 1 to ${most} days.`;
        return (reason ?? '').trim() === '' ? 'Say why.' : '';
      }}
      send={({ key, fields }) =>
        ask('POST', '/v1/suppressions', {
          headers: { 'idempotency-key': key },
          body: {
            scope: scopeOf(fields['scope'])?.scope,
            reason: fields['reason']?.trim(),
            owner: fields['owner']?.trim() || person(),
            days: Number(fields['days']),
          },
        })
      }
      done={({ fields }) =>
        `Suppressed for ${plural(Number(fields['days']), 'day')}; what is new or worse shows at once.`
      }
    >
      {({ fields, set }) => (
        <>
          <p>
            It goes from the queue and from messages until the end date. Every finding stays listed; one that is new or
            of a higher level shows at once.
          </p>
          <label>
            What
            <select value={fields['scope'] ?? ''} onChange={(event) => set('scope', event.currentTarget.value)}>
              {scopes.map(({ id, name }) => (
                <option key={id} value={id}>
                  {visibleText(name).slice(0, 140)}
                </option>
              ))}
            </select>
          </label>
          <ShownPreview scope={scopeOf(fields['scope'])} />
          <TextField label="Why" name="reason" fields={fields} set={set} />
          <LineField
            label={`For how many days (at most ${most})`}
            name="days"
            type="number"
            min="1"
            max={String(most)}
            fields={fields}
            set={set}
          />
          <LineField label="Who answers for it" name="owner" fields={fields} set={set} />
        </>
      )}
    </ActDialog>
  );
}

/** What it would hide, told before it is done. */
function ShownPreview({ scope }: { readonly scope: ScopeChoice | undefined }): JSX.Element {
  return (
    <Preview<Foreseen>
      path="/v1/suppressions/preview"
      body={scope === undefined ? undefined : { scope: scope.scope }}
      doing="hide"
      says={({ open, closed }) => (
        <>
          It would hide <b>{plural(open, 'open incident')}</b> now, and would have hidden {plural(closed, 'closed one')}
          .
        </>
      )}
    />
  );
}
