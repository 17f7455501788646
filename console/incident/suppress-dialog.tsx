import type { JSX } from 'preact';
import type { ScopesDocument } from '../../src/api/index.ts';
import { ask } from '../kit/api.ts';
import { type Foreseen, Preview } from '../kit/preview.tsx';
import { isAtLeast, person } from '../kit/session.ts';
import { digits, plural } from '../kit/words.ts';
import { showOwnMute } from '../queue/store.ts';
import { ActDialog } from './act-dialog.tsx';
import type { DialogProps } from './dialogs.tsx';
import { type FieldsProps, LineField, TextField } from './fields.tsx';
import {
  chosenScope,
  isGone,
  isRuleAlone,
  mutedOf,
  SCOPE_FIELDS,
  type Scope,
  type ScopeField,
  usualScope,
  valuesOf,
} from './mute-scope.ts';
import { printWords, shortText } from './print-words.ts';
import { ScopesWait, useScopes } from './scopes.tsx';

const LABELS: Readonly<Record<ScopeField, string>> = {
  subscription: 'Subscription, by its whole content',
  payload: 'What it runs',
  command: 'Command line',
  account: 'Account',
  host: 'Host',
  analytic: 'Rule',
};
const RULE_ALONE = 'A rule alone is muted by an engineer: choose a content, an account or a host with it.';

/** A mute of the queue with an end: of whatever the server can tell apart in this incident, the fingerprint first (SETTLED G8). */
export function SuppressDialog({ doc, onClose }: DialogProps): JSX.Element {
  const isEngineer = isAtLeast('engineer');
  const most = isEngineer ? 90 : 7;
  const scopes = useScopes(doc.id);
  const told = scopes.now.value;
  const scopeOf = (fields: Readonly<Record<string, string>>): Scope =>
    told === undefined ? {} : chosenScope(told, fields);
  return (
    <ActDialog
      doc={doc}
      action="suppress"
      title={`Suppress INC-${doc.number}`}
      press="Suppress"
      begin={{ days: '7', owner: person() }}
      usual={scopes.fresh === undefined ? undefined : usualScope(scopes.fresh)}
      onClose={onClose}
      missing={(fields) => {
        const n = Number(fields['days']);
        const scope = scopeOf(fields);
        if (told === undefined) return 'What can be muted of it is not read yet.';
        if (Object.keys(scope).length === 0) return 'Choose at least one thing that is muted.';
        if (isGone(told, scope)) return 'What was chosen carries its level no more: choose again.';
        if (isRuleAlone(scope) && !isEngineer) return RULE_ALONE;
        if (!Number.isInteger(n) || n < 1 || n > most) return `Your role may suppress for 1 to ${most} days.`;
        return (fields['reason'] ?? '').trim() === '' ? 'Say why.' : '';
      }}
      send={async ({ key, fields }) => {
        const scope = scopeOf(fields);
        const answer = await ask('POST', '/v1/suppressions', {
          headers: { 'idempotency-key': key },
          body: {
            scope,
            what: told === undefined ? undefined : contentWords(told, scope),
            reason: fields['reason']?.trim(),
            owner: fields['owner']?.trim() || person(),
            days: Number(fields['days']),
          },
        });
        if (answer.kind === 'ok') showOwnMute();
        return answer;
      }}
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
          <ScopesWait scopes={scopes} />
          {told === undefined ? null : <ScopeFields told={told} scope={scopeOf(fields)} set={set} />}
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

function isContent(field: ScopeField): boolean {
  return field === 'subscription' || field === 'payload' || field === 'command';
}

/** What is muted by its content, as it was shown: a list of mutes has nothing but the prints. */
function contentWords({ named }: ScopesDocument, scope: Scope): string | undefined {
  const words = SCOPE_FIELDS.flatMap((field) => (isContent(field) ? (scope[field] ?? []) : []));
  return words.map((print) => printWords(named, print)).join(', ') || undefined;
}

/** Each thing that the incident tells, with "any"; what would come of the choice. */
function ScopeFields({
  told,
  scope,
  set,
}: {
  readonly told: ScopesDocument;
  readonly scope: Scope;
  readonly set: FieldsProps['set'];
}): JSX.Element {
  const words = (field: ScopeField, value: string): string =>
    isContent(field) ? printWords(told.named, value) : shortText(value);
  return (
    <fieldset>
      <legend>What is muted: all that is chosen must hold</legend>
      {SCOPE_FIELDS.map((field) => {
        const values = valuesOf(told, field);
        return values.length === 0 ? null : (
          <label key={field}>
            {LABELS[field]}
            <select value={scope[field] ?? ''} onChange={(event) => set(`scope.${field}`, event.currentTarget.value)}>
              <option value="">{field === 'host' ? 'every host' : 'any'}</option>
              {values.map((value) => (
                <option key={value} value={value}>
                  {words(field, value)}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      {isRuleAlone(scope) && !isAtLeast('engineer') ? <p class="trouble">{RULE_ALONE}</p> : null}
      <Stays told={told} scope={scope} />
      <ShownPreview scope={scope} />
    </fieldset>
  );
}

/** Why this incident would stay where it is. */
function Stays({ told, scope }: { readonly told: ScopesDocument; readonly scope: Scope }): JSX.Element | null {
  if (told.isNeverHidden)
    return (
      <p class="note" role="status">
        {digits(told.total)} findings and subscriptions carry its level, more than a mute looks at: none hides this
        incident.
      </p>
    );
  const muted = mutedOf(told, scope);
  if (Object.keys(scope).length === 0 || muted === told.total) return null;
  return (
    <p class="note" role="status">
      This incident stays: it mutes {muted} of the {told.total} that carry its level.
    </p>
  );
}

/** What it would hide, told before it is done. */
function ShownPreview({ scope }: { readonly scope: Scope }): JSX.Element {
  return (
    <Preview<Foreseen>
      path="/v1/suppressions/preview"
      body={Object.keys(scope).length === 0 ? undefined : { scope }}
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
