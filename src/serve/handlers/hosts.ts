import { type ApiRequest, type ApiResponse, type Handler, jsonAnswer, refused } from '../../api/index.ts';
import { readableTimes, UTC_CLOCK } from '../../report/index.ts';
import { type HostLog, type HostRow, type State, WORK_STATES } from '../../state/index.ts';
import { type Gap, parseTime } from '../../windows/index.ts';
import type { HostClocks } from '../host-clocks.ts';
import { foundRowDocument } from './found.ts';
import { rowDocument } from './incident-row.ts';
import { pageRequestOf, refusalAnswer, timeOf } from './lists.ts';
import { FLAG, nameOf, readQuery, TIME } from './query.ts';
import { sendsDocument, TELEMETRY } from './telemetry.ts';

const FILTERS = { named: nameOf(255), silentSince: TIME, gaps: FLAG, blind: FLAG, sends: FLAG };
/** Incidents and subscriptions that stand in the answer about a host; their lists have the rest. */
const MOST_BESIDE = 100;

export interface HostParts {
  readonly state: State;
  readonly clocks: HostClocks;
  nowMs(): number;
}

/** Hosts with what came of them and what could not be seen. */
export function hostHandlers(parts: HostParts): Readonly<Record<'listHosts' | 'readHost', Handler>> {
  return {
    listHosts: (request) => listHosts(parts, request),
    readHost: (request) => readHost(parts, request),
  };
}

async function listHosts({ state, nowMs }: HostParts, request: ApiRequest): Promise<ApiResponse> {
  const page = pageRequestOf(request);
  if ('kind' in page) return page;
  const read = readQuery(request.query, FILTERS);
  if (read.kind !== 'values') return read;
  const { named, silentSince, gaps, blind, sends } = read.values;
  const [rows, counted] = await Promise.all([
    state.call('listHosts', {
      ...page,
      nowMs: nowMs(),
      ...(named === undefined ? {} : { named }),
      ...(silentSince === undefined ? {} : { silentSinceMs: parseTime(silentSince)?.ms ?? 0 }),
      ...(gaps === undefined ? {} : { hasGaps: gaps }),
    }),
    state.call('countHosts', null),
  ]);
  if (rows.kind === 'refused') return refusalAnswer(rows);
  if (counted.kind === 'refused') return refusalAnswer(counted);
  const { rows: items, next } = rows.value;
  const keys = items.map(({ key }) => key);
  const [unseen, sent] = await Promise.all([
    state.call('hostBlinds', { keys: blind === true ? keys : [] }),
    state.call('hostSends', { keys: sends === true ? keys : [], kinds: TELEMETRY }),
  ]);
  if (unseen.kind === 'refused') return refusalAnswer(unseen);
  if (sent.kind === 'refused') return refusalAnswer(sent);
  const sentBy = Map.groupBy(sent.value, ({ host }) => host);
  const blindOf = new Map(unseen.value.map((one) => [one.host, toldGaps(one.blind)]));
  const documentOf = (row: HostRow): object => ({
    ...hostDocument(row),
    ...(blindOf.has(row.key) ? { blind: blindOf.get(row.key) } : {}),
    ...(sends === true ? { sends: (sentBy.get(row.key) ?? []).map(sendsDocument) } : {}),
  });
  return jsonAnswer({
    items: items.map(documentOf),
    ...(next === null ? {} : { next }),
    ...(sends === true ? { telemetry: TELEMETRY } : {}),
    counts: counted.value,
  });
}

async function readHost({ state, clocks, nowMs }: HostParts, { params, query }: ApiRequest): Promise<ApiResponse> {
  const asked = readQuery(query, {}, new Set());
  if (asked.kind !== 'values') return asked;
  const name = (params['key'] ?? '').toLowerCase();
  const now = { nowMs: nowMs() };
  const found = await state.call('readHost', { ...now, key: name });
  if (found.kind === 'refused') return refusalAnswer(found);
  const host = found.value;
  if (host === null) return refused({ code: 'not_found', detail: `Nothing came of a host ${name.slice(0, 100)}.` });
  const { key, names, logs, senders, blind } = host;
  const differs = clocks.of(key);
  const [incidents, subscriptions] = await Promise.all([
    state.call('listIncidents', {
      ...now,
      host: key,
      limit: MOST_BESIDE,
      states: WORK_STATES.filter((word) => word !== 'closed'),
    }),
    state.call('listFound', { of: 'subscription', host: key, limit: MOST_BESIDE }),
  ]);
  if (incidents.kind === 'refused') return refusalAnswer(incidents);
  if (subscriptions.kind === 'refused') return refusalAnswer(subscriptions);
  return jsonAnswer({
    ...hostDocument(host),
    names,
    logs: [...Map.groupBy(logs, ({ channel }) => channel)].map(([channel, ids]) => logDocument(channel, ids)),
    senders: senders.map(({ sender, records, receivedMs }) => ({ sender, records, received: timeOf(receivedMs) })),
    ...(blind === null ? {} : { blind: toldGaps(blind) }),
    ...(differs === undefined ? {} : { clocks: differs }),
    incidents: incidents.value.rows.map(rowDocument),
    subscriptionRows: subscriptions.value.rows.map(foundRowDocument),
  });
}

/** What could not be seen, with the times in its words as the gaps of an incident show them; `from` and `to` stay as they are stored. */
function toldGaps(stored: string): readonly Gap[] {
  const gaps = JSON.parse(stored) as readonly Gap[];
  return gaps.map((gap) => ({ ...gap, what: readableTimes(gap.what, UTC_CLOCK) }));
}

function hostDocument({
  key,
  records,
  firstMs,
  lastMs,
  receivedMs,
  gaps,
  openIncidents,
  subscriptions,
}: HostRow): object {
  return {
    key,
    records,
    ...span({ firstMs, lastMs }),
    received: timeOf(receivedMs),
    ...(gaps === null ? {} : { gaps }),
    openIncidents,
    subscriptions,
  };
}

/** A log with its ids; what is not counted alone is one number. */
function logDocument(channel: string, ids: readonly HostLog[]): object {
  const firsts = ids.flatMap(({ firstMs }) => firstMs ?? []);
  const lasts = ids.flatMap(({ lastMs }) => lastMs ?? []);
  const others = ids.find(({ eventId }) => eventId < 0);
  return {
    channel,
    records: ids.reduce((sum, { records }) => sum + records, 0),
    ...span({
      firstMs: firsts.length === 0 ? null : Math.min(...firsts),
      lastMs: lasts.length === 0 ? null : Math.max(...lasts),
    }),
    ids: ids
      .filter(({ eventId }) => eventId >= 0)
      .map(({ eventId, records, ...times }) => ({ id: eventId, records, ...span(times) })),
    ...(others === undefined ? {} : { others: others.records }),
  };
}

function span({ firstMs, lastMs }: Pick<HostLog, 'firstMs' | 'lastMs'>): object {
  return {
    ...(firstMs === null ? {} : { first: timeOf(firstMs) }),
    ...(lastMs === null ? {} : { last: timeOf(lastMs) }),
  };
}
