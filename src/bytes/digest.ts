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
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return Array.isArray(value)
    ? listText(value)
    : objectText(value as { readonly [key: string]: Canonical | undefined });
}

function listText(items: readonly Canonical[]): string {
  let text = '[';
  for (let at = 0; at < items.length; at++) {
    if (at > 0) text += ',';
    text += canonicalJson(items[at] as Canonical);
  }
  return `${text}]`;
}

function objectText(object: { readonly [key: string]: Canonical | undefined }): string {
  const { sorted, written } = keysInOrder(Object.keys(object));
  let text = '{';
  for (let at = 0; at < sorted.length; at++) {
    const item = object[sorted[at] as string];
    if (item === undefined) continue;
    if (text.length > 1) text += ',';
    text += written[at] as string;
    text += canonicalJson(item);
  }
  return `${text}}`;
}

/** Keys as an object has them, in canonical order, and as they are written. */
interface KeyOrder {
  readonly keys: readonly string[];
  readonly sorted: readonly string[];
  readonly written: readonly string[];
}

/** Orders of keys by their number, the latest first: most objects have the keys of one before, and sorting costs more than all the rest. */
const ORDERS: KeyOrder[][] = [];
const MOST_KEYS = 32;
const MOST_ORDERS = 8;

function keysInOrder(keys: readonly string[]): KeyOrder {
  if (keys.length > MOST_KEYS) return newOrder(keys);
  ORDERS[keys.length] ??= [];
  const known = ORDERS[keys.length] as KeyOrder[];
  for (let at = 0; at < known.length; at++) {
    const order = known[at] as KeyOrder;
    if (areSame(order.keys, keys)) return order;
  }
  const order = newOrder(keys);
  known.unshift(order);
  if (known.length > MOST_ORDERS) known.pop();
  return order;
}

function newOrder(keys: readonly string[]): KeyOrder {
  const sorted = keys.toSorted();
  return { keys, sorted, written: sorted.map((key) => `${JSON.stringify(key.toWellFormed())}:`) };
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
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
