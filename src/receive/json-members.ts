import { stringEnd } from './json-values.ts';
import { skipBlanks } from './lines.ts';

/** A key of an object, and where its value begins. */
export interface Member {
  /** Empty where it is longer than any that is asked for. */
  readonly name: string;
  readonly from: number;
}

/** Longest key that is read, bytes with its quotes; longer ones are passed over. */
const MAX_KEY_BYTES = 40;

/** The member whose key begins at `at`; undefined where there is none. */
export function memberAt(bytes: Uint8Array, at: number, to: number): Member | undefined {
  const keyEnd = bytes[at] === 0x22 ? stringEnd(bytes, at, to) : -1;
  const colon = keyEnd < 0 ? to : skipBlanks(bytes, keyEnd, to);
  if (bytes[colon] !== 0x3a) return undefined;
  return { name: nameOf(bytes, at, keyEnd), from: skipBlanks(bytes, colon + 1, to) };
}

/**
 * Goes over the members of the object that begins at `at`: `member` gives the index behind each value, -1 where it cannot be followed. The index behind the
 * object, -1 where it does not end.
 */
export function eachMember(
  bytes: Uint8Array,
  at: number,
  to: number,
  member: (name: string, from: number) => number,
): number {
  let next = skipBlanks(bytes, at + 1, to);
  if (bytes[next] === 0x7d) return next + 1;
  for (;;) {
    const found = memberAt(bytes, next, to);
    const end = found === undefined ? -1 : member(found.name, found.from);
    if (end < 0) return -1;
    const after = skipBlanks(bytes, end, to);
    if (bytes[after] === 0x7d) return after + 1;
    if (bytes[after] !== 0x2c) return -1;
    next = skipBlanks(bytes, after + 1, to);
  }
}

/** Goes over the elements of the array that begins at `at`, in the same way. */
export function eachElement(bytes: Uint8Array, at: number, to: number, element: (from: number) => number): number {
  let next = skipBlanks(bytes, at + 1, to);
  if (bytes[next] === 0x5d) return next + 1;
  for (;;) {
    const end = element(next);
    if (end < 0) return -1;
    const after = skipBlanks(bytes, end, to);
    if (bytes[after] === 0x5d) return after + 1;
    if (bytes[after] !== 0x2c) return -1;
    next = skipBlanks(bytes, after + 1, to);
  }
}

/** A key without its quotes. One with escapes is the key that they spell: JSON knows no other (SERVE 8, trap 14). */
function nameOf(bytes: Uint8Array, at: number, end: number): string {
  if (end - at > MAX_KEY_BYTES) return '';
  let name = '';
  for (let index = at + 1; index < end - 1; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === 0x5c) return spelled(bytes.subarray(at, end));
    name += String.fromCharCode(byte);
  }
  return name;
}

function spelled(key: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(key).toString('utf8')));
  } catch (cause) {
    // An escape that is none: no key that is asked for.
    if (cause instanceof SyntaxError) return '';
    throw cause;
  }
}
