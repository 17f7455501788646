import { randomBytes } from 'node:crypto';
import { availableParallelism, networkInterfaces, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { changedSettings, type Settings } from '../config/index.ts';
import { type FirstSecret, type RunningServer, startServer } from '../serve/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { refuse } from './main.ts';
import { messageText } from './messages.ts';
import { loadServeFiles } from './serve-files.ts';
import { configProblems, folderOf, settingsOf } from './server-settings.ts';
import { Signals } from './signals.ts';

/** What is done with a server beside serving. */
export interface ServeExtras {
  /** Instead of the lines for a newcomer. */
  greeting(started: StartedServer): string;
  /** When it listens. */
  began(started: StartedServer): void;
  /** Before it ends. */
  ending(): Promise<void>;
}

/**
 * Bodies are memory beside the heap, and by default some 30 MiB of it make V8 collect all of the heap: [M] 86 such collections in 30 s at 15,000 events a second, for 21 where the limit is
 * that of heap and bodies together; a tenth of the server's CPU time. It holds for all threads.
 */
const MEMORY_FLAG = '--external-memory-accounted-in-global-limit';

/** Built in a checkout by `npm run console` or at a start by `bin/triad.js`; part of every release. */
const PAGE_FOLDER = fileURLToPath(new URL('../../console/dist', import.meta.url));

export interface StartedServer {
  readonly url: string;
  readonly folder: string;
  /** The first key, where this start made one and has not put it into a file. */
  readonly key: string | undefined;
  /** The password of the account that this start made; `inFile` where it was put into one. */
  readonly password: string | 'inFile' | undefined;
}

/**
 * `triad serve`: runs until it is told to end; 0 after a clean end, 2 on a refused start, 4 when it cannot go on (SERVE 0.1: 17).
 * With `extras` the first key is theirs to show, and a hangup ends it as other signals do.
 */
export async function runServe(
  invocation: Invocation,
  environment: Environment,
  extras?: ServeExtras,
): Promise<number> {
  const signals = new Signals(extras !== undefined);
  try {
    return await serve(invocation, environment, extras, signals);
  } finally {
    signals.close();
  }
}

async function serve(
  invocation: Invocation,
  environment: Environment,
  extras: ServeExtras | undefined,
  signals: Signals,
): Promise<number> {
  const configuration = await settingsOf(invocation, environment);
  if (configuration.kind === 'problems') return refuse(environment, configProblems(configuration));
  const { settings } = configuration;
  const loaded = await loadServeFiles(settings, invocation, environment);
  if ('problems' in loaded) return refuse(environment, loaded.problems);
  const { stdout, stderr, variables } = environment;
  const folder = folderOf(invocation, environment);
  const isShown = extras !== undefined || stdout.isTTY === true;
  const made = new Map<FirstSecret, string>();
  setFlagsFromString(MEMORY_FLAG);
  const started = await startServer({
    folder,
    settings,
    version: environment.version,
    ...loaded,
    // What is played in is told to nobody.
    sinks: extras === undefined ? (loaded.sinks ?? []) : [],
    pid: process.pid,
    osUser: userName(variables),
    addresses: ownAddresses(),
    threads: Math.max(1, availableParallelism() - 1),
    pageFolder: PAGE_FOLDER,
    nowMs: environment.wallMs,
    steadyMs: environment.steadyMs,
    random: (bytes) => randomBytes(bytes),
    writeLog: (line) => stderr.write(line),
    // The demo has people of its own.
    makesAdmin: extras === undefined,
    showSecret: (what, secret) => {
      made.set(what, isShown ? secret : 'inFile');
      return isShown;
    },
  });
  if (started.kind === 'refused') {
    const { code, message, action, isOfDisk } = started;
    const exit = refuse(environment, [{ code, place: folder, message, action }]);
    return isOfDisk ? FAILED : exit;
  }
  const { server } = started;
  const key = isShown ? made.get('first key') : undefined;
  const listening = { url: server.url, folder, key, password: made.get('admin password') };
  stdout.write(extras === undefined ? greeting(listening) : extras.greeting(listening));
  for (const [protocol, url] of Object.entries(server.ownUrls)) {
    stdout.write(`Only ${protocol.toUpperCase()} is answered on ${url}.\n`);
  }
  extras?.began(listening);
  return await untilTheEnd({ server, settings }, invocation, environment, extras, signals);
}

/** The exit code of what is no fault of whoever started it (SERVE 0.1: 17). */
const FAILED = 4;

/** A server, and what it was started with. */
interface Running {
  readonly server: RunningServer;
  readonly settings: Settings;
}

/** SIGHUP: settings and files are read again; what is wrong is told, and everything stays as it was. So is what counts from the next start alone. */
async function reload({ server, settings }: Running, invocation: Invocation, environment: Environment): Promise<void> {
  const configuration = await settingsOf(invocation, environment);
  const tell = (problems: readonly UsageProblem[]): void => {
    for (const problem of problems) environment.stderr.write(messageText('error', problem));
  };
  if (configuration.kind === 'problems') return tell(configProblems(configuration));
  const loaded = await loadServeFiles(configuration.settings, invocation, environment);
  if ('problems' in loaded) return tell(loaded.problems);
  await server.reload({
    ...loaded,
    pinsPath: configuration.settings.detection.pins ?? folderOf(invocation, environment),
  });
  const waiting = changedSettings(settings, configuration.settings);
  if (waiting.length === 0) return;
  const message = `Changed, and not taken while the server runs: ${waiting.join(', ')}.`;
  const action = 'They count from the next start.';
  const problem = { code: 'TRIAD-W-SERVE-NEXT-START', place: 'triad serve', message, action };
  environment.stderr.write(messageText('warn', problem));
}

/** Addresses of this machine, without the zones of link-local ones; none where it does not tell them, as in a sandbox without netlink sockets. */
function ownAddresses(): readonly string[] {
  try {
    return Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).map(({ address }) => address.replace(/%.*$/, '')),
    );
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return [];
  }
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
function greeting({ url, folder, key, password }: StartedServer): string {
  const shown = key ?? `$(cat ${folder}/first-key)`;
  const event =
    '{"EventID":1,"Channel":"Test","Hostname":"WS-07","SourceName":"Test","EventTime":"2026-01-01T00:00:00Z"}';
  return [
    `Triad listens on ${url}; everything is in ${folder}.`,
    ...(password === undefined ? [] : ['', signInLine(url, folder, password)]),
    '',
    'A first event:',
    `  curl -H "Authorization: Bearer ${shown}" -H 'Content-Type: application/x-ndjson' \\`,
    `    --data-binary '${event}' ${url}/v1/ingest`,
    '',
    'Senders: triad sender add ID.  End with Ctrl-C.',
    '',
  ].join('\n');
}

