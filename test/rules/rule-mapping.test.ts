import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { HuntResult } from '../../src/report/index.ts';
import { seedCase } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, run } from '../run-main.ts';

/** Of a vendor's field: no event here has it, until a pipeline says what it is. */
const VENDOR = `title: Vendor
id: ${ID.one}
level: high
logsource: {category: wmi_event, product: windows}
detection:
    selection:
        vendor.number: 21
    condition: selection
`;
const EXPAND = `title: Expand
id: ${ID.two}
level: high
logsource: {category: wmi_event, product: windows}
detection:
    selection:
        EventID|expand: '%Numbers%'
    condition: selection
`;
const PIPELINE = 'name: vendor\ntransformations:\n  - {type: field_name_mapping, mapping: {vendor.number: EventID}}\n';
const EVENT = '{"channel": "Microsoft-Windows-Sysmon/Operational", "eventId": 21, "data": {}}';
const CASES = `- {name: binding, expect: hit, events: [{channel: Microsoft-Windows-Sysmon/Operational, eventId: 21, data: {}}]}\n`;

function folder(t: TestContext): string {
  return folderWith(t, [
    ...seedCase().files.map(([name, bytes]): [string, Uint8Array] => [`case/${name}`, bytes]),
    ['r/vendor.yml', VENDOR],
    ['r/vendor.cases.yml', CASES],
    ['x/expand.yml', EXPAND],
    ['x/expand.cases.yml', CASES],
    ['p.yml', PIPELINE],
    ['q.yml', 'transformations:\n  - {type: field_name_mapping, mapping: {EventID: nowhere}}\n'],
    ['v.yml', 'Numbers: [21, 3]\n'],
    ['e.json', EVENT],
    ['bad.yml', 'transformations:\n  - {type: hashes_fields}\n  - {type: field_name_prefix}\n'],
    ['badvalues.yml', 'Numbers: 21\n'],
  ]);
}

async function titles(at: string, ...args: readonly string[]): Promise<readonly string[]> {
  const { out, err } = await run('hunt', join(at, 'case'), '--format', 'json', '-q', '--fail-level', 'never', ...args);
  assert.notEqual(out, '', err);
  const { findings } = JSON.parse(out) as HuntResult;
  return [...new Set(findings.flatMap(({ rule }) => rule?.title ?? []))].sort();
}

test('E10 hunt: a pipeline maps the rules, placeholders make one compile; without them neither speaks', async (t) => {
  const at = folder(t);
  const [r, x, p, v] = ['r', 'x', 'p.yml', 'v.yml'].map((name) => join(at, name)) as [string, string, string, string];
  assert.deepEqual(await titles(at, '--rules', r, '--rules', x), []);
  assert.deepEqual(await titles(at, '--rules', r, '--rules', x, '--pipeline', p), ['Vendor']);
  assert.deepEqual(await titles(at, '--rules', r, '--rules', x, '--placeholders', v), ['Expand']);
  assert.deepEqual(await titles(at, '--rules', r, '--rules', x, '--pipeline', p, '--placeholders', v), [
    'Expand',
    'Vendor',
  ]);
});

test('E10 pipelines are applied in the order given', async (t) => {
  const at = folder(t);
  const [p, q] = [join(at, 'p.yml'), join(at, 'q.yml')];
  const rules = ['--rules', join(at, 'r')];
  assert.deepEqual(await titles(at, ...rules, '--pipeline', q, '--pipeline', p), ['Vendor']);
  assert.deepEqual(await titles(at, ...rules, '--pipeline', p, '--pipeline', q), []);
});

test('L3 both are part of the options of a run, with their digests, and of its configuration', async (t) => {
  const at = folder(t);
  const hunted = async (
    ...args: readonly string[]
  ): Promise<HuntResult['header'] & { readonly configSha256?: string }> => {
    const { out } = await run('hunt', join(at, 'case'), '--format', 'json', '-q', '--fail-level', 'never', ...args);
    return (JSON.parse(out) as HuntResult).header;
  };
  const plain = await hunted('--rules', join(at, 'r'));
  const args = ['--pipeline', join(at, 'p.yml'), '--placeholders', join(at, 'v.yml')];
  const mapped = await hunted('--rules', join(at, 'r'), ...args);
  assert.match(mapped.options.pipelines?.join() ?? '', /^p\.yml [0-9a-f]{64}$/);
  assert.match(mapped.options.placeholders?.join() ?? '', /^v\.yml [0-9a-f]{64}$/);
  assert.deepEqual([plain.options.pipelines, plain.options.placeholders], [undefined, undefined]);
  assert.notEqual(plain.configSha256, mapped.configSha256);
});

