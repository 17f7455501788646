import type { JSX } from 'preact';
import { VERDICT_CODES, type Verdict } from '../../src/api/index.ts';
import { VERDICTS } from '../kit/words.ts';
import { ActDialog } from './act-dialog.tsx';
import { act, seenOf } from './acts.ts';
import { hasFormerVerdict } from './closing-needs.ts';
import type { DialogProps } from './dialogs.tsx';
import type { IncidentDocument } from './document.ts';
import { LineField, TextField } from './fields.tsx';

type Fields = Readonly<Record<string, string>>;

/** What it was, why in one word, and why in a sentence (PRODUCT 8.3). */
export function VerdictDialog({ doc, onClose }: DialogProps): JSX.Element {
  return (
    <ActDialog
      doc={doc}
      action="verdict"
      title={`Verdict of INC-${doc.number}`}
      press="Record verdict"
      begin={beginOf(doc)}
      onClose={onClose}
      missing={missingOf}
      send={(draft) => act(seenOf(doc, draft), draft.key, { action: 'verdict', ...saidOf(draft.fields) })}
      done={({ fields }) => `INC-${doc.number} judged ${fields['verdict']}.`}
    >
      {({ fields, set }) => {
        const verdict = fields['verdict'] as Verdict | undefined;
        return (
          <>
            <fieldset>
              <legend>What was it?</legend>
              {VERDICTS.map(({ id, name, says }) => (
                <Choice key={id} group="verdict" {...{ id, name, says, fields, set }} />
              ))}
            </fieldset>
            {verdict === undefined ? null : (
              <fieldset key={verdict}>
                <legend>Reason</legend>
                {VERDICT_CODES[verdict].map(({ code, says }) => (
                  <Choice key={code} group="code" id={code} name={code} {...{ says, fields, set }} />
                ))}
              </fieldset>
            )}
            {verdict === 'duplicate' ? <LineField label="Duplicate of (INC-…)" name="of" {...{ fields, set }} /> : null}
            {verdict === 'authorised' ? (
              <LineField label="Who approved it" name="approver" {...{ fields, set }} />
            ) : null}
            <TextField label="Why" name="note" fields={fields} set={set} />
          </>
        );
      }}
    </ActDialog>
  );
}

function Choice({
  group,
  id,
  name,
  says,
  fields,
  set,
}: {
  readonly group: 'verdict' | 'code';
  readonly id: string;
  readonly name: string;
  readonly says: string;
  readonly fields: Fields;
  readonly set: (name: string, value: string) => void;
}): JSX.Element {
  return (
    <label class="check">
      <input type="radio" name={group} value={id} checked={fields[group] === id} onChange={() => set(group, id)} />{' '}
      <span>
        <b>{name}</b> <span class="muted">{says}</span>
      </span>
    </label>
  );
}

/** A verdict is changed from what it is; one of an episode before is none to begin with. */
function beginOf(doc: IncidentDocument): Fields {
  const { verdict, judged } = doc.work;
  if (verdict === null || hasFormerVerdict(doc)) return {};
  const { code, approver, of } = judged ?? {};
  return {
    verdict,
    ...(code === undefined ? {} : { code }),
    ...(approver === undefined ? {} : { approver }),
    ...(of === undefined ? {} : { of: `INC-${of.number}` }),
  };
}

function codeOf({ verdict, code }: Fields): string | undefined {
  const codes = verdict === undefined ? [] : VERDICT_CODES[verdict as Verdict];
  return codes.find((known) => known.code === code)?.code;
}

function missingOf(fields: Fields): string {
  const { verdict, note = '', of = '', approver = '' } = fields;
  if (verdict === undefined) return 'Choose one of the six.';
  if (codeOf(fields) === undefined) return 'Choose a reason.';
  if (verdict === 'duplicate' && of.trim() === '') return 'Say of which incident it is a duplicate.';
  if (verdict === 'authorised' && approver.trim() === '') return 'Say who approved it.';
  return note.trim() === '' ? 'Say why: it is read by whoever sees the next one.' : '';
}

/** What was typed for another of the six is not sent. */
function saidOf(fields: Fields): Readonly<Record<string, unknown>> {
  const { verdict, note = '', of = '', approver = '' } = fields;
  return {
    verdict,
    code: codeOf(fields),
    note: note.trim(),
    ...(verdict === 'duplicate' ? { of: of.trim() } : {}),
    ...(verdict === 'authorised' ? { approver: approver.trim() } : {}),
  };
}
