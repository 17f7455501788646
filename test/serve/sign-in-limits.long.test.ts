import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runServer } from './running-server.ts';
import { addPerson, postSession } from './signed-in.ts';

const PROXIED = 'trustedProxies: [127.0.0.1]';

test('five wrong passwords of a name from an address make it wait 30 s, also where nobody has the name; other addresses do not', async (context) => {
  let nowMs = Date.now();
  const server = await runServer(context, { yaml: PROXIED, nowMs: () => nowMs });
  const password = await addPerson(server, 'alice', 'analyst');
  const told = async (name: string, text: string, from: string): Promise<readonly unknown[]> => {
    const response = await postSession(server, name, text, { 'x-forwarded-for': from });
    const { code } = (await response.json()) as { readonly code?: string };
    return [response.status, code, response.headers.get('retry-after')];
  };
  for (const name of ['alice', 'nobody-here']) {
    for (let count = 0; count < 5; count++) {
      assert.deepEqual(await told(name, 'wrong wrong wrong', '10.0.0.1'), [401, 'sign_in_failed', null], name);
    }
    assert.deepEqual(await told(name, password, '10.0.0.1'), [429, 'too_many_requests', '30'], name);
  }
  assert.deepEqual(await told('alice', password, '10.0.0.2'), [200, undefined, null]);
  nowMs += 30_000;
  assert.deepEqual(await told('alice', password, '10.0.0.1'), [200, undefined, null]);
});

test('names that nobody has, people who are barred and wrong passwords get one answer, in one time', async (context) => {
  const server = await runServer(context, { yaml: PROXIED, isCostly: true });
  await addPerson(server, 'alice', 'analyst');
  const times = new Map<string, number[]>();
  const bodies = new Set<string>();
  for (let round = 0; round < 3; round++) {
    for (const name of ['alice', 'nobody-here']) {
      const beganMs = performance.now();
      const response = await postSession(server, name, 'wrong wrong wrong', { 'x-forwarded-for': `10.0.${round}.1` });
      const body = await response.text();
      // Each answer names its own request; all else is the same.
      bodies.add(`${response.status} ${body.replace(response.headers.get('x-request-id') ?? '-', 'its request')}`);
      times.set(name, [...(times.get(name) ?? []), performance.now() - beganMs]);
    }
  }
  assert.equal(bodies.size, 1);
  const [known, unknown] = [...times.values()].map((all) => Math.min(...all));
  // One hash each: the fastest of three differ by less than half of one, also on a busy machine.
  assert.ok(known !== undefined && unknown !== undefined && Math.abs(known - unknown) < Math.max(known, unknown) / 2);
});

test('of many who sign in at once one is hashed and eight wait; the others are told to come back, and it counts for nothing', async (context) => {
  const server = await runServer(context, { yaml: PROXIED, isCostly: true });
  const password = await addPerson(server, 'alice', 'analyst');
  const all = await Promise.all(
    Array.from({ length: 14 }, async (_, at) => {
      const response = await postSession(server, 'alice', password, { 'x-forwarded-for': `10.1.${at}.1` });
      await response.arrayBuffer();
      return response.status;
    }),
  );
  assert.deepEqual(
    [all.filter((status) => status === 200).length, all.filter((status) => status === 503).length],
    [9, 5],
  );
  const told = server.log.filter((line) => line.includes('"event":"auth refused"') && line.includes('"code":"busy"'));
  assert.equal(told.length, 5, 'each has a line in the log');
  const alive = await fetch(`${server.url}/livez`);
  assert.equal(alive.status, 200);
});

test('what is typed as a name is written down only where somebody has it; passwords never are', async (context) => {
  const server = await runServer(context);
  const password = await addPerson(server, 'alice', 'analyst');
  await postSession(server, 'my-secret-by-mistake', 'wrong wrong wrong');
  await postSession(server, 'alice', 'another wrong one');
  const response = await fetch(`${server.url}/v1/audit`, { headers: { authorization: `Bearer ${server.token}` } });
  const text = await response.text();
  assert.match(text, /"who":"anonymous","action":"session.refused","object":"person\/alice"/);
  for (const secret of ['my-secret-by-mistake', 'another wrong one', password]) {
    assert.ok(!text.includes(secret) && !server.log.join('').includes(secret), secret.slice(0, 3));
  }
});
