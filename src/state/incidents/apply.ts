import { done } from '../../disk/index.ts';
import type { Desk } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { hiddenBy } from '../suppressions/hidden.ts';
import { KeptMutes } from '../suppressions/kept-mutes.ts';
import { addHistory } from './history.ts';
import { type DroppedIncidents, makeIncidentRoom } from './incident-room.ts';
import { mergeInto } from './merge.ts';
import { closedView, incidentOf, type StoredIncident, saveIncident } from './stored-incident.ts';
import { bySystem, reopenIfBeyond, type Taken, takeTold } from './told.ts';
import type { Work } from './work.ts';
import type { IncidentVerdict, IncidentWrite, ToldIncident } from './writes.ts';

export interface AppliedIncidents {
  readonly incidents: readonly IncidentVerdict[];
  /** Those that had to go to keep the bounds: the engine forgets them too. */
  readonly dropped: DroppedIncidents;
}

type Of<Kind extends IncidentWrite['kind']> = Extract<IncidentWrite, { kind: Kind }>;

/**
 * Takes what a judgement changes of incidents, in the transaction of the caller: versions, then merges, then what is withdrawn or final, in whatever
 * order they are listed. The same again changes nothing.
 */
export function applyIncidents(
  desk: Desk,
  listed: readonly IncidentWrite[],
  seenMs?: number,
): Outcome<AppliedIncidents> {
  if (listed.length === 0) return done({ incidents: [], dropped: makeIncidentRoom(desk) });
  // So that numbers and the history are the same too.
  const nowMs = Math.max(...listed.map(({ atMs }) => atMs));
  const hidden = hiddenBy(desk.database, nowMs);
  const writes = listed.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const told = ofKind(writes, 'incident');
  const verdicts: IncidentVerdict[] = [];
  const taken = new Map<string, Taken>();
  const mutes = new KeptMutes(desk.database);
  for (const write of told) {
    const outcome = takeTold(desk, mutes, write, seenMs);
    if (outcome.kind === 'refused') return outcome;
    const { verdict, incident } = outcome.value;
    taken.set(write.id, outcome.value);
    verdicts.push({ id: write.id, verdict, number: incident.number, version: incident.version });
  }
  const merged = mergeAll(desk, writes, { taken, mutes });
  if (merged.kind === 'refused') return merged;
  verdicts.push(...merged.value);
  const hiddenNow = hidden.size === 0 ? hidden : hiddenBy(desk.database, nowMs);
  for (const write of told) {
    const calling = callOf(desk, write, { taken: taken.get(write.id), hidden, hiddenNow });
    if (calling !== undefined) verdicts.push(calling);
  }
  for (const write of ofKind(writes, 'incidentWithdrawn')) {
    const outcome = withdraw(desk, write);
    if (outcome.kind === 'refused') return outcome;
    verdicts.push(outcome.value);
  }
  for (const write of ofKind(writes, 'incidentFinal')) verdicts.push(finish(desk, write));
  return done({ incidents: verdicts, dropped: makeIncidentRoom(desk) });
}

interface Before {
  readonly taken: Taken | undefined;
  /** What suppressions hid before the step, and hide now. */
  readonly hidden: ReadonlyMap<string, unknown>;
  readonly hiddenNow: ReadonlyMap<string, unknown>;
}

/** Opens again what goes beyond its closing, and says of a changed incident why somebody is to look at it now; undefined where nobody has to. */
function callOf(desk: Desk, write: ToldIncident, { taken, hidden, hiddenNow }: Before): IncidentVerdict | undefined {
  if (taken === undefined || taken.verdict === 'known') return undefined;
  const { number, version, work } = taken.incident;
  const { id } = write;
  const is = (verdict: IncidentVerdict['verdict']): IncidentVerdict => ({ id, verdict, number, version });
  if (reopenIfBeyond(desk, write) || taken.isOpenAgain) return is('reopened');
  if (hidden.has(id) && !hiddenNow.has(id)) return is('shown');
  return taken.isRaised && work.state !== 'closed' ? is('raised') : undefined;
}

