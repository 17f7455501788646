import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import type { EventPageDocument, HoldDocument } from '../../src/api/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, until, winlogbeat } from './running-server.ts';
import { metricOf } from './server-process.ts';

const DAY_MS = 86_400_000;

async function hostsOf(server: TestServer): Promise<readonly string[]> {
  const { json } = await ask(server, 'GET', '/v1/events?limit=1000');
  return [...new Set((json as EventPageDocument).items.map(({ host }) => host))].sort();
}

/** A server whose clock can be set forward by days, for its housekeeping. */
async function serverInTime(
  context: TestContext,
  yaml: string,
): Promise<TestServer & { readonly after: (days: number) => Promise<void> }> {
  let days = 0;
  const server = await runServer(context, { yaml, nowMs: () => Date.now() + days * DAY_MS });
  const after = async (wanted: number): Promise<void> => {
    days = wanted;
    await server.server.keepHouse();
    days = 0;
  };
  return { ...server, after };
}

/** Whether an incident stays while it is open, whatever has to go; `is`: as a state says that has no mark of it yet. */
function isKept({ folder }: TestServer, number: number, is?: 0): boolean {
  const database = new DatabaseSync(join(folder, 'state.sqlite'), { timeout: 5000 });
  if (is !== undefined) database.prepare('UPDATE incident SET is_kept = ? WHERE number = ?').run(is, number);
  const row = database.prepare('SELECT is_kept FROM incident WHERE number = ?').get(number);
  database.close();
  return row?.['is_kept'] === 1;
}

async function untilArchived(server: TestServer): Promise<void> {
  await until(async () => (await metricOf(server, 'triad_archive_position')) === 1, 'the batch is archived');
}

test('a class of its own goes when its time is over, the rest later, and a host that is held stays until it is released', async (context) => {
  const yaml = `archive: { keepTime: 30d, classes: ["2; 10d; host:SHORT*", "3; 10d; host:HELD; channel:Sec*"] }`;
  const server = await serverInTime(context, yaml);
  await sendLines(server, [winlogbeat(1, 'SHORT-1'), winlogbeat(2, 'HELD'), winlogbeat(3, 'OTHER')]);
  await untilArchived(server);
  const added = await ask(server, 'POST', '/v1/holds', { kind: 'host', host: 'held', note: 'CHG-4711' });
  assert.equal(added.status, 201);
  const { id, by, note } = added.json as HoldDocument;
  assert.deepEqual({ by, note }, { by: 'local:tester', note: 'CHG-4711' });
  assert.deepEqual(((await ask(server, 'GET', '/v1/holds')).json as { items: unknown }).items, [added.json]);
  await server.after(9);
  assert.deepEqual(await hostsOf(server), ['HELD', 'OTHER', 'SHORT-1']);
  await server.after(11);
  assert.deepEqual(await hostsOf(server), ['HELD', 'OTHER']);
  await server.after(31);
  assert.deepEqual(await hostsOf(server), ['HELD']);
  const released = await ask(server, 'POST', `/v1/holds/${id}/release`);
  assert.deepEqual(released, { status: 200, json: added.json });
  await server.after(31);
  assert.deepEqual(await hostsOf(server), []);
  const audit = (await ask(server, 'GET', '/v1/audit')).json as { items: { action: string; object: string }[] };
  const acts = audit.items.filter(({ object }) => object === `hold/${id}`);
  assert.deepEqual(
    acts.map(({ action }) => action),
    ['hold.release', 'hold.add'],
  );
});

test('a hold of a host keeps all of its names, says which, and learns those that come later', async (context) => {
  const server = await serverInTime(context, 'archive: { keepTime: 30d, classes: ["2; 10d; host:LATER*"] }');
  const untilCounted = (hosts: number): Promise<void> =>
    until(async () => {
      const { json } = await ask(server, 'GET', '/v1/hosts');
      return (json as { items: readonly unknown[] }).items.length === hosts;
    }, `${hosts} hosts are counted`);
  await sendLines(server, [winlogbeat(1, 'WS-07.corp.local'), winlogbeat(2, 'WS-071')]);
  await untilArchived(server);
  await untilCounted(2);
  const { status, json } = await ask(server, 'POST', '/v1/holds', { kind: 'host', host: 'WS-07' });
  assert.equal(status, 201);
  assert.deepEqual((json as HoldDocument).names, ['ws-07.corp.local']);
  await server.after(31);
  assert.deepEqual(await hostsOf(server), ['WS-07.corp.local', 'WS-071']);
  await sendLines(server, [winlogbeat(3, 'WS-07.lab.local')]);
  await untilCounted(3);
  await server.server.keepHouse();
  const { items } = (await ask(server, 'GET', '/v1/holds')).json as { readonly items: readonly HoldDocument[] };
  assert.deepEqual(items[0]?.names, ['ws-07.corp.local', 'ws-07.lab.local']);
});

