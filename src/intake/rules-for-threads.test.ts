import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleSet } from './rule-set.ts';
import { rulesForThreads, rulesFromThread } from './rules-for-threads.ts';

const TEXT = `title: Many sign-ins
logsource: {service: security, product: windows}
detection:
  selection: {EventID: 4624, TargetUserName|contains: [adm, svc]}
  condition: selection
level: low
`;

function setOf(text: string): RuleSet {
  const licenses = new Map([['a.yml', 'MIT']]);
  return { groups: [{ kind: 'texts', sources: [{ text, file: 'a.yml' }], licenses }], selection: {} };
}

test('rules that a thread compiles are those that are compiled here', async () => {
  const here = rulesForThreads(setOf(TEXT));
  const there = await rulesFromThread(setOf(TEXT));
  assert.deepEqual(Buffer.from(there.shared.shared), Buffer.from(here.shared.shared));
  assert.deepEqual(
    there.handed.groups.map((group) => Buffer.from(group)),
    here.handed.groups.map((group) => Buffer.from(group)),
  );
  assert.deepEqual(there.handed.selection, here.handed.selection);
});

test('a rule that cannot be read is left out there as it is here, and who asks is not held up', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const there = await rulesFromThread(setOf(`${TEXT}---\ntitle: broken\nlogsource: 7\n`));
  clearInterval(timer);
  assert.deepEqual(Buffer.from(there.shared.shared), Buffer.from(rulesForThreads(setOf(TEXT)).shared.shared));
  assert.ok(turns > 3);
});
