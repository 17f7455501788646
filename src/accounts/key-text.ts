import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type AuthProblem, authProblem } from './auth-problems.ts';

/** A key that was just made. `text` is the secret: it is shown once and kept nowhere. */
export interface MadeKey {
  readonly text: string;
  readonly id: string;
  /** SHA-256 of `text`, 32 bytes: what is stored of it. */
  readonly sha256: Uint8Array;
}

/** A key as somebody presents it: its text is left behind, so that nothing after this can print it. */
export interface PresentedKey {
  readonly id: string;
  /** SHA-256 of the whole text, 32 bytes. */
  readonly sha256: Uint8Array;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** 43 digits to the base of 62 are 256.03 bits (TRUST 2 asks for 256). */
const SECRET_LENGTH = 43;
const FORM = /^triad_([0-9A-Za-z]{12})_[0-9A-Za-z]{43}_([0-9a-f]{8})$/;

/**
 * Makes a key of TRUST 2: `triad_<12 id>_<43 secret>_<8 hex>`, the last part a CRC-32 of what stands before its underscore.
 * `random` gives that many random bytes.
 */
export function makeKey(random: (bytes: number) => Uint8Array): MadeKey {
  const id = digits(random, ID_LENGTH);
  const head = `triad_${id}_${digits(random, SECRET_LENGTH)}`;
  const text = `${head}_${checksum(head)}`;
  return { text, id, sha256: hash('sha256', text, 'buffer') };
}

/** Reads a key without asking any store: a typing error is `key_malformed`, and costs no look-up. */
export function readKeyText(text: string): ({ readonly kind: 'key' } & PresentedKey) | AuthProblem {
  const match = FORM.exec(text);
  const id = match?.[1];
  if (id === undefined || match?.[2] !== checksum(text.slice(0, -9))) return authProblem('key_malformed');
  return { kind: 'key', id, sha256: hash('sha256', text, 'buffer') };
}

/** A text with the secret part of each key in it blotted out, for messages and the audit. Whole keys and cut ones alike. */
export function hideKeys(text: string): string {
  return text.replace(/triad_([0-9A-Za-z]{12})_[0-9A-Za-z_-]*/g, 'triad_$1_…');
}

export type KeyState = 'active' | 'revoked' | 'expired';

/** Revoked wins over expired; a key has expired from the millisecond `expiresMs` on. */
export function keyState(
  key: { readonly expiresMs: number; readonly revokedMs: number | null },
  nowMs: number,
): KeyState {
  if (key.revokedMs !== null) return 'revoked';
  return nowMs < key.expiresMs ? 'active' : 'expired';
}

/** Days that a key lives unless said otherwise, and the most that may be said (TRUST 2). */
export const KEY_DAYS = 180;
export const MOST_KEY_DAYS = 400;
const DAY_MS = 86_400_000;

/** When a key that is made at `createdMs` for whole `days` ends, or why it may not be made for so long. */
export function keyExpiry(
  createdMs: number,
  days: number = KEY_DAYS,
): { readonly kind: 'expiry'; readonly expiresMs: number } | { readonly kind: 'problem'; readonly message: string } {
  if (Number.isInteger(days) && days >= 1 && days <= MOST_KEY_DAYS) {
    return { kind: 'expiry', expiresMs: createdMs + days * DAY_MS };
  }
  return { kind: 'problem', message: `A key lives for 1 to ${MOST_KEY_DAYS} whole days, not ${days}.` };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

/** Digits to the base of 62, all equally likely: a byte of 248 and above would favour the first eight, and is drawn again. */
function digits(random: (bytes: number) => Uint8Array, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < 248) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
