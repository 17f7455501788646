import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPins } from '../../src/pins/index.ts';
import { moreConfigFiles } from '../../src/serve/data-folder.ts';
import { readNames } from '../../src/upkeep/index.ts';
import { run } from '../run-main.ts';
import { runServer, temporaryFolder } from '../serve/running-server.ts';

const PIN = 'version: 1\npins: []\n';

/** Files of settings and pins, by their names below a folder. */
function settingsIn(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => /\.ya?ml$/.test(path));
  const files = paths.sort().filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

test('L25 a backup holds every file of settings and pins that the server reads: by links, with blanks, in any letters', async (context) => {
  const server = await runServer(context, {});
  const { folder } = server;
  const base = temporaryFolder(context);
  const written: Readonly<Record<string, string>> = {
    'conf.d/10 log ö.yaml': 'log: { level: warn }\n',
    'conf.d/20-linked.yml': '# elsewhere\n',
    'conf.d/@(1).yaml': '# brackets\n',
    'pins.d/für ws.yaml': PIN,
    'triad.yaml': '# by a link\n',
  };
  for (const part of ['conf.d', 'pins.d']) mkdirSync(join(folder, part));
  for (const [path, text] of Object.entries(written)) {
    if (!/linked|triad/.test(path)) writeFileSync(join(folder, path), text);
  }
  writeFileSync(join(base, 'elsewhere'), '# elsewhere\n');
  symlinkSync(join(base, 'elsewhere'), join(folder, 'conf.d', '20-linked.yml'));
  writeFileSync(join(base, 'main'), '# by a link\n');
  symlinkSync(join(base, 'main'), join(folder, 'triad.yaml'));
  // What no server reads is no part of it, and no reason for a warning.
  for (const name of ['.hidden.yaml', 'x.yaml~', 'notes.txt']) writeFileSync(join(folder, 'conf.d', name), ': broken');
  symlinkSync(join(base, 'nowhere'), join(folder, 'conf.d', 'dangling.yaml'));

  const backup = join(base, 'backup');
  const made = await run('backup', backup, '--data', folder);
  assert.deepEqual([made.code, made.err], [0, '']);
  assert.deepEqual(settingsIn(backup), written);
  const verified = await run('backup', 'verify', backup);
  assert.deepEqual([verified.code, verified.err], [0, '']);
  const restored = join(base, 'restored');
  assert.equal((await run('restore', backup, '--data', restored)).code, 0);
  assert.deepEqual(settingsIn(restored), written);
  const read = await moreConfigFiles(folder);
  assert.deepEqual(
    (await moreConfigFiles(restored)).map((name) => `conf.d/${name}`),
    Object.keys(written).filter((path) => path.startsWith('conf.d/')),
  );
  assert.deepEqual(await readNames(join(folder, 'conf.d')), read);
  const pins = await loadPins(restored);
  assert.deepEqual(pins.kind === 'pins' && pins.files.map(({ path }) => path), [
    join(restored, 'pins.d', 'für ws.yaml'),
  ]);
});

test('what the server reads and no backup can hold is told as a warning, each by its name', async (context) => {
  const { folder } = await runServer(context, {});
  mkdirSync(join(folder, 'conf.d', 'folder.yaml'), { recursive: true });
  for (const name of ['a\\b.yaml', 'a\nb.yaml', 'whole.yaml']) writeFileSync(join(folder, 'conf.d', name), '');
  const backup = join(temporaryFolder(context), 'backup');
  const made = await run('backup', backup, '--data', folder, '--format', 'json');
  assert.equal(made.code, 0);
  const { warnings } = JSON.parse(made.out) as { warnings: readonly string[] };
  const told = warnings.map((text) => text.replace(join(folder, 'conf.d'), '…'));
  assert.deepEqual(told, [
    '"…/a\\nb.yaml" is not in the backup, and a server reads it: a backup holds no such name.',
    '"…/a\\\\b.yaml" is not in the backup, and a server reads it: a backup holds no such name.',
    '"…/folder.yaml" is not in the backup, and a server reads it: it is no file.',
  ]);
  assert.equal(made.err.match(/TRIAD-W-BACKUP/g)?.length, 3);
  assert.deepEqual(Object.keys(settingsIn(backup)).includes('conf.d/whole.yaml'), true);
  assert.equal((await run('backup', 'verify', backup)).code, 0);
});
