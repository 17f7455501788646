import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives this process a folder for temporary files of its own, which goes with the process: what a test finds left there is not another's that runs beside it.
 */
export function useOwnTmp(): void {
  const folder = mkdtempSync(join(tmpdir(), 'triad-own-'));
  process.env['TMPDIR'] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}
