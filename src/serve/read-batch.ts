import type { Decoded, TextAnswer, UnitDecoders } from '../intake/index.ts';
import {
  type Envelope,
  type FileChunk,
  type Framed,
  frameFileChunk,
  MAX_ITEM_BYTES,
  type ProtocolText,
  readEnvelope,
  textOf,
} from '../receive/index.ts';
import type { UnreadUnit } from '../shapes/index.ts';
import type { NewDeadLetter } from '../state/index.ts';
import type { Source } from '../windows/index.ts';
import { fileSource, senderSource } from './sender-source.ts';

/** One batch as the reader behind the answer finds it. */
export interface ReadBatch {
  readonly position: number;
  readonly envelope: Envelope;
  /** Where its events say that they are from. */
  readonly source: Source;
  /** The way that it came, which other batches share. */
  readonly way: Source;
  /** The piece of a watched file that it is. */
  readonly chunk?: FileChunk;
  /** Undefined where nothing of the batch could be read at all. */
  readonly decoded: Decoded<TextAnswer> | undefined;
  readonly deadLetters: readonly NewDeadLetter[];
}

/** A frame that is no batch: damage that the journal's checksums did not see, or a later version's. */
export interface UnreadableFrame {
  readonly position: number;
  readonly problem: string;
}

/** The source of the events of a batch: the record behind a citation is found again by it. */
export function batchSource(position: number): Source {
  return { file: `batch:${position}` };
}

/** The code of a dead letter of a whole batch that no reader gets through. */
export const READER_FAILED = 'reader_failed';

/** A clock may be ahead of the server's by so much; later times are wrong, and say nothing of where a log is. */
const AHEAD_MS = 86_400_000;

/** The latest time that an event may have that arrived then; Unix milliseconds. */
export function notAfter(arrivedMs: number): number {
  return arrivedMs + AHEAD_MS;
}

/**
 * Reads the batch of a frame in a decoder thread. What gives no event is a dead letter, item by item (SERVE 0.1: 6). With `isArchived` every event is packed
 * for the archive there.
 */
export async function readBatch(
  position: number,
  payload: Uint8Array,
  decoders: Pick<UnitDecoders, 'decodeText'>,
  isArchived = false,
): Promise<ReadBatch | UnreadableFrame> {
  const envelope = readEnvelope(payload);
  if (envelope.kind === 'problem') return { position, problem: `${envelope.code}: ${envelope.reason}` };
  const source = batchSource(position);
  const way = senderSource(envelope.sender);
  const batch = textOf(envelope.protocol, envelope.body);
  if (batch.kind === 'refused') {
    const whole = { code: batch.code, reason: batch.reason, bytes: null };
    return { position, envelope, source, way, decoded: undefined, deadLetters: [letter(position, envelope, 0, whole)] };
  }
  // A thread takes its bytes over, so they must be nobody else's.
  const own = new Uint8Array(new ArrayBuffer(batch.text.length));
  let at = 0;
  for (const piece of batch.text.pieces) {
    own.set(piece, at);
    at += piece.length;
  }
  const { sender, trust, receivedMs, body } = envelope;
  const block = { source, bytes: own, isLast: true, notAfterMs: notAfter(receivedMs), sender };
  const archived = isArchived
    ? { archived: { position, sender, trust, ...batch.text.itemsOf(batch.framing.items, body) } }
    : {};
  const decoded = await decoders.decodeText({ ...block, ...archived }, position);
  const deadLetters = deadLettersOf(position, envelope, batch, decoded.answer.unread ?? []);
  const { chunk } = batch;
  if (chunk === undefined) return { position, envelope, source, way, decoded, deadLetters };
  const ofFile = chunk.file.isLog === true ? asOfLog(decoded) : decoded;
  return { position, envelope, source, way: fileSource(chunk.file), chunk, decoded: ofFile, deadLetters };
}

/** Records of a log, which come as text: what their names tell of a machine counts as it does in a hunt of the log (SETTLED C9). */
function asOfLog(decoded: Decoded<TextAnswer>): Decoded<TextAnswer> {
  const coverage = decoded.answer.coverage.map(({ isText: _, ...row }) => row);
  return { ...decoded, answer: { ...decoded.answer, coverage } };
}

/** A batch that no reader gets through: its bytes stay in the journal. Of a piece of a watched file it is still known how far the file is read with it. */
export function unreadableBatch(position: number, payload: Uint8Array, reason: string): ReadBatch | UnreadableFrame {
  const envelope = readEnvelope(payload);
  if (envelope.kind === 'problem') return { position, problem: `${envelope.code}: ${envelope.reason}` };
  const whole = { code: READER_FAILED, reason: reason.slice(0, 500), bytes: null };
  const deadLetters = [letter(position, envelope, 0, whole)];
  const source = batchSource(position);
  const piece = envelope.protocol === 'file' ? frameFileChunk(envelope.body) : undefined;
  if (piece?.kind !== 'framed')
    return { position, envelope, source, way: senderSource(envelope.sender), decoded: undefined, deadLetters };
  const { chunk } = piece;
  return { position, envelope, source, way: fileSource(chunk.file), chunk, decoded: undefined, deadLetters };
}

function deadLettersOf(
  position: number,
  envelope: Envelope,
  { text, framing, lineOf, unread: without = [] }: ProtocolText,
  unread: readonly UnreadUnit[],
): readonly NewDeadLetter[] {
  const letters = new Map<number, NewDeadLetter>();
  for (const { item, reason } of without) {
    letters.set(
      item,
      letter(position, envelope, item, { code: 'no_event', reason, bytes: bytesOf(envelope, framing, item) }),
    );
  }
  for (const { code, reason, offset, length } of unread) {
    const items = text.itemsIn(offset, length);
    if (items === undefined) continue;
    for (let item = items.first; item <= items.last; item++) {
      if (framing.items[item]?.refused !== undefined || letters.has(item)) continue;
      const bytes = lineOf?.(item) ?? bytesOf(envelope, framing, item);
      letters.set(item, letter(position, envelope, item, { code, reason, bytes }));
    }
  }
  return [...letters.values()];
}

function bytesOf({ body }: Envelope, { items }: Framed, number: number): Uint8Array | null {
  const item = items[number];
  return item === undefined || item.end - item.start > MAX_ITEM_BYTES ? null : body.slice(item.start, item.end);
}

function letter(
  position: number,
  { sender, receivedMs }: Envelope,
  item: number,
  { code, reason, bytes }: { readonly code: string; readonly reason: string; readonly bytes: Uint8Array | null },
): NewDeadLetter {
  return { position, item, sender, code, reason, receivedMs, bytes };
}
