import { done } from '../../disk/index.ts';
import { formatTime, levelRank, parseTime } from '../../windows/index.ts';
import { MOST_TITLE_BYTES } from '../limits.ts';
import type { Desk } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { hasCarriers } from '../suppressions/carriers.ts';
import type { KeptMutes } from '../suppressions/kept-mutes.ts';
import { tally } from '../tally.ts';
import { cutToBytes } from './cut-text.ts';
import { keepParts } from './documents.ts';
import { hiddenUntil, noteHidden } from './hidden-past.ts';
import { addHistory, SYSTEM } from './history.ts';
import { keptTimes, noteCorrections } from './kept-times.ts';
import { incidentOf, type StoredIncident, saveIncident } from './stored-incident.ts';
import { reopened, UNTOUCHED, type Work } from './work.ts';
import type { ToldIncident } from './writes.ts';

/** How a version was taken: `known` changes nothing. */
export interface Taken {
  readonly verdict: 'new' | 'changed' | 'known';
  readonly incident: StoredIncident;
  /** It was closed before, and is not now. */
  readonly isOpenAgain: boolean;
  /** Its level is higher than it was. */
  readonly isRaised: boolean;
}

/**
 * Takes a version of an incident. People's work stays as it is (SETTLED G1), but that what the system had closed as withdrawn is open again when it
 * is borne out again. `backwards`: it has a later version, or this one, with other content. Of a final one the caller may have
 * forgotten the version, so that goes on from what is kept. `seenMs`: when the step was handed over.
 */
export function takeTold(desk: Desk, mutes: KeptMutes, write: ToldIncident, seenMs?: number): Outcome<Taken> {
  const before = incidentOf(desk.database, write.id);
  const told = { ...write, times: keptTimes(write, before?.times, seenMs) };
  if (before === undefined)
    return done({ verdict: 'new', incident: addTold(desk, told), isOpenAgain: false, isRaised: false });
  const isSame = before.digest === told.digest && (before.standing === 'told' || before.standing === 'final');
  if (isSame && told.version <= before.version)
    return done({ verdict: 'known', incident: before, isOpenAgain: false, isRaised: false });
  if (told.version <= before.version && before.standing !== 'final')
    return refused(
      'backwards',
      `Incident ${told.id} has version ${before.version}; version ${told.version} is of the past.`,
    );
  const incident = changeTold(desk, mutes, { before, told });
  const isOpenAgain = before.work.state === 'closed' && incident.work.state !== 'closed';
  return done({ verdict: 'changed', incident, isOpenAgain, isRaised: incident.levelRank > before.levelRank });
}

function addTold(desk: Desk, told: ToldIncident): StoredIncident {
  const { database } = desk;
  const number = tally(database, 'incidentNumber', 1);
  const found = foundOf(told);
  // Its old id may have been an alias of one whose own row is gone.
  database.run('DELETE FROM incident_alias WHERE id = ?', told.id);
  const incident: StoredIncident = { ...found, number, createdMs: told.atMs, work: UNTOUCHED };
  saveIncident(database, incident);
  tally(database, 'incidents', 1);
  keepParts(database, told);
  return incident;
}

function changeTold(
  desk: Desk,
  mutes: KeptMutes,
  { before, told }: { readonly before: StoredIncident; readonly told: ToldIncident },
): StoredIncident {
  const { database } = desk;
  const isRestored = before.standing === 'withdrawn' || before.standing === 'merged';
  const work = isRestored ? restored(before.work, told) : before.work;
  const version = Math.max(told.version, before.version + 1);
  const { number, createdMs } = before;
  const incident: StoredIncident = { ...foundOf(told), version, number, createdMs, work };
  // What hides it is the same where it rests on the same: most versions add evidence alone.
  const isAlike = before.levelRank === incident.levelRank && hasCarriers(database, told.id, told.carriers ?? []);
  const was = isAlike ? undefined : hiddenUntil(database, mutes, before, told.atMs);
  database.run('DELETE FROM incident_alias WHERE id = ?', told.id);
  saveIncident(database, incident);
  noteCorrections(desk, before, incident);
  keepParts(database, told);
  if (was !== undefined)
    noteHidden(desk, incident, { atMs: told.atMs, was, is: hiddenUntil(database, mutes, incident, told.atMs) });
  if (isRestored) {
    const note = before.mergedInto === null ? undefined : `was part of ${before.mergedInto}`;
    addHistory(desk, { by: bySystem(told), action: 'restored', incident, before: before.work, after: work, note });
  }
  return incident;
}

/** What nobody had touched is as new; what a person closed while it was withdrawn waits for a person again. */
function restored(work: Work, told: ToldIncident): Work {
  if (work.closed?.by === 'system') return { ...work, state: 'open', reason: null, closed: null };
  return work.closed?.isWithdrawn === true ? reopenedNow(work, told) : work;
}

function foundOf(told: ToldIncident): Omit<StoredIncident, 'number' | 'createdMs' | 'work'> {
  const { id, version, level, isWmi, title, first, last, eventTime, isRetrospective } = told;
  const { digest, hosts, times, steps, members, atMs } = told;
  return {
    id,
    version,
    standing: 'told',
    mergedInto: null,
    level,
    levelRank: levelRank(level),
    isWmi,
    title: cutToBytes(title, MOST_TITLE_BYTES),
    first,
    firstMs: parseTime(first)?.ms ?? 0,
    last,
    eventTime,
    isRetrospective,
    digest,
    hosts,
    times,
    steps,
    members,
    changedMs: atMs,
  };
}

/** Opens a closed incident again when it goes beyond what was known when it was closed (SETTLED G2); true where it did. */
export function reopenIfBeyond(desk: Desk, told: ToldIncident): boolean {
  const incident = incidentOf(desk.database, told.id);
  const closed = incident?.work.closed;
  if (incident === undefined || closed === null || closed === undefined) return false;
  const hosts = incident.hosts.filter((host) => !closed.hosts.includes(host));
  const reasons = [
    ...(incident.levelRank > levelRank(closed.level) ? [`level ${incident.level} after ${closed.level}`] : []),
    ...(hosts.length > 0 ? [`new host ${hosts.slice(0, 3).join(', ')}`] : []),
    ...(told.reopens === undefined ? [] : [told.reopens]),
  ];
  if (reasons.length === 0) return false;
  const after = reopenedNow(incident.work, told);
  saveIncident(desk.database, { ...incident, work: after });
  const note = reasons.join('; ');
  addHistory(desk, { by: bySystem(told), action: 'reopened', incident, before: incident.work, after, note });
  return true;
}

function reopenedNow(work: Work, { atMs }: ToldIncident): Work {
  return reopened(work, { reopen: { time: formatTime(atMs, 0), clock: 'server', source: 'reopened', who: SYSTEM } });
}

export function bySystem({ atMs }: { readonly atMs: number }): { readonly who: string; readonly atMs: number } {
  return { who: SYSTEM, atMs };
}
