import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuditedRefusals } from '../../src/serve/people/audited-refusals.ts';
import { ask, runServer, type TestServer } from './running-server.ts';
import { addPerson, signIn } from './signed-in.ts';

interface Row {
  readonly who: string;
  readonly object: string;
  readonly code: string;
  readonly session: boolean;
}

/** What the audit has of refusals, oldest first. */
async function refusals(server: TestServer): Promise<readonly Row[]> {
  const { items } = (await ask(server, 'GET', '/v1/audit?limit=1000')).json as {
    readonly items: readonly Readonly<Record<string, string>>[];
  };
  return items.toReversed().flatMap(({ action, who = '', object = '', result = '{}', via = '{}' }) => {
    if (action !== 'refused') return [];
    const { code } = JSON.parse(result) as { readonly code: string };
    return [{ who, object, code, session: 'session' in (JSON.parse(via) as object) }];
  });
}

test('what a handler refuses to a person is in the audit as what the gate refuses, once for each', async (context) => {
  const server = await runServer(context);
  const alice = await signIn(server, 'alice', await addPerson(server, 'alice', 'analyst'));
  const vic = await signIn(server, 'vic', await addPerson(server, 'vic', 'viewer'));
  const mute = { scope: { analytic: 'S05' }, reason: 'noise', owner: 'alice', days: 1 };
  const asked = [
    await alice.ask('GET', '/v1/sessions?of=all'),
    await alice.ask('GET', '/v1/sessions?of=all'),
    await alice.ask('GET', '/v1/stream?types=request'),
    await alice.ask('POST', '/v1/suppressions', mute, { 'idempotency-key': 'a-1' }),
    await vic.ask('GET', '/v1/incidents?q=payload:x'),
    await vic.ask('GET', '/v1/subscriptions?fingerprint=' + 'a'.repeat(64)),
    await alice.ask('GET', '/v1/audit'),
  ];
  assert.deepEqual(
    asked.map(({ status, json }) => `${status} ${String(json['code'])}`),
    asked.map(() => '403 role_insufficient'),
  );
  const of = (who: string, route: string): Row => {
    return { who, object: `route/${route}`, code: 'role_insufficient', session: true };
  };
  assert.deepEqual(await refusals(server), [
    of('alice', 'listSessions'),
    of('alice', 'streamChanges'),
    of('alice', 'addSuppression'),
    of('vic', 'listIncidents'),
    of('vic', 'listSubscriptions'),
    of('alice', 'listAudit'),
  ]);
});

test('so it is with keys, under their ids', async (context) => {
  const server = await runServer(context);
  const { secret, id } = (await ask(server, 'POST', '/v1/keys', { scopes: ['read'] })).json as {
    readonly secret: string;
    readonly id: string;
  };
  const byKey = await ask({ url: server.url, token: secret }, 'GET', '/v1/stream?types=request');
  assert.equal(byKey.status, 403);
  assert.deepEqual(await refusals(server), [
    { who: `key:${id}`, object: 'route/streamChanges', code: 'scope_insufficient', session: false },
  ]);
});

test('the same refusal is a row once a minute of a person, once a day of a key', async () => {
  let now = 0;
  const rows: string[] = [];
  const state = {
    call: async (_: string, { by }: { readonly by: { readonly who: string; readonly atMs: number } }) => {
      rows.push(`${by.who} ${by.atMs}`);
      return { kind: 'done', value: null };
    },
  };
  const parts = [state, { warn: () => undefined }, () => now] as unknown as ConstructorParameters<
    typeof AuditedRefusals
  >;
  const refused = new AuditedRefusals(...parts);
  const about = { route: 'metrics', code: 'scope_insufficient', peer: 'p', request: 'r-1' };
  for (const atMs of [0, 59_999, 60_000, 86_399_999, 86_400_000]) {
    now = atMs;
    await refused.note({ who: 'ann', session: 1, ...about });
    await refused.note({ who: 'key:k', ...about });
  }
  assert.deepEqual(rows, ['ann 0', 'key:k 0', 'ann 60000', 'ann 86399999', 'key:k 86400000']);
});
