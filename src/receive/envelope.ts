import { TRUST_CLASSES } from '../entries/index.ts';
import type { TrustClass } from '../windows/index.ts';
import { checkBatchId } from './batch-identity.ts';
import { isProtocol, type ProtocolName } from './protocols.ts';

/** What the journal keeps beside the bytes of a batch (ADR 0017). */
export interface EnvelopeHeader {
  readonly format: 1;
  readonly sender: string;
  /** Id of the key that was used; never its secret. */
  readonly key: string;
  readonly trust: TrustClass;
  /** A change of framing needs a new name here. */
  readonly protocol: ProtocolName;
  /** Id that the sender gave the batch. */
  readonly batch?: string;
  /** SHA-256 of the body, lower-case hex. */
  readonly digest: string;
  /** Unix milliseconds of the server's clock. */
  readonly receivedMs: number;
  /** Address of the other end of the connection. */
  readonly peer: string;
  /** Indexes that the batch is for, of `_bulk`. */
  readonly indexNames?: readonly string[];
}

export interface Envelope extends EnvelopeHeader {
  readonly kind: 'envelope';
  /** A view into the payload, not a copy. */
  readonly body: Uint8Array;
}

/** A payload that is no envelope, or one of a newer version. */
export interface EnvelopeProblem {
  readonly kind: 'problem';
  readonly code: 'truncated' | 'bad_header' | 'newer_format';
  readonly reason: string;
}

/** Bytes of the number before the header: its length, little endian. */
const LENGTH_BYTES = 4;
export const MAX_HEADER_BYTES: number = 64 << 10;
/** Indexes that a header names. */
export const MAX_INDEX_NAMES = 64;
const MAX_NAME = 512;
const TRUST: ReadonlySet<string> = new Set(TRUST_CLASSES);

/**
 * The payload of a frame: length of the header (4 bytes, little endian), header (JSON), body. The body is passed on, not copied.
 * Throws a RangeError for a header that could not be read again: the caller made it.
 */
export function packEnvelope(header: EnvelopeHeader, body: Uint8Array): readonly Uint8Array[] {
  const problem = headerProblem(header);
  if (problem !== undefined) throw new RangeError(`envelope: ${problem}`);
  const { format, sender, key, trust, protocol, batch, digest, receivedMs, peer, indexNames } = header;
  const text = { format, sender, key, trust, protocol, batch, digest, receivedMs, peer, indexNames };
  const json = Buffer.from(JSON.stringify(text));
  if (json.length > MAX_HEADER_BYTES) throw new RangeError(`envelope: a header of ${json.length} bytes`);
  const head = Buffer.allocUnsafe(LENGTH_BYTES + json.length);
  head.writeUInt32LE(json.length, 0);
  head.set(json, LENGTH_BYTES);
  return [head, body];
}

/** The envelope of a frame's payload. The digest is not computed again: the journal's own checksum stands for the bytes. */
export function readEnvelope(payload: Uint8Array): Envelope | EnvelopeProblem {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const length = bytes.length < LENGTH_BYTES ? -1 : bytes.readUInt32LE(0);
  if (length < 0 || length > bytes.length - LENGTH_BYTES) return problem('truncated', 'the header does not fit in');
  if (length > MAX_HEADER_BYTES) return problem('bad_header', `the header has ${length} bytes`);
  const end = LENGTH_BYTES + length;
  const header = parsed(bytes.toString('utf8', LENGTH_BYTES, end));
  if (!isObject(header)) return problem('bad_header', 'the header is no JSON object');
  const format = header['format'];
  if (typeof format === 'number' && Number.isInteger(format) && format > 1) {
    return problem('newer_format', `the batch is of format ${format}; this version reads 1`);
  }
  const wrong = headerProblem(header);
  if (wrong !== undefined) return problem('bad_header', wrong);
  return { kind: 'envelope', ...(header as unknown as EnvelopeHeader), body: bytes.subarray(end) };
}

function problem(code: EnvelopeProblem['code'], reason: string): EnvelopeProblem {
  return { kind: 'problem', code, reason };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Check = (value: unknown) => boolean;

const isName: Check = (value) => typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME;

/** Every key that a header of format 1 may have, and what its value is. */
const KEYS: Readonly<Record<keyof EnvelopeHeader, Check>> = {
  format: (value) => value === 1,
  sender: isName,
  key: isName,
  trust: (value) => typeof value === 'string' && TRUST.has(value),
  protocol: (value) => typeof value === 'string' && isProtocol(value),
  batch: (value) => value === undefined || (typeof value === 'string' && checkBatchId(value) === undefined),
  digest: (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  receivedMs: (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0,
  peer: isName,
  indexNames: (value) =>
    value === undefined || (Array.isArray(value) && value.length <= MAX_INDEX_NAMES && value.every(isName)),
};

/** What is wrong with a header; undefined for one of format 1. */
function headerProblem(header: Readonly<Partial<Record<string, unknown>>> | EnvelopeHeader): string | undefined {
  const values = header as Readonly<Record<string, unknown>>;
  for (const [key, check] of Object.entries(KEYS)) {
    if (!check(Object.hasOwn(values, key) ? values[key] : undefined)) return `${key} is missing or wrong`;
  }
  const unknown = Object.keys(values).find((key) => !Object.hasOwn(KEYS, key));
  return unknown === undefined ? undefined : `the key ${JSON.stringify(unknown.slice(0, 40))} is not known`;
}
