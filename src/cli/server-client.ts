import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { ADDRESS, LOCAL_TOKEN, readIfThere } from '../serve/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { folderOf, settingsOf } from './server-settings.ts';

/** What a running server answered: JSON, or why it did not. */
export type ServerAnswer =
  | { readonly kind: 'answer'; readonly json: unknown }
  | { readonly kind: 'problem'; readonly problem: UsageProblem; readonly exit: 2 | 3 };

const TIMEOUT_MS = 60_000;

/** Asks the server that owns the folder, with the token of this machine (SERVE 0.1: 16). */
export async function askServer(
  invocation: Invocation,
  environment: Environment,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ServerAnswer> {
  const folder = folderOf(invocation, environment);
  const [address, token] = await Promise.all([
    readIfThere(join(folder, ADDRESS)),
    readIfThere(join(folder, LOCAL_TOKEN)),
  ]);
  if (address === undefined || token === undefined) return notThere(folder, 'There is no server in this folder.');
  const certificate = await certificateOf(invocation, environment);
  const url = new URL(path, reachable(address.trim()));
  try {
    const { status, text } = await send(
      url,
      method,
      { ...headers, authorization: `Bearer ${token.trim()}` },
      body,
      certificate,
    );
    return answerOf(status, text, url);
  } catch (cause) {
    const message = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    return notThere(folder, `The server does not answer at ${url.origin} (${message}).`);
  }
}

function notThere(folder: string, message: string): ServerAnswer {
  const action = 'Start it with triad serve, or name its folder with --data.';
  return { kind: 'problem', exit: 3, problem: { code: 'TRIAD-E-SERVER', place: folder, message, action } };
}

function answerOf(status: number, text: string, url: URL): ServerAnswer {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  if (status < 300 && json !== undefined) return { kind: 'answer', json };
  const { title, detail, code, errors } = (json ?? {}) as {
    readonly title?: string;
    readonly detail?: string;
    readonly code?: string;
    readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  };
  const fields = (errors ?? []).map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  const message = [detail ?? title ?? `It answered ${status}.`, fields].filter((part) => part !== '').join(' ');
  return {
    kind: 'problem',
    exit: status >= 500 ? 3 : 2,
    problem: {
      code: `TRIAD-E-SERVER-${(code ?? String(status)).toUpperCase()}`,
      place: url.pathname,
      message,
      action: '',
    },
  };
}

/** An address that a server listens on everywhere is reached on this machine. */
function reachable(address: string): string {
  return address.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:');
}

/** The server's own certificate: this machine trusts no other one at this address, whoever signed it. */
async function certificateOf(invocation: Invocation, environment: Environment): Promise<string | undefined> {
  const configuration = await settingsOf(invocation, environment);
  if (configuration.kind === 'problems' || configuration.settings.tls.certificate === undefined) return undefined;
  return await readIfThere(configuration.settings.tls.certificate);
}

function send(
  url: URL,
  method: string,
  given: Readonly<Record<string, string>>,
  body: unknown,
  certificate: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    ...given,
    host: 'localhost',
    ...(text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage): void => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    };
    const options = { method, headers, timeout: TIMEOUT_MS };
    const trust = certificate === undefined ? {} : { ca: certificate, checkServerIdentity: () => undefined };
    const request: ClientRequest =
      url.protocol === 'https:' ? httpsRequest(url, { ...options, ...trust }, take) : httpRequest(url, options, take);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
    request.end(text);
  });
}
