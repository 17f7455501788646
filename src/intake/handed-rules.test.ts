import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handRules, takeRules } from './handed-rules.ts';
import { matcherOf, type RuleSet } from './rule-set.ts';

const TEXT = `title: A consumer
id: 6f3e2987-db24-4c78-a860-b4f4095a7095
author: Somebody
level: high
logsource: { product: windows, category: wmi_event }
detection:
  selection: { EventID: 20, Destination|contains: powershell }
  condition: selection
`;

test('rules come through another thread whole: what findings say, and which of them count', () => {
  const set: RuleSet = {
    groups: [{ kind: 'texts', sources: [{ file: 'a.yml', text: TEXT }], licenses: new Map([['a.yml', 'DRL-1.1']]) }],
    selection: { level: 'medium' },
  };
  const handed = structuredClone(handRules(set));
  const { matcher, problems } = matcherOf(takeRules(handed));
  const own = matcherOf(set);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    matcher.rules.rules.map(({ metadata }) => metadata),
    own.matcher.rules.rules.map(({ metadata }) => metadata),
  );
  assert.equal(matcher.rules.rules[0]?.metadata.license, 'DRL-1.1');
});

test('bytes that are no rules are a bug of this program, and thrown', () => {
  assert.throws(() => takeRules({ groups: [new Uint8Array([1, 2, 3])], selection: {} }), /cannot be read/);
});
