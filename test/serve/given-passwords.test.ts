import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '../../src/upkeep/index.ts';
import { runAt } from '../run-main.ts';
import { ask, runServer, type TestServer } from './running-server.ts';
import { addPerson, signIn } from './signed-in.ts';

const DAY_MS = 86_400_000;

/** How many the health counts, by which no part is worse. */
async function toldOf(server: TestServer): Promise<number> {
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  const { parts } = json as {
    readonly parts: readonly {
      readonly part: string;
      readonly degraded: readonly string[];
      readonly figures: Readonly<Record<string, number>>;
    }[];
  };
  const people = parts.find(({ part }) => part === 'people');
  assert.deepEqual(people?.degraded, []);
  return people.figures['givenPasswords'] ?? assert.fail('the health does not count them');
}

/** What the doctor says of them, as `level text action`. */
async function doctorSays({ folder }: TestServer, atMs: number): Promise<string> {
  const { out } = await runAt({ wallMs: () => atMs }, 'doctor', '--quick', '--data', folder, '--format', 'json');
  const { checks } = JSON.parse(out) as { readonly checks: readonly Check[] };
  return checks
    .filter(({ name }) => name === 'people')
    .map(({ level, text, action }) => `${level} ${text} ${action}`)
    .join('\n');
}

test('a first password that nobody changed for 7 days is counted by the health and told by the doctor, until it is changed', async (context) => {
  let laterMs = 0;
  const nowMs = (): number => Date.now() + laterMs;
  const server = await runServer(context, { makesAdmin: true, nowMs });
  const well = 'ok No one-time password is older than 7 days and was not changed. ';
  laterMs = 7 * DAY_MS - 60_000;
  assert.deepEqual([await toldOf(server), await doctorSays(server, nowMs())], [0, well]);
  laterMs = 7 * DAY_MS;
  assert.equal(await toldOf(server), 1);
  assert.match(
    await doctorSays(server, nowMs()),
    /^warn One-time passwords that were never changed: admin \(\d{4}-\d\d-\d\d\); whoever saw one can take up the account\. Sign in and change it, or triad user reset NAME, or triad user role NAME none\.$/,
  );
  const given = server.adminPassword ?? '';
  const admin = await signIn(server, 'admin', given);
  assert.equal(await toldOf(server), 1, 'who signed in and did not change it left it good');
  await admin.ask('POST', '/v1/session/password', { current: given, next: 'a long password of admin' });
  assert.deepEqual([await toldOf(server), await doctorSays(server, nowMs())], [0, well]);
});

test('who is barred counts no more; of many the doctor names those of the longest ago', async (context) => {
  let laterMs = 0;
  const nowMs = (): number => Date.now() + laterMs;
  const server = await runServer(context, { makesAdmin: true, nowMs });
  await addPerson(server, 'ada', 'admin');
  for (const name of ['bob', 'cem', 'dora']) {
    assert.equal((await ask(server, 'POST', '/v1/people', { name, role: 'viewer' })).status, 200);
  }
  laterMs = 8 * DAY_MS;
  assert.match(await doctorSays(server, nowMs()), /changed: admin \(\S+\), bob \(\S+\), cem \(\S+\) and 1 more; /);
  assert.equal((await ask(server, 'POST', '/v1/people/admin/role', { role: 'none' })).status, 200);
  assert.match(await doctorSays(server, nowMs()), /changed: bob \(\S+\), cem \(\S+\), dora \(\S+\); /);
  assert.equal(await toldOf(server), 3);
});