/** How the first person signs in. */
function signInLine(url: string, folder: string, password: string): string {
  const where = password === 'inFile' ? `the password lies in ${folder}/admin-password` : `with ${password}`;
  return `Sign in at ${url}/ as admin, ${where}; it must be changed then.`;
}

/** Waits for a signal, or for what the server cannot go on without. A second signal ends at once. */
async function untilTheEnd(
  running: Running,
  invocation: Invocation,
  environment: Environment,
  extras: ServeExtras | undefined,
  signals: Signals,
): Promise<number> {
  const { server } = running;
  let reloading: Promise<void> = Promise.resolve();
  const again = (): void => {
    reloading = reloading
      .then(() => reload(running, invocation, environment))
      .catch((cause: unknown) => {
        const message = cause instanceof Error ? cause.message : String(cause);
        const action = 'What could be taken anew was; the rest stays as it was.';
        const problem = { code: 'TRIAD-E-SERVE-RELOAD', place: 'triad serve', message, action };
        environment.stderr.write(messageText('error', problem));
      });
  };
  signals.onReload(again);
  const end = await Promise.race([signals.ended, server.failed.then((why) => ({ why }))]);
  await extras?.ending();
  await server.stop();
  if (end === 'signal') return 0;
  const action = 'What was acknowledged is kept. Mend this, and start again.';
  const problem = { code: 'TRIAD-E-SERVE-ENDED', place: 'triad serve', message: end.why, action };
  environment.stderr.write(messageText('error', problem));
  return 4;
}
