import type { IncidentRowDocument } from '../../api/index.ts';
import type { IncidentRow } from '../../state/index.ts';

/** A row of the queue as the API has it: what there is none of is left out. */
export function rowDocument({ owner, verdict, ...row }: IncidentRow): IncidentRowDocument {
  return { ...row, ...(owner === null ? {} : { owner }), ...(verdict === null ? {} : { verdict }) };
}
