import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mentionsSecurityTool, securityToolOf } from './security-tools.ts';
import { reasonsNotToFire } from './trap-notes.ts';
import { classifyTrigger, pollSeconds, triggerPoints } from './trigger.ts';
import { parseWql } from './wql-parser.ts';

const INSTANCE = 'SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA';
const UPTIME = "TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System'";
const CHANGE = 'SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE';

/** Query, family, code, sentence. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  // Real texts and public tools (DOMAIN 1.2, 4; CORPUS 4).
  [
    "SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'",
    'process start',
    'TR3',
    'when procexp64.exe starts',
  ],
  [
    "select * from __InstanceCreationEvent within 5 where TargetInstance Isa 'Win32_LogonSession'",
    'logon',
    'TR2',
    'when someone signs in, looked for every 5 s',
  ],
  [
    "SELECT * FROM __InstanceModificationEvent WITHIN 10 WHERE TargetInstance ISA 'Win32_PerfFormattedData_PerfOS_System'",
    'always',
    'TR6',
    'every 10 s, all the time',
  ],
  [
    `${CHANGE} ${UPTIME} AND TargetInstance.SystemUpTime >= 240 AND TargetInstance.SystemUpTime < 325`,
    'boot window',
    'TR1',
    'once, 4 to 5.4 min after boot',
  ],
  [
    `${CHANGE} TargetInstance ISA "Win32_Processor" AND TargetInstance.LoadPercentage > 99`,
    'other',
    'TR9',
    'when a Win32_Processor object changes with LoadPercentage > 99, looked for every 60 s',
  ],
  ['select * from MSFT_SCMEventLogEvent', 'service', 'TR3', 'when the Service Control Manager writes to the event log'],
  [
    "SELECT * FROM __InstanceOperationEvent WITHIN 5WHERE TargetInstance ISA '__EventConsumer' OR TargetInstance ISA '__EventFilter' OR TargetInstance ISA '__FilterToConsumerBinding'",
    'WMI about WMI',
    'TR10',
    'when a WMI consumer, WMI event filter or WMI binding is created, changes or is deleted, looked for every 5 s',
  ],
  ['select * from __TimerEvent where TimerID = "TI_x" ', 'timer', 'TR4', 'each time timer TI_x fires'],
  [
    "SELECT * FROM __instanceModificationEvent WHERE TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Hour=15 AND TargetInstance.Minute=30 AND TargetInstance.Second=40",
    'time of day',
    'TR4',
    'every day at 15:30:40',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Hour = 11 AND TargetInstance.Minute = 33 GROUP WITHIN 60`,
    'time of day',
    'TR4',
    'every day at 11:33',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_NTLogEvent' AND Targetinstance.EventCode = '4625' And Targetinstance.Message Like '%BOB%'`,
    'event-log doorbell',
    'TR5',
    'when event 4625 with a text like %BOB% is logged, looked for every 60 s',
  ],
  ['SELECT * FROM Win32_VolumeChangeEvent WHERE EventType = 2', 'USB or volume', 'TR8', 'when a drive is plugged in'],
  [`${INSTANCE} 'Win32_LoggedOnUser'`, 'logon', 'TR2', 'when someone signs in, looked for every 5 s'],
  [
    'select * from __timerevent where timerid="fuckyoumm2_itimer"',
    'timer',
    'TR4',
    'each time timer fuckyoumm2_itimer fires',
  ],
  // The class tree, not the string.
  [
    `${INSTANCE} 'CIM_Process' AND TargetInstance.Name = 'x.exe'`,
    'process start',
    'TR3',
    'when x.exe starts, looked for every 5 s',
  ],
  [
    "SELECT * FROM __InstanceOperationEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_Process'",
    'process start',
    'TR3',
    'when any process starts, changes or stops, looked for every 1 s',
  ],
  [
    "SELECT * FROM __InstanceDeletionEvent WITHIN 1 WHERE TargetInstance ISA 'Win32_Process' AND (TargetInstance.Name='a.exe' OR TargetInstance.Name='b.exe')",
    'process stop',
    'TR3',
    'when a.exe or b.exe stops, looked for every 1 s',
  ],
  [
    "SELECT * FROM Win32_ProcessTrace WHERE ProcessName LIKE '%note%'",
    'process start',
    'TR3',
    'when a process like %note% starts or stops',
  ],
  ["SELECT * FROM Win32_ProcessStopTrace WHERE ProcessName = 'x.exe'", 'process stop', 'TR3', 'when x.exe stops'],
  [
    `${INSTANCE} 'CIM_ManagedSystemElement' AND TargetInstance.Name = 'x.exe'`,
    'process start',
    'TR3',
    'when x.exe starts, looked for every 5 s',
  ],
  [
    "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance.__CLASS = 'Win32_LogonSession'",
    'logon',
    'TR2',
    'when someone signs in, looked for every 5 s',
  ],
  ['SELECT * FROM __ClassCreationEvent', 'WMI about WMI', 'TR10', 'when a WMI class is created'],
  [
    'SELECT * FROM __NamespaceOperationEvent',
    'WMI about WMI',
    'TR10',
    'when a WMI namespace is created, changes or is deleted',
  ],
  ['SELECT * FROM MSFT_WmiProvider_ExecMethodAsyncEvent_Pre', 'WMI about WMI', 'TR10', 'when WMI calls a provider'],
  // Each family, its variants.
  [
    `${INSTANCE} 'Win32_LogonSession' AND TargetInstance.LogonType = 2`,
    'logon',
    'TR2',
    'when someone signs in at the console, looked for every 5 s',
  ],
  [`${INSTANCE} 'Win32_UserProfile'`, 'logon', 'TR2', 'when a user profile is created, looked for every 5 s'],
  [`${CHANGE} ${UPTIME} AND TargetInstance.SystemUpTime < 300`, 'boot window', 'TR1', 'in the first 5 min after boot'],
  [
    `${CHANGE} ${UPTIME} AND TargetInstance.SystemUpTime >= 240`,
    'always',
    'TR6',
    'all the time from 4 min after boot, every 60 s',
  ],
  [`${CHANGE} TargetInstance ISA 'Win32_LocalTime'`, 'always', 'TR6', 'every second, all the time'],
  [
    `${CHANGE} TargetInstance ISA 'Win32_UTCTime' AND TargetInstance.Hour = 3 AND TargetInstance.Minute = 0 AND (TargetInstance.DayOfWeek = 6 OR TargetInstance.DayOfWeek = 0 OR TargetInstance.DayOfWeek = 1)`,
    'time of day',
    'TR4',
    'every Mon, Sat, Sun at 03:00 UTC',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Minute = 33`,
    'time of day',
    'TR4',
    'every hour at minute 33',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Second = 0`,
    'time of day',
    'TR4',
    'every minute at second 0',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Hour >= 9 AND TargetInstance.Hour <= 17`,
    'time of day',
    'TR4',
    'every day in hour 9 to 17',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_LocalTime' AND TargetInstance.Day = 1 AND TargetInstance.Hour = 8 AND TargetInstance.Minute = 5`,
    'time of day',
    'TR4',
    'on day 1 of the month at 08:05',
  ],
  [
    `${CHANGE} TargetInstance ISA 'Win32_Service' AND TargetInstance.Name = 'WinDefend' AND TargetInstance.State = 'Stopped'`,
    'service',
    'TR3',
    'when service WinDefend becomes Stopped, looked for every 60 s',
  ],
  [
    "SELECT * FROM RegistryValueChangeEvent WHERE Hive='HKEY_LOCAL_MACHINE' AND KeyPath='SOFTWARE\\\\Run' AND ValueName='x'",
    'registry',
    'TR7',
    'when HKEY_LOCAL_MACHINE\\SOFTWARE\\Run\\x changes',
  ],
  [
    `${INSTANCE} 'CIM_DataFile' AND TargetInstance.Drive='C:' AND TargetInstance.Path='\\\\x\\\\' AND TargetInstance.Extension='txt'`,
    'file',
    'TR7',
    'when a txt file appears in C:\\x\\, looked for every 5 s',
  ],
  [`${INSTANCE} 'Win32_USBControllerDevice'`, 'USB or volume', 'TR8', 'when a device appears, looked for every 5 s'],
  [
    "SELECT * FROM Win32_ModuleLoadTrace WHERE FileName LIKE '%x.dll%'",
    'module load',
    'TR3',
    'when a module like %x.dll% is loaded',
  ],
  [`${INSTANCE} 'Win32_PingStatus'`, 'other', 'TR9', 'when a Win32_PingStatus object is created, looked for every 5 s'],
  [
    'SELECT * FROM Acme_Alarm WHERE Level = 3',
    'other',
    'TR9',
    'when an event of class Acme_Alarm is raised with Level = 3',
  ],
  ["REFERENCES OF {X.A='1'}", 'other', 'TR9', 'never: REFERENCES OF asks for objects'],
  [
    'SELECT * FROM',
    'unreadable',
    'TR9',
    'a query that cannot be read: line 1, column 14: expected a class name, found the end',
  ],
];

test('each query has one family, one code and a sentence (DOMAIN 1.2)', () => {
  for (const [query, family, code, sentence] of CASES) {
    const trigger = classifyTrigger(query);
    assert.deepEqual([trigger.family, trigger.code, trigger.sentence], [family, code, sentence], query);
  }
});

test('names are what the query asks for, as written; what it excludes is none', () => {
  const names = (query: string): readonly string[] => classifyTrigger(query).names;
  assert.deepEqual(
    names(
      `${CHANGE} TargetInstance ISA 'Win32_NTLogEvent' AND TargetInstance.EventCode = '4625' AND TargetInstance.Message LIKE '%BOB%'`,
    ),
    ['4625', '%BOB%'],
  );
  assert.deepEqual(
    names("SELECT * FROM Win32_ProcessStartTrace WHERE NOT (ProcessName <> 'A.exe') OR ProcessName = 'b.exe'"),
    ['A.exe', 'b.exe'],
  );
  assert.deepEqual(
    names("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName <> 'a.exe' AND NOT ProcessName = 'b.exe'"),
    [],
  );
  assert.deepEqual(
    names(
      `${CHANGE} TargetInstance ISA 'Win32_Service' AND TargetInstance.Name='S' AND TargetInstance.State='Stopped'`,
    ),
    ['S'],
  );
  assert.equal(
    names(
      `SELECT * FROM Win32_ProcessStartTrace WHERE ${Array.from({ length: 100 }, (_, i) => `ProcessName='p${i}.exe'`).join(' OR ')}`,
    ).length,
    32,
  );
});

test('a broad query takes the family with the most points, whatever the order', () => {
  const of = (...classes: readonly string[]): string =>
    classifyTrigger(
      `SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE ${classes.map((c) => `TargetInstance ISA '${c}'`).join(' OR ')}`,
    ).code;
  assert.deepEqual(
    [of('CIM_DataFile', 'Win32_LogonSession'), of('Win32_LogonSession', 'CIM_DataFile')],
    ['TR2', 'TR2'],
  );
  assert.equal(of('CIM_DataFile', 'Win32_NTLogEvent', 'Win32_Process'), 'TR5');
});

test('points are those of DOMAIN 3.3, and WMI monitors that only log count nothing', () => {
  const points = (query: string, consumerClass?: string): number =>
    triggerPoints(classifyTrigger(query), consumerClass);
  assert.deepEqual(
    [0, 1, 2, 3, 4, 10, 11, 6, 35].map((i) => points(CASES[i]?.[0] ?? '')),
    [8, 10, 5, 10, 3, 15, 5, 15, 5],
  );
  assert.equal(points(CASES[6]?.[0] ?? '', 'NTEventLogEventConsumer'), 0);
  assert.equal(points(CASES[6]?.[0] ?? '', 'CommandLineEventConsumer'), 15);
});

test('S15 names the security tool of a process, service or module trigger, and of no other', () => {
  const tool = (query: string): string | undefined => mentionsSecurityTool(classifyTrigger(query));
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'procexp64.exe'"), 'procexp64.exe');
  assert.equal(tool("SELECT * FROM Win32_ProcessStopTrace WHERE ProcessName = 'MsMpEng.exe'"), 'MsMpEng.exe');
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName LIKE '%wireshark%'"), '%wireshark%');
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName LIKE 'MsMp%'"), 'MsMp%');
  assert.equal(tool(`${CHANGE} TargetInstance ISA 'Win32_Service' AND TargetInstance.Name='Sysmon64'`), 'Sysmon64');
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName = 'notepad.exe'"), undefined);
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName LIKE '%e%'"), undefined);
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName LIKE '%'"), undefined);
  assert.equal(tool("SELECT * FROM Win32_ProcessStartTrace WHERE ProcessName <> 'procexp.exe'"), undefined);
  assert.equal(
    tool(`${CHANGE} TargetInstance ISA 'Win32_NTLogEvent' AND TargetInstance.Message LIKE '%procexp%'`),
    undefined,
  );
  assert.deepEqual(
    ['Taskmgr.exe', 'Autoruns64.exe', 'x64dbg.exe', 'Procmon.exe', 'explorer.exe', 'word', ''].map(securityToolOf),
    ['taskmgr', 'autoruns', 'x64dbg', 'procmon', undefined, undefined, undefined],
  );
});

test('a trap that cannot fire says why (PRODUCT 16 U12)', () => {
  const reasons = (query: string, namespace?: string): readonly string[] =>
    reasonsNotToFire(parseWql(query), namespace);
  assert.deepEqual(reasons("SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'Win32_Process'"), [
    'WITHIN is missing and Win32_Process has to be polled: WMI refuses the registration (0x80042002)',
  ]);
  assert.deepEqual(reasons('SELECT * FROM __InstanceCreationEvent WITHIN 5'), [
    'the query names no class of objects (ISA): WMI may refuse it as too broad (0x80042001)',
  ]);
  assert.deepEqual(reasons("SELECT * FROM __TimerEvent WHERE TimerId = 'T'", '//./root/CIMV2'), [
    'fires only while timer instruction T exists in root\\cimv2',
  ]);
  assert.deepEqual(reasons('SELECT * FROM Win32_Process'), ['Win32_Process is a class of objects, not of events']);
  assert.deepEqual(reasons("SELECT * FROM RegistryKeyChangeEvent WHERE KeyPath = 'x'", 'root/cimv2'), [
    'RegistryKeyChangeEvent is raised in root\\default, the filter listens in root\\cimv2',
  ]);
  assert.deepEqual(reasons(`${INSTANCE} 'Win32_LocalTime' AND TargetInstance.Hour = 24`), [
    'Win32_LocalTime is never created or deleted, only changed',
    'hour 24 does not exist',
  ]);
  assert.deepEqual(
    reasons(`${CHANGE} ${UPTIME} AND TargetInstance.SystemUpTime >= 240 AND TargetInstance.SystemUpTime < 260`),
    ['the window after boot is 20 s wide and looked at every 60 s: it may be missed'],
  );
  assert.deepEqual(
    reasons(`${CHANGE} ${UPTIME} AND TargetInstance.SystemUpTime > 325 AND TargetInstance.SystemUpTime < 240`),
    ['SystemUpTime cannot be above 325 and below 240'],
  );
  assert.deepEqual(reasons('SELECT'), [
    'Triad cannot read the query, WMI perhaps can: line 1, column 7: expected a property name, found the end',
  ]);
});

test('traps that do fire have no reasons: providers that raise their own events need no WITHIN (Turla, wsmprovhost)', () => {
  for (const [query, , , sentence] of CASES.slice(0, 13)) {
    if (!sentence.includes('timer')) assert.deepEqual(reasonsNotToFire(parseWql(query), 'root\\cimv2'), [], query);
  }
  assert.deepEqual(
    reasonsNotToFire(
      parseWql("SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA '__EventFilter'"),
      'root\\subscription',
    ),
    [],
  );
});

test('the poll is told in seconds', () => {
  assert.equal(pollSeconds(parseWql('SELECT * FROM X WITHIN .5')), 0.5);
  assert.equal(pollSeconds(parseWql('SELECT * FROM X')), undefined);
  assert.equal(pollSeconds(parseWql('SELECT')), undefined);
  assert.match(
    classifyTrigger("SELECT * FROM __InstanceCreationEvent WITHIN 300 WHERE TargetInstance ISA 'Win32_Process'")
      .sentence,
    /, looked for every 5 min$/,
  );
});

test('any text has exactly one trigger whose sentence is short and on one line or quotes the query', () => {
  const word = fc.constantFrom(
    'SELECT',
    '*',
    'FROM',
    '__InstanceCreationEvent',
    'Win32_ProcessStartTrace',
    'WITHIN',
    '5',
    'WHERE',
    'TargetInstance',
    'ISA',
    "'Win32_Process'",
    "'Win32_LocalTime'",
    'AND',
    'OR',
    'NOT',
    '(',
    ')',
    'A',
    '=',
    '1',
    "'x'",
    'GROUP',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word).map((words) => words.join(' ')),
      ),
      (query) => {
        const trigger = classifyTrigger(query);
        assert.ok(trigger.sentence.length > 0 && trigger.sentence.length < 2000);
      },
    ),
  );
});
