import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pipeline } from '../taxonomy/index.ts';
import { compileGroup, matcherOf, type RuleGroup, type RuleTexts } from './rule-set.ts';

const ID = '11111111-1111-4111-8111-111111111111';

function ruleOf(title: string, more = ''): string {
  return `title: ${title}\n${more}logsource: {category: process_creation, product: windows}\ndetection:\n  s: {Image|expand: '%Tool%'}\n  condition: s\n`;
}

function textsOf(title: string, given: Partial<RuleTexts>, more = ''): RuleTexts {
  return {
    kind: 'texts',
    sources: [{ file: `${title}.yml`, text: ruleOf(title, more) }],
    licenses: new Map(),
    ...given,
  };
}

const PREFIX: Pipeline = {
  name: 'p',
  priority: 0,
  steps: [
    {
      change: { type: 'field_name_mapping', mapping: new Map([['Image', ['ParentImage']]]) },
      ruleConditions: { all: true, isNegated: false, conditions: [] },
      fieldConditions: { all: true, isNegated: false, conditions: [] },
    },
  ],
};

function fieldsOf(groups: readonly RuleGroup[]): readonly string[] {
  const { rules } = matcherOf({ groups, selection: {} }).matcher.rules;
  return rules.map(({ metadata, conditions }) => {
    const ir = conditions[0]?.ir;
    return `${metadata.title} ${ir?.kind === 'atom' ? `${ir.field} ${ir.origin.wanted}` : ''}`;
  });
}

test('pipelines and placeholders of one group of rules never reach another', () => {
  const placeholders = new Map([['Tool', ['x.exe']]]);
  const own = textsOf('Own', { placeholders, pipelines: [PREFIX] });
  const other = textsOf('Other', { placeholders });
  const ready = { kind: 'compiled', compiling: compileGroup(textsOf('Ready', { placeholders })) } as const;
  assert.deepEqual(fieldsOf([own, other, ready]), [
    'Own ParentImage %Tool%',
    'Other Image %Tool%',
    'Ready Image %Tool%',
  ]);
  const bare = matcherOf({ groups: [own, textsOf('Bare', {})], selection: {} });
  assert.deepEqual(
    bare.problems.map(({ code, file }) => `${code} ${file}`),
    ['S136 Bare.yml'],
  );
});

test('of two groups with one rule the first counts, and correlations of the second use it', () => {
  const placeholders = new Map([['Tool', ['x.exe']]]);
  const id = `id: ${ID}\n`;
  const correlation = `title: Many\nlevel: high\ncorrelation: {type: event_count, rules: [${ID}], group-by: [User], timespan: 5m, condition: {gte: 2}}\n`;
  const second = textsOf('Second', { placeholders }, id);
  const both: RuleTexts = { ...second, sources: [...second.sources, { file: 'c.yml', text: correlation }] };
  const { rules, correlations } = matcherOf({
    groups: [textsOf('Zero', { placeholders }), textsOf('First', { placeholders }, id), both],
    selection: {},
  }).matcher.rules;
  assert.deepEqual(
    rules.map(({ metadata, index, isMuted }) => `${index} ${metadata.title} ${isMuted}`),
    ['0 Zero false', '1 First true'],
  );
  assert.deepEqual(
    correlations.map(({ index, members }) => [index, members.map((member) => member.index)]),
    [[0, [1]]],
  );
});

test('documents of one collection that share an id all count, beside other groups too', () => {
  const body = (image: string): string => `detection:\n  s: {Image: ${image}}\n  condition: s\n`;
  const head = `action: global\ntitle: Collected\nid: ${ID}\nlogsource: {category: process_creation, product: windows}\n`;
  const text = [head, body('a'), body('b')].join('---\n');
  const collected = textsOf('Collected', { sources: [{ file: 'c.yml', text }] });
  const placeholders = new Map([['Tool', ['x.exe']]]);
  const later = textsOf('Later', { placeholders }, `id: ${ID}\n`);
  assert.deepEqual(fieldsOf([textsOf('Zero', { placeholders }), collected, later]), [
    'Zero Image %Tool%',
    'Collected Image a',
    'Collected Image b',
  ]);
});
