import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertGolden } from '../report/golden.ts';
import { stagesOf } from './stages.ts';

for (const name of ['selection-and-filter', 'every-operation', 'correlated', 'mistakes']) {
  test(`every stage makes of ${name} what its golden file says`, () => {
    const text = readFileSync(new URL(`rules/${name}.yml`, import.meta.url), 'utf8');
    assertGolden(`sigma-${name}.golden.txt`, stagesOf(text, `${name}.yml`));
  });
}
