import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BodyLease } from './body-budget.ts';
import { BodySource, type BodyTrouble } from './body-source.ts';
import { type Coding, codingsOf } from './codings.ts';
import { ContentDigest } from './content-digest.ts';
import { decodeStage, type StageEnd } from './decode-stage.ts';
import { BODY_LIMITS, type BodyLimits } from './limits.ts';
import { PieceStore } from './piece-store.ts';

/** Headers as `node:http` gives them: names in lower case. */
export type PlainHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface WholeBody {
  readonly kind: 'body';
  /** The body after every coding is taken off. */
  readonly bytes: Uint8Array;
  readonly encodedBytes: number;
  /** SHA-256 of `bytes`, lower-case hex. */
  readonly digest: string;
}

export interface RefusedBody extends BodyTrouble {
  readonly kind: 'refused';
  /** True when the rest of the body was not read: the connection cannot carry another request. */
  readonly closeConnection: boolean;
  readonly retryAfterMs?: number;
}

export interface BodyReading {
  /** The server's clock, Unix milliseconds. */
  readonly nowMs: () => number;
  /** Aborted when the server stops. */
  readonly signal?: AbortSignal;
  /** What the memory of the body is taken from; the caller gives it back when it has let go of the bytes. */
  readonly lease?: BodyLease;
}

interface BodyPlan {
  readonly codings: readonly Coding[];
  readonly declaredBytes: number | undefined;
  /** What the bytes on the wire must have; undefined where nobody says. */
  readonly onWire: ContentDigest | undefined;
}

/**
 * Reads a request's body to its end: takes its codings off piece by piece, within limits of size, ratio and time (SERVE 1). What is
 * refused is let go of at once; its rest is read and forgotten where that is cheap, so that the sender sees the answer.
 *
 *     const body = await readBody(request, request.headers, BODY_LIMITS, { nowMs: Date.now });
 *     if (body.kind === 'refused') answer(body.status, body.reason);
 */
export async function readBody(
  stream: Readable,
  headers: PlainHeaders,
  limits: BodyLimits,
  reading: BodyReading,
): Promise<WholeBody | RefusedBody> {
  const source = new BodySource(stream, limits, reading.nowMs, reading.signal);
  try {
    const plan = planOf(headers, limits);
    const isPlan = 'codings' in plan;
    if (!isPlan) source.fail(plan);
    const body = isPlan ? await collect(source, plan, limits, reading.lease) : undefined;
    const trouble = source.trouble;
    if (body !== undefined && trouble === undefined) return body;
    const isWaiting = headers['expect'] !== undefined && source.received === 0;
    const isDrained =
      !isWaiting &&
      trouble?.status !== 408 &&
      trouble?.status !== 503 &&
      (await source.drain(drainBytesOf(headers, limits)));
    return {
      kind: 'refused',
      ...(trouble ?? CUT_SHORT),
      closeConnection: !isDrained,
      ...retryOf(trouble, reading.lease),
    };
  } finally {
    source.close();
  }
}

/** A body that does not say how long it is may never end: no more of it is read for nothing than a fourth of what one body may have. */
function drainBytesOf(headers: PlainHeaders, { drainBytes, encodedBytes }: BodyLimits): number {
  return headers['content-length'] === undefined ? Math.min(drainBytes, encodedBytes >> 2) : drainBytes;
}

function retryOf(trouble: BodyTrouble | undefined, lease: BodyLease | undefined): { readonly retryAfterMs?: number } {
  if (trouble?.status === 503) return { retryAfterMs: RESTART_MS };
  return trouble?.status === 429 && lease !== undefined ? { retryAfterMs: lease.retryAfterMs } : {};
}

/** What the headers alone refuse: asked before `100 Continue` is sent. Undefined when the body may come. */
export function refusalByHeaders(headers: PlainHeaders, limits: BodyLimits = BODY_LIMITS): BodyTrouble | undefined {
  const plan = planOf(headers, limits);
  return 'codings' in plan ? undefined : plan;
}

/** A server that stops is back in some seconds, or its place is taken by another. */
const RESTART_MS = 5000;

/** Coded bytes that a decoder gets at once, the first time and at most: a bomb is noticed after the first of them, and others are not held up by small pieces. */
const FIRST_CODED_BYTES = 2 << 10;
const CODED_PIECE_BYTES = 16 << 10;
/** Bytes that are hashed before others have their turn: under a millisecond. */
const HASHED_BYTES = 1 << 20;

