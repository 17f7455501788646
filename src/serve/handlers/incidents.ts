import {
  type ActionRequest,
  type ApiRequest,
  type ApiResponse,
  type Handler,
  idempotencyKeyOf,
  jsonAnswer,
  type NoteRequest,
  type OpenedRequest,
  refused,
  type StepRequest,
  seenTagOf,
} from '../../api/index.ts';
import type { ActResult, IncidentAction, Outcome, State, WholeIncident } from '../../state/index.ts';
import { seesNoEvidence } from '../people/withhold.ts';
import { problemOfAct } from './acted.ts';
import { actOnMany } from './bulk-actions.ts';
import { byOf } from './by.ts';
import { findIncident } from './find-incident.ts';
import { historyDocument, historyPage, incidentDocument, recordDocument, stepDocuments } from './incident-document.ts';
import { pictureAnswer } from './incident-picture.ts';
import { type ReportParts, reportAnswer } from './incident-report.ts';
import { countedPage, pageAnswer, refusalAnswer } from './lists.ts';
import { plainPageOf, readQuery } from './query.ts';
import { countsOfQueue, listQueue, type QueueParts } from './queue.ts';
import { queueTable } from './queue-csv.ts';

export interface IncidentParts extends QueueParts, ReportParts {
  /** Told when a person did something to an incident. */
  onActed(id: string): void;
}

type IncidentOperation =
  | 'listIncidents'
  | 'countIncidents'
  | 'exportIncidents'
  | 'listOpened'
  | 'noteOpened'
  | 'reportIncident'
  | 'drawIncident'
  | 'readIncident'
  | 'listIncidentHistory'
  | 'listIncidentNotes'
  | 'listIncidentSteps'
  | 'listIncidentRecords'
  | 'actOnIncident'
  | 'actOnIncidents'
  | 'noteOnIncident'
  | 'stepOfIncident';

