import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines } from './running-server.ts';

test('every route answers alike to a key that is missing or stood for another request, and to a tag that is none or an old one', async (context) => {
  const server = await runServer(context, { yaml: 'detection: { lateness: 24h, heldTime: 90d }' });
  await sendLines(server, linesOf(campaign(['wmiexec with its three legs'], { acts: 1 }).events));
  await server.server.finish();
  const { items } = (await ask(server, 'GET', '/v1/incidents')).json as { items: readonly { readonly id: string }[] };
  const incident = `/v1/incidents/${items[0]?.id}`;
  const pin = { payload: 'ab'.repeat(32), hosts: ['ws-07'], owner: 'o', reason: 'agent', review: '2027-03-01' };
  const { id } = (await ask(server, 'POST', '/v1/pins', pin)).json as { readonly id: string };

  const post = async (path: string, body: object, headers: Readonly<Record<string, string>>): Promise<number> => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    await response.body?.cancel();
    return response.status;
  };
  const keyed: readonly (readonly [string, object, object])[] = [
    [`${incident}/actions`, { action: 'acknowledge' }, { action: 'assign', owner: 'b' }],
    [`${incident}/notes`, { note: 'a' }, { note: 'b' }],
    [
      '/v1/suppressions',
      { scope: { host: 'a' }, reason: 'r', days: 1 },
      { scope: { host: 'b' }, reason: 'r', days: 1 },
    ],
  ];
  for (const [at, [path, body, other]] of keyed.entries()) {
    const seen = { 'if-match': '"0"' };
    const key = { ...seen, 'idempotency-key': `${at}`.repeat(128) };
    assert.equal(await post(path, body, seen), 400, path);
    assert.equal(await post(path, body, { ...seen, 'idempotency-key': 'k'.repeat(129) }), 400, path);
    const first = await post(path, body, key);
    assert.ok(first === 200 || first === 201, `${path} ${first}`);
    assert.equal(await post(path, body, key), first, path);
    assert.equal(await post(path, other, key), 422, path);
  }
  for (const [path, body] of [
    [`${incident}/actions`, { action: 'acknowledge' }],
    [`/v1/pins/${id}/remove`, {}],
  ] as const) {
    const key = { 'idempotency-key': 'another' };
    assert.equal(await post(path, body, key), 428, path);
    for (const tag of ['*', '1', 'W/"1"', '"0", "1"'])
      assert.equal(await post(path, body, { ...key, 'if-match': tag }), 400, path);
    for (const tag of ['"none"', '"7"']) assert.equal(await post(path, body, { ...key, 'if-match': tag }), 412, path);
  }
});