test('check, list, explain, test and convert heed both flags, and their absence', async (t) => {
  const at = folder(t);
  const pipeline = ['--pipeline', join(at, 'p.yml')];
  const values = ['--placeholders', join(at, 'v.yml')];
  const [r, x] = [join(at, 'r'), join(at, 'x')];
  const code = async (...argv: readonly string[]): Promise<number> => (await run('rules', ...argv)).code;
  assert.match((await run('rules', 'check', r)).out, /S503/);
  assert.doesNotMatch((await run('rules', 'check', r, ...pipeline)).out, /S503/);
  assert.deepEqual([await code('check', x), await code('check', x, ...values)], [1, 0]);
  assert.match((await run('rules', 'list', x)).out, /refused S136/);
  assert.doesNotMatch((await run('rules', 'list', x, ...values)).out, /refused S136/);
  assert.deepEqual([await code('test', r), await code('test', r, ...pipeline)], [1, 0]);
  assert.deepEqual([await code('test', x), await code('test', x, ...values)], [1, 0]);
  const event = ['--event', join(at, 'e.json')];
  assert.match((await run('rules', 'explain', r, ...event)).out, /does not match/);
  assert.match((await run('rules', 'explain', r, ...event, ...pipeline)).out, /The rule matches/);
  assert.match((await run('rules', 'convert', r, '--to', 'splunk', ...pipeline)).out, /EventCode/);
  assert.deepEqual(
    [await code('convert', x, '--to', 'eql'), await code('convert', x, '--to', 'eql', ...values)],
    [1, 0],
  );
});

test('E4 rules are compiled with both, the file says so, and compiled rules refuse flags that come too late', async (t) => {
  const at = folder(t);
  const file = join(at, 'all.rules');
  const flags = ['--pipeline', join(at, 'p.yml'), '--placeholders', join(at, 'v.yml')];
  const made = await run('rules', 'compile', join(at, 'r'), join(at, 'x'), '-o', file, ...flags);
  assert.equal(made.code, 0, made.err);
  assert.deepEqual(await titles(at, '--rules', file), ['Expand', 'Vendor']);
  const { out } = await run('hunt', join(at, 'case'), '--format', 'json', '-q', '--rules', file);
  assert.match(
    (JSON.parse(out) as HuntResult).header.options.rules?.[0] ?? '',
    /^all\.rules compiled from [0-9a-f]{64} with pipeline p\.yml [0-9a-f]{64} with placeholders v\.yml [0-9a-f]{64} [0-9a-f]{64}$/,
  );
  for (const argv of [
    ['hunt', join(at, 'case'), '--rules', file],
    ['rules', 'list', file],
    ['rules', 'convert', file, '--to', 'eql'],
  ]) {
    const { code, err } = await run(...argv, ...flags);
    assert.equal(code, 2, argv.join(' '));
    assert.match(err, /--pipeline[^\n]*\n[^\n]*are compiled already/);
    assert.match(err, /--placeholders[^\n]*\n[^\n]*are compiled already/);
  }
});

test('L30 a file that is malformed, unknown or not there is usage on every verb, with its place', async (t) => {
  const at = folder(t);
  const rule = join(at, 'r', 'vendor.yml');
  const verbs: readonly (readonly string[])[] = [
    ['hunt', join(at, 'case'), '--rules', rule],
    ['rules', 'check', rule],
    ['rules', 'list', rule],
    ['rules', 'explain', rule, '--event', join(at, 'e.json')],
    ['rules', 'test', rule],
    ['rules', 'compile', rule, '-o', join(at, 'out.rules')],
    ['rules', 'convert', rule, '--to', 'eql'],
  ];
  for (const argv of verbs) {
    const { code, err } = await run(
      ...argv,
      '--pipeline',
      join(at, 'bad.yml'),
      '--placeholders',
      join(at, 'badvalues.yml'),
    );
    assert.equal(code, 2, argv.join(' '));
    assert.match(err, /--pipeline .*bad\.yml:2:\d+\n[^\n]*"hashes_fields" is not supported/);
    assert.match(err, /--pipeline .*bad\.yml:3:\d+\n[^\n]*lacks "prefix"/);
    assert.match(err, /--placeholders .*badvalues\.yml:1:10\n[^\n]*must be a list/);
    assert.equal((await run(...argv, '--pipeline', join(at, 'none.yml'))).code, 2);
  }
  for (const flag of ['--pipeline', '--placeholders']) {
    const { code, err } = await run('hunt', join(at, 'case'), flag, join(at, 'p.yml'));
    assert.equal(code, 2);
    assert.match(err, /No rules were named/);
  }
});
