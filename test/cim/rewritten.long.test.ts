import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRepository } from '../../src/cim/index.ts';
import { filesOf, skip } from './corpus.ts';
import { openFiles } from './read-repository.ts';
import { classLines, instanceLines, keyLines, rewritten } from './rewritten.ts';

for (const label of ['dissect-cim', 'museum-server2022', 'museum-win10-defender']) {
  test(`CIM 12: all that ${label} holds is written anew and read back with equal values`, { skip }, () => {
    const before = openRepository(filesOf(label));
    const after = openFiles(rewritten(before).files());
    const classes = classLines(before).sort();
    assert.ok(classes.length > 6000);
    assert.deepEqual(
      after.anomalies().map(({ message }) => message),
      [],
    );
    assert.deepEqual(differing(classes, classLines(after).sort()), []);
    // The writer's rules for keys give the very keys that Windows wrote, reference records among them.
    assert.deepEqual(differing(keyLines(before), keyLines(after)), []);
    assert.deepEqual(differing(instanceLines(before).sort(), instanceLines(after).sort()), []);
  });
}

/** The first lines that only one of the two has. */
function differing(before: readonly string[], after: readonly string[]): string[] {
  const [a, b] = [new Set(before), new Set(after)];
  const lost = before.filter((line) => !b.has(line)).map((line) => `- ${line}`);
  const made = after.filter((line) => !a.has(line)).map((line) => `+ ${line}`);
  return [...lost.slice(0, 5), ...made.slice(0, 5)];
}
