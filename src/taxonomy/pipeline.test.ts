import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  applyPipelines,
  type DetectionNode,
  MAX_PIPELINE_BYTES,
  type MappableRule,
  type Pipeline,
  type PipelineValue,
  readPipeline,
} from './index.ts';

interface Item {
  readonly field?: string | undefined;
  readonly values: readonly PipelineValue[];
  readonly refersTo?: string;
}

const PARTS = {
  withField: (item: Item, field: string): Item => ({ ...item, field }),
  withReferences: (item: Item, mapped: (field: string) => string): Item =>
    item.refersTo === undefined ? item : { ...item, refersTo: mapped(item.refersTo) },
  item: (field: string, values: readonly PipelineValue[]): Item => ({ field, values }),
  and: (name: string, isNegated: boolean, condition: string): string =>
    `${isNegated ? 'not ' : ''}${name} and (${condition})`,
};

const test1 = (field: string | undefined, value: string): DetectionNode<Item> => ({
  kind: 'item',
  item: { field, values: [value] },
});

const RULE: MappableRule<Item, string> = {
  logsource: { product: 'windows', category: 'process_creation' },
  tags: ['attack.execution'],
  detections: new Map<string, DetectionNode<Item>>([
    ['selection', { kind: 'all', nodes: [test1('Image', 'a'), test1('CommandLine', 'b')] }],
    ['words', test1(undefined, 'w')],
  ]),
  conditions: ['selection or words'],
};

async function pipeline(text: string): Promise<Pipeline> {
  const reading = await readPipeline(text);
  assert.ok(reading.kind === 'pipeline', JSON.stringify(reading));
  return reading.pipeline;
}

async function piped(...texts: readonly string[]): Promise<unknown> {
  const result = applyPipelines(await Promise.all(texts.map(pipeline)), RULE, PARTS);
  if ('refused' in result) return result;
  const { detections, conditions, logsource } = result.rule;
  return {
    ...Object.fromEntries([...detections].map(([name, node]) => [name, shown(node)])),
    conditions,
    logsource: [logsource.product, logsource.category ?? logsource.service].join('/'),
  };
}

function shown(node: DetectionNode<Item>): unknown {
  if (node.kind === 'item') {
    const { field = '*', values, refersTo } = node.item;
    return `${field}=${refersTo === undefined ? values.join('|') : `@${refersTo}`}`;
  }
  return [node.kind, ...node.nodes.map(shown)];
}

const SAME = {
  selection: ['all', 'Image=a', 'CommandLine=b'],
  words: '*=w',
  conditions: ['selection or words'],
  logsource: 'windows/process_creation',
};

const step = (body: string): string => `transformations:\n  - ${body.replaceAll('\n', '\n    ')}\n`;

test('E10: fields are mapped to one or to several names, and prefixed', async () => {
  assert.deepEqual(
    await piped(step('type: field_name_mapping\nmapping:\n  Image: process.executable\n  CommandLine: [cmd, args]')),
    { ...SAME, selection: ['all', 'process.executable=a', ['any', 'cmd=b', 'args=b']] },
  );
  assert.deepEqual(await piped(step('type: field_name_prefix\nprefix: win.')), {
    ...SAME,
    selection: ['all', 'win.Image=a', 'win.CommandLine=b'],
  });
  assert.deepEqual(
    await piped(step('type: field_name_prefix_mapping\nmapping:\n  Command: proc.\n  CommandL: [x., y.]')),
    { ...SAME, selection: ['all', 'Image=a', ['any', 'x.ine=b', 'y.ine=b']] },
  );
});

test('E10: names of fields in values are mapped too, where one name takes their place', async () => {
  const read = await pipeline(step('type: field_name_mapping\nmapping:\n  Image: i\n  CommandLine: [c, d]'));
  const of = (refersTo: string): unknown => {
    const detections = new Map([['s', { kind: 'item', item: { field: 'Image', values: [], refersTo } } as const]]);
    const result = applyPipelines([read], { ...RULE, detections }, PARTS);
    return 'rule' in result ? [...result.rule.detections.values()].map(shown) : result;
  };
  assert.deepEqual(of('Image'), ['i=@i']);
  assert.deepEqual(of('CommandLine'), ['i=@CommandLine']);
});

