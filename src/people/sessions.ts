import { hash, timingSafeEqual } from 'node:crypto';

/** How long a session stands without use, and how long at all (TRUST 6). */
export const IDLE_MS = 1_800_000;
export const LIFETIME_MS = 43_200_000;
/** Most sessions of one person; the one that was used longest ago ends first. */
export const MOST_SESSIONS = 20;

const SECRET_BYTES = 32;

/** A new session: its secret stands in the cookie and nowhere else. */
export interface MadeSession {
  readonly secret: string;
  /** SHA-256 of the secret, 32 bytes: what is kept. */
  readonly sha256: Uint8Array;
}

export function makeSession(random: (bytes: number) => Uint8Array): MadeSession {
  const secret = Buffer.from(random(SECRET_BYTES)).toString('base64url');
  return { secret, sha256: sessionDigest(secret) };
}

export function sessionDigest(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

/** Why a session is over by time; `undefined` while it stands. */
export function endOfSession(
  session: { readonly seenMs: number; readonly endsMs: number },
  nowMs: number,
): 'idle' | 'lifetime' | undefined {
  if (nowMs >= session.endsMs) return 'lifetime';
  return nowMs - session.seenMs >= IDLE_MS ? 'idle' : undefined;
}

/** Cookies are sent to every port of a host, so the name tells the port (SETTLED G18). */
export function cookieName(port: number): string {
  return `__Host-triad-${port}`;
}

/** The header that gives a session to a browser, or takes it away. It lives as long as the browser; the server ends it before. */
export function cookieHeader(port: number, secret: string | undefined): string {
  const value = secret === undefined ? '; Max-Age=0' : '';
  return `${cookieName(port)}=${secret ?? ''}; Path=/; Secure; HttpOnly; SameSite=Lax${value}`;
}

export type CookieReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'malformed' };

/** The secret of a `Cookie` header. Two of one name, or one that is no secret, are not looked up. */
export function readCookie(header: string | undefined, port: number): CookieReading {
  if (header === undefined) return { kind: 'none' };
  const name = `${cookieName(port)}=`;
  const found = header
    .split(';')
    .flatMap((part) => (part.trim().startsWith(name) ? [part.trim().slice(name.length)] : []));
  const [secret, second] = found;
  if (secret === undefined) return { kind: 'none' };
  if (second !== undefined || !/^[\w-]{43}$/.test(secret)) return { kind: 'malformed' };
  return { kind: 'secret', secret };
}

/** What a page shows with each change, beside the cookie that a browser sends by itself: known to who knows the secret alone. */
export function csrfOf(secret: string): string {
  return hash('sha256', `triad csrf\n${secret}`, 'base64url');
}

export function isCsrf(presented: string | undefined, secret: string): boolean {
  return timingSafeEqual(hash('sha256', presented ?? '', 'buffer'), hash('sha256', csrfOf(secret), 'buffer'));
}

export interface OriginHeaders {
  readonly origin: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly host: string | undefined;
}

/**
 * Whether a browser says that a request comes from a page of this server: `own`, `foreign`, or `unsaid` where neither header is there. `Host` was
 * judged before (SERVE 0.1: 13); `scheme` is what the listener speaks.
 */
export function originOf(
  { origin, secFetchSite, host }: OriginHeaders,
  scheme: 'http' | 'https',
  publicUrl: string | undefined,
): 'own' | 'foreign' | 'unsaid' {
  if (secFetchSite !== undefined && secFetchSite !== 'same-origin') return 'foreign';
  if (origin === undefined) return secFetchSite === undefined ? 'unsaid' : 'own';
  const own = [`${scheme}://${host ?? ''}`, ...(publicUrl === undefined ? [] : [publicUrl])].map(plainOrigin);
  const told = plainOrigin(origin);
  return told !== undefined && own.includes(told) ? 'own' : 'foreign';
}

function plainOrigin(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}
