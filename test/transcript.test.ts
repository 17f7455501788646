import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blocksOf, commandsOf, matchesOutput } from './house/transcript.ts';

test('commands and what they print are taken out of a document', () => {
  const markdown =
    'a\n```sh\n# first\ntriad a  # why\n\ntriad b\n```\n```console\n$ triad c\none\ntwo\n$ triad d\n```\n```json\n{}\n```\n';
  assert.deepEqual(blocksOf(markdown).flatMap(commandsOf), [
    { line: 'triad a', output: undefined },
    { line: 'triad b', output: undefined },
    { line: 'triad c', output: 'one\ntwo\n' },
    { line: 'triad d', output: '' },
  ]);
});

test('a shown output must be the whole output, but for lines left out with an ellipsis', () => {
  assert.equal(matchesOutput('a\nb\nc\n', 'a\nb\nc\n'), true);
  assert.equal(matchesOutput('a\nb\nc\n', 'a\nb\n'), false);
  assert.equal(matchesOutput('a\nb\nc\n', 'a\n…\nc\n'), true);
  assert.equal(matchesOutput('a\nb\nc\n', 'b\n…\nc\n'), false);
  assert.equal(matchesOutput('a\nb\nc\n', 'a\n…\nd\n'), false);
  assert.equal(matchesOutput('a\nb\nc\n', '…\n'), true);
});
