import { actionKey } from '../kit/api.ts';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { act, troubleWords } from './acts.ts';
import type { IncidentDocument } from './document.ts';

async function quick(doc: IncidentDocument, action: Readonly<Record<string, unknown>>, done: string): Promise<void> {
  const answer = await act({ id: doc.id, revision: doc.work.revision, version: doc.version }, actionKey(), action);
  say(answer.kind === 'ok' ? done : troubleWords(answer.problem));
}

/** Acknowledges; can be taken back for half a minute. */
export async function acknowledge(doc: IncidentDocument): Promise<void> {
  const seen = { id: doc.id, revision: doc.work.revision, version: doc.version };
  const answer = await act(seen, actionKey(), { action: 'acknowledge' });
  if (answer.kind === 'problem') {
    say(troubleWords(answer.problem));
    return;
  }
  const { revision } = answer.value;
  const undo = async (): Promise<void> => {
    const back = await act({ ...seen, revision }, actionKey(), { action: 'undo' });
    say(back.kind === 'ok' ? `INC-${doc.number} is open again.` : troubleWords(back.problem));
  };
  say(`INC-${doc.number} acknowledged.`, { label: 'Undo', run: () => void undo() }, 30_000);
}

export async function assignToMe(doc: IncidentDocument): Promise<void> {
  if (doc.work.owner === person()) say(`INC-${doc.number} is yours already.`);
  else await quick(doc, { action: 'assign', owner: person() }, `INC-${doc.number} is yours.`);
}
