import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeEvents } from '../../test/made-event.ts';
import { wmi } from '../../testkit/index.ts';
import { RuleKeeper } from './rule-keeper.ts';

function keeperOf(...tests: readonly string[]): RuleKeeper {
  const text = [
    'title: T',
    'logsource: { category: wmi_event, product: windows }',
    'detection:',
    `  s: { ${tests.join(', ')} }`,
    '  condition: s',
    '',
  ].join('\n');
  return new RuleKeeper([
    { groups: [{ kind: 'texts', sources: [{ file: 'a.yml', text }], licenses: new Map() }], selection: {} },
  ]);
}

test('E3: a 5861 is kept that matches as Created or as Registered, and no other', () => {
  const [binding] = madeEvents([wmi.scmBinding({ computer: 'WS-01', time: '2026-03-12T09:00:00Z' })]);
  assert.ok(binding !== undefined);
  const keeps = (...tests: readonly string[]): boolean => keeperOf(...tests).keeps(binding);
  assert.deepEqual(
    ['Created', 'Registered', 'Deleted'].map((word) => keeps('EventID: 21', `Operation: ${word}`)),
    [true, true, false],
  );
  assert.equal(keeps('Operation: Created', 'Filter|contains: Updater'), false);
});
