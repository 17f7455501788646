import { type Database, done } from '../../disk/index.ts';
import { type Operation, reads } from '../operation.ts';
import { type Outcome, refused } from '../outcome.ts';
import { type List, type Page, type PageRequest, readPage } from '../pages.ts';
import { documentOf } from './documents.ts';
import type { HistoryEntry } from './history.ts';
import { incidentOf, type StoredIncident, survivorOf } from './stored-incident.ts';
import type { IncidentRecord } from './writes.ts';

/** An incident by its id, by one that it had, or by its INC number. */
export type IncidentName = { readonly id: string } | { readonly number: number };

/** All of an incident: its columns, its document, and the newest of its history and records. */
export interface WholeIncident extends StoredIncident {
  /** JSON of the incident with its findings, subscriptions and gaps. */
  readonly document: string;
  /** The id that was asked for, where it is an earlier one (SETTLED G3). */
  readonly requestedId?: string;
  /** Ids that lead here. */
  readonly aliases: readonly string[];
  /** Newest first, that of what was merged into it too; `listIncidentHistory` goes on from `next`. */
  readonly history: Page<HistoryEntry>;
  /** `listIncidentRecords` goes on from `next`. */
  readonly records: Page<IncidentRecord>;
  /** How many records it cites in all. */
  readonly cited: number;
}

type RawEntry = Omit<HistoryEntry, 'before' | 'after'> & { readonly before: string; readonly after: string };

const HISTORY: List<RawEntry, HistoryEntry> = {
  name: 'history',
  select: `SELECT seq, incident, at_ms AS atMs, who, action, version, seen, revision, before, after, note
    FROM incident_history`,
  keys: ['seq'],
  row: ({ before, after, ...raw }) => ({
    ...raw,
    before: JSON.parse(before) as HistoryEntry['before'],
    after: JSON.parse(after) as HistoryEntry['after'],
  }),
};

/** Records that incidents cite. */
export const RECORDS: List<IncidentRecord & { readonly seq: number }, IncidentRecord> = {
  name: 'cited records',
  select: 'SELECT seq, id, host, time, body FROM cited_record',
  keys: ['seq'],
  row: ({ seq: _, ...raw }) => raw,
};

/** `null` if there is no such incident, or none any more. */
export const readIncident: Operation<IncidentName, WholeIncident | null> = reads(({ database }, name) => {
  const asked = idOf(database, name);
  const id = asked === undefined ? undefined : survivorOf(database, asked);
  const incident = id === undefined ? undefined : incidentOf(database, id);
  const document = id === undefined ? undefined : documentOf(database, id);
  if (asked === undefined || incident === undefined || document === undefined) return done(null);
  const history = historyOf(database, incident.id, {});
  if (history.kind === 'refused') return history;
  const records = recordsOf(database, incident.id, {});
  if (records.kind === 'refused') return records;
  const cited = database.number('SELECT count(*) FROM incident_record WHERE incident = ?', incident.id);
  const aliases = database
    .all<{ id: string }>('SELECT id FROM incident_alias WHERE survivor = ? ORDER BY id', incident.id)
    .map((alias) => alias.id);
  const whole = { ...incident, document, aliases, history: history.value, records: records.value, cited };
  return done(asked === incident.id ? whole : { ...whole, requestedId: asked });
});

/** Newest first; of one action alone where that is asked for. */
export const listIncidentHistory: Operation<
  PageRequest & { readonly id: string; readonly action?: string },
  Page<HistoryEntry>
> = reads(({ database }, request) => historyOf(database, survivorOf(database, request.id), request));

/** Records that an incident cites, the last stored first. */
export const listIncidentRecords: Operation<PageRequest & { readonly id: string }, Page<IncidentRecord>> = reads(
  ({ database }, request) => recordsOf(database, survivorOf(database, request.id), request),
);

/** One cited record, whichever incident cites it. */
export const readCitedRecord: Operation<{ readonly id: string }, IncidentRecord> = reads(({ database }, { id }) => {
  const record = database.get<IncidentRecord>('SELECT id, host, time, body FROM cited_record WHERE id = ?', id);
  return record === undefined ? refused('unknown', `No incident cites a record ${id}.`) : done({ ...record });
});

function idOf(database: Database, name: IncidentName): string | undefined {
  if ('id' in name) return name.id;
  return database.get<{ id: string }>('SELECT id FROM incident WHERE number = ?', name.number)?.id;
}

function historyOf(
  database: Database,
  id: string,
  { action, ...request }: PageRequest & { readonly action?: string },
): Outcome<Page<HistoryEntry>> {
  const sql = `incident IN (WITH asked (id) AS (SELECT ?)
    SELECT id FROM asked UNION SELECT incident_alias.id FROM incident_alias, asked WHERE survivor = asked.id)`;
  return readPage(database, { ...HISTORY, of: id }, request, { action }, [{ sql, value: id }]);
}

function recordsOf(database: Database, id: string, request: PageRequest): Outcome<Page<IncidentRecord>> {
  const sql = 'seq IN (SELECT record FROM incident_record WHERE incident = ?)';
  return readPage(database, { ...RECORDS, of: id }, request, {}, [{ sql, value: id }]);
}
