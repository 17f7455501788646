import { formatTime } from '../../windows/index.ts';
import type { Desk } from '../operation.ts';
import { addHistory, SYSTEM } from './history.ts';
import type { StoredIncident } from './stored-incident.ts';
import type { ToldIncident } from './writes.ts';

/** Corrections of times that one history keeps: the first of each has the time that was there in the beginning. */
const MOST_CORRECTIONS = 100;
/** What later evidence may tell otherwise. */
const OF_MACHINES = ['event', 'act'] as const;

interface Reading {
  readonly time: string;
  readonly clock: string;
  readonly source: string;
}

type Times = Readonly<Partial<Record<string, Reading>>>;

/**
 * The times of a version as they are kept (PRODUCT 12.1): `alert` is when it could be seen first, which is the commit that tells it, or as it was. `before` are the times of an earlier
 * version; `seenMs` is when the step was handed over, the time of its look where that is not known.
 */
export function keptTimes(
  { times, atMs }: Pick<ToldIncident, 'times' | 'atMs'>,
  before: string | undefined,
  seenMs: number = atMs,
): string {
  const told = readTimes(times);
  const known = before === undefined ? undefined : readTimes(before).alert;
  // One that goes on from what was told before has the alert of that.
  const isFirst = told['alert']?.time === formatTime(atMs, 0);
  const seen: Reading = { time: formatTime(seenMs, 0), clock: 'detector', source: 'the commit that told it' };
  const alert = known ?? (isFirst ? seen : told['alert']);
  return alert === undefined ? times : JSON.stringify({ ...told, alert });
}

/** The same with the earliest alert of those that became one (SETTLED G3); of a survivor that is told only now those of the others count. */
export function withEarliestAlert(times: string, others: readonly string[], isNew: boolean): string {
  const own = readTimes(times);
  const known = [...(isNew ? [] : [own]), ...others.map(readTimes)];
  const alerts = known.flatMap(({ alert }) => alert ?? []);
  const [alert] = alerts.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
  return alert === undefined ? times : JSON.stringify({ ...own, alert });
}

/** Writes into the history which times of machines later evidence tells otherwise: what they were stays to be read (PRODUCT 12.3). */
export function noteCorrections(desk: Desk, before: StoredIncident, after: StoredIncident): void {
  const [was, is] = [readTimes(before.times), readTimes(after.times)];
  const changes = OF_MACHINES.flatMap((name) => {
    const [from, to] = [was[name], is[name]];
    if (from === undefined || from.time === to?.time) return [];
    const now = to === undefined ? 'none' : `${to.time} (${to.source})`;
    return [`${name}: ${from.time} (${from.source}) became ${now}`];
  });
  if (changes.length === 0 || correctionsOf(desk, after.id) >= MOST_CORRECTIONS) return;
  const { work } = after;
  const by = { who: SYSTEM, atMs: after.changedMs };
  addHistory(desk, { by, action: 'corrected', incident: after, before: work, after: work, note: changes.join('; ') });
}

function correctionsOf({ database }: Desk, id: string): number {
  return database.number("SELECT count(*) FROM incident_history WHERE incident = ? AND action = 'corrected'", id);
}

function readTimes(times: string): Times & { readonly alert?: Reading } {
  return JSON.parse(times) as Times;
}
