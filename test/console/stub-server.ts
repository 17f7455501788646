import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allShipperSettings, QUEUE_COLUMNS } from '../../src/api/index.ts';
import { scopesOf } from '../../src/serve/handlers/incident-scopes.ts';
import { pageAnswer } from '../../src/serve/page/answer-page.ts';
import { readPageFiles } from '../../src/serve/page/page-files.ts';
import { INCIDENT_RESULT, SAMPLE_INCIDENT } from '../report/sample-incident.ts';
import { forViewer } from './for-viewer.ts';
import { eventsPage, eventsSurvey, type StubSearch, wholeEvent } from './stub-events.ts';
import { type Act, change, fitsByHost, HOSTILE, type StubIncident, stubIncidents } from './stub-incidents.ts';

export { change, HOSTILE, type StubIncident, stubIncidents } from './stub-incidents.ts';

export type StubDocument = ReturnType<typeof documentOf>;

export interface Stub {
  readonly url: string;
  readonly incidents: Map<string, StubIncident>;
  /** Requests that changed something, in order. */
  readonly changes: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: unknown }[];
  /** How many streams are open now. */
  readonly streams: () => number;
  /** Answers of paths that fail from now on; `/v1/incidents?view=id` stands beside the rows of the same path. */
  readonly failing: Map<string, number>;
  /** Paths that are not answered at all from now on. */
  readonly held: Set<string>;
  /** Whole answers of paths, in place of the empty ones; a function answers by the query. */
  readonly answers: Map<string, unknown>;
  /** Members of documents of incidents that are other than the sample's, by id. */
  readonly altered: Map<string, (document: StubDocument) => object>;
  /** Which incident others became part of, by their ids. */
  readonly merged: Map<string, string>;
  /** What was answered to the key of an action: the same again gets the same. */
  readonly known: Map<string, object>;
  mustChangePassword: boolean;
  role: string;
  /** Who is signed in: whoever signed in last, by the name that they gave. */
  person: string;
  /** What a search looks through. */
  search: StubSearch;
  /** Which incidents fit words that rows do not tell: by their hosts, unless a test says otherwise. */
  fits: (words: string, incidents: Stub['incidents']) => readonly string[];
  /** The words that it was asked for by ids, in order. */
  readonly asked: string[];
  /** What was opened, by incident. */
  readonly opened: Map<string, { readonly version: number; readonly revision: number }>;
  /** What was sent over streams, in order; one that is opened behind a place begins there. */
  readonly told: string[];
  send(type: string, of: unknown): void;
  rowOf(incident: StubIncident): unknown[];
  close(): Promise<void>;
}

