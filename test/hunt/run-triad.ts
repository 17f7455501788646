import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Root of the checkout. */
export const ROOT: string = join(import.meta.dirname, '..', '..');
export const PROGRAM: string = join(ROOT, 'bin', 'triad.js');
export const CORPUS: string = join(ROOT, '..', 'shared', 'corpus', 'dev');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly stdio?: SpawnOptions['stdio'];
  /** Sends `signal` as soon as the program has this file open (Linux). */
  readonly killWhenOpen?: string;
  readonly signal?: NodeJS.Signals;
}

/** True when the process holds the file open. */
function hasOpen(pid: number, path: string): boolean {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).some((name) => readlinkSync(join(folder, name)) === path);
  } catch {
    // A descriptor that was closed in between.
    return false;
  }
}

/** Runs `triad` as a user would and waits for its end. */
export function triad(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: options.cwd ?? ROOT,
      env: { ...process.env, ...options.variables },
      stdio: options.stdio ?? ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const { killWhenOpen, signal } = options;
    const timer = setInterval(() => {
      if (killWhenOpen === undefined || child.pid === undefined || !hasOpen(child.pid, killWhenOpen)) return;
      clearInterval(timer);
      child.kill(signal ?? 'SIGINT');
    }, 20);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(options.input ?? '');
  });
}

/** A folder of its own for a test, with these files; removed when the test ends. */
export function folderWith(
  t: { after: (fn: () => void) => void },
  files: Iterable<readonly [string, string | Uint8Array]> = [],
): string {
  const folder = mkdtempSync(join(tmpdir(), 'triad-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}
