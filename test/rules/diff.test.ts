import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';

const A = processRule('A', ID.one, "Image: 'x'", "User: 'y'");

test('rules are compared by id, else by path; what changed is told, and the way it is written is no change', async (t) => {
  const noId = (title: string): string => processRule(title, ID.three, "Image: 'x'").replace(`id: ${ID.three}\n`, '');
  const folder = folderWith(t, [
    ['a/x/one.yml', A],
    ['a/x/gone.yml', processRule('Gone', ID.two, "Image: 'x'")],
    ['a/y/plain.yml', noId('Before')],
    ['a/same.yml', processRule('Same', ID.three, "Image: 'x'", "User: 'y'")],
    ['b/x/moved.yml', A.replace('level: high', 'level: low').replace("Image: 'x'", "Image: 'z'")],
    ['b/x/new.yml', processRule('New\u001b', '44444444-4444-4444-8444-444444444444', "Imag|endswth: 'x'")],
    ['b/y/plain.yml', noId('After')],
    ['b/same.yml', processRule('Same', ID.three, 'User: y', '"Image": x')],
  ]);
  const { code, out } = await run('rules', 'diff', join(folder, 'a'), join(folder, 'b'));
  assert.equal(code, 0);
  assert.deepEqual(out.split('\n'), [
    'removed   Gone',
    `          ${ID.two}   x/gone.yml`,
    'added     New\\u{1b}',
    '          44444444-4444-4444-8444-444444444444   x/new.yml',
    'changed   A',
    `          ${ID.one}   x/moved.yml`,
    '          moved from x/one.yml',
    '          level: high -> low',
    '          changed: detection',
    'changed   After',
    '          (no id)   y/plain.yml',
    '          title: Before -> After',
    '1 rule added, 1 removed, 2 changed, 1 the same.',
    '',
  ]);
});

test('a rule that is loaded in one set and refused in the other is told', async (t) => {
  const folder = folderWith(t, [
    ['a/one.yml', A],
    ['b/one.yml', A.replace('User:', 'User|foo:')],
  ]);
  const { out } = await run('rules', 'diff', join(folder, 'a'), join(folder, 'b'), '--format', 'json');
  const diff = JSON.parse(out) as { changed: { keys: string[] }[]; noLongerLoaded: { title: string }[] };
  assert.deepEqual(diff.changed[0]?.keys, ['detection']);
  assert.deepEqual(diff.noLongerLoaded[0]?.title, 'A');
  assert.equal((await run('rules', 'diff', join(folder, 'a'))).code, 2);
  assert.equal((await run('rules', 'diff', join(folder, 'a'), join(folder, 'none'))).code, 2);
});