/** The page with a stand-in of `/v1`: every state of PRODUCT 9.4 can be brought about, and nothing of the product knows of it. */
export async function startStub(folder: string, count: number): Promise<Stub> {
  const page = await readPageFiles(folder);
  const incidents = stubIncidents(count);
  const open = new Set<ServerResponse>();
  const stub = {
    incidents,
    changes: [] as Stub['changes'],
    ...unlikely(),
    role: 'analyst',
    person: 'ann',
    search: { events: 0 } as StubSearch,
    fits: fitsByHost,
    asked: [] as string[],
    opened: new Map() as Stub['opened'],
    answers: new Map<string, unknown>(),
    told: [] as string[],
  };
  const server = createServer((request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const answer = pageAnswer({ method: request.method ?? 'GET', path, headers: oneEach(request.headers) }, page);
    if (answer !== undefined) {
      response.writeHead(answer.status, {
        ...answer.headers,
        ...(answer.type === undefined ? {} : { 'content-type': answer.type }),
      });
      response.end(answer.body);
      return;
    }
    void api(stub, open, page?.build ?? '', request, response, path);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(stub, {
    url: `http://127.0.0.1:${port}`,
    streams: () => open.size,
    rowOf,
    send: (type: string, of: unknown) => {
      const message = `id: 1-${stub.told.length + 1}\nevent: ${type}\ndata: ${JSON.stringify(of)}\n\n`;
      stub.told.push(message);
      for (const response of open) response.write(message);
    },
    close: async () => {
      for (const response of open) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function oneEach(headers: IncomingMessage['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
}

type Unlikely = Pick<Stub, 'failing' | 'held' | 'answers' | 'altered' | 'merged' | 'known' | 'mustChangePassword'>;
type Parts = Omit<Stub, 'url' | 'streams' | 'send' | 'rowOf' | 'close'>;

/** Nothing of what a test may bring about. */
function unlikely(): Unlikely {
  return {
    failing: new Map(),
    held: new Set(),
    answers: new Map(),
    altered: new Map(),
    merged: new Map(),
    known: new Map(),
    mustChangePassword: false,
  };
}

const NO_COUNTS = {
  ...{ counts: {}, overdue: 0, unassigned: 0, mine: 0, unread: 0 },
  suppressed: { incidents: 0, suppressions: 0 },
};

/** By status: what the server would say. */
const FAILURES: Readonly<Record<number, object>> = {
  403: { code: 'role_insufficient', title: 'Your role may not do this', detail: 'To read evidence: analyst, auditor.' },
  429: { code: 'too_many', title: 'Too many attempts', detail: 'Wait.' },
};

async function api(
  stub: Parts,
  open: Set<ServerResponse>,
  build: string,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const body = await bodyOf(request);
  const json = (status: number, of: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(status, {
      'content-type': status < 400 ? 'application/json' : 'application/problem+json',
      ...headers,
    });
    response.end(JSON.stringify(of));
  };
  const query = new URL(request.url ?? '', 'http://x').searchParams;
  const view = query.get('view') === 'id' ? `${path}?view=id` : path;
  if (view !== path) stub.asked.push(query.get('q') ?? '');
  const failing = stub.failing.get(view);
  const disk = { code: 'storage_unavailable', title: 'The disk does not take what is sent', detail: 'in a test' };
  if (failing !== undefined)
    return json(
      failing,
      { ...(FAILURES[failing] ?? disk), requestId: '7f3a' },
      failing === 429 ? { 'retry-after': '30' } : {},
    );
  if (stub.held.has(view)) return;
  if (path === '/v1/session') return session(stub, request, body, json);
  if (!/in=1/.test(request.headers.cookie ?? '')) return json(401, { code: 'auth_required', title: 'A key is needed' });
  if (/\/opened$/.test(path)) return json(200, opened(stub, request.method ?? '', path, body));
  if (request.method !== 'GET') stub.changes.push({ path, headers: request.headers, body });
  if (path === '/v1/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: hello\ndata: ${JSON.stringify({ build })}\n\n`);
    const after = request.headers['last-event-id'] ?? query.get('last_event_id') ?? '1-0';
    for (const message of stub.told.slice(Number(String(after).split('-')[1]))) response.write(message);
    open.add(response);
    response.on('close', () => open.delete(response));
    return;
  }
  if (request.method === 'GET' && stub.answers.has(path)) {
    const answer = stub.answers.get(path);
    return json(200, typeof answer === 'function' ? (answer as (query: URLSearchParams) => unknown)(query) : answer);
  }
  const known = /^\/v1\/incidents\/([^/]+)(?:\/(\w+))?$/.exec(path);
  if (view !== path)
    return json(200, { ...asOfNow(), ids: stub.fits(query.get('q') ?? '', stub.incidents), isMore: false });
  if (path === '/v1/incidents') return json(200, queuePage(stub, query));
  if (path === '/v1/incidents/counts') return json(200, NO_COUNTS);
  if (path === '/v1/incidents/actions') return json(200, bulk(stub, body as Bulk, keyOf(request)));
  if (path === '/v1/events') return json(200, eventsPage(stub.search, query));
  if (path === '/v1/events/survey') return json(200, eventsSurvey(stub.search, query));
  const event = wholeEvent(stub.search, path);
  if (event !== undefined) return json(200, event);
  const survivor = stub.merged.get(known?.[1] ?? '');
  if (survivor !== undefined && request.method !== 'GET')
    return json(409, {
      code: 'merged',
      title: 'It is part of another',
      detail: `It is part of ${survivor} now.`,
      about: { survivor },
    });
  const incident = known === null ? undefined : incidentOf(stub, survivor ?? known[1] ?? '');
  if (incident === undefined)
    return json(
      path.startsWith('/v1/incidents/') ? 404 : 200,
      path.startsWith('/v1/incidents/') ? { code: 'not_found', title: 'There is nothing here' } : emptyOf(path),
    );
  if (request.method === 'GET' && known?.[2] === 'scopes') return json(200, scopesOf(INCIDENT_RESULT));
  if (request.method === 'GET') {
    const sample = { ...documentOf(incident), ...(survivor === undefined ? {} : { requestedId: known?.[1] }) };
    const whole = stub.altered.get(incident.id)?.(sample) ?? sample;
    return json(200, stub.role === 'viewer' ? forViewer(whole) : whole, { etag: `"${incident.revision}"` });
  }
  const before = stub.known.get(keyOf(request));
  if (before !== undefined) return json(200, before);
  const seen = request.headers['if-match'];
  if (known?.[2] === 'actions' && seen !== `"${incident.revision}"`) {
    return json(412, {
      code: 'precondition_failed',
      title: 'It was changed meanwhile',
      about: { revision: incident.revision },
    });
  }
  change(
    incident,
    known?.[2] === 'actions' ? (body as Act) : { ...(body as Act), action: known?.[2] === 'notes' ? 'note' : 'step' },
    stub.person,
  );
  const done = { id: incident.id, revision: incident.revision, state: incident.state };
  stub.known.set(keyOf(request), done);
  return json(200, done);
}

function keyOf({ headers }: IncomingMessage): string {
  return String(headers['idempotency-key'] ?? '');
}

/** What the one person of the stub opened. */
function opened(stub: Parts, method: string, path: string, body: unknown): object {
  const id = path.split('/')[3] ?? '';
  if (method === 'GET') return { items: [...stub.opened].map(([one, of]) => ({ id: one, ...of })) };
  stub.opened.set(id, body as { readonly version: number; readonly revision: number });
  return { id, ...(body as object) };
}

interface Bulk {
  readonly action: Act;
  readonly incidents: readonly { readonly id: string; readonly revision: number }[];
}

function bulk(stub: Parts, { action, incidents }: Bulk, key: string): object {
  const items = incidents.map(({ id, revision }, at) => {
    const before = stub.known.get(`${key}/${at + 1}`);
    if (before !== undefined) return { ...before, isKnown: true };
    const incident = stub.incidents.get(id);
    if (incident === undefined || incident.revision !== revision)
      return { id, code: 'precondition_failed', detail: 'changed' };
    change(incident, action, stub.person);
    const done = { id, revision: incident.revision, state: incident.state, isKnown: false };
    stub.known.set(`${key}/${at + 1}`, done);
    return done;
  });
  return { items };
}

function session(
  stub: Parts,
  request: IncomingMessage,
  body: unknown,
  json: (status: number, of: unknown, headers?: Record<string, string>) => void,
): void {
  const { name, password } = (body ?? {}) as { readonly name?: string; readonly password?: string };
  const isIn =
    request.method === 'GET' ? /in=1/.test(request.headers.cookie ?? '') : password === 'correct horse battery';
  if (isIn && name !== undefined) stub.person = name;
  const found = {
    person: stub.person,
    role: stub.role,
    csrf: 'c5rf',
    idleMs: 1_800_000,
    endsMs: Date.now() + 43_200_000,
    mustChangePassword: stub.mustChangePassword,
    place: `1-${stub.told.length}`,
  };
  if (isIn) json(200, found, { 'set-cookie': 'in=1; Path=/' });
  else json(401, { code: 'auth_required', title: 'x' }, { 'set-cookie': 'in=0; Path=/' });
}

function emptyOf(path: string): unknown {
  if (path === '/v1/health/blind') return { asOf: new Date().toISOString(), senders: 2, blind: [], late: [] };
  if (path === '/v1/health/detail') return { status: 'ok', version: '0', parts: [] };
  if (path === '/v1/shippers') return { items: allShipperSettings('https://triad.example:8443') };
  if (path === '/v1/rules') return { items: [], analytics: [], loaded: {} };
  if (path === '/v1/events') return { items: [], progress: { blocks: 0, events: 0, passed: 0, damaged: 0, gone: 0 } };
  if (path === '/v1/pins/preview') return { open: 1, closed: 2, hosts: 1, isAtMost: false, incidents: [FORESEEN] };
  if (path === '/v1/suppressions/preview') return { level: 'critical', open: 1, closed: 0, incidents: [] };
  return { items: [] };
}

const FORESEEN = {
  id: 'inc0000000000000',
  number: 1,
  level: 'critical',
  title: HOSTILE,
  first: '',
  hosts: 1,
  isWhole: false,
};

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
}

const FIRST_MS = Date.parse('2026-03-12T09:44:04Z');

function rowOf(incident: StubIncident): unknown[] {
  const first = new Date(FIRST_MS - incident.number * 60_000).toISOString();
  const values: Readonly<Record<string, unknown>> = {
    ...incident,
    standing: 'told',
    isWmi: true,
    isRetrospective: false,
    first,
    last: first,
    host: `srv-${incident.number % 7}.corp.example`,
    hosts: 2,
    source: `ws-${incident.number}.corp.example`,
    confidence: 0.91,
    dueFor: incident.state === 'open' ? 'acknowledge' : null,
    isToAcknowledge: incident.state === 'open' || incident.isOpenAgain === true,
    isJudgedBefore: incident.isOpenAgain === true && incident.verdict !== null,
    due:
      incident.state === 'open'
        ? new Date(Date.now() + (incident.number === 1 ? -840_000 : 1_740_000)).toISOString()
        : null,
    suppressed: 0,
  };
  return QUEUE_COLUMNS.map((name) => values[name] ?? null);
}

/** By its id, or by its number as INC-12. */
function incidentOf({ incidents }: Parts, name: string): StubIncident | undefined {
  return incidents.get(name) ?? [...incidents.values()].find(({ number }) => `INC-${number}` === name);
}

function asOfNow(): object {
  return { asOf: new Date().toISOString(), place: '1-0' };
}

function queuePage(stub: Parts, query: URLSearchParams): object {
  const states = query.get('state')?.split(',');
  const all = [...stub.incidents.values()].filter(({ state }) => states?.includes(state) ?? true);
  const from = Number(query.get('after') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  const next = from + limit < all.length ? { next: String(from + limit) } : {};
  return {
    ...asOfNow(),
    columns: QUEUE_COLUMNS,
    items: all.slice(from, from + limit).map(rowOf),
    ...next,
  };
}

/** The sample of the report with what the stub's people did. */
function documentOf(incident: StubIncident) {
  const told = { time: '2026-03-12T09:44:11Z', clock: 'detector', source: 'the look that told it' };
  const now = { ...told, time: new Date().toISOString(), clock: 'server' };
  const acked = incident.state === 'open' ? {} : { ack: now };
  const judged = incident.verdict === null || incident.verdict === 'inconclusive' ? {} : { triage: now };
  return {
    id: incident.id,
    number: incident.number,
    version: incident.version,
    standing: 'told',
    level: incident.level,
    title: incident.title,
    times: { event: { ...told, time: '2026-03-12T09:44:04Z' }, alert: told },
    work: {
      revision: incident.revision,
      state: incident.state,
      owner: incident.owner,
      verdict: incident.verdict,
      judged: incident.judged ?? null,
      reason: null,
      learn: null,
      episode: 1,
      times: { ...acked, ...judged },
      taken: incident.taken,
      closed: null,
    },
    due: [{ for: 'verdict', at: new Date(Date.now() + 1_740_000).toISOString(), isMet: false, isOverdue: false }],
    incident: { ...SAMPLE_INCIDENT, id: incident.id, title: incident.title },
    findings: INCIDENT_RESULT.findings,
    subscriptions: INCIDENT_RESULT.subscriptions,
    gaps: INCIDENT_RESULT.gaps,
    records: { items: INCIDENT_RESULT.records, cited: INCIDENT_RESULT.records.length },
    history: { items: incident.history },
  };
}
