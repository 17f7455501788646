import type { TextAnswer } from '../intake/index.ts';
import { type Envelope, type EnvelopeHeader, frameFileChunk } from '../receive/index.ts';
import type { By, DeadLetter, State } from '../state/index.ts';
import type { BatchTaker } from './batch-taker.ts';
import { DETECTION_FAILED } from './detect/aside-letters.ts';
import type { Detector } from './detect/detector.ts';
import type { LetterReader } from './letter-reader.ts';
import type { Log } from './log.ts';
import { READER_FAILED } from './read-batch.ts';
import { trustOf } from './sender-source.ts';
import { envelopeOf, type KeptTaken, takeKept, takeNamed } from './take-kept.ts';

export interface RetryParts {
  readonly state: State;
  readonly detector: Detector;
  readonly taker: BatchTaker;
  readonly log: Log;
  /** Settles when a judgement that holds all that was fed is committed, with the positions that were put aside meanwhile. */
  judged(): Promise<ReadonlySet<number>>;
  /** Settles when all that was taken up to a position is judged and committed. */
  judgedUpTo(position: number): Promise<void>;
  /** Reads letters as batches would be read now. */
  readonly letters: Pick<LetterReader, 'read' | 'readWhole'>;
  /** Batches that are judged now, though they were put aside before. */
  onJudged(positions: readonly number[]): void;
  nowMs(): number;
  /** Aborts when the server ends: letters that were not settled by then stay open. */
  readonly signal: AbortSignal;
}

/** What came of it: letters that were read again, those that gave events now, and those whose bytes are kept no more. */
export interface Retried {
  readonly read: number;
  readonly mended: number;
  readonly gone: number;
}

/** What became of one letter: the position that its bytes have from now on, or the rows that were handed to detection. */
type Outcome =
  | { readonly kind: 'gone' | 'unread' }
  | { readonly kind: 'taken'; readonly position: number }
  | { readonly kind: 'fed'; readonly rows: number };

/**
 * Reads the open dead letters again, with the readers of now. Their bytes are never edited (SERVE 0.1: 6). What can be read is appended to the journal as a
 * batch of its sender, and goes the way of all batches: into the archive, whose order is that of the journal, into the counters of hosts, and to detection; lines of a whole batch that give no
 * event become letters of their own there. A repetition after a start adds nothing, for the batch has the letter's name. What detection put aside was read and archived before, and is judged from where it lies.
 */
export async function retryDeadLetters(parts: RetryParts, by: By): Promise<Retried> {
  const { state, log, signal } = parts;
  const readable: DeadLetter[] = [];
  let rows = 0;
  let last = 0;
  let read = 0;
  let mended = 0;
  let gone = 0;
  for (let cursor: string | undefined, more = true; more && !signal.aborted; ) {
    const page = await state.call('listDeadLetters', {
      state: 'open',
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.kind === 'refused') break;
    for (const letter of page.value.rows) {
      if (signal.aborted) break;
      const outcome = await retryOne(parts, letter);
      if (outcome.kind === 'gone') gone++;
      else read++;
      if (outcome.kind === 'taken') last = Math.max(last, outcome.position);
      if (outcome.kind === 'fed') rows += outcome.rows;
      if (outcome.kind === 'taken' || outcome.kind === 'fed') readable.push(letter);
    }
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  // A letter is mended when what it tells was judged and committed: until then it is read again.
  const aside = rows > 0 ? await parts.judged() : new Set<number>();
  if (last > 0) await parts.judgedUpTo(last);
  // Nobody waited for what is judged then.
  if (signal.aborted) return { read, mended, gone };
  const judged = readable.filter(({ code, position }) => code !== DETECTION_FAILED || !aside.has(position));
  parts.onJudged(judged.filter(({ code }) => code === DETECTION_FAILED).map(({ position }) => position));
  for (const { position, item } of judged) {
    if (signal.aborted) break;
    const settled = await state.call('settleDeadLetter', { position, item, state: 'mended', by });
    if (settled.kind === 'done') mended++;
  }
  log.info('dead letters read again', { read, mended, gone, who: by.who });
  return { read, mended, gone };
}

async function retryOne(parts: RetryParts, letter: DeadLetter): Promise<Outcome> {
  if (letter.code === DETECTION_FAILED) return await judgeWhole(parts, letter);
  return letter.code === READER_FAILED ? await takeWhole(parts, letter) : await takeItem(parts, letter);
}

async function judgeWhole({ letters, detector }: RetryParts, letter: DeadLetter): Promise<Outcome> {
  const whole = await letters.readWhole(letter, true);
  if (whole.kind !== 'read') return whole;
  const rows = whole.batch.decoded?.answer.rows.count ?? 0;
  detector.feed(whole.batch, false);
  return { kind: 'fed', rows };
}

/** A batch that ended its reader and can be read now was neither archived nor counted before. */
async function takeWhole({ letters, taker, nowMs, signal }: RetryParts, letter: DeadLetter): Promise<Outcome> {
  const whole = await letters.readWhole(letter, false);
  if (whole.kind !== 'read') return whole;
  return placeOf(await takeNamed(taker, batchAgain(whole.envelope, nameOf(letter), nowMs()), signal));
}

/**
 * The batch of an envelope as another one, that arrives now. Of a watched file the events alone: the mark of a piece says how far the file was read then, and must not go back
 * to it.
 */
function batchAgain(
  { kind: _, body, ...header }: Envelope,
  name: string,
  receivedMs: number,
): { readonly header: EnvelopeHeader; readonly body: Uint8Array } {
  const piece = header.protocol === 'file' ? frameFileChunk(body) : undefined;
  if (piece?.kind !== 'framed') return { header: { ...header, batch: name, receivedMs }, body };
  const { carry } = piece.chunk;
  const form = carry === 0 ? ('plain' as const) : ('row' as const);
  const events = piece.items.map(({ start, end }) => ({ raw: body.subarray(start, end), form }));
  const head = carry === 0 ? {} : { head: Buffer.from(piece.content.subarray(0, carry)).toString() };
  const { sender, trust } = header;
  return envelopeOf({ sender, trust, events, name, ...head }, receivedMs);
}

/** An item is read again where it gives no events yet, or the journal takes nothing now. */
async function takeItem({ state, letters, taker, nowMs, signal }: RetryParts, letter: DeadLetter): Promise<Outcome> {
  const bytes = await bytesOf(state, letter);
  if (bytes === undefined) return { kind: 'gone' };
  const answer = await letters.read(letter, bytes);
  if (answer === undefined || !givesEvents(answer)) return { kind: 'unread' };
  const { sender } = letter;
  const events = [{ raw: bytes, form: 'plain' }] as const;
  const batch = { sender, trust: trustOf(sender), events, name: nameOf(letter) };
  return placeOf(await takeKept(taker, batch, nowMs(), signal));
}

function nameOf({ position, item }: DeadLetter): string {
  return `letter:${position}.${item}`;
}

function placeOf(taken: KeptTaken): Outcome {
  return taken.kind === 'taken' ? taken : { kind: 'unread' };
}

async function bytesOf(state: State, { position, item }: DeadLetter): Promise<Uint8Array | undefined> {
  const found = await state.call('readDeadLetter', { position, item });
  return found.kind === 'done' ? (found.value?.bytes ?? undefined) : undefined;
}

function givesEvents({ end, unread = [] }: TextAnswer): boolean {
  return (end?.events ?? 0) > 0 && unread.length === 0;
}
