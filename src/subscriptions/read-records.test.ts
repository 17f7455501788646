import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fed, lifeLines, onlyDossier, sumOf } from '../../test/assembled.ts';
import { madeEvents } from '../../test/made-event.ts';
import { type EventModel, powershell, sysmon, system, wmi } from '../../testkit/index.ts';
import type { Event } from '../windows/index.ts';
import { readBindingRecord } from './read-binding-record.ts';
import { commandOfProcess, powershellWriter, readCommands } from './read-commands.ts';
import { bindingOf, readSysmonObject } from './read-sysmon.ts';
import { readTraceOperation } from './read-trace.ts';
import { ScriptBlocks } from './script-blocks.ts';

function eventOf(model: EventModel): Event {
  const [event] = madeEvents([model]);
  if (event === undefined) throw new Error('no event');
  return event;
}

const none = new Map();

test('Sysmon 19: values are unwrapped once, entities decoded once more, namespaces canonical (traps 1, 2, 4)', () => {
  const event = sysmon.event(19, {
    EventType: 'WmiFilterEvent',
    Operation: 'Created',
    User: 'CORP\\alice',
    EventNamespace: ' "\\\\root\\\\cimv2"',
    Name: ' "a &lt;b&gt;"',
    Query: ' "select * from X where Path=\'C:\\\\\\\\x\'"',
  });
  assert.deepEqual(readSysmonObject(eventOf(event)), {
    source: 'sysmon',
    act: 'created',
    user: 'CORP\\alice',
    namespace: undefined,
    filter: { name: 'a <b>', query: "select * from X where Path='C:\\\\x'", eventNamespace: 'root\\cimv2' },
    isInferred: false,
  });
});

test('Sysmon 20: the type gives the class where it is known, and the one text is the payload', () => {
  const read = (type: string): unknown =>
    readSysmonObject(
      eventOf(sysmon.consumer({ name: 'C', destination: 'C:\\Windows\\notepad.exe', type, operation: 'Modified' })),
    );
  const consumer = (className: string | undefined): unknown => ({
    source: 'sysmon',
    act: 'modified',
    user: 'CORP\\alice',
    namespace: undefined,
    consumer: {
      className,
      name: 'C',
      payload: 'C:\\Windows\\notepad.exe',
      properties: none,
      isWhole: false,
      isCut: false,
    },
    isInferred: false,
  });
  assert.deepEqual(read('Command Line'), consumer('CommandLineEventConsumer'));
  assert.deepEqual(read('Script'), consumer('ActiveScriptEventConsumer'));
  assert.deepEqual(read('Log File'), consumer(undefined));
});

test('Sysmon 21: references may be absolute, relative, or no references at all (trap 3)', () => {
  assert.deepEqual(bindingOf('__EventFilter.Name="X"', 'CommandLineEventConsumer.Name="Y"', none), {
    filterName: 'X',
    filterNamespace: undefined,
    consumerClass: 'CommandLineEventConsumer',
    consumerName: 'Y',
    consumerNamespace: undefined,
    filterRef: '__EventFilter.Name="X"',
    consumerRef: 'CommandLineEventConsumer.Name="Y"',
    isRelative: true,
    properties: none,
  });
  const absolute = readSysmonObject(
    eventOf(sysmon.binding({ filter: 'X', consumer: 'Y', namespace: 'ROOT\\subscription', operation: 'Deleted' })),
  );
  assert.deepEqual(
    [absolute?.act, absolute?.namespace, absolute?.binding?.filterName, absolute?.binding?.isRelative],
    ['deleted', 'root\\subscription', 'X', false],
  );
  assert.equal(bindingOf('not a reference', 'C.Name="Y"', none)?.filterName, 'not a reference');
  assert.equal(bindingOf(undefined, undefined, none), undefined);
});

test('A Sysmon record that names nothing says nothing, and an unknown operation only that the object stands', () => {
  assert.equal(readSysmonObject(eventOf(sysmon.event(19, { Operation: 'Created' }))), undefined);
  const odd = sysmon.event(19, { Operation: 'Erstellt', Name: ' "X"' });
  assert.equal(readSysmonObject(eventOf(odd))?.act, 'standing');
});

