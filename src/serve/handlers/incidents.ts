import {
  type ActionRequest,
  type ApiRequest,
  type ApiResponse,
  type Handler,
  idempotencyKeyOf,
  jsonAnswer,
  KEY_OF_ANOTHER,
  refused,
  type StepRequest,
  seenTagOf,
} from '../../api/index.ts';
import {
  type ActResult,
  type HistoryEntry,
  type IncidentAction,
  type IncidentFilter,
  type IncidentName,
  type IncidentRecord,
  type IncidentState,
  type Outcome,
  type State,
  type WholeIncident,
  WORK_STATES,
} from '../../state/index.ts';
import { type CitedFacts, linkOfCited } from '../archiving/cited-events.ts';
import { rowDocument } from './incident-row.ts';
import { pageAnswer, pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { LEVEL, nameOf, oneOf, plainPageOf, readQuery, someOf, TIME } from './query.ts';

export interface IncidentParts {
  readonly state: State;
  nowMs(): number;
  /** Told when a person did something to an incident. */
  onActed(id: string): void;
}

type IncidentOperation =
  | 'listIncidents'
  | 'readIncident'
  | 'listIncidentHistory'
  | 'listIncidentRecords'
  | 'actOnIncident'
  | 'noteOnIncident'
  | 'stepOfIncident';

/** The queue, and what people do with it (SETTLED G1 to G4, G7). */
export function incidentHandlers(parts: IncidentParts): Readonly<Record<IncidentOperation, Handler>> {
  const { state } = parts;
  return {
    listIncidents: (request) => queue(parts, request),
    readIncident: async (request) => {
      const found = await find(state, request);
      return 'kind' in found ? found : jsonAnswer(incidentDocument(found), 200, { etag: etagOf(found) });
    },
    listIncidentHistory: async (request) => {
      const page = plainPageOf(request);
      const found = await find(state, request);
      if ('kind' in page) return page;
      if ('kind' in found) return found;
      return pageAnswer(await state.call('listIncidentHistory', { ...page, id: found.id }), historyDocument);
    },
    listIncidentRecords: async (request) => {
      const page = plainPageOf(request);
      const found = await find(state, request);
      if ('kind' in page) return page;
      if ('kind' in found) return found;
      return pageAnswer(await state.call('listIncidentRecords', { ...page, id: found.id }), recordDocument);
    },
    actOnIncident: (request) => {
      return act(parts, request, request.json as ActionRequest, revisionOf(seenTagOf(request.headers)));
    },
    noteOnIncident: (request) => {
      const { note } = request.json as { readonly note: string };
      return act(parts, request, { action: 'note', note }, undefined);
    },
    stepOfIncident: (request) => {
      const { step, outcome, ...noted } = request.json as StepRequest;
      return act(parts, request, { action: 'step', step, outcome, ...given(noted) }, undefined);
    },
  };
}

async function queue({ state, nowMs }: IncidentParts, request: ApiRequest): Promise<ApiResponse> {
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const filter = filterOf(request.query);
  if ('kind' in filter) return filter;
  const at = { nowMs: nowMs() };
  const [rows, counted, hidden] = await Promise.all([
    state.call('listIncidents', { ...page, ...filter, ...at }),
    state.call('countIncidents', null),
    state.call('countSuppressed', at),
  ]);
  if (rows.kind === 'refused') return refusalAnswer(rows);
  if (counted.kind === 'refused') return refusalAnswer(counted);
  if (hidden.kind === 'refused') return refusalAnswer(hidden);
  const { rows: items, next } = rows.value;
  const counts: Record<string, Record<string, number>> = {};
  for (const { level, state: word, count } of counted.value.counts) {
    counts[level] = { ...counts[level], [word]: count };
  }
  return jsonAnswer({
    items: items.map(rowDocument),
    ...(next === null ? {} : { next }),
    counts,
    suppressed: hidden.value,
  });
}

const FILTERS = {
  state: someOf<IncidentState>([...WORK_STATES, 'merged']),
  level: LEVEL,
  since: TIME,
  host: nameOf(255),
  suppressed: oneOf(['hide', 'show', 'only'] as const),
};

function filterOf(query: URLSearchParams): IncidentFilter | ApiResponse {
  const read = readQuery(query, FILTERS);
  if (read.kind !== 'values') return read;
  const { state, level, since, host, suppressed } = read.values;
  return {
    ...(state === undefined ? {} : { states: state }),
    ...(level === undefined ? {} : { level }),
    ...(since === undefined ? {} : { since }),
    ...(suppressed === undefined ? {} : { suppressed }),
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
  };
}

/** The incident of a path, or why there is none. */
async function find(state: State, { params }: ApiRequest): Promise<WholeIncident | ApiResponse> {
  const asked = params['id'] ?? '';
  const number = /^INC-(\d{1,12})$/i.exec(asked)?.[1];
  const name: IncidentName = number === undefined ? { id: asked } : { number: Number(number) };
  const found = await state.call('readIncident', name);
  if (found.kind === 'refused') return refusalAnswer(found);
  return found.value ?? refused({ code: 'not_found', detail: `There is no incident ${asked.slice(0, 100)}.` });
}

async function act(
  { state, nowMs, onActed }: IncidentParts,
  request: ApiRequest,
  action: ActionRequest | IncidentAction,
  revision: number | undefined,
): Promise<ApiResponse> {
  const found = await find(state, request);
  if ('kind' in found) return found;
  const result = await state.call('actOnIncident', {
    // What was merged away is refused with its survivor: the person has to look at that one first (SETTLED G3).
    id: found.requestedId ?? found.id,
    ...(revision === undefined ? {} : { revision }),
    idempotencyKey: idempotencyKeyOf(request.headers),
    by: { who: request.caller?.name ?? 'unknown', atMs: nowMs() },
    act: action as IncidentAction,
  });
  if (result.kind === 'done' && result.value.kind === 'acted' && !result.value.isKnown) onActed(result.value.id);
  return actedAnswer(result);
}

function actedAnswer(result: Outcome<ActResult>): ApiResponse {
  if (result.kind === 'refused') return refusalAnswer(result);
  const acted = result.value;
  switch (acted.kind) {
    case 'acted': {
      const { id, revision, state } = acted;
      const headers = { etag: `"${revision}"`, ...(acted.isKnown ? { 'idempotent-replay': 'true' } : {}) };
      return jsonAnswer({ id, revision, state }, 200, headers);
    }
    case 'stale':
      return refused({
        code: 'precondition_failed',
        detail: `Somebody did something since: it is ${acted.state} now, at revision ${acted.revision}.`,
      });
    case 'merged':
      return refused({ code: 'merged', detail: `It is part of ${acted.survivor} now.` });
    case 'notAllowed':
      return refused({ code: 'conflict', detail: acted.reason });
    case 'keyUsed':
      return refused(KEY_OF_ANOTHER);
  }
}

/** Without what was not given. */
function given({ at, note }: Pick<StepRequest, 'at' | 'note'>): { readonly at?: string; readonly note?: string } {
  return { ...(at === undefined ? {} : { at }), ...(note === undefined ? {} : { note }) };
}

/** A tag that is no number of ours is one that no incident has. */
function revisionOf(tag: string): number {
  const match = /^"(\d{1,15})"$/.exec(tag);
  return match === null ? -1 : Number(match[1]);
}

function etagOf({ work }: WholeIncident): string {
  return `"${work.revision}"`;
}

/** The incident with its parts as `hunt --format json` has them, and beside it what the server and people know of it. */
function incidentDocument(whole: WholeIncident): Readonly<Record<string, unknown>> {
  const { document, times, history, records, work, steps: _, levelRank: __, firstMs: ___, ...columns } = whole;
  const { createdMs, changedMs, mergedInto, digest: ____, members: _____, ...rest } = columns;
  return {
    ...rest,
    ...(mergedInto === null ? {} : { mergedInto }),
    created: timeOf(createdMs),
    changed: timeOf(changedMs),
    times: JSON.parse(times),
    work,
    ...(JSON.parse(document) as object),
    records: { items: records.rows.map(recordDocument), ...(records.next === null ? {} : { next: records.next }) },
    history: { items: history.rows.map(historyDocument), ...(history.next === null ? {} : { next: history.next }) },
  };
}

/** A cited record, with the search that shows its event as it was received while the archive holds it. */
function recordDocument({ body }: IncidentRecord): unknown {
  const record = JSON.parse(body) as CitedFacts;
  const events = linkOfCited(record);
  return events === undefined ? record : { ...record, events };
}

function historyDocument({ atMs, note, seen, ...entry }: HistoryEntry): unknown {
  return { ...entry, at: timeOf(atMs), ...(seen === null ? {} : { seen }), ...(note === null ? {} : { note }) };
}
