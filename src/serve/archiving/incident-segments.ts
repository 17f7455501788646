import { type Archive, type Outcome, refused } from '../../archive/index.ts';
import type { Refusal, State } from '../../state/index.ts';
import { type CitedFacts, queryOfCited } from './cited-events.ts';

/** Cited records that are looked for: an incident cites some dozens. All are kept in the state as well, and outlive the archive. */
const MOST_RECORDS = 2000;

/** The segments that hold the events which an incident cites, and their copies. */
export async function segmentsOfIncident(
  state: State,
  archive: Archive,
  id: string,
  signal: AbortSignal,
): Promise<Outcome<readonly number[]>> {
  const segments = new Set<number>();
  for await (const record of citedRecords(state, id)) {
    if ('kind' in record)
      return refused(record.code === 'full' || record.code === 'readonly' ? record.code : 'io', record.message);
    const query = queryOfCited(record.facts);
    if (query === undefined) continue;
    for await (const page of archive.search(query, { signal })) {
      if (page.kind === 'refused') return page;
      for (const { place } of page.entries) segments.add(place.segment);
    }
  }
  return { kind: 'done', value: [...segments].sort((a, b) => a - b) };
}

async function* citedRecords(state: State, id: string): AsyncGenerator<{ readonly facts: CitedFacts } | Refusal> {
  let cursor: string | undefined;
  for (let told = 0; told < MOST_RECORDS; ) {
    const page = await state.call('listIncidentRecords', { id, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') {
      // Taken for the end it would keep a part, for good.
      yield page;
      return;
    }
    for (const { body } of page.value.rows) yield { facts: JSON.parse(body) as CitedFacts };
    told += page.value.rows.length;
    if (page.value.next === null) return;
    cursor = page.value.next;
  }
}
