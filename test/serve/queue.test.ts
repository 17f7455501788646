import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allShipperSettings, QUEUE_COLUMNS } from '../../src/api/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { ask, runServer, sendLines, until } from './running-server.ts';

const LINES = linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events);
const YAML = `detection: { lateness: 24h, heldTime: 90d }
targets: { critical: { acknowledge: 1m, contain: none }, high: { acknowledge: 1m, contain: none } }`;

interface Survey {
  readonly isOfAllRecords: boolean;
  readonly bins: readonly unknown[];
  readonly events: number;
  readonly absent: readonly unknown[];
  readonly silent: readonly unknown[];
}

interface Short {
  readonly asOf: string;
  readonly place: string;
  readonly columns: readonly string[];
  readonly items: readonly (readonly unknown[])[];
  readonly next?: string;
}

test('G10 short rows come with their columns and the place in the stream; the stream tells the same rows and its build', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  const stream = await EventStream.open(server);
  t.after(() => stream.close());
  await sendLines(server, LINES);
  await server.server.finish();
  await stream.has(() => stream.of('incident').length > 0, 'told');
  const { status, json } = await ask(server, 'GET', '/v1/incidents?view=row');
  const page = json as Short;
  assert.deepEqual(
    [status, page.columns, page.next, page.items.length > 0],
    [200, [...QUEUE_COLUMNS], undefined, true],
  );
  assert.match(page.place, /^1-\d+$/);
  const told = stream.of('incident').at(-1)?.data ?? assert.fail();
  assert.deepEqual(
    page.items.find(([id]) => id === told['id']),
    told['row'],
  );
  const [hello] = stream.of('hello');
  assert.deepEqual([hello?.data['build'], typeof hello?.data['version']], [hello?.data['version'], 'string']);
  const { json: whole } = await ask(server, 'GET', '/v1/incidents?limit=1');
  const [first] = (whole as { items: readonly { due?: { for: string; isOverdue: boolean } }[] }).items;
  assert.deepEqual([first?.due?.for, first?.due?.isOverdue], ['acknowledge', false]);
  const { json: counts } = await ask(server, 'GET', '/v1/incidents/counts');
  const { overdue, unassigned, mine, unread, suppressed } = counts as Readonly<Record<string, unknown>>;
  const all = page.items.length;
  assert.deepEqual(
    [overdue, unassigned, mine, unread, suppressed],
    [0, all, 0, all, { incidents: 0, suppressions: 0 }],
  );
  for (const wrong of ['view=rows', 'view=', 'view=row&limit=1001'])
    assert.equal((await ask(server, 'GET', `/v1/incidents?${wrong}`)).status, 400, wrong);
  assert.equal((await ask(server, 'GET', '/v1/incidents/counts?state=open')).status, 400);
});

test('PRODUCT 9.2 which incidents fit comes all at once, and the table holds the same by the same words', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const idsOf = async (query: string): Promise<readonly string[]> => {
    const { status, json } = await ask(server, 'GET', `/v1/incidents?view=id${query}`);
    assert.equal(status, 200, query);
    const { asOf, place, ids, isMore, ...rest } = json as Readonly<Record<string, unknown>>;
    assert.match(`${asOf} ${place}`, /^2\d{3}-\S+Z 1-\d+$/);
    assert.deepEqual([rest, isMore], [{}, false]);
    return ids as string[];
  };
  const rows = ((await ask(server, 'GET', '/v1/incidents?view=row')).json as Short).items.map(([id]) => String(id));
  assert.deepEqual(await idsOf(''), rows);
  const [first = assert.fail('no incident')] = rows;
  assert.deepEqual([await idsOf(`&q=id:${first}`), await idsOf(`&q=-id:${first}`)], [[first], rows.slice(1)]);
  assert.deepEqual([await idsOf('&q=is:overdue'), await idsOf('&q=is:hidden')], [[], []]);
  const table = async (q: string): Promise<readonly string[]> => {
    const path = `${server.url}/v1/incidents/export?q=${encodeURIComponent(q)}`;
    const answer = await fetch(path, { headers: { authorization: `Bearer ${server.token}` } });
    return (await answer.text()).split('\r\n').flatMap((line) => /^INC-\d+,([^,]+)/.exec(line)?.[1] ?? []);
  };
  for (const q of ['rule:R*', '-is:overdue', 'is:unread', '"on "', 'host:*.example', `-id:${first}`])
    assert.deepEqual(await table(q), await idsOf(`&q=${encodeURIComponent(q)}`), q);
  for (const wrong of ['&limit=10', '&after=x', '&q=hots:x', '&state=shut'])
    assert.equal((await ask(server, 'GET', `/v1/incidents?view=id${wrong}`)).status, 400, wrong);
});

