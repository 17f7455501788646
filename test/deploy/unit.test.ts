import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { emptyFolder, run } from '../house/sandbox.ts';
import { readRoot, root } from '../house/tree.ts';

const UNIT = join(root, 'deploy', 'triad.service');
/** Tenths of systemd's own measure; 100 is no hardening at all. */
const MOST_EXPOSURE = 15;

function settings(name: string): readonly string[] {
  return [...readRoot('deploy/triad.service').matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(
    ([, text]) => text ?? '',
  );
}

test('the unit starts as SERVE 0.1: 17 says: exec, no watchdog, no restart of a refused start, time enough to end', () => {
  assert.deepEqual(settings('Type'), ['exec']);
  assert.deepEqual(settings('WatchdogSec'), []);
  assert.deepEqual(settings('RestartPreventExitStatus'), ['2']);
  assert.deepEqual(settings('StateDirectoryMode'), ['0700']);
  assert.ok(Number(settings('TimeoutStopSec')[0]) > 25);
  // Without netlink Node cannot tell the addresses of the machine, and says so by a fault.
  assert.deepEqual(settings('RestrictAddressFamilies'), ['AF_INET AF_INET6 AF_UNIX AF_NETLINK']);
});

test('systemd finds nothing wrong with the unit, and calls it well protected', (t) => {
  // The unit is judged by systemd's own tool, which machines without systemd do not have.
  if (run('systemd-analyze', ['--version'], root).code !== 0) return t.skip('there is no systemd-analyze here');
  // The program that it names must be there to be verified.
  const copy = join(emptyFolder(), 'triad.service');
  writeFileSync(
    copy,
    readRoot('deploy/triad.service').replace('/usr/local/bin/triad serve', `${process.execPath} serve`),
  );
  const verified = run('systemd-analyze', ['verify', copy], root);
  assert.deepEqual([verified.code, verified.stdout, verified.stderr], [0, '', '']);
  const shown = run('systemd-analyze', ['security', '--offline=true', `--threshold=${MOST_EXPOSURE}`, UNIT], root);
  const line = shown.stdout.split('\n').find((text) => text.includes('Overall exposure level'));
  t.diagnostic(line?.trim() ?? 'no level');
  assert.equal(shown.code, 0, line);
});
