import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, networkInterfaces, userInfo } from 'node:os';
import { createSecureContext } from 'node:tls';
import type { Settings } from '../config/index.ts';
import type { Pin } from '../pins/index.ts';
import { type Reload, type RunningServer, startServer } from '../serve/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import { bundledRules } from './bundled-rules.ts';
import { talkOf } from './common.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { readPinsAt, usageOf, warnOfReview } from './pin-flags.ts';
import { ruleFlagsOf } from './rule-flags.ts';
import { configProblems, folderOf, settingsOf } from './server-settings.ts';

/** `triad serve`: runs until it is told to end; 0 after a clean end, 2 on a refused start, 4 when it cannot go on (SERVE 0.1: 17). */
export async function runServe(invocation: Invocation, environment: Environment): Promise<number> {
  const configuration = await settingsOf(invocation, environment);
  if (configuration.kind === 'problems') return refuse(environment, configProblems(configuration));
  const { settings } = configuration;
  const loaded = await loadFiles(settings, invocation, environment);
  if ('problems' in loaded) return refuse(environment, loaded.problems);
  const { stdout, stderr, variables } = environment;
  const folder = folderOf(invocation, environment);
  let first: string | undefined;
  const started = await startServer({
    folder,
    settings,
    version: environment.version,
    ...loaded,
    pid: process.pid,
    osUser: userName(variables),
    addresses: ownAddresses(),
    threads: Math.max(1, availableParallelism() - 1),
    nowMs: environment.wallMs,
    steadyMs: environment.steadyMs,
    random: (bytes) => randomBytes(bytes),
    writeLog: (line) => stderr.write(line),
    showSecret: (_, secret) => {
      first = secret;
      return stdout.isTTY === true;
    },
  });
  if (started.kind === 'refused') {
    const { code, message, action } = started;
    return refuse(environment, [{ code, place: folder, message, action }]);
  }
  const { server } = started;
  stdout.write(greeting(server.url, folder, stdout.isTTY === true ? first : undefined));
  return await untilTheEnd(server, invocation, environment);
}

/** What the settings name and what is read again at a reload. */
async function loadFiles(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<Reload | { readonly problems: readonly UsageProblem[] }> {
  const tls = await tlsOf(settings);
  const { rules: paths, defaultRules } = settings.detection;
  const named = { ...invocation, flags: new Map(paths.length === 0 ? [] : [['rules', paths]]) };
  const ruled = await ruleFlagsOf(named, environment);
  const pinned = await pinsOf(settings, invocation, environment);
  const problems = [
    ...(tls !== undefined && 'problems' in tls ? tls.problems : []),
    ...ruled.problems,
    ...('problems' in pinned ? pinned.problems : []),
  ];
  if (problems.length > 0 || (tls !== undefined && 'problems' in tls)) return { problems };
  if ('problems' in pinned) return pinned;
  return { tls, rules: ruled.rules, pack: defaultRules ? (await bundledRules()).rules : undefined, pins: pinned.pins };
}

/** The pins that the settings name, else those in the server's folder, which may not be there yet; what is past review is told. */
async function pinsOf(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<{ readonly pins: readonly Pin[] } | { readonly problems: readonly UsageProblem[] }> {
  const named = settings.detection.pins;
  const path = named ?? folderOf(invocation, environment);
  if (named === undefined && !existsSync(path)) return { pins: [] };
  const loaded = await readPinsAt(path);
  if (loaded.kind === 'problems') return { problems: usageOf(loaded.problems) };
  warnOfReview(loaded.pins, environment.wallMs(), talkOf(invocation, environment));
  return loaded;
}

/** SIGHUP: settings and files are read again; what is wrong is told, and everything stays as it was. */
async function reload(server: RunningServer, invocation: Invocation, environment: Environment): Promise<void> {
  const configuration = await settingsOf(invocation, environment);
  const loaded =
    configuration.kind === 'problems'
      ? { problems: configProblems(configuration) }
      : await loadFiles(configuration.settings, invocation, environment);
  if ('problems' in loaded) {
    for (const problem of loaded.problems) environment.stderr.write(messageText('error', problem));
    return;
  }
  server.reload(loaded);
}

async function tlsOf(
  settings: Settings,
): Promise<{ certificate: string; key: string } | { problems: readonly UsageProblem[] } | undefined> {
  const { certificate, key } = settings.tls;
  if (certificate === undefined || key === undefined) return undefined;
  const problems: UsageProblem[] = [];
  const read = async (path: string): Promise<string> => {
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      problems.push({ code: 'TRIAD-E-SERVE-TLS', place: path, message, action: 'Name a PEM file that can be read.' });
      return '';
    }
  };
  const texts = { certificate: await read(certificate), key: await read(key) };
  if (problems.length > 0) return { problems };
  try {
    createSecureContext({ cert: texts.certificate, key: texts.key });
    return texts;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const action = 'Name a certificate and the key that belongs to it, both PEM and whole.';
    return { problems: [{ code: 'TRIAD-E-SERVE-TLS', place: certificate, message, action }] };
  }
}

/** Addresses of this machine, without the zones of link-local ones. */
function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) =>
    (all ?? []).map(({ address }) => address.replace(/%.*$/, '')),
  );
}

function userName(variables: Environment['variables']): string {
  try {
    return userInfo().username;
  } catch (cause) {
    // A container may run as a number without a name.
    if (!(cause instanceof Error)) throw cause;
    return variables['USER'] ?? 'unknown';
  }
}

/** What a newcomer needs to send a first event. */
function greeting(url: string, folder: string, key: string | undefined): string {
  const shown = key ?? `$(cat ${folder}/first-key)`;
  const event =
    '{"EventID":1,"Channel":"Test","Hostname":"WS-07","SourceName":"Test","EventTime":"2026-01-01T00:00:00Z"}';
  return [
    `Triad listens on ${url}; everything is in ${folder}.`,
    '',
    'A first event:',
    `  curl -H "Authorization: Bearer ${shown}" -H 'Content-Type: application/x-ndjson' \\`,
    `    --data-binary '${event}' ${url}/v1/ingest`,
    '',
    'Senders: triad sender add ID.  End with Ctrl-C.',
    '',
  ].join('\n');
}

/** Waits for a signal, or for what the server cannot go on without. A second signal ends at once. */
async function untilTheEnd(server: RunningServer, invocation: Invocation, environment: Environment): Promise<number> {
  const { promise: told, resolve } = Promise.withResolvers<'signal'>();
  let signals = 0;
  const handle = (): void => {
    signals++;
    if (signals > 1) process.exit(4);
    resolve('signal');
  };
  let reloading: Promise<void> = Promise.resolve();
  const again = (): void => {
    reloading = reloading
      .then(() => reload(server, invocation, environment))
      .catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        const action = 'What could be taken anew was; the rest stays as it was.';
        const problem = { code: 'TRIAD-E-SERVE-RELOAD', place: 'triad serve', message, action };
        environment.stderr.write(messageText('error', problem));
      });
  };
  process.on('SIGHUP', again);
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  try {
    const end = await Promise.race([told, server.failed.then((why) => ({ why }))]);
    await server.stop();
    if (end === 'signal') return 0;
    const action = 'What was acknowledged is kept. Mend this, and start again.';
    const problem = { code: 'TRIAD-E-SERVE-ENDED', place: 'triad serve', message: end.why, action };
    environment.stderr.write(messageText('error', problem));
    return 4;
  } finally {
    process.off('SIGHUP', again);
    process.off('SIGINT', handle);
    process.off('SIGTERM', handle);
  }
}
