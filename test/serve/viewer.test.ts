import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { idsOf } from './found-by-server.ts';
import { ask, runServer, sendLines } from './running-server.ts';
import { addPerson, signIn } from './signed-in.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';
const LINES = linesOf(
  campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 3 }).events,
);
/** Members that hold raw evidence, wherever they stand. */
const RAW = ['evidence', 'process', 'commandLine', 'payload', 'properties', 'decoded', 'command', 'candidates', 'data'];

/** Every text under one of some names, at any depth. */
function textsUnder(value: unknown, names: readonly string[], isUnder = false): readonly string[] {
  if (typeof value === 'string') return isUnder ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    textsUnder(member, names, isUnder || (!Array.isArray(value) && names.includes(name))),
  );
}

/** What a viewer is told in words: sentences, notes and links, and terms but those of payloads. */
function saidIn(value: unknown): string {
  const isOfPayload = (of: object): boolean => 'code' in of && /^P\d\d$/.test(String(of.code));
  const without = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
    typeof member === 'object' && member !== null && isOfPayload(member) ? {} : member,
  ) as unknown;
  return textsUnder(without, ['title', 'notes', 'text', 'links']).join('\n');
}

/** Texts of terms of payloads, at any depth. */
function payloadTerms(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { code, text } = value as { readonly code?: unknown; readonly text?: unknown };
  const own = /^P\d\d$/.test(String(code)) ? [String(text)] : [];
  return [...own, ...Object.values(value).flatMap(payloadTerms)];
}

test('a viewer sees sentence, picture, arithmetic, gaps and history of an incident, and no raw evidence anywhere', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  const analyst = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  await sendLines(server, LINES);
  await server.server.finish();
  const [incidents, findings, subscriptions, hosts] = await Promise.all(
    ['incidents', 'findings', 'subscriptions', 'hosts'].map((list) =>
      list === 'hosts' ? idsOfHosts(analyst.ask) : idsOf(server, `/v1/${list}`),
    ),
  );
  const paths = [
    ...(incidents ?? []).map((id) => `/v1/incidents/${id}`),
    ...(findings ?? []).map((id) => `/v1/findings/${id}`),
    ...(subscriptions ?? []).map((id) => `/v1/subscriptions/${id}`),
    ...(hosts ?? []).map((id) => `/v1/hosts/${id}`),
    '/v1/incidents',
    '/v1/findings',
    '/v1/subscriptions',
  ];
  let [hidden, quoted] = [0, 0];
  for (const path of paths) {
    const [whole, seen] = [await analyst.ask('GET', path), await viewer.ask('GET', path)];
    assert.deepEqual([whole.status, seen.status], [200, 200], path);
    assert.deepEqual(textsUnder(seen.json, RAW), [], path);
    const { withheld, ...rest } = seen.json;
    quoted += payloadTerms(whole.json).filter((text) => text.includes(': ')).length;
    assert.ok(!payloadTerms(seen.json).some((text) => text.includes(': ')), path);
    assert.deepEqual(printsIn(rest), [], path);
    const raw = new Set(textsUnder(whole.json, ['commandLine', 'payload', 'query']).filter((text) => text.length > 20));
    const shown = JSON.stringify(rest);
    for (const text of raw) {
      const said = saidIn(whole.json);
      if (!said.includes(text)) assert.ok(!shown.includes(JSON.stringify(text).slice(1, -1)), `${path}: ${text}`);
    }
    if (raw.size === 0) continue;
    hidden++;
    assert.deepEqual((withheld as { roles: unknown }).roles, ['analyst', 'engineer', 'admin', 'auditor'], path);
  }
  assert.ok(hidden > 3, `${hidden} documents held raw evidence`);
  assert.ok(quoted > 0, 'terms quoted payloads');
  const incident = (await viewer.ask('GET', `/v1/incidents/${incidents?.[0]}`)).json;
  const parts = incident['incident'] as Record<string, readonly unknown[]>;
  for (const name of ['terms', 'edges', 'gaps', 'links']) assert.ok(Array.isArray(parts[name]), name);
  const records = incident['records'] as Record<string, unknown>;
  assert.deepEqual(Object.keys(records), ['cited'], 'how many there are is a count');
  assert.ok(Number(records['cited']) > 0);
  for (const path of [`/v1/incidents/${incidents?.[0]}/records`, '/v1/events', '/v1/deadletters', '/v1/audit']) {
    const refused = await viewer.ask('GET', path);
    assert.deepEqual([refused.status, refused.json['code']], [403, 'role_insufficient'], path);
    assert.match(String(refused.json['detail']), /admin/, 'it names the roles');
  }
});

