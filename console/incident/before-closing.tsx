import type { ComponentChildren, JSX } from 'preact';
import { Fragment } from 'preact';
import { useCut } from '../kit/cut.tsx';
import { isPrinting } from '../kit/print.ts';
import { isAtLeast } from '../kit/session.ts';
import { plural } from '../kit/words.ts';
import { needsOf } from './closing-needs.ts';
import type { IncidentDocument } from './document.ts';
import type { NextStep } from './former-steps.ts';
import { nameOfPhase, PHASES } from './phases.ts';
import { shortText } from './print-words.ts';
import { showPhase, showStep } from './show-steps.ts';

/** Steps that the dialog names before the rest is a number. */
const MOST_NAMED = 6;

/** Under the clock: what is missing before the incident can be closed, told apart from what is only advised. Each leads to where it is done. */
export function BeforeClosing({
  doc,
  onVerdict,
}: {
  readonly doc: IncidentDocument;
  readonly onVerdict: () => void;
}): JSX.Element | null {
  if (doc.work.state === 'closed') return null;
  const needs = needsOf(doc);
  const parts: ComponentChildren[] = [
    ...(needs.verdict ? [<VerdictNeed onVerdict={isAtLeast('analyst') ? onVerdict : undefined} />] : []),
    ...phaseLinks(needs.steps),
    ...(needs.learn ? ['what is learned from it, which is asked as it is closed'] : []),
  ];
  return (
    <p class="closing">
      {parts.length === 0 ? (
        'Nothing is missing before it can be closed.'
      ) : (
        <>
          <b>Before it can be closed:</b> <Listed parts={parts} />.
        </>
      )}{' '}
      <Advised steps={needs.advised} isAlone={parts.length === 0} />
    </p>
  );
}

/** In the dialog: every step that is missing, by its text. `onLeave` puts the dialog aside. */
export function MissingForClosing({
  doc,
  onVerdict,
  onLeave,
}: {
  readonly doc: IncidentDocument;
  readonly onVerdict: () => void;
  readonly onLeave: () => void;
}): JSX.Element | null {
  const needs = needsOf(doc);
  const steps = useCut(needs.steps, MOST_NAMED, 'step');
  return (
    <>
      {needs.verdict ? (
        <p class="trouble">
          Before it can be closed: <VerdictNeed onVerdict={onVerdict} />.
        </p>
      ) : null}
      {needs.steps.length === 0 ? null : (
        <>
          <p class="trouble">Before it can be closed these steps have to be done, or not apply for a reason:</p>
          <ul class="closing">
            {steps.shown.map(({ id, phase, text }) => (
              <li key={id}>
                {nameOfPhase(phase)}:{' '}
                <button
                  type="button"
                  class="lnk"
                  onClick={() => {
                    onLeave();
                    showStep(id);
                  }}
                >
                  {shortText(text)}
                </button>
              </li>
            ))}
          </ul>
          {steps.more}
        </>
      )}
      <p class="closing">
        <Advised steps={needs.advised} onLeave={onLeave} />
      </p>
    </>
  );
}

function VerdictNeed({ onVerdict }: { readonly onVerdict: (() => void) | undefined }): JSX.Element {
  return (
    <>
      {onVerdict === undefined || isPrinting.value ? (
        'a verdict'
      ) : (
        <button type="button" class="lnk" onClick={onVerdict}>
          a verdict
        </button>
      )}{' '}
      other than inconclusive; as malicious also every step of Contain and Verify, and what is learned from it
    </>
  );
}

/** What is no condition: said to be that. */
function Advised({
  steps,
  isAlone = false,
  onLeave,
}: {
  readonly steps: readonly NextStep[];
  readonly isAlone?: boolean;
  readonly onLeave?: () => void;
}): JSX.Element | null {
  if (steps.length === 0) return null;
  return (
    <span class="muted">
      {isAlone ? 'Advised all the same' : 'Advised, and no condition'}: <Listed parts={phaseLinks(steps, onLeave)} />.
    </span>
  );
}

/** "2 steps of Contain", each leading to the first of them. */
function phaseLinks(steps: readonly NextStep[], onLeave?: () => void): readonly JSX.Element[] {
  return PHASES.flatMap(({ phase, name }) => {
    const count = steps.filter((step) => step.phase === phase).length;
    if (count === 0) return [];
    const words = `${plural(count, 'step')} of ${name}`;
    // Nothing is pressed on paper.
    if (isPrinting.value) return [<Fragment key={phase}>{words}</Fragment>];
    return [
      <button
        key={phase}
        type="button"
        class="lnk"
        onClick={() => {
          onLeave?.();
          showPhase(phase);
        }}
      >
        {words}
      </button>,
    ];
  });
}

/** With commas, and "and" before the last. */
function Listed({ parts }: { readonly parts: readonly ComponentChildren[] }): JSX.Element {
  return (
    <>
      {parts.map((part, at) => (
        <Fragment key={at}>
          {at === 0 ? '' : at === parts.length - 1 ? ' and ' : ', '}
          {part}
        </Fragment>
      ))}
    </>
  );
}
