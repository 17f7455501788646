import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Only root may mount, and not in every container: without that no disk can be filled here that nobody else needs. */
export const NO_MOUNT = 'mounting a file system is not allowed here';

/** A file system of so many bytes in memory that goes with the test; undefined where mounting is not allowed, which the test then says. */
export function smallDisk(t: TestContext, bytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'triad-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'tmpfs', folder]);
  t.after(() => {
    if (mounted.status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (mounted.status === 0) return folder;
  // Reason: only root may mount, and not in every container; no other disk may be filled by a test.
  t.skip(NO_MOUNT);
  return undefined;
}
