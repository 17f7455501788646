import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './running-server.ts';

/** `bin/triad.js serve` as a process of its own, over a folder. */
export interface ServerProcess {
  readonly url: string;
  readonly folder: string;
  readonly pid: number;
  /** The key that the first start made. */
  readonly key: string;
  /** The token of this machine. */
  readonly token: string;
  /** Its log so far. */
  log(): string;
  /** Ends it by a signal; gives its exit code, null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface ProcessOptions {
  /** Settings above those of the tests. */
  readonly yaml?: string;
  /** Arguments for Node, before the program. */
  readonly node?: readonly string[];
  /** Arguments for `triad serve`. */
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Kills it after a while, whether it listens by then or not. */
  readonly killAfterMs?: number;
}

const PROGRAM = fileURLToPath(new URL('../../bin/triad.js', import.meta.url));
const START_MS = 60_000;
const STANDSTILL_MS = 60_000;

/** Starts a server and waits until it listens; throws with its log when it does not. */
export async function startProcess(folder: string, options: ProcessOptions = {}): Promise<ServerProcess> {
  const { yaml = '', node = [], flags = [], variables = {}, killAfterMs } = options;
  const config = `${folder}.yaml`;
  writeFileSync(config, yaml);
  const named = ['--data', folder, '--listen', '127.0.0.1:0', '--config', config];
  const child = spawn(process.execPath, [...node, PROGRAM, 'serve', ...named, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const url = await greetingOf(child, () => log);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8').trim();
  return {
    url,
    folder,
    pid: child.pid ?? 0,
    key: read('first-key'),
    token: read('local-token'),
    log: () => log,
    end: (signal) => {
      child.kill(signal);
      return ended;
    },
  };
}

function greetingOf(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string): void => {
      clearTimeout(late);
      child.kill('SIGKILL');
      reject(new Error(`the server does not listen: ${why}\n${log()}`));
    };
    const late = setTimeout(() => fail(`not within ${START_MS / 1000} s`), START_MS);
    child.on('exit', (code) => fail(`it ended with ${code}`));
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const [, url] = /^Triad listens on (\S+);.*\n/.exec(text) ?? [];
      if (url === undefined) return;
      clearTimeout(late);
      child.removeAllListeners('exit');
      resolve(url);
    });
  });
}

/** The value of a metric without labels. */
export async function metricOf({ url, token }: Pick<ServerProcess, 'url' | 'token'>, name: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

/** Waits until everything durable is in the archive; fails after a minute. */
export async function untilArchived(server: Pick<ServerProcess, 'url' | 'token'>): Promise<void> {
  await until(async () => {
    const archived = await metricOf(server, 'triad_archive_position');
    return archived === (await metricOf(server, 'triad_store_position_durable'));
  }, 'everything is archived');
}

/** Waits until everything durable is judged, as long as it goes on; fails with the log of the server. */
export async function untilJudged(server: ServerProcess): Promise<void> {
  let before = -1;
  let lastMs = performance.now();
  for (;;) {
    const judged = await metricOf(server, 'triad_store_position_processed');
    if (judged === (await metricOf(server, 'triad_store_position_durable'))) return;
    if (judged !== before) lastMs = performance.now();
    before = judged;
    const waitedMs = performance.now() - lastMs;
    if (waitedMs > STANDSTILL_MS) throw new Error(`nothing is read behind position ${judged}\n${server.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
