import type { IncidentTimes, KnownFound, KnownIncident } from '../../live/index.ts';
import type { Outcome, Page, State } from '../../state/index.ts';
import type { HostName } from './messages.ts';

const PAGE = 1000;

/** What the state knows from earlier starts, and detection goes on from. */
export interface Known {
  readonly known: readonly KnownIncident[];
  readonly knownFound: readonly Omit<KnownFound, 'standing'>[];
  readonly hostNames: readonly HostName[];
}

/** All that a judgement may still change, as the state remembers it. */
export async function knownOf(state: State): Promise<Outcome<Known>> {
  const incidents = await allOf((page) => state.call('knownIncidents', page));
  if (incidents.kind === 'refused') return incidents;
  const found = await allOf((page) => state.call('knownFound', page));
  if (found.kind === 'refused') return found;
  const names = await allOf((page) => state.call('hostNames', page));
  if (names.kind === 'refused') return names;
  const known = incidents.value.map(({ times, number: _, ...one }) => ({
    ...one,
    times: JSON.parse(times) as IncidentTimes,
  }));
  const knownFound = found.value.map(({ incident, ...one }) => ({ ...one, incident: incident ?? undefined }));
  return { kind: 'done', value: { known, knownFound, hostNames: names.value } };
}

/** All rows of a list of the state, page by page. */
export async function allOf<Row>(
  read: (page: { readonly limit: number; readonly cursor?: string }) => Promise<Outcome<Page<Row>>>,
): Promise<Outcome<readonly Row[]>> {
  const rows: Row[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await read({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    if (page.kind === 'refused') return page;
    rows.push(...page.value.rows);
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  return { kind: 'done', value: rows };
}
