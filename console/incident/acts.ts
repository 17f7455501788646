import { type Answer, ask, type Problem, whyOf } from '../kit/api.ts';
import { known } from '../kit/cache.ts';
import type { Draft } from '../kit/draft.ts';
import type { QueueRow } from '../queue/rows.ts';
import { showOwn } from '../queue/store.ts';
import type { IncidentDocument } from './document.ts';

export interface Acted {
  readonly id: string;
  readonly revision: number;
  readonly state: QueueRow['state'];
}

export function pathOf(id: string): string {
  return `/v1/incidents/${encodeURIComponent(id)}`;
}

/** Where an action goes: to the incident, over the revision that the draft decides over. */
export function seenOf(
  doc: IncidentDocument,
  { revision, over, version }: Pick<Draft, 'revision' | 'version' | 'over'>,
): { readonly id: string; readonly revision: number; readonly version: number } {
  return { id: doc.id, revision: over === 'shown' ? doc.work.revision : (over ?? revision), version };
}

/** Sends one action once, over the revision that the person saw; the page then reads what there is (SETTLED G5). */
export async function act(
  { id, revision, version }: { readonly id: string; readonly revision: number; readonly version: number },
  key: string,
  action: Readonly<Record<string, unknown>>,
): Promise<Answer<Acted>> {
  const answer = await ask<Acted>('POST', `${pathOf(id)}/actions`, {
    headers: { 'if-match': `"${revision}"`, 'idempotency-key': key },
    body: { ...action, version },
  });
  await took(id, answer, action);
  return answer;
}

/** Notes and steps stand beside each other: they need no revision. */
export async function add(
  { id, version }: { readonly id: string; readonly version: number },
  key: string,
  kind: 'notes' | 'steps',
  body: Readonly<Record<string, unknown>>,
): Promise<Answer<Acted>> {
  const answer = await ask<Acted>('POST', `${pathOf(id)}/${kind}`, {
    headers: { 'idempotency-key': key },
    body: { ...body, version },
  });
  await took(id, answer, {});
  return answer;
}

async function took(id: string, answer: Answer<Acted>, action: Readonly<Record<string, unknown>>): Promise<void> {
  if (answer.kind === 'ok') {
    const { revision, state } = answer.value;
    const owner = action['action'] === 'assign' ? { owner: (action['owner'] as string | null) ?? undefined } : {};
    const isJudged = action['action'] === 'verdict';
    const verdict = isJudged ? { verdict: String(action['verdict']), isJudgedBefore: false } : {};
    const seen = isJudged || action['action'] === 'acknowledge' ? { isToAcknowledge: false } : {};
    showOwn([id], { revision, state, ...owner, ...verdict, ...seen });
  }
  await known<IncidentDocument>(pathOf(id)).refresh();
}

/** Why an action was not done, and what to do then. */
export function troubleWords(problem: Problem): string {
  switch (problem.code) {
    case 'precondition_failed':
      return 'Somebody changed it meanwhile. What they did stands above; press again to do this over it.';
    case 'merged':
      return `It is part of another incident now. ${problem.detail} Press again to do this to that one.`;
    case 'unreachable':
      return 'The server does not answer. Nothing is sent again by itself; what you wrote is kept.';
    default:
      return whyOf(problem);
  }
}
