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
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const { status, text } = await sendRequest(url, {
      method,
      headers: { ...headers, ...content, authorization: `Bearer ${token.trim()}` },
      ...(body === undefined ? {} : { text: JSON.stringify(body) }),
      ...(certificate === undefined ? {} : { certificate }),
    });
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
