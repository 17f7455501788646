import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Database } from '../../disk/index.ts';
import { dropCarriers, keepCarriers } from '../suppressions/carriers.ts';
import { tally } from '../tally.ts';
import { briefOf } from './brief.ts';
import type { IncidentRecord, ToldIncident } from './writes.ts';

/** Puts document, records and hosts of a version in place of those of the one before. */
export function keepParts(database: Database, told: ToldIncident): void {
  const { id } = told;
  keepDocument(database, id, zstdCompressSync(told.document));
  database.run('UPDATE incident SET brief = ? WHERE id = ?', briefOf(told.document, told.payload), id);
  database.run('DELETE FROM incident_host WHERE incident = ?', id);
  // Names of evidence that differ in what is no character alone are one name to SQLite.
  const addHost = 'INSERT INTO incident_host VALUES (?, ?) ON CONFLICT DO NOTHING';
  for (const host of told.hosts) database.run(addHost, host, id);
  keepCarriers(database, id, told.carriers ?? []);
  const kept = new Set(told.records.map((record) => keepRecord(database, record)));
  const before = database.all<{ record: number }>('SELECT record FROM incident_record WHERE incident = ?', id);
  for (const { record } of before) if (!kept.has(record)) dropRecord(database, id, record);
  for (const record of kept)
    database.run('INSERT INTO incident_record VALUES (?, ?) ON CONFLICT DO NOTHING', id, record);
}

/** Takes away what an incident rests on: its row stays, or is taken away next. */
export function dropParts(database: Database, id: string): void {
  dropCarriers(database, id);
  keepDocument(database, id, new Uint8Array());
  database.run('DELETE FROM incident_host WHERE incident = ?', id);
  const records = database.all<{ record: number }>('SELECT record FROM incident_record WHERE incident = ?', id);
  for (const { record } of records) dropRecord(database, id, record);
}

/** JSON; `undefined` of an incident that was merged away, or that there is not. */
export function documentOf(database: Database, id: string): string | undefined {
  const packed = database.get<{ document: Uint8Array }>('SELECT document FROM incident WHERE id = ?', id)?.document;
  return packed === undefined || packed.length === 0 ? undefined : zstdDecompressSync(packed).toString('utf8');
}

function keepDocument(database: Database, id: string, packed: Uint8Array): void {
  const before = database.number('SELECT length(document) FROM incident WHERE id = ?', id);
  database.run('UPDATE incident SET document = ? WHERE id = ?', packed, id);
  tally(database, 'incidentBytes', packed.length - before);
}

/** A record is what its id says, so the first copy stands for all. Gives its number. */
function keepRecord(database: Database, { id, host, time, body }: IncidentRecord): number {
  const sql = 'INSERT INTO cited_record (id, host, time, body) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING';
  if (database.run(sql, id, host, time, body) > 0) tally(database, 'incidentBytes', Buffer.byteLength(body));
  return database.number('SELECT seq FROM cited_record WHERE id = ?', id);
}

function dropRecord(database: Database, incident: string, record: number): void {
  database.run('DELETE FROM incident_record WHERE incident = ? AND record = ?', incident, record);
  if (database.get('SELECT 1 FROM incident_record WHERE record = ? LIMIT 1', record) !== undefined) return;
  const bytes = database.number('SELECT octet_length(body) FROM cited_record WHERE seq = ?', record);
  database.run('DELETE FROM cited_record WHERE seq = ?', record);
  tally(database, 'incidentBytes', -bytes);
}
