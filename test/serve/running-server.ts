import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { configurationOf, readConfigText } from '../../src/config/index.ts';
import type { RuleSet } from '../../src/intake/index.ts';
import type { Pin } from '../../src/pins/index.ts';
import { type RunningServer, type ServeRequest, startServer } from '../../src/serve/index.ts';
import type { Sink } from '../../src/sinks/index.ts';

export interface TestServer {
  readonly server: RunningServer;
  readonly url: string;
  readonly folder: string;
  /** A key of the first sender. */
  readonly key: string;
  /** The token of this machine. */
  readonly token: string;
  /** The password of the account `admin`, where this start made one. */
  readonly adminPassword: string | undefined;
  readonly log: string[];
}

/** A folder that is gone after the test. */
export function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'triad-serve-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function serveRequest(
  folder: string,
  yaml: string,
  log: string[],
  keys: string[],
  port = 0,
  passwords: string[] = [],
): ServeRequest {
  const configuration = configurationOf([
    readConfigText(`listen: 127.0.0.1:${port}\njournal: { reserveBytes: 0 B }\n${yaml}`, 'triad.yaml'),
  ]);
  if (configuration.kind === 'problems') throw new Error(JSON.stringify(configuration.problems));
  return {
    folder,
    settings: configuration.settings,
    version: '0.0.0',
    tls: undefined,
    pid: process.pid,
    osUser: 'tester',
    addresses: [],
    threads: 1,
    rules: undefined,
    pack: undefined,
    // A thousandth of the real cost: what is tried is who is let in, not how long it takes.
    passwordCost: { logN: 10, r: 8, p: 1 },
    nowMs: () => Date.now(),
    steadyMs: () => performance.now(),
    random: (bytes) => randomBytes(bytes),
    writeLog: (line) => log.push(line),
    showSecret: (what, secret) => {
      (what === 'first key' ? keys : passwords).push(secret);
      return true;
    },
  };
}

export interface ServerOptions {
  readonly folder: string;
  readonly yaml?: string;
  readonly pack?: RuleSet | undefined;
  readonly pins?: readonly Pin[];
  readonly nowMs?: () => number;
  readonly sinks?: readonly Sink[];
  /** Any that is free where left out. */
  readonly port?: number;
  /** The built page for browsers; none is served where left out. */
  readonly pageFolder?: string;
  /** Passwords cost what they cost in truth. */
  readonly isCostly?: boolean;
  /** The first start makes the account `admin`, as `triad serve` does. */
  readonly makesAdmin?: boolean;
}

/** A server on loopback, in this process; it is stopped after the test. */
export async function runServer(context: TestContext, options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const running = await startInProcess({ ...options, folder: options.folder ?? temporaryFolder(context) });
  context.after(() => running.server.stop());
  return running;
}

/** The same where there is no test that stops it. */
export async function startInProcess(options: ServerOptions): Promise<TestServer> {
  const {
    folder,
    yaml = '',
    pack,
    pins,
    sinks = [],
    nowMs = () => Date.now(),
    port,
    pageFolder,
    isCostly = false,
    makesAdmin = false,
  } = options;
  const log: string[] = [];
  const keys: string[] = [];
  const passwords: string[] = [];
  const { passwordCost, ...request } = serveRequest(folder, yaml, log, keys, port, passwords);
  const started = await startServer({
    ...request,
    ...(isCostly || passwordCost === undefined ? {} : { passwordCost }),
    pack,
    sinks,
    nowMs,
    makesAdmin,
    ...(pins === undefined ? {} : { pins }),
    ...(pageFolder === undefined ? {} : { pageFolder }),
  });
  if (started.kind === 'refused') throw new Error(`${started.code}: ${started.message}`);
  const { server } = started;
  const token = readFileSync(join(folder, 'local-token'), 'utf8').trim();
  return { server, url: server.url, folder, key: keys[0] ?? '', token, adminPassword: passwords[0], log };
}

/** Asks as the holder of the local token. */
export async function ask(
  { url, token }: Pick<TestServer, 'url' | 'token'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly json: unknown }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

/** Sends lines of JSON as a batch. */
export function sendLines(
  { url, key }: Pick<TestServer, 'url' | 'key'>,
  lines: readonly string[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/v1/ingest`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson', ...headers },
    body: lines.join('\n'),
  });
}

/** Sends them as documents of one bulk request, each of which is taken. */
export async function sendBulk({ url, key }: Pick<TestServer, 'url' | 'key'>, lines: readonly string[]): Promise<void> {
  const body = lines.map((line) => `{"create":{"_index":"logs"}}\n${line}\n`).join('');
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  const response = await fetch(`${url}/elastic/_bulk`, { method: 'POST', headers, body });
  assert.equal(((await response.json()) as { errors: boolean }).errors, false);
}

/** An event in Winlogbeat's shape. */
export function winlogbeat(recordId: number, computer = 'WS-07'): string {
  return JSON.stringify({
    '@timestamp': '2026-01-01T00:00:00.000Z',
    winlog: {
      channel: 'Security',
      event_id: '4624',
      provider_name: 'Microsoft-Windows-Security-Auditing',
      computer_name: computer,
      record_id: recordId,
      event_data: { TargetUserName: 'alice', LogonType: '3' },
    },
  });
}

/** Waits until something holds; fails after a minute: a machine may be busy with other tests. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within a minute: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
