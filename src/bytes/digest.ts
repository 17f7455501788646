import { createHash, hash } from 'node:crypto';

/** Values that have a canonical JSON text: no floats beyond what RFC 8785 shares with JSON.stringify, no cycles. */
export type Canonical =
  | null
  | boolean
  | number
  | string
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined };

/** Canonical JSON (RFC 8785): keys in UTF-16 order, no white space, lone surrogates made well formed. */
export function canonicalJson(value: Canonical): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return JSON.stringify(value);
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (Array.isArray(value)) return `[${value.map((item: Canonical) => canonicalJson(item)).join(',')}]`;
  const parts: string[] = [];
  const object = value as { readonly [key: string]: Canonical | undefined };
  for (const key of Object.keys(object).sort()) {
    const item = object[key];
    if (item !== undefined) parts.push(`${JSON.stringify(key.toWellFormed())}:${canonicalJson(item)}`);
  }
  return `{${parts.join(',')}}`;
}

/** Lower-case hex SHA-256 of UTF-8 text or bytes. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** RFC 4648 base32, lower case, without padding. */
export function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += BASE32.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += BASE32.charAt((held << (5 - bits)) & 31);
  return text;
}

/**
 * A stable id (L14, DOMAIN 3.4): base32 of the first 80 bits of SHA-256 over canonical JSON, always 16 characters.
 * The first item names the kind.
 */
export function digestId(parts: readonly [string, ...Canonical[]]): string {
  return base32(hash('sha256', canonicalJson(parts), 'buffer').subarray(0, 10));
}
