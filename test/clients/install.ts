import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, root, runProgram } from './child.ts';

/** Where the clients are put: outside of what is tracked, and kept for the next run. */
const CACHE = join(root, '.cache', 'clients');
/** For each step: where nothing can be reached, all of them together must leave time for what needs no registry. */
const INSTALL_MS = 90_000;

export type Installed =
  | { readonly kind: 'installed'; readonly path: string }
  | { readonly kind: 'absent'; readonly reason: string };

/** The JavaScript clients of `package-lock.json`; `path` is the folder that they are resolved from. */
export async function installJavaScript(): Promise<Installed> {
  const folder = join(CACHE, 'js');
  const sources = ['package.json', 'package-lock.json', '.npmrc'];
  return await once(folder, sources, async () => {
    for (const name of sources) cpSync(join(import.meta.dirname, name), join(folder, name));
    return await runProgram('npm', ['ci', '--loglevel=error', '--fetch-retries=1', '--fetch-timeout=20000'], {
      cwd: folder,
      timeoutMs: INSTALL_MS,
    });
  });
}

/** The Python clients of `requirements.txt` in an environment of their own; `path` is its interpreter. */
export async function installPython(): Promise<Installed> {
  const folder = join(CACHE, 'python');
  const installed = await once(folder, ['requirements.txt'], async () => {
    const made = await runProgram('python3', ['-m', 'venv', join(folder, 'venv')], { timeoutMs: INSTALL_MS });
    if (made.code !== 0) return made;
    const requirements = join(import.meta.dirname, 'requirements.txt');
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '--no-deps', '-r', requirements];
    return await runProgram(join(folder, 'venv', 'bin', 'python'), pip, { timeoutMs: INSTALL_MS });
  });
  return installed.kind === 'absent' ? installed : { kind: 'installed', path: join(folder, 'venv', 'bin', 'python') };
}

/** rsyslog with its modules for Elasticsearch and TLS, from the packages of the system; installed where this user may. */
export async function installRsyslog(): Promise<Installed> {
  const program = '/usr/sbin/rsyslogd';
  const modules = 'ls /usr/lib/*/rsyslog/omelasticsearch.so /usr/lib/*/rsyslog/lmnsd_gtls.so';
  return await systemProgram(program, ['rsyslog', 'rsyslog-elasticsearch', 'rsyslog-gnutls'], async () => {
    return existsSync(program) && (await runProgram('sh', ['-c', modules])).code === 0;
  });
}

/**
 * syslog-ng, from the packages of the system; installed where this user may. Where it takes the place of rsyslog, as one syslog daemon does that of another in
 * Debian, whoever runs rsyslog is through with it.
 */
export async function installSyslogNg(): Promise<Installed> {
  const program = '/usr/sbin/syslog-ng';
  return await systemProgram(program, ['syslog-ng-core'], async () => existsSync(program));
}

/** Lists of packages are fetched once in a run, and before the first package only. */
let lists: Promise<Ended> | undefined;

async function systemProgram(
  path: string,
  packages: readonly string[],
  isThere: () => Promise<boolean>,
): Promise<Installed> {
  if (await isThere()) return { kind: 'installed', path };
  const names = packages.join(', ');
  if (process.getuid?.() !== 0) return { kind: 'absent', reason: `not installed, and only root may install ${names}` };
  const options = { timeoutMs: INSTALL_MS, variables: { DEBIAN_FRONTEND: 'noninteractive' } };
  lists ??= runProgram('apt-get', ['update', '-q'], options);
  // Where the lists do not come in time, no package would.
  if ((await lists).code === null)
    return { kind: 'absent', reason: `the lists of packages took too long for ${names}` };
  const install = ['install', '-q', '-y', '--no-install-recommends', ...packages];
  const { code, err } = await runProgram('apt-get', install, options);
  if (await isThere()) return { kind: 'installed', path };
  const why = code === null ? 'it took too long' : lastLine(err);
  return { kind: 'absent', reason: `${names} could not be installed: ${why}` };
}

/** Installs into a folder unless the same files were installed there before. */
async function once(
  folder: string,
  sources: readonly string[],
  install: () => Promise<{ readonly code: number | null; readonly err: string }>,
): Promise<Installed> {
  const digest = createHash('sha256');
  for (const name of sources) digest.update(readFileSync(join(import.meta.dirname, name)));
  const stamp = digest.digest('hex');
  const mark = join(folder, 'installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === stamp) return { kind: 'installed', path: folder };
  mkdirSync(folder, { recursive: true });
  const { code, err } = await install();
  // A lockfile that does not fit its package.json is a mistake of ours, whatever can be reached.
  if (err.includes('EUSAGE')) throw new Error(err);
  if (code !== 0) {
    const reason = code === null ? 'it took too long' : lastLine(err);
    return { kind: 'absent', reason: `could not be installed: ${reason}` };
  }
  writeFileSync(mark, stamp);
  return { kind: 'installed', path: folder };
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  return (lines.findLast((line) => !line.includes('complete log of this run')) ?? '').slice(0, 200);
}
