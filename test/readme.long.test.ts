import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { emptyFolder, run } from './house/sandbox.ts';
import { blocksOf, type Command, commandsOf, matchesOutput } from './house/transcript.ts';
import { readRoot, root } from './house/tree.ts';

/** Lines that would run this very test again, or whose end is not the program's. */
const NOT_RUN = /npm run (?:-s )?check|npm test|\.ci\/run|git clone/;

const hasReadme = existsSync(join(root, 'README.md'));

test('L29 the commands of the README run in a fresh clone and print what it shows', async (t) => {
  if (!hasReadme) return t.skip('there is no README.md in this checkout');
  const clone = join(emptyFolder(), 'triad');
  const cloned = run('git', ['clone', '-q', root, clone], root);
  if (cloned.code !== 0) return t.skip('this checkout is no Git repository');
  // The packages that this checkout was installed from are in npm's cache.
  const install = run('npm', ['ci', '--prefer-offline'], clone);
  assert.equal(install.code, 0, install.stderr);
  const env = { PATH: `${join(clone, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  const commands = blocksOf(readRoot('README.md')).flatMap(commandsOf);
  assert.ok(commands.length > 0, 'the README shows no command');
  for (const { line, output } of commands.filter(({ line }: Command) => !NOT_RUN.test(line))) {
    const ran = run('sh', ['-c', line.replace(/^npm ci && /, '')], clone, env);
    if (output === undefined) assert.equal(ran.code, 0, `${line}\n${ran.stderr}`);
    else assert.ok(matchesOutput(ran.stdout, output), `${line} printed\n${ran.stdout}\nand not\n${output}`);
  }
});

test('the line that runs the tests is the one that .ci/run runs', (t) => {
  if (!hasReadme) return t.skip('there is no README.md in this checkout');
  const line = /^npm ci && npm run -s check$/m;
  assert.match(readRoot('README.md'), line);
  assert.match(readRoot('.ci/run'), /\(npm ci && npm run -s check\)/);
});
