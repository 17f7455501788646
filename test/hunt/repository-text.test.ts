import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderText } from '../../src/report/index.ts';
import { assertGolden } from '../report/golden.ts';
import { resultOf } from './hunted.ts';
import { audit, plantedHost, writeFiles } from './planted-host.ts';
import { folderWith } from './run-triad.ts';

test('the text of a hunt over logs, repository and an audit that disagrees is as its golden file has it', async (t) => {
  const files = plantedHost().map((file) =>
    file.path === 'triad-audit.json'
      ? { ...file, bytes: audit({ properties: { CommandLineTemplate: 'cmd.exe /c calc.exe' } }) }
      : file,
  );
  const result = await resultOf(writeFiles(folderWith(t), files));
  const text = [...renderText(result, { all: true, paths: ['.'] })].join('');
  assertGolden('at-rest.golden.txt', text);
  assert.deepEqual(
    text.split('\n').filter((line) => line.length > 100),
    [],
  );
});
