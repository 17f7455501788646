import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageOf, madeEvents } from '../../test/made-event.ts';
import { type EventModel, security, sysmon, wmi } from '../../testkit/index.ts';
import { compileRules } from '../sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../taxonomy/index.ts';
import { Engine, type EngineResult } from './engine.ts';
import type { Finding } from './finding.ts';

const COMPUTER = 'SRV-02.corp.example.com';

function at(time: string): { computer: string; time: string } {
  return { computer: COMPUTER, time: `2026-03-12T${time}Z` };
}

/** A result with what the user's rules found, without what ties it. */
type Told = Omit<EngineResult, 'ruleFindings'> & { readonly ruleFindings: readonly Finding[] };

function tied(models: readonly EventModel[], ...texts: readonly string[]): EngineResult {
  const sources = texts.map((text, i) => ({ text, file: `rules/${i}.yml` }));
  const { rules, problems } = compileRules(sources, { taxonomy: LOG_SOURCES });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  const events = madeEvents(models);
  const engine = new Engine({ coverage: coverageOf(events), rules: new EventMatcher(rules) });
  for (const event of events) engine.accept(event);
  return engine.finish();
}

function told(result: EngineResult): Told {
  return { ...result, ruleFindings: result.ruleFindings.map(({ finding }) => finding) };
}

function run(models: readonly EventModel[], ...texts: readonly string[]): Told {
  return told(tied(models, ...texts));
}

function start(image: string, commandLine: string, time: string, pid = 4000): EventModel {
  return sysmon.process(
    {
      pid,
      image,
      commandLine,
      user: 'CORP\\alice',
      logonId: 0xa1n,
      parentPid: 900,
      parentImage: 'C:\\Windows\\explorer.exe',
    },
    at(time),
  );
}

const WHOAMI = `title: Whoami
id: 0f4a1d1e-58ab-4c4b-9f2a-2f1a4d3c8e10
status: test
author: A. Tester
license: CC0-1.0
references:
    - https://rules.example/whoami
level: medium
tags:
    - attack.discovery
    - attack.t1033
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith: '\\whoami.exe'
    filter:
        CommandLine|contains: ' /quiet'
    condition: selection and not filter
`;

const WHOAMI_EXE = 'C:\\Windows\\System32\\whoami.exe';

test('E7 one finding a rule, host and folded values of the matched fields, with a count and the credit of the rule', () => {
  const { ruleFindings, findings, records } = run(
    [
      start(WHOAMI_EXE, 'whoami /all', '09:00:00.0000000', 1),
      start(WHOAMI_EXE.toUpperCase(), 'whoami', '09:00:05.0000000', 2),
      start(WHOAMI_EXE, 'whoami /quiet', '09:00:07.0000000', 3),
      start('D:\\tools\\whoami.exe', 'whoami', '09:00:09.0000000', 4),
    ],
    WHOAMI,
  );
  assert.deepEqual(
    ruleFindings.map(({ title, level, score, scope, count, time, host }) => [
      title,
      level,
      score,
      scope,
      count,
      time.slice(11, 19),
      host,
    ]),
    [
      ['Whoami', 'medium', 40, 'custom', 2, '09:00:00', 'srv-02.corp.example.com'],
      ['Whoami', 'medium', 40, 'custom', 1, '09:00:09', 'srv-02.corp.example.com'],
    ],
  );
  const [first] = ruleFindings;
  assert.equal(first?.analytic, undefined);
  assert.deepEqual(first?.rule, {
    id: '0f4a1d1e-58ab-4c4b-9f2a-2f1a4d3c8e10',
    title: 'Whoami',
    author: 'A. Tester',
    license: 'CC0-1.0',
    path: 'rules/0.yml',
    references: ['https://rules.example/whoami'],
  });
  assert.deepEqual(first?.attack, [{ new: 'T1033', old: ['T1033'] }]);
  assert.match(first?.terms[0]?.text ?? '', /^rule matched on Image c:\\windows\\system32\\whoami\.exe$/);
  assert.deepEqual(
    first?.evidence.map(({ record }) => records.some(({ id }) => id === record)),
    [true, true],
  );
  assert.deepEqual(findings, []);
});

test('E7 the id of a finding is the same wherever the file of the rule lies, and another for other values', () => {
  const models = [start(WHOAMI_EXE, 'whoami', '09:00:00.0000000')];
  const [here] = run(models, WHOAMI).ruleFindings;
  const [there] = run(
    models,
    'title: Other\nlogsource: {category: process_creation, product: windows}\ndetection: {a: {Image: never}, condition: a}\n',
    WHOAMI,
  ).ruleFindings;
  assert.notEqual(here?.rule?.path, there?.rule?.path);
  assert.equal(here?.id, there?.id);
});

const BINDING = `title: A binding
id: 5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa
level: high
logsource:
    product: windows
    category: wmi_event
detection:
    selection:
        EventID: 21
    condition: selection
`;

test('E3 hits of one rule on one dossier are one finding: the 5861 and the Sysmon 21 of the same subscription', () => {
  const filter = {
    name: 'Trigger',
    query: "SELECT * FROM __InstanceModificationEvent WITHIN 60 WHERE TargetInstance ISA 'Win32_LocalTime'",
    eventNamespace: 'root\\cimv2',
  };
  const properties = { CommandLineTemplate: 'cmd.exe /c calc' };
  const consumer = { class: 'CommandLineEventConsumer', name: 'Launcher', properties };
  const { ruleFindings, dossiers } = run(
    [
      sysmon.filter({ ...filter, operation: 'Created', user: 'CORP\\alice' }, at('09:00:00.0000000')),
      sysmon.consumer(
        {
          name: 'Launcher',
          type: 'Command Line',
          destination: 'cmd.exe /c calc',
          operation: 'Created',
          user: 'CORP\\alice',
        },
        at('09:00:00.1000000'),
      ),
      sysmon.binding(
        {
          consumer: 'Launcher',
          filter: 'Trigger',
          operation: 'Created',
          user: 'CORP\\alice',
        },
        at('09:00:00.2000000'),
      ),
      wmi.binding(filter, consumer, at('09:00:00.4000000')),
    ],
    BINDING,
  );
  assert.equal(dossiers.length, 1);
  assert.deepEqual(
    ruleFindings.map(({ title, count, subscriptions }) => [title, count, subscriptions]),
    [['A binding', 2, [dossiers[0]?.id]]],
  );
});

