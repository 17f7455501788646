import type { Journal } from '../journal/index.ts';
import { frameFileChunk, readEnvelope } from '../receive/index.ts';
import type { BatchTaker } from './batch-taker.ts';

/** Where a start begins to read, and from when on the window will hold all that came. */
export interface Start {
  readonly from: number;
  /** Position of the last batch that is there and was judged before: up to it the window is only filled. */
  readonly fillTo: number;
  /** Absent where nothing that ever came is missing. */
  readonly wholeFromMs?: number;
  /** How far watched files are read with what was taken and not committed, by their keys. */
  readonly marks: ReadonlyMap<string, string>;
}

/**
 * Looks at the journal before anybody is answered: what was taken and not committed is known to the taker from here on, so that a sender
 * that sends it again at once adds nothing (L19). What arrived since `heldSinceMs` is read again, so that the window holds it; behind `imageOf`, where the window begins with an image of what came up to there.
 */
export async function startOf(
  journal: Journal,
  taker: BatchTaker,
  judged: number,
  heldSinceMs: number,
  imageOf?: number,
): Promise<Start> {
  const { first, last } = journal.health();
  const from = imageOf === undefined ? Math.min(judged + 1, await positionSince(journal, heldSinceMs)) : imageOf + 1;
  const marks = new Map<string, string>();
  for await (const { position, payload } of upTo(journal, judged + 1)) {
    const envelope = readEnvelope(payload);
    if (envelope.kind !== 'envelope') continue;
    taker.found(envelope, position, envelope.body.length);
    const piece = envelope.protocol === 'file' ? frameFileChunk(envelope.body) : undefined;
    if (piece?.kind === 'framed') marks.set(piece.chunk.file.key, piece.chunk.mark);
  }
  // A new server was given all that ever came to it; an older one lacks what came before.
  const fillTo = Math.max(from - 1, Math.min(judged, last));
  if (from <= 1 && first <= 1) return { from: 1, fillTo, marks };
  return { from, fillTo, marks, wholeFromMs: (await arrivalOf(journal, from)) ?? heldSinceMs };
}

/**
 * The first position of which the batch arrived then or later; one more than the last where none did. Batches lie in the order of
 * their arrival, but for a clock that was set: then a few more or fewer are found. One segment is read, found by the times of all.
 */
export async function positionSince(journal: Journal, ms: number): Promise<number> {
  const { from, to } = journal.placeSince(ms);
  let low = from;
  let high = to;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const arrived = await arrivalOf(journal, middle);
    // Where nothing is there any more, what is there lies before it.
    if (arrived === undefined || arrived >= ms) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** When the batch of a position arrived; of a position that holds none, the next one's. */
async function arrivalOf(journal: Journal, position: number): Promise<number | undefined> {
  for await (const { payload } of upTo(journal, position)) {
    const envelope = readEnvelope(payload);
    if (envelope.kind === 'envelope') return envelope.receivedMs;
  }
  return undefined;
}

/** What the journal holds at a position; undefined where that was released. */
export async function payloadAt(journal: Journal, position: number): Promise<Uint8Array | undefined> {
  for await (const entry of upTo(journal, position)) return entry.position === position ? entry.payload : undefined;
  return undefined;
}

/** The frames from a position to the last durable one; it does not wait for more, nor for what is missing there. */
function upTo(journal: Journal, from: number): ReturnType<Journal['read']> {
  return journal.read(from, { to: journal.durable });
}