const ALICE = 'S-1-5-21-791464340-1796667228-2788435825-1112';

test('5861: filter and consumer in full, with the creator behind CreatorSID (trap 9)', () => {
  const model = wmi.binding(
    { name: 'F', query: 'SELECT * FROM X', eventNamespace: '\\\\.\\root\\CIMV2', creatorSid: ALICE },
    {
      class: 'ActiveScriptEventConsumer',
      name: 'C',
      properties: { ScriptingEngine: 'VBScript', ScriptText: 'x = "};"\r\ny = 1', KillTimeout: 45 },
      creatorSid: ALICE,
    },
  );
  assert.deepEqual(readBindingRecord(eventOf(model)), {
    source: '5861',
    act: 'standing',
    namespace: 'root\\subscription',
    filter: { name: 'F', query: 'SELECT * FROM X', language: 'WQL', eventNamespace: 'root\\cimv2', creatorSid: ALICE },
    consumer: {
      className: 'ActiveScriptEventConsumer',
      name: 'C',
      payload: 'x = "};"\r\ny = 1',
      properties: new Map([
        ['KillTimeout', '45'],
        ['ScriptText', 'x = "};"\r\ny = 1'],
        ['ScriptingEngine', 'VBScript'],
      ]),
      creatorSid: ALICE,
      isWhole: true,
      isCut: false,
    },
    binding: {
      filterName: 'F',
      consumerClass: 'ActiveScriptEventConsumer',
      consumerName: 'C',
      isRelative: false,
      properties: none,
    },
    isInferred: false,
  });
});

test('5861: a text that was cut keeps what is there and says so; without MOF text the names remain', () => {
  const cut = wmi.event(5861, {
    Namespace: '//./ROOT/subscription',
    ESS: 'F',
    CONSUMER: 'CommandLineEventConsumer="C"',
    PossibleCause:
      'Binding EventFilter: \ninstance of __EventFilter\n{\n\tName = "F";\n\tQuery = "SELECT * FROM X";\n};\nPerm. Consumer: \ninstance of CommandLineEventConsumer\n{\n\tName = "C";\n\tCommandLineTemplate = "powershell -e AAAA',
  });
  const consumer = readBindingRecord(eventOf(cut))?.consumer;
  assert.deepEqual([consumer?.payload, consumer?.isWhole, consumer?.isCut], ['powershell -e AAAA', true, true]);
  const bare = readBindingRecord(eventOf(wmi.event(5861, { ESS: 'F', CONSUMER: 'X="a\\"b"' })));
  assert.deepEqual([bare?.filter?.name, bare?.consumer?.className, bare?.consumer?.name], ['F', 'X', 'a"b']);
  assert.equal(
    readBindingRecord(
      eventOf(wmi.event(5861, { Namespace: '//./root/subscription', ESS: '', CONSUMER: '', PossibleCause: '' })),
    ),
    undefined,
  );
});

const writer = {
  writer: { host: 'h', image: 'powershell.exe', commandLine: undefined, pid: undefined, isRemoteSession: false },
  user: 'CORP\\alice',
  isInferred: false,
};

/** Part, names and payload of each object that a text creates. */
function intents(text: string): readonly unknown[] {
  return readCommands({ ...writer, text }).map(({ remoteHost, sighting: { filter, consumer, binding, namespace } }) => [
    filter?.name ?? consumer?.name ?? `${binding?.filterName} > ${binding?.consumerName}`,
    consumer?.payload ?? filter?.query,
    namespace,
    remoteHost,
  ]);
}

const CREATE = `Set-WmiInstance -Namespace root/subscription -Class CommandLineEventConsumer -Arguments @{Name='C'; CommandLineTemplate='a.exe'}`;

test('A call with values creates; text that only mentions the classes does not (DOMAIN 3.5)', () => {
  assert.deepEqual(intents(CREATE), [['C', 'a.exe', 'root\\subscription', undefined]]);
  assert.deepEqual(intents('Get-WmiObject -Namespace root/subscription -Class CommandLineEventConsumer'), []);
  assert.deepEqual(intents('function f { param($c = "CommandLineEventConsumer") }'), []);
});

