import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

const TIMEOUT_MS = 60_000;

export interface SentRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly text?: string;
  /** PEM: the one certificate that is believed at this address. */
  readonly certificate?: string;
}

/** Asks a server of this machine and reads the whole answer. @throws where no whole answer comes within a minute. */
export function sendRequest(
  url: URL,
  { method, headers: given, text, certificate }: SentRequest,
): Promise<{ readonly status: number; readonly text: string }> {
  const length = text === undefined ? {} : { 'content-length': Buffer.byteLength(text) };
  const headers = { ...given, host: 'localhost', ...length };
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