/** The queue, and what people do with it (SETTLED G1 to G4, G7). */
export function incidentHandlers(parts: IncidentParts): Readonly<Record<IncidentOperation, Handler>> {
  const { state } = parts;
  return {
    listIncidents: (request) => listQueue(parts, request),
    countIncidents: (request) => countsOfQueue(parts, request),
    exportIncidents: (request) => queueTable(parts, request),
    listOpened: async (request) => {
      const page = plainPageOf(request);
      if ('kind' in page) return page;
      return pageAnswer(await state.call('listOpened', { ...page, who: request.caller?.name ?? '' }), (one) => one);
    },
    noteOpened: async (request) => {
      const { version, revision } = request.json as OpenedRequest;
      const asked = { who: request.caller?.name ?? '', id: request.params['id'] ?? '', version, revision };
      const noted = await state.call('noteOpened', asked);
      return noted.kind === 'refused' ? refusalAnswer(noted) : jsonAnswer(noted.value);
    },
    reportIncident: async (request) => {
      const asked = readQuery(request.query, {}, new Set());
      if (asked.kind !== 'values') return asked;
      const found = await find(state, request);
      return 'kind' in found ? found : await reportAnswer(parts, found, request);
    },
    drawIncident: async (request) => {
      const asked = readQuery(request.query, {}, new Set());
      if (asked.kind !== 'values') return asked;
      const found = await find(state, request);
      return 'kind' in found ? found : pictureAnswer(found, seesNoEvidence(request.caller));
    },
    readIncident: async (request) => {
      const found = await find(state, request);
      return 'kind' in found ? found : await wholeAnswer(parts, found, request.caller?.name);
    },
    listIncidentHistory: async (request) => {
      const page = plainPageOf(request);
      const found = await find(state, request);
      if ('kind' in page) return page;
      if ('kind' in found) return found;
      const history = await state.call('listIncidentHistory', { ...page, id: found.id });
      if (history.kind === 'refused') return refusalAnswer(history);
      if (page.cursor !== undefined) return jsonAnswer(historyPage(history.value, undefined));
      const hidden = await state.call('hiddenTimes', { id: found.id, nowMs: parts.nowMs() });
      return hidden.kind === 'refused' ? refusalAnswer(hidden) : jsonAnswer(historyPage(history.value, hidden.value));
    },
    listIncidentNotes: async (request) => {
      const page = plainPageOf(request);
      const found = await find(state, request);
      if ('kind' in page) return page;
      if ('kind' in found) return found;
      const asked = { ...page, id: found.id, action: 'note' };
      return pageAnswer(await state.call('listIncidentHistory', asked), historyDocument);
    },
    listIncidentSteps: async (request) => {
      const page = plainPageOf(request);
      const found = await find(state, request);
      if ('kind' in page) return page;
      return 'kind' in found ? found : countedPage(stepDocuments(found), page, 'steps');
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
    actOnIncidents: (request) => actOnMany(parts, request),
    noteOnIncident: (request) => {
      const { note, version } = request.json as NoteRequest;
      return act(parts, request, { action: 'note', note, version }, undefined);
    },
    stepOfIncident: (request) => {
      const { step, outcome, version, ...noted } = request.json as StepRequest;
      return act(parts, request, { action: 'step', step, outcome, ...given(noted), version }, undefined);
    },
  };
}

/** The incident of a path, or why there is none. */
function find(state: State, { params }: ApiRequest): Promise<WholeIncident | ApiResponse> {
  return findIncident(state, params['id'] ?? '');
}

async function act(
  { state, nowMs, onActed }: IncidentParts,
  request: ApiRequest,
  { version, ...action }: (ActionRequest | IncidentAction) & { readonly version?: number | undefined },
  revision: number | undefined,
): Promise<ApiResponse> {
  const found = await find(state, request);
  if ('kind' in found) return found;
  const result = await state.call('actOnIncident', {
    // What was merged away is refused with its survivor: the person has to look at that one first (SETTLED G3).
    id: found.requestedId ?? found.id,
    ...(revision === undefined ? {} : { revision }),
    ...(version === undefined ? {} : { version }),
    idempotencyKey: idempotencyKeyOf(request.headers),
    by: byOf(request, nowMs()),
    act: action as IncidentAction,
  });
  if (result.kind === 'done' && result.value.kind === 'acted' && !result.value.isKnown) onActed(result.value.id);
  return actedAnswer(result);
}

function actedAnswer(result: Outcome<ActResult>): ApiResponse {
  if (result.kind === 'refused') return refusalAnswer(result);
  const acted = result.value;
  if (acted.kind !== 'acted') return refused(problemOfAct(acted));
  const { id, revision, state } = acted;
  const headers = { etag: `"${revision}"`, ...(acted.isKnown ? { 'idempotent-replay': 'true' } : {}) };
  return jsonAnswer({ id, revision, state }, 200, headers);
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

async function wholeAnswer(
  { state, targets, nowMs }: IncidentParts,
  found: WholeIncident,
  who: string | undefined,
): Promise<ApiResponse> {
  const clock = { nowMs: nowMs(), targets };
  const [rows, background, hidden] = await Promise.all([
    state.call('incidentRows', { ids: [found.id], ...clock }),
    state.call('incidentBackground', { id: found.id, ...(who === undefined ? {} : { who }) }),
    state.call('hiddenTimes', { id: found.id, nowMs: clock.nowMs }),
  ]);
  if (hidden.kind === 'refused') return refusalAnswer(hidden);
  if (background.kind === 'refused') return refusalAnswer(background);
  if (rows.kind === 'refused') return refusalAnswer(rows);
  const beside = { ...clock, row: rows.value[0]?.row, background: background.value, hidden: hidden.value };
  const document = incidentDocument(found, beside);
  return jsonAnswer(document, 200, { etag: etagOf(found) });
}

function etagOf({ work }: WholeIncident): string {
  return `"${work.revision}"`;
}
