import { Worker } from 'node:worker_threads';
import type { LogUnit } from '../evtx/index.ts';
import type { UnitRequest } from './decode-worker.ts';
import { type UnitAnswer, UnitReader, type UnitReaderOptions } from './unit-reader.ts';

/** Answers a unit; `packer` numbers the layout table that the answer's rows belong to. */
export interface DecodedUnit {
  readonly answer: UnitAnswer;
  readonly packer: number;
}

/** Decodes units, in this thread or in several; answers may come in any order. */
export interface UnitDecoders {
  /** The unit's bytes are handed over and must not be used again. */
  decode(unit: LogUnit, source: number): Promise<DecodedUnit>;
  /** Units that may wait for an answer at a time before the reader should pause. */
  readonly window: number;
  readonly packers: number;
  close(): Promise<void>;
}

/** Decodes in the calling thread: below 64 MB a thread costs more than it saves (SETTLED A22). */
export function decodeInline(options: UnitReaderOptions): UnitDecoders {
  const reader = new UnitReader(options);
  return {
    window: 1,
    packers: 1,
    decode: (unit, source) => Promise.resolve({ answer: reader.read(unit, source), packer: 0 }),
    close: () => Promise.resolve(),
  };
}

interface Thread {
  readonly worker: Worker;
  readonly number: number;
  readonly waiting: Map<number, { resolve: (unit: DecodedUnit) => void; reject: (cause: unknown) => void }>;
}

/** Decodes in `jobs` threads; each unit goes to the thread with the fewest unanswered ones. */
export function decodeInThreads(options: UnitReaderOptions, jobs: number): UnitDecoders {
  // The compiler rewrites import specifiers only, so the extension is taken from the running file.
  const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
  const entry = new URL(`./decode-worker${extension}`, import.meta.url);
  const threads = Array.from({ length: jobs }, (_, number) => startThread(entry, options, number));
  let ticket = 0;
  return {
    window: jobs * 2,
    packers: jobs,
    decode: (unit, source) => {
      const thread = leastLoaded(threads);
      const request: UnitRequest = { ticket: ticket++, unit, source };
      return new Promise<DecodedUnit>((resolve, reject) => {
        thread.waiting.set(request.ticket, { resolve, reject });
        thread.worker.postMessage(request, [unit.bytes.buffer as ArrayBuffer]);
      });
    },
    close: async () => {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}

function startThread(entry: URL, options: UnitReaderOptions, number: number): Thread {
  const worker = new Worker(entry, { workerData: options });
  const thread: Thread = { worker, number, waiting: new Map() };
  worker.on('message', ({ ticket, answer }: { ticket: number; answer: UnitAnswer }) => {
    const promise = thread.waiting.get(ticket);
    thread.waiting.delete(ticket);
    promise?.resolve({ answer, packer: number });
  });
  const fail = (cause: unknown): void => {
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
