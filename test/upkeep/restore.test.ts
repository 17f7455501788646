import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { restore } from '../../src/upkeep/index.ts';
import { stagingFor } from '../../src/upkeep/staging.ts';
import { root } from '../house/tree.ts';
import { run } from '../run-main.ts';
import { runServer, sendLines, temporaryFolder, winlogbeat } from '../serve/running-server.ts';
import { failingAt, stoppedAt } from './stopped-disk.ts';

/** The number that the image runs as, and a user without any right of root. */
const USER = 10_001;
const PROGRAM = join(root, 'bin', 'triad.js');

/** A folder that others may go through, for a child under another user. */
function openFolder(context: TestContext): string {
  const folder = temporaryFolder(context);
  chmodSync(folder, 0o755);
  return folder;
}

/** A backup of a server with a batch, settings and pins; below `base`. */
async function madeBackup(context: TestContext, base: string): Promise<string> {
  const server = await runServer(context, {});
  await sendLines(server, [winlogbeat(1)]);
  writeFileSync(join(server.folder, 'triad.yaml'), 'log: { level: warn }\n');
  mkdirSync(join(server.folder, 'conf.d'));
  writeFileSync(join(server.folder, 'conf.d', '10.yaml'), 'log: { level: warn }\n');
  const backup = join(base, 'backup');
  assert.equal((await run('backup', backup, '--data', server.folder)).code, 0);
  await server.server.stop();
  return backup;
}

/** Path and text of each file below a folder, but for a manifest. */
function contentOf(folder: string): Readonly<Record<string, string>> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => path !== 'manifest.json' && statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), 'latin1')]));
}

test('a store is restored into an empty folder whose parent nobody but root may write: as a service of systemd does it', async (context) => {
  // Root may write everywhere: this process has to be able to become somebody who may not.
  if (process.getuid?.() !== 0) return context.skip('only root may start a process as another user');
  const base = openFolder(context);
  const backup = await madeBackup(context, base);
  const folder = join(base, 'triad');
  mkdirSync(folder, 0o700);
  for (const path of [backup, folder]) assert.equal(spawnSync('chown', ['-R', `${USER}:${USER}`, path]).status, 0);
  const restoreAsUser = (into: string) =>
    spawnSync(process.execPath, [PROGRAM, 'restore', backup, '--data', into], {
      encoding: 'utf8',
      uid: USER,
      gid: USER,
    });
  const { status, stderr } = restoreAsUser(folder);
  assert.deepEqual([status, stderr], [0, '']);
  assert.deepEqual(contentOf(folder), contentOf(backup));
  assert.deepEqual([statSync(folder).uid, statSync(folder).mode & 0o777], [USER, 0o700]);
  assert.deepEqual(readdirSync(base).sort(), ['backup', 'triad']);
  const unheard = restoreAsUser(join(base, 'new'));
  assert.deepEqual([unheard.status, /EACCES/.test(unheard.stderr)], [4, true]);
  assert.deepEqual(readdirSync(base).sort(), ['backup', 'triad']);
});

test('a store is restored into a volume on a root that is read-only: as a container does it', async (context) => {
  // A mount of its own is needed, which a sandbox or a user without rights may not make.
  if (process.platform !== 'linux' || spawnSync('unshare', ['-m', 'true']).status !== 0) {
    return context.skip('mounts of its own are not to be had here');
  }
  const base = openFolder(context);
  const backup = await madeBackup(context, base);
  const [volume, folder] = [join(base, 'volume'), join(base, 'triad')];
  for (const path of [volume, folder]) mkdirSync(path, 0o700);
  const script = [
    'set -e',
    'mount --make-rprivate /',
    `mount --bind ${base} ${base}`,
    `mount --bind ${volume} ${folder}`,
    `mount -o bind,remount,ro ${base}`,
    `if touch ${base}/written 2>/dev/null; then echo WRITABLE; fi`,
    `${process.execPath} ${PROGRAM} restore ${backup} --data ${folder}`,
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script], { encoding: 'utf8' });
  assert.deepEqual([status, stderr, stdout.includes('WRITABLE')], [0, '', false], stdout);
  assert.deepEqual(contentOf(volume), contentOf(backup));
});

