import {
  type ApiRequest,
  type ApiResponse,
  type BulkActionRequest,
  idempotencyKeyOf,
  jsonAnswer,
  refused,
} from '../../api/index.ts';
import type { ActResult, IncidentAction, Outcome, State } from '../../state/index.ts';
import { problemOfAct } from './acted.ts';
import { refusalAnswer } from './lists.ts';

export interface BulkParts {
  readonly state: State;
  nowMs(): number;
  onActed(id: string): void;
}

/** One action on up to 100 incidents, each by itself (SETTLED G10). */
export async function actOnMany({ state, nowMs, onActed }: BulkParts, request: ApiRequest): Promise<ApiResponse> {
  const key = idempotencyKeyOf(request.headers);
  const { action, incidents } = request.json as BulkActionRequest;
  if (new Set(incidents.map(({ id }) => id)).size < incidents.length) {
    return refused({ code: 'invalid', detail: 'An incident stands there more than once.' });
  }
  const { version: seen, ...act } = action;
  const by = { who: request.caller?.name ?? 'unknown', atMs: nowMs() };
  const requests = incidents.map(({ id, revision, version = seen }, at) => ({
    id,
    revision,
    ...(version === undefined ? {} : { version }),
    idempotencyKey: `${key}/${at + 1}`,
    by,
    act: act as IncidentAction,
  }));
  const outcome = await state.call('actOnIncidents', { requests });
  if (outcome.kind === 'refused') return refusalAnswer(outcome);
  for (const one of outcome.value) {
    if (one.kind === 'done' && one.value.kind === 'acted' && !one.value.isKnown) onActed(one.value.id);
  }
  return jsonAnswer({ items: outcome.value.map((one, at) => itemOf(incidents[at]?.id ?? '', one)) });
}

function itemOf(id: string, outcome: Outcome<ActResult>): object {
  if (outcome.kind === 'refused')
    return { id, code: outcome.code === 'unknown' ? 'not_found' : 'invalid', detail: outcome.message };
  if (outcome.value.kind === 'acted') {
    const { revision, state, isKnown } = outcome.value;
    return { id, revision, state, isKnown };
  }
  const { code, detail = '' } = problemOfAct(outcome.value);
  return { id, code, detail };
}
