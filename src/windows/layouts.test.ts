import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from './event.ts';
import { imageTail } from './image.ts';
import { isChannelWanted, isKept, isWanted, LAYOUTS, layoutOf } from './layouts.ts';

function event(channel: string, eventId: number, fields: Record<string, string>, over: Partial<Event> = {}): Event {
  const layout = LAYOUTS.find((row) => row.channel === channel && row.eventId === eventId);
  const entries = Object.entries(fields);
  const made: Event = {
    provider: layout?.provider ?? 'Unknown',
    channel,
    eventId,
    version: 2,
    computer: 'WS-07.corp.local',
    timeMs: 0,
    timeTicks: 0,
    createdMs: 0,
    createdTicks: 0,
    recordId: 1,
    headerRecordId: 1,
    recordClass: 'live',
    isForeignTemplate: false,
    place: { source: { file: 'a.evtx' }, offset: 0, length: 1 },
    otherPlaces: [],
    system: () => undefined,
    get: (name) => entries.find(([key]) => key === name)?.[1],
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => entries,
    detach: () => made,
    ...over,
  };
  return made;
}

const SYSMON = 'Microsoft-Windows-Sysmon/Operational';
const WMI = 'Microsoft-Windows-WMI-Activity/Operational';

test('a layout is found by provider, channel in any case and id, and by no two of them alone', () => {
  assert.equal(layoutOf('Microsoft-Windows-Sysmon', SYSMON, 19)?.why, 'filters written');
  assert.equal(layoutOf('microsoft-windows-sysmon', SYSMON.toUpperCase(), 19)?.why, 'filters written');
  assert.equal(layoutOf('Microsoft-Windows-WMI-Activity', SYSMON, 19), undefined);
  assert.equal(isWanted('Microsoft-Windows-Eventlog', 'security', 1102), true);
  assert.equal(isWanted('Microsoft-Windows-Security-Auditing', 'Security', 1102), false);
  assert.equal(isWanted('Microsoft-Windows-Sysmon', SYSMON, 9), false);
});

test('no channel and id of one provider stands twice in the list, and each says why', () => {
  const keys = LAYOUTS.map((row) => `${row.provider}|${row.channel}|${row.eventId}`.toLowerCase());
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(
    LAYOUTS.filter((row) => row.why.length < 5),
    [],
  );
});

test('process starts are kept for the hosts of WMI, their children, its clients and writers of subscriptions', () => {
  const start = (Image: string, ParentImage: string, CommandLine: string): boolean =>
    isKept(event(SYSMON, 1, { Image, ParentImage, CommandLine }));
  const wbem = 'C:\\Windows\\System32\\wbem\\';
  assert.deepEqual(
    [
      start('C:\\x\\notepad.exe', `${wbem}WmiPrvSE.exe`, 'notepad'),
      start('C:\\x\\calc.exe', `${wbem}scrcons.exe`, 'calc'),
      start(`${wbem}scrcons.exe`, 'C:\\Windows\\System32\\svchost.exe', 'scrcons.exe -Embedding'),
      start(`${wbem}WMIC.exe`, 'C:\\x\\cmd.exe', 'wmic os get version'),
      start('C:\\x\\tool.exe', 'C:\\x\\cmd.exe', 'tool __eventfilter'),
      start('C:\\x\\cscript.exe', 'C:\\x\\cmd.exe', 'cscript //nologo C:\\Windows\\System32\\winrm.vbs invoke'),
      start('C:\\x\\chrome.exe', 'C:\\x\\explorer.exe', 'chrome.exe'),
    ],
    [true, true, true, true, true, true, false],
  );
});

test('4688 of versions 0 and 1 are all kept, of version 2 as Sysmon 1', () => {
  const fields = { NewProcessName: 'C:\\x\\chrome.exe', ParentProcessName: 'C:\\x\\explorer.exe', CommandLine: '' };
  assert.equal(isKept(event('Security', 4688, fields, { version: 0 })), true);
  assert.equal(isKept(event('Security', 4688, fields, { version: 1 })), true);
  assert.equal(isKept(event('Security', 4688, fields)), false);
});

