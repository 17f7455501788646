import { troubleWords } from '../incident/acts.ts';
import { type Answer, ask, type Problem } from '../kit/api.ts';
import { dropDraft, keepDraft } from '../kit/draft.ts';
import { person } from '../kit/session.ts';
import { say } from '../kit/status.ts';
import { plural } from '../kit/words.ts';
import { BULK, type BulkDraft, freeBulkNote, type SeenIncident } from './bulk-draft.ts';
import { acknowledgedWords, type LeftOne, undoneWords } from './bulk-words.ts';
import { readOpened } from './opened.ts';
import type { QueueRow } from './rows.ts';
import { latestRows, showOwn } from './store.ts';
import { chosen } from './view.ts';

/** How long the server takes an acknowledgement back (SETTLED G12). */
const UNDO_MS = 30_000;

interface BulkItem {
  readonly id: string;
  /** Of what was done; `isKnown` where it was done by an earlier press. */
  readonly revision?: number;
  readonly state?: QueueRow['state'];
  readonly isKnown?: boolean;
  /** Of what was not. */
  readonly code?: string;
  readonly detail?: string;
}

/** What is acknowledged, at its revision and in its state now. */
type Done = SeenIncident & Pick<QueueRow, 'state'>;

/**
 * Sends one request for all, then their notes; keeps in the draft how far that came, so that the next press is the same request and adds
 * what is missing (SETTLED G5). Undefined when all is settled, else why not, and what the next press does.
 */
export async function acknowledgeAll(draft: BulkDraft): Promise<string | undefined> {
  const nowMs = Date.now();
  keepDraft(BULK, { ...draft, sent: draft.sent ?? 'acknowledge', pressedMs: draft.pressedMs ?? nowMs });
  const answer = await act('acknowledge', draft.key, draft.incidents);
  if (answer.kind === 'problem') {
    // What was refused is not done: the person may change it before the next press.
    if (!isLost(answer.problem)) keepDraft(BULK, draft);
    return troubleWords(answer.problem);
  }
  const { items } = answer.value;
  const { done, left } = sorted(draft.incidents, items);
  const isKnown = items.some(({ isKnown: was }) => was);
  // The server's clock for taking it back began between the press and the answer: from the press it is never promised too long.
  const pressedMs = isKnown ? (draft.pressedMs ?? nowMs) : nowMs;
  for (const { id, revision, state } of done)
    showDone(id, revision, ({ owner }) => ({ state, isToAcknowledge: false, owner: owner ?? person() }));
  if (done.length === 0) {
    const { sent: _, ...unsent } = draft;
    keepDraft(BULK, unsent);
    return acknowledgedWords({ done: 0, left, withoutNote: [] });
  }
  const asked: BulkDraft = { ...draft, sent: 'notes', pressedMs };
  keepDraft(BULK, asked);
  const notes = await noteAll(done, asked);
  void readOpened();
  const words = acknowledgedWords({ done: done.length, left, withoutNote: notes.refused });
  sayWithUndo(words, { done: notes.done, key: draft.key, untilMs: pressedMs + UNDO_MS });
  if (notes.problem !== undefined)
    return `${words} ${plural(notes.waiting, 'note')} not written: ${troubleWords(notes.problem)}`;
  dropDraft(BULK);
  chosen.value = new Set();
  return undefined;
}

function act(
  action: 'acknowledge' | 'undo',
  key: string,
  incidents: readonly SeenIncident[],
): Promise<Answer<{ readonly items: readonly BulkItem[] }>> {
  return ask('POST', '/v1/incidents/actions', {
    headers: { 'idempotency-key': key },
    body: { action: { action }, incidents: incidents.map(({ id, revision, version }) => ({ id, revision, version })) },
  });
}

/** Nobody knows whether it was done: no answer came, or one of a server in trouble. */
function isLost({ status }: Problem): boolean {
  return status === 0 || status >= 500;
}

function sorted(
  seen: readonly SeenIncident[],
  items: readonly BulkItem[],
): { readonly done: readonly Done[]; readonly left: readonly LeftOne[] } {
  const byId = new Map(items.map((item) => [item.id, item]));
  const done: Done[] = [];
  const left: LeftOne[] = [];
  for (const one of seen) {
    const { revision, state = 'acknowledged', code, detail } = byId.get(one.id) ?? {};
    if (revision === undefined) left.push({ number: one.number, code, detail });
    else done.push({ ...one, revision, state });
  }
  return { done, left };
}

/** Where its row stands; not where somebody has done something since. */
function showDone(id: string, revision: number, changes: (row: QueueRow) => Partial<QueueRow>): void {
  if ((latestRows.value.get(id)?.revision ?? 0) > revision) return;
  showOwn([id], (row) => ({ ...changes(row), revision }));
}

interface Noted {
  readonly done: readonly Done[];
  readonly refused: readonly LeftOne[];
  /** Why not all were sent, and how many wait for it. */
  readonly problem?: Problem;
  readonly waiting: number;
}

/** The note goes to each under a key that follows from the draft's, and gives each another revision. It ends where the server is gone or the session is over. */
async function noteAll(done: readonly Done[], { key, fields }: BulkDraft): Promise<Noted> {
  const note = (fields['note'] ?? '').trim();
  if (note === '') return { done, refused: [], waiting: 0 };
  const noted: Done[] = [];
  const refused: LeftOne[] = [];
  for (const [at, one] of done.entries()) {
    const { id, number, version } = one;
    const answer = await ask<{ readonly revision: number }>('POST', `/v1/incidents/${id}/notes`, {
      headers: { 'idempotency-key': `${key}-note-${id}` },
      body: { note, version },
    });
    if (answer.kind === 'ok') {
      const { revision } = answer.value;
      noted.push({ ...one, revision });
      showDone(id, revision, () => ({}));
      continue;
    }
    const { problem } = answer;
    if (isLost(problem) || problem.status === 401 || problem.status === 429)
      return { done: [...noted, ...done.slice(at)], refused, problem, waiting: done.length - at };
    noted.push(one);
    refused.push({ number, code: problem.code, detail: problem.detail || problem.title });
  }
  return { done: noted, refused, waiting: 0 };
}

interface Undoable {
  readonly done: readonly Done[];
  readonly key: string;
  /** Unix milliseconds. */
  readonly untilMs: number;
}

/** The way back stands as long as the server gives it, and no longer. */
function sayWithUndo(words: string, undoable: Undoable): void {
  const leftMs = undoable.untilMs - Date.now();
  if (leftMs <= 0 || undoable.done.length === 0) say(words);
  else say(words, { label: 'Undo', run: () => void undo(undoable) }, leftMs);
}

async function undo(undoable: Undoable): Promise<void> {
  const answer = await act('undo', `${undoable.key}-undo`, undoable.done);
  if (answer.kind === 'problem') {
    const { problem } = answer;
    const words = `Not undone: ${problem.title.toLowerCase()}. ${problem.detail}`;
    if (isLost(problem)) sayWithUndo(words, undoable);
    else say(words);
    return;
  }
  const { done, left } = sorted(undoable.done, answer.value.items);
  for (const { id, revision, state, owner } of done)
    showDone(id, revision, () => ({ state, isToAcknowledge: true, owner }));
  if (done.length > 0) freeBulkNote(undoable.key);
  void readOpened();
  say(undoneWords(done.length, left));
}
