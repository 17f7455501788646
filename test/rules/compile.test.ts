import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { readCompiledRules } from '../../src/intake/index.ts';
import type { HuntResult } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const BINDING = `title: A binding was made
id: 5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa
status: test
author: A. Tester
level: high
references: [https://example.org/binding]
logsource: {category: wmi_event, product: windows}
detection:
    selection:
        EventID: 21
    condition: selection
`;
const BROKEN = processRule('Broken', ID.two, "Image|endswth: 'x'");
const OLD = processRule('Old', ID.three, "Image: 'x'").replace('status: test', 'status: deprecated');
const LICENSE = 'Detection Rule License (DRL) 1.1\n';

function folder(t: TestContext): string {
  return folderWith(t, [
    ...seedCase().files.map(([name, bytes]): [string, Uint8Array] => [`case/${name}`, bytes]),
    ['r/LICENSE', LICENSE],
    ['r/a.yml', BINDING],
    ['r/b.yml', BROKEN],
    ['r/c.yml', OLD],
  ]);
}

async function compiled(t: TestContext): Promise<{ readonly at: string; readonly file: string }> {
  const at = folder(t);
  const file = join(at, 'all.rules');
  const { code, err } = await run('rules', 'compile', join(at, 'r'), '-o', file);
  assert.equal(code, 1, 'a rule was refused');
  assert.match(err, /^error {2}TRIAD-E-RULE-REFUSED .*b\.yml:8:\d+\n.*S130 /);
  assert.match(err, /compiled {2}2 rules of 3 files, 1 error; [\d,]+ bytes to /);
  return { at, file };
}

async function hunted(at: string, ...args: readonly string[]): Promise<HuntResult> {
  const { out, err } = await run('hunt', join(at, 'case'), '--format', 'json', '-q', '--fail-level', 'never', ...args);
  assert.notEqual(out, '', err);
  return JSON.parse(out) as HuntResult;
}

test('E4 a hunt says the same with compiled rules as with their texts: findings, credit, refusals', async (t) => {
  const { at, file } = await compiled(t);
  const [texts, ready] = [await hunted(at, '--rules', join(at, 'r')), await hunted(at, '--rules', file)];
  assert.deepEqual(ready.findings, texts.findings);
  assert.deepEqual(ready.summary.rules, texts.summary.rules);
  assert.deepEqual(ready.summary.rules?.refused, { 'not-loaded': 1, 'unknown-modifier': 1 });
  const [finding] = ready.findings.filter(({ rule }) => rule !== undefined);
  assert.deepEqual(finding?.rule, {
    id: '5b5c9a52-0a6a-4f4d-8a68-60f4c5d2b0aa',
    title: 'A binding was made',
    author: 'A. Tester',
    license: 'DRL-1.1',
    path: join(at, 'r', 'a.yml'),
    references: ['https://example.org/binding'],
  });
  assert.match(ready.header.options.rules?.[0] ?? '', /^all\.rules compiled from [0-9a-f]{64} [0-9a-f]{64}$/);
  const digest = /[0-9a-f]{64}$/.exec(texts.header.options.rules?.[0] ?? '')?.[0];
  assert.ok(digest !== undefined && ready.header.options.rules?.[0]?.includes(`from ${digest} `));
});

test('E10 level, status and exclusions choose among compiled rules when they are loaded', async (t) => {
  const { at, file } = await compiled(t);
  writeFileSync(join(at, 'not.txt'), '5B5C9A52-0A6A-4F4D-8A68-60F4C5D2B0AA\n');
  const ruled = async (...args: readonly string[]): Promise<number> =>
    new Set((await hunted(at, '--rules', file, ...args)).findings.flatMap(({ rule }) => rule?.title ?? [])).size;
  assert.equal(await ruled('--rule-level', 'high'), 1);
  assert.equal(await ruled('--rule-level', 'critical'), 0);
  assert.equal(await ruled('--rule-status', 'test'), 1);
  assert.equal(await ruled('--rule-status', 'stable'), 0);
  assert.equal(await ruled('--exclude-rules', join(at, 'not.txt')), 0);
  const { summary } = await hunted(at, '--rules', file, '--rule-status', 'deprecated');
  assert.equal(summary.rules?.loaded, 1, 'rules of every status are in the file');
});

test('texts and compiled rules stand together; a rule that is in both counts once', async (t) => {
  const { at, file } = await compiled(t);
  const both = await hunted(at, '--rules', join(at, 'r'), '--rules', file);
  const texts = await hunted(at, '--rules', join(at, 'r'));
  assert.deepEqual(both.findings, texts.findings);
  assert.equal(both.summary.rules?.loaded, 1);
  assert.equal(both.header.options.rules?.length, 2);
});

test('L7 the same texts give the same bytes, in any order of the paths', async (t) => {
  const at = folder(t);
  const bytes: Buffer[] = [];
  for (const [i, names] of [
    ['a.yml', 'c.yml'],
    ['c.yml', 'a.yml'],
  ].entries()) {
    const file = join(at, `${i}.rules`);
    const { code } = await run('rules', 'compile', ...names.map((name) => join(at, 'r', name)), '-o', file);
    assert.equal(code, 0);
    bytes.push(readFileSync(file));
  }
  assert.deepEqual(bytes[0], bytes[1]);
});