/** Prints of contents: of the incident's background, of dossiers, of pins and scopes. */
function printsIn(value: unknown): readonly string[] {
  const names = ['prevalence', 'fingerprint', 'print', 'scope', 'pin'];
  return textsUnder(value, names).filter((text) => /^[0-9a-f]{64}$/i.test(text));
}

test('a viewer gets no print of a content, and no guess at a payload is answered', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  const analyst = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  await sendLines(server, LINES);
  await server.server.finish();
  const print = 'ab'.repeat(32);
  const pin = { hosts: ['*'], owner: 'o', reason: 'r', review: '2027-03-01', what: 'the agent' };
  const key = { 'idempotency-key': 'k' };
  const muted = { scope: { command: print, host: 'h' }, what: 'cmd.exe /c evil', reason: 'r', days: 1 };
  const made = [
    await ask(server, 'POST', '/v1/pins', { ...pin, payload: print }),
    await analyst.ask('POST', '/v1/suppressions', muted, key),
    await analyst.ask('POST', '/v1/pins/proposals', { pin: { ...pin, subscription: print }, note: 'n' }, key),
  ];
  for (const { status, json } of made) assert.equal(status, 201, JSON.stringify(json));
  const long = { scope: { host: 'h' }, reason: 'r', days: 8 };
  const beyond = await analyst.ask('POST', '/v1/suppressions', long, { 'idempotency-key': 'k8' });
  assert.deepEqual([beyond.status, beyond.json['code']], [403, 'role_insufficient'], 'a person has a role, no key');
  for (const path of ['/v1/pins', '/v1/suppressions', '/v1/pins/proposals']) {
    const [whole, seen] = [await analyst.ask('GET', path), await viewer.ask('GET', path)];
    assert.ok(JSON.stringify(whole.json).includes(print), path);
    assert.equal(seen.status, 200, path);
    assert.ok(!JSON.stringify(seen.json).includes(print), path);
    assert.equal(JSON.stringify(whole.json).includes('cmd.exe /c evil'), path === '/v1/suppressions', path);
    assert.ok(!JSON.stringify(seen.json).includes('cmd.exe /c evil'), path);
    assert.ok(!JSON.stringify(seen.json).includes('console.yaml'), path);
  }
  const [shown] = (await viewer.ask('GET', '/v1/pins')).json['items'] as readonly Record<string, unknown>[];
  assert.deepEqual([shown?.['what'], shown?.['kind'], shown?.['hosts']], ['the agent', 'payload', ['*']]);
  const [id] = await idsOf(server, '/v1/incidents');
  const [whole, seen] = await Promise.all([analyst, viewer].map(({ ask: of }) => of('GET', `/v1/incidents/${id}`)));
  assert.ok(printsIn(whole?.json).length > 0);
  assert.deepEqual(printsIn(seen?.json), []);
  const guesses = [
    ...['q=payload:a', 'q=-payload:a', 'q=host:x%20payload:*a*'],
    ...['view=row&q=payload:a', 'view=id&q=payload:a', 'view=id&suppressed=show&q=-payload:a'],
  ];
  const asked = [
    ...guesses.map((guess) => `/v1/incidents?${guess}`),
    '/v1/incidents/export?q=payload:a',
    `/v1/subscriptions?fingerprint=${print}`,
  ];
  for (const path of asked) {
    const refused = await viewer.ask('GET', path);
    assert.deepEqual([refused.status, refused.json['code']], [403, 'role_insufficient'], path);
    assert.match(String(refused.json['detail']), /analyst.*auditor/, path);
    assert.equal((await analyst.ask('GET', path)).status, 200, path);
  }
  for (const path of ['/v1/incidents?q=host:payload', '/v1/incidents/export?q=consumer:a'])
    assert.equal((await viewer.ask('GET', path)).status, 200, path);
});

