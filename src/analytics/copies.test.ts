import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ALICE,
  at,
  brief,
  CMD,
  eventIds,
  guid,
  hunt,
  logon,
  only,
  PLANT,
  PRVSE,
  SYSTEM32,
  shareWrite,
  start,
} from '../../test/judged.ts';
import { type EventModel, sysmon } from '../../testkit/index.ts';
import { namesFile } from './catalogue/r15.ts';

test('S10: a planted wbemcomn.dll that WmiPrvSE loads is one critical finding with its writer and its child', () => {
  const found = only(
    hunt(
      [
        logon({ logonId: 0xb1n, port: 50010, time: '08:59:00.1000000' }),
        shareWrite('C$', 'Windows\\System32\\wbem\\wbemcomn.dll', '08:59:30.0000000'),
        sysmon.event(11, { ProcessId: 4, Image: 'System', TargetFilename: PLANT }, at('08:59:30.2000000')),
        sysmon.event(
          7,
          { ProcessGuid: guid('50'), ProcessId: 50, Image: PRVSE, ImageLoaded: PLANT },
          at('09:00:00.1000000'),
        ),
        start(100, `${SYSTEM32}notepad.exe`, '09:00:00.2000000', {
          parentPid: 50,
          parentGuid: guid('50'),
          logonId: 0x3e4n,
        }),
        start(101, CMD, '09:00:00.3000000', { parentPid: 51, parentGuid: guid('51') }),
      ],
      'S10',
    ),
  );
  assert.deepEqual(brief([found]), [
    'S10 wmi critical CORP\\alice from 10.0.0.7 planted wbemcomn.dll beside WmiPrvSE.exe on SRV-02; WmiPrvSE.exe loaded it and started notepad.exe',
  ]);
  assert.deepEqual(eventIds(found), [5145, 11, 7, 1]);
  assert.equal(found.finding.count, 3);
  assert.deepEqual(
    [found.hop?.method, found.hop?.account, found.hop?.sources[0]?.address],
    ['smb', 'CORP\\alice', '10.0.0.7'],
  );
  const keys = found.glue.processes.map(({ key }) => key.split('\u0000').at(-1));
  assert.deepEqual(keys, [guid('50'), guid('100')]);
  assert.deepEqual(found.glue.accounts, [ALICE.sid]);
});

test('S10: the true wbemcomn.dll, a read of it, and TrustedInstaller are none', () => {
  const models = [
    shareWrite('C$', 'Windows\\System32\\wbem\\wbemcomn.dll', '08:59:30.0000000', { mask: 0x120089 }),
    sysmon.event(7, { ProcessId: 50, Image: PRVSE, ImageLoaded: `${SYSTEM32}wbemcomn.dll` }, at('09:00:00.1000000')),
    sysmon.event(
      11,
      { ProcessId: 7, Image: 'C:\\Windows\\servicing\\TrustedInstaller.exe', TargetFilename: PLANT },
      at('09:00:00.2000000'),
    ),
    sysmon.event(
      11,
      { ProcessId: 7, Image: 'C:\\x\\a.exe', TargetFilename: 'D:\\x\\wbem\\wbemcomn.dll' },
      at('09:00:00.3000000'),
    ),
  ];
  assert.deepEqual(hunt(models, 'S10'), []);
});

test('R15: a file written to ADMIN$ and run through WMI within ten minutes is critical, with its source', () => {
  const found = only(
    hunt(
      [
        shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000'),
        logon(),
        start(100, CMD, '09:00:00.2000000', { commandLine: 'cmd.exe /c C:\\Windows\\Temp\\evil.exe -x' }),
      ],
      'R15',
    ),
  );
  assert.deepEqual(brief([found]), [
    'R15 wmi critical CORP\\alice from 10.0.0.7 copied evil.exe to SRV-02 and ran it there through WMI (cmd.exe)',
  ]);
  assert.deepEqual(eventIds(found), [1, 5145]);
  assert.equal(found.hop?.method, 'smb');
});

test('R15: who copied and who ran it are two people where the records say so, also where nobody is known to have copied', () => {
  const run = start(100, CMD, '09:00:00.2000000', { commandLine: 'cmd.exe /c C:\\Windows\\Temp\\evil.exe -x' });
  const byBob = shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000', {
    address: '10.0.0.66',
    account: { sid: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'CORP' },
  });
  assert.deepEqual(brief([only(hunt([byBob, logon(), run], 'R15'))]), [
    'R15 wmi critical CORP\\bob from 10.0.0.66 copied evil.exe to SRV-02, and CORP\\alice ran it there through WMI (cmd.exe)',
  ]);
  const written = sysmon.event(
    11,
    { ProcessId: 4, Image: 'System', TargetFilename: 'C:\\Windows\\Temp\\evil.exe' },
    at('08:55:00.0000000'),
  );
  assert.deepEqual(brief([only(hunt([written, logon(), run], 'R15'))]), [
    'R15 wmi critical Somebody copied evil.exe to SRV-02, and CORP\\alice ran it there through WMI (cmd.exe)',
  ]);
});

test('R15: a file that the machine wrote to itself, a read, another name, or eleven minutes are none', () => {
  const run = (write: EventModel, commandLine = 'cmd.exe /c C:\\Windows\\Temp\\evil.exe'): number =>
    hunt([write, logon(), start(100, CMD, '09:00:00.2000000', { commandLine })], 'R15').length;
  assert.deepEqual(
    [
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000')),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000', { address: '127.0.0.1' })),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:55:00.0000000', { mask: 0x120089 })),
      run(shareWrite('ADMIN$', 'Temp\\other.exe', '08:55:00.0000000')),
      run(shareWrite('ADMIN$', 'Temp\\evil.exe', '08:49:00.0000000')),
      run(
        shareWrite('ADMIN$', '__1556656511.61', '08:55:00.0000000'),
        'cmd.exe /Q /c cd \\ 1> \\\\127.0.0.1\\ADMIN$\\__1556656511.61 2>&1',
      ),
    ],
    [1, 0, 0, 0, 0, 0],
  );
});

test('R15: a command names a file by its path where it tells one, else by its name', () => {
  const path = '\\windows\\temp\\evil.exe';
  const named = [
    'evil.exe',
    'cmd /c "C:\\Windows\\Temp\\evil.exe" -x',
    'cmd /c %windir%\\Temp\\evil.exe',
    'cmd /c C:\\\\Windows\\\\Temp\\\\evil.exe',
    'cmd /c \\\\127.0.0.1\\ADMIN$\\Temp\\evil.exe',
    'cmd /c start temp\\EVIL.EXE',
  ];
  const other = [
    'C:\\Windows\\System32\\evil.exe',
    'notevil.exe',
    'evil.exe.bak',
    'evil',
    '\\\\10.0.0.9\\share\\evil.exe',
  ];
  assert.deepEqual(
    named.filter((line) => !namesFile(line, path)),
    [],
  );
  assert.deepEqual(
    other.filter((line) => namesFile(line, path)),
    [],
  );
});
