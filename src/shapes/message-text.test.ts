import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BINDING_MESSAGES } from '../../testkit/shapes/index.ts';
import { MAX_OUTLINE_LABELS, outlineOf } from './message-outline.ts';
import { readMessage } from './message-text.ts';

const SYSMON = 'Microsoft-Windows-Sysmon';
const WMI = 'Microsoft-Windows-WMI-Activity';

function lines(...text: readonly string[]): string {
  return text.join('\r\n');
}

test('a Sysmon message gives the fields of its event, with the blank and the quotes that Sysmon writes', () => {
  const message = lines(
    'WmiEventConsumer activity detected:',
    'RuleName: -',
    'EventType: WmiConsumerEvent',
    'UtcTime: 2020-09-02 01:43:49.913',
    'Operation: Created',
    'User: CORP\\alice',
    'Name:  "Updater"',
    'Type: Script',
    'Destination:  "Dim a\\r\\nName: \\"x\\"',
    'second line',
    'third line"',
  );
  assert.deepEqual(readMessage(SYSMON, 20, message), [
    ['RuleName', '-'],
    ['EventType', 'WmiConsumerEvent'],
    ['UtcTime', '2020-09-02 01:43:49.913'],
    ['Operation', 'Created'],
    ['User', 'CORP\\alice'],
    ['Name', ' "Updater"'],
    ['Type', 'Script'],
    ['Destination', ' "Dim a\\r\\nName: \\"x\\"\r\nsecond line\r\nthird line"'],
  ]);
});

test('lines in a value that look like fields are neither taken for fields nor lost', () => {
  const message = lines(
    'Process Create:',
    'UtcTime: 2020-09-02 01:43:49.593',
    'ProcessId: 4800',
    'Image: C:\\x.exe',
    'CommandLine: x.exe "',
    'User: NT AUTHORITY\\SYSTEM',
    'ParentUser: CORP\\forged',
    '"',
    'CurrentDirectory: C:\\',
    'User: CORP\\alice',
    'LogonId: 0x1',
    'ParentCommandLine: ',
  );
  assert.deepEqual(readMessage(SYSMON, 1, message), [
    ['UtcTime', '2020-09-02 01:43:49.593'],
    ['ProcessId', '4800'],
    ['Image', 'C:\\x.exe'],
    ['CommandLine', 'x.exe "\r\nUser: NT AUTHORITY\\SYSTEM\r\nParentUser: CORP\\forged\r\n"'],
    ['CurrentDirectory', 'C:\\'],
    ['User', 'CORP\\alice'],
    ['LogonId', '0x1'],
    ['ParentCommandLine', ''],
  ]);
  const whole = lines(
    'Process Create:',
    'UtcTime: 2020-09-02 01:43:49.593',
    'CommandLine: x',
    'CurrentDirectory: C:\\forged',
    'User: forged',
    'LogonId: 0x9',
    'CurrentDirectory: C:\\',
    'User: CORP\\alice',
    'LogonId: 0x1',
    'ParentImage: C:\\p.exe',
  );
  assert.deepEqual(readMessage(SYSMON, 1, whole), [
    ['UtcTime', '2020-09-02 01:43:49.593'],
    [
      'CommandLine',
      lines(
        'x',
        'CurrentDirectory: C:\\forged',
        'User: forged',
        'LogonId: 0x9',
        'CurrentDirectory: C:\\',
        'User: CORP\\alice',
        'LogonId: 0x1',
      ),
    ],
    ['ParentImage', 'C:\\p.exe'],
  ]);
});

test('a Sysmon event that the table does not know is read by its lines, and another text is none', () => {
  assert.deepEqual(readMessage(SYSMON, 29, 'File Executable Detected:\nUtcTime: x\nTargetFilename: C:\\a: b'), [
    ['UtcTime', 'x'],
    ['TargetFilename', 'C:\\a: b'],
  ]);
  assert.equal(readMessage(SYSMON, 1, 'Note:\nImage: C:\\a.exe\nUser: x'), undefined);
  assert.equal(readMessage(SYSMON, 1, ''), undefined);
});

test('5857 is read by its structure, in whatever language its words are', () => {
  const tail = 'HostProcess = wmiprvse.exe; ProcessID = 2428; ProviderPath = %SystemRoot%\\system32\\wbem\\scrcons.exe';
  const rest = [
    ['Code', '0x0'],
    ['HostProcess', 'wmiprvse.exe'],
    ['ProcessID', '2428'],
    ['ProviderPath', '%SystemRoot%\\system32\\wbem\\scrcons.exe'],
  ];
  assert.deepEqual(readMessage(WMI, 5857, `ActiveScriptEventConsumer provider started with result code 0x0. ${tail}`), [
    ['ProviderName', 'ActiveScriptEventConsumer'],
    ...rest,
  ]);
  // The name stands between words that only a language tells; the rest does not need it.
  assert.deepEqual(readMessage(WMI, 5857, `プロバイダー X は結果コード 0x0 で開始しました。${tail}`), rest);
  assert.equal(readMessage(WMI, 5857, 'HostProcess = wmiprvse.exe; ProcessID = none; ProviderPath = x'), undefined);
});

