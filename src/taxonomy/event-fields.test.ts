import assert from 'node:assert/strict';
import { test } from 'node:test';
import { only, readAll, reading, routeOf, withFields } from '../../test/sigma/reading.ts';
import { zeekLine } from '../../test/zeek-line.ts';
import { powershell, security, sysmon, wmi } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { EventFields } from './index.ts';

const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const BOB = { sid: 'S-1-5-21-1-2-3-1105', name: 'bob', domain: 'CORP' };
const START = {
  pid: 0x1a2cn,
  image: 'C:\\Windows\\System32\\cmd.exe',
  commandLine: 'cmd.exe /c whoami',
  creatorPid: 0x2d8n,
  creatorImage: 'C:\\Windows\\explorer.exe',
  subject: security.subject(ALICE, 0x3e7aan),
};
const CREATION = { product: 'windows', category: 'process_creation' } as const;

test('110: a 4688 is read by the names of process creation, and what it lacks is absent', () => {
  const fields = reading(only(security.processCreation(START)), CREATION, 'security');
  assert.deepEqual(
    readAll(fields, [
      ...['Image', 'ParentImage', 'CommandLine', 'User', 'LogonId', 'ProcessId', 'ParentProcessId'],
      ...['IntegrityLevel', 'TokenElevationType', 'NewProcessName', 'EventID'],
      ...['OriginalFileName', 'CurrentDirectory', 'Hashes', 'sha256', 'Product', 'ParentCommandLine', 'ProcessGuid'],
    ]),
    {
      Image: ['C:\\Windows\\System32\\cmd.exe'],
      ParentImage: ['C:\\Windows\\explorer.exe'],
      CommandLine: ['cmd.exe /c whoami'],
      User: ['CORP\\alice'],
      LogonId: ['0x3e7aa'],
      ProcessId: ['6700', '0x1a2c'],
      ParentProcessId: ['728', '0x2d8'],
      IntegrityLevel: ['System', 'S-1-16-16384'],
      TokenElevationType: ['%%1936'],
      NewProcessName: ['C:\\Windows\\System32\\cmd.exe'],
      EventID: [4688],
      OriginalFileName: undefined,
      CurrentDirectory: undefined,
      Hashes: undefined,
      sha256: undefined,
      Product: undefined,
      ParentCommandLine: undefined,
      ProcessGuid: undefined,
    },
  );
});

test('6.4: the account and logon of a 4688 are those of the token where it names one', () => {
  const model = security.processCreation({ ...START, target: security.target(BOB), targetLogonId: 0x99n });
  assert.deepEqual(readAll(reading(only(model), CREATION, 'security'), ['User', 'LogonId']), {
    User: ['CORP\\bob'],
    LogonId: ['0x99'],
  });
});

test('6.4: older 4688 have no parent, no integrity and no command line; an empty one is there and empty', () => {
  const names = ['Image', 'ParentImage', 'CommandLine', 'IntegrityLevel', 'LogonId'];
  const of = (version: 0 | 1 | 2, commandLine?: string): unknown => {
    const { commandLine: _, ...rest } = START;
    const facts = commandLine === undefined ? rest : { ...rest, commandLine };
    return readAll(reading(only(security.processCreation(facts, { version })), CREATION, 'security'), names);
  };
  const image = ['C:\\Windows\\System32\\cmd.exe'];
  const older = { Image: image, ParentImage: undefined, IntegrityLevel: undefined, LogonId: ['0x3e7aa'] };
  assert.deepEqual(of(0), { ...older, CommandLine: undefined });
  assert.deepEqual(of(1, 'cmd /c x'), { ...older, CommandLine: ['cmd /c x'] });
  assert.deepEqual(of(1), { ...older, CommandLine: [''] });
  assert.deepEqual((of(2) as Record<string, unknown>)['CommandLine'], ['']);
});

test('Sysmon 1 has its hashes as one text and each by its name, and the integrity as word and SID', () => {
  const hashes = `SHA1=${'a'.repeat(40)},MD5=${'B'.repeat(32)},SHA256=${'c'.repeat(64)},IMPHASH=${'d'.repeat(32)}`;
  const model = sysmon.process({ pid: 7, image: 'C:\\x.exe', hashes, integrity: 'High' });
  const fields = reading(only(model), CREATION, 'microsoft-windows-sysmon/operational');
  assert.deepEqual(readAll(fields, ['Hashes', 'md5', 'SHA1', 'sha256', 'Imphash', 'IMPHASH', 'IntegrityLevel']), {
    Hashes: [hashes],
    md5: ['B'.repeat(32)],
    SHA1: ['a'.repeat(40)],
    sha256: ['c'.repeat(64)],
    Imphash: ['d'.repeat(32)],
    IMPHASH: ['d'.repeat(32)],
    IntegrityLevel: ['High', 'S-1-16-12288'],
  });
  assert.deepEqual(fields.foldedValues('md5'), ['b'.repeat(32)]);
});

