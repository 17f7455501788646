import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CATALOGUE } from '../../src/analytics/index.ts';
import { ANSWERS } from '../../tools/peer-coverage/answers.ts';
import { corePeerRows, WITHOUT_PEERS } from '../../tools/peer-coverage/peer-rows.ts';
import { packFiles } from '../../tools/rules/pack-files.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'peer-coverage.md'), 'utf8');

test('what is said to detect a public rule is a rule of the pack or an analytic', () => {
  const names = new Set([...packFiles().map(({ name }) => name), ...CATALOGUE.map(({ id }) => id)]);
  const unknown = [...ANSWERS].flatMap(([title, { ours }]) =>
    ours.filter((one) => !names.has(one)).map((one) => `${title}: ${one}`),
  );
  assert.deepEqual(unknown, []);
});

test('nothing that is only a fingerprint is said to detect anything, and what has no answer says why', () => {
  const levels = new Map(packFiles().map(({ name, text }) => [name, /^level: (\w+)$/m.exec(text)?.[1]]));
  const bare = [...ANSWERS].filter(
    ([, { ours, note }]) =>
      note === undefined && ours.every((one) => levels.has(one) && levels.get(one) === 'informational'),
  );
  assert.deepEqual(bare, []);
});

test('every public rule about WMI has an answer, and is on the page', { skip: WITHOUT_PEERS }, () => {
  const rows = corePeerRows();
  assert.equal(rows.length, 263);
  assert.deepEqual(
    rows.filter(({ title }) => !ANSWERS.has(title.toLowerCase())).map(({ title }) => title),
    [],
  );
  assert.deepEqual(
    rows.filter(({ id }) => !PAGE.includes(`| ${id} |`)).map(({ id }) => id),
    [],
  );
});

test('the page points at no document that no user has', () => {
  assert.deepEqual(PAGE.match(/\b(?:DOMAIN|SETTLED|PRODUCT|CORPUS|SIGMA \d|traps? \d)[^\n]*/g) ?? [], []);
});
