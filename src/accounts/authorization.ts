import { type AuthProblem, authProblem } from './auth-problems.ts';
import { type PresentedKey, readKeyText } from './key-text.ts';

export type Carrier = 'bearer' | 'apikey' | 'basic' | 'splunk';

export interface AuthorizationRequest {
  /** Names and values in turn, as they came (`rawHeaders` of `node:http`): a merged list would hide a second header. */
  readonly rawHeaders: readonly string[];
  /** The request target: a path with its query. */
  readonly target: string;
}

export interface AuthorizationOptions {
  /** The carriers that this route takes; all when left out. */
  readonly carriers?: readonly Carrier[];
  /** Splunk's clients put any word before the token of Basic (SERVE 1.2): its routes do not compare it with the id. */
  readonly isAnyUser?: boolean;
}

export interface Credential extends PresentedKey {
  readonly kind: 'credential';
  readonly carrier: Carrier;
}

/** Longest value that is looked at; a whole key with its id in base64 has 116 characters. */
const MOST_HEADER = 1024;
const CARRIERS: readonly Carrier[] = ['bearer', 'apikey', 'basic', 'splunk'];
/** Parameters that other products carry secrets in (RFC 6750 2.3, Splunk's `token`). */
const SECRET_PARAMETERS: readonly string[] = ['access_token', 'token', 'api_key', 'apikey', 'authorization'];

/**
 * Finds the key of a request (TRUST 2, SERVE 0.1 point 10). The secret is the whole `triad_…` text in every carrier:
 * `Bearer KEY`, `Splunk KEY`, `Basic base64(ID:KEY)`, `ApiKey base64(ID:KEY)`. Where an id stands before the key, it must be the key's own.
 * `ApiKey` is also taken with the bare key, plain or in base64: clients that are given one text send it so, and it cannot mean anything else.
 */
export function readAuthorization(
  request: AuthorizationRequest,
  options: AuthorizationOptions = {},
): Credential | AuthProblem {
  if (hasKeyInQuery(request.target)) return authProblem('auth_location_forbidden');
  const values = headerValues(request.rawHeaders);
  const [value, second] = values;
  if (second !== undefined) return authProblem('auth_ambiguous');
  if (value === undefined || value === '') return authProblem('auth_required');
  const match = /^([!-~]{1,64})(?: +([!-~]*))?$/.exec(value.slice(0, MOST_HEADER + 1));
  const scheme = (match?.[1] ?? value.slice(0, 64).split(' ')[0] ?? '').toLowerCase();
  const carrier = (options.carriers ?? CARRIERS).find((name) => name === scheme);
  if (carrier === undefined) return authProblem('auth_scheme_unsupported');
  if (value.length > MOST_HEADER) return authProblem('key_malformed');
  return readCarrier(carrier, match?.[2] ?? '', options.isAnyUser === true);
}

function readCarrier(carrier: Carrier, text: string, isAnyUser: boolean): Credential | AuthProblem {
  if (carrier === 'bearer' || carrier === 'splunk') return credential(carrier, text);
  if (carrier === 'apikey' && text.startsWith('triad_')) return credential(carrier, text);
  const pair = decodeBase64(text);
  if (pair === undefined) return authProblem('key_malformed');
  const colon = pair.indexOf(':');
  if (colon < 0) return carrier === 'apikey' ? credential(carrier, pair) : authProblem('key_malformed');
  const found = credential(carrier, pair.slice(colon + 1));
  const isOwn = found.kind === 'problem' || found.id === pair.slice(0, colon) || (carrier === 'basic' && isAnyUser);
  return isOwn ? found : authProblem('key_malformed');
}

function credential(carrier: Carrier, text: string): Credential | AuthProblem {
  const read = readKeyText(text);
  return read.kind === 'key' ? { ...read, kind: 'credential', carrier } : read;
}

function headerValues(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders
    .filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'authorization')
    .map((value) => value.trim());
}

/** Both alphabets of RFC 4648, with padding or without; `undefined` for what is neither. */
function decodeBase64(text: string): string | undefined {
  return /^[0-9A-Za-z+/_-]*={0,2}$/.test(text) ? Buffer.from(text, 'base64').toString('latin1') : undefined;
}

function hasKeyInQuery(target: string): boolean {
  const start = target.indexOf('?');
  if (start < 0) return false;
  for (const [name, value] of new URLSearchParams(target.slice(start))) {
    if (SECRET_PARAMETERS.includes(name.toLowerCase()) || /triad_[0-9A-Za-z]{12}_/.test(name + '\n' + value))
      return true;
  }
  return false;
}
