import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRules, IDENTITY, type Ir, objectReader, plainMatcher, type Rules } from '../sigma/index.ts';
import { LOG_SOURCES, pipelineChange, readPipeline } from './index.ts';

const HEAD = 'title: T\nlogsource: {category: process_creation, product: windows}\ndetection:\n';

async function compiled(rule: string, ...steps: readonly string[]): Promise<ReturnType<typeof compileRules>> {
  const reading = await readPipeline(`transformations:\n${steps.map((step) => `  - ${step}\n`).join('')}`);
  assert.ok(reading.kind === 'pipeline', JSON.stringify(reading));
  return compileRules([{ file: 'a.yml', text: HEAD + rule }], { change: pipelineChange([reading.pipeline]) });
}

function treeOf(ir: Ir): string {
  if (ir.kind === 'constant') return String(ir.value);
  if (ir.kind === 'atom')
    return `${ir.names.join('+')}=${ir.origin.wanted}${ir.test.op === 'fieldref' ? ' by reference' : ''}`;
  if (ir.kind === 'not') return `not(${treeOf(ir.of)})`;
  return `${ir.kind}(${ir.of.map(treeOf).join(', ')})`;
}

function treesOf({ rules }: { readonly rules: Rules }): readonly string[] {
  return rules.rules.flatMap(({ conditions }) => conditions.map(({ ir }) => treeOf(ir)));
}

const RULE = "  s:\n    Image|endswith: '\\x.exe'\n    User: [a, b]\n  condition: s\n";
const MAP = '{type: field_name_mapping, mapping: {Image: proc.path, User: [user.name, user.id]}}';

test('E10 fields are mapped to one name or to several of which one is enough, and prefixed', async () => {
  assert.deepEqual(treesOf(await compiled(RULE, MAP)), [
    'and(proc.path=\\x.exe, or(user.name=a, user.name=b, user.id=a, user.id=b))',
  ]);
  assert.deepEqual(treesOf(await compiled(RULE, '{type: field_name_prefix, prefix: win.}')), [
    'and(win.Image=\\x.exe, or(win.User=a, win.User=b))',
  ]);
});

test('an item that says what is not there says it of each of its names', async () => {
  const rule = '  s: {Image: x, User|neq: a}\n  condition: s\n';
  assert.deepEqual(treesOf(await compiled(rule, MAP)), ['and(proc.path=x, not(user.name=a), not(user.id=a))']);
});

test('the field that a reference names is mapped too', async () => {
  const rule = '  s: {User|fieldref: Image}\n  condition: s\n';
  const { rules } = await compiled(rule, '{type: field_name_mapping, mapping: {User: u, Image: i}}');
  const matcher = plainMatcher(rules);
  const hits = (record: object): number =>
    matcher.match({
      channel: undefined,
      eventId: 1,
      readerFor: () => objectReader(record as Readonly<Record<string, unknown>>),
    }).length;
  assert.equal(hits({ u: 'same', i: 'SAME' }), 1);
  assert.equal(hits({ User: 'same', Image: 'same' }), 0);
});

test('conditions are added, negated, with numbers and wildcards, and a log source is changed', async () => {
  const added = '{type: add_condition, conditions: {Computer: "dc-*", Level: [1, 2]}}';
  assert.deepEqual(treesOf(await compiled(RULE, added)), [
    'and(Computer=dc-*, or(Level=1, Level=2), Image=\\x.exe, or(User=a, User=b))',
  ]);
  const negated = '{type: add_condition, negated: true, conditions: {Computer: lab}}';
  assert.deepEqual(treesOf(await compiled('  s: {Image: x}\n  condition: s\n', negated)), [
    'and(not(Computer=lab), Image=x)',
  ]);
  const { rules } = await compiled(RULE, '{type: change_logsource, service: sysmon, product: windows}');
  assert.deepEqual(rules.rules[0]?.logsource, { product: 'windows', service: 'sysmon' });
  assert.equal(rules.rules[0]?.conditions[0]?.text, 's');
});

test('a rule of which nothing is left is refused', async () => {
  const drop = '{type: drop_detection_item, field_name_conditions: [{type: include_fields, fields: [Image]}]}';
  assert.deepEqual(treesOf(await compiled(RULE, drop)), ['or(User=a, User=b)']);
  const { rules, problems } = await compiled('  s: {Image: x}\n  condition: s\n', drop);
  assert.equal(rules.rules.length, 0);
  assert.deepEqual(
    problems.map(({ code, message, line }) => [code, message, line]),
    [['S121', 'The pipeline drops every test of "s".', 1]],
  );
});

test('a filter goes through the pipeline of the rule that it joins', async () => {
  const rule = `${RULE}---\ntitle: F\nlogsource: {category: process_creation, product: windows}\nfilter:\n  rules: any\n  f: {User: admin}\n  condition: not f\n`;
  const [tree = ''] = treesOf(await compiled(rule, MAP));
  assert.match(tree, /not\(or\(user\.name=admin, user\.id=admin\)\)\)$/);
});

test('a rule that is mapped onto fields of the log source is tried there', async () => {
  const rule = '  s: {path: x}\n  condition: s\n';
  const reading = await readPipeline('transformations:\n  - {type: field_name_mapping, mapping: {path: Image}}\n');
  assert.ok(reading.kind === 'pipeline');
  const options = { taxonomy: LOG_SOURCES, change: pipelineChange([reading.pipeline]) };
  const { rules } = compileRules([{ file: 'a.yml', text: HEAD + rule }], options);
  assert.deepEqual(
    rules.rules[0]?.routes.map(({ route }) => route.label),
    ['process_creation/sysmon', 'process_creation/security'],
  );
  assert.equal(IDENTITY.digest === LOG_SOURCES.digest, false);
});