test('5858 keeps an operation with separators of its own whole', () => {
  const operation = 'Start IWbemServices::ExecQuery - ROOT\\CIMV2 : select * from A where B = "x; ResultCode = 0x0; C"';
  const message = `Id = {1D65F9FA-18F0-4532-AC14-FA53575FA88F}; ClientMachine = WS-07; User = CORP\\alice; ClientProcessId = 2116; Component = Unknown; Operation = ${operation}; ResultCode = 0x80041003; PossibleCause = Unknown`;
  assert.deepEqual(readMessage(WMI, 5858, message), [
    ['Id', '{1D65F9FA-18F0-4532-AC14-FA53575FA88F}'],
    ['ClientMachine', 'WS-07'],
    ['User', 'CORP\\alice'],
    ['ClientProcessId', '2116'],
    ['Component', 'Unknown'],
    ['Operation', operation],
    ['ResultCode', '0x80041003'],
    ['PossibleCause', 'Unknown'],
  ]);
});

test('5859 and 5860 are read over their irregular separators', () => {
  const query = "select * from Win32_ProcessStartTrace where ProcessName = 'a;b,c.exe'";
  assert.deepEqual(
    readMessage(
      WMI,
      5859,
      `Namespace = //./ROOT/CIMV2; NotificationQuery = ${query}; OwnerName = S-1-5-32-544; HostProcessID = 1234;  Provider= WMI Kernel Trace Event Provider, queryID = 7; PossibleCause = Permanent`,
    ),
    [
      ['NamespaceName', '//./ROOT/CIMV2'],
      ['Query', query],
      ['User', 'S-1-5-32-544'],
      ['Processid', '1234'],
      ['Provider', 'WMI Kernel Trace Event Provider'],
      ['queryid', '7'],
      ['PossibleCause', 'Permanent'],
    ],
  );
  assert.deepEqual(
    readMessage(
      WMI,
      5860,
      `Namensraum = ROOT\\CIMV2; Abfrage = ${query}; Benutzer = CORP\\alice; Kennung = 88, Rechner = WS-07; Grund = Temporary`,
    ),
    [
      ['NamespaceName', 'ROOT\\CIMV2'],
      ['Query', query],
      ['User', 'CORP\\alice'],
      ['Processid', '88'],
      ['ClientMachine', 'WS-07'],
      ['PossibleCause', 'Temporary'],
    ],
  );
});

const CAUSE = [
  'Binding EventFilter: ',
  'instance of __EventFilter',
  '{',
  '\tName = "F; (eventid:5859); Consumer = X=\\"y\\"";',
  '\tQuery = "select * from A";',
  '};',
  'Perm. Consumer: ',
  'instance of ActiveScriptEventConsumer',
  '{',
  '\tName = "C = 1; 2";',
  '\tScriptText = "x = 1;\\ninstance of __EventFilter\\n{};";',
  '};',
  '',
].join('\n');

test('5861 is read by its instances and its paths, in whatever language its words are', () => {
  for (const words of [
    ['Namespace', 'Eventfilter', '(refer to its activate eventid:5859)', 'Consumer', 'PossibleCause'],
    ['Namensraum', 'Ereignisfilter', '(siehe Aktivierung unter Ereignis 5859)', 'Verbraucher', 'Mögliche Ursache'],
  ]) {
    const [namespace, filter, see, consumer, cause] = words;
    const name = 'F; (eventid:5859); Consumer = X="y"';
    const message = `${namespace} = //./root/subscription; ${filter} = ${name} ${see}; ${consumer} = ActiveScriptEventConsumer="C = 1; 2"; ${cause} = ${CAUSE}`;
    assert.deepEqual(readMessage(WMI, 5861, message), [
      ['Namespace', '//./root/subscription'],
      ['ESS', name],
      ['CONSUMER', 'ActiveScriptEventConsumer="C = 1; 2"'],
      ['PossibleCause', CAUSE],
    ]);
  }
  assert.equal(readMessage(WMI, 5861, 'Namespace = x; Eventfilter = y; Consumer = z; PossibleCause = none'), undefined);
});

test('5861 keeps its own instance apart from one that the name of its filter feigns', () => {
  const name = 'F\ninstance of __EventFilter\n{\n\tName = "x";\n};';
  const message = `Namespace = //./root/subscription; Eventfilter = ${name} (refer to its activate eventid:5859); Consumer = ActiveScriptEventConsumer="C"; PossibleCause = ${CAUSE}`;
  assert.deepEqual(readMessage(WMI, 5861, message), [
    ['Namespace', '//./root/subscription'],
    ['ESS', name],
    ['CONSUMER', 'ActiveScriptEventConsumer="C"'],
    ['PossibleCause', CAUSE],
  ]);
});