test('an older Sysmon lacks what later ones added; a field that is NULL is absent, a dash stays', () => {
  const older = withFields(
    [
      ['Image', 'C:\\x.exe'],
      ['Company', '-'],
      ['User', ''],
    ],
    { provider: 'Microsoft-Windows-Sysmon', channel: 'Microsoft-Windows-Sysmon/Operational', eventId: 1 },
  );
  const fields = reading(older, CREATION);
  assert.deepEqual(readAll(fields, ['Image', 'Company', 'User', 'OriginalFileName', 'ParentUser', 'sha256']), {
    Image: ['C:\\x.exe'],
    Company: ['-'],
    User: [''],
    OriginalFileName: undefined,
    ParentUser: undefined,
    sha256: undefined,
  });
  const unset = only(sysmon.event(1, { OriginalFileName: null }));
  assert.equal(reading(unset, CREATION).values('OriginalFileName'), undefined);
});

test('a value that follows from the number is told even where a forwarder wrote something else', () => {
  const event = withFields([['EventType', 'INFO']], { channel: 'Microsoft-Windows-Sysmon/Operational', eventId: 13 });
  const fields = reading(event, { product: 'windows', category: 'registry_set' });
  assert.deepEqual(fields.values('EventType'), ['SetValue']);
});

test('113: values of Sysmon 19 to 21 are told with and without their quotes and escapes', () => {
  const event = only(sysmon.consumer({ name: 'Evil', destination: 'cmd.exe /c "C:\\a b\\x"' }));
  for (const logsource of [
    { product: 'windows', category: 'wmi_event' },
    { product: 'windows', service: 'sysmon' },
  ]) {
    const fields = reading(event, logsource);
    assert.deepEqual(fields.values('Destination'), [' "cmd.exe /c \\"C:\\\\a b\\\\x\\""', 'cmd.exe /c "C:\\a b\\x"']);
    assert.deepEqual(fields.values('Name'), [' "Evil"', 'Evil']);
    assert.deepEqual(fields.values('Type'), ['Command Line']);
  }
});

test('6.3: the System part by its names; an event field of the same name is told too', () => {
  const event = withFields(
    [
      ['SubjectUserName', 'alice'],
      ['Channel', 'Security'],
      ['EventID', '4688'],
    ],
    {
      provider: 'Microsoft-Windows-Eventlog',
      channel: 'System',
      eventId: 104,
      computer: 'WS-01',
      recordId: 77,
      system: (field) =>
        ({ Level: '4', Keywords: '0x8000000000000000', UserID: 'S-1-5-18', ProcessID: '4' })[field as 'Level'],
    },
  );
  const fields = reading(event, { product: 'windows', service: 'system' });
  const names = ['EventID', 'Provider_Name', 'Channel', 'Computer', 'ComputerName', 'Level', 'Keywords', 'Opcode'];
  assert.deepEqual(readAll(fields, [...names, 'EventRecordID', 'Security_UserID', 'Execution_ProcessID']), {
    EventID: [104],
    Provider_Name: ['Microsoft-Windows-Eventlog'],
    Channel: ['System', 'Security'],
    Computer: ['WS-01'],
    ComputerName: ['WS-01'],
    Level: ['4', 'Information'],
    Keywords: ['0x8000000000000000'],
    Opcode: undefined,
    EventRecordID: [77],
    Security_UserID: ['S-1-5-18'],
    Execution_ProcessID: ['4'],
  });
});

test('115: blanks fall out of the names of fields; exact names come first, and case counts', () => {
  const event = withFields([
    ['Threat Name', 'HackTool'],
    ['Feature Name', '%%886'],
    ['Path', 'file:_C:\\a b\\x.exe; containerfile:_C:\\y.zip'],
    ['ID', '1'],
  ]);
  const fields = reading(event, { product: 'windows', service: 'windefend' });
  assert.deepEqual(readAll(fields, ['ThreatName', 'Threat Name', 'Feature_Name', 'FeatureName', 'threatname', 'Id']), {
    ThreatName: ['HackTool'],
    'Threat Name': ['HackTool'],
    Feature_Name: ['%%886'],
    FeatureName: ['%%886'],
    threatname: undefined,
    Id: undefined,
  });
  const found = reading(event, { category: 'antivirus' });
  assert.deepEqual(readAll(found, ['Signature', 'Filename']), {
    Signature: ['HackTool'],
    Filename: ['file:_C:\\a b\\x.exe; containerfile:_C:\\y.zip', 'C:\\a b\\x.exe', 'C:\\y.zip'],
  });
});

