import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { EventStream } from './event-stream.ts';
import { idsOf } from './found-by-server.ts';
import { runServer, sendLines } from './running-server.ts';
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

function titlesOf(value: unknown): string {
  return textsUnder(value, ['title', 'terms', 'notes', 'text', 'links']).join('\n');
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
  let hidden = 0;
  for (const path of paths) {
    const [whole, seen] = [await analyst.ask('GET', path), await viewer.ask('GET', path)];
    assert.deepEqual([whole.status, seen.status], [200, 200], path);
    assert.deepEqual(textsUnder(seen.json, RAW), [], path);
    const { withheld, ...rest } = seen.json;
    const raw = new Set(textsUnder(whole.json, ['commandLine', 'payload', 'query']).filter((text) => text.length > 20));
    const shown = JSON.stringify(rest);
    for (const text of raw) {
      const said = titlesOf(whole.json);
      if (!said.includes(text)) assert.ok(!shown.includes(JSON.stringify(text).slice(1, -1)), `${path}: ${text}`);
    }
    if (raw.size === 0) continue;
    hidden++;
    assert.deepEqual((withheld as { roles: unknown }).roles, ['analyst', 'engineer', 'admin', 'auditor'], path);
  }
  assert.ok(hidden > 3, `${hidden} documents held raw evidence`);
  const incident = (await viewer.ask('GET', `/v1/incidents/${incidents?.[0]}`)).json;
  const parts = incident['incident'] as Record<string, readonly unknown[]>;
  for (const name of ['terms', 'edges', 'gaps', 'links']) assert.ok(Array.isArray(parts[name]), name);
  assert.equal(incident['records'], undefined);
  for (const path of [`/v1/incidents/${incidents?.[0]}/records`, '/v1/events', '/v1/deadletters', '/v1/audit']) {
    const refused = await viewer.ask('GET', path);
    assert.deepEqual([refused.status, refused.json['code']], [403, 'role_insufficient'], path);
    assert.match(String(refused.json['detail']), /admin/, 'it names the roles');
  }
});

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
