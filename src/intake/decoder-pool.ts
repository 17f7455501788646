import { Worker } from 'node:worker_threads';
import type { LogUnit } from '../evtx/index.ts';
import { BufferPool } from './buffer-pool.ts';
import { type DecoderRequest, Decoders, type TextBlock, type ThreadOptions } from './decoders.ts';
import { sharedRules } from './shared-rules.ts';
import type { TextAnswer } from './text-block-reader.ts';
import type { UnitAnswer } from './unit-reader.ts';

/** An answer; `packer` numbers the layout table that its rows belong to. */
export interface Decoded<Answer> {
  readonly answer: Answer;
  readonly packer: number;
}

/** Decodes units and blocks, in this thread or in several; answers to units may come in any order. */
export interface UnitDecoders {
  /** The unit's bytes are handed over and must not be used again. */
  decode(unit: LogUnit, source: number): Promise<Decoded<UnitAnswer>>;
  /** The same for a block of a text; the blocks of one source are answered in order. */
  decodeText(block: TextBlock, source: number): Promise<Decoded<TextAnswer>>;
  /** Units that may wait for an answer at a time before the reader should pause. */
  readonly window: number;
  readonly packers: number;
  /** True when what is handed over goes to another thread and needs a buffer of its own. */
  readonly isThreaded: boolean;
  /** The buffers of units, which come back from the threads. */
  readonly buffers?: BufferPool;
  close(): Promise<void>;
}

/** Decodes in the calling thread: below 64 MB a thread costs more than it saves (SETTLED A22). */
export function decodeInline(options: ThreadOptions): UnitDecoders {
  const decoders = new Decoders(options);
  return {
    window: 1,
    packers: 2,
    isThreaded: false,
    decode: (unit, source) => Promise.resolve({ answer: decoders.unit(unit, source), packer: 0 }),
    decodeText: (block, source) => Promise.resolve({ answer: decoders.block(block, source), packer: 1 }),
    close: () => Promise.resolve(),
  };
}

interface Waiting {
  resolve(answer: UnitAnswer | TextAnswer): void;
  reject(cause: unknown): void;
}

/** What a thread says: an answer, or that it has done with the bytes of a unit. */
type ThreadMessage =
  | { readonly ticket: number; readonly answer: UnitAnswer | TextAnswer }
  | { readonly freed: ArrayBuffer };

interface Thread {
  readonly worker: Worker;
  readonly number: number;
  readonly waiting: Map<number, Waiting>;
  /** Why it ended, once it did: nothing that is sent to it then is answered. */
  ended?: Error;
}

/** Decodes in `jobs` threads; a unit goes to the thread with the fewest unanswered ones, a text to one thread as a whole. */
export function decodeInThreads(options: ThreadOptions, jobs: number): UnitDecoders {
  // The compiler rewrites import specifiers only, so the extension is taken from the running file.
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = new URL(`./decode-worker${extension}`, import.meta.url);
  const buffers = new BufferPool(jobs * 2 + 2);
  const handed = withSharedRules(options);
  const threads = Array.from({ length: jobs }, (_, number) => startThread(entry, handed, number, buffers));
  let ticket = 0;
  const ask = (thread: Thread, request: DecoderRequest, bytes: Uint8Array): Promise<UnitAnswer | TextAnswer> =>
    new Promise((resolve, reject) => {
      if (thread.ended !== undefined) throw thread.ended;
      thread.waiting.set(request.ticket, { resolve, reject });
      thread.worker.postMessage(request, [bytes.buffer as ArrayBuffer]);
    });
  return {
    window: jobs * 2,
    packers: jobs * 2,
    isThreaded: true,
    buffers,
    decode: async (unit, source) => {
      const thread = leastLoaded(threads);
      const answer = await ask(thread, { kind: 'unit', ticket: ticket++, source, unit }, unit.bytes);
      return { answer: answer as UnitAnswer, packer: thread.number * 2 };
    },
    decodeText: async (block, source) => {
      const thread = threads[source % threads.length];
      if (thread === undefined) throw new RangeError('at least one decoder thread is needed');
      const answer = await ask(thread, { kind: 'block', ticket: ticket++, source, block }, block.bytes);
      return { answer: answer as TextAnswer, packer: thread.number * 2 + 1 };
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

/** Rules are compiled here and once; the threads get them in memory that they share (SETTLED E4). */
function withSharedRules({ logs, texts }: ThreadOptions): ThreadOptions {
  const { rules, ...others } = logs;
  if (rules === undefined) return { logs, texts };
  const { rules: _, ...plain } = texts;
  return { logs: { ...others, rules: rules.map((set) => ('shared' in set ? set : sharedRules(set))) }, texts: plain };
}

function startThread(entry: URL, options: ThreadOptions, number: number, buffers: BufferPool): Thread {
  const worker = new Worker(entry, { workerData: options, name: 'decoder' });
  const thread: Thread = { worker, number, waiting: new Map() };
  worker.on('message', (message: ThreadMessage) => {
    if ('freed' in message) {
      buffers.give(message.freed);
      return;
    }
    const promise = thread.waiting.get(message.ticket);
    thread.waiting.delete(message.ticket);
    promise?.resolve(message.answer);
  });
  const fail = (cause: Error): void => {
    thread.ended ??= cause;
    for (const promise of thread.waiting.values()) promise.reject(cause);
    thread.waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', (code) => {
    if (code !== 0) fail(new Error(`a decoder thread ended with code ${code}`));
  });
  return thread;
}

function leastLoaded(threads: readonly Thread[]): Thread {
  const [first, ...others] = threads;
  if (first === undefined) throw new RangeError('at least one decoder thread is needed');
  return others.reduce((best, thread) => (thread.waiting.size < best.waiting.size ? thread : best), first);
}
