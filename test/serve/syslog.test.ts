import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { WindowJudgement } from '../../src/live/index.ts';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf, lineWriter, Stream } from '../live/streams.ts';
import { ask, runServer, sendLines, temporaryFolder, until, winlogbeat } from './running-server.ts';
import { dial, type Framing, framed, send, toldOfJudgement } from './syslog-sender.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const SYSLOG = 'syslog: { listen: "127.0.0.1:0" }\n';
const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';
const FRAMINGS: readonly Framing[] = ['counted', 'lines', 'mixed'];

interface Health {
  readonly parts: readonly { readonly part: string; readonly figures: Readonly<Record<string, number>> }[];
}

/** The judgement of these lines where a sender brings them that proves nothing. */
function judged(lines: readonly string[]): WindowJudgement {
  return new Stream().send(lines, { file: 'sender', trust: 'unauthenticated' }).window.judge();
}

test('L8 live equals batch under the cap of class F: by both framings, and both on one connection', async (context) => {
  const { events } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 10 });
  const lines = linesOf(events);
  const expected = toldOfJudgement(judged(lines));
  assert.ok(Array.isArray(expected) && expected.length > 0);
  for (const framing of FRAMINGS) {
    const server = await runServer(context, { yaml: `${SYSLOG}${HELD}` });
    await send(server.server.syslogAddresses[0] ?? '', framed(lines, framing));
    await server.server.finish();
    assert.deepEqual(await toldByServer(server), expected, framing);
    await server.server.stop();
  }
});

test('L8 Event XML over several lines comes whole by octet counting', async (context) => {
  const { events } = campaign(['wmiexec with its three legs'], { acts: 5 });
  const lines = linesOf(events, lineWriter('S11')).map((line) => line.replaceAll('><', '>\n<'));
  const server = await runServer(context, { yaml: `${SYSLOG}${HELD}` });
  await send(server.server.syslogAddresses[0] ?? '', framed(lines, 'counted'));
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/deadletters');
  assert.deepEqual((json as { items: unknown[] }).items, []);
  assert.ok(((await toldByServer(server)) as unknown[]).length > 0);
});

test('L18 the same events by a key as well lift the cap', async (context) => {
  const { events } = campaign(['a triad that fires and is removed'], { acts: 0 });
  const lines = linesOf(events);
  const hunted = await huntFolder(folderWith(context, [['sent.jsonl', Buffer.from(lines.join('\n'))]]));
  const server = await runServer(context, { yaml: `${SYSLOG}${HELD}` });
  await send(server.server.syslogAddresses[0] ?? '', framed(lines, 'lines'));
  await server.server.finish();
  const before = (await toldByServer(server)) as { incident: { level: string } }[];
  assert.ok(before.every(({ incident }) => ['informational', 'low', 'medium'].includes(incident.level)));
  assert.equal((await sendLines(server, lines)).status, 200);
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), incidentsOfHunt(hunted));
});

test('what is no event is a dead letter that shows it, and good messages beside it are read', async (context) => {
  const server = await runServer(context, { yaml: SYSLOG });
  const good = (id: number): string => `<13>Jan  1 00:00:00 relay windows: ${winlogbeat(id)}\n`;
  const bad = [
    '<13>Jan  1 00:00:00 host su: failed for root\n',
    '<13>Jan  1 00:00:00 ws MSWinEventLog: x\tMSWinEventLog\t1\tSecurity\n',
    `<13>Jan  1 00:00:00 relay windows: ${winlogbeat(9).slice(0, 60)}\n`,
    '<13>x: <Event><System>\n',
    "<13>x: <Event a='</Event>\n",
    '\0\xff\xfe\n',
  ];
  const text = bad.map((line, at) => `${good(at)}${line}`).join('');
  await send(server.server.syslogAddresses[0] ?? '', `${text}${good(100)}`);
  await server.server.finish();
  const { json } = await ask(server, 'GET', '/v1/deadletters');
  const { items } = json as { items: { sender: string; item: number }[] };
  assert.deepEqual([...new Set(items.map(({ sender }) => sender))], ['syslog:local']);
  const metrics = await (
    await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${server.token}` } })
  ).text();
  assert.match(metrics, /triad_read_events_total\{shape="S4"\} 7/);
  assert.deepEqual(
    items.map(({ item }) => item).toSorted((a, b) => a - b),
    [1, 3, 5, 7, 9, 11],
  );
});

test('a start and a stop in the middle: what was read is kept, and the health says what is open', async (context) => {
  const folder = temporaryFolder(context);
  const first = await runServer(context, { folder, yaml: SYSLOG });
  const open = await dial(first.server.syslogAddresses[0] ?? '');
  open.write(`<13>a: ${winlogbeat(1)}\n<13>a: {"half`);
  await until(async () => {
    const { json } = await ask(first, 'GET', '/v1/health/detail');
    const inlets = (json as Health).parts.find(({ part }) => part === 'inlets');
    return inlets?.figures['syslogConnections'] === 1;
  }, 'the connection is counted');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await first.server.stop();
  const second = await runServer(context, { folder, yaml: SYSLOG });
  await second.server.finish();
  const health = (await ask(second, 'GET', '/v1/health/detail')).json as Health;
  assert.equal(health.parts.find(({ part }) => part === 'journal')?.figures['durable'], 1);
});

test('a port that is taken refuses the start, and says which', async (context) => {
  const server = await runServer(context, { yaml: SYSLOG });
  const { port } = new URL((server.server.syslogAddresses[0] ?? '').replace('tcp:', 'http:'));
  await assert.rejects(
    runServer(context, { yaml: `syslog: { listen: "127.0.0.1:${port}" }\n` }),
    /TRIAD-E-SERVE-LISTEN: syslog: .*EADDRINUSE/,
  );
});

const capture = join(root, '..', 'shared', 'corpus', 'dev', 'json', 'slices', 'empire_wmi_create.jsonl.gz');
test('L8 the capture empire_wmi_create by syslog', {
  skip: existsSync(capture) ? false : 'the corpus is not here',
}, async (context) => {
  const lines = gunzipSync(readFileSync(capture)).toString().trimEnd().split('\n');
  const server = await runServer(context, { yaml: `${SYSLOG}${HELD}` });
  await send(server.server.syslogAddresses[0] ?? '', framed(lines, 'mixed'));
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), toldOfJudgement(judged(lines)));
});
