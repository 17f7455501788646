import {
  type ActionRequest,
  type ApiRequest,
  type ApiResponse,
  type Handler,
  jsonAnswer,
  refused,
  type StepRequest,
} from '../../api/index.ts';
import type {
  ActResult,
  HistoryEntry,
  IncidentAction,
  IncidentName,
  IncidentRecord,
  Outcome,
  State,
  WholeIncident,
} from '../../state/index.ts';
import { type CitedFacts, linkOfCited } from '../archiving/cited-events.ts';
import { pageAnswer, refusalAnswer, timeOf } from './lists.ts';
import { plainPageOf } from './query.ts';
import { countsOfQueue, listQueue, type QueueParts } from './queue.ts';

export interface IncidentParts extends QueueParts {
  /** Told when a person did something to an incident. */
  onActed(id: string): void;
}

type IncidentOperation =
  | 'listIncidents'
  | 'countIncidents'
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
    listIncidents: (request) => listQueue(parts, request),
    countIncidents: (request) => countsOfQueue(parts, request),
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
      const revision = revisionOf(request.headers['if-match']);
      if (revision === undefined) {
        const detail = 'If-Match names the revision that was seen, as the ETag gives it.';
        return refused({ code: 'precondition_required', detail });
      }
      return act(parts, request, request.json as ActionRequest, revision);
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
  const idempotencyKey = request.headers['idempotency-key'];
  if (idempotencyKey === undefined) {
    return refused({ code: 'bad_request', detail: 'Idempotency-Key makes an action safe to send twice; choose one.' });
  }
  const found = await find(state, request);
  if ('kind' in found) return found;
  const result = await state.call('actOnIncident', {
    // What was merged away is refused with its survivor: the person has to look at that one first (SETTLED G3).
    id: found.requestedId ?? found.id,
    ...(revision === undefined ? {} : { revision }),
    idempotencyKey,
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
      return refused({ code: 'invalid', detail: 'This Idempotency-Key stood for another request.' });
  }
}

/** Without what was not given. */
function given({ at, note }: Pick<StepRequest, 'at' | 'note'>): { readonly at?: string; readonly note?: string } {
  return { ...(at === undefined ? {} : { at }), ...(note === undefined ? {} : { note }) };
}

function revisionOf(header: string | undefined): number | undefined {
  const match = /^"(\d{1,15})"$/.exec(header?.trim() ?? '');
  return match === null ? undefined : Number(match[1]);
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
