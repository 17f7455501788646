import { decodeBase64, sniffText } from './payload/text-bytes.ts';

/** Why a value that WMI stores is no value of a property but a place to keep data in (S14). */
export type HiddenReason =
  /** Numbers with separators between them, each the code of a character or a byte. */
  | 'char-codes'
  | 'base64'
  | 'hex'
  /** Characters that no text has: data packed into code units. */
  | 'binary'
  /** Text without the regularity of any language. */
  | 'entropy'
  /** More text than a property holds. */
  | 'long-text'
  /** A list of bytes that is a program, an archive, a script, or just long. */
  | 'bytes';

/** What encoded bytes begin as. */
export type HiddenKind = 'program' | 'gzip' | 'zip' | 'zlib' | 'text';

export interface HiddenData {
  readonly reason: HiddenReason;
  /** What the bytes are, where their beginning tells. */
  readonly kind?: HiddenKind;
  /** Characters of a text, bytes or items of a list. */
  readonly length: number;
  /** Bits of a character or byte. */
  readonly entropy: number;
  /** The first characters; of bytes in hex. */
  readonly head: string;
}

/** Stock repositories have no value of more than 700 characters beside consumers (S14: more than 1 KB). */
const LONG_TEXT = 1024;
const LEAST_CODES = 32;
/** A digest in hex has at most 128 digits. */
const LEAST_HEX = 160;
/** Base64 of bytes that say what they are, and of others, which must be longer than any key or digest. */
const LEAST_TOLD_BASE64 = 64;
const LEAST_BASE64 = 128;
const LEAST_BASE64_ENTROPY = 4.5;
const LEAST_ENTROPY_TEXT = 128;
/** Prose has 4 to 4.6 bits a character, XML and SDDL less than 5.2, keys and ciphers in ASCII 5.6 and more. */
const MOST_TEXT_ENTROPY = 5.4;
const MOST_BINARY_SHARE = 0.1;
const LEAST_BYTES = 64;
const LONG_BYTES = 1024;
const HEAD_CHARACTERS = 80;
const SNIFFED_BYTES = 4096;
/** Of what is longer the beginning is judged: it is too long already. */
const JUDGED_CHARACTERS = 65_536;

/**
 * Judges a value that an object of WMI stores: a text, bytes, or a list of texts or numbers. Undefined for what a property may
 * well hold. Linear in its length.
 */
export function hiddenData(value: string | Uint8Array | readonly (string | number)[]): HiddenData | undefined {
  if (typeof value === 'string') return inText(value);
  if (value instanceof Uint8Array) return inBytes(value);
  const numbers = value.filter((item) => typeof item === 'number');
  if (numbers.length === value.length) return inCodes(numbers, numbers.join(','));
  for (const item of value) {
    const found = typeof item === 'string' ? inText(item) : undefined;
    if (found !== undefined) return found;
  }
  // Cut into pieces; a list of many names is no long text.
  const pieces = value.slice(0, JUDGED_CHARACTERS);
  const found = inListedCodes(pieces.join(',')) ?? inText(pieces.join(''));
  return found?.reason === 'long-text' || found?.reason === 'entropy' ? undefined : found;
}

function inText(whole: string): HiddenData | undefined {
  const text = whole.slice(0, JUDGED_CHARACTERS);
  const found = (reason: HiddenReason, kind?: HiddenKind): HiddenData => ({
    reason,
    ...(kind === undefined ? {} : { kind }),
    length: whole.length,
    entropy: entropyOf(text),
    head: headOf(text),
  });
  if (text.length < LEAST_TOLD_BASE64) return undefined;
  const listed = inListedCodes(text);
  if (listed !== undefined) return { ...listed, length: whole.length };
  const base64 = base64Of(text);
  if (base64 !== undefined) return found('base64', base64.kind);
  const hex = /(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){80,}/.exec(text);
  if (hex !== null && hex[0].length >= LEAST_HEX && /[0-9]/.test(hex[0])) {
    return found('hex', kindOf(Buffer.from(hex[0].slice(0, 2 * SNIFFED_BYTES), 'hex')));
  }
  if (binaryShare(text) >= MOST_BINARY_SHARE) return found('binary');
  if (text.length >= LEAST_ENTROPY_TEXT && isAscii(text) && entropyOf(text) >= MOST_TEXT_ENTROPY)
    return found('entropy');
  return text.length > LONG_TEXT ? found('long-text') : undefined;
}

function inBytes(bytes: Uint8Array): HiddenData | undefined {
  if (bytes.length < LEAST_BYTES) return undefined;
  const kind = kindOf(bytes);
  const entropy = entropyOf(Buffer.from(bytes).toString('latin1'));
  if (kind === undefined && bytes.length <= LONG_BYTES) return undefined;
  const head = Buffer.from(bytes.subarray(0, HEAD_CHARACTERS / 2)).toString('hex');
  return { reason: 'bytes', ...(kind === undefined ? {} : { kind }), length: bytes.length, entropy, head };
}

