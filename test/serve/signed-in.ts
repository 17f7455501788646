import { cookieName, type Role } from '../../src/people/index.ts';
import { ask, type TestServer } from './running-server.ts';

/** A person who is signed in, as a browser holds it. */
export interface Visitor {
  readonly name: string;
  readonly cookie: string;
  readonly csrf: string;
  /** Asks as a page of the server does: with the cookie, the origin and, for changes, the token. */
  ask(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{
    readonly status: number;
    readonly json: Readonly<Record<string, unknown>>;
    readonly response: Response;
  }>;
}

type Server = Pick<TestServer, 'url' | 'token'>;

/** Adds a person with the token of this machine; gives the password, which is good to keep. */
export async function addPerson(server: Server, name: string, role: Role): Promise<string> {
  const added = await ask(server, 'POST', '/v1/people', { name, role, keepPassword: true });
  if (added.status !== 200) throw new Error(`${added.status} ${JSON.stringify(added.json)}`);
  return (added.json as { readonly password: string }).password;
}

export function postSession(
  { url }: Pick<TestServer, 'url'>,
  name: string,
  password: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url, ...headers },
    body: JSON.stringify({ name, password }),
  });
}

/** The cookie that an answer sets, as it is sent back. */
export function cookieOf(response: Response): string {
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
}

export async function signIn(server: Pick<TestServer, 'url'>, name: string, password: string): Promise<Visitor> {
  const response = await postSession(server, name, password);
  const json = (await response.json()) as { readonly csrf: string };
  if (response.status !== 200) throw new Error(`${response.status} ${JSON.stringify(json)}`);
  return visitor(server, name, cookieOf(response), json.csrf);
}

export function visitor({ url }: Pick<TestServer, 'url'>, name: string, cookie: string, csrf: string): Visitor {
  return {
    name,
    cookie,
    csrf,
    ask: async (method, path, body, headers = {}) => {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          cookie,
          ...(method === 'GET' ? {} : { origin: url, 'x-triad-csrf': csrf }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return { status: response.status, json: isJson ? JSON.parse(text) : {}, response };
    },
  };
}

export function cookieNameOf({ url }: Pick<TestServer, 'url'>): string {
  return cookieName(Number(new URL(url).port));
}