test('E10: a condition is added to every condition of the rule, also negated', async () => {
  assert.deepEqual(await piped(step('type: add_condition\nconditions:\n  index: win\n  n: [1, null]')), {
    ...SAME,
    _pipeline_0: ['all', 'index=win', 'n=1|'],
    conditions: ['_pipeline_0 and (selection or words)'],
  });
  assert.deepEqual(await piped(step('type: add_condition\nnegated: true\nconditions:\n  index: win')), {
    ...SAME,
    _pipeline_0: ['all', 'index=win'],
    conditions: ['not _pipeline_0 and (selection or words)'],
  });
});

test('E10: the log source changes, items are dropped, and a rule of which nothing is left is refused', async () => {
  assert.deepEqual(await piped(step('type: change_logsource\nproduct: windows\nservice: Security')), {
    ...SAME,
    logsource: 'windows/security',
  });
  const drop = (field: string): string =>
    step(`type: drop_detection_item\nfield_name_conditions:\n  - type: include_fields\n    fields: [${field}]`);
  assert.deepEqual(await piped(drop('Image')), { ...SAME, selection: ['all', 'CommandLine=b'] });
  assert.deepEqual(await piped(drop('Image, CommandLine')), {
    refused: 'The pipeline drops every test of "selection".',
  });
});

test('E10: steps are of the rules and fields that their conditions name', async () => {
  const prefix = 'type: field_name_prefix\nprefix: x.\n';
  const mapped = { ...SAME, selection: ['all', 'x.Image=a', 'x.CommandLine=b'] };
  const cases: readonly (readonly [string, unknown])[] = [
    ['rule_conditions:\n  - type: logsource\n    category: process_creation', mapped],
    ['rule_conditions:\n  - type: logsource\n    category: process_creation\n    product: linux', SAME],
    ['rule_conditions:\n  - type: contains_field\n    field: Image', mapped],
    ['rule_conditions:\n  - type: contains_field\n    field: image', SAME],
    ['rule_conditions:\n  - type: tag\n    tag: attack.execution', mapped],
    ['rule_cond_not: true\nrule_conditions:\n  - type: tag\n    tag: attack.execution', SAME],
    [
      'rule_cond_op: or\nrule_conditions:\n  - type: tag\n    tag: a.b\n  - type: contains_field\n    field: Image',
      mapped,
    ],
    ['rule_conditions:\n  - type: tag\n    tag: a.b\n  - type: contains_field\n    field: Image', SAME],
    [
      'field_name_conditions:\n  - type: exclude_fields\n    fields: [Image]',
      { ...SAME, selection: ['all', 'Image=a', 'x.CommandLine=b'] },
    ],
    [
      'field_name_cond_not: true\nfield_name_conditions:\n  - type: exclude_fields\n    fields: [Image]',
      { ...SAME, selection: ['all', 'x.Image=a', 'CommandLine=b'] },
    ],
  ];
  for (const [conditions, expected] of cases) assert.deepEqual(await piped(step(prefix + conditions)), expected);
});

test('E10: a step can wait for another, and pipelines go by priority', async () => {
  const both = (category: string): string => `transformations:
  - id: first
    type: change_logsource
    product: windows
    category: image_load
    rule_conditions:
      - type: logsource
        category: ${category}
  - type: field_name_prefix
    prefix: x.
    rule_conditions:
      - type: processing_item_applied
        processing_item_id: first
`;
  assert.deepEqual(await piped(both('process_creation')), {
    ...SAME,
    selection: ['all', 'x.Image=a', 'x.CommandLine=b'],
    logsource: 'windows/image_load',
  });
  assert.deepEqual(await piped(both('file_event')), SAME);
  const late = `name: late\npriority: 20\n${step('type: field_name_prefix\nprefix: b.')}`;
  const early = `name: early\npriority: 10\n${step('type: field_name_prefix\nprefix: a.')}`;
  const expected = { ...SAME, selection: ['all', 'b.a.Image=a', 'b.a.CommandLine=b'] };
  assert.deepEqual(await piped(late, early), expected);
  assert.deepEqual(await piped(early, late), expected);
});

