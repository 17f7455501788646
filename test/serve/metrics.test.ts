import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingRowDocument, Page } from '../../src/api/index.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, sendLines, type TestServer, temporaryFolder, until, winlogbeat } from './running-server.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';

/** The series of a metric by their labels, as they are written. */
async function series({ url, token }: TestServer, name: string): Promise<Readonly<Record<string, number>>> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text())
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

test('findings are counted when they are told first, by rule and level; a start and what comes again add nothing', async (context) => {
  const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 5 }).events);
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  await sendLines(first, lines);
  await first.server.finish();
  const { items } = (await ask(first, 'GET', '/v1/findings?limit=1000')).json as Page<FindingRowDocument>;
  assert.notEqual(items.length, 0);
  const told: Record<string, number> = {};
  for (const { analytic, level } of items) {
    const labels = `{rule="${analytic}",severity="${level}"}`;
    told[labels] = (told[labels] ?? 0) + 1;
  }
  assert.deepEqual(await series(first, 'triad_findings_total'), told);
  await first.server.stop();
  const second = { ...(await runServer(context, { folder, yaml: HELD })), key: first.key };
  await sendLines(second, lines.toReversed());
  await second.server.finish();
  assert.deepEqual(await series(second, 'triad_findings_total'), {});
});

test('record ids that a log skips are counted by its channel, also behind what came before a start', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder });
  const gaps = (server: TestServer): ReturnType<typeof series> => series(server, 'triad_record_gaps_total');
  await sendLines(first, [winlogbeat(1), winlogbeat(2), winlogbeat(5)]);
  await until(async () => (await gaps(first))['{channel="Security"}'] === 1, 'the ids 3 and 4 are missed');
  await sendLines(first, [winlogbeat(6), winlogbeat(90, 'WS-08')]);
  await until(async () => (await series(first, 'triad_store_position_processed'))[''] === 2, 'what follows is read');
  assert.deepEqual(await gaps(first), { '{channel="Security"}': 1 });
  await first.server.stop();
  const second = { ...(await runServer(context, { folder })), key: first.key };
  await sendLines(second, [winlogbeat(9)]);
  await until(async () => (await gaps(second))['{channel="Security"}'] === 1, 'the ids 7 and 8 are missed');
  assert.equal((await series(second, 'triad_state_entries'))['{store="recordIds"}'], 2);
});

test('a group of batches that goes to the disk at once is measured by its events', async (context) => {
  const server = await runServer(context);
  await sendLines(server, [winlogbeat(1), winlogbeat(2), winlogbeat(3)]);
  await sendLines(server, [winlogbeat(4)]);
  const value = async (part: string): Promise<unknown> =>
    (await series(server, `triad_commit_batch_events_${part}`))[''];
  assert.deepEqual([await value('sum'), await value('count')], [4, 2]);
  const buckets = await series(server, 'triad_commit_batch_events_bucket');
  assert.deepEqual([buckets['{le="1"}'], buckets['{le="10"}']], [1, 2]);
});

test('the age of the newest record of the sender that is silent longest has no name among its labels', async (context) => {
  let laterMs = 0;
  const server = await runServer(context, { nowMs: () => Date.now() + laterMs });
  const ages = (): ReturnType<typeof series> => series(server, 'triad_sender_last_record_age_seconds');
  assert.deepEqual(await ages(), {}, 'nothing ever came');
  await sendLines(server, [winlogbeat(1)]);
  await until(async () => (await ages())[''] !== undefined, 'what came is committed');
  laterMs = 3_600_000;
  const { '': age = 0, ...rest } = await ages();
  assert.deepEqual([Math.round(age / 600), rest], [6, {}]);
});
