import type { JSX } from 'preact';
import type { DueTimeDocument } from '../../src/api/index.ts';
import { clockOf, dayOf, millisOf, slowNowMs, spanOf } from '../kit/time.ts';
import type { IncidentDocument, ToldTime } from './document.ts';
import { openSteps, progressOf } from './phases.ts';
import { showPhase } from './show-steps.ts';

interface Step {
  readonly name: string;
  readonly told: ToldTime | undefined;
  readonly due?: DueTimeDocument | undefined;
  /** What it is counted from. */
  readonly from?: string | undefined;
  /** The phase whose steps bring it about, while one of them is open. */
  readonly phase?: 'contain' | 'verify' | undefined;
}

/** Happened, alerted, acknowledged, verdict, contained, closed: when each was, or when it is due. */
export function ClockSteps({ doc }: { readonly doc: IncidentDocument }): JSX.Element {
  const { times, work } = doc;
  const due = (step: DueTimeDocument['for']): DueTimeDocument | undefined => doc.due?.find((one) => one.for === step);
  const alert = times['alert'];
  const open = (phase: 'contain' | 'verify'): typeof phase | undefined =>
    work.state !== 'closed' && openSteps(doc, phase).length > 0 ? phase : undefined;
  const steps: readonly Step[] = [
    { name: 'Happened', told: times['event'] ?? times['act'] },
    { name: 'Alerted', told: alert, from: times['event']?.time },
    { name: 'Acknowledged', told: work.times['ack'], due: due('acknowledge'), from: alert?.time },
    // A verdict that fell away in a merge is not there, though its time stays.
    {
      name: 'Verdict',
      told: work.times['undecided'] === undefined ? work.times['triage'] : undefined,
      due: due('verdict'),
      from: alert?.time,
    },
    {
      name: 'Contained',
      told: work.times['contain'],
      due: due('contain'),
      from: alert?.time,
      phase: open('contain'),
    },
    ...(work.times['contain'] === undefined && work.times['containVerified'] === undefined
      ? []
      : [
          {
            name: 'Verified',
            told: work.times['containVerified'],
            due: due('verify'),
            from: work.times['contain']?.time,
            phase: open('verify'),
          },
        ]),
    { name: 'Closed', told: work.times['close'], from: alert?.time },
  ];
  const firstDay = dayOf(steps[0]?.told?.time ?? '');
  return (
    <ol class="clk" aria-label="Times of this incident">
      {steps.map((step, at) => (
        <ClockStep
          key={step.name}
          step={step}
          firstDay={at === 0 ? '' : firstDay}
          isClosed={work.state === 'closed'}
          isHidden={doc.suppressedBy !== undefined}
          progress={step.phase === undefined ? undefined : progressOf(doc, step.phase)}
        />
      ))}
    </ol>
  );
}

function ClockStep({
  step,
  firstDay,
  isClosed,
  isHidden,
  progress,
}: {
  readonly step: Step;
  /** The day that is not said again; that of the first step always is. */
  readonly firstDay: string;
  readonly isClosed: boolean;
  /** Nothing of what a suppression hides is overdue (SETTLED G8). */
  readonly isHidden: boolean;
  /** Of the steps of its phase, while one of them is open. */
  readonly progress: string | undefined;
}): JSX.Element {
  const { told, due, from, phase } = step;
  const name = <StepName step={step} />;
  if (told !== undefined) {
    const took = from === undefined ? Number.NaN : millisOf(told.time) - millisOf(from);
    const day = dayOf(told.time);
    return (
      <li class="done" data-for={phase} title={`${told.time}, ${told.clock}: ${told.source}`}>
        {name}
        <b class="num">{clockOf(told.time).slice(0, 8)}</b>
        {day === firstDay ? '' : <span class="num">{day} </span>}
        {Number.isNaN(took) ? '' : took < 0 ? 'clocks differ' : `after ${spanOf(took)}`}
        {told.clock === 'entered' ? ', entered' : ''}
        {progress === undefined ? '' : `, ${progress}`}
      </li>
    );
  }
  if (due === undefined || isClosed || due.isMet) {
    return (
      <li>
        {name}
        <b>{isClosed || due?.isMet === true ? 'not needed' : 'not yet'}</b>
      </li>
    );
  }
  const left = millisOf(due.at) - slowNowMs.value;
  const isLate = left < 0 && !isHidden;
  const day = dayOf(due.at);
  return (
    <li class={isLate ? 'late' : ''} data-for={phase}>
      {name}
      <b class="num">due {clockOf(due.at).slice(0, 5)}</b>
      {day === firstDay ? '' : <span class="num">{day} </span>}
      {isLate ? `overdue by ${spanOf(left)}` : left < 0 ? 'not counted while hidden' : `${spanOf(left)} left`}
    </li>
  );
}

/** What has steps leads to the first open one of them. */
function StepName({ step: { name, phase, told, due } }: { readonly step: Step }): JSX.Element {
  if (phase === undefined || (told === undefined && (due === undefined || due.isMet))) return <>{name}</>;
  return (
    <button type="button" class="lnk" onClick={() => showPhase(phase)}>
      {name}
      <span class="vh">, to its steps</span>
    </button>
  );
}
