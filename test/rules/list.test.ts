import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { folderWith } from '../hunt/run-triad.ts';
import { ID, processRule, run } from '../run-main.ts';
import { WITHOUT_SIGMAHQ } from '../sigma/sigmahq.ts';

const FOREIGN = `title: Elsewhere\nlogsource: { product: linux, category: process_creation }\ndetection:\n  s: { Image: x }\n  condition: s\n`;

interface Row {
  readonly title: string;
  readonly routes: readonly string[];
  readonly blindRoutes: readonly string[];
  readonly refused?: string;
  readonly license?: string;
}

async function rowsOf(...argv: readonly string[]): Promise<readonly Row[]> {
  const { out } = await run('rules', 'list', '--format', 'json', ...argv);
  return (JSON.parse(out) as { rules: Row[] }).rules;
}

test('triad rules list tells routes, blind routes and refusals of every document', async (t) => {
  const folder = folderWith(t, [
    ['LICENSE', 'Detection Rule License (DRL) 1.1'],
    ['a.yml', processRule('A', ID.one, "Image: 'x'", "OriginalFileName: 'y'")],
    [
      'b.yml',
      `${processRule('=Broken', ID.two, "Image|endswth: 'x'")}---\n${processRule('Sound', ID.three, "Image: 'x'")}`,
    ],
    ['c.yml', FOREIGN],
  ]);
  assert.deepEqual(
    (await rowsOf(folder)).map(({ title, routes, blindRoutes, refused = '-', license = '-' }) =>
      [title, routes.join(' '), blindRoutes.join(' '), refused.split(':')[0], license].join(' | '),
    ),
    [
      'A | process_creation/sysmon | process_creation/security | - | DRL-1.1',
      '=Broken |  |  | S130 unknown-modifier, line 8 | DRL-1.1',
      'Sound | process_creation/sysmon process_creation/security |  | - | DRL-1.1',
      'Elsewhere |  |  | S501 no-route, line 1 | DRL-1.1',
    ],
  );
  const { code, out } = await run('rules', 'list', folder);
  assert.equal(code, 0);
  assert.match(out, /\n {4}blind {3}process_creation\/security\n/);
  assert.match(out, /\n4 rules: 2 loaded, of which 1 blind on a route; 2 refused\.\n$/);
  assert.match(
    (await run('rules', 'list', folder, '--format', 'csv')).out,
    /,high,test,rule,'=Broken,/,
    'L20: no formula',
  );
});

test('level, status and exclusions choose rules; a list that is narrowed has no broken ones', async (t) => {
  const low = processRule('Low', ID.two, "Image: 'x'")
    .replace('level: high', 'level: low')
    .replace('status: test\n', '');
  const folder = folderWith(t, [
    ['rules/a.yml', processRule('A', ID.one, "Image: 'x'")],
    ['rules/b.yml', low],
    ['rules/c.yml', processRule('C', ID.three, "Image|endswth: 'x'")],
    ['out.txt', `# not here\n${ID.one.toUpperCase()}  # noisy\n`],
  ]);
  const titles = async (...flags: readonly string[]): Promise<readonly string[]> =>
    (await rowsOf(join(folder, 'rules'), ...flags)).map(({ title }) => title);
  assert.deepEqual(await titles(), ['A', 'Low', 'C']);
  assert.deepEqual(await titles('--rule-level', 'medium'), ['A']);
  assert.deepEqual(await titles('--rule-status', 'test', '--rule-status', 'stable'), ['A']);
  assert.deepEqual(await titles('--exclude-rules', join(folder, 'out.txt')), ['Low', 'C']);
  assert.equal((await run('rules', 'list', folder, '--exclude-rules', join(folder, 'none'))).code, 2);
});

test('every public rule is in the list, with its licence', { skip: WITHOUT_SIGMAHQ }, async () => {
  const zip = join(import.meta.dirname, '..', '..', '..', 'shared', 'corpus', 'sigmahq', 'rules_all.zip');
  const rows = await rowsOf(zip);
  assert.equal(rows.length, 3794);
  assert.ok(rows.every(({ license }) => license === 'DRL-1.1'));
  const reasons = rows.flatMap(({ refused }) => (refused === undefined ? [] : [refused.slice(0, 4)]));
  assert.deepEqual(
    [...new Set(reasons)].sort().map((code) => `${code} ${reasons.filter((one) => one === code).length}`),
    ['S136 25', 'S501 870'],
  );
});
