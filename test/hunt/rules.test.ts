import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Incident } from '../../src/incidents/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { seedCase, writeZip } from '../../testkit/index.ts';
import { folderWith, triad } from './run-triad.ts';

const BINDING = `title: A binding was made
id: 5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa
status: test
author: A. Tester
level: high
logsource: {category: wmi_event, product: windows}
detection:
    selection:
        EventID: 21
    condition: selection
`;
/** Of a channel that no analytic reads: only the rule keeps its records. */
const SERVICES = `title: A service changed its state
id: 0f4a1d1e-58ab-4c4b-9f2a-2f1a4d3c8e10
level: low
logsource: {service: system, product: windows}
detection:
    selection:
        Provider_Name: Service Control Manager
    condition: selection
`;
const BROKEN = `title: Broken
logsource: {category: process_creation, product: windows}
detection:
    selection:
        Image|endswth: x
    condition: selection
`;

function evidence(t: TestContext, ...more: readonly (readonly [string, string | Uint8Array])[]): string {
  return folderWith(t, [
    ...seedCase().files.map(([name, bytes]): [string, Uint8Array] => [`case/${name}`, bytes]),
    ...more,
  ]);
}

async function hunt(folder: string, ...args: readonly string[]): Promise<HuntResult> {
  const { stdout, stderr } = await triad(['hunt', 'case', '--format', 'json', '-q', '--fail-level', 'never', ...args], {
    cwd: folder,
  });
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as HuntResult;
}

function rulesOf(result: HuntResult): readonly (string | undefined)[] {
  const own = result.findings.filter(({ scope }) => scope === 'custom');
  return [...new Set(own.flatMap(({ rule }) => (rule === undefined ? [] : [rule.title])))].sort();
}

/** The incident without what the user's rules added to it. */
function withoutRules(incident: Incident, { findings }: HuntResult): Incident {
  const own = new Set(findings.flatMap(({ id, scope }) => (scope === 'custom' ? [id] : [])));
  const { custom: _, ...levels } = incident.levels;
  const without = (ids: readonly string[]): readonly string[] => ids.filter((id) => !own.has(id));
  return {
    ...incident,
    levels,
    findings: without(incident.findings),
    chains: incident.chains.map((chain) => ({ ...chain, findings: without(chain.findings) })),
  };
}

test('E3: a hunt knows which 5861 witness a creation, and every thread keeps those that may', async (t) => {
  const operation = (word: string): string =>
    BINDING.replace(
      'EventID: 21',
      `EventID: 21\n        Operation: ${word}\n    own:\n        Filter|contains: SCM Event Log`,
    )
      .replace('condition: selection', 'condition: selection and not own')
      .replace('A binding was made', word);
  const folder = evidence(
    t,
    ['made.yml', operation('Created')],
    ['stands.yml', operation('Registered').replace('0aa', '0ab')],
  );
  const hostsOf = (result: HuntResult, title: string): readonly string[] => {
    const own = result.findings.filter(({ scope, rule }) => scope === 'custom' && rule?.title === title);
    return [...new Set(own.map(({ host }) => host))].sort();
  };
  for (const jobs of ['1', '2']) {
    const result = await hunt(folder, '--rules', 'made.yml', '--rules', 'stands.yml', '--jobs', jobs);
    const made = hostsOf(result, 'Created');
    const stands = hostsOf(result, 'Registered');
    assert.ok(
      made.some((host) => /^app-02/i.test(host)),
      made.join(),
    );
    assert.ok(!made.some((host) => /^ws-17/i.test(host)), made.join());
    assert.deepEqual(
      stands.map((host) => host.slice(0, 5).toLowerCase()),
      ['ws-17'],
    );
  }
});

test('hunt --rules tries rules of files, folders and zips, and changes nothing else', async (t) => {
  const zip = writeZip([{ name: 'rules/services.yml', bytes: Buffer.from(SERVICES) }]);
  const folder = evidence(t, ['mine/binding.yml', BINDING], ['more.zip', zip]);
  const plain = await hunt(folder);
  const ruled = await hunt(folder, '--rules', 'mine', '--rules', 'more.zip');
  assert.deepEqual(rulesOf(ruled), ['A binding was made', 'A service changed its state']);
  assert.deepEqual(
    ruled.findings.filter(({ scope }) => scope !== 'custom'),
    plain.findings,
  );
  assert.deepEqual(
    [ruled.subscriptions, ruled.incidents.map((incident) => withoutRules(incident, ruled)), ruled.gaps],
    [plain.subscriptions, plain.incidents, plain.gaps],
  );
  assert.deepEqual(ruled.summary.coverage, plain.summary.coverage);
  assert.equal(plain.summary.rules, undefined);
  assert.deepEqual(
    [ruled.summary.rules?.loaded, ruled.summary.rules?.refused, ruled.summary.rules?.matched],
    [2, {}, 2],
  );
});

test('L7 rules give the same bytes in one thread or two, and in any order of rules and paths', async (t) => {
  const folder = evidence(t, ['a.yml', BINDING], ['b.yml', SERVICES]);
  const outputs: string[] = [];
  for (const args of [
    ['--jobs', '1', '--rules', 'a.yml', '--rules', 'b.yml'],
    ['--jobs', '2', '--rules', 'b.yml', '--rules', 'a.yml'],
  ]) {
    const { run: _, header, ...told } = await hunt(folder, ...args);
    outputs.push(JSON.stringify(told));
    assert.match(header.options.rules?.[0] ?? '', /^[ab]\.yml \+ [ab]\.yml [0-9a-f]{64}$/);
  }
  assert.equal(new Set(outputs).size, 1);
});

