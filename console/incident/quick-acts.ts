import { actionKey } from '../kit/api.ts';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { act, troubleWords } from './acts.ts';
import type { IncidentDocument } from './document.ts';

async function quick(doc: IncidentDocument, action: Readonly<Record<string, unknown>>, done: string): Promise<void> {
  const answer = await act({ id: doc.id, revision: doc.work.revision, version: doc.version }, actionKey(), action);
  say(answer.kind === 'ok' ? done : troubleWords(answer.problem));
}

/** True where nobody acknowledged it yet, or since it was opened again: what the server goes by. */
export function isToAcknowledge({ work: { state, times } }: Pick<IncidentDocument, 'work'>): boolean {
  return state === 'open' || (state !== 'closed' && times['ack'] === undefined);
}

/** Acknowledges what is to be; can be taken back for half a minute. */
export async function acknowledge(doc: IncidentDocument): Promise<void> {
  if (!isToAcknowledge(doc)) {
    say(`INC-${doc.number} is acknowledged already.`);
    return;
  }
  const seen = { id: doc.id, revision: doc.work.revision, version: doc.version };
  const answer = await act(seen, actionKey(), { action: 'acknowledge' });
  if (answer.kind === 'problem') {
    say(troubleWords(answer.problem));
    return;
  }
  const { revision } = answer.value;
  const undo = async (): Promise<void> => {
    const back = await act({ ...seen, revision }, actionKey(), { action: 'undo' });
    const taken = doc.work.state === 'open' ? 'is open again' : 'is not acknowledged after all';
    say(back.kind === 'ok' ? `INC-${doc.number} ${taken}.` : troubleWords(back.problem));
  };
  say(`INC-${doc.number} acknowledged.`, { label: 'Undo', run: () => void undo() }, 30_000);
}

export async function assignToMe(doc: IncidentDocument): Promise<void> {
  if (doc.work.owner === person()) say(`INC-${doc.number} is yours already.`);
  else await quick(doc, { action: 'assign', owner: person() }, `INC-${doc.number} is yours.`);
}