function mergeAll(
  desk: Desk,
  writes: readonly IncidentWrite[],
  { taken, mutes }: { readonly taken: ReadonlyMap<string, Taken>; readonly mutes: KeptMutes },
): Outcome<readonly IncidentVerdict[]> {
  const pairs = [
    ...ofKind(writes, 'incidentMerged'),
    ...ofKind(writes, 'incident').flatMap(({ id, absorbs, atMs }) =>
      absorbs.map((absorbed) => ({ id: absorbed, mergedInto: id, atMs })),
    ),
  ];
  const heirs = new Map<string, string>();
  for (const { id, mergedInto } of pairs) {
    if ((heirs.get(id) ?? mergedInto) !== mergedInto)
      return refused('invalid', `The step is wrong: incident ${id} cannot be part of two others.`);
    heirs.set(id, mergedInto);
  }
  const verdicts: IncidentVerdict[] = [];
  for (const [survivorId, group] of Map.groupBy(pairs, ({ mergedInto }) => mergedInto)) {
    const survivor = incidentOf(desk.database, survivorId);
    if (survivor === undefined || survivor.standing === 'merged' || heirs.has(survivorId))
      return refused('invalid', `The step is wrong: there is no incident ${survivorId} of its own to take in others.`);
    const ids = [...new Set(group.map(({ id }) => id))];
    const atMs = Math.max(...group.map((one) => one.atMs));
    const isNew = taken.get(survivorId)?.verdict === 'new';
    const fresh = mergeInto(desk, survivor, { ids, atMs, isNew, mutes });
    verdicts.push(...ids.map((id) => ({ id, verdict: fresh.includes(id) ? ('merged' as const) : ('known' as const) })));
  }
  return done(verdicts);
}

/** What nobody touched is closed by the system; what somebody did stays with its mark (SETTLED G4). */
function withdraw(desk: Desk, write: Of<'incidentWithdrawn'>): Outcome<IncidentVerdict> {
  const { id, version, atMs, why } = write;
  const incident = incidentOf(desk.database, id);
  if (incident === undefined) return done({ id, verdict: 'unknown' });
  // What is part of another has no standing of its own to lose.
  if (incident.standing === 'merged') return done({ id, verdict: 'known' });
  if (incident.standing === 'withdrawn' && incident.version === version) return done({ id, verdict: 'known' });
  if (version <= incident.version) {
    return refused('backwards', `Incident ${id} has version ${incident.version}; version ${version} is of the past.`);
  }
  const { work: before } = incident;
  const isUntouched = before.revision === 0;
  const after: Work = isUntouched
    ? { ...before, state: 'closed', reason: 'withdrawn', closed: closedView(incident, 'system', true) }
    : before;
  const withdrawn: StoredIncident = {
    ...incident,
    version,
    standing: 'withdrawn',
    changedMs: atMs,
    work: after,
  };
  saveIncident(desk.database, withdrawn);
  addHistory(desk, { by: bySystem(write), action: 'withdrawn', incident: withdrawn, before, after, note: why });
  return done({ id, verdict: 'withdrawn', version });
}

function finish({ database }: Desk, { id }: Of<'incidentFinal'>): IncidentVerdict {
  const incident = incidentOf(database, id);
  if (incident === undefined) return { id, verdict: 'unknown' };
  if (incident.standing !== 'told') return { id, verdict: 'known' };
  saveIncident(database, { ...incident, standing: 'final' });
  return { id, verdict: 'final' };
}

function ofKind<Kind extends IncidentWrite['kind']>(writes: readonly IncidentWrite[], kind: Kind): readonly Of<Kind>[] {
  return writes.filter((write): write is Of<Kind> => write.kind === kind);
}
