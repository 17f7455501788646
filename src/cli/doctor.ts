import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { Configuration, Settings } from '../config/index.ts';
import { compileGroup } from '../intake/index.ts';
import { escapeTerminal } from '../report/index.ts';
import { ADDRESS, readIfThere } from '../serve/index.ts';
import { type Sink, signersOf } from '../sinks/index.ts';
import { isOwned } from '../state/index.ts';
import { type Check, checkFolder, checkMemory, checkStore, fail, ok, warn } from '../upkeep/index.ts';
import { type Invocation, isGiven } from './arguments.ts';
import type { Environment } from './environment.ts';
import { loadServeFiles } from './serve-files.ts';
import { askServer } from './server-client.ts';
import { folderOf, settingsOf } from './server-settings.ts';
import { signersText } from './signers-text.ts';
import { refuseOutput, tell } from './told-answer.ts';

const DAY_MS = 86_400_000;
const CERTIFICATE_SOON_MS = 21 * DAY_MS;

/**
 * `triad doctor`: all that somebody who is asked for help would ask for, a line each, with what to do. 0 where nothing fails, 1 where
 * something does, 2 usage. Works beside a running server and without one; it changes nothing, and takes no lock for long.
 */
export async function runDoctor(invocation: Invocation, environment: Environment): Promise<number> {
  const wrongOutput = refuseOutput(invocation, environment);
  if (wrongOutput !== undefined) return wrongOutput;
  const checks = await allChecks(invocation, environment);
  const counted = (level: Check['level']): number => checks.filter((check) => check.level === level).length;
  const [failed, warned] = [counted('fail'), counted('warn')];
  const verdict = failed > 0 ? 'fail' : warned > 0 ? 'warn' : 'ok';
  const words = [
    ...checks.flatMap(({ level, name, text, action }) => [
      `${level.padEnd(4)}  ${name.padEnd(13)} ${escapeTerminal(text)}`,
      ...(action === '' ? [] : [`${' '.repeat(20)}${escapeTerminal(action)}`]),
    ]),
    '',
    `${checks.length} checks: ${failed} fail, ${warned} warn.`,
    '',
  ].join('\n');
  return await tell(invocation, environment, failed > 0 ? 1 : 0, { verdict, checks }, words);
}

async function allChecks(invocation: Invocation, environment: Environment): Promise<readonly Check[]> {
  const folder = folderOf(invocation, environment);
  const configuration = await settingsOf(invocation, environment);
  const settings = configuration.kind === 'settings' ? configuration.settings : undefined;
  const journal = settings?.journal;
  const isQuick = isGiven(invocation, 'quick');
  const nowMs = environment.wallMs();
  return [
    checkNode(environment.version),
    ...checkConfiguration(configuration),
    ...(settings === undefined ? [] : await checkFiles(settings, invocation, environment)),
    ...(settings === undefined ? [] : [checkMemory(settings.detection.heldBytes, environment.memoryBytes())]),
    ...(await checkServer(folder, settings, invocation, environment)),
    ...(await checkFolder({
      folder,
      uid: process.getuid?.(),
      neededBytes: (journal?.reserveBytes ?? 0) + (journal?.waitingBytes ?? 0),
      steadyMs: () => environment.steadyMs(),
    })),
    ...(await checkStore({ folder, nowMs, isQuick })),
  ];
}

function checkNode(version: string): Check {
  // The program refuses older versions before this runs (bin/triad.js).
  const { node, sqlite = 'none', openssl } = process.versions;
  const text = `Triad ${version}, Node ${node}, SQLite ${sqlite}, OpenSSL ${openssl}, ${process.platform} ${process.arch}.`;
  return ok('program', text);
}

function checkConfiguration(configuration: Configuration): readonly Check[] {
  if (configuration.kind === 'problems') {
    return configuration.problems.map(({ place, message, action }) => fail('settings', `${place}: ${message}`, action));
  }
  const set = configuration.explained.filter(({ source }) => source !== 'preset').length;
  return [ok('settings', `The settings are sound; ${set} are set.`)];
}

