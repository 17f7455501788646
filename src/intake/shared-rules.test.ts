import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuledRoute } from '../sigma/index.ts';
import { matcherOf, type RuleSet } from './rule-set.ts';
import { readSharedRules, sharedRules } from './shared-rules.ts';

const SECRET = 'The author and what is said of the rule stay with whoever tells of it';
const set: RuleSet = {
  groups: [
    {
      kind: 'texts',
      sources: [
        {
          file: 'a.yml',
          text: `title: A\ndescription: ${SECRET}\nlogsource: {category: process_creation, product: windows}\ndetection:\n  s: {Image|endswith: '\\x.exe', CommandLine|re: 'a+b'}\n  condition: s\n`,
        },
        { file: 'b.yml', text: 'title: B\nlogsource: {product: linux}\ndetection:\n  s: {A: b}\n  condition: s\n' },
      ],
      licenses: new Map(),
    },
  ],
  selection: {},
};

test('E4 threads get what matching needs, in memory that is shared, and nothing else of the rules', () => {
  const { shared } = sharedRules(set);
  assert.ok(shared.buffer instanceof SharedArrayBuffer);
  assert.ok(!Buffer.from(shared).toString().includes('stay with whoever'));
  const { rules, correlations } = readSharedRules({ shared });
  const untold = new Set(['origin', 'engine', 'flags']);
  const shownRoutes = (routes: readonly RuledRoute[]): unknown =>
    routes.map(({ route, eventIds, conditions }) => [
      route.label,
      eventIds,
      JSON.parse(JSON.stringify(conditions, (key, value) => (untold.has(key) ? undefined : value))),
    ]);
  const direct = matcherOf(set).matcher.rules.rules;
  assert.equal(direct.length, 2);
  assert.deepEqual(
    rules.map(({ routes }) => shownRoutes(routes)),
    direct.filter(({ routes }) => routes.length > 0).map(({ routes }) => shownRoutes(routes)),
  );
  assert.deepEqual(correlations, []);
});

test('a set of rules is compiled once, whoever asks', () => {
  assert.equal(matcherOf(set), matcherOf(set));
});
