import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { CreatingCall } from './creating-call.ts';
import { creatingCalls } from './creating-calls.ts';

/** A call as plain data. */
function plain(call: CreatingCall): Record<string, unknown> {
  return { ...call, properties: Object.fromEntries(call.properties) };
}

function calls(text: string): readonly Record<string, unknown>[] {
  return creatingCalls(text).map(plain);
}

/** Part, name and what is bound: enough where only the way there differs. */
function parts(text: string): readonly string[] {
  return creatingCalls(text).map(({ part, properties }) =>
    part === 'binding'
      ? `binding ${properties.get('Filter') ?? '?'} -> ${properties.get('Consumer') ?? '?'}`
      : `${part} ${properties.get('Name') ?? '?'}`,
  );
}

const TRIAD = ['filter Upd', 'consumer Upd', 'binding __EventFilter.Name="Upd" -> CommandLineEventConsumer.Name="Upd"'];

describe('PowerShell', () => {
  test('Set-WmiInstance with a table gives every property', () => {
    const text = `Set-WmiInstance -Namespace root/subscription -Class __EventFilter -ComputerName SRV02 -Arguments @{Name='Upd'; EventNameSpace='root\\cimv2'; QueryLanguage="WQL"; Query="SELECT * FROM Win32_ProcessStartTrace"}`;
    assert.deepEqual(calls(text), [
      {
        part: 'filter',
        namespace: 'root\\subscription',
        className: '__EventFilter',
        properties: {
          Name: 'Upd',
          EventNamespace: 'root\\cimv2',
          QueryLanguage: 'WQL',
          Query: 'SELECT * FROM Win32_ProcessStartTrace',
        },
        remoteHost: 'SRV02',
        offset: 0,
      },
    ]);
  });
  test('tables in variables, references to made objects', () =>
    assert.deepEqual(
      parts(`
        $f = @{name='Upd'; Query='q'; QueryLanguage='WQL'}
        $Filter = New-CimInstance -Namespace root/subscription -ClassName __EventFilter -Property $f
        $Consumer = New-CimInstance -Namespace root/subscription -ClassName CommandLineEventConsumer -Property @{name='Upd'; CommandLineTemplate="$($Env:SystemRoot)\\System32\\notepad.exe"}
        $b = @{ Filter = [Ref] $Filter; Consumer = [Ref] $Consumer }
        New-CimInstance -Namespace root/subscription -ClassName __FilterToConsumerBinding -Property $b`),
      TRIAD,
    ));
  test('CreateInstance, property assignments and Put', () =>
    assert.deepEqual(
      parts(`
        $f = ([wmiclass]"\\\\.\\root\\subscription:__EventFilter").CreateInstance()
        $f.Query = "q"; $f.Name = 'Up' + 'd'
        $path = $f.Put().Path
        $c = ([wmiclass]"\\\\.\\root\\subscription:CommandLineEventConsumer").CreateInstance()
        $c.Name = 'Upd'; $c.CommandLineTemplate = 'calc'
        $r = $c.Put()
        $b = ([wmiclass]"\\\\.\\root\\subscription:__FilterToConsumerBinding").CreateInstance()
        $b.Filter = $path; $b.Consumer = $r.Path
        $b.Put() | Out-Null`),
      TRIAD,
    ));
  test('an instance that is never put is not created', () =>
    assert.deepEqual(parts(`$f = ([wmiclass]"root\\subscription:__EventFilter").CreateInstance(); $f.Name = 'x'`), []));
  test('splatted arguments', () =>
    assert.deepEqual(
      calls(
        `$p = @{Namespace='root\\subscription'; Class='ActiveScriptEventConsumer'; ComputerName='B'; Arguments=@{Name='n'; ScriptText='x'}}; Set-WmiInstance @p`,
      ),
      [
        {
          part: 'consumer',
          namespace: 'root\\subscription',
          className: 'ActiveScriptEventConsumer',
          properties: { Name: 'n', ScriptText: 'x' },
          remoteHost: 'B',
          offset: 131,
        },
      ],
    ));
  test('a function that is called with values is entered', () =>
    assert.deepEqual(
      parts(`
        function Install($n, $cmd) {
          $f = swmi -Class __EventFilter -Namespace root\\subscription -Arguments @{Name=$n; Query='q'}
          $c = swmi -Class CommandLineEventConsumer -Namespace root\\subscription -Arguments @{Name=$n; CommandLineTemplate=$cmd}
          swmi -Class __FilterToConsumerBinding -Namespace root\\subscription -Arguments @{Filter=$f; Consumer=$c}
        }
        Install 'Upd' 'calc.exe'`),
      TRIAD,
    ));
  test('a function that is only defined makes nothing', () =>
    assert.deepEqual(parts(`function Install { Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'} }`), []));
  test('help, reading and removing make nothing', () => {
    assert.deepEqual(parts(`<# .EXAMPLE Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'} #>`), []);
    assert.deepEqual(parts('Get-WmiObject -Namespace root\\subscription -Class __EventFilter | Remove-WmiObject'), []);
    assert.deepEqual(parts(`Write-Host "Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'}"`), []);
  });
  test('arguments that are not constant make nothing', () => {
    assert.deepEqual(
      parts('Set-WmiInstance -Namespace root/subscription -Class __EventFilter -Arguments $EventFilterArgs @Arguments'),
      [],
    );
  });
  test('a temporary subscription is none, also with a creating action block', () => {
    assert.deepEqual(
      parts(
        `Register-WmiEvent -Query "select * from __EventFilter" -Action { Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'} }`,
      ),
      [],
    );
  });
  test('a script that begins with a program is read as a script', () =>
    assert.deepEqual(parts("net start winmgmt; Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'}"), [
      'filter x',
    ]));
  test('a list of machines gives a call for each, an unknown machine none', () => {
    const call = (host: string): string =>
      `Set-WmiInstance -ComputerName ${host} -Class __EventFilter -Arguments @{Name='x'}`;
    assert.deepEqual(
      creatingCalls(call('A,B')).map((item) => item.remoteHost),
      ['A', 'B'],
    );
    assert.deepEqual(
      creatingCalls(call('localhost')).map((item) => item.remoteHost),
      [undefined],
    );
    assert.deepEqual(creatingCalls(call('$target')), []);
  });
  test('a block that Invoke-Command sends away creates there', () => {
    const inner = "{ Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'} }";
    assert.deepEqual(
      creatingCalls(`Invoke-Command -ComputerName SRV03 -ScriptBlock ${inner}`).map((item) => item.remoteHost),
      ['SRV03'],
    );
    assert.deepEqual(
      creatingCalls(`Invoke-Command -ScriptBlock ${inner}`).map((item) => item.remoteHost),
      [undefined],
    );
    assert.deepEqual(creatingCalls(`Invoke-Command -ComputerName $t -ScriptBlock ${inner}`), []);
  });
  test('other classes are none', () =>
    assert.deepEqual(parts(`Set-WmiInstance -Class Win32_Environment -Arguments @{Name='__EventFilter'}`), []));
  test('an encoded command line is looked into', () => {
    const inner = Buffer.from(`Set-WmiInstance -Class __EventFilter -Arguments @{Name='Hid'}`, 'utf16le').toString(
      'base64',
    );
    assert.deepEqual(parts(`powershell.exe -w hidden -enc ${inner}`), ['filter Hid']);
  });
});

