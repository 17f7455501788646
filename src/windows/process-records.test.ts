import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, sysmon } from '../../testkit/index.ts';
import { isKept } from './layouts.ts';
import { isDescendantOfInterest, readsMemory } from './process-records.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';
const SCRCONS = `${SYSTEM32}wbem\\scrcons.exe`;
const PRVSE = `${SYSTEM32}wbem\\WmiPrvSE.exe`;

function kept(model: EventModel): boolean {
  return madeEvents([model]).every(isKept);
}

test('starts below interpreters and LOLBins are kept, below explorer those of interpreters only', () => {
  const start = (image: string, parent: string, line = ''): boolean => isDescendantOfInterest(image, parent, line);
  assert.deepEqual(
    [
      start('C:\\x\\tool.exe', `${SYSTEM32}cmd.exe`),
      start('C:\\x\\tool.exe', `${SYSTEM32}rundll32.exe`),
      start('C:\\x\\tool.exe', 'C:\\x\\other.exe'),
      start('C:\\x\\chrome.exe', 'C:\\Windows\\explorer.exe'),
      start(`${SYSTEM32}cmd.exe`, 'C:\\Windows\\explorer.exe'),
      start('C:\\x\\tool.exe', `${SYSTEM32}mmc.exe`),
      start('C:\\x\\EXCEL.EXE', `${SYSTEM32}svchost.exe`, 'EXCEL.EXE /automation -Embedding'),
      start('C:\\x\\EXCEL.EXE', `${SYSTEM32}svchost.exe`, 'EXCEL.EXE book.xlsx'),
    ],
    [true, true, false, false, true, true, true, false],
  );
});

test('Sysmon 10 is kept where it reads the memory of lsass, by its rights or from code of no module', () => {
  const access = (TargetImage: string, GrantedAccess: number, CallTrace: string): boolean =>
    kept(sysmon.event(10, { TargetImage, GrantedAccess, CallTrace, SourceImage: 'C:\\x\\a.exe' }));
  assert.deepEqual(
    [
      access(`${SYSTEM32}lsass.exe`, 0x1410, `${SYSTEM32}ntdll.dll+9d8e4`),
      access(`${SYSTEM32}lsass.exe`, 0x1fffff, `${SYSTEM32}ntdll.dll+9d8e4`),
      access(`${SYSTEM32}lsass.exe`, 0x1000, `${SYSTEM32}ntdll.dll+9d8e4`),
      access(`${SYSTEM32}lsass.exe`, 0x1000, 'ntdll.dll+9d8e4|UNKNOWN(00D814D3)'),
      access(`${SYSTEM32}notepad.exe`, 0x1fffff, 'UNKNOWN(00D814D3)'),
    ],
    [true, true, false, true, false],
  );
  assert.equal(
    readsMemory('-', () => undefined),
    false,
  );
});

test('of DLLs, files and pipes only those of the script host and of a planted wbemcomn.dll are kept', () => {
  const load = (Image: string, ImageLoaded: string): boolean => kept(sysmon.event(7, { Image, ImageLoaded }));
  const file = (Image: string, TargetFilename: string): boolean => kept(sysmon.event(11, { Image, TargetFilename }));
  const pipe = (Image: string, PipeName: string): boolean => kept(sysmon.event(18, { Image, PipeName }));
  assert.deepEqual(
    [
      load(SCRCONS, 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll'),
      load(SCRCONS, `${SYSTEM32}scrrun.dll`),
      load(SCRCONS, `${SYSTEM32}kernel32.dll`),
      load(PRVSE, 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\clr.dll'),
      load(PRVSE, `${SYSTEM32}wbem\\wbemcomn.dll`),
      load(PRVSE, `${SYSTEM32}wbemcomn.dll`),
    ],
    [true, true, false, false, true, false],
  );
  assert.deepEqual(
    [
      file(SCRCONS, 'C:\\a.txt'),
      file('System', 'C:\\Windows\\a.exe'),
      file('C:\\x\\a.exe', `${SYSTEM32}wbem\\WBEMCOMN.dll`),
      file('C:\\x\\a.exe', 'C:\\a.txt'),
    ],
    [true, true, true, false],
  );
  assert.deepEqual(
    [pipe(SCRCONS, '\\postex_1'), pipe(SCRCONS, '\\lsass'), pipe('C:\\x\\a.exe', '\\postex_1')],
    [true, false, false],
  );
});

test('ends are kept of the hosts of WMI and DCOM and of what they are made to start', () => {
  const end = (Image: string): boolean => kept(sysmon.event(5, { Image }));
  assert.deepEqual([PRVSE, SCRCONS, `${SYSTEM32}cmd.exe`, `${SYSTEM32}mmc.exe`, 'C:\\x\\chrome.exe'].map(end), [
    true,
    true,
    true,
    true,
    false,
  ]);
});
