import { type ApiRequest, type ApiResponse, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import { MOST_BINS } from '../../archive/index.ts';
import type { State } from '../../state/index.ts';
import { isPrintableMs } from '../../windows/index.ts';
import type { Archiver } from '../archiving/archiver.ts';
import { readEventQuery } from '../archiving/event-query.ts';
import { archiveRefusal, notArchived } from './events.ts';
import { refusalAnswer, timeOf } from './lists.ts';
import { wordAnswer } from './queue.ts';

export interface SurveyHandlerParts {
  readonly archiver: Archiver | undefined;
  readonly state: State;
}

const USUAL_BINS = 60;
/** Hosts that are told as silent one by one. */
const MOST_SILENT = 20;

/** What is known of a search before or without its scan: events by time, what stands nowhere, who was silent (SETTLED G11). */
export function surveyHandlers(parts: SurveyHandlerParts): Readonly<Record<'surveyEvents', Handler>> {
  return { surveyEvents: (request) => surveyed(parts, request) };
}

async function surveyed({ archiver, state }: SurveyHandlerParts, { query }: ApiRequest): Promise<ApiResponse> {
  if (archiver === undefined) return notArchived();
  const given = query.get('bins');
  const bins = given === null ? USUAL_BINS : /^\d{1,4}$/.test(given) ? Number(given) : 0;
  if (bins < 1 || bins > MOST_BINS || query.getAll('bins').length > 1)
    return refused({ code: 'bad_request', detail: `bins is a whole number from 1 to ${MOST_BINS}.` });
  const rest = new URLSearchParams([...query].filter(([name]) => name !== 'bins'));
  const asked = readEventQuery(rest);
  if (asked.kind === 'wrong') return refused({ code: 'bad_request', detail: asked.detail });
  if (asked.kind === 'word') return wordAnswer(asked.problem);
  const { hosts, from } = asked.query;
  const seen = await archiver.archive.survey({ query: asked.query, bins });
  if (seen.kind === 'refused') return archiveRefusal(seen);
  const silent = await silentHosts(state, hosts, from?.ms);
  if ('kind' in silent) return silent;
  const { bins: counted, toMs, events, blocks, timeless, absent } = seen.value;
  const shown = counted.filter(({ fromMs }) => isPrintableMs(fromMs));
  return jsonAnswer({
    isOfAllRecords: true,
    bins: shown.map(({ fromMs, count }) => ({ from: timeOf(fromMs), count })),
    ...(shown.length === 0 || !isPrintableMs(toMs) ? {} : { to: timeOf(toMs) }),
    events,
    blocks,
    timeless,
    absent,
    silent,
  });
}

/** Of the hosts that were asked for, else of all, those of which the newest event is older than the span; none without one. */
async function silentHosts(
  state: State,
  hosts: readonly string[] | undefined,
  fromMs: number | undefined,
): Promise<readonly object[] | ApiResponse> {
  if (hosts === undefined) {
    if (fromMs === undefined) return [];
    const listed = await state.call('listHosts', { silentSinceMs: fromMs, limit: MOST_SILENT });
    return listed.kind === 'refused'
      ? refusalAnswer(listed)
      : listed.value.rows.map(({ key, lastMs }) => silentOf(key, lastMs));
  }
  const silent: object[] = [];
  for (const host of hosts.slice(0, MOST_SILENT)) {
    const found = await state.call('readHost', { key: host.toLowerCase() });
    if (found.kind === 'refused') return refusalAnswer(found);
    const last = found.value?.lastMs ?? null;
    if (last === null || (fromMs !== undefined && last < fromMs)) silent.push(silentOf(host, last));
  }
  return silent;
}

function silentOf(host: string, lastMs: number | null): object {
  return { host, ...(lastMs === null || !isPrintableMs(lastMs) ? {} : { last: timeOf(lastMs) }) };
}
