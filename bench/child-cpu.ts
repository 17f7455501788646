import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** What a finished program cost, with all its threads and children. */
export interface ChildCost {
  readonly code: number;
  /** User and system time, seconds. */
  readonly cpuS: number;
  readonly wallS: number;
  /** What it wrote to stderr, and to stdout when that was asked for. */
  readonly stderr: string;
  readonly stdout: string;
}

export interface ChildOptions {
  /** Where stdout goes: nowhere, into a file, or into the result. */
  readonly stdout?: 'nowhere' | 'result' | { readonly file: string };
  readonly cwd?: string;
}

const MARK = '@cost';

/**
 * Runs a program to its end and gives its CPU time. Node tells nothing of its children's, so a shell measures it: the
 * program and its arguments are handed over as they are and never read as shell text.
 */
export function childCost(program: string, args: readonly string[], options: ChildOptions = {}): ChildCost {
  const stdout = options.stdout ?? 'nowhere';
  const sink = typeof stdout === 'object' ? openSync(stdout.file, 'w') : stdout === 'result' ? 'pipe' : 'ignore';
  const script = `TIMEFORMAT='${MARK} %3U %3S %3R'; time "$@"`;
  const done = spawnSync('bash', ['-c', script, 'bash', program, ...args], {
    stdio: ['ignore', sink, 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    env: { ...process.env, LC_ALL: 'C' },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (typeof sink === 'number') closeSync(sink);
  if (done.error !== undefined) throw done.error;
  const at = done.stderr.lastIndexOf(MARK);
  const [user, system, wall] = done.stderr
    .slice(at + MARK.length)
    .trim()
    .split(' ')
    .map(Number);
  if (at < 0 || user === undefined || system === undefined || wall === undefined) {
    throw new Error(`bash did not tell the cost of ${program}: ${done.stderr.slice(0, 500)}`);
  }
  return {
    code: done.status ?? -1,
    cpuS: user + system,
    wallS: wall,
    stderr: done.stderr.slice(0, at),
    stdout: stdout === 'result' ? done.stdout : '',
  };
}