const CUT_SHORT: BodyTrouble = { status: 400, code: 'cut_off', reason: 'The body is shorter than its Content-Length.' };

function headerText(headers: PlainHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' || value === undefined ? value : value.join(',');
}

function planOf(headers: PlainHeaders, limits: BodyLimits): BodyPlan | BodyTrouble {
  const codings = codingsOf(headerText(headers, 'content-encoding'));
  if ('problem' in codings) return { status: 415, code: 'unknown_coding', reason: codings.problem };
  const onWire = ContentDigest.of(headerText(headers, 'content-digest'));
  const length = headerText(headers, 'content-length');
  if (length === undefined) return { codings, declaredBytes: undefined, onWire };
  if (!/^\d{1,15}$/.test(length)) {
    return { status: 400, code: 'bad_length', reason: 'The Content-Length is no number.' };
  }
  const declaredBytes = Number(length);
  if (declaredBytes > limits.encodedBytes) return tooLarge('encoded', limits.encodedBytes);
  return { codings, declaredBytes, onWire };
}

function tooLarge(what: 'encoded' | 'decoded', most: number): BodyTrouble {
  const words = what === 'encoded' ? 'as it is sent' : 'once decompressed';
  return { status: 413, code: `${what}_too_large`, reason: `The body has more than ${most} bytes ${words}.` };
}

async function collect(
  source: BodySource,
  plan: BodyPlan,
  limits: BodyLimits,
  lease: BodyLease | undefined,
): Promise<WholeBody | undefined> {
  const held = new PieceStore();
  if (plan.codings.length > 0) source.growPieces(FIRST_CODED_BYTES, CODED_PIECE_BYTES);
  for await (const piece of decoded(source, plan, limits)) {
    if (lease?.grow(piece.length) === false) {
      source.fail({
        status: 429,
        code: 'busy',
        reason: 'The server reads too many bodies at once. Send it again later.',
      });
      break;
    }
    held.add(piece);
  }
  if (source.trouble !== undefined) return undefined;
  if (plan.declaredBytes !== undefined && source.received !== plan.declaredBytes) return undefined;
  if (plan.onWire?.matches() === false) {
    source.fail({ status: 400, code: 'digest_mismatch', reason: 'The body is not what its Content-Digest says.' });
    return undefined;
  }
  const bytes = held.whole();
  return { kind: 'body', bytes, encodedBytes: source.received, digest: await digestOf(bytes) };
}

/**
 * SHA-256 of a whole body: of one that is refused nobody asks for it. A large one is hashed in slices, between which others have their turn.
 */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const digest = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASHED_BYTES) {
    if (at > 0) await new Promise((resolve) => setImmediate(resolve));
    digest.update(bytes.subarray(at, at + HASHED_BYTES));
  }
  return digest.digest('hex');
}

/** The body with its codings taken off, one behind the other, each within the limits. */
function decoded(source: BodySource, { codings, onWire }: BodyPlan, limits: BodyLimits): AsyncIterable<Uint8Array> {
  let pieces: AsyncIterable<Uint8Array> = withinWire(source, onWire, limits);
  for (const coding of codings) {
    const end: StageEnd = {};
    pieces = withinStage(source, decodeStage(pieces, coding, end), end, limits);
  }
  return pieces;
}

async function* withinWire(
  source: BodySource,
  onWire: ContentDigest | undefined,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void> {
  for await (const piece of source) {
    if (source.received > limits.encodedBytes) {
      source.fail(tooLarge('encoded', limits.encodedBytes));
      return;
    }
    onWire?.update(piece);
    yield piece;
  }
}

async function* withinStage(
  source: BodySource,
  pieces: AsyncIterable<Uint8Array>,
  end: StageEnd,
  limits: BodyLimits,
): AsyncGenerator<Uint8Array, void> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > limits.decodedBytes) source.fail(tooLarge('decoded', limits.decodedBytes));
    else if (bytes > limits.ratioFreeBytes && bytes > source.handed * limits.ratio) {
      const reason = `The body grows to more than ${limits.ratio} times its size when it is decompressed.`;
      source.fail({ status: 413, code: 'ratio', reason });
    }
    if (source.trouble !== undefined) return;
    yield piece;
  }
  if (end.problem !== undefined) source.fail({ status: 400, code: 'bad_coding', reason: end.problem });
}
