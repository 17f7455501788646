import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EventPageDocument, WholeEventDocument } from '../../src/api/index.ts';
import { run } from '../run-main.ts';
import { ask, sendLines, temporaryFolder, until } from './running-server.ts';
import { startProcess } from './server-process.ts';

const LINE = JSON.stringify({
  kind: 'windows',
  evt: {
    time: '2026-03-12 10:44:02',
    host: 'WS-17.corp.example',
    log: 'Microsoft-Windows-Sysmon/Operational',
    id: 1,
    rec: 448390,
    data: {
      Image: 'C:\\Windows\\System32\\cmd.exe',
      CommandLine: 'cmd.exe /c whoami',
      ParentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
    },
  },
});

const MAPPING = `name: siem
match: { present: [evt.log, evt.id], equals: { kind: windows } }
time: { field: evt.time, format: iso }
host: evt.host
channel: evt.log
provider: { value: Microsoft-Windows-Sysmon }
eventId: evt.id
recordId: evt.rec
fields: { as: path, field: evt.data }
`;

test('a mapping and the zone of a sender are taken at SIGHUP; dead letters that are retried are read with them', async (context) => {
  const base = temporaryFolder(context);
  const folder = join(base, 'data');
  const server = await startProcess(folder);
  context.after(() => server.end('SIGKILL'));
  const triad = (...words: readonly string[]) => run(...words, '--data', folder);
  await sendLines(server, [LINE]);
  await until(async () => (await triad('deadletter', 'list')).out.includes('unknown_shape'), 'a dead letter');
  const mapping = join(base, 'siem.yaml');
  const settings = (zones: string): void =>
    writeFileSync(`${folder}.yaml`, `read: { maps: ['${mapping}'], zone: UTC, senderZones: [${zones}] }\n`);
  settings("'first=Nowhere/City'");
  writeFileSync(mapping, MAPPING.replace('evt.host', '[]'));
  process.kill(server.pid, 'SIGHUP');
  await until(() => server.log().includes('SENDER=ZONE'), 'a wrong zone is told');
  settings("'first=Europe/Paris'");
  process.kill(server.pid, 'SIGHUP');
  await until(() => /read\.maps .*siem\.yaml:\d+:\d+/.test(server.log()), 'a wrong mapping is told');
  assert.match((await triad('deadletter', 'retry')).out, /^1 read again, 0 of them give events now/);
  writeFileSync(mapping, MAPPING);
  process.kill(server.pid, 'SIGHUP');
  await until(() => server.log().includes('"event":"reloaded"'), 'it is taken');
  assert.match((await triad('deadletter', 'retry')).out, /^1 read again, 1 of them give events now/);
  // Half past ten in Paris is an hour less in UTC.
  const isTold = async (told: RegExp): Promise<boolean> => told.test((await triad('incidents', 'list')).out);
  await until(() => isTold(/^INC-1 .* 2026-03-12 09:44:02 .*WS-17/m), 'the incident');
  // What is mended is in the archive as what came well is.
  await until(async () => (await triad('search', '448390')).out.includes('WS-17'), 'it is archived');
  // A batch that comes now is read so at once.
  await sendLines(server, [LINE.replace('448390', '448391').replace('10:44:02', '11:44:02').replace('WS-17', 'WS-18')]);
  await until(() => isTold(/2026-03-12 10:44:02 .*WS-18/), 'the second one');
  // And it is shown as it was read.
  for (const [number, told] of [
    ['448390', ['WS-17', '2026-03-12T09:44:02']],
    ['448391', ['WS-18', '2026-03-12T10:44:02']],
  ] as const) {
    await until(async () => (await triad('search', number)).out.includes(told[0]), `${number} is archived`);
    const { items } = (await ask(server, 'GET', `/v1/events?record=${number}`)).json as EventPageDocument;
    const { json } = await ask(server, 'GET', `/v1/events/${items[0]?.id}`);
    const [record] = (json as WholeEventDocument).records;
    assert.deepEqual([String(record?.['hostRaw']).slice(0, 5), String(record?.['time']).slice(0, 19)], told);
  }
});