test('unnamed items are one field with many values, an empty one is a value, a missing one is none', () => {
  const event = only(powershell.engineState(400, 'powershell.exe -enc x'));
  const fields = reading(event, { product: 'windows', category: 'ps_classic_start' });
  const data = fields.values('Data') ?? [];
  assert.ok(data.length > 1 && data.some((value) => String(value).includes('-enc x')));
  const odd = reading(
    withFields([
      ['Data', ''],
      ['Data', '-'],
      ['Twice', 'a'],
      ['Twice', 'b'],
      ['Sub/Part', 'p'],
      ['A.B', 'whole'],
      ['A/B', 'part'],
    ]),
    { product: 'windows', service: 'application' },
  );
  assert.deepEqual(readAll(odd, ['Data', 'Twice', 'Sub.Part', 'A.B', 'None']), {
    Data: ['', '-'],
    Twice: ['a', 'b'],
    'Sub.Part': ['p'],
    'A.B': ['whole'],
    None: undefined,
  });
});

test('fields of UserData are read by their own names', () => {
  const event = only(wmi.event(5859, { Provider: 'SCM Event Provider', Query: 'select * from x', User: 'S-1-5-18' }));
  const fields = reading(event, { product: 'windows', service: 'wmi' });
  assert.deepEqual(readAll(fields, ['Provider', 'Query', 'User', 'Name']), {
    Provider: ['SCM Event Provider'],
    Query: ['select * from x'],
    User: ['S-1-5-18'],
    Name: undefined,
  });
});

test("E13: Zeek's fields as in the log, sets by member, and no numbers of events", () => {
  const line = {
    ...zeekLine({ from: '10.0.0.5:52300', to: '10.0.0.9:80', clock: '09:00:00.5' }),
    channel: 'zeek/http',
  };
  const extra: readonly (readonly [string, string])[] = [
    ...line.entries(),
    ['resp_mime_types', 'text/html,application/x-dosexec'],
    ['uri', '/a,b'],
    ['client_header_names', 'HOST'],
  ];
  const event: Event = {
    ...line,
    get: (name) => extra.find(([key]) => key === name)?.[1],
    all: (name) => extra.flatMap(([key, value]) => (key === name ? [value] : [])),
    entries: () => extra,
  };
  const fields = reading(event, { product: 'zeek', service: 'http' });
  assert.deepEqual(
    readAll(fields, ['id.orig_h', 'resp_mime_types', 'uri', 'c-uri', 'client_header_names', 'EventID', 'ts']),
    {
      'id.orig_h': ['10.0.0.5'],
      resp_mime_types: ['text/html', 'application/x-dosexec', 'text/html,application/x-dosexec'],
      uri: ['/a,b'],
      'c-uri': ['/a,b'],
      client_header_names: ['HOST'],
      EventID: undefined,
      ts: undefined,
    },
  );
});

test('80: keywords are looked for in values, also of the frame, and not in names', () => {
  const event = withFields([['CommandLine', 'Mimikatz.exe']], { channel: 'Security', eventId: 4688 });
  const fields = reading(event, { product: 'windows' });
  const words = fields.keywordValues();
  assert.deepEqual(words, ['Mimikatz.exe', 'Security', 'Example', event.computer, '4688']);
  assert.equal(fields.keywordValues(), words);
  assert.deepEqual(fields.entries(), [
    ['CommandLine', 'Mimikatz.exe'],
    ['Channel', 'Security'],
    ['Provider_Name', 'Example'],
    ['Computer', event.computer],
    ['EventID', 4688],
  ]);
  assert.equal(fields.entries(), fields.entries());
  assert.equal(fields.foldedKeywordValues()[0], 'mimikatz.exe');
});

test('a value is read once, lists are those of the reader, and the next event finds nothing of the last', () => {
  let reads = 0;
  const counted = (event: Event): Event => ({
    ...event,
    get: (name) => {
      reads++;
      return event.get(name);
    },
  });
  const first = counted(only(security.processCreation({ ...START, target: security.target(BOB) })));
  const second = counted(only(security.processCreation({ ...START, commandLine: 'X' }, { version: 1 })));
  const fields = new EventFields(routeOf(CREATION, 'security'));
  const slot = fields.slot('CommandLine');
  fields.moveTo(first);
  const values = fields.valuesAt(slot);
  const folded = fields.foldedAt(slot);
  const before = reads;
  for (let turn = 0; turn < 5; turn++) {
    assert.equal(fields.values('CommandLine'), values);
    assert.equal(fields.foldedValues('CommandLine'), folded);
    assert.equal(fields.values('Hashes'), undefined);
  }
  assert.equal(reads, before);
  assert.deepEqual([values, folded], [['cmd.exe /c whoami'], ['cmd.exe /c whoami']]);
  assert.deepEqual(fields.values('IntegrityLevel'), ['System', 'S-1-16-16384']);
  fields.moveTo(second);
  assert.equal(fields.valuesAt(slot), values);
  assert.deepEqual([fields.values('CommandLine'), fields.foldedValues('CommandLine')], [['X'], ['x']]);
  assert.equal(fields.values('IntegrityLevel'), undefined);
  assert.deepEqual(fields.values('User'), ['CORP\\alice']);
  assert.equal(fields.slot('CommandLine'), slot);
});
