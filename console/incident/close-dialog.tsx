import type { JSX } from 'preact';
import { ActDialog } from './act-dialog.tsx';
import { act, seenOf } from './acts.ts';
import { MissingForClosing } from './before-closing.tsx';
import { needsOf } from './closing-needs.ts';
import type { IncidentDocument } from './document.ts';
import { TextField } from './fields.tsx';
import { nameOfPhase } from './phases.ts';
import { showStep } from './show-steps.ts';

/** Says what is missing before it can be closed; what leads on stands out then, and closing does where nothing but the text is left. */
export function CloseDialog({
  doc,
  onClose,
  onVerdict,
}: {
  readonly doc: IncidentDocument;
  readonly onClose: () => void;
  readonly onVerdict: () => void;
}): JSX.Element {
  const isMalicious = doc.work.verdict === 'malicious';
  return (
    <ActDialog
      doc={doc}
      action="close"
      title={`Close INC-${doc.number}`}
      press="Close incident"
      begin={doc.work.learn === null ? {} : { learn: doc.work.learn }}
      lead={leadOf(doc, onVerdict)}
      onClose={onClose}
      missing={({ learn }) =>
        isMalicious && (learn ?? '').trim() === ''
          ? 'Say what is learned from it: it is what the next review reads.'
          : ''
      }
      send={(draft) => {
        const learn = draft.fields['learn']?.trim() ?? '';
        const note = draft.fields['note']?.trim() ?? '';
        return act(seenOf(doc, draft), draft.key, {
          action: 'close',
          ...(learn === '' ? {} : { learn }),
          ...(note === '' ? {} : { note }),
        });
      }}
      done={() => `INC-${doc.number} closed.`}
    >
      {({ leave, ...field }) => (
        <>
          <MissingForClosing
            doc={doc}
            onLeave={leave}
            onVerdict={() => {
              leave();
              onVerdict();
            }}
          />
          <TextField
            label={isMalicious ? 'What is learned from it' : 'What is learned from it (may be left out)'}
            name="learn"
            {...field}
          />
          <TextField label="Note (may be left out)" name="note" {...field} />
        </>
      )}
    </ActDialog>
  );
}

/** The first thing that is missing and is not written here; undefined where nothing else is. */
function leadOf(
  doc: IncidentDocument,
  onVerdict: () => void,
): { readonly name: string; readonly run: () => void } | undefined {
  const needs = needsOf(doc);
  if (needs.verdict) return { name: 'Record verdict', run: onVerdict };
  const [step] = needs.steps;
  return step === undefined ? undefined : { name: nameOfPhase(step.phase), run: () => showStep(step.id) };
}
