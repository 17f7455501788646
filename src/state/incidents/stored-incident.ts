import type { Bound, Database } from '../../disk/index.ts';
import type { Level } from '../../windows/index.ts';
import type { ClosedView, Verdict, Work, WorkState, WorkTime, WorkTimes } from './work.ts';

/** `final`: the window of the engine holds its evidence no longer. `withdrawn`: later evidence speaks against it. */
export type Standing = 'told' | 'final' | 'withdrawn' | 'merged';

/** A next step as far as the rules of closing need it. */
export interface StepName {
  readonly id: string;
  readonly phase: string;
}

/** A row of the table of incidents, without its document. */
export interface StoredIncident {
  readonly id: string;
  /** INC number: given once, never to another. */
  readonly number: number;
  readonly version: number;
  readonly standing: Standing;
  readonly mergedInto: string | null;
  readonly level: Level;
  readonly levelRank: number;
  readonly isWmi: boolean;
  readonly title: string;
  readonly first: string;
  readonly firstMs: number;
  readonly last: string;
  /** `t_event`: no time that a person enters lies before it. */
  readonly eventTime: string;
  readonly isRetrospective: boolean;
  readonly digest: string;
  readonly hosts: readonly string[];
  /** JSON of the times of machines and detector, as the engine told them. */
  readonly times: string;
  readonly steps: readonly StepName[];
  readonly members: readonly string[];
  readonly createdMs: number;
  readonly changedMs: number;
  readonly work: Work;
}

/** Each column, and what of an incident stands in it. */
const COLUMNS: readonly (readonly [name: string, value: (incident: StoredIncident) => Bound])[] = [
  ['id', ({ id }) => id],
  ['number', ({ number }) => number],
  ['version', ({ version }) => version],
  ['revision', ({ work }) => work.revision],
  ['standing', ({ standing }) => standing],
  ['merged_into', ({ mergedInto }) => mergedInto],
  ['work_state', ({ work }) => work.state],
  ['level', ({ level }) => level],
  ['level_rank', ({ levelRank }) => levelRank],
  ['is_wmi', ({ isWmi }) => Number(isWmi)],
  ['title', ({ title }) => title],
  ['first', ({ first }) => first],
  ['first_ms', ({ firstMs }) => firstMs],
  ['last', ({ last }) => last],
  ['event_time', ({ eventTime }) => eventTime],
  ['is_retrospective', ({ isRetrospective }) => Number(isRetrospective)],
  ['owner', ({ work }) => work.owner],
  ['verdict', ({ work }) => work.verdict],
  ['judged', ({ work }) => (work.judged === null ? null : JSON.stringify(work.judged))],
  ['reason', ({ work }) => work.reason],
  ['learn', ({ work }) => work.learn],
  ['episode', ({ work }) => work.episode],
  ['created_ms', ({ createdMs }) => createdMs],
  ['changed_ms', ({ changedMs }) => changedMs],
  ['digest', ({ digest }) => digest],
  ['hosts', ({ hosts }) => JSON.stringify(hosts)],
  ['times', ({ times }) => times],
  ['work_times', ({ work }) => JSON.stringify(work.times)],
  ['steps', ({ steps }) => JSON.stringify(steps)],
  ['taken', ({ work }) => JSON.stringify(work.taken)],
  ['closed', ({ work }) => (work.closed === null ? null : JSON.stringify(work.closed))],
  ['members', ({ members }) => JSON.stringify(members)],
];

const NAMES = COLUMNS.map(([name]) => name).join(', ');
const SELECT = `SELECT ${NAMES} FROM incident`;
const SAVE = `INSERT INTO incident (${NAMES}) VALUES (${COLUMNS.map(() => '?').join(', ')})
  ON CONFLICT (id) DO UPDATE SET ${COLUMNS.slice(1)
    .map(([name]) => `${name} = excluded.${name}`)
    .join(', ')}`;

