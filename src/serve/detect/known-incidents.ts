import type { IncidentTimes, KnownIncident } from '../../live/index.ts';
import type { Outcome, State } from '../../state/index.ts';

const PAGE = 1000;

/** All incidents that a judgement may still change, as the state remembers them. */
export async function knownIncidents(state: State): Promise<Outcome<readonly KnownIncident[]>> {
  const known: KnownIncident[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await state.call('knownIncidents', { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') return page;
    for (const { times, number: _, ...one } of page.value.rows) {
      known.push({ ...one, times: JSON.parse(times) as IncidentTimes });
    }
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  return { kind: 'done', value: known };
}
