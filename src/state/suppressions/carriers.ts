import type { Database } from '../../disk/index.ts';
import { boundOf, type Carrier, MOST_CARRIERS, SCOPE_FIELDS } from './scope.ts';

/** Puts the carriers of a version in place of those of the one before. Of too many none is matched: one that no scope fits stands for them. */
export function keepCarriers(database: Database, incident: string, carriers: readonly Carrier[]): void {
  dropCarriers(database, incident);
  const kept = carriers.length > MOST_CARRIERS ? [{}] : carriers;
  const columns = ['incident', 'place', 'label', ...SCOPE_FIELDS];
  const add = `INSERT INTO incident_carrier (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
  for (const [place, carrier] of kept.entries()) {
    database.run(add, incident, place, labelOf(carrier), ...boundOf(carrier));
  }
}

export function dropCarriers(database: Database, incident: string): void {
  database.run('DELETE FROM incident_carrier WHERE incident = ?', incident);
}

/** The first label of a qualified name, by which people know a host; nothing where the name is no more than that. */
function labelOf({ host }: Carrier): string | null {
  const dot = host?.indexOf('.') ?? -1;
  return host === undefined || dot <= 0 ? null : host.slice(0, dot);
}
