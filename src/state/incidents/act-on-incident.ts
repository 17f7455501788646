import { hideKeys } from '../../accounts/index.ts';
import { type Canonical, canonicalJson, sha256Hex } from '../../bytes/index.ts';
import { done } from '../../disk/index.ts';
import { addAudit } from '../audit.ts';
import { MOST_ACT_KEY, MOST_ACTS, MOST_HISTORY } from '../limits.ts';
import { keepOpened } from '../opened/opened.ts';
import { type By, type Desk, type Operation, writes } from '../operation.ts';
import { tellOfWork } from '../outbox/tell.ts';
import { type Outcome, refused } from '../outcome.ts';
import { acted, type IncidentAction } from './actions.ts';
import { addHistory, isHistoryFull } from './history.ts';
import { keepOpen } from './kept.ts';
import { incidentOf, type StoredIncident, saveIncident, survivorOf } from './stored-incident.ts';
import { undoable } from './undo.ts';
import type { Work, WorkState } from './work.ts';

export interface ActRequest {
  readonly id: string;
  /** The revision that the person saw. Notes and steps may leave it out (SETTLED G5). */
  readonly revision?: number;
  /** The version that the person saw: what was found later refuses nothing (SETTLED G1). */
  readonly version?: number;
  /** Chosen by the caller: the same again, by the same person, gets the same answer. */
  readonly idempotencyKey: string;
  readonly by: By;
  readonly act: IncidentAction;
}

/** What came of an action. All but `acted` have written nothing. */
export type ActResult =
  /** `isKnown`: it was done before, under this key. */
  | {
      readonly kind: 'acted';
      readonly id: string;
      readonly revision: number;
      readonly state: WorkState;
      readonly isKnown: boolean;
    }
  /** Somebody did something since; what it is now. */
  | { readonly kind: 'stale'; readonly revision: number; readonly state: WorkState }
  | { readonly kind: 'merged'; readonly survivor: string }
  | { readonly kind: 'notAllowed'; readonly reason: string }
  /** The key stood for another request of this person. */
  | { readonly kind: 'keyUsed' };

/** Does one thing to an incident, with its line of history and audit. `unknown` if there is none, `invalid` if the request is wrong in itself. */
export const actOnIncident: Operation<ActRequest, ActResult> = writes((desk, asked): Outcome<ActResult> => {
  const who = hideKeys(asked.by.who);
  const request = { ...asked, by: { ...asked.by, who }, act: withoutKeys(asked.act) };
  const { id, revision, by, act, idempotencyKey } = request;
  if (idempotencyKey === '' || idempotencyKey.length > MOST_ACT_KEY)
    return refused('invalid', `An idempotency key has 1 to ${MOST_ACT_KEY} characters.`);
  if (revision === undefined && act.action !== 'note' && act.action !== 'step')
    return refused('invalid', `To ${act.action} says which revision was seen.`);
  const body = bodyDigest(request);
  const before = answeredBefore(desk, request, body);
  if (before !== undefined) return done(before);
  const incident = incidentOf(desk.database, id);
  const survivor = survivorOf(desk.database, id);
  if (survivor !== id) return done({ kind: 'merged', survivor });
  if (incident === undefined) return refused('unknown', `There is no incident ${id}.`);
  const { work } = incident;
  if (revision !== undefined && revision !== work.revision)
    return done({ kind: 'stale', revision: work.revision, state: work.state });
  if (isHistoryFull(desk, id))
    return done({ kind: 'notAllowed', reason: `Its history has ${MOST_HISTORY} entries, the most there may be.` });
  const undone = act.action === 'undo' ? { undone: undoable(desk.database, id, by) } : {};
  const other = act.action === 'verdict' && act.of !== undefined ? named(desk, act.of) : undefined;
  const after = acted({ incident, by, ...undone, other }, act);
  if ('kind' in after) return done(after);
  return record(desk, request, { incident, after, body });
});

/** The incident of an id or of `INC-` and a number; of what became part of another, that one. */
function named({ database }: Desk, name: string): StoredIncident | undefined {
  const number = /^INC-(\d{1,12})$/i.exec(name.trim())?.[1];
  const id =
    number === undefined
      ? name.trim()
      : database.get<{ readonly id: string }>('SELECT id FROM incident WHERE number = ?', Number(number))?.id;
  return id === undefined ? undefined : incidentOf(database, survivorOf(database, id));
}

/** Does things to several incidents, each by itself, in one commit: what is refused of one changes nothing of the others. */
export const actOnIncidents: Operation<{ readonly requests: readonly ActRequest[] }, readonly Outcome<ActResult>[]> =
  writes((desk, { requests }) =>
    requests.length > MOST_ACTS
      ? refused('invalid', `At most ${MOST_ACTS} incidents are changed at once.`)
      : done(requests.map((request) => actOnIncident.run(desk, request))),
  );

interface Change {
  readonly incident: StoredIncident;
  readonly after: Work;
  readonly body: Uint8Array;
}

function record(desk: Desk, request: ActRequest, { incident, after, body }: Change): Outcome<ActResult> {
  const { by, act, version: seen, idempotencyKey } = request;
  const { id, work: before } = incident;
  saveIncident(desk.database, { ...incident, changedMs: by.atMs, work: after });
  if (after.judged?.of !== undefined) keepOpen(desk.database, after.judged.of.id);
  keepOpened(desk.database, { who: by.who, id, before: before.revision, after: after.revision });
  tellOfWork(desk, id, by.atMs);
  const { action, ...fields } = act;
  const note = 'note' in act ? act.note : undefined;
  const key = { text: idempotencyKey, body };
  addHistory(desk, { by, action, incident, before, after, note, seen, key });
  addAudit(desk, by, {
    action: `incident.${action}`,
    object: `incident/${id}`,
    before: { revision: before.revision, state: before.state, owner: before.owner, verdict: before.verdict },
    result: { revision: after.revision, state: after.state, ...fields },
  });
  return done({ kind: 'acted', id, revision: after.revision, state: after.state, isKnown: false });
}

/** What the same key was answered before. */
function answeredBefore(desk: Desk, { idempotencyKey, by }: ActRequest, body: Uint8Array): ActResult | undefined {
  type Row = { readonly incident: string; readonly body: Uint8Array; readonly after: string };
  const row = desk.database.get<Row>(
    'SELECT incident, body, after FROM incident_history WHERE who = ? AND key = ?',
    by.who,
    idempotencyKey,
  );
  if (row === undefined) return undefined;
  if (Buffer.compare(row.body, body) !== 0) return { kind: 'keyUsed' };
  const { revision, state } = JSON.parse(row.after) as Pick<Work, 'revision' | 'state'>;
  return { kind: 'acted', id: row.incident, revision, state, isKnown: true };
}

/** Of all that was asked but the time of asking. */
function bodyDigest({ id, revision, version, act }: ActRequest): Uint8Array {
  const asked: Canonical = { id, revision: revision ?? null, version: version ?? null, act: { ...act } };
  return Buffer.from(sha256Hex(canonicalJson(asked)), 'hex');
}

/** A key in a text that a person wrote is blotted out wherever it is kept (L22). */
function withoutKeys(act: IncidentAction): IncidentAction {
  const fields = Object.entries(act).map(([name, value]) => [
    name,
    typeof value === 'string' ? hideKeys(value).toWellFormed() : value,
  ]);
  return Object.fromEntries(fields) as IncidentAction;
}