test('short rows tell what runs in answer and stream, and a viewer gets neither print nor text of it', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  const analyst = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  const streams = await Promise.all(
    [analyst, viewer].map(({ cookie }) => EventStream.open({ url: server.url, token: '' }, { headers: { cookie } })),
  );
  context.after(() => {
    for (const stream of streams) stream.close();
  });
  await sendLines(server, LINES);
  await server.server.finish();
  const told = async (asked: typeof analyst.ask): Promise<readonly (readonly unknown[])[]> => {
    const { columns, items } = (await asked('GET', '/v1/incidents?view=row')).json as {
      columns: readonly string[];
      items: readonly (readonly unknown[])[];
    };
    return items.map((values) => ['payload', 'payloadText'].map((name) => values[columns.indexOf(name)]));
  };
  const [seen, withheld] = [await told(analyst.ask), await told(viewer.ask)];
  assert.ok(seen.some(([print, text]) => /^[0-9a-f]{16}$/.test(String(print)) && String(text).length > 5));
  assert.deepEqual(
    withheld,
    seen.map(() => [null, null]),
  );
  const rowsOf = async (stream: EventStream): Promise<readonly (readonly unknown[])[]> => {
    await stream.has(() => new Set(stream.of('incident').map(({ data }) => data['id'])).size === seen.length, 'rows');
    return stream.of('incident').map(({ data }) => (data['row'] as readonly unknown[]).slice(-2));
  };
  const [streamed, streamedToViewer] = [
    await rowsOf(streams[0] ?? assert.fail()),
    await rowsOf(streams[1] ?? assert.fail()),
  ];
  assert.ok(streamed.some(([print]) => print !== null));
  assert.ok(streamedToViewer.every((values) => values.every((value) => value === null)));
});

test('each look of an auditor at raw evidence is in the audit with its session; so is what is refused', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const auditor = await signIn(server, 'otto', await addPerson(server, 'otto', 'auditor'));
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  await sendLines(server, LINES);
  await server.server.finish();
  const first = async (list: string): Promise<string> => `/v1/${list}/${(await idsOf(server, `/v1/${list}`))[0]}`;
  const [incident, finding, subscription] = await Promise.all(['incidents', 'findings', 'subscriptions'].map(first));
  const hosts = (await idsOfHosts(viewer.ask)).map((key) => `/v1/hosts/${key}`);
  const guesses = [
    '/v1/incidents?q=host:x%20-payload:a',
    '/v1/incidents?view=id&q=payload:a',
    '/v1/incidents/export?q=payload:a',
    '/v1/incidents?view=row',
  ];
  const looks = [incident, `${incident}/steps`, finding, subscription, '/v1/subscriptions', '/v1/events', ...hosts];
  const others = [
    '/v1/incidents',
    '/v1/incidents/counts',
    '/v1/findings',
    '/v1/incidents?q=host:payload',
    '/v1/incidents?view=id&q=account:payload',
    '/v1/hosts',
    '/v1/rules',
  ];
  const more = [`${incident}/history`, `${incident}/notes`, '/v1/people', '/v1/health/detail', '/v1/health/blind'];
  for (const path of [...looks, ...others, ...more]) {
    assert.equal((await auditor.ask('GET', String(path))).status, 200, path);
    // Of whatever is left out for a viewer, an auditor's look is written.
    const { json } = await viewer.ask('GET', String(path));
    if ('withheld' in json) assert.ok(looks.includes(path), path);
  }
  for (const path of guesses) assert.equal((await auditor.ask('GET', path)).status, 200, path);
  const stream = await EventStream.open({ url: server.url, token: '' }, { headers: { cookie: auditor.cookie } });
  stream.close();
  const lines = ((await ask(server, 'GET', '/v1/audit?limit=1000')).json as { items: readonly AuditLine[] }).items;
  const read = lines.filter(({ action }) => action === 'evidence.read');
  assert.deepEqual(
    read.map(({ result }) => (JSON.parse(result) as { readonly asked: string }).asked).sort(),
    [...looks, ...guesses, '/v1/stream'].sort(),
  );
  const refused = lines.filter(({ action, who }) => action === 'refused' && who === 'vera');
  assert.deepEqual(
    refused.map(({ object }) => object),
    ['route/searchEvents'],
  );
  for (const [who, of] of [
    ['otto', read],
    ['vera', refused],
  ] as const) {
    const begun = lines.find((line) => line.who === who && line.action === 'session.begin');
    const session = Number(begun?.object.split('/')[1]);
    for (const { via } of of) {
      const { request, ...from } = JSON.parse(via ?? 'null') as Readonly<Record<string, unknown>>;
      assert.deepEqual(from, { session, address: '127.0.0.1' });
      assert.match(String(request), /^[0-9a-f]{8}-[0-9a-z]+$/);
    }
  }
});

