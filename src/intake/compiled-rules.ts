import { createHash } from 'node:crypto';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { type Compiling, type RuleSource, readStoredRules, storeRules } from '../sigma/index.ts';
import { LOG_SOURCES } from '../taxonomy/index.ts';
import { compileGroup, type RuleGroup, type RuleTexts } from './rule-set.ts';

/** What compiled rules were made of. */
export interface CompiledFrom {
  /** Files of rules. */
  readonly files: number;
  /** SHA-256 over the rules' texts, whatever their files are called and in whatever order they were named. */
  readonly sha256: string;
  /** Name and SHA-256 of pipelines and placeholders that they were compiled with. */
  readonly mapped: readonly string[];
}

export interface CompiledRules {
  readonly from: CompiledFrom;
  /** Rules of every status, as `compileGroup` gives them. */
  readonly compiling: Compiling;
}

export type CompiledReading =
  | { readonly kind: 'rules'; readonly rules: CompiledRules }
  | { readonly kind: 'trouble'; readonly message: string };

/**
 * Bounds on a file of compiled rules, as it lies and inflated, and on the values in it (L20): 3,755 public rules
 * have 2 and 9 MB, and 0.8 million values.
 */
export interface CompiledLimits {
  readonly fileBytes: number;
  readonly inflatedBytes: number;
  /** Lists, maps and their items: what makes objects of the text. */
  readonly values: number;
}

export const COMPILED_LIMITS: CompiledLimits = {
  fileBytes: 16 * 1024 ** 2,
  inflatedBytes: 64 * 1024 ** 2,
  values: 8_000_000,
};

export interface CompiledOptions {
  readonly limits?: CompiledLimits;
  /** True for a file that came with this program: its expressions are not tried first. */
  readonly isOwn?: boolean;
}

const FORM = 'triad-compiled-rules';
/** The first line, which is looked at before anything else is inflated. */
const HEAD = `{"form":"${FORM}",`;
const HEAD_BYTES = 256;
const GZIP = [0x1f, 0x8b];

/** True for what begins as a file of compiled rules does: no text of rules begins so. */
export function isCompiledRules(head: Uint8Array): boolean {
  return GZIP.every((byte, at) => head[at] === byte);
}

/** SHA-256 over texts in an order of their own. */
export function digestOfTexts(sources: readonly RuleSource[]): string {
  const each = sources.map(({ text }) => createHash('sha256').update(text).digest('hex')).sort();
  return createHash('sha256').update(each.join('')).digest('hex');
}

/**
 * Compiles rules of every status to the bytes of a file: JSON under gzip, the same for the same texts and names. `mapped` names what
 * else they were compiled with. `readCompiledRules` gives them back.
 */
export function packRules(texts: RuleTexts, mapped: readonly string[] = []): Uint8Array {
  const { sources } = texts;
  return packGroup(texts, { files: sources.length, sha256: digestOfTexts(sources), mapped }, 9);
}

/** The same of any group of rules; `level` is that of gzip. */
export function packGroup(group: RuleGroup, from: CompiledFrom, level: number): Uint8Array {
  return gzipSync(JSON.stringify({ form: FORM, from, ...storeRules(compileGroup(group), LOG_SOURCES) }), { level });
}

/**
 * Rules from the bytes of a file of compiled rules, every part of it checked: it may be from anyone. What is of another version, damaged or
 * no such file is told in a sentence.
 *
 * ```ts
 * const reading = readCompiledRules(bytes);
 * if (reading.kind === 'rules') matcherOf({ groups: [{ kind: 'compiled', ...reading.rules }], selection: {} });
 * ```
 */
export function readCompiledRules(
  bytes: Uint8Array,
  { limits = COMPILED_LIMITS, isOwn = false }: CompiledOptions = {},
): CompiledReading {
  if (bytes.length > limits.fileBytes) return trouble(`The file has more than ${limits.fileBytes} bytes.`);
  if (!hasHead(bytes)) return trouble('It is no file of compiled rules.');
  const inflated = inflate(bytes, limits.inflatedBytes);
  if (typeof inflated === 'string') return trouble(inflated);
  if (valuesIn(inflated) > limits.values) return trouble(`It has more than ${limits.values} values.`);
  let value: unknown;
  try {
    value = JSON.parse(inflated.toString());
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return trouble(DAMAGED);
  }
  if (!isMap(value) || value['form'] !== FORM) return trouble('It is no file of compiled rules.');
  const reading = readStoredRules(value, LOG_SOURCES, isOwn);
  if (reading.kind === 'trouble') return reading;
  const from = fromOf(value['from']);
  if (from === undefined) return trouble('It is damaged: it does not say what it was compiled from.');
  return { kind: 'rules', rules: { from, compiling: reading.compiling } };
}

const DAMAGED = 'It is damaged, or no file of compiled rules.';

/** Whether it begins as such a file does: told by its first bytes, whatever the rest would be. */
function hasHead(bytes: Uint8Array): boolean {
  try {
    const flags = { finishFlush: constants.Z_SYNC_FLUSH };
    return gunzipSync(bytes.subarray(0, HEAD_BYTES), flags).toString('latin1').startsWith(HEAD);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return false;
  }
}

/** The text, or what is wrong. */
function inflate(bytes: Uint8Array, limit: number): Buffer | string {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
      ? `It inflates to more than ${limit} bytes.`
      : DAMAGED;
  }
}

/** Openings and commas, also those within texts: at least as many as there are values. */
function valuesIn(json: Uint8Array): number {
  let count = 0;
  for (const byte of json) if (byte === COMMA || byte === OPEN_LIST || byte === OPEN_MAP) count++;
  return count;
}

const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const OPEN_MAP = 0x7b;

function trouble(message: string): CompiledReading {
  return { kind: 'trouble', message };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromOf(value: unknown): CompiledFrom | undefined {
  if (!isMap(value)) return undefined;
  const { files, sha256, mapped } = value;
  if (typeof files !== 'number' || !Number.isSafeInteger(files) || files < 0) return undefined;
  if (!Array.isArray(mapped) || !mapped.every((one) => typeof one === 'string')) return undefined;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? { files, sha256, mapped } : undefined;
}