test('L30: what is not read is refused at its place, all of it at once', async () => {
  const problems = async (text: string): Promise<readonly string[]> => {
    const reading = await readPipeline(text);
    assert.equal(reading.kind, 'problems', text);
    return reading.kind === 'problems' ? reading.problems.map((p) => `${p.line}:${p.column} ${p.message}`) : [];
  };
  assert.deepEqual(
    await problems(`name: p
vars:
  a: b
finalizers: []
transformations:
  - type: replace_string
    regex: x
  - type: field_name_prefix
  - type: field_name_mapping
    mapping:
      a: []
      b: 5
    detection_item_conditions: []
  - id: one
    type: change_logsource
  - id: one
    type: add_condition
    template: true
    conditions: {}
  - type: field_name_prefix
    prefix: x
    rule_cond_op: xor
    rule_conditions:
      - type: is_sigma_rule
      - type: processing_item_applied
        processing_item_id: later
    field_name_conditions:
      - type: include_fields
        fields: [a]
        match_type: re
`),
    [
      '3:3 "vars" is not supported here.',
      '6:11 The transformation "replace_string" is not supported: there are field_name_mapping, field_name_prefix_mapping, field_name_prefix, drop_detection_item, add_condition, change_logsource.',
      '8:5 field_name_prefix lacks "prefix".',
      '11:10 "a" maps to nothing.',
      '12:10 "b" must be text of 1 to 4096 characters.',
      '13:5 field_name_mapping has no "detection_item_conditions" here.',
      '14:5 change_logsource needs a category, product or service.',
      '16:9 Two transformations have the id "one".',
      '18:15 Templates are not supported here.',
      '19:17 "conditions" has no field.',
      '22:19 The rule_cond_op "xor" is not supported: there are and, or.',
      '24:15 The rule condition "is_sigma_rule" is not supported: there are logsource, contains_field, tag, processing_item_applied.',
      '26:29 No earlier item has the id "later".',
      '30:9 include_fields has no "match_type" here.',
    ],
  );
  assert.deepEqual(await problems('transformations: 5\n'), ['1:18 "transformations" must be a list.']);
  assert.deepEqual(await problems('name: x\n'), ['1:1 A pipeline lacks "transformations".']);
  assert.deepEqual(await problems(''), ['1:1 A pipeline must be a mapping.']);
  assert.deepEqual(await problems('a: 1\na: 2\n'), ['2:1 Map keys must be unique']);
  assert.deepEqual(await problems('transformations: &a []\nname: *a\n'), [
    '1:21 Anchors are not allowed.',
    '2:7 Aliases are not allowed: write the value out.',
  ]);
  assert.deepEqual(
    await problems(
      step(
        'type: add_condition\nconditions: {a: b}\nfield_name_conditions:\n  - type: include_fields\n    fields: [a]',
      ),
    ),
    ['5:7 add_condition is of the rule and not of a field.'],
  );
});

test('L20 size and depth of a pipeline are bounded, on both sides', async () => {
  const padded = (bytes: number): string => {
    const text = step('type: drop_detection_item');
    return `${text}#${' '.repeat(bytes - text.length - 1)}`;
  };
  assert.equal((await readPipeline(padded(MAX_PIPELINE_BYTES))).kind, 'pipeline');
  assert.equal((await readPipeline(padded(MAX_PIPELINE_BYTES + 1))).kind, 'problems');
  const deep = (depth: number): string => `vars: ${'['.repeat(depth)}${']'.repeat(depth)}\ntransformations: []\n`;
  const told = async (depth: number): Promise<string> => JSON.stringify(await readPipeline(deep(depth)));
  assert.match(await told(15), /"vars\\" is not supported here/);
  assert.match(await told(16), /nested deeper than 16 levels/);
  assert.match(await told(20_000), /nested deeper than 16 levels/);
});

test('no text makes the reading of a pipeline fail, and what is read can be applied', async () => {
  const words = ['transformations', 'type', 'field_name_mapping', 'mapping', 'name', 'id', 'conditions', 'prefix'];
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<unknown>(...words, 'drop_detection_item', 'add_condition', null, 1, true, ''),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...words), tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        value.map((one) => JSON.stringify({ transformations: [one] }) ?? ''),
      ),
      async (text) => {
        const reading = await readPipeline(text);
        if (reading.kind === 'pipeline') applyPipelines([reading.pipeline], RULE, PARTS);
        else for (const { line, column } of reading.problems) assert.ok(line >= 1 && column >= 1);
      },
    ),
    { numRuns: 300 },
  );
});
