import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after } from 'node:test';
import { root } from './tree.ts';

/** An empty folder that is gone after the test file. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'triad-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, without the settings that npm gives to what it starts. */
export function run(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Ran {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:npm_|INIT_CWD$|NODE_)/i.test(name));
  const ended = spawnSync(program, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), NO_COLOR: '1', ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 300_000,
  });
  if (ended.error !== undefined) throw ended.error;
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr };
}

/** A Node on the PATH that is too old for Triad, where there is one. */
export function oldNode(): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const program = join(folder, 'node');
    if (folder.startsWith(root) || !existsSync(program)) continue;
    const major = Number(/^v(\d+)/.exec(run(program, ['--version'], root).stdout)?.[1] ?? 99);
    if (major >= 18 && major < 24) return program;
  }
  return undefined;
}