test('A creating call behind -EncodedCommand is read, in any spelling of the option', () => {
  const base64 = Buffer.from(CREATE, 'utf16le').toString('base64');
  for (const option of ['-EncodedCommand', '-enc', '/e', '\u2013ec']) {
    assert.deepEqual(intents(`powershell.exe -NoP ${option} ${base64}`), [
      ['C', 'a.exe', 'root\\subscription', undefined],
    ]);
  }
});

test('wmic: a binding by references, and another host by /node', () => {
  assert.deepEqual(
    intents(
      `wmic /node:SRV-02 /NAMESPACE:"\\\\root\\subscription" PATH __FilterToConsumerBinding CREATE Filter='__EventFilter.Name="F"', Consumer='CommandLineEventConsumer.Name="C"'`,
    ),
    [['F > C', undefined, 'root\\subscription', 'SRV-02']],
  );
});

test('The writer of a PowerShell record: account, command line and session from its context', () => {
  const event = eventOf(
    powershell.pipelineExecuted({
      commandLine: 'x',
      details: '',
      hostApplication: 'powershell.exe -File a.ps1',
      user: 'CORP\\bob',
    }),
  );
  const context = event.all('Data').find((text) => text.includes('HostApplication=')) ?? '';
  const { writer: found, user } = powershellWriter(event, 'h', context);
  assert.deepEqual(
    [found.image, found.commandLine, found.isRemoteSession, user],
    ['powershell.exe', 'powershell.exe -File a.ps1', false, 'CORP\\bob'],
  );
  const remote = powershellWriter(event, 'h', '\tHostName=ServerRemoteHost\r\n\tHostApplication=wsmprovhost.exe');
  assert.equal(remote.writer.isRemoteSession, true);
});

test('A process start without a command line is no command', () => {
  const start = {
    host: 'h',
    pid: 4,
    image: 'C:\\a.exe',
    isParentJoined: false,
    isOwnLogon: true,
    startMs: 0,
    startTicks: 0,
    events: [],
  };
  assert.equal(commandOfProcess(start), undefined);
  assert.equal(commandOfProcess({ ...start, commandLine: 'a' })?.text, 'a');
});

test('4104: parts join by number; a hole stays a hole, and memory is bounded with a share for each host', () => {
  const part = (number: number, text: string, id = 'a', total = 3): Event =>
    eventOf(powershell.scriptBlock({ text, number, total, id: `${id}0000000-0000-4000-8000-000000000000` }));
  const blocks = new ScriptBlocks();
  assert.deepEqual(blocks.accept('h', part(3, 'C')), []);
  assert.deepEqual(blocks.accept('h', part(1, 'A')), []);
  assert.deepEqual(
    blocks.accept('h', part(2, 'B')).map(({ text, isWhole }) => [text, isWhole]),
    [['ABC', true]],
  );
  blocks.accept('h', part(1, 'A'));
  blocks.accept('h', part(3, 'C'));
  assert.deepEqual(
    blocks.finish().map(({ text, isWhole }) => [text, isWhole]),
    [['A\nC', false]],
  );
  const tight = new ScriptBlocks(4_500);
  tight.accept('quiet', part(1, 'x'.repeat(40), 'b'));
  const forced = ['c', 'd', 'e', 'f'].flatMap((id) => tight.accept('loud', part(1, 'y'.repeat(60), id)));
  assert.ok(forced.length > 0 && forced.every(({ host }) => host === 'loud'));
  assert.equal(tight.forced, forced.length);
  assert.ok(tight.finish().some(({ host }) => host === 'quiet'));
});

/** A record of the Trace channel, which has no maker. */
function traced(fields: Record<string, string>, time = '2026-03-12T09:00:00Z'): Event {
  const event = eventOf(wmi.event(5858, {}, { time }));
  const entries = Object.entries({ User: 'CORP\\alice', IsLocal: 'false', ...fields });
  const made: Event = {
    ...event,
    channel: 'Microsoft-Windows-WMI-Activity/Trace',
    eventId: 11,
    get: (name) => entries.find(([key]) => key === name)?.[1],
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
    entries: () => entries,
    detach: () => made,
  };
  return made;
}

