import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brief, CMD, called, eventIds, guid, hunt, logon, MMC, only, SVCHOST, start } from '../../test/judged.ts';
import type { EventModel } from '../../testkit/index.ts';

test('R07: mmc.exe -Embedding under the logon of a remote caller, with children, is high and a hop over DCOM', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = (pid: number, time: string): EventModel =>
    start(pid, CMD, time, {
      parentPid: 100,
      parentGuid: guid('100'),
      parentImage: MMC,
      commandLine: 'cmd.exe /c whoami',
    });
  const found = only(hunt([logon(), mmc, child(200, '09:00:01.2000000'), child(201, '09:00:02.2000000')], 'R07'));
  assert.deepEqual(brief([found]), [
    'R07 lateral high CORP\\alice from 10.0.0.7 started cmd.exe and 1 more on SRV-02 through mmc.exe (DCOM)',
  ]);
  assert.deepEqual(
    [found.finding.count, found.hop?.method, found.hop?.caller[0]?.join, found.hop?.caller[0]?.strength],
    [2, 'dcom', 'J1', 'exact'],
  );
  assert.deepEqual(eventIds(found), [1, 4624, 1, 1]);
  assert.equal(found.glue.logons.length, 1);
});

test('R07: without the 4624 a connection from another machine to the COM server stands for it, at most medium', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = start(200, CMD, '09:00:01.2000000', {
    parentPid: 100,
    parentGuid: guid('100'),
    parentImage: MMC,
    commandLine: 'cmd',
  });
  assert.deepEqual(hunt([mmc, child], 'R07'), []);
  assert.equal(only(hunt([mmc, called(100, MMC, '09:00:01.1000000'), child], 'R07')).finding.terms[0]?.points, 40);
});

test('R07: a child of explorer.exe just after a connection from a logged-on machine is high', () => {
  const explorer = 'C:\\Windows\\explorer.exe';
  const child = start(200, CMD, '09:00:02.2000000', {
    parentPid: 900,
    parentGuid: guid('900'),
    parentImage: explorer,
    logonId: 0xc1n,
    commandLine: 'cmd.exe /c whoami',
  });
  const call = called(900, explorer, '09:00:02.1000000', { port: 50001 });
  assert.deepEqual(brief(hunt([logon(), call, child], 'R07')), [
    'R07 lateral high CORP\\alice from 10.0.0.7 started cmd.exe on SRV-02 through explorer.exe (DCOM)',
  ]);
  assert.deepEqual(hunt([logon(), called(900, explorer, '09:00:02.1000000', { port: 50009 }), child], 'R07'), []);
});

test('R07: mmc.exe of a person at the machine, and explorer.exe without a call, are none', () => {
  const mmc = start(100, MMC, '09:00:00.2000000', { parentImage: SVCHOST, commandLine: `${MMC} -Embedding` });
  const child = start(200, CMD, '09:00:01.2000000', { parentPid: 100, parentGuid: guid('100'), parentImage: MMC });
  assert.deepEqual(
    hunt([logon({ type: 2, address: '-' }), mmc, called(100, MMC, '09:00:01.1000000'), child], 'R07'),
    [],
  );
  assert.deepEqual(
    hunt([logon(), start(300, CMD, '09:00:02.2000000', { parentImage: 'C:\\Windows\\explorer.exe' })], 'R07'),
    [],
  );
});