/** What the settings name: rules and certificate. */
async function checkFiles(
  settings: Settings,
  invocation: Invocation,
  environment: Environment,
): Promise<readonly Check[]> {
  const loaded = await loadServeFiles(settings, invocation, environment);
  if ('problems' in loaded) {
    return loaded.problems.map(({ code, place, message, action }) =>
      fail(partOf(code), `${place}: ${message}`, action),
    );
  }
  const checks = [...checkRules(loaded.rules?.groups ?? [], loaded.pack !== undefined)];
  if (loaded.tls !== undefined) checks.push(checkCertificate(loaded.tls.certificate, environment.wallMs()));
  return [...checks, ...(loaded.sinks ?? []).flatMap(checkSigners)];
}

function partOf(code: string): string {
  if (code.includes('SINK')) return 'sinks';
  return code.includes('TLS') ? 'certificate' : 'rules';
}

/** How a webhook signs, with what its receiver is to be given. */
function checkSigners(sink: Sink): readonly Check[] {
  const signers = signersOf(sink);
  return signers.length === 0 ? [] : [ok('sinks', `${sink.rule.name} signs by ${signersText(signers)}.`)];
}

function checkRules(groups: readonly Parameters<typeof compileGroup>[0][], hasPack: boolean): readonly Check[] {
  const wrong = groups.flatMap((group) => compileGroup(group).problems).filter(({ severity }) => severity === 'error');
  const [first] = wrong;
  if (first !== undefined) {
    const text = `${wrong.length} errors in rules; the first: ${first.file}:${first.line} ${first.message}`;
    return [fail('rules', text, 'triad rules check PATH says all of them.')];
  }
  const own = groups.length === 0 ? 'no rules of your own' : 'your own compile';
  return [ok('rules', `${hasPack ? 'The pack of Triad is used' : 'The pack of Triad is off'}; ${own}.`)];
}

/** Dates; that the key belongs to it was found when it was loaded. */
function checkCertificate(pem: string, nowMs: number): Check {
  const { validFromDate, validToDate, subject } = new X509Certificate(pem);
  const who = subject.replaceAll('\n', ', ');
  const text = `${who}: good from ${validFromDate.toISOString()} to ${validToDate.toISOString()}; the key belongs to it.`;
  const renew = 'Put a new one in place and send SIGHUP to the server.';
  if (validToDate.getTime() <= nowMs || validFromDate.getTime() > nowMs) return fail('certificate', text, renew);
  if (validToDate.getTime() - nowMs < CERTIFICATE_SOON_MS) return warn('certificate', text, renew);
  return ok('certificate', text);
}

/** A running server and how it is; without one, whether one could listen. */
async function checkServer(
  folder: string,
  settings: Settings | undefined,
  invocation: Invocation,
  environment: Environment,
): Promise<readonly Check[]> {
  if (!isOwned(folder)) return settings === undefined ? [] : [await checkPort(settings)];
  const address = (await readIfThere(join(folder, ADDRESS)))?.trim();
  const answer = await askServer(invocation, environment, 'GET', '/v1/health/detail');
  if (answer.kind === 'problem') {
    const text = `A process owns ${folder} and does not answer: ${answer.problem.message}`;
    return [fail('server', text, 'Look at its log. If it hangs, end it with SIGTERM; what was acknowledged is kept.')];
  }
  const { status, version, parts } = answer.json as {
    readonly status: string;
    readonly version: string;
    readonly parts: readonly { readonly part: string; readonly degraded: readonly string[] }[];
  };
  const told = parts.flatMap(({ part, degraded }) =>
    degraded.map((text) => warn(part, `${text}.`, 'See docs/serve.md, How it is run.')),
  );
  const line = `Version ${version} answers at ${address}: ${status}.`;
  return [
    status === 'notReady' ? fail('server', line, 'It takes no batches now; see the lines below.') : ok('server', line),
    ...told,
  ];
}

function checkPort({ listen: { host, port } }: Settings): Promise<Check> {
  const server = createServer();
  return new Promise((resolve) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      const action = 'Choose another port with --listen, or end what uses it.';
      resolve(fail('port', `No server runs here, and ${host}:${port} is not free (${cause.code}).`, action));
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => resolve(ok('port', `No server runs here; ${host}:${port} is free.`)));
    });
  });
}