/** From here on evidence is decoded in threads; a zip counts fifteen times. */
const THREADS_FROM_BYTES = 64 * 1024 * 1024;

test('E4 L7 rules that two threads share find what one thread finds, in logs, in texts, from texts and compiled', async (t) => {
  const [first, ...others] = seedCase().files;
  assert.ok(first !== undefined);
  // Empty slots at the end of a log are read and hold nothing.
  const long = Buffer.concat([first[1], Buffer.alloc(THREADS_FROM_BYTES / 15)]);
  const parts = [...others, [first[0], long] as const].map(([name, bytes]) => ({ name, bytes, isStored: true }));
  const line = {
    Channel: 'System',
    SourceName: 'Service Control Manager',
    ProviderGuid: '{555908D1-A6D7-4695-8E1E-26931D2012F4}',
    EventID: 7036,
    Hostname: 'TEXT-01.corp.example.com',
    EventTime: '2026-03-12 10:00:00',
    RecordNumber: 5,
    param1: 'Spooler',
  };
  const folder = folderWith(t, [
    ['case/logs.zip', writeZip(parts)],
    ['case/lines.json', `${JSON.stringify(line)}\n`],
    ['r/a.yml', BINDING],
    ['r/b.yml', SERVICES],
  ]);
  assert.ok(statSync(join(folder, 'case/logs.zip')).size * 15 >= THREADS_FROM_BYTES);
  const compiled = await triad(['rules', 'compile', 'r', '-o', 'all.rules', '-q'], { cwd: folder });
  assert.equal(compiled.code, 0, compiled.stderr);
  const told: (readonly [findings: string, rest: string])[] = [];
  for (const [rules, jobs] of [
    ['r', '1'],
    ['r', '2'],
    ['all.rules', '2'],
  ] as const) {
    const { run: _, header: __, findings, ...rest } = await hunt(folder, '--rules', rules, '--jobs', jobs);
    assert.deepEqual(rulesOf({ findings } as HuntResult), ['A binding was made', 'A service changed its state']);
    assert.ok(findings.some(({ rule, host }) => rule !== undefined && host.toLowerCase().startsWith('text-01')));
    told.push([JSON.stringify(findings), JSON.stringify(rest)]);
  }
  assert.equal(new Set(told.map(([findings]) => findings)).size, 1);
  assert.equal(new Set(told.map(([, rest]) => rest)).size, 1);
});

test('a rule with an error is counted and costs itself; level, status and exclusions choose among the others', async (t) => {
  const folder = evidence(
    t,
    ['r/a.yml', BINDING],
    ['r/b.yml', SERVICES],
    ['r/c.yml', BROKEN],
    ['not.txt', '0F4A1D1E-58AB-4C4B-9F2A-2F1A4D3C8E10 # noise\n'],
  );
  const all = await hunt(folder, '--rules', 'r');
  assert.deepEqual([all.summary.rules?.loaded, all.summary.rules?.refused], [2, { 'unknown-modifier': 1 }]);
  assert.deepEqual(rulesOf(await hunt(folder, '--rules', 'r', '--rule-level', 'medium')), ['A binding was made']);
  assert.deepEqual(rulesOf(await hunt(folder, '--rules', 'r', '--rule-status', 'test')), ['A binding was made']);
  assert.deepEqual(rulesOf(await hunt(folder, '--rules', 'r', '--exclude-rules', 'not.txt')), ['A binding was made']);
});

test('E11 the author, licence and place of a rule go through every export', async (t) => {
  const folder = evidence(
    t,
    ['r/a.yml', BINDING],
    [
      'r/LICENSE',
      'Detection Rule License (DRL) 1.1\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of this rule set',
    ],
  );
  const [finding] = (await hunt(folder, '--rules', 'r')).findings.filter(({ scope }) => scope === 'custom');
  assert.deepEqual(finding?.rule, {
    id: '5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa',
    title: 'A binding was made',
    author: 'A. Tester',
    license: 'DRL-1.1',
    path: 'r/a.yml',
    references: [],
  });
  const out = async (format: string): Promise<string> =>
    (await triad(['hunt', 'case', '--format', format, '-q', '--rules', 'r'], { cwd: folder })).stdout;
  assert.match(await out('text'), /rule {6}by A\. Tester, DRL-1\.1, r\/a\.yml/);
  assert.match(await out('html'), /by A\. Tester, DRL-1\.1, r\/a\.yml/);
  assert.match(await out('jsonl'), /"rule":\{"id":"5b5c9a52[^}]*"author":"A\. Tester","license":"DRL-1\.1"/);
  for (const format of ['csv', 'timesketch', 'hayabusa-csv', 'sarif']) {
    assert.match(await out(format), /5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa/, format);
    assert.match(await out(format), /A\. Tester/, format);
  }
});

test('rules that are not there, a file of rules as the output, and choices without rules are usage', async (t) => {
  const folder = evidence(t, ['a.yml', BINDING]);
  for (const args of [
    ['--rules', 'none.yml'],
    ['--rule-level', 'high'],
    ['--rules', 'a.yml', '-o', 'a.yml', '--force'],
  ]) {
    assert.equal((await triad(['hunt', 'case', ...args], { cwd: folder })).code, 2, args.join(' '));
  }
});
