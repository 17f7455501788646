import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { selfSigned } from '../clients/tls.ts';
import { emptyFolder, run } from '../house/sandbox.ts';
import { root } from '../house/tree.ts';

/** The number that the image runs as. */
const USER = 10_001;

/**
 * There is no container daemon on the build machines. What the Containerfile does is done here by its own commands: the tarball is
 * unpacked so that nobody may write it, and a user without a name starts it with its environment on a root that is read-only.
 */
test('what the image holds starts as a user without a name on a read-only root, is found well, and ends with 0', async (t) => {
  // The image runs as a user of its own: to try that, this process has to be able to become one.
  if (process.getuid?.() !== 0) return t.skip('only root may start a process as another user');
  const mounts = run('unshare', ['-m', 'true'], root);
  // The root of the image is read-only, which is tried in a name space of its own; a sandbox may refuse one.
  if (mounts.code !== 0) return t.skip('mounts of its own are not to be had here');
  const base = emptyFolder();
  chmodSync(base, 0o755);
  const pem = await selfSigned(join(base, 'pem'));
  // The image listens beyond loopback, so it needs TLS, and no certificate is stored with the tests.
  if (pem === undefined) return t.skip('there is no openssl that makes a certificate');
  const packed = run(process.execPath, [join(root, 'tools', 'pack.ts'), emptyFolder()], root);
  assert.equal(packed.code, 0, packed.stderr);
  const [program, state, mask] = ['triad', 'state', 'mask'].map((name) => join(base, name)) as [string, string, string];
  for (const folder of [program, state, mask]) mkdirSync(folder);
  const unpack = `tar -xzf ${packed.stdout.trim()} -C ${program} --strip-components=1 --no-same-owner && chmod -R a-w,a+rX ${program}`;
  assert.equal(run('sh', ['-c', unpack], root).code, 0);
  copyFileSync(process.execPath, join(program, 'node'));
  const script = [
    'set -e',
    'mount --make-rprivate /',
    `mount -t tmpfs -o mode=0700,uid=${USER},gid=${USER} tmpfs ${state}`,
    `install -o ${USER} -m 0400 ${pem.certificate} ${pem.key} ${mask}`,
    'mount -o bind,remount,ro / || mount -o remount,ro,bind /',
    `cd ${state}`,
    `setpriv --reuid ${USER} --regid ${USER} --clear-groups --no-new-privs --bounding-set=-all ./../triad/node ../triad/bin/triad.js serve &`,
    'server=$!',
    `for i in $(seq 100); do [ -s address ] && break; sleep 0.1; done`,
    `setpriv --reuid ${USER} --regid ${USER} --clear-groups ../triad/node ../triad/deploy/healthcheck.js`,
    'touch /usr/written 2>/dev/null && echo WRITABLE || true',
    'kill -TERM $server',
    'wait $server; echo "ended $?"',
  ].join('\n');
  const env = {
    PATH: process.env['PATH'] ?? '',
    NODE_ENV: 'production',
    STATE_DIRECTORY: state,
    TRIAD_LISTEN: '0.0.0.0:0',
    TRIAD_TLS__CERTIFICATE: join(mask, 'certificate.pem'),
    TRIAD_TLS__KEY: join(mask, 'key.pem'),
  };
  const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', script], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  t.after(() => rmSync(base, { recursive: true, force: true }));
  assert.match(stdout, /\nok\nended 0\n$/, `${stdout}${stderr}`);
  assert.match(stderr, /requests of other machines are refused \(421\): set publicUrl/);
  assert.match(stdout, /Triad listens on https:\/\/0\.0\.0\.0:\d+; everything is in /);
});