interface RawIncident {
  readonly id: string;
  readonly number: number;
  readonly version: number;
  readonly revision: number;
  readonly standing: Standing;
  readonly merged_into: string | null;
  readonly work_state: WorkState;
  readonly level: Level;
  readonly level_rank: number;
  readonly is_wmi: number;
  readonly title: string;
  readonly first: string;
  readonly first_ms: number;
  readonly last: string;
  readonly event_time: string;
  readonly is_retrospective: number;
  readonly owner: string | null;
  readonly verdict: Verdict | null;
  readonly judged: string | null;
  readonly reason: string | null;
  readonly learn: string | null;
  readonly episode: number;
  readonly created_ms: number;
  readonly changed_ms: number;
  readonly digest: string;
  readonly hosts: string;
  readonly times: string;
  readonly work_times: string;
  readonly steps: string;
  readonly taken: string;
  readonly closed: string | null;
  readonly members: string;
}

/** The incident of exactly this id, a merged one too. */
export function incidentOf(database: Database, id: string): StoredIncident | undefined {
  const raw = database.get<RawIncident>(`${SELECT} WHERE id = ?`, id);
  return raw === undefined ? undefined : readIncidentRow(raw);
}

/** Adds or replaces a row; its document stays as it is. */
export function saveIncident(database: Database, incident: StoredIncident): void {
  database.run(SAVE, ...COLUMNS.map(([, value]) => value(incident)));
}

/** Where an id leads today: itself, or the survivor that it was merged into. */
export function survivorOf(database: Database, id: string): string {
  return database.get<{ survivor: string }>('SELECT survivor FROM incident_alias WHERE id = ?', id)?.survivor ?? id;
}

/** What is known of an incident as it is closed. */
export function closedView({ level, hosts }: StoredIncident, by: ClosedView['by'], isWithdrawn: boolean): ClosedView {
  return { level, hosts: hosts.toSorted(), by, isWithdrawn };
}

/** Times of work as a column has them. Rows that have no `containFrom` yet say of `undecided` whether containment is due from then too. */
export function readWorkTimes(text: string): WorkTimes {
  const times = JSON.parse(text) as WorkTimes & { readonly undecided?: { readonly restartsContain?: boolean } };
  if (times.undecided?.restartsContain === undefined) return times;
  const { restartsContain, ...undecided }: WorkTime & { readonly restartsContain?: boolean } = times.undecided;
  return { ...times, undecided, ...(restartsContain ? { containFrom: undecided } : {}) };
}

/** The tables hold what this room wrote as JSON, so the shapes are known. */
function readIncidentRow(raw: RawIncident): StoredIncident {
  const work: Work = {
    revision: raw.revision,
    state: raw.work_state,
    owner: raw.owner,
    verdict: raw.verdict,
    judged: raw.judged === null ? null : (JSON.parse(raw.judged) as Work['judged']),
    reason: raw.reason,
    learn: raw.learn,
    episode: raw.episode,
    times: readWorkTimes(raw.work_times),
    taken: JSON.parse(raw.taken) as Work['taken'],
    closed: raw.closed === null ? null : (JSON.parse(raw.closed) as Work['closed']),
  };
  return {
    id: raw.id,
    number: raw.number,
    version: raw.version,
    standing: raw.standing,
    mergedInto: raw.merged_into,
    level: raw.level,
    levelRank: raw.level_rank,
    isWmi: raw.is_wmi === 1,
    title: raw.title,
    first: raw.first,
    firstMs: raw.first_ms,
    last: raw.last,
    eventTime: raw.event_time,
    isRetrospective: raw.is_retrospective === 1,
    digest: raw.digest,
    hosts: JSON.parse(raw.hosts) as readonly string[],
    times: raw.times,
    steps: JSON.parse(raw.steps) as readonly StepName[],
    members: JSON.parse(raw.members) as readonly string[],
    createdMs: raw.created_ms,
    changedMs: raw.changed_ms,
    work,
  };
}