test('L25 a restore that is killed at any point leaves no store that starts, and the next one brings the whole', async (context) => {
  const base = temporaryFolder(context);
  const backup = await madeBackup(context, base);
  const whole = contentOf(backup);
  const told: string[] = [];
  for (let at = 0; ; at++) {
    const folder = join(base, `killed-${at}`);
    mkdirSync(folder);
    if ((await stoppedAt(at, () => restore({ from: backup, folder }))) !== undefined) break;
    const names = readdirSync(folder).sort();
    told.push(names.join(' '));
    if (names.length > 0) {
      const started = await run('serve', '--data', folder);
      assert.deepEqual([started.code, started.out], [2, '']);
      assert.match(started.err, /A restore into .* did not end \(\.restoring is in it\): run triad restore/);
      assert.deepEqual(readdirSync(folder).sort(), names, 'a refused start changes nothing');
      assert.match((await run('doctor', '--data', folder)).out, /fail +folder +A restore into .* did not end/);
    }
    const again = await run('restore', backup, '--data', folder);
    assert.deepEqual([again.code, again.err], [0, '']);
    assert.deepEqual(contentOf(folder), whole);
  }
  // Before the first leftover is cleared; then name by name; the state last; then what says that it is not done.
  assert.deepEqual(told, [
    '',
    '.restoring',
    '.restoring conf.d',
    '.restoring conf.d journal',
    '.restoring conf.d journal triad.yaml',
    '.restoring conf.d journal state.sqlite triad.yaml',
  ]);
});

test('a restore that fails at any point leaves the folder as it was', async (context) => {
  const base = temporaryFolder(context);
  const backup = await madeBackup(context, base);
  for (let at = 1; ; at++) {
    const folder = join(base, `failed-${at}`);
    mkdirSync(folder);
    const outcome = await failingAt(at, () => restore({ from: backup, folder }));
    if (outcome.kind === 'done') {
      assert.ok(at > 4, 'calls failed');
      break;
    }
    assert.deepEqual([outcome.code, outcome.message, readdirSync(folder)], ['disk', 'EIO: i/o error', []]);
  }
});

test('what a restore left is cleared only where nothing else is there, and a link to an empty folder is one', async (context) => {
  const base = temporaryFolder(context);
  const backup = await madeBackup(context, base);
  const folder = join(base, 'triad');
  mkdirSync(folder);
  assert.equal(await stoppedAt(3, () => restore({ from: backup, folder })), undefined);
  writeFileSync(join(folder, 'owner.sqlite'), '');
  const before = contentOf(folder);
  const refused = await run('restore', backup, '--data', folder);
  assert.equal(refused.code, 2);
  assert.match(refused.err, /\.restoring in it is what another restore left, and owner\.sqlite is not of that one/);
  assert.equal((await run('restore', backup, '--data', folder, '--dry-run')).code, 2);
  assert.deepEqual(contentOf(folder), before);
  rmSync(join(folder, 'owner.sqlite'));
  // A list that leads out of the folder, or is broken, is none.
  writeFileSync(join(folder, '.restoring', 'moving.json'), '["../backup"]');
  assert.equal((await run('restore', backup, '--data', folder)).code, 2, 'conf.d is nobody’s');
  assert.ok(existsSync(backup));

  const [empty, link] = [join(base, 'empty'), join(base, 'link')];
  mkdirSync(empty);
  symlinkSync(empty, link);
  assert.equal((await run('restore', backup, '--data', link)).code, 0);
  assert.deepEqual(contentOf(empty), contentOf(backup));
  writeFileSync(join(base, 'file'), '');
  assert.match((await run('restore', backup, '--data', join(base, 'file'))).err, /is no folder/);
});

test('what cannot be taken away is told and cleared by the next restore; what came meanwhile stays', async (context) => {
  const base = temporaryFolder(context);
  const backup = await madeBackup(context, base);
  const folder = join(base, 'triad');
  mkdirSync(folder);
  const broken = await failingAt(2, () => restore({ from: backup, folder }), 99);
  assert.deepEqual(broken.kind === 'problem' && [broken.code, broken.message], [
    'disk',
    'EIO: i/o error. What was copied is left, and the next restore clears it: EIO: i/o error',
  ]);
  assert.deepEqual(readdirSync(folder).sort(), ['.restoring', 'conf.d']);
  assert.equal((await restore({ from: backup, folder })).kind, 'done');
  assert.deepEqual(contentOf(folder), contentOf(backup));

  const other = join(base, 'other');
  mkdirSync(other);
  const place = await stagingFor(other);
  assert.ok(place.kind === 'fit');
  mkdirSync(place.staging.side);
  writeFileSync(join(place.staging.side, 'state.sqlite'), '');
  writeFileSync(join(other, 'triad.yaml'), '# mine');
  assert.match((await place.staging.finish()) ?? '', /^triad\.yaml came into .* meanwhile/);
  await place.staging.undo();
  assert.deepEqual(contentOf(other), { 'triad.yaml': '# mine' });
});
