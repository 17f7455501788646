import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filesOf, readRoot } from '../house/tree.ts';

/** Cases of SIGMA 11 that are proved elsewhere or not yet, with the reason. */
const ELSEWHERE: Readonly<Record<number, string>> = {
  112: 'paths of 4657 are translated by the table of log sources',
  113: 'raw and unwrapped text of Sysmon values are given by what reads those records',
  115: 'blanks in names of fields are taken out by what reads the record',
  116: 'the channel of a forwarded record is told by what reads it',
  119: 'there is no index yet: the plain matcher tries every rule',
  120: 'author and link stand in findings, which the hunt makes; here they are metadata of the rule',
};

test('every case of the reference is a test by its number, or is told why it is elsewhere', () => {
  const tested = new Set<number>();
  for (const path of filesOf('test/sigma/*.test.ts')) {
    const text = readRoot(path);
    for (const [, number] of text.matchAll(/(?:SIGMA case |^test\(')(\d+)(?=[:,])/gm)) tested.add(Number(number));
    // Rows of the tables: their titles are made of the number in front.
    for (const [, number] of text.matchAll(/^ {2}\[?\s*'(\d+)(?:, [^']*)?',/gm)) tested.add(Number(number));
    for (const [, number] of text.matchAll(/^ {4}'(\d+)(?:, [^']*)?',$/gm)) tested.add(Number(number));
  }
  const all = Array.from({ length: 120 }, (_, i) => i + 1);
  assert.deepEqual(
    all.filter((number) => !tested.has(number) && ELSEWHERE[number] === undefined),
    [],
    'neither tested nor told',
  );
  assert.deepEqual(
    all.filter((number) => tested.has(number) && ELSEWHERE[number] !== undefined),
    [],
    'tested and told to be elsewhere',
  );
  assert.deepEqual([all.filter((number) => tested.has(number)).length, Object.keys(ELSEWHERE).length], [114, 6]);
});
