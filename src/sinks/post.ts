import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { codeOf, placeOf, type Resolve } from './where.ts';

/** One request, whole. */
export interface Outgoing {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** It is sent by gzip where it is longer than 1,024 bytes. */
  readonly isPacked?: boolean;
}

export interface PostOptions {
  readonly allow: readonly string[];
  readonly authority: string | undefined;
  /** For all of it: looking up, connecting, sending, and the whole answer. */
  readonly timeoutMs: number;
  readonly resolve: Resolve;
  readonly signal?: AbortSignal;
}

export type Answer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter: string | undefined;
      /** At most 256 KiB of it; `isCut` where it was longer. */
      readonly body: string;
      readonly isCut: boolean;
    }
  /** Nothing that can be trusted came back. */
  | { readonly kind: 'none'; readonly status: string; readonly why: string };

const MOST_ANSWER = 256 * 1024;
const MOST_HEADERS = 16 * 1024;
/** A body that goes in one packet anyhow is sent as it is, bytes. */
const PACKED_FROM = 1024;
const pack = promisify(gzip);

/**
 * Posts a body. The name is looked up once and the address that was checked is connected to, while TLS and `Host` go by the name; a redirect is an answer like any
 * other and never followed; no proxy of the environment is used; a connection serves one request. Never throws for trouble of the network.
 */
export async function post(outgoing: Outgoing, options: PostOptions): Promise<Answer> {
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  const place = await Promise.race([
    placeOf(outgoing.url.hostname, {
      allow: options.allow,
      isTls: outgoing.url.protocol === 'https:',
      resolve: options.resolve,
    }),
    aborted(signal).then(() => LATE),
  ]);
  if (place.kind === 'none') return place;
  return await exchange(await packed(outgoing), options, place, signal);
}

/** Whether a body goes by gzip. */
export function goesPacked({ body, isPacked }: Pick<Outgoing, 'body' | 'isPacked'>): boolean {
  return isPacked === true && Buffer.byteLength(body) > PACKED_FROM;
}

/** What goes over the wire: the bytes of the body, and all headers. */
async function packed(outgoing: Outgoing): Promise<Wire> {
  const { url, headers, body } = outgoing;
  const plain = Buffer.from(body);
  if (!goesPacked(outgoing)) return { url, headers, bytes: plain };
  return { url, headers: { ...headers, 'content-encoding': 'gzip' }, bytes: await pack(plain) };
}

interface Wire {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const LATE = { kind: 'none', status: 'timeout', why: 'it took too long' } as const;

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function exchange(
  { url, headers, bytes }: Wire,
  { authority }: PostOptions,
  { address, family }: { readonly address: string; readonly family: 4 | 6 },
  signal: AbortSignal,
): Promise<Answer> {
  const isTls = url.protocol === 'https:';
  const agent = isTls ? new HttpsAgent({ keepAlive: false }) : new HttpAgent({ keepAlive: false });
  const send = isTls ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const done = (answer: Answer): void => {
      resolve(answer);
      agent.destroy();
    };
    const request = send(
      url,
      {
        method: 'POST',
        agent,
        signal,
        maxHeaderSize: MOST_HEADERS,
        headers: { ...headers, 'content-length': bytes.length },
        // Asked for a name that was looked up before; of an address nothing is asked.
        lookup: (_host, settings, tell) => {
          if (settings.all === true) tell(null, [{ address, family }]);
          else tell(null, address, family);
        },
        ...(authority === undefined ? {} : { ca: [...rootCertificates, authority] }),
      },
      (response) => void answerOf(response).then(done, (cause: unknown) => done(troubleOf(cause, signal))),
    );
    request.on('error', (cause) => done(troubleOf(cause, signal)));
    request.end(bytes);
  });
}

async function answerOf(response: IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    length += part.length;
    if (length > MOST_ANSWER) break;
  }
  return {
    kind: 'answer',
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    body: Buffer.concat(parts).subarray(0, MOST_ANSWER).toString('utf8'),
    isCut: length > MOST_ANSWER,
  };
}

function troubleOf(cause: unknown, signal: AbortSignal): Answer {
  if (signal.aborted) return LATE;
  const code = codeOf(cause);
  const isCertificate = /CERT|TLS|SSL|SELF_SIGNED|VERIFY|ISSUER/.test(code);
  const why = isCertificate ? `its certificate is not trusted (${code})` : `the connection failed (${code})`;
  return { kind: 'none', status: code.toLowerCase().slice(0, 40), why };
}