const FAILURES = `title: A failed logon
name: failed_logon
logsource:
    product: windows
    service: security
detection:
    selection:
        EventID: 4624
        LogonType: 3
    condition: selection
---
title: Many logons of one account
id: 4e7a3a60-7c9a-4dc9-9f3a-0a7ff0a1c2d3
level: low
correlation:
    type: event_count
    rules: failed_logon
    group-by:
        - TargetUserName
    timespan: 5m
    condition:
        gte: 3
`;

test('E6 a correlation gives a finding of the group, its members cited, and its member rules give none', () => {
  const logon = (name: string, time: string, logonId: bigint): EventModel =>
    security.logon(
      {
        account: { sid: 'S-1-5-21-1-2-3-1104', name, domain: 'CORP' },
        logonId,
        type: 3,
        address: '10.0.0.7',
        port: 50001,
        workstation: 'WS-07',
      },
      at(time),
    );
  const { ruleFindings } = run(
    [
      logon('alice', '09:00:00.0000000', 1n),
      logon('ALICE', '09:01:00.0000000', 2n),
      logon('bob', '09:01:30.0000000', 3n),
      logon('alice', '09:02:00.0000000', 4n),
    ],
    FAILURES,
  );
  assert.deepEqual(
    ruleFindings.map(({ title, level, count, evidence, host }) => [title, level, count, evidence.length, host]),
    [['Many logons of one account', 'low', 3, 3, 'srv-02.corp.example.com']],
  );
  assert.match(
    ruleFindings[0]?.terms[0]?.text ?? '',
    /^correlation of 3 events, 2026-03-12T09:00:00.+, of TargetUserName alice$/i,
  );
});

test('E7 a correlation is tied by the processes of its members, and one finding of many records by each of them', () => {
  const models = [
    start(WHOAMI_EXE, 'whoami', '09:00:00.0000000', 4000),
    start(WHOAMI_EXE, 'whoami', '09:00:10.0000000', 4001),
  ];
  const counted = `${WHOAMI.replace('title: Whoami', 'title: Whoami\nname: whoami')}---
title: Whoami twice
id: 4e7a3a60-7c9a-4dc9-9f3a-0a7ff0a1c2d4
level: medium
correlation:
    type: event_count
    rules: whoami
    timespan: 5m
    condition:
        gte: 2
`;
  for (const text of [WHOAMI, counted]) {
    const [found] = tied(models, text).ruleFindings;
    assert.deepEqual([found?.finding.count, found?.glue.processes.length, found?.glue.logons.length], [2, 2, 1]);
  }
});

test('rules without an id are known by their titles: two of one title are one finding of one subject', () => {
  const nameless = (level: string): string =>
    WHOAMI.replace(/^id: .*\n/m, '').replace('level: medium', `level: ${level}`);
  const models = [start(WHOAMI_EXE, 'whoami', '09:00:00.0000000')];
  const { ruleFindings } = run(models, nameless('low'), nameless('high'));
  assert.deepEqual(
    ruleFindings.map(({ level, count, evidence }) => [level, count, evidence.length]),
    [['high', 2, 1]],
  );
});

test('L15 a long value is kept by its beginning and a digest: what differs behind it is another finding', () => {
  const text = WHOAMI.replace("Image|endswith: '\\whoami.exe'", "CommandLine|contains: 'whoami'");
  const long = (end: string): string => `whoami ${'x'.repeat(600)}${end}`;
  const models = [
    start(WHOAMI_EXE, long('a'), '09:00:00.0000000', 4000),
    start(WHOAMI_EXE, long('b'), '09:00:01.0000000', 4001),
    start(WHOAMI_EXE, long('a'), '09:00:02.0000000', 4002),
  ];
  assert.deepEqual(
    run(models, text).ruleFindings.map(({ count }) => count),
    [2, 1],
  );
});

test('E7 rules change nothing of our own: findings and dossiers are those of a run without them', () => {
  const models = [
    start(
      'C:\\Windows\\System32\\wbem\\WMIC.exe',
      'wmic /node:SRV-09 process call create "cmd.exe"',
      '09:00:00.0000000',
    ),
  ];
  const ruled = run(models, WHOAMI);
  const events = madeEvents(models);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) engine.accept(event);
  const plain = engine.finish();
  assert.ok(plain.findings.length > 0);
  assert.deepEqual(ruled.findings, plain.findings);
});

test('E10 a filter on a field that the records lack is said in the finding', () => {
  const text = WHOAMI.replace("CommandLine|contains: ' /quiet'", "ParentCommandLine|contains: 'agent'");
  const created = security.processCreation(
    {
      pid: 77n,
      image: WHOAMI_EXE,
      commandLine: 'whoami',
      creatorPid: 12n,
      subject: security.subject({ sid: 'S-1-5-21-1-2-3-1104', name: 'alice', domain: 'CORP' }, 0xa1n),
    },
    at('09:00:00.0000000'),
  );
  const [finding] = run([created], text).ruleFindings;
  assert.match(
    finding?.terms[0]?.text ?? '',
    /filters on ParentCommandLine saw nothing: these records have no such field/,
  );
});
