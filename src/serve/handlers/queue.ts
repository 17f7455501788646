import {
  type ApiRequest,
  type ApiResponse,
  type Caller,
  type IncidentIdsDocument,
  jsonAnswer,
  QUEUE_COLUMNS,
  refused,
  type WordProblem,
} from '../../api/index.ts';
import {
  type DueTargets,
  type IncidentCounts,
  type IncidentFilter,
  type IncidentState,
  MOST_ROWS,
  type PageRequest,
  type State,
  WORK_STATES,
} from '../../state/index.ts';
import { evidenceRefused, isOfPayloads, seesNoEvidence } from '../people/withhold.ts';
import { queueWords } from '../words/queue-words.ts';
import { queueValues, rowDocument } from './incident-row.ts';
import { pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { LEVEL, nameOf, oneOf, type QueryValue, readQuery, someOf, TIME } from './query.ts';

export interface QueueParts {
  readonly state: State;
  readonly targets: DueTargets;
  nowMs(): number;
  /** The id of the newest change of the stream. */
  place(): string;
}

/** What the words say is found out behind: a problem of them has a place. */
const WORDS: QueryValue<string> = { says: 'words', read: (text) => text };

const FILTERS = {
  state: someOf<IncidentState>([...WORK_STATES, 'merged']),
  level: LEVEL,
  since: TIME,
  host: nameOf(255),
  suppressed: oneOf(['hide', 'show', 'only'] as const),
  q: WORDS,
};
const VIEWS = { ...FILTERS, view: oneOf(['row', 'id'] as const) };

/** The queue: with counts, in short rows for the page, or which incidents fit. */
export async function listQueue(parts: QueueParts, request: ApiRequest): Promise<ApiResponse> {
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const read = readQuery(request.query, VIEWS);
  if (read.kind !== 'values') return read;
  const { view, ...values } = read.values;
  const filter = filterOf(parts, values, request.caller);
  if ('kind' in filter) return filter;
  if (view === 'id') return await idsOfQueue(parts, request, filter);
  return view === 'row' ? await shortQueue(parts, page, filter, request.caller) : await wholeQueue(parts, page, filter);
}

/** What a queue without pages is asked for. */
export function queueFilterOf(parts: QueueParts, { query, caller }: ApiRequest): IncidentFilter | ApiResponse {
  const read = readQuery(query, FILTERS, new Set());
  return read.kind === 'values' ? filterOf(parts, read.values, caller) : read;
}

type Asked = Omit<IncidentFilter, 'states' | 'nowMs' | 'targets' | 'words'> & {
  readonly state?: readonly IncidentState[];
  readonly q?: string;
};

function filterOf(
  { nowMs, targets }: QueueParts,
  { state, host, q = '', ...rest }: Asked,
  caller: Caller | undefined,
): IncidentFilter | ApiResponse {
  const read = queueWords(q, caller?.name);
  if (read.kind === 'problem') return wordAnswer(read.problem);
  if (isOfPayloads(read.words) && seesNoEvidence(caller)) return evidenceRefused('what a payload holds');
  return {
    ...rest,
    ...(state === undefined ? {} : { states: state }),
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(read.words.length === 0 ? {} : { words: read.words }),
    nowMs: nowMs(),
    targets,
  };
}

/** A word that is none, with its place in the text for the page to mark. */
export function wordAnswer({ at, length, message }: WordProblem): ApiResponse {
  return refused({ code: 'bad_request', detail: message, about: { at, length } });
}

/** Counts for the head of the queue (SETTLED G10). */
export async function countsOfQueue(parts: QueueParts, { query, caller }: ApiRequest): Promise<ApiResponse> {
  const read = readQuery(query, {}, new Set());
  if (read.kind !== 'values') return read;
  const { state, targets } = parts;
  const seen = asOf(parts);
  const counted = await state.call('countQueue', { nowMs: parts.nowMs(), targets, who: caller?.name ?? '' });
  if (counted.kind === 'refused') return refusalAnswer(counted);
  const { counts, ...rest } = counted.value;
  return jsonAnswer({ ...seen, counts: countsByLevel(counts), ...rest });
}

async function wholeQueue(
  { state }: QueueParts,
  page: PageRequest,
  filter: IncidentFilter & { readonly nowMs?: number },
): Promise<ApiResponse> {
  const nowMs = filter.nowMs ?? 0;
  const [rows, counted, hidden] = await Promise.all([
    state.call('listIncidents', { ...page, ...filter }),
    state.call('countIncidents', null),
    state.call('countSuppressed', { nowMs }),
  ]);
  if (rows.kind === 'refused') return refusalAnswer(rows);
  if (counted.kind === 'refused') return refusalAnswer(counted);
  if (hidden.kind === 'refused') return refusalAnswer(hidden);
  const { rows: items, next } = rows.value;
  return jsonAnswer({
    items: items.map(rowDocument),
    ...(next === null ? {} : { next }),
    counts: countsByLevel(counted.value.counts),
    suppressed: hidden.value,
  });
}

/** 1,000 rows where no limit is given: the page holds up to 10,000 and sorts them itself (SETTLED G13). */
async function shortQueue(
  parts: QueueParts,
  page: PageRequest,
  filter: IncidentFilter,
  caller: Caller | undefined,
): Promise<ApiResponse> {
  // Before the rows: what is committed while they are read comes over the stream too.
  const seen = asOf(parts);
  const rows = await parts.state.call('listIncidents', { limit: MOST_ROWS, ...page, ...filter });
  if (rows.kind === 'refused') return refusalAnswer(rows);
  const { rows: items, next } = rows.value;
  // Without names nothing could be left out behind: what runs is not asked for where it may not be seen (SETTLED G20).
  const ids = seesNoEvidence(caller) ? [] : items.map(({ id }) => id);
  const payloads = await parts.state.call('incidentPayloads', { ids });
  if (payloads.kind === 'refused') return refusalAnswer(payloads);
  return jsonAnswer({
    ...seen,
    columns: QUEUE_COLUMNS,
    items: items.map((row) => queueValues(row, payloads.value.get(row.id))),
    ...(next === null ? {} : { next }),
  });
}

/** What fits, in one answer: a page asks by it which of its rows fit words that their rows do not tell. */
async function idsOfQueue(parts: QueueParts, { query }: ApiRequest, filter: IncidentFilter): Promise<ApiResponse> {
  if (query.has('limit') || query.has('after'))
    return refused({ code: 'bad_request', detail: 'Ids come all at once: there is no limit and no after.' });
  // Before they are read: what is committed meanwhile comes over the stream too.
  const seen = asOf(parts);
  const found = await parts.state.call('incidentIds', filter);
  if (found.kind === 'refused') return refusalAnswer(found);
  const document: IncidentIdsDocument = { ...seen, ...found.value };
  return jsonAnswer(document);
}

function asOf({ nowMs, place }: QueueParts): { readonly asOf: string; readonly place: string } {
  return { asOf: timeOf(nowMs()), place: place() };
}

/** By level, then state. */
function countsByLevel(counted: IncidentCounts['counts']): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { level, state, count } of counted) counts[level] = { ...counts[level], [state]: count };
  return counts;
}