test('logons of services, of nobody and of the machine itself are left out', () => {
  const kept = (LogonType: string, TargetUserSid = 'S-1-5-21-1-2-3-500', TargetUserName = 'alice'): boolean =>
    isKept(event('Security', 4624, { LogonType, TargetUserSid, TargetUserName }));
  assert.deepEqual([kept('3'), kept('2'), kept('5'), kept('3', 'S-1-5-7')], [true, true, false, false]);
  assert.deepEqual(
    ['WS-07$', 'DC01$'].map((name) => kept('3', 'S-1-5-21-1-2-3-1000', name)),
    [false, true],
  );
});

test('failed WMI calls are kept when they come from another machine or touch an eventing class', () => {
  const kept = (ClientMachine: string, Operation: string): boolean =>
    isKept(event(WMI, 5858, { ClientMachine, Operation }));
  assert.deepEqual(
    [
      kept('WS-07', 'Start IWbemServices::ExecQuery - root\\cimv2 : select * from Win32_BIOS'),
      kept('ATTACKER', 'Start IWbemServices::ExecQuery - root\\cimv2 : select * from Win32_BIOS'),
      kept('WS-07', 'Start IWbemServices::PutInstance - root\\subscription : __EventFilter.Name="x"'),
    ],
    [false, true, true],
  );
});

test('a provider load is kept where its path is a consumer host', () => {
  const kept = (ProviderPath: string): boolean => isKept(event(WMI, 5857, { ProviderPath }));
  assert.equal(kept('%systemroot%\\system32\\wbem\\scrcons.exe'), true);
  assert.equal(kept('C:\\Windows\\System32\\wbem\\wbemcons.dll'), true);
  assert.equal(kept('%systemroot%\\system32\\wbem\\cimwin32.dll'), false);
});

test('script blocks are kept when they name an eventing class or are one part of several', () => {
  const channel = 'Microsoft-Windows-PowerShell/Operational';
  const kept = (ScriptBlockText: string, MessageTotal: string): boolean =>
    isKept(event(channel, 4104, { ScriptBlockText, MessageTotal }));
  assert.deepEqual(
    [kept('Get-Process', '1'), kept('Get-Process', '2'), kept('Set-WmiInstance -Class commandlineeventconsumer', '1')],
    [false, true, true],
  );
});

test('the start of Winmgmt is known by its service key, whatever the language of the record', () => {
  const kept = (fields: Record<string, string>): boolean => isKept(event('System', 7036, fields));
  const binary = (text: string): string => Buffer.from(text, 'utf16le').toString('hex').toUpperCase();
  const german = 'Windows-Verwaltungsinstrumentation';
  assert.equal(kept({ param1: german, Binary: binary('Winmgmt/4\0') }), true);
  assert.equal(kept({ param1: german, Binary: binary('Spooler/4\0') }), false);
  assert.equal(kept({ param1: 'Windows Management Instrumentation' }), true);
  assert.equal(kept({ param1: 'Print Spooler' }), false);
});

test('the tail of an image drops folders, quotes and case', () => {
  assert.deepEqual(['C:\\A\\B.EXE', '"C:\\A b\\c.exe"', '\\Device\\x/y.exe', 'cmd', '', undefined].map(imageTail), [
    'b.exe',
    'c.exe',
    'y.exe',
    'cmd',
    '',
    '',
  ]);
});

test('a channel and id are wanted whatever the provider, in any case', () => {
  assert.deepEqual(
    [
      isChannelWanted('security', 1102),
      isChannelWanted('Security', 4688),
      isChannelWanted('Security', 5158),
      isChannelWanted('Setup', 1102),
    ],
    [true, true, false, false],
  );
});
