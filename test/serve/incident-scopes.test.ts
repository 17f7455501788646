import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScopesDocument } from '../../src/api/index.ts';
import { scopesOf } from '../../src/serve/handlers/incident-scopes.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { INCIDENT_RESULT } from '../report/sample-incident.ts';
import { ask, runServer, sendLines, type TestServer } from './running-server.ts';

const SETTINGS = 'detection: { lateness: 24h, heldTime: 90d }';

async function withIncidents(context: Parameters<typeof runServer>[0]): Promise<TestServer> {
  const server = await runServer(context, { yaml: SETTINGS });
  const { events } = campaign(['a triad that fires and is removed', 'a remote process by Kerberos'], { acts: 8 });
  await sendLines(server, linesOf(events));
  await server.server.finish();
  return server;
}

async function scopesByIncident(server: TestServer): Promise<ReadonlyMap<string, ScopesDocument>> {
  const { items } = (await ask(server, 'GET', '/v1/incidents')).json as { items: readonly { readonly id: string }[] };
  const found = new Map<string, ScopesDocument>();
  for (const { id } of items) {
    const { status, json } = await ask(server, 'GET', `/v1/incidents/${id}/scopes`);
    assert.equal(status, 200, JSON.stringify(json));
    found.set(id, json as ScopesDocument);
  }
  return found;
}

test('G8 L16 each scope that an incident offers is one that the server takes: mutes hide it, pins are made', async (context) => {
  const server = await withIncidents(context);
  const all = await scopesByIncident(server);
  const kinds = new Set<string>();
  for (const [id, { carriers, pins, named }] of all) {
    // All of what a carrier has is a scope that mutes that carrier; those of all carriers hide the incident.
    for (const { count: _, ...scope } of carriers) {
      const preview = await ask(server, 'POST', '/v1/suppressions/preview', { scope });
      assert.equal(preview.status, 200, JSON.stringify(preview.json));
      if (carriers.length > 1) continue;
      const { incidents } = preview.json as { incidents: readonly { readonly id: string }[] };
      assert.ok(
        incidents.some((one) => one.id === id),
        `${id} ${JSON.stringify(scope)}`,
      );
    }
    for (const { kind, print, ...scope } of pins) {
      kinds.add(`${kind}${scope.accounts === undefined ? '' : ' by callers'}`);
      assert.ok(
        named.some((one) => one.kind === kind && one.print === print),
        'each print has words',
      );
      const asked = { [kind]: print, ...scope, owner: 'alice', reason: 'known', review: '2027-03-01' };
      assert.equal((await ask(server, 'POST', '/v1/pins/preview', asked)).status, 200);
      const made = await ask(server, 'POST', '/v1/pins', asked);
      assert.ok(made.status === 201 || made.status === 200 || made.status === 409, JSON.stringify(made.json));
    }
  }
  for (const kind of ['subscription', 'payload', 'command by callers']) assert.ok(kinds.has(kind), [...kinds].join());
  await server.server.finish();
  const { items } = (await ask(server, 'GET', '/v1/pins')).json as {
    items: readonly { readonly lowers: { readonly subscriptions: number; readonly findings: number } }[];
  };
  assert.ok(items.length > 0 && items.every(({ lowers }) => lowers.subscriptions + lowers.findings > 0));
});

test('G8 a reader may not ask for scopes; an analyst may; there are none of what is no incident', async (context) => {
  const server = await withIncidents(context);
  const [id] = [...(await scopesByIncident(server)).keys()];
  const asked = async (scope: string, path: string): Promise<number> => {
    const { json } = await ask(server, 'POST', '/v1/keys', { scopes: [scope] });
    const { secret } = json as { secret: string };
    const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${secret}` } });
    return answer.status;
  };
  assert.equal(await asked('read', `/v1/incidents/${id}/scopes`), 403);
  assert.equal(await asked('analyst', `/v1/incidents/${id}/scopes`), 200);
  assert.equal(await asked('analyst', '/v1/incidents/none/scopes'), 404);
  assert.equal(await asked('analyst', `/v1/incidents/${id}/scopes?x=1`), 400);
});

test('scopes are bounded, and say what is left out and what no mute hides', () => {
  const [finding] = INCIDENT_RESULT.findings;
  const [dossier] = INCIDENT_RESULT.subscriptions;
  assert.ok(finding && dossier);
  const many = (count: number): ScopesDocument =>
    scopesOf({
      subscriptions: [],
      findings: Array.from({ length: count }, (_, at) => ({
        ...finding,
        id: `f${at}`,
        host: `srv-${at}`,
        hosts: [`srv-${at}`, 'ws-07'],
        accounts: ['CORP\\alice'],
        process: { image: 'x.exe', commandLine: `x.exe run${at}` },
      })),
    });
  assert.deepEqual(
    [many(200), many(201)].map(({ carriers, isNeverHidden, pins, morePins }) => [
      carriers.length,
      isNeverHidden,
      pins.length,
      morePins,
    ]),
    [
      [200, false, 200, 0],
      [200, true, 200, 1],
    ],
  );
  const long = { ...dossier, consumer: { ...dossier.consumer, payload: `${'x'.repeat(199)}😀 and more` } };
  const { named } = scopesOf({ subscriptions: [long], findings: [] });
  const payload = named.find(({ kind }) => kind === 'payload')?.text ?? '';
  assert.ok(payload.length === 200 && payload.isWellFormed());
});

test('L9 calls that bring a subscription are offered with who and from where; what no record tells is not', () => {
  const [finding] = INCIDENT_RESULT.findings;
  const [dossier] = INCIDENT_RESULT.subscriptions;
  assert.ok(finding && dossier?.fingerprint !== undefined);
  const { process: _, ...bare } = finding;
  const call = {
    ...bare,
    host: dossier.host,
    hosts: [dossier.host, 'ws-07'],
    accounts: ['CORP\\alice'],
    subscriptions: [dossier.id],
  };
  const calls = ({ pins }: ScopesDocument): readonly object[] =>
    pins.filter(({ kind, accounts }) => kind === 'subscription' && accounts !== undefined);
  const offered = calls(scopesOf({ subscriptions: [dossier], findings: [call] }));
  assert.deepEqual(offered, [
    {
      kind: 'subscription',
      print: dossier.fingerprint,
      hosts: [dossier.host],
      accounts: ['CORP\\alice'],
      sources: ['ws-07'],
      what: dossier.consumer.name,
    },
  ]);
  assert.deepEqual(calls(scopesOf({ subscriptions: [dossier], findings: [{ ...call, accounts: ['alice'] }] })), []);
  assert.deepEqual(calls(scopesOf({ subscriptions: [dossier], findings: [{ ...call, hosts: [dossier.host] }] })), []);
});

test('SETTLED G8 findings that are the same in all that a mute can say are one line, counted', () => {
  const [finding] = INCIDENT_RESULT.findings;
  assert.ok(finding);
  const same = (count: number, host: string): (typeof finding)[] =>
    Array.from({ length: count }, (_, at) => ({ ...finding, id: `${host} ${at}`, host }));
  const { carriers, total } = scopesOf({ subscriptions: [], findings: [...same(12, 'srv-02'), ...same(1, 'srv-03')] });
  assert.deepEqual(
    carriers.map(({ host, count }) => [host, count]),
    [
      ['srv-02', 12],
      ['srv-03', 1],
    ],
  );
  assert.equal(total, 13);
});
