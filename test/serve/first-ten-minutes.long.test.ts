import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, globSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRoot, root } from '../house/tree.ts';
import { temporaryFolder, until } from './running-server.ts';

/** A block of the document: `console`, or `console NAME` for a window of its own that stays open. */
interface Window {
  readonly name: string;
  readonly text: string;
}

interface Sandbox {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Puts the port of the test in the place of the document's. */
  readonly ported: (text: string) => string;
}

function windows(): readonly Window[] {
  const found = readRoot('docs/first-ten-minutes.md').matchAll(/^```console ?(\w*)\n([\s\S]*?)^```$/gm);
  return [...found].map(([, name = '', text = '']) => ({ name, text }));
}

/** A line that is shown as a pattern: `…` stands for any letters, and what is printed may go on. */
function patternOf(line: string): RegExp {
  const parts = line.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(/ +/g, ' +');
  return new RegExp(`^${parts.replaceAll('…', '.*')}`);
}

/**
 * Whether what is printed begins as it is shown; `…` alone in a line stands for any lines. Line by line, for as one pattern each place where it does not fit yet is tried in
 * as many ways as all lines before it fit.
 */
function fits(shown: string, printed: string): boolean {
  const lines = printed.split('\n').slice(0, -1);
  let from = 0;
  for (const [at, part] of `\n${shown.trimEnd()}\n`.split('\n…\n').entries()) {
    const text = at === 0 ? part.slice(1) : part;
    const patterns = text === '' ? [] : text.replace(/\n$/, '').split('\n').map(patternOf);
    const isHere = (first: number): boolean => patterns.every((one, next) => one.test(lines[first + next] ?? '\u0000'));
    while (at > 0 && from + patterns.length < lines.length && !isHere(from)) from++;
    if (!isHere(from)) return false;
    from += patterns.length;
  }
  return true;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder with `triad` on the path and the demo beside it, as in a checkout. */
async function sandbox(context: TestContext): Promise<Sandbox> {
  const folder = temporaryFolder(context);
  const port = await freePort();
  mkdirSync(join(folder, 'bin'));
  const shim = join(folder, 'bin', 'triad');
  writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin', 'triad.js')}' "$@"\n`);
  chmodSync(shim, 0o755);
  symlinkSync(join(root, 'demo'), join(folder, 'demo'));
  const path = [join(folder, 'bin'), process.env['PATH'] ?? '', '/usr/sbin'].join(delimiter);
  const env = { ...process.env, PATH: path, NO_COLOR: '1', TRIAD_LISTEN: `127.0.0.1:${port}` };
  return { folder, env, ported: (text) => text.replaceAll('127.0.0.1:8443', `127.0.0.1:${port}`) };
}

/** Types the commands of a window one after the other, and compares what each prints. */
function typeAll(text: string, { folder, env, ported }: Sandbox): void {
  for (const part of text.split(/^\$ /m).slice(1)) {
    const end = part.indexOf('\n');
    const [line, shown] = [ported(part.slice(0, end)), part.slice(end + 1)];
    const ran = spawnSync('sh', ['-c', line], { cwd: folder, env, encoding: 'utf8', timeout: 60_000 });
    assert.equal(ran.status, 0, `${line}\n${ran.stdout}${ran.stderr}`);
    const printed = `${ran.stdout.replaceAll('\r', '').trimEnd()}\n`;
    assert.ok(fits(ported(shown), printed), `${line} printed\n${printed}\nand not\n${shown}`);
  }
}

/** A program that stays: what it printed is compared until it fits. */
class Open {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #told = '';

  constructor(line: string, { folder, env }: Sandbox) {
    this.#child = spawn('sh', ['-c', `exec ${line}`], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#told += text;
    });
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
  }

  async shows(shown: string): Promise<void> {
    await until(() => fits(shown, this.#told), `it prints what is shown\n${shown}`).catch((cause: unknown) => {
      assert.fail(`${String(cause)}\n${this.#told}`);
    });
  }

  async end(): Promise<void> {
    this.#child.kill('SIGINT');
    assert.equal(await this.#ended, 0, this.#told);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

function hasRsyslog(): boolean {
  const found = spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin command -v rsyslogd']).status === 0;
  return found && globSync('/usr/lib/{*/,}rsyslog/omelasticsearch.so').some((path) => existsSync(path));
}

test('L29 the first ten minutes go as the document says', async (context) => {
  const box = await sandbox(context);
  const open = new Map<string, Open>();
  context.after(() => {
    for (const one of open.values()) one.kill();
  });
  for (const { name, text } of windows()) {
    if (name === 'rsyslog' && !hasRsyslog()) {
      context.diagnostic('rsyslog was left out: there is no rsyslogd with omelasticsearch here');
      continue;
    }
    if (name === '' || name === 'rsyslog') {
      typeAll(text, box);
      continue;
    }
    const [, line, shown = ''] = /^\$ (.*)\n([\s\S]*)$/.exec(text) ?? [];
    if (line !== undefined) open.set(name, new Open(line, box));
    const one = open.get(name);
    assert.ok(one !== undefined, `no window ${name} is open`);
    if (line !== undefined) await one.shows(box.ported(shown.replace(/^\^C\n/m, '')));
    if (!/^\^C$/m.test(text)) continue;
    await one.end();
    open.delete(name);
  }
  assert.equal(open.size, 0, 'every window is closed');
});
