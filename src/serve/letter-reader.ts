import { decodeInThreads, type TextAnswer, type UnitDecoders } from '../intake/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Envelope } from '../receive/index.ts';
import type { DeadLetter } from '../state/index.ts';
import type { FedBatch } from './detect/detector.ts';
import type { Log } from './log.ts';
import { batchSource, notAfter, readBatch } from './read-batch.ts';
import type { SenderBindings } from './sender-bindings.ts';
import { payloadAt } from './start-of.ts';

export interface LetterReaderParts {
  readonly journal: Journal;
  readonly bindings: Pick<SenderBindings, 'wayOf'>;
  readonly log: Log;
  /** How batches are read now. */
  options(): Parameters<typeof decodeInThreads>[0];
  /** A text that is not read by then ends its thread, milliseconds; a minute where left out. */
  readonly mostMs?: number;
}

/** What came of reading the batch of a letter. `unread`: it still ends its reader; `gone`: it lies in the journal no longer. */
export type WholeRead =
  | { readonly kind: 'read'; readonly envelope: Envelope; readonly batch: FedBatch }
  | { readonly kind: 'unread' }
  | { readonly kind: 'gone' };

const MOST_MS = 60_000;
/** Numbers of packers above those of the threads that read the journal. */
const FIRST_PACKER = 1_000_000;

/**
 * Reads dead letters in threads of their own: those of the journal take batches in its order, and what ended a reader before must end nothing but its thread. They
 * begin with the first letter and end with `close`, and with a letter that ends them.
 */
export class LetterReader {
  readonly #parts: LetterReaderParts;
  readonly #tried: LetterThread;
  /** Detection must miss no answer of a packer, so what is read for it has a thread apart. */
  readonly #judged: LetterThread;
  #packers = 0;

  constructor(parts: LetterReaderParts) {
    this.#parts = parts;
    const begin = (): NumberedThread => ({
      thread: decodeInThreads(parts.options(), 1),
      packer: FIRST_PACKER + this.#packers++,
    });
    this.#tried = new LetterThread(begin, parts.mostMs ?? MOST_MS);
    this.#judged = new LetterThread(begin, parts.mostMs ?? MOST_MS);
  }

  /** Reads the bytes of an item as a batch would be read now; undefined where they end their reader. */
  async read(letter: DeadLetter, bytes: Uint8Array): Promise<TextAnswer | undefined> {
    const { position, receivedMs, sender } = letter;
    const notAfterMs = notAfter(receivedMs);
    const block = { source: batchSource(position), bytes: Uint8Array.from(bytes), isLast: true, notAfterMs, sender };
    return (await this.#survived(letter, this.#tried.decodeText(block, position)))?.answer;
  }

  /** Reads the whole batch of a letter from the journal; with `isJudged` what is read is handed to detection. */
  async readWhole(letter: DeadLetter, isJudged: boolean): Promise<WholeRead> {
    const { position } = letter;
    const payload = await payloadAt(this.#parts.journal, position);
    if (payload === undefined) return { kind: 'gone' };
    const read = await this.#survived(letter, readBatch(position, payload, isJudged ? this.#judged : this.#tried));
    if (read === undefined) return { kind: 'unread' };
    if ('problem' in read || read.decoded === undefined) return { kind: 'gone' };
    const { envelope, decoded } = read;
    const { sender, trust, receivedMs: arriveMs } = envelope;
    const brought = { sender, trust, from: read.way, answer: decoded.answer };
    const way = await this.#parts.bindings.wayOf(brought, false);
    return { kind: 'read', envelope, batch: { position, ...way, decoded, arriveMs } };
  }

  /** Ends the threads; what they were reading is not read. */
  async close(): Promise<void> {
    await Promise.all([this.#tried.end(), this.#judged.end()]);
  }

  /** Undefined, with a word in the log, where a letter ended its thread. */
  async #survived<Read>({ position, item }: DeadLetter, reading: Promise<Read>): Promise<Read | undefined> {
    try {
      return await reading;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#parts.log.error('dead letter ends its reader', { position, item, reason });
      return undefined;
    }
  }
}

interface NumberedThread {
  readonly thread: UnitDecoders;
  /** Layouts are numbered anew by each thread. */
  readonly packer: number;
}

/** A thread that is begun anew when a text ended it or held it up. */
class LetterThread {
  readonly #begin: () => NumberedThread;
  readonly #mostMs: number;
  #open: NumberedThread | undefined;

  constructor(begin: () => NumberedThread, mostMs: number) {
    this.#begin = begin;
    this.#mostMs = mostMs;
  }

  decodeText: UnitDecoders['decodeText'] = async (block, source) => {
    this.#open ??= this.#begin();
    const { thread, packer } = this.#open;
    try {
      const { answer } = await within(this.#mostMs, thread.decodeText(block, source));
      return { answer, packer };
    } catch (cause) {
      await this.end();
      throw cause;
    }
  };

  async end(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.thread.close();
  }
}

async function within<Done>(ms: number, work: Promise<Done>): Promise<Done> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it is not read after ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
