import type { Database } from '../../disk/index.ts';
import { boundOf, type Carrier, MOST_CARRIERS, SCOPE_FIELDS } from './scope.ts';

/** A carrier as it is kept; `label` is the first label of a qualified host. */
export type StoredCarrier = Readonly<Record<(typeof SCOPE_FIELDS)[number] | 'label', string | null>>;

/** Puts the carriers of a version in place of those of the one before. */
export function keepCarriers(database: Database, incident: string, carriers: readonly Carrier[]): void {
  dropCarriers(database, incident);
  const columns = ['incident', 'place', 'label', ...SCOPE_FIELDS];
  const add = `INSERT INTO incident_carrier (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  for (const [place, carrier] of keptOf(carriers).entries()) {
    database.run(add, incident, place, labelOf(carrier), ...boundOf(carrier));
  }
}

/** True where an incident has these carriers already. */
export function hasCarriers(database: Database, incident: string, carriers: readonly Carrier[]): boolean {
  const sql = `SELECT ${SCOPE_FIELDS.join(', ')} FROM incident_carrier WHERE incident = ? ORDER BY place`;
  const stored = database.all<Omit<StoredCarrier, 'label'>>(sql, incident);
  const wanted = keptOf(carriers);
  return (
    stored.length === wanted.length &&
    wanted.every((carrier, place) => SCOPE_FIELDS.every((field) => stored[place]?.[field] === (carrier[field] ?? null)))
  );
}

/** What an incident rests on, each once, in no order. */
export function carriersOf(database: Database, incident: string): readonly StoredCarrier[] {
  const sql = `SELECT DISTINCT label, ${SCOPE_FIELDS.join(', ')} FROM incident_carrier WHERE incident = ?`;
  return database.all<StoredCarrier>(sql, incident);
}

export function dropCarriers(database: Database, incident: string): void {
  database.run('DELETE FROM incident_carrier WHERE incident = ?', incident);
}

/** Of too many none is matched: one that no scope fits stands for them. */
function keptOf(carriers: readonly Carrier[]): readonly Carrier[] {
  return carriers.length > MOST_CARRIERS ? [{}] : carriers;
}

/** The first label of a qualified name, by which people know a host; nothing where the name is no more than that. */
function labelOf({ host }: Carrier): string | null {
  const dot = host?.indexOf('.') ?? -1;
  return host === undefined || dot <= 0 ? null : host.slice(0, dot);
}
