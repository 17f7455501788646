import type { TextAnswer } from '../intake/index.ts';
import type { By, DeadLetter, State } from '../state/index.ts';
import type { BatchTaker } from './batch-taker.ts';
import { DETECTION_FAILED } from './detect/aside-letters.ts';
import type { Detector, FedBatch } from './detect/detector.ts';
import type { Log } from './log.ts';
import { READER_FAILED } from './read-batch.ts';
import { trustOf } from './sender-source.ts';
import { takeKept } from './take-kept.ts';

export interface RetryParts {
  readonly state: State;
  readonly detector: Detector;
  readonly taker: BatchTaker;
  readonly log: Log;
  /** Settles when a judgement that holds all that was fed is committed, with the positions that were put aside meanwhile. */
  judged(): Promise<ReadonlySet<number>>;
  /** Settles when all that was taken up to a position is judged and committed. */
  judgedUpTo(position: number): Promise<void>;
  /** Reads the whole batch of a letter from the journal; undefined where it lies there no longer. */
  readWhole(letter: DeadLetter): Promise<FedBatch | undefined>;
  /** Batches that are judged now, though they were put aside before. */
  onJudged(positions: readonly number[]): void;
  /** Reads one letter as a batch would be read now. */
  read(letter: DeadLetter, bytes: Uint8Array): Promise<TextAnswer>;
  nowMs(): number;
}

/** What came of it: letters that were read again, those that gave events now, and those whose bytes are kept no more. */
export interface Retried {
  readonly read: number;
  readonly mended: number;
  readonly gone: number;
}

/** Letters of whole batches: their bytes lie in the journal alone. */
const WHOLE: ReadonlySet<string> = new Set([DETECTION_FAILED, READER_FAILED]);

/**
 * Reads the open dead letters again, with the readers of now. Their bytes are never edited (SERVE 0.1: 6). An item that gives events is appended to the journal as a
 * batch of its sender, and goes the way of all batches: into the archive, whose order is that of the journal, into the counters of hosts, and to detection. A
 * repetition after a start adds nothing, for the batch has the letter's name. A whole batch lies in the journal already, and is judged from there.
 */
export async function retryDeadLetters(parts: RetryParts, by: By): Promise<Retried> {
  const { state, detector, log } = parts;
  const readable: DeadLetter[] = [];
  let rows = 0;
  let last = 0;
  let read = 0;
  let mended = 0;
  let gone = 0;
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await state.call('listDeadLetters', {
      state: 'open',
      limit: 1000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.kind === 'refused') break;
    for (const letter of page.value.rows) {
      if (!WHOLE.has(letter.code)) {
        const outcome = await takeItem(parts, letter);
        if (outcome === 'gone') gone++;
        else read++;
        if (typeof outcome !== 'number') continue;
        last = Math.max(last, outcome);
        readable.push(letter);
        continue;
      }
      const batch = await parts.readWhole(letter);
      if (batch?.decoded === undefined) {
        gone++;
        continue;
      }
      read++;
      rows += batch.decoded.answer.rows.count;
      if (letter.code === DETECTION_FAILED || givesEvents(batch.decoded.answer)) readable.push(letter);
      detector.feed(batch, false);
    }
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  // A letter is mended when what it tells was judged and committed: until then it is read again.
  const aside = rows > 0 ? await parts.judged() : new Set<number>();
  if (last > 0) await parts.judgedUpTo(last);
  const judged = readable.filter(({ position }) => !aside.has(position));
  parts.onJudged(judged.filter(({ code }) => code === DETECTION_FAILED).map(({ position }) => position));
  for (const { position, item } of judged) {
    const settled = await state.call('settleDeadLetter', { position, item, state: 'mended', by });
    if (settled.kind === 'done') mended++;
  }
  log.info('dead letters read again', { read, mended, gone, who: by.who });
  return { read, mended, gone };
}

/** The position that an item has from now on; `unread` where it gives no events yet, or the journal takes nothing now. */
async function takeItem(parts: RetryParts, letter: DeadLetter): Promise<number | 'gone' | 'unread'> {
  const bytes = await bytesOf(parts.state, letter);
  if (bytes === undefined) return 'gone';
  if (!givesEvents(await parts.read(letter, bytes))) return 'unread';
  const { position, item, sender } = letter;
  const events = [{ raw: bytes, form: 'plain' }] as const;
  const batch = { sender, trust: trustOf(sender), events, name: `letter:${position}.${item}` };
  const taken = await takeKept(parts.taker, batch, parts.nowMs());
  return taken.kind === 'taken' ? taken.position : 'unread';
}

async function bytesOf(state: State, { position, item }: DeadLetter): Promise<Uint8Array | undefined> {
  const found = await state.call('readDeadLetter', { position, item });
  return found.kind === 'done' ? (found.value?.bytes ?? undefined) : undefined;
}

function givesEvents({ end, unread = [] }: TextAnswer): boolean {
  return (end?.events ?? 0) > 0 && unread.length === 0;
}