test('what an incident cites is held, also where only its number is said; what is not there is refused', async (context) => {
  const server = await serverInTime(context, 'detection: { lateness: 24h, heldTime: 90d }');
  await sendLines(server, linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events));
  await server.server.finish();
  await untilArchived(server);
  const { status, json } = await ask(server, 'POST', '/v1/holds', { kind: 'incident', incident: 'INC-1' });
  assert.equal(status, 201);
  assert.equal((json as HoldDocument).segments, 1);
  const before = await hostsOf(server);
  await server.after(100);
  assert.deepEqual(await hostsOf(server), before);
  const refusals: readonly (readonly [unknown, number])[] = [
    [{ kind: 'incident', incident: 'INC-99' }, 404],
    [{ kind: 'span', from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 422],
    [{ kind: 'host', host: '' }, 422],
    [{ kind: 'all' }, 422],
  ];
  for (const [body, code] of refusals) {
    assert.equal((await ask(server, 'POST', '/v1/holds', body)).status, code, JSON.stringify(body));
  }
  assert.equal((await ask(server, 'POST', '/v1/holds/hold-none/release')).status, 404);
});

test('L15 an incident that is held does not go to keep the bounds, nor one that was held before there was a mark of it', async (context) => {
  const yaml = 'detection: { lateness: 24h, heldTime: 90d }';
  const server = await serverInTime(context, yaml);
  await sendLines(server, linesOf(campaign(['wmiexec with its three legs'], { acts: 3 }).events));
  await server.server.finish();
  await untilArchived(server);
  assert.equal(isKept(server, 1), false);
  await ask(server, 'POST', '/v1/holds', { kind: 'incident', incident: 'INC-1' });
  assert.equal(isKept(server, 1), true);
  assert.equal(isKept(server, 1, 0), false);
  await server.server.keepHouse();
  assert.equal(isKept(server, 1), true);
  // Of a start it is the first thing that is done.
  await server.server.stop();
  assert.equal(isKept(server, 1, 0), false);
  const again = await runServer(context, { folder: server.folder, yaml });
  assert.equal(isKept(again, 1), true);
});

test('a hold of an incident follows what it cites later; one that was released meanwhile stays so', async (context) => {
  const yaml = 'detection: { lateness: 24h, heldTime: 90d }\narchive: { classes: ["2; 90d; channel:Security"] }';
  const server = await serverInTime(context, yaml);
  const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 1 }).events);
  const isLate = (line: string): boolean => line.includes('"Security"');
  await sendLines(
    server,
    lines.filter((line) => !isLate(line)),
  );
  await server.server.finish();
  await untilArchived(server);
  const { json } = await ask(server, 'POST', '/v1/holds', { kind: 'incident', incident: 'INC-1' });
  const { id, segments = 0 } = json as HoldDocument;
  assert.equal(segments, 1);
  await sendLines(server, lines.filter(isLate));
  await server.server.finish();
  await until(async () => (await metricOf(server, 'triad_archive_position')) === 2, 'the second batch is archived');
  await server.server.keepHouse();
  assert.ok((await metricOf(server, 'triad_state_entries{store="audit"}')) >= 1);
  const held = async (): Promise<readonly HoldDocument[]> =>
    ((await ask(server, 'GET', '/v1/holds')).json as { items: readonly HoldDocument[] }).items;
  assert.ok(((await held()).find((one) => one.id === id)?.segments ?? 0) > segments);
  await ask(server, 'POST', `/v1/holds/${id}/release`);
  await server.server.keepHouse();
  assert.deepEqual(await held(), []);
});
