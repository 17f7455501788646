import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { nodeFilePort } from '../../src/hunt/index.ts';
import { loadRuleSources, type RuleSources } from '../../src/rules/index.ts';
import { writeZip } from '../../testkit/archives/index.ts';
import { folderWith } from '../hunt/run-triad.ts';

const DRL = 'The rules are released under the [Detection Rule License (DRL) 1.1](https://example.com)';

function namesIn(folder: string, loaded: RuleSources): readonly string[] {
  return loaded.sources.map(({ file }) => relative(folder, file).replaceAll('\\', '/'));
}

test('a folder gives its rules in code unit order, without hidden names, cases and other files', async (t) => {
  const folder = folderWith(t, [
    ['b/z.yml', 'title: z'],
    ['b/a.yaml', 'title: a'],
    ['B.yml', 'title: B'],
    ['a.cases.yml', '[]'],
    ['r/info.yml', 'regression_tests_info: []'],
    ['.git/x.yml', 'title: x'],
    ['notes.txt', 'none'],
  ]);
  const port = nodeFilePort('/');
  const loaded = await loadRuleSources([folder], port);
  assert.deepEqual(namesIn(folder, loaded), ['B.yml', 'b/a.yaml', 'b/z.yml']);
  assert.deepEqual(loaded.problems, []);
  assert.equal(loaded.cases.length, 1);
  assert.equal(loaded.regressions.length, 1);
  const twice = await loadRuleSources([join(folder, 'b'), folder], port);
  assert.deepEqual(twice.sources, loaded.sources, 'L7: the order of paths, and naming a file twice, change nothing');
});

test('E11 the nearest licence at or above a folder says what its rules are under', async (t) => {
  const folder = folderWith(t, [
    ['LICENSE', DRL],
    ['rules/a.yml', 'title: a'],
    ['own/LICENSE.txt', 'All rights reserved'],
    ['own/b.yml', 'title: b'],
    ['own/drl/LICENSE.Detection.Rules.md', DRL],
    ['own/drl/c.yml', 'title: c'],
  ]);
  const port = nodeFilePort(folder);
  const licensed = async (...paths: readonly string[]): Promise<readonly string[]> =>
    [...(await loadRuleSources(paths, port)).licenses.entries()].map(([file, licence]) => `${file} ${licence}`);
  assert.deepEqual(await licensed('.'), ['./own/drl/c.yml DRL-1.1', './rules/a.yml DRL-1.1']);
  assert.deepEqual(await licensed('rules'), ['rules/a.yml DRL-1.1'], 'a licence above the path counts');
  assert.deepEqual(await licensed('rules/a.yml', 'own/b.yml'), ['rules/a.yml DRL-1.1']);
});

test('a zip is read in place, with its licence; what is damaged in it costs itself', async (t) => {
  const zip = writeZip([
    { name: 'sigma/LICENSE', bytes: Buffer.from(DRL) },
    { name: 'sigma/rules/b.yml', bytes: Buffer.from('title: b') },
    { name: 'sigma/rules/a.yml', bytes: Buffer.from('title: a') },
    { name: 'other/../../c.yml', bytes: Buffer.from('title: c') },
    { name: 'sigma/rules/broken.yml', bytes: Buffer.from('title: d'), crc: 1 },
  ]);
  const folder = folderWith(t, [['release.zip', zip]]);
  const loaded = await loadRuleSources(['release.zip'], nodeFilePort(folder));
  assert.deepEqual(
    loaded.sources.map(({ file }) => file),
    ['release.zip!/sigma/rules/a.yml', 'release.zip!/sigma/rules/b.yml'],
    'L20: a name that climbs has a hidden part and is no rule',
  );
  assert.deepEqual([...loaded.licenses.values()], ['DRL-1.1', 'DRL-1.1']);
  assert.deepEqual(
    loaded.problems.map(({ code, place, message }) => `${code} ${place}: ${message}`),
    ['TRIAD-E-RULE-NOT-READ release.zip!/sigma/rules/broken.yml: Its packed bytes are damaged.'],
  );
});

test('L20 the bounds on size, number and depth hold on both sides, and each is told', async (t) => {
  const folder = folderWith(t, [
    ['a.yml', 'title: a'],
    ['b.yml', 'title: bc'],
    ['d/e/f.yml', 'title: f'],
  ]);
  const port = nodeFilePort(folder);
  const codes = async (limits: Parameters<typeof loadRuleSources>[2]): Promise<readonly string[]> => {
    const { sources, problems } = await loadRuleSources(['.'], port, limits);
    return [String(sources.length), ...problems.map(({ code, place }) => `${code} ${place}`)];
  };
  assert.deepEqual(await codes({ fileBytes: 9, files: 3, totalBytes: 25, depth: 2 }), ['3']);
  assert.deepEqual(await codes({ fileBytes: 8 }), ['2', 'TRIAD-E-RULE-TOO-LARGE ./b.yml']);
  assert.deepEqual(await codes({ files: 2 }), ['2', 'TRIAD-E-RULE-TOO-MANY ./d/e/f.yml']);
  assert.deepEqual(await codes({ totalBytes: 24 }), ['2', 'TRIAD-E-RULE-TOO-MANY ./d/e/f.yml']);
  assert.deepEqual(await codes({ depth: 1 }), ['2', 'TRIAD-E-RULE-TOO-MANY ./d/e']);
});

test('L30 a path that is not there and a file that is no UTF-8 are told with their place', async (t) => {
  const folder = folderWith(t, [['a.yml', Buffer.from([0x74, 0xff, 0xfe])]]);
  const { problems } = await loadRuleSources(['a.yml', 'none'], nodeFilePort(folder));
  assert.deepEqual(
    problems.map(({ code, place }) => `${code} ${place}`),
    ['TRIAD-E-RULE-ENCODING a.yml', 'TRIAD-E-ARG-NOTHING-FOUND none'],
  );
});

test('a pattern is expanded here, and takes only what looks like rules', async (t) => {
  const folder = folderWith(t, [
    ['a/x.yml', 'title: x'],
    ['a/y.yaml', 'title: y'],
    ['a/readme.md', 'no rule'],
    ['b/z.yml', 'title: z'],
  ]);
  const filesOf = async (path: string): Promise<readonly string[]> =>
    (await loadRuleSources([path], nodeFilePort(folder))).sources.map(({ file }) => file);
  assert.deepEqual(await filesOf('a/*'), ['a/x.yml', 'a/y.yaml']);
  assert.deepEqual(await filesOf('*/?.yml'), ['a/x.yml', 'b/z.yml']);
  assert.deepEqual(await filesOf('b"'), ['b/z.yml'], 'a quote that Windows left at the end');
  assert.deepEqual(await filesOf('c*'), []);
});
