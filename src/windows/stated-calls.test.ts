import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callsOfBindings,
  callsOfCommandLine,
  callsOfScript,
  machineWordsOf,
  mayCallElsewhere,
} from './stated-calls.ts';

const short = (calls: readonly { target: string; verb: string; tool: string; transport: string }[]): string[] =>
  calls.map(({ target, verb, tool, transport }) => `${tool} ${verb} ${target} ${transport}`);

test('wmic names its targets by /node, one or several, and its words tell what it does (J8)', () => {
  assert.deepEqual(
    short(callsOfCommandLine('"C:\\windows\\System32\\Wbem\\WMIC.exe" /node:SRV-02 process call create "net user"')),
    ['wmic create SRV-02 dcom'],
  );
  assert.deepEqual(short(callsOfCommandLine('wmic /node:"SRV-02,10.0.0.7" os get caption')), [
    'wmic read SRV-02 dcom',
    'wmic read 10.0.0.7 dcom',
  ]);
  assert.deepEqual(short(callsOfCommandLine('cmd /c "wmic /node:SRV-02 process where name=x delete"')), [
    'wmic write SRV-02 dcom',
  ]);
  assert.equal(callsOfCommandLine('wmic /node:SRV-02 /user:CORP\\bob os get x')[0]?.credentials, 'CORP\\bob');
});

test('J8 breaks for a file of targets, for a variable and for the machine itself', () => {
  assert.deepEqual(callsOfCommandLine('wmic /node:@list.txt os get caption'), []);
  assert.deepEqual(callsOfCommandLine('wmic /node:localhost os get caption'), []);
  assert.deepEqual(callsOfScript('Invoke-WmiMethod -ComputerName $target -Class Win32_Process -Name Create'), []);
  assert.deepEqual(callsOfScript('Get-WmiObject Win32_Service; Test-Connection -ComputerName SRV-02'), []);
  assert.equal(mayCallElsewhere('Get-WmiObject -ComputerName $name Win32_OperatingSystem'), false);
});

test('cmdlets name a machine by parameter, list or path, in any order and with any case', () => {
  const scripts = [
    [
      '$null = Invoke-WmiMethod -Path Win32_process -Name create -ComputerName @("SRV-02.corp.local") -ArgumentList "a;b"',
      'powershell create SRV-02.corp.local dcom',
    ],
    ['iwmi win32_process -cn SRV-02 -n create', 'powershell create SRV-02 dcom'],
    ['Get-CimInstance Win32_OperatingSystem -ComputerName SRV-02 | select Caption', 'powershell read SRV-02 winrm'],
    [
      'Set-WmiInstance -Namespace "\\\\SRV-02\\root\\subscription" -Class __EventFilter',
      'powershell write SRV-02 dcom',
    ],
    ['([wmiclass]"\\\\SRV-02\\root\\cimv2:Win32_Process").Create("calc")', 'powershell create SRV-02 dcom'],
    [
      '$s = New-CimSession -ComputerName SRV-02 -SessionOption (New-CimSessionOption -Protocol Dcom)',
      'powershell read SRV-02 dcom',
    ],
  ] as const;
  for (const [script, expected] of scripts) {
    assert.deepEqual(short(callsOfScript(script)), [expected], script);
    assert.equal(mayCallElsewhere(script), true, script);
  }
});

test('the help of a script shows calls that nobody makes', () => {
  const script =
    '<#\n.EXAMPLE\nGet-WmiObject -ComputerName Server01\n#>\n  # gwmi -cn Server02\niwmi -cn SRV-02 x create';
  assert.deepEqual(short(callsOfScript(script)), ['powershell create SRV-02 dcom']);
  assert.deepEqual(callsOfScript('<# Get-WmiObject -ComputerName Server01'), []);
});

test('bindings of 4103 and 800 give the values that parameters had; those of other cmdlets say nothing', () => {
  const payload = [
    'CommandInvocation(Invoke-WmiMethod): "Invoke-WmiMethod"',
    'ParameterBinding(Invoke-WmiMethod): name="Path"; value="Win32_process"',
    'ParameterBinding(Invoke-WmiMethod): name="Name"; value="create"',
    'ParameterBinding(Invoke-WmiMethod): name="ComputerName"; value="SRV-02.corp.local"',
  ].join('\r\n');
  assert.deepEqual(short(callsOfBindings(payload)), ['powershell create SRV-02.corp.local dcom']);
  assert.equal(mayCallElsewhere(payload), true);
  const other =
    'CommandInvocation(Where-Object): "Where-Object"\r\nParameterBinding(Where-Object): name="InputObject"; value="\\\\WS-07\\root\\cimv2:X"';
  assert.deepEqual(callsOfBindings(other), []);
});

test('winrm and mofcomp name a machine too', () => {
  assert.deepEqual(
    short(
      callsOfCommandLine(
        'cscript //nologo "C:\\Windows\\System32\\winrm.vbs" i c wmicimv2/Win32_Process @{CommandLine="calc"} -r:SRV-02',
      ),
    ),
    ['winrm create SRV-02 winrm'],
  );
  assert.deepEqual(short(callsOfCommandLine('mofcomp.exe -N:\\\\SRV-02\\root\\subscription a.mof')), [
    'mofcomp write SRV-02 dcom',
  ]);
});

test('C24: the words of the first 4 KB are looked up', () => {
  assert.deepEqual(machineWordsOf('tool.exe /t:SRV-02.corp.local 10.0.0.7'), [
    'tool.exe',
    'srv-02.corp.local',
    '10.0.0.7',
  ]);
  assert.equal(machineWordsOf(`${'x'.repeat(4096)} SRV-02`).length, 0);
  assert.deepEqual(machineWordsOf(`${' '.repeat(4089)}SRV-02 WS-07`), ['srv-02']);
});

test('L20: hostile text costs linear time', () => {
  const started = performance.now();
  for (const text of [
    '-ComputerName '.repeat(40_000),
    `Invoke-WmiMethod ${'('.repeat(400_000)}`,
    '\\\\'.repeat(200_000),
    '<#'.repeat(200_000),
    'Invoke-WmiMethod '.repeat(20_000),
    `/node:${','.repeat(400_000)}`,
    'ParameterBinding(Invoke-WmiMethod): name="a"; value="'.repeat(8000),
  ]) {
    mayCallElsewhere(text);
    callsOfCommandLine(text);
    callsOfBindings(text);
  }
  assert.ok(performance.now() - started < 4000);
});