/** Numbers that are codes of characters or bytes, or long enough to be nothing else. */
function inCodes(numbers: readonly number[], text: string): HiddenData | undefined {
  if (numbers.length < LEAST_CODES) return undefined;
  if (numbers.some((code) => !Number.isInteger(code) || code < 0 || code > 0xffff)) return undefined;
  const bytes = numbers.every((code) => code <= 0xff) ? Uint8Array.from(numbers) : undefined;
  const kind = bytes === undefined ? undefined : kindOf(bytes);
  const printable = numbers.filter((code) => (code >= 32 && code < 127) || code === 9 || code === 10 || code === 13);
  // Words of UTF-16 are characters too; counts and sizes are not all printable.
  const isText = printable.length >= 0.9 * numbers.length;
  if (kind === undefined && !isText && numbers.length <= LONG_BYTES / 4) return undefined;
  return {
    reason: 'char-codes',
    ...(kind === undefined ? {} : { kind }),
    length: numbers.length,
    entropy: entropyOf(text),
    head: headOf(text),
  };
}

function inListedCodes(text: string): HiddenData | undefined {
  const codes = codesOf(text);
  return codes === undefined ? undefined : inCodes(codes, text);
}

/** The numbers of a text that is nothing but numbers, decimal or 0x, with one separator and blanks between them. */
function codesOf(text: string): number[] | undefined {
  if (!/^[\s0-9a-fA-Fx,;:|&#$%_.@+-]*$/.test(text)) return undefined;
  const words = text.trim().split(/[\s,;:|&#$%_@+-]+/);
  const numbers: number[] = [];
  for (const word of words) {
    if (word === '') continue;
    if (!/^(?:[0-9]{1,5}|0x[0-9a-fA-F]{1,4})$/.test(word)) return undefined;
    numbers.push(Number(word));
  }
  return numbers;
}

/** A run of base64 anywhere in a text, line ends allowed, with what it decodes to. */
function base64Of(text: string): { readonly kind?: HiddenKind } | undefined {
  for (const match of text.matchAll(/[A-Za-z0-9+/](?:[A-Za-z0-9+/]|\r?\n[ \t]{0,8}){63,}={0,2}/g)) {
    const run = match[0].replace(/\s/g, '');
    if (run.length < LEAST_TOLD_BASE64) continue;
    const bytes = decodeBase64(run.slice(0, 4 * Math.floor(Math.min(run.length, SNIFFED_BYTES) / 4)));
    // Words of a path or a name decode too, but to no text and no archive.
    const kind = bytes === undefined ? undefined : kindOf(bytes);
    if (kind !== undefined) return { kind };
    const isMixed = /[a-z]/.test(run) && /[A-Z]/.test(run) && /[0-9]/.test(run);
    if (run.length >= LEAST_BASE64 && isMixed && entropyOf(run) >= LEAST_BASE64_ENTROPY) return {};
  }
  return undefined;
}

/** What bytes begin as, or hold as a whole; undefined for nothing that is known. */
function kindOf(bytes: Uint8Array): HiddenKind | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0x4d && b === 0x5a) return 'program';
  if (a === 0x1f && b === 0x8b && c === 8) return 'gzip';
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) return 'zip';
  if (a === 0x78 && (b === 0x01 || b === 0x9c || b === 0xda) && bytes.length >= 128) return 'zlib';
  if (bytes.length < LEAST_CODES) return undefined;
  const text = sniffText(bytes.subarray(0, SNIFFED_BYTES));
  // Of bytes that are words themselves all are printable; so is no random byte string of this length.
  return text !== undefined && /[ \r\n\t]/.test(text) ? 'text' : undefined;
}

/** Share of characters that no text has: controls, surrogates without a partner, private and unassigned ones. */
function binaryShare(text: string): number {
  let odd = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20) odd += code === 9 || code === 10 || code === 13 ? 0 : 1;
    else if (code >= 0x7f && (code < 0xa0 || /^[\p{Co}\p{Cn}\p{Cs}]$/u.test(character))) odd++;
  }
  return odd / text.length;
}

function isAscii(text: string): boolean {
  let other = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) other++;
  return other <= 0.05 * text.length;
}

/** Shannon's entropy of the characters, in bits. */
function entropyOf(text: string): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function headOf(text: string): string {
  const line = text.slice(0, HEAD_CHARACTERS);
  return text.length <= HEAD_CHARACTERS ? line : `${line.slice(0, HEAD_CHARACTERS - 1)}…`.toWellFormed();
}