describe('known tools', () => {
  test('PowerLurk names filter and consumer and gives the template', () => {
    const text = String.raw`Register-MaliciousWmiEvent -EventName N1 -PermanentCommand "cmd.exe /c echo %ProcessId% >> c:\\temp\\log.txt" -Trigger ProcessStart -ProcessName notepad.exe`;
    assert.deepEqual(calls(text), [
      {
        part: 'filter',
        namespace: 'root\\subscription',
        className: '__EventFilter',
        properties: {
          Name: 'N1',
          EventNamespace: 'root\\cimv2',
          Query: "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'",
        },
        derived: ['EventNamespace', 'Query'],
        offset: 0,
      },
      {
        part: 'consumer',
        namespace: 'root\\subscription',
        className: 'CommandLineEventConsumer',
        properties: { Name: 'N1', CommandLineTemplate: String.raw`cmd.exe /c echo %ProcessId% >> c:\\temp\\log.txt` },
        offset: 0,
      },
      {
        part: 'binding',
        namespace: 'root\\subscription',
        className: '__FilterToConsumerBinding',
        properties: { Filter: '__EventFilter.Name="N1"', Consumer: 'CommandLineEventConsumer.Name="N1"' },
        derived: ['Filter', 'Consumer'],
        offset: 0,
      },
    ]);
  });
  test('PowerLurk without a permanent part makes nothing', () =>
    assert.deepEqual(
      parts('Register-MaliciousWmiEvent -EventName N1 -LocalScriptBlock {calc} -Trigger UserLogon'),
      [],
    ));
  test('WMIBackdoor by its command line', () => {
    const text =
      "powershell.exe -Exec ByPasS . C:\\x\\WMIBackdoor.ps1;$T=New-WMIBackdoorTrigger -ProcessName 'procexp64.exe';$A=New-WMIBackdoorAction -KillProcess; $R=Register-WMIBackdoor -Trigger $T -Action $A";
    assert.deepEqual(parts(text), [
      'filter ProcessStartTrigger',
      'consumer KillProcess',
      'binding __EventFilter.Name="ProcessStartTrigger" -> ActiveScriptEventConsumer.Name="KillProcess"',
    ]);
    assert.equal(
      creatingCalls(text)[0]?.properties.get('Query'),
      "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'",
    );
  });
});

