import type { Decoded, TextAnswer } from '../intake/index.ts';
import type { By, DeadLetter, State } from '../state/index.ts';
import { DETECTION_FAILED } from './detect/aside-letters.ts';
import type { Detector, FedBatch } from './detect/detector.ts';
import type { Log } from './log.ts';
import { READER_FAILED } from './read-batch.ts';
import type { SenderBindings } from './sender-bindings.ts';
import { senderSource, trustOf } from './sender-source.ts';

export interface RetryParts {
  readonly state: State;
  readonly detector: Detector;
  readonly bindings: SenderBindings;
  readonly log: Log;
  /** Settles when a judgement that holds all that was fed is committed, with the positions that were put aside meanwhile. */
  judged(): Promise<ReadonlySet<number>>;
  /** Reads the whole batch of a letter from the journal; undefined where it lies there no longer. */
  readWhole(letter: DeadLetter): Promise<FedBatch | undefined>;
  /** Batches that are judged now, though they were put aside before. */
  onJudged(positions: readonly number[]): void;
  /** Reads one letter: its rows belong to a packer of its own. */
  read(letter: DeadLetter, bytes: Uint8Array): Promise<Decoded<TextAnswer>>;
}

/** What came of it: letters that were read again, those that gave events now, and those whose bytes are kept no more. */
export interface Retried {
  readonly read: number;
  readonly mended: number;
  readonly gone: number;
}

/** Letters of whole batches: their bytes lie in the journal alone. */
const WHOLE: ReadonlySet<string> = new Set([DETECTION_FAILED, READER_FAILED]);

/** Reads the open dead letters again, with the readers of now. Their bytes are never edited (SERVE 0.1: 6). */
export async function retryDeadLetters(parts: RetryParts, by: By): Promise<Retried> {
  const { state, detector, log } = parts;
  const readable: DeadLetter[] = [];
  let rows = 0;
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
      const batch = WHOLE.has(letter.code) ? await parts.readWhole(letter) : await itemOf(parts, letter);
      if (batch?.decoded === undefined) {
        gone++;
        continue;
      }
      read++;
      rows += batch.decoded.answer.rows.count;
      if (letter.code === DETECTION_FAILED || givesEvents(batch.decoded)) readable.push(letter);
      detector.feed(batch, false);
    }
    cursor = page.value.next ?? undefined;
    more = cursor !== undefined;
  }
  // A letter is mended when what it tells was judged and committed: until then it is read again.
  const aside = rows > 0 ? await parts.judged() : new Set<number>();
  const judged = readable.filter(({ position }) => !aside.has(position));
  parts.onJudged(judged.filter(({ code }) => code === DETECTION_FAILED).map(({ position }) => position));
  for (const { position, item } of judged) {
    const settled = await state.call('settleDeadLetter', { position, item, state: 'mended', by });
    if (settled.kind === 'done') mended++;
  }
  log.info('dead letters read again', { read, mended, gone, who: by.who });
  return { read, mended, gone };
}

async function itemOf(parts: RetryParts, letter: DeadLetter): Promise<FedBatch | undefined> {
  const bytes = await bytesOf(parts.state, letter);
  if (bytes === undefined) return undefined;
  const { position, sender, receivedMs: arriveMs } = letter;
  const decoded = await parts.read(letter, bytes);
  const brought = { sender, trust: trustOf(sender), from: senderSource(sender), answer: decoded.answer };
  return { position, ...(await parts.bindings.wayOf(brought, true)), decoded, arriveMs };
}

async function bytesOf(state: State, { position, item }: DeadLetter): Promise<Uint8Array | undefined> {
  const found = await state.call('readDeadLetter', { position, item });
  return found.kind === 'done' ? (found.value?.bytes ?? undefined) : undefined;
}

function givesEvents({ answer }: Decoded<TextAnswer>): boolean {
  return (answer.end?.events ?? 0) > 0 && (answer.unread ?? []).length === 0;
}