test('list, explain and convert work on compiled rules; check, test, diff and compile say that they need the texts', async (t) => {
  const { at, file } = await compiled(t);
  const list = await run('rules', 'list', file);
  assert.match(list.out, /^high {10}test {9}5b5c9a52-.* {2}A binding was made\n/);
  assert.match(list.out, /refused S130 unknown-modifier, line 8/);
  assert.match(list.out, /license DRL-1\.1/);
  assert.match(list.out, /\n3 rules: 2 loaded, of which 0 blind on a route; 1 refused\.\n$/);
  writeFileSync(join(at, 'e.json'), '{"channel": "Microsoft-Windows-Sysmon/Operational", "eventId": 21, "data": {}}');
  const args = ['--event', join(at, 'e.json'), '--rule', 'A binding was made'];
  const explained = await run('rules', 'explain', file, ...args);
  assert.deepEqual(explained.out, (await run('rules', 'explain', join(at, 'r'), ...args)).out);
  assert.match(explained.out, /The rule matches\.\n$/);
  const converted = await run('rules', 'convert', file, '--to', 'splunk');
  assert.match(converted.out, /EventCode=21/);
  assert.equal(converted.code, 1, 'the rule that was refused is not converted');
  for (const argv of [['check'], ['test'], ['diff', file], ['compile', '-o', join(at, 'x')]]) {
    const [verb = '', ...others] = argv;
    const { code, err } = await run('rules', verb, file, ...others);
    assert.equal(code, 2, verb);
    assert.match(err, /TRIAD-E-RULE-COMPILED/);
    assert.match(err, new RegExp(`compiled, and triad rules ${verb} needs their texts`));
  }
});

test('L20 a compiled file that is damaged, foreign or of another version stops the hunt, with what to do', async (t) => {
  const { at, file } = await compiled(t);
  const bytes = readFileSync(file);
  const value = JSON.parse(gunzipSync(bytes).toString()) as { [key: string]: unknown };
  const bad = join(at, 'bad.rules');
  const packed = (changed: object): Buffer => gzipSync(JSON.stringify({ ...value, ...changed }));
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [bytes.subarray(0, bytes.length - 9), /It is damaged, or no file of compiled rules/],
    [gzipSync('title: x'), /It is no file of compiled rules/],
    [gzipSync('{"form":"triad-compiled-rules",'), /It is damaged, or no file of compiled rules/],
    [gzipSync('[1]'), /It is no file of compiled rules/],
    [packed({ form: 'else' }), /It is no file of compiled rules/],
    [packed({ version: 99 }), /They are of format 99; this version of Triad reads 1/],
    [packed({ logSources: 'x' }), /compiled for the log sources of another version/],
    [packed({ from: { files: 1, sha256: 'x' } }), /does not say what it was compiled from/],
    [packed({ rules: [{}] }), /They are damaged, at rules 0/],
  ];
  for (const [content, expected] of cases) {
    writeFileSync(bad, content);
    const { code, err } = await run('hunt', join(at, 'case'), '--rules', bad, '--rules', join(at, 'r'));
    assert.equal(code, 2, String(expected));
    assert.match(err, /TRIAD-E-RULE-COMPILED.*bad\.rules/);
    assert.match(err, expected);
    assert.match(err, /Make it again with triad rules compile/);
  }
});

test('L20 the bounds of a compiled file hold on both their sides', async (t) => {
  const { file } = await compiled(t);
  const bytes = readFileSync(file);
  const inflated = gunzipSync(bytes).length;
  const kind = (fileBytes: number, inflatedBytes: number, values = 1_000_000): string => {
    const reading = readCompiledRules(bytes, { limits: { fileBytes, inflatedBytes, values } });
    return reading.kind === 'trouble' ? reading.message : reading.kind;
  };
  assert.equal(kind(bytes.length, inflated), 'rules');
  assert.equal(kind(bytes.length - 1, inflated), `The file has more than ${bytes.length - 1} bytes.`);
  assert.equal(kind(bytes.length, inflated - 1), `It inflates to more than ${inflated - 1} bytes.`);
  const values = gunzipSync(bytes).toString().match(/[[{,]/g)?.length ?? 0;
  assert.equal(kind(bytes.length, inflated, values), 'rules');
  assert.equal(kind(bytes.length, inflated, values - 1), `It has more than ${values - 1} values.`);
});

test('L20 what does not begin as compiled rules do is refused before it is inflated', () => {
  const inflates = gzipSync(Buffer.alloc(48 * 1024 * 1024, '[],'));
  const before = process.memoryUsage().rss;
  const reading = readCompiledRules(inflates);
  assert.deepEqual(reading, { kind: 'trouble', message: 'It is no file of compiled rules.' });
  assert.ok(process.memoryUsage().rss - before < 32 * 1024 * 1024);
});

test('compile without an output, onto a rule, or without rules is usage; a file that exists is kept', async (t) => {
  const { at, file } = await compiled(t);
  const rule = join(at, 'r', 'a.yml');
  for (const argv of [
    [rule],
    [rule, '-o', rule, '--force'],
    [join(at, 'none'), '-o', join(at, 'x')],
    [rule, '-o', file],
  ]) {
    assert.equal((await run('rules', 'compile', ...argv)).code, 2, argv.join(' '));
  }
  assert.equal((await run('rules', 'compile', rule, '-o', file, '--force', '-q')).err, '');
  const { code } = await run('hunt', join(at, 'case'), '--rules', file, '-o', file, '--force');
  assert.equal(code, 2, 'compiled rules that are read are never overwritten');
});
