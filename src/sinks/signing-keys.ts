import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** How a webhook is signed (Standard Webhooks): HMAC-SHA256 with a shared secret, or Ed25519 with a key of which receivers have the public half alone. */
export type SigningKey =
  | { readonly scheme: 'v1'; readonly secret: Uint8Array }
  | { readonly scheme: 'v1a'; readonly secret: KeyObject; readonly publicKey: string };

/** What may be told of a key: how it signs, and of `v1a` the public key (`whpk_` and base64). */
export interface Signer {
  readonly scheme: SigningKey['scheme'];
  readonly publicKey?: string;
}

const SHARED = 'whsec_';
const SECRET = 'whsk_';
const PUBLIC = 'whpk_';

/** Keys of one webhook: each signs each message, and a signature of each stands in one header. */
export const MOST_SIGNING_KEYS = 8;

/** Bytes of a shared secret (Standard Webhooks). */
const LEAST_SHARED = 24;
const MOST_SHARED = 64;

/** Bytes of the secret half of Ed25519 (RFC 8032), and of the public one. */
const HALF = 32;

/** PKCS #8 of an Ed25519 key up to its 32 bytes (RFC 8410, 7). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * A key as it is written: `whsec_` and base64 of 24 to 64 bytes, or `whsk_` and base64 of the secret half and the public half of Ed25519, as senders of
 * Standard Webhooks write it, or of the secret half alone. What is none gives the reason, which repeats nothing of it.
 */
export function readSigningKey(text: string): SigningKey | { readonly why: string } {
  if (text.startsWith(PUBLIC)) return { why: `it is a public key (${PUBLIC}), which is for the receiver` };
  const prefix = [SHARED, SECRET].find((one) => text.startsWith(one));
  if (prefix === undefined) return { why: `it begins with neither ${SHARED} nor ${SECRET}` };
  const base64 = text.slice(prefix.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return { why: `what follows ${prefix} is no base64` };
  const bytes = Buffer.from(base64, 'base64');
  return prefix === SHARED ? sharedSecret(bytes) : ed25519Key(bytes);
}

function sharedSecret(bytes: Buffer): ReturnType<typeof readSigningKey> {
  if (bytes.length >= LEAST_SHARED && bytes.length <= MOST_SHARED) return { scheme: 'v1', secret: bytes };
  return { why: `${SHARED} has ${LEAST_SHARED} to ${MOST_SHARED} bytes, and these are ${bytes.length}` };
}

function ed25519Key(bytes: Buffer): ReturnType<typeof readSigningKey> {
  if (bytes.length !== HALF && bytes.length !== 2 * HALF) {
    return { why: `${SECRET} has ${2 * HALF} bytes (or the first ${HALF}), and these are ${bytes.length}` };
  }
  const secret = createPrivateKey({
    key: Buffer.concat([PKCS8, bytes.subarray(0, HALF)]),
    format: 'der',
    type: 'pkcs8',
  });
  const half = createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-HALF);
  if (bytes.length > HALF && !half.equals(bytes.subarray(HALF))) {
    return { why: 'its last 32 bytes are not the public key of the first 32' };
  }
  return { scheme: 'v1a', secret, publicKey: PUBLIC + half.toString('base64') };
}

/** Signatures of a body under each key, for `webhook-signature`: while a key is replaced the old and the new one are good. */
export function signatures(
  { id, seconds, body }: { readonly id: string; readonly seconds: number; readonly body: string },
  keys: readonly string[],
): string {
  const content = Buffer.from(`${id}.${seconds}.${body}`);
  return keysIn(keys)
    .map((key) => `${key.scheme},${signed(key, content).toString('base64')}`)
    .join(' ');
}

function signed(key: SigningKey, content: Buffer): Buffer {
  return key.scheme === 'v1'
    ? createHmac('sha256', key.secret).update(content).digest()
    : sign(null, content, key.secret);
}

/** Who signs, for people; nothing of it is secret. */
export function signersOf({
  kind,
  secrets,
}: {
  readonly kind: string;
  readonly secrets: readonly string[];
}): readonly Signer[] {
  if (kind !== 'webhook') return [];
  return keysIn(secrets).map((key) =>
    key.scheme === 'v1' ? { scheme: 'v1' } : { scheme: 'v1a', publicKey: key.publicKey },
  );
}

/** Keys that are some; at a start what is none was refused. */
function keysIn(texts: readonly string[]): readonly SigningKey[] {
  return texts.map(readSigningKey).filter((key) => 'scheme' in key);
}
