import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionKey } from '../kit/api.ts';
import { copy } from '../kit/save.ts';
import { isAtLeast, mayReadEvidence } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { stampOf } from '../kit/time.ts';
import { isShownPlain, visibleText } from '../kit/words.ts';
import { add, troubleWords } from './acts.ts';
import { needsOf } from './closing-needs.ts';
import type { IncidentDocument } from './document.ts';
import { formerSteps, type NextStep } from './former-steps.ts';
import { openSteps, PHASES, type Phase } from './phases.ts';
import { showClockStep } from './show-steps.ts';

/** What a person does next, a phase after the other; Triad does none of it. */
export function StepsTab({
  doc,
  onStep,
}: {
  readonly doc: IncidentDocument;
  readonly onStep: (step: NextStep) => void;
}): JSX.Element {
  const { next } = doc.incident;
  const former = formerSteps(doc);
  const needed = new Set<Phase>(needsOf(doc).steps.map(({ phase }) => phase));
  if (next.length + former.length === 0) return <p class="note">No step is proposed.</p>;
  return (
    <>
      <p class="note">
        In this order. A person does it, and says here what was done. Read a command before you run it.
        {mayReadEvidence() ? '' : ' Commands need the role analyst or auditor.'}
        {doc.work.state === 'closed' ? ' It is closed: what was done is changed after it is opened again.' : ''}
      </p>
      {PHASES.map(({ phase, name, when }) => {
        const own = next.filter((step) => step.phase === phase);
        return own.length === 0 ? null : (
          <section key={phase} class="phase" data-phase={phase} aria-label={name}>
            <h3>
              {name} <span class="muted">{needed.has(phase) ? `${when}; before it can be closed` : when}</span>{' '}
              {phase === 'verify' ? <VerifyDue doc={doc} /> : ''}
            </h3>
            <ul>
              {own.map((step) => (
                <StepRow key={step.id} step={step} doc={doc} onStep={onStep} />
              ))}
            </ul>
          </section>
        );
      })}
      {former.length === 0 ? null : (
        <section class="phase" aria-label="Named no more">
          <h3>
            Named no more <span class="muted">what was done before new evidence named other steps</span>
          </h3>
          <ul>
            {former.map((step) => (
              <StepRow key={step.id} step={step} doc={doc} onStep={onStep} />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** When it has to be verified; leads back to the clock. */
function VerifyDue({ doc }: { readonly doc: IncidentDocument }): JSX.Element | null {
  const due = doc.due?.find((one) => one.for === 'verify' && !one.isMet);
  if (due === undefined || doc.work.state === 'closed') return null;
  return (
    <button type="button" class="lnk" onClick={() => showClockStep('verify')}>
      due {stampOf(due.at).slice(0, 16)}
      {openSteps(doc, 'verify').length === 0 ? ': contained after these were done, so check again' : ''}
    </button>
  );
}

function StepRow({
  step,
  doc,
  onStep,
}: {
  readonly step: NextStep;
  readonly doc: IncidentDocument;
  readonly onStep: (step: NextStep) => void;
}): JSX.Element {
  const taken = doc.work.taken[step.id];
  const [isBusy, setBusy] = useState(false);
  const mayWork = isAtLeast('analyst') && doc.work.state !== 'closed';
  const mark = async (outcome: 'done' | 'undone'): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    const answer = await add(doc, actionKey(), 'steps', { step: step.id, outcome });
    setBusy(false);
    if (answer.kind === 'problem') {
      say(troubleWords(answer.problem));
      return;
    }
    const isContained = answer.value.state === 'contained' && doc.work.state !== 'contained';
    const came = outcome === 'done' ? 'done' : 'not done after all';
    say(`INC-${doc.number}: step ${came}.${isContained ? ' The incident is contained.' : ''}`);
  };
  return (
    <li class={taken === undefined ? '' : 'taken'} data-step={step.id} tabIndex={-1}>
      <p>
        {mayWork ? (
          <label class="check">
            <input
              type="checkbox"
              checked={taken !== undefined}
              onChange={() => void mark(taken === undefined ? 'done' : 'undone')}
            />{' '}
            <span>{visibleText(step.text)}</span>
          </label>
        ) : (
          visibleText(step.text)
        )}
      </p>
      {taken === undefined ? (
        mayWork ? (
          <button type="button" class="lnk" onClick={() => onStep(step)}>
            Done earlier, or not applicable<span class="vh">: {visibleText(step.text)}</span>
          </button>
        ) : null
      ) : (
        <p class="muted">
          {taken.outcome === 'done' ? 'Done' : 'Not applicable'} <span class="num">{stampOf(taken.time.time)}</span>
          {taken.time.who === undefined ? null : <> by {visibleText(taken.time.who)}</>}
          {taken.time.clock === 'entered' ? ', entered' : ''}
          {taken.note === undefined ? '' : `: ${visibleText(taken.note)}`}
        </p>
      )}
      {step.command === undefined ? null : <Command text={step.command} />}
    </li>
  );
}

/** A script as it must be copied: exact. One that holds what cannot be seen is shown written out and cannot be copied (L20). */
function Command({ text }: { readonly text: string }): JSX.Element {
  const isPlain = isShownPlain(text);
  return (
    <div class="cmd">
      <pre tabIndex={0}>{isPlain ? text : visibleText(text)}</pre>
      {isPlain ? (
        <button type="button" class="btn" onClick={() => void copy(text, 'The command')}>
          Copy
        </button>
      ) : (
        <p class="muted">It holds what cannot be shown: do it by hand.</p>
      )}
    </div>
  );
}
