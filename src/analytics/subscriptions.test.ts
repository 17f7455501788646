import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, system, wmi } from '../../testkit/index.ts';
import { Engine, type EngineResult } from './engine.ts';
import type { Finding } from './finding.ts';

const HOST = 'SRV-02.corp.example.com';
const ALICE = { sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' };
const WMIPRVSE = 'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe';
const CMD = 'C:\\Windows\\System32\\cmd.exe';
const QUERY = "SELECT * FROM __InstanceCreationEvent WITHIN 5 WHERE TargetInstance ISA 'Win32_LogonSession'";

const MOF_FILTER = { name: 'Updater', query: QUERY, eventNamespace: 'root\\cimv2' };
const MOF_CONSUMER = { class: 'CommandLineEventConsumer', name: 'Updater', properties: { CommandLineTemplate: CMD } };

function at(clock: string, computer = HOST, day = '2026-03-12'): { computer: string; time: string } {
  return { computer, time: `${day}T${clock}.0000000Z` };
}

function hunt(models: readonly EventModel[]): EngineResult {
  const events = [...Map.groupBy(models, ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

interface Made {
  readonly name?: string;
  readonly payload?: string;
  readonly script?: boolean;
  readonly operation?: 'Created' | 'Modified' | 'Deleted';
  readonly parts?: readonly ('filter' | 'consumer' | 'binding')[];
}

function triad(setting: { computer: string; time: string }, made: Made = {}): EventModel[] {
  const { name = 'Updater', payload = CMD, script = false, operation = 'Created' } = made;
  const { parts = ['filter', 'consumer', 'binding'] } = made;
  const user = 'CORP\\alice';
  const all = {
    filter: sysmon.filter({ operation, user, name, query: QUERY, eventNamespace: 'root\\cimv2' }, setting),
    consumer: sysmon.consumer(
      { operation, user, name, type: script ? 'Script' : 'Command Line', destination: payload },
      setting,
    ),
    binding: sysmon.binding(
      {
        operation,
        user,
        filter: name,
        consumer: name,
        consumerClass: script ? 'ActiveScriptEventConsumer' : 'CommandLineEventConsumer',
      },
      setting,
    ),
  };
  return parts.map((part) => all[part]);
}

function fired(clock: string): EventModel {
  return sysmon.process(
    {
      pid: 3396,
      image: CMD,
      commandLine: CMD,
      user: 'NT AUTHORITY\\SYSTEM',
      logonId: 0x3e7n,
      parentPid: 2760,
      parentImage: WMIPRVSE,
    },
    at(clock),
  );
}

function logon(clock: string): EventModel {
  return security.logon({ account: ALICE, logonId: 0xa1n, type: 3, address: '10.0.0.7', port: 50001 }, at(clock));
}

/** The findings of these analytics: id, level and title. */
function of(result: EngineResult, ...analytics: readonly string[]): readonly (readonly [string, string, string])[] {
  return result.findings
    .filter(({ analytic }) => analytics.includes(analytic))
    .map((finding) => [finding.analytic, finding.level, finding.title]);
}

function find(result: EngineResult, analytic: string): Finding {
  const [finding, ...others] = result.findings.filter((candidate) => candidate.analytic === analytic);
  assert.ok(
    finding !== undefined && others.length === 0,
    `${others.length + (finding === undefined ? 0 : 1)} ${analytic}`,
  );
  return finding;
}

test('C01: a filter, a consumer and a binding that records show being created are one finding with the sum of the dossier', () => {
  const result = hunt(triad(at('09:00:00')));
  const finding = find(result, 'C01');
  assert.equal(finding.title, "A whole subscription 'Updater' was created on SRV-02 by CORP\\alice");
  assert.deepEqual(
    [finding.score, finding.terms],
    [result.dossiers[0]?.verdict.score, result.dossiers[0]?.verdict.terms],
  );
  assert.deepEqual(finding.subscriptions, [result.dossiers[0]?.id]);
});

test('J23: the binding of a whole subscription names its filter and its consumer: exact', () => {
  const { judged } = hunt(triad(at('09:00:00')));
  const c01 = judged.find(({ finding }) => finding.analytic === 'C01');
  assert.deepEqual(
    c01?.joins.map(({ join, strength, text }) => [join, strength, text]),
    [['J23', 'exact', 'the binding names filter Updater and consumer Updater by their paths']],
  );
});

test('C01: a benign subscription, or one without a binding, is none', () => {
  assert.deepEqual(of(hunt([wmi.scmBinding(at('09:00:00'))]), 'C01', 'C07', 'S02'), []);
  assert.deepEqual(of(hunt(triad(at('09:00:00'), { parts: ['filter', 'consumer'] })), 'C01'), []);
});

test('C02: a subscription that a remote logon of its creator carried is created over the network, and names the source', () => {
  const finding = find(hunt([logon('08:59:50'), ...triad(at('09:00:00'))]), 'C02');
  assert.equal(finding.title, "CORP\\alice from 10.0.0.7 created subscription 'Updater' on SRV-02 over the network");
  assert.deepEqual(finding.hosts, ['srv-02.corp.example.com', '10.0.0.7']);
});

test('C02: with a writer on the machine itself it is not', () => {
  const line = 'wmic /namespace:\\\\root\\subscription path __EventFilter create Name="Updater",Query="x"';
  const writer = sysmon.process(
    {
      pid: 700,
      image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
      commandLine: line,
      user: 'CORP\\alice',
      logonId: 0x99n,
    },
    at('08:59:59'),
  );
  assert.deepEqual(of(hunt([logon('08:59:50'), writer, ...triad(at('09:00:00'))]), 'C02'), []);
});

test('C05: created, fired and deleted within ten minutes', () => {
  const models = [...triad(at('09:00:00')), fired('09:00:20'), ...triad(at('09:00:50'), { operation: 'Deleted' })];
  const result = hunt(models);
  assert.equal(
    find(result, 'C05').title,
    "Subscription 'Updater' on SRV-02 fired and was removed 50 s after it was created",
  );
  assert.deepEqual(of(result, 'C06'), []);
});

test('C05: with eleven minutes between it is none', () => {
  const models = [...triad(at('09:00:00')), fired('09:00:20'), ...triad(at('09:11:00'), { operation: 'Deleted' })];
  assert.deepEqual(of(hunt(models), 'C05', 'C06'), []);
});

test('C06: created and deleted within ten minutes, never fired', () => {
  const models = [...triad(at('09:00:00')), ...triad(at('09:02:05'), { operation: 'Deleted' })];
  assert.equal(
    find(hunt(models), 'C06').title,
    "Subscription 'Updater' on SRV-02 was removed 2 min after it was created; no firing is in evidence",
  );
});

test('C06: one that fired is C05', () => {
  const models = [...triad(at('09:00:00')), fired('09:00:20'), ...triad(at('09:00:50'), { operation: 'Deleted' })];
  assert.deepEqual(of(hunt(models), 'C06'), []);
});

test('C07: a subscription that only a start of Winmgmt logs is discovered, not created', () => {
  const models = [system.winmgmtStarted(5615, at('08:59:58')), wmi.binding(MOF_FILTER, MOF_CONSUMER, at('09:00:00'))];
  const result = hunt(models);
  assert.equal(
    find(result, 'C07').title,
    "Subscription 'Updater' on SRV-02 stands; no record shows who created it, or when",
  );
  assert.deepEqual(of(result, 'C01'), []);
});

test('C07: one whose creation is witnessed is C01', () => {
  assert.deepEqual(of(hunt(triad(at('09:00:00'))), 'C07'), []);
});

test('C10, J19: equal content on two hosts within a week is one finding that names both', () => {
  const result = hunt([...triad(at('09:00:00')), ...triad(at('09:00:00', 'SRV-03.corp.example.com', '2026-03-15'))]);
  const finding = find(result, 'C10');
  assert.equal(finding.title, "The content of subscription 'Updater' is on 2 hosts: SRV-02, SRV-03");
  assert.equal(finding.subscriptions.length, 2);
  assert.ok(finding.terms.some(({ code, points }) => code === 'SP1' && points === 10));
  assert.deepEqual(
    result.judged.find((judged) => judged.finding === finding)?.joins.map(({ join, strength }) => [join, strength]),
    [['J19', 'exact']],
  );
});

test('C10: a month apart, or with another payload, it is none', () => {
  const apart = hunt([...triad(at('09:00:00')), ...triad(at('09:00:00', 'SRV-03.corp.example.com', '2026-04-15'))]);
  const other = hunt([
    ...triad(at('09:00:00')),
    ...triad(at('09:00:00', 'SRV-03.corp.example.com'), { payload: 'calc' }),
  ]);
  assert.deepEqual([...of(apart, 'C10'), ...of(other, 'C10')], []);
});

test('C11: a consumer that nobody binds for a day is an orphan, and so is one whose binding went', () => {
  const later = triad(at('09:30:00', HOST, '2026-03-14'), { name: 'Other', parts: ['filter'] });
  const lone = hunt([...triad(at('09:00:00'), { parts: ['consumer'] }), ...later]);
  assert.deepEqual(of(lone, 'C11'), [
    ['C11', 'low', "Consumer 'Updater' on SRV-02 is bound to nothing, and the Sysmon log goes on for more than a day"],
  ]);
  const unbound = hunt([
    ...triad(at('09:00:00')),
    ...triad(at('09:20:00'), { operation: 'Deleted', parts: ['binding'] }),
  ]);
  assert.deepEqual(of(unbound, 'C11'), [
    [
      'C11',
      'low',
      "Subscription 'Updater' on SRV-02 is disarmed: its binding or one of its ends is gone, the rest is left",
    ],
  ]);
});

test('C11: an hour after it was written it is not yet one', () => {
  const later = triad(at('10:00:00'), { name: 'Other', parts: ['filter'] });
  assert.deepEqual(of(hunt([...triad(at('09:00:00'), { parts: ['consumer'] }), ...later]), 'C11'), []);
});

test('C12: a removal is low, and medium within an hour of a firing', () => {
  const gone = triad(at('09:30:00'), { operation: 'Deleted' });
  assert.deepEqual(of(hunt([...triad(at('09:00:00')), ...gone]), 'C12'), [
    ['C12', 'low', "Subscription 'Updater' on SRV-02 was removed by CORP\\alice"],
  ]);
  assert.deepEqual(of(hunt([...triad(at('09:00:00')), fired('09:00:20'), ...gone]), 'C12'), [
    ['C12', 'medium', "Subscription 'Updater' on SRV-02 was removed by CORP\\alice after it had fired"],
  ]);
});

test('C12: a subscription that stands is no removal', () => {
  assert.deepEqual(of(hunt(triad(at('09:00:00'))), 'C12'), []);
});

test('C13: a consumer whose payload changes is modified; from benign content it earns LF4', () => {
  const result = hunt([
    ...triad(at('09:00:00'), { payload: 'notepad.exe' }),
    ...triad(at('09:30:00'), { operation: 'Modified', parts: ['consumer'], payload: `${CMD} /c whoami` }),
  ]);
  assert.equal(find(result, 'C13').title, "The consumer of subscription 'Updater' on SRV-02 got another content");
});

test('C13: the same content written again is no change', () => {
  const again = triad(at('09:30:00'), { operation: 'Modified', parts: ['consumer'] });
  assert.deepEqual(of(hunt([...triad(at('09:00:00')), ...again]), 'C13'), []);
});

test('C15: a binding in root\\default is told by its namespace', () => {
  const result = hunt([wmi.binding(MOF_FILTER, MOF_CONSUMER, { ...at('09:00:00'), namespace: '//./root/default' })]);
  assert.equal(find(result, 'C15').title, "Subscription 'Updater' on SRV-02 lives in root\\default");
});

test('C15: root\\subscription, stated or assumed, is none', () => {
  assert.deepEqual(of(hunt(triad(at('09:00:00'))), 'C15'), []);
});

test('S02: a consumer that runs commands is a finding with or without its binding', () => {
  const alone = hunt(triad(at('09:00:00'), { parts: ['consumer'] }));
  assert.equal(find(alone, 'S02').title, "Consumer 'Updater' on SRV-02 runs a command");
  assert.equal(
    find(hunt(triad(at('09:00:00'), { script: true })), 'S02').title,
    "Subscription 'Updater' on SRV-02 runs a script",
  );
});

test('S02: a consumer that writes to the event log is none', () => {
  assert.deepEqual(of(hunt([wmi.scmBinding(at('09:00:00'))]), 'S02'), []);
});

test('S19: the name of the SCM subscription with a command is a masquerade', () => {
  const finding = find(hunt(triad(at('09:00:00'), { name: 'SCM Event Log Filter' })), 'S19');
  assert.match(finding.title, /^Subscription 'SCM Event Log Filter' on SRV-02 bears the name of /);
});

test('S19: the SCM subscription itself is none', () => {
  assert.deepEqual(of(hunt([wmi.scmBinding(at('09:00:00'))]), 'S19'), []);
});

test('T01: a cleared log is high, and critical within an hour of a subscription or a remote call', () => {
  const cleared = security.logCleared(ALICE, 0xa1n, at('09:40:00'));
  assert.deepEqual(of(hunt([cleared]), 'T01'), [
    ['T01', 'high', 'The Security log of SRV-02 was cleared by CORP\\alice'],
  ]);
  assert.deepEqual(of(hunt([...triad(at('09:00:00')), cleared]), 'T01'), [
    ['T01', 'critical', 'The Security log of SRV-02 was cleared by CORP\\alice'],
  ]);
});

test('T01: two hours from anything it stays high; other ids of the provider are none', () => {
  const cleared = security.logCleared(ALICE, 0xa1n, at('11:40:00'));
  assert.deepEqual(
    of(hunt([...triad(at('09:00:00')), cleared]), 'T01').map(([, level]) => level),
    ['high'],
  );
});

/** What wmipersist writes: a script consumer of Administrators, bound by relative references. */
function wmipersist(): EventModel[] {
  const owner = 'S-1-5-32-544';
  const filter = { ...MOF_FILTER, name: 'EF_Updater', creatorSid: owner };
  const consumer = {
    class: 'ActiveScriptEventConsumer',
    name: 'Updater',
    properties: { ScriptingEngine: 'VBScript', ScriptText: 'x = 1' },
    creatorSid: owner,
  };
  const user = 'CORP\\alice';
  return [
    sysmon.filter({ user, name: 'EF_Updater', query: QUERY, eventNamespace: 'root\\cimv2' }, at('09:00:00')),
    sysmon.consumer({ user, name: 'Updater', type: 'Script', destination: 'x = 1' }, at('09:00:00')),
    sysmon.binding(
      { user, filter: 'EF_Updater', consumer: 'Updater', consumerClass: 'ActiveScriptEventConsumer' },
      at('09:00:00'),
    ),
    wmi.binding(filter, consumer, at('09:00:01')),
  ];
}

test('R04: names, owner and references of wmipersist over the network are critical', () => {
  const finding = find(hunt([logon('08:59:50'), ...wmipersist()]), 'R04');
  assert.equal(finding.title, "CORP\\alice from 10.0.0.7 planted subscription 'Updater' on SRV-02, as wmipersist does");
  assert.equal(finding.level, 'critical');
});

test('R04: the same written by a process on the machine is none', () => {
  const line = 'powershell -c "Set-WmiInstance -Class __EventFilter -Arguments @{Name=\'EF_Updater\'}"';
  const writer = sysmon.process(
    {
      pid: 700,
      image: 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
      commandLine: line,
      user: 'CORP\\alice',
      logonId: 0x99n,
    },
    at('08:59:59'),
  );
  assert.deepEqual(of(hunt([logon('08:59:50'), writer, ...wmipersist()]), 'R04'), []);
});