describe('command lines', () => {
  test('wmic gives namespace, host and values', () => {
    const text = `"C:\\Windows\\System32\\wbem\\WMIC.exe" /node:SRV02 /namespace:"\\\\root\\subscription" PATH CommandLineEventConsumer CREATE Name="C1", ExecutablePath="c:\\Windows\\System32\\cmd.exe", CommandLineTemplate="c:\\Windows\\System32\\cmd.exe"`;
    assert.deepEqual(calls(text), [
      {
        part: 'consumer',
        namespace: 'root\\subscription',
        className: 'CommandLineEventConsumer',
        properties: {
          Name: 'C1',
          ExecutablePath: 'c:\\Windows\\System32\\cmd.exe',
          CommandLineTemplate: 'c:\\Windows\\System32\\cmd.exe',
        },
        remoteHost: 'SRV02',
        offset: 0,
      },
    ]);
  });
  test('wmic binds by references in both kinds of quotes', () => {
    const expected = ['binding __EventFilter.Name="F" -> CommandLineEventConsumer.Name="C"'];
    assert.deepEqual(
      parts(
        `wmic /NAMESPACE:"\\\\root\\subscription" PATH __FilterToConsumerBinding CREATE Filter='__EventFilter.Name="F"', Consumer='CommandLineEventConsumer.Name="C"'`,
      ),
      expected,
    );
    assert.deepEqual(
      parts(
        `wmic /NAMESPACE:"\\\\root\\subscription" PATH __FilterToConsumerBinding CREATE Filter="__EventFilter.Name=\\"F\\"", Consumer="CommandLineEventConsumer.Name=\\"C\\""`,
      ),
      expected,
    );
  });
  test('wmic that reads or deletes makes nothing', () => {
    assert.deepEqual(parts('wmic /namespace:\\\\root\\subscription path __EventFilter get Name'), []);
    assert.deepEqual(parts('wmic /namespace:\\\\root\\subscription path __EventFilter where Name="x" delete'), []);
  });
  test('cmd hands it on', () =>
    assert.deepEqual(
      parts(`cmd /c "cd \\ & wmic /namespace:\\\\root\\subscription path __EventFilter create Name='F', Query='q'"`),
      ['filter F'],
    ));
  test('MOF beside mofcomp', () =>
    assert.deepEqual(parts('echo instance of __EventFilter { Name = "F"; Query = "q"; }; > a.mof & mofcomp a.mof'), [
      'filter F',
    ]));
  test('MOF alone is no call', () =>
    assert.deepEqual(parts('instance of __EventFilter { Name = "F"; Query = "q"; };'), []));
});

describe('VBScript', () => {
  test('GetObject, SpawnInstance_, Put_', () =>
    assert.deepEqual(
      parts(`
        Set s = GetObject("winmgmts:{impersonationLevel=impersonate}!\\\\.\\root\\subscription")
        Set f = s.Get("__EventFilter").SpawnInstance_
        f.Name = "Up" & "d"
        f.Query = "q"
        Set fp = f.Put_
        Set c = s.Get("CommandLineEventConsumer").SpawnInstance_()
        c.Name = "Upd"
        Set cp = c.Put_()
        Set b = s.Get("__FilterToConsumerBinding").SpawnInstance_
        b.Filter = fp.Path
        b.Consumer = cp.Path
        b.Put_`),
      TRIAD,
    ));
  test('ConnectServer names the other machine', () => {
    const [call] = creatingCalls(`
      Set s = CreateObject("WbemScripting.SWbemLocator").ConnectServer("SRV9", "root\\subscription")
      Set f = s.Get("__EventFilter").SpawnInstance_
      f.Name = "F"
      f.Put_`);
    assert.deepEqual(
      [call?.remoteHost, call?.namespace, call?.properties.get('Name')],
      ['SRV9', 'root\\subscription', 'F'],
    );
  });
});

describe('pipeline details of 4103 and 800', () => {
  const bound = (inputObject: string, command: string): string =>
    [
      `CommandInvocation(${command}): "${command}"`,
      `ParameterBinding(${command}): name="Namespace"; value="root/subscription"`,
      `ParameterBinding(${command}): name="Class"; value="__FilterToConsumerBinding"`,
      'CommandInvocation(Out-Null): "Out-Null"',
      `ParameterBinding(Out-Null): name="InputObject"; value="${inputObject}"`,
    ].join('\r\n');
  const made =
    '__FilterToConsumerBinding.Consumer="CommandLineEventConsumer.Name=\\"N1\\"",Filter="__EventFilter.Name=\\"N1\\""';
  test('the binding that was made is read from its path', () => {
    const [call] = calls(bound(made, 'Set-WmiInstance'));
    assert.deepEqual(
      [call?.['namespace'], call?.['properties']],
      ['root\\subscription', { Consumer: 'CommandLineEventConsumer.Name="N1"', Filter: '__EventFilter.Name="N1"' }],
    );
  });
  test('one that was only read is none', () => assert.deepEqual(calls(bound(made, 'Get-WmiObject')), []));
  test('a table that is printed as its type has no values', () =>
    assert.deepEqual(
      calls(
        'CommandInvocation(Set-WmiInstance): "Set-WmiInstance"\nParameterBinding(Set-WmiInstance): name="Class"; value="__EventFilter"\nParameterBinding(Set-WmiInstance): name="Arguments"; value="System.Collections.Hashtable"',
      ),
      [],
    ));
});

describe('bounds', () => {
  test('at most 512 calls are given', () => {
    const text = "Set-WmiInstance -Class __EventFilter -Arguments @{Name='x'};".repeat(2000);
    assert.ok(creatingCalls(text).length <= 512);
  });
});
