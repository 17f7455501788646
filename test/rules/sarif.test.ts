import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeZip } from '../../testkit/index.ts';
import { folderWith } from '../hunt/run-triad.ts';
import { type SarifRead, sarifProblems } from '../report/sarif-shape.ts';
import { ID, processRule, run } from '../run-main.ts';

const WRONG = processRule('Wrong', ID.two, "Image|endswth: '\\calc.exe'");
const ODD = processRule('Odd', ID.three, "Nonsense: 'x'", "OriginalFileName: '{0}'");

async function check(
  ...argv: readonly string[]
): Promise<{ readonly code: number; readonly run: SarifRead['runs'][0] }> {
  const { code, out } = await run('rules', 'check', '--format', 'sarif', ...argv);
  assert.deepEqual(sarifProblems(out), []);
  return { code, run: (JSON.parse(out) as SarifRead).runs[0] };
}

test('rules check --format sarif places each problem at its line and columns', async (t) => {
  const folder = folderWith(t, [
    ['b.yml', WRONG],
    ['c.yml', ODD],
  ]);
  const { code, run: found } = await check(folder);
  assert.equal(code, 1);
  assert.deepEqual(
    found.results.map(({ ruleId, level, locations }) => [
      ruleId,
      level,
      locations[0]?.physicalLocation?.artifactLocation.uri,
      locations[0]?.physicalLocation?.region,
    ]),
    [
      ['S130', 'error', `file://${join(folder, 'b.yml')}`, { startLine: 8, startColumn: 11, endColumn: 18 }],
      ['S503', 'warning', `file://${join(folder, 'c.yml')}`, { startLine: 8, startColumn: 5, endColumn: 13 }],
    ],
  );
  assert.equal(found.results[0]?.message.text, 'There is no modifier "endswth". Did you mean "endswith"?');
  assert.deepEqual(
    [...new Set((await check(folder, '--notices')).run.results.map(({ level }) => level))].sort(),
    ['error', 'note', 'warning'],
    'notices are told when they are asked for',
  );
});

test('a rule in a zip has a place too; sound rules give no result, and a file that was not read is told', async (t) => {
  const zip = writeZip([{ name: 'r/b.yml', bytes: Buffer.from(WRONG) }]);
  const folder = folderWith(t, [
    ['x.zip', zip],
    ['good/a.yml', processRule('Good', ID.one, "Image|endswith: '\\calc.exe'")],
    ['bad/a.yml', processRule('Good', ID.one, "Image|endswith: '\\calc.exe'")],
    ['bad/b.yml', new Uint8Array([0xff, 0xfe, 0x00, 0xd8])],
  ]);
  const [inZip] = (await check(join(folder, 'x.zip'))).run.results;
  assert.equal(inZip?.locations[0]?.physicalLocation?.artifactLocation.uri, `file://${join(folder, 'x.zip')}!/r/b.yml`);
  const good = await check(join(folder, 'good'));
  assert.deepEqual([good.code, good.run.results], [0, []]);
  const bad = await check(join(folder, 'bad'));
  assert.equal(bad.code, 1);
  assert.match(JSON.stringify(bad.run.invocations), /"executionSuccessful":false,.*TRIAD-E-RULE-/);
});
