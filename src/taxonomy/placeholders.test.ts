import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_PLACEHOLDER_BYTES, readPlaceholders } from './index.ts';

async function told(text: string): Promise<readonly string[]> {
  const reading = await readPlaceholders(text);
  if (reading.kind === 'placeholders') return [...reading.placeholders].map(([name, values]) => `${name}=${values}`);
  return reading.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

test('E10 placeholders are lists of texts and numbers by name', async () => {
  assert.deepEqual(await told('Admins: [alice, "b*b"]\nPorts:\n  - 445\n  - 0135\n"__proto__": [x]\n'), [
    'Admins=alice,b*b',
    'Ports=445,0135',
    '__proto__=x',
  ]);
  assert.deepEqual(await told('{}'), []);
});

test('L30 a malformed file is refused with every place', async () => {
  assert.deepEqual(await told('- a\n'), ['1:1 A file of placeholders must be a mapping.']);
  assert.deepEqual(await told('A: x\nB: []\nC:\nD: [[x]]\nE: [true]\n"F G": [y]\n"%H%": [z]\n'), [
    '1:4 "A" must be a list of one value or more.',
    '2:4 "B" must be a list of one value or more.',
    '3:3 "C" must be a list of one value or more.',
    '4:5 A value of "D" must be text or a number.',
    '5:5 A value of "E" must be text or a number.',
    '6:1 "F G" is no name: it is written without %, blanks and \\.',
    '7:1 "%H%" is no name: it is written without %, blanks and \\.',
  ]);
  assert.match((await told('A: [x\n'))[0] ?? '', /^\d+:\d+ /);
  assert.match((await told('A: &a [x]\nB: *a\n')).join('; '), /Anchors are not allowed.*Aliases are not allowed/);
});

test('L20 the size of a file of placeholders is bounded on both sides', async () => {
  const filled = (bytes: number): string => `A: [${'x'.repeat(bytes - 5)}]`;
  assert.equal((await told(filled(MAX_PLACEHOLDER_BYTES)))[0]?.slice(0, 3), 'A=x');
  assert.deepEqual(await told(filled(MAX_PLACEHOLDER_BYTES + 1)), ['1:1 The file is larger than 1024 KiB.']);
});