interface AuditLine {
  readonly who: string;
  readonly action: string;
  readonly object: string;
  readonly result: string;
  readonly via?: string;
}

test('an action is recorded under the name of its person; its history is for every role, without session or address', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  const analyst = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  await sendLines(server, LINES);
  await server.server.finish();
  const [id] = await idsOf(server, '/v1/incidents');
  const acted = await analyst.ask(
    'POST',
    `/v1/incidents/${id}/actions`,
    { action: 'acknowledge' },
    {
      'if-match': '"0"',
      'idempotency-key': 'k1',
    },
  );
  assert.equal(acted.status, 200, JSON.stringify(acted.json));
  const seen = (await viewer.ask('GET', `/v1/incidents/${id}`)).json;
  assert.equal((seen['work'] as { owner: string }).owner, 'alice');
  const history = (await viewer.ask('GET', `/v1/incidents/${id}/history`)).json;
  const [entry] = history['items'] as readonly Record<string, unknown>[];
  assert.deepEqual([entry?.['who'], entry?.['action']], ['alice', 'acknowledge']);
  assert.doesNotMatch(JSON.stringify(history), /127\.0\.0\.1|session/);
});

test('the stream of a viewer has no changes of subscriptions', async (context) => {
  const server = await runServer(context, { yaml: HELD });
  const viewer = await signIn(server, 'vera', await addPerson(server, 'vera', 'viewer'));
  const options = { headers: { cookie: viewer.cookie } };
  const stream = await EventStream.open({ url: server.url, token: '' }, options);
  context.after(() => stream.close());
  await sendLines(server, LINES);
  await server.server.finish();
  await stream.has(() => stream.of('incident').length > 0 && stream.of('host').length > 0, 'incidents and hosts came');
  assert.equal(stream.of('subscription').length, 0);
  assert.deepEqual(
    textsUnder(
      stream.events,
      RAW.filter((name) => name !== 'data'),
    ),
    [],
  );
  const refused = await viewer.ask('GET', '/v1/stream?types=incident,subscription');
  assert.equal(refused.json['code'], 'role_insufficient');
});

async function idsOfHosts(
  ask: (method: string, path: string) => Promise<{ readonly json: Readonly<Record<string, unknown>> }>,
): Promise<readonly string[]> {
  const { json } = await ask('GET', '/v1/hosts?limit=5');
  return (json['items'] as readonly { readonly key: string }[]).map(({ key }) => encodeURIComponent(key));
}
