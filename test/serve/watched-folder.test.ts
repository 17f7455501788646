import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { HuntResult } from '../../src/report/index.ts';
import { logsOf, SHAPE_WRITERS, writeEvents, writeZip } from '../../testkit/index.ts';
import { root } from '../house/tree.ts';
import { huntFolder } from '../hunt/hunted.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { campaign } from '../incidents/campaign.ts';
import { linesOf } from '../live/streams.ts';
import { ask, runServer, type TestServer, temporaryFolder } from './running-server.ts';
import { incidentsOfHunt, toldByServer } from './told-incidents.ts';

const HELD = 'detection: { lateness: 24h, heldTime: 90d }\n';

type File = readonly [string, Uint8Array];

function watching(folder: string): string {
  return `watch: { folders: [${JSON.stringify(folder)}], interval: 100ms }\n${HELD}`;
}

function startOn(context: TestContext, watched: string, folder = temporaryFolder(context)): Promise<TestServer> {
  return runServer(context, { folder, yaml: watching(watched) });
}

async function settled(server: TestServer): Promise<unknown> {
  await server.server.looked();
  await server.server.finish();
  return await toldByServer(server);
}

async function eventsRead({ url, token }: TestServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text();
  return [...text.matchAll(/^triad_ingest_events_total\{protocol="file",result="accepted"\} (\d+)/gm)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

const { events: EVENTS } = campaign(['a triad that fires and is removed', 'wmiexec with its three legs'], { acts: 4 });
const LOGS: readonly File[] = logsOf(EVENTS).map(({ computer, channel, events }) => [
  `${computer}/${channel.replaceAll('/', '%4')}.evtx`,
  writeEvents(events).bytes,
]);

async function expectedOf(folder: string): Promise<unknown> {
  return incidentsOfHunt((await huntFolder(folder)) as HuntResult);
}

test('L8 logs of a watched folder give what a hunt over it gives, and nothing there is changed', async (context) => {
  const watched = folderWith(context, LOGS);
  const expected = await expectedOf(watched);
  assert.ok(Array.isArray(expected) && expected.length > 0);
  const before = snapshot(watched);
  const server = await startOn(context, watched);
  assert.deepEqual(await settled(server), expected);
  assert.deepEqual(snapshot(watched), before);
  const count = await eventsRead(server);
  assert.equal(count, EVENTS.length);
  await server.server.looked();
  assert.equal(await eventsRead(server), count, 'nothing is read twice');
});

test('L8 a machine that was renamed is one, as its logs show, also within an archive', async (context) => {
  const renamed = logsOf(EVENTS).map(({ computer, channel, events }): File => {
    const early = Math.ceil(events.length / 3);
    const written = events.map((event, at) =>
      at < early ? { ...event, computer: `setup-${computer.split('.')[0]}` } : event,
    );
    return [`${computer}/${channel.replaceAll('/', '%4')}.evtx`, writeEvents(written).bytes];
  });
  const zip = writeZip(renamed.map(([name, bytes]) => ({ name, bytes })));
  for (const files of [renamed, [['case.zip', zip]] as const]) {
    const watched = folderWith(context, files);
    const expected = await expectedOf(watched);
    assert.ok(Array.isArray(expected) && expected.length > 0);
    assert.ok(!JSON.stringify(expected).toLowerCase().includes('setup'), 'the last name is the one of the host');
    assert.deepEqual(await settled(await startOn(context, watched)), expected);
  }
});

test('L8 exports and archives of a watched folder give what a hunt over it gives', async (context) => {
  const xml = SHAPE_WRITERS.find(({ shape }) => shape === 'S1');
  const lines = linesOf(EVENTS);
  const half = Math.floor(lines.length / 2);
  const logged = logsOf(EVENTS).flatMap(({ events }) =>
    events.map((model, at) => ({ model, recordId: BigInt(at + 1) })),
  );
  const [first, ...others] = LOGS.map(([name, bytes]) => ({ name, bytes }));
  assert.ok(first !== undefined);
  const folders: readonly (readonly File[])[] = [
    [
      ['in/case.zip', writeZip(others)],
      [`${first.name}.gz`, gzipSync(first.bytes)],
    ],
    [
      ['sent.jsonl', Buffer.from(lines.slice(0, half).join('\n'))],
      ['events.xml', Buffer.from(xml?.write(logged.slice(half)) as string)],
      ['notes.txt', Buffer.from('not an event\n')],
    ],
  ];
  for (const files of folders) {
    const watched = folderWith(context, files);
    const expected = await expectedOf(watched);
    assert.ok(Array.isArray(expected) && expected.length > 0);
    const server = await startOn(context, watched);
    assert.deepEqual(await settled(server), expected);
    await server.server.stop();
  }
});

test('L6 logs that come and grow while the server runs and over a restart: each event once', async (context) => {
  const whole = folderWith(context, LOGS);
  const expected = await expectedOf(whole);
  const watched = folderWith(context);
  const folder = temporaryFolder(context);
  const logs = logsOf(EVENTS);
  let seen = 0;
  let server = await startOn(context, watched, folder);
  for (const [round, part] of [0.4, 0.7, 1].entries()) {
    for (const { computer, channel, events } of logs) {
      const path = join(watched, computer, `${channel.replaceAll('/', '%4')}.evtx`);
      mkdirSync(join(watched, computer), { recursive: true });
      const written = writeEvents(events.slice(0, Math.ceil(events.length * part))).bytes;
      // In place, as a log grows: the file keeps its number.
      if (existsSync(path)) writeFileSync(path, written, { flag: 'r+' });
      else writeFileSync(path, written);
    }
    await server.server.looked();
    await server.server.looked();
    seen += await eventsRead(server);
    if (round === 2) break;
    await server.server.stop();
    server = await startOn(context, watched, folder);
    await server.server.looked();
    assert.equal(await eventsRead(server), 0, 'a start reads nothing again');
  }
  assert.equal(seen, EVENTS.length);
  await server.server.finish();
  assert.deepEqual(await toldByServer(server), expected);
});

test('a file that is renamed is not read again; a file that cannot be read is told and left alone', async (context) => {
  const watched = folderWith(context, [
    ['a.jsonl', linesOf(EVENTS.slice(0, 20)).join('\n')],
    ['broken.zip', Buffer.concat([writeZip([{ name: 'a.evtx', bytes: new Uint8Array(100) }]).subarray(0, 60)])],
  ]);
  const server = await startOn(context, watched);
  await server.server.looked();
  const count = await eventsRead(server);
  assert.ok(count > 0);
  renameSync(join(watched, 'a.jsonl'), join(watched, 'b.jsonl'));
  await server.server.looked();
  await server.server.looked();
  assert.equal(await eventsRead(server), count);
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  const inlets = (json as { parts: { part: string; figures: Record<string, number> }[] }).parts.find(
    ({ part }) => part === 'inlets',
  );
  assert.equal(inlets?.figures['watchedFiles'], 2);
});

test('a folder that is not there is told, and read when it comes', async (context) => {
  const watched = join(temporaryFolder(context), 'later');
  const server = await startOn(context, watched);
  await server.server.looked();
  const { json } = await ask(server, 'GET', '/v1/health/detail');
  assert.match(JSON.stringify(json), /ENOENT/);
  mkdirSync(watched);
  writeFileSync(join(watched, 'a.jsonl'), linesOf(EVENTS.slice(0, 20)).join('\n'));
  await server.server.looked();
  await server.server.looked();
  assert.ok((await eventsRead(server)) > 0);
});

const corpus = join(root, '..', 'shared', 'corpus', 'dev', 'malicious');
for (const name of ['md_powerlurk_sysmon.evtx', 'sb_wmiexec_sysmon_target.evtx']) {
  const path = join(corpus, name);
  // One log each: those of other years are not in one window, and say nothing of each other.
  test(`L8 the log ${name} in a watched folder`, {
    skip: existsSync(path) ? false : 'the corpus is not here',
  }, async (context) => {
    const watched = folderWith(context, [[name, readFileSync(path)]]);
    const expected = await expectedOf(watched);
    const server = await startOn(context, watched);
    assert.equal(JSON.stringify(await settled(server)), JSON.stringify(expected));
  });
}

/** Every file with its content and times. */
function snapshot(folder: string): readonly unknown[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs, ino } = statSync(path);
    return [path, size, mtimeMs, ino];
  });
}