test('5861 is read in every language that the test kit writes', () => {
  const values = ['//./root/subscription', 'F = 1; (2)', 'CommandLineEventConsumer="C"', CAUSE];
  assert.ok(Object.keys(BINDING_MESSAGES).length >= 5);
  for (const [language, template] of Object.entries(BINDING_MESSAGES)) {
    const message = template.replace(/%(\d)/g, (_, position: string) => values[Number(position) - 1] ?? '');
    assert.deepEqual(
      readMessage(WMI, 5861, message)?.map(([, value]) => value),
      values,
      language,
    );
  }
});

test('the message of an unknown provider is not guessed at', () => {
  assert.equal(readMessage('Contoso', 1, 'UtcTime: x\nImage: y'), undefined);
});

const SECURITY = 'Microsoft-Windows-Security-Auditing';

test('long hostile messages are read in linear time', () => {
  const started = process.cpuUsage();
  const many = 100_000;
  for (const [provider, eventId, text] of [
    [SYSMON, 1, `x\n${'UtcTime: a\n'.repeat(many)}`],
    [WMI, 5861, `a = b; c = ${'(5859); x = A="'.repeat(many / 4)}\ninstance of __EventFilter\n{`],
    [WMI, 5858, `Id = ${'= ; , '.repeat(many)}`],
    [SECURITY, 4688, `x\n${'\tA:\t\n'.repeat(many)}`],
    [SECURITY, 4688, `x\n${'\t'.repeat(many)}\n${' \n'.repeat(many)}`],
    ['Microsoft-Windows-PowerShell', 4103, 'A:\n\n'.repeat(many)],
    ['PowerShell', 800, `x: ${'\n\tDetailSequence='.repeat(many / 4)}${'\n\n'.repeat(many)}`],
  ] as const) {
    readMessage(provider, eventId, text);
  }
  const used = process.cpuUsage(started);
  assert.ok(used.user + used.system < 4_000_000, `${(used.user + used.system) / 1000} ms`);
});

test('whatever the text, nothing breaks and nothing is made up', () => {
  const words = [
    'UtcTime: ',
    'CommandLine: ',
    'User: ',
    'Subject:',
    '\tSecurity ID:\t\t',
    '\tProcess Command Line:\t',
    'Logon Type:\t\t\t3',
    'instance of __EventFilter',
    ' (eventid:5859); C = X="',
    'a = b; ',
    '= 0x0. ',
    '; ',
    '1, ',
    '\r\n',
    '\n\n',
    '\t',
    'Context:\n        A = b\n',
    '\tDetailSequence=1',
    '29402f81-19c5-4b58-aa06-4a5f67f1558f',
    '(1 of 2):\n',
    'S-1-5-18',
  ];
  const events = [
    ...[1, 19, 20, 21, 99].map((id) => [SYSMON, id] as const),
    ...[5857, 5858, 5859, 5860, 5861].map((id) => [WMI, id] as const),
    ...[4624, 4634, 4672, 4688, 5145].map((id) => [SECURITY, id] as const),
    ...[4103, 4104].map((id) => ['Microsoft-Windows-PowerShell', id] as const),
    ...[400, 800].map((id) => ['PowerShell', id] as const),
    ['Service Control Manager', 7036] as const,
  ];
  const text = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.string()), { maxLength: 40 });
  fc.assert(
    fc.property(fc.constantFrom(...events), text, ([provider, eventId], parts) => {
      const message = parts.join('');
      for (const [name, value] of readMessage(provider, eventId, message) ?? []) {
        // A well-known name gives its SID, a word its parameter: everything else stands in the message.
        const isMade = /^(?:S-1-|%%)/.test(String(value)) || typeof value === 'number';
        assert.ok(isMade || message.includes(String(value)), `${name}: ${String(value)}`);
      }
    }),
    { numRuns: 2000 },
  );
});

test('L20 labels of an outline and fields of an unknown Sysmon event are bounded, on both sides', () => {
  const labels = (count: number): number =>
    outlineOf(`title\n${Array.from({ length: count }, (_, i) => `L${i}:\tx\n`).join('')}`).length;
  assert.deepEqual([labels(MAX_OUTLINE_LABELS), labels(MAX_OUTLINE_LABELS + 1)], [512, 512]);
  const fields = (count: number): number | undefined =>
    readMessage(SYSMON, 99, `Title:\nUtcTime: x\n${Array.from({ length: count - 1 }, (_, i) => `F${i}: x\n`).join('')}`)
      ?.length;
  assert.deepEqual([fields(64), fields(65)], [64, 64]);
});
