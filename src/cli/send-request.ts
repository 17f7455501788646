import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 60_000;

export interface BegunRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** PEM: the one certificate that is believed at this address. */
  readonly certificate?: string;
  /** Silence after which the request tells `timeout`; default a minute. */
  readonly timeoutMs?: number;
}

export interface SentRequest extends Omit<BegunRequest, 'timeoutMs'> {
  readonly text?: string;
}

/** Begins a request to a server of this machine; the caller ends it, and takes the answer as it comes. */
export function beginRequest(
  url: URL,
  { method, headers: given, certificate, timeoutMs = TIMEOUT_MS }: BegunRequest,
  take: (response: IncomingMessage) => void,
): ClientRequest {
  const options = { method, headers: { ...given, host: 'localhost' }, timeout: timeoutMs };
  const trust = certificate === undefined ? {} : { ca: certificate, checkServerIdentity: () => undefined };
  return url.protocol === 'https:'
    ? httpsRequest(url, { ...options, ...trust }, take)
    : httpRequest(url, options, take);
}

/** The body of an answer. */
export async function wholeText(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Asks a server of this machine and reads the whole answer. @throws where no whole answer comes within a minute. */
export function sendRequest(
  url: URL,
  { text, ...asked }: SentRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const length: Record<string, string> =
    text === undefined ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  return new Promise((resolve, reject) => {
    const begun = { ...asked, headers: { ...asked.headers, ...length } };
    const request = beginRequest(url, begun, (response) => {
      wholeText(response).then((whole) => resolve({ status: response.statusCode ?? 0, text: whole }), reject);
    });
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer within a minute')));
    request.end(text);
  });
}
