import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FindingRowDocument, Page } from '../../src/api/index.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { withNameTwice } from '../live/odd-lines.ts';
import { linesOf } from '../live/streams.ts';
import {
  ask,
  runServer,
  sendBulk,
  sendLines,
  type TestServer,
  temporaryFolder,
  until,
  winlogbeat,
} from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }';

async function send(server: TestServer, lines: readonly string[]): Promise<void> {
  const response = await sendLines(server, lines);
  assert.equal(response.status, 200, await response.clone().text());
}

async function hunted(context: TestContext, lines: readonly string[]): Promise<readonly unknown[]> {
  const result = await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]]));
  assert.ok(result.findings.some(({ analytic }) => analytic === 'T13'));
  return incidentsOfHunt(result) as readonly unknown[];
}

/** An attack with a name that stands twice in two of its records, one of them of WMI-Activity, and a record of another host that tells nothing else. */
function attack(): readonly string[] {
  const lines = linesOf(campaign(['a triad that fires and is removed'], { acts: 10 }).events);
  const logon = lines.findIndex((line) => line.includes('"TargetUserName"'));
  const activity = lines.findIndex(
    (line) => line.includes('WMI-Activity/Operational') && line.includes('"PossibleCause'),
  );
  assert.ok(logon >= 0 && activity >= 0);
  const odd = lines.map((line, at) => {
    if (at === logon) return withNameTwice(line);
    return at === activity ? line.replace('"PossibleCause"', '"PossibleCause":"Permanent","PossibleCause"') : line;
  });
  return [...odd, winlogbeat(1, 'QUIET'), withNameTwice(winlogbeat(2, 'QUIET').replace('"3"', '"5"'))];
}

test('T13 L8 a name that stands twice in a record is told by a server as by a hunt: however it comes, twice, with a stop in the middle', async (context) => {
  const lines = attack();
  const expected = await hunted(context, lines);
  const middle = Math.floor(lines.length / 2);
  const ways: Readonly<Record<string, (server: TestServer) => Promise<void>>> = {
    'in one batch': (server) => send(server, lines),
    'a batch each, backwards': async (server) => {
      for (const line of lines.toReversed()) await send(server, [line]);
    },
    'twice, in other batches': async (server) => {
      await send(server, lines);
      await send(server, lines.slice(0, middle).toReversed());
      await send(server, lines.slice(middle));
    },
    'by _bulk': (server) => sendBulk(server, lines),
  };
  for (const [way, sent] of Object.entries(ways)) {
    const server = await runServer(context, { yaml: HELD });
    await sent(server);
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected, way);
    await server.server.stop();
  }
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: HELD });
  await send(first, lines.slice(0, middle));
  await first.server.stop();
  const second = { ...(await runServer(context, { folder, yaml: HELD })), key: first.key };
  await send(second, lines.slice(middle));
  await second.server.finish();
  assert.deepEqual(await toldByServer(second), expected, 'with a stop in the middle');
});

test('T13 a sign is told at once, of a batch that holds nothing else', async (context) => {
  const server = await runServer(context);
  await send(server, [withNameTwice(winlogbeat(2, 'QUIET').replace('"3"', '"5"'))]);
  const told = async (): Promise<readonly FindingRowDocument[]> =>
    ((await ask(server, 'GET', '/v1/findings?limit=10')).json as Page<FindingRowDocument>).items;
  await until(async () => (await told()).length > 0, 'the finding is told');
  const [finding] = await told();
  assert.deepEqual([finding?.analytic, finding?.host, finding?.level], ['T13', 'quiet', 'high']);
});
