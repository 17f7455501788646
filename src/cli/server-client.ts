import { join } from 'node:path';
import { ADDRESS, LOCAL_TOKEN, readIfThere } from '../serve/index.ts';
import type { Invocation, UsageProblem } from './arguments.ts';
import type { Environment } from './environment.ts';
import { sendRequest } from './send-request.ts';
import { folderOf, settingsOf } from './server-settings.ts';

/** What a running server answered: JSON, or why it did not. */
export type ServerAnswer =
  | { readonly kind: 'answer'; readonly json: unknown }
  | { readonly kind: 'problem'; readonly problem: UsageProblem; readonly exit: 2 | 3 };

/** Where a running server is, and what shows it who asks. */
export interface ServerAddress {
  readonly kind: 'server';
  readonly folder: string;
  readonly url: URL;
  readonly authorization: string;
  /** PEM of its own certificate, where it speaks TLS. */
  readonly certificate: string | undefined;
}

type ServerProblem = Extract<ServerAnswer, { kind: 'problem' }>;

/** The server that owns the folder, with the token of this machine (SERVE 0.1: 16). */
export async function serverOf(
  invocation: Invocation,
  environment: Environment,
): Promise<ServerAddress | ServerProblem> {
  const folder = folderOf(invocation, environment);
  const [address, token] = await Promise.all([
    readIfThere(join(folder, ADDRESS)),
    readIfThere(join(folder, LOCAL_TOKEN)),
  ]);
  if (address === undefined || token === undefined) return notThere(folder, 'There is no server in this folder.');
  const certificate = await certificateOf(invocation, environment);
  const url = new URL(reachable(address.trim()));
  return { kind: 'server', folder, url, authorization: `Bearer ${token.trim()}`, certificate };
}

/** Asks the server of a folder for something, and waits for the whole answer. */
export async function askServer(
  invocation: Invocation,
  environment: Environment,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ServerAnswer> {
  const server = await serverOf(invocation, environment);
  if (server.kind === 'problem') return server;
  const url = new URL(path, server.url);
  try {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const { authorization, certificate } = server;
    const { status, text } = await sendRequest(url, {
      method,
      headers: { ...headers, ...content, authorization },
      ...(body === undefined ? {} : { text: JSON.stringify(body) }),
      ...(certificate === undefined ? {} : { certificate }),
    });
    return answerOf(status, text, url);
  } catch (cause) {
    return notThere(server.folder, silent(url, cause));
  }
}

/** Why nothing comes from an address. */
export function silent(url: URL, cause: unknown): string {
  const message = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return `The server does not answer at ${url.origin} (${message}).`;
}

export function notThere(folder: string, message: string): ServerProblem {
  const action = 'Start it with triad serve, or name its folder with --data.';
  return { kind: 'problem', exit: 3, problem: { code: 'TRIAD-E-SERVER', place: folder, message, action } };
}

/** An answer that came whole: what it holds, or what it refuses. */
export function answerOf(status: number, text: string, url: URL): ServerAnswer {
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
  const said = `It answered ${status}.`;
  // The detail of a body whose fields are wrong tells only the first of them.
  const message = fields === '' ? (detail ?? title ?? said) : `${title ?? said} ${fields}`;
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
