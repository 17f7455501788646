import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayTellAlone } from './context-records.ts';
import type { Event } from './event.ts';

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const PROGRAMS = 'C:\\Windows\\System32\\';

/** As much of an event as is looked at. */
function record(channel: string, eventId: number, fields: Readonly<Record<string, string>> = {}): Event {
  const event: Pick<Event, 'channel' | 'eventId' | 'version' | 'get'> = {
    ...{ channel, eventId, version: 2 },
    get: (name) => fields[name],
  };
  return event as Event;
}

test('connections, logons, tickets and ends of processes tell nothing alone', () => {
  for (const id of [4624, 4634, 4672, 4689, 4768, 4769, 5156])
    assert.equal(mayTellAlone(record('Security', id)), false);
  for (const id of [3, 5, 22]) {
    const image = { Image: `${PROGRAMS}svchost.exe` };
    assert.equal(mayTellAlone(record(SYSMON, id, image)), false);
  }
});

test('those of a script host, and of MMC, do', () => {
  for (const name of ['scrcons.exe', 'MMC.EXE']) {
    for (const id of [3, 22]) assert.equal(mayTellAlone(record(SYSMON, id, { Image: PROGRAMS + name })), true);
    assert.equal(mayTellAlone(record('Security', 5156, { Application: `\\device\\x\\${name}` })), true);
  }
});

test('subscriptions, bindings and whatever is not named tell', () => {
  assert.equal(mayTellAlone(record(SYSMON, 19)), true);
  assert.equal(mayTellAlone(record('Microsoft-Windows-WMI-Activity/Operational', 5861)), true);
  assert.equal(mayTellAlone(record('Security', 1102)), true);
  assert.equal(mayTellAlone(record('Anything else', 3)), true);
});

test('of starts those that WMI, WinRM or DCOM made, and those that name what they ask for', () => {
  const start = (image: string, parent: string, line = ''): boolean =>
    mayTellAlone(record(SYSMON, 1, { Image: PROGRAMS + image, ParentImage: PROGRAMS + parent, CommandLine: line }));
  assert.equal(start('notepad.exe', 'cmd.exe'), false);
  assert.equal(start('powershell.exe', 'cmd.exe'), false);
  assert.equal(start('cmd.exe', 'WmiPrvSE.exe'), true);
  assert.equal(start('calc.exe', 'scrcons.exe'), true);
  assert.equal(start('scrcons.exe', 'svchost.exe'), true);
  assert.equal(start('whoami.exe', 'wsmprovhost.exe'), true);
  assert.equal(start('mmc.exe', 'svchost.exe', 'mmc.exe -Embedding'), true);
  assert.equal(start('mmc.exe', 'explorer.exe', 'mmc.exe compmgmt.msc'), false);
  assert.equal(start('cmd.exe', 'explorer.exe'), true);
  assert.equal(start('winword.exe', 'explorer.exe'), false);
  assert.equal(start('powershell.exe', 'cmd.exe', 'Set-WmiInstance -Class __EventFilter'), true);
});