test('G10 many are acknowledged at once and that is taken back; notes and steps are lists of their own', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/incidents?view=row');
  const ids = (json as Short).items.map(([id]) => String(id));
  const act = async (key: string, action: object, incidents: readonly object[], path = 'actions') => {
    const answer = await fetch(`${server.url}/v1/incidents/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(path === 'actions' ? { action, incidents } : action),
    });
    return {
      status: answer.status,
      json: (await answer.json()) as { items: Record<string, unknown>[] } & Record<string, unknown>,
    };
  };
  const done = await act('k1', { action: 'acknowledge' }, [
    ...ids.map((id) => ({ id, revision: 0, version: 1 })),
    { id: 'none', revision: 0 },
  ]);
  assert.equal(done.status, 200);
  assert.deepEqual(done.json.items.at(0), { id: ids[0], revision: 1, state: 'acknowledged', isKnown: false });
  assert.equal(done.json.items.at(-1)?.['code'], 'not_found');
  const undone = await act(
    'k2',
    { action: 'undo' },
    ids.map((id) => ({ id, revision: 1 })),
  );
  assert.deepEqual(undone.json.items.at(0), { id: ids[0], revision: 2, state: 'open', isKnown: false });
  const stale = await act(
    'k3',
    { action: 'acknowledge' },
    ids.map((id) => ({ id, revision: 1 })),
  );
  assert.equal(stale.json.items[0]?.['code'], 'precondition_failed');
  const twice = await act(
    'k4',
    { action: 'acknowledge' },
    [1, 2].map(() => ({ id: ids[0], revision: 2 })),
  );
  assert.equal(twice.status, 422);
  for (const note of ['one', 'two']) await act(note, { note, version: 1 }, [], `${ids[0]}/notes`);
  const list = async (path: string) =>
    (await ask(server, 'GET', `/v1/incidents/${ids[0]}/${path}`)).json as {
      items: Record<string, unknown>[];
      next?: string;
    };
  const notes = await list('notes?limit=1');
  assert.deepEqual(
    [
      notes.items.map(({ note, seen }) => [note, seen]),
      (await list(`notes?after=${notes.next}`)).items.map(({ note }) => note),
    ],
    [[['two', 1]], ['one']],
  );
  const steps = await list('steps?limit=1');
  assert.equal(steps.items.length, 1);
  const step = String(steps.items[0]?.['id']);
  await act('s', { step, outcome: 'notApplicable', note: 'gone' }, [], `${ids[0]}/steps`);
  const taken = (await list('steps')).items[0]?.['taken'] as Record<string, unknown>;
  assert.deepEqual([taken['outcome'], taken['note']], ['notApplicable', 'gone']);
  const rest = await list(`steps?after=${steps.next}`);
  assert.equal(rest.items.length, (await list('steps')).items.length - 1);
  assert.equal((await ask(server, 'GET', `/v1/incidents/${ids[0]}/steps?after=x`)).status, 400);
  const { json: whole } = await ask(server, 'GET', `/v1/incidents/${ids[0]}`);
  const { due } = whole as { due: readonly { for: string; isMet: boolean; isOverdue: boolean }[] };
  assert.deepEqual(due[0]?.for, 'acknowledge');
  assert.deepEqual(
    due.map(({ isOverdue }) => isOverdue),
    due.map(() => false),
  );
});

test('G15 a server to which nobody ever sent says so once it is silent; senders tell their pace, hosts what could not be seen', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const { status, json } = await ask(server, 'GET', '/v1/health/blind');
  const { asOf, heard, blind, late } = json as Record<'asOf' | 'heard', string> & Record<'blind' | 'late', unknown[]>;
  assert.deepEqual([status, blind, late], [200, [], []]);
  assert.equal((json as { senders: number }).senders, 1);
  // By arrival: the events themselves are of months ago.
  assert.ok(Math.abs(Date.parse(asOf) - Date.parse(heard)) < 60_000, `${heard} as of ${asOf}`);
  assert.equal((await ask(server, 'GET', '/v1/health/blind?all=1')).status, 400);
  const senders = (await ask(server, 'GET', '/v1/senders')).json as { items: Record<string, unknown>[] };
  const sent = senders.items.find((one) => one['received'] !== undefined);
  assert.deepEqual([sent?.['isLate'], sent?.['lateAfterMs']], [false, 300_000]);
  // Events of a day ago and older say nothing of a clock.
  assert.ok(sent?.['behindMs'] === undefined || Number.isInteger(sent['behindMs']));
  const hosts = (await ask(server, 'GET', '/v1/hosts?blind=true')).json as { items: Record<string, unknown>[] };
  assert.ok(hosts.items.length > 0 && hosts.items.every((one) => Array.isArray(one['blind'])));
  const plain = (await ask(server, 'GET', '/v1/hosts')).json as { items: Record<string, unknown>[] };
  assert.ok(plain.items.every((one) => one['blind'] === undefined));
});

test('G10 an analytic tells its hits of 1, 7 and 30 days by the time of their evidence', async (t) => {
  const DAY_MS = 86_400_000;
  let nowMs = Date.now();
  const server = await runServer(t, { yaml: YAML, nowMs: () => nowMs });
  await sendLines(server, LINES);
  await server.server.finish();
  type Hits = { analytic: string; last: string; findings: number; in1d: number; in7d: number; in30d: number };
  const told = async () => ((await ask(server, 'GET', '/v1/rules')).json as { analytics: readonly Hits[] }).analytics;
  const newest = (await told()).toSorted((a, b) => a.last.localeCompare(b.last)).at(-1) ?? assert.fail();
  const spans: number[][] = [];
  for (const days of [0.5, 3, 20, 40]) {
    nowMs = Date.parse(newest.last) + days * DAY_MS;
    const { in1d = -1, in7d = -1, in30d = -1 } = (await told()).find((one) => one.analytic === newest.analytic) ?? {};
    spans.push([in1d, in7d, in30d]);
  }
  const all = newest.findings;
  assert.ok(all > 0);
  assert.deepEqual(spans, [
    [all, all, all],
    [0, all, all],
    [0, 0, all],
    [0, 0, 0],
  ]);
});

test('PRODUCT 13 an analytic tells how people decided the incidents that it is part of, and no share of too few', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  type Analytics = { analytics: readonly { analytic: string; precision?: object }[] };
  const analytics = async () => ((await ask(server, 'GET', '/v1/rules')).json as Analytics).analytics;
  assert.ok((await analytics()).every(({ precision }) => precision === undefined));
  const { items } = (await ask(server, 'GET', '/v1/incidents?view=row')).json as Short;
  const id = String(items[0]?.[0]);
  const { status } = await fetch(`${server.url}/v1/incidents/${id}/actions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${server.token}`,
      'content-type': 'application/json',
      'idempotency-key': 'k',
      'if-match': '"0"',
    },
    body: JSON.stringify({ action: 'verdict', verdict: 'authorised', code: 'product', approver: 'bob', note: 'ours' }),
  });
  assert.equal(status, 200);
  const found = (await ask(server, 'GET', `/v1/findings?incident=${id}`)).json as { items: { analytic?: string }[] };
  const members = new Set(found.items.flatMap(({ analytic = [] }) => analytic));
  assert.ok(members.size > 0);
  const one = { decided: 1, malicious: 0, authorised: 1, false: 0 };
  for (const { analytic, precision } of await analytics())
    assert.deepEqual(precision, members.has(analytic) ? one : undefined, analytic);
});

test('G12 the queue is a table for a spreadsheet; G17 the report of an incident is a file with a policy of its own and a custody of batches', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const get = (path: string) =>
    fetch(`${server.url}/v1/incidents/${path}`, { headers: { authorization: `Bearer ${server.token}` } });
  const csv = await get('export?level=high');
  const lines = (await csv.text()).trimEnd().split('\r\n');
  assert.deepEqual(
    [csv.headers.get('content-type'), csv.headers.get('triad-more')],
    ['text/csv; charset=utf-8', 'false'],
  );
  assert.match(csv.headers.get('content-disposition') ?? '', /^attachment/);
  const rows = ((await ask(server, 'GET', '/v1/incidents?view=row&level=high')).json as Short).items;
  assert.deepEqual(
    lines.slice(1).map((line) => line.split(',')[1]),
    rows.map(([id]) => id),
  );
  assert.match(lines[0] ?? '', /^number,id,level,state/);
  assert.equal((await get('export?limit=3')).status, 400);
  const id = String(rows[0]?.[0]);
  const report = await get(`${id}/report`);
  const page = await report.text();
  assert.deepEqual([report.status, report.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  assert.match(report.headers.get('content-disposition') ?? '', /^attachment; filename="INC-\d+\.html"$/);
  const policy = report.headers.get('content-security-policy') ?? '';
  const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  assert.equal(policy, `${meta}; sandbox allow-scripts`);
  assert.match(page, /Batch and event/);
  assert.match(page, /<td class="mono">\d+\/\d+<\/td><td>segment \d+, block \d+, entry \d+<\/td>/);
  const audit = (await ask(server, 'GET', '/v1/audit')).json as { items: { action: string; object: string }[] };
  assert.ok(audit.items.some(({ action, object }) => action === 'incident.report' && object === `incident/${id}`));
  const other = await ask(server, 'POST', '/v1/keys', { scopes: ['read:health'] });
  const headers = { authorization: `Bearer ${(other.json as { secret: string }).secret}` };
  assert.equal((await fetch(`${server.url}/v1/incidents/${id}/report`, { headers })).status, 403);
});

test('G11 words are asked of the queue and of the archive; one that is unknown is told at its place', async (t) => {
  const server = await runServer(t, { yaml: YAML });
  await sendLines(server, LINES);
  await server.server.finish();
  const ids = async (q: string): Promise<readonly unknown[]> =>
    ((await ask(server, 'GET', `/v1/incidents?view=row&q=${encodeURIComponent(q)}`)).json as Short).items.map(
      ([id]) => id,
    );
  const all = await ids('');
  assert.deepEqual([await ids('state:open'), await ids('-state:open'), await ids('host:nobody')], [all, [], []]);
  for (const [path, q, at, length] of [
    ['incidents', 'state:open hots:x', 11, 4],
    ['incidents', 'level:hihg', 0, 10],
    ['incidents/export', 'x channel:Security', 2, 7],
    ['events', 'a state:open', 2, 5],
    ['events', 'a -b', 2, 2],
  ] as const) {
    const { status, json } = await ask(server, 'GET', `/v1/${path}?q=${encodeURIComponent(q)}`);
    assert.deepEqual([status, (json as { about: unknown }).about], [400, { at, length }], q);
  }
  const eventsOf = async (q: string): Promise<readonly { eventId: number }[]> =>
    (
      (await ask(server, 'GET', `/v1/events${q === '' ? '' : `?q=${encodeURIComponent(q)}`}`)).json as {
        items: { eventId: number }[];
      }
    ).items;
  await until(async () => (await eventsOf('')).length > 0, 'events are archived');
  const [{ eventId } = assert.fail()] = await eventsOf('');
  const found = await eventsOf(`event:${eventId}`);
  assert.ok(found.length > 0 && found.every((one) => one.eventId === eventId));
  const survey = async (query: string) => (await ask(server, 'GET', `/v1/events/survey?${query}`)).json as Survey;
  const seen = await survey('bins=10');
  assert.deepEqual([seen.isOfAllRecords, seen.bins.length, seen.events, seen.absent], [true, 10, LINES.length, []]);
  const q = `host:nobody event:${eventId} zzznowherezzz`;
  const zero = await survey(`bins=1&q=${encodeURIComponent(q)}`);
  assert.deepEqual(zero.absent, [
    { kind: 'host', value: 'nobody' },
    { kind: 'word', value: 'zzznowherezzz' },
  ]);
  assert.deepEqual(zero.silent, [{ host: 'nobody' }]);
  assert.ok((await survey('from=2100-01-01T00:00:00Z')).silent.length > 0);
  for (const bins of ['0', '501', 'x'])
    assert.equal((await ask(server, 'GET', `/v1/events/survey?bins=${bins}`)).status, 400);
});

test('L29 what shippers have to be told is what is printed with a key, for the address that was asked about', async (t) => {
  const server = await runServer(t);
  const { status, json } = await ask(server, 'GET', '/v1/shippers?address=https%3A%2F%2Ftriad.example%3A8443');
  const { items } = json as { items: { name: string; text: string }[] };
  assert.deepEqual([status, items], [200, allShipperSettings('https://triad.example:8443')]);
  for (const address of [
    '',
    '?address=',
    '?address=ftp://x',
    '?address=http://a%22b',
    '?address=http://a/b',
    '?address=x',
  ])
    assert.equal((await ask(server, 'GET', `/v1/shippers${address}`)).status, 400, address);
});
