import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root: string = join(import.meta.dirname, '..', '..');

export function readRoot(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The files below a folder of the checkout that match, by path from the root with `/`. */
export function filesOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** Every file that Git tracks or would track; without Git, what a walk finds outside of made folders. */
export function trackedFiles(): readonly string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 26,
    });
    return [...new Set(listed.split('\0'))].filter((path) => path !== '').sort();
  } catch {
    return filesOf('**/*.*').filter((path) => !/^(?:node_modules|dist|samples|bench\/out)\//.test(path));
  }
}