test('Trace 11: a write or removal of an eventing object in any namespace, with the client (J10)', () => {
  const read = (fields: Record<string, string>): unknown =>
    readTraceOperation(traced(fields), (name) => `${name.toLowerCase()}.key`);
  const client = { ClientMachine: 'WS-07', ClientProcessId: '4242', NamespaceName: '\\\\.\\root\\custom' };
  assert.deepEqual(
    read({ ...client, Operation: 'Start IWbemServices::PutInstance - root\\custom : __EventFilter.Name="X : y"' }),
    {
      source: 'trace',
      act: 'created',
      user: 'CORP\\alice',
      namespace: 'root\\custom',
      filter: { name: 'X : y', query: undefined },
      client: { host: 'ws-07.key', pid: 4242 },
      isInferred: false,
    },
  );
  const removed = readTraceOperation(
    traced({
      Operation:
        'Start IWbemServices::DeleteInstance - ROOT\\subscription : __FilterToConsumerBinding.Consumer="CommandLineEventConsumer.Name=\\"C\\"",Filter="__EventFilter.Name=\\"F\\""',
      IsLocal: 'true',
    }),
    (name) => name,
  );
  assert.deepEqual(
    [removed?.act, removed?.binding?.filterName, removed?.binding?.consumerName, removed?.client?.host],
    ['deleted', 'F', 'C', 'WS-01.corp.example.com'],
  );
  for (const Operation of [
    'Start IWbemServices::GetObject - root\\custom : __EventFilter.Name="X"',
    'Start IWbemServices::PutInstance - root\\cimv2 : Win32_Environment.Name="X"',
    'Start IWbemServices::ExecQuery - root\\subscription : select * from __EventFilter',
    '',
  ]) {
    assert.equal(read({ ...client, Operation }), undefined, Operation);
  }
});

test('Trace 11: a remote caller is the source, at J10, and the three writes are one created subscription', () => {
  const put = (object: string, time: string): Event =>
    traced(
      {
        Operation: `Start IWbemServices::PutInstance - root\\custom : ${object}`,
        ClientMachine: 'WS-07',
        ClientProcessId: '4242',
        NamespaceName: 'root\\custom',
      },
      time,
    );
  const [dossier, ...others] = fed([
    put('__EventFilter.Name="F"', '2026-03-12T09:00:00Z'),
    put('CommandLineEventConsumer.Name="C"', '2026-03-12T09:00:01Z'),
    put(
      '__FilterToConsumerBinding.Consumer="CommandLineEventConsumer.Name=\\"C\\"",Filter="__EventFilter.Name=\\"F\\""',
      '2026-03-12T09:00:02Z',
    ),
  ]).finish();
  assert.ok(dossier !== undefined && others.length === 0);
  assert.deepEqual(lifeLines(dossier), [
    '09:00:00 created filter witnessed 1',
    '09:00:01 created consumer witnessed 1',
    '09:00:02 created binding witnessed 1',
  ]);
  assert.deepEqual(
    [dossier.seenIn, dossier.state, dossier.origin.kind, dossier.origin.strength, dossier.origin.source],
    [['trace'], 'armed', 'remote', 'strong', { host: 'ws-07' }],
  );
  assert.equal(sumOf(dossier), 'BASE 40 + OR1 20 + OR6 15 = 75 high');
});

test('Application 10: why Winmgmt could not activate a filter stands in its dossier (U12)', () => {
  const query = "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_Processor'";
  const dossier = onlyDossier([
    sysmon.filter({ name: 'F', query }),
    system.filterFailed({ namespace: '//./root/CIMV2', query, code: '0x80041003' }, { time: '2026-03-12T10:00:00Z' }),
    system.filterFailed({ namespace: '//./root/CIMV2', query: 'select * from X', code: '0x80041010' }),
  ]);
  assert.deepEqual(
    dossier.notes.filter((note) => note.includes('Winmgmt')),
    [
      'It may not fire: Winmgmt could not activate the filter: 0x80041003 (access denied), last at 2026-03-12T10:00:00.0000000Z.',
    ],
  );
  assert.equal(dossier.evidence.length, 2);
});
