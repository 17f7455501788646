import type { HistoryEntryDocument, TakenStepDocument } from '../../src/api/index.ts';
import { visibleText } from '../kit/words.ts';
import type { NextStep } from './former-steps.ts';
import { nameOfPhase } from './phases.ts';
import { shortText } from './print-words.ts';

const ACTIONS: Readonly<Record<string, string>> = {
  acknowledge: 'acknowledged it',
  undo: 'took the acknowledgement back',
  assign: 'changed its owner',
  verdict: 'judged it',
  contain: 'said that it is contained',
  close: 'closed it',
  reopen: 'opened it again',
  note: 'noted',
  step: 'worked on a step',
  told: 'told it anew',
  restored: 'found it again',
  withdrawn: 'withdrew it',
  merged: 'merged it into another',
  absorbed: 'took another into it',
  reopened: 'opened it again',
  suppressed: 'kept how it was hidden',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  done: 'did a step of',
  notApplicable: 'said that a step does not apply, of',
};

/** What was done, in a few words without who; a step by its text, where the incident still names it. */
export function historyWords({ action, after, before }: HistoryEntryDocument, next: readonly NextStep[]): string {
  const words = ACTIONS[action] ?? action;
  if (action === 'step') return stepWords(takenOf(before), takenOf(after), next) ?? words;
  if (action === 'assign')
    return typeof after['owner'] === 'string' ? `gave it to ${visibleText(after['owner'])}` : 'took its owner away';
  // The same verdict for another reason changes the reason alone.
  if (action === 'verdict' && after['verdict'] === undefined && after['judged'] !== undefined)
    return `judged it again${judgedWords(after['judged'])}`;
  if (action === 'verdict' && typeof after['verdict'] === 'string') {
    const was = typeof before['verdict'] === 'string' ? ` (was ${before['verdict']})` : '';
    return `judged it ${after['verdict']}${was}${judgedWords(after['judged'])}`;
  }
  return words;
}

/** `, of INC-2, reason part`, as far as it was said and is another than before. */
function judgedWords(judged: unknown): string {
  const { code, approver, of } = (judged ?? {}) as {
    readonly code?: string;
    readonly approver?: string;
    readonly of?: { readonly number: number };
  };
  if (code === undefined) return '';
  const who = approver === undefined ? '' : `, approved by ${visibleText(approver)}`;
  return `${of === undefined ? '' : ` of INC-${of.number}`}, reason ${code}${who}`;
}

type Taken = Readonly<Record<string, TakenStepDocument>>;

function takenOf({ taken }: Readonly<Record<string, unknown>>): Taken {
  return (taken ?? {}) as Taken;
}

/** An entry holds what people did about every step, before and after: the one that is not the same is meant. */
function stepWords(before: Taken, after: Taken, next: readonly NextStep[]): string | undefined {
  const id = [...new Set([...Object.keys(before), ...Object.keys(after)])].find(
    (one) => JSON.stringify(before[one]) !== JSON.stringify(after[one]),
  );
  const step = id === undefined ? undefined : (after[id] ?? before[id]);
  if (id === undefined || step === undefined) return undefined;
  const outcome = after[id]?.outcome;
  const words = outcome === undefined ? 'took a step back, of' : (OUTCOMES[outcome] ?? outcome);
  const text = next.find((one) => one.id === id)?.text;
  const phase = nameOfPhase(step.phase as NextStep['phase']);
  return `${words} ${phase}: ${text === undefined ? 'one that is named no more' : `“${shortText(text)}”`}`;
}
