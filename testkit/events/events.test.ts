import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldTexts, possibleCause, security, sysmon, sysmonText, wmi } from './index.ts';

test('Sysmon texts have the blank, the quotes and the escapes of real records', () => {
  const real: [string, string][] = [
    ['root\\CimV2', ' "root\\\\CimV2"'],
    ['C:\\Windows\\System32\\notepad.exe', ' "C:\\\\Windows\\\\System32\\\\notepad.exe"'],
    [
      '\\\\.\\ROOT\\subscription:CommandLineEventConsumer.Name="X"',
      ' "\\\\\\\\.\\\\ROOT\\\\subscription:CommandLineEventConsumer.Name=\\"X\\""',
    ],
  ];
  for (const [plain, written] of real) assert.equal(sysmonText(plain), written);
});

test('a Sysmon 19 has the fields of DOMAIN 2.1 in order', () => {
  const model = sysmon.filter({ name: 'Updater', query: 'SELECT *' }, { time: '2026-03-12T09:44:02.9180123Z' });
  assert.deepEqual(fieldTexts(model), [
    ['RuleName', '-'],
    ['EventType', 'WmiFilterEvent'],
    ['UtcTime', '2026-03-12 09:44:02.918'],
    ['Operation', 'Created'],
    ['User', 'CORP\\alice'],
    ['EventNamespace', ' "root\\\\cimv2"'],
    ['Name', ' "Updater"'],
    ['Query', ' "SELECT *"'],
  ]);
});

test("the SCM's 5861 is the text of real hosts", () => {
  assert.deepEqual(fieldTexts(wmi.scmBinding()), [
    ['Namespace', '//./root/subscription'],
    ['ESS', 'SCM Event Log Filter'],
    ['CONSUMER', 'NTEventLogEventConsumer="SCM Event Log Consumer"'],
    [
      'PossibleCause',
      `Binding EventFilter: 
instance of __EventFilter
{
	CreatorSID = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};
	EventNamespace = "root\\\\cimv2";
	Name = "SCM Event Log Filter";
	Query = "select * from MSFT_SCMEventLogEvent";
	QueryLanguage = "WQL";
};
Perm. Consumer: 
instance of NTEventLogEventConsumer
{
	Category = 0;
	CreatorSID = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0};
	EventType = 1;
	Name = "SCM Event Log Consumer";
	NameOfUserSIDProperty = "sid";
	SourceName = "Service Control Manager";
};
`,
    ],
  ]);
});

test('MOF texts are escaped so that a payload cannot end its own instance', () => {
  const cause = possibleCause(
    { name: 'F', query: 'q' },
    { class: 'CommandLineEventConsumer', name: 'C', properties: { CommandLineTemplate: 'cmd /c "a\\b"\r\n};\n' } },
  );
  assert.match(cause, /\tCommandLineTemplate = "cmd \/c \\"a\\\\b\\"\\r\\n};\\n";\n/);
});

test('older versions of 4688 leave out what they did not have', () => {
  const facts = { pid: 0xd84n, image: 'C:\\a.exe', creatorPid: 4n, subject: {}, commandLine: 'a' };
  const names = (version: 0 | 1 | 2) => fieldTexts(security.processCreation(facts, { version })).map(([name]) => name);
  assert.equal(names(0).at(-1), 'ProcessId');
  assert.equal(names(1).at(-1), 'CommandLine');
  assert.deepEqual(names(2).slice(-7), [
    'CommandLine',
    'TargetUserSid',
    'TargetUserName',
    'TargetDomainName',
    'TargetLogonId',
    'ParentProcessName',
    'MandatoryLabel',
  ]);
});

test('a field that the layout does not hold is refused', () => {
  assert.throws(() => security.event(4624, { TargetUsername: 'x' }), /no such field: TargetUsername/);
});
