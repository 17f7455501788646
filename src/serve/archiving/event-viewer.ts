import { Worker } from 'node:worker_threads';
import type { Source } from '../../windows/index.ts';
import type { Reading } from '../serve-request.ts';

export interface ViewRequest {
  readonly ticket: number;
  readonly source: Source;
  /** Whose zone of times without one counts. */
  readonly sender: string;
  readonly raw: Uint8Array;
}

/** What the user says of texts, from now on: they are shown as they are read. */
export interface ViewReading {
  readonly reading: Reading | undefined;
}

/** Records as in the output of a hunt, without what only a run knows: their host key and id. */
export interface ViewAnswer {
  readonly ticket: number;
  readonly records: readonly Readonly<Record<string, unknown>>[];
}

type Records = ViewAnswer['records'];

/** An event has at most 1 MiB; what takes so long is made to. */
const MOST_MS = 5000;

interface Waiting {
  readonly request: ViewRequest;
  readonly resolve: (records: Records | undefined) => void;
}

/**
 * Reads single events for people, in a thread that is begun when it is first asked, and anew after one that ended it. One event at a time: what one does to
 * the thread costs no other its own.
 */
export class EventViewer {
  #worker: Worker | undefined;
  #reading: Reading | undefined;
  /** Settles when the thread has begun: a busy machine may take seconds for it. */
  #begun: Promise<void> = Promise.resolve();
  #tickets = 0;
  #current: Waiting | undefined;
  #isClosed = false;
  readonly #queue: Waiting[] = [];
  readonly #mostMs: number;

  constructor(reading: Reading | undefined, mostMs: number = MOST_MS) {
    this.#reading = reading;
    this.#mostMs = mostMs;
  }

  /** Events are read by other mappings and zones from now on. */
  use(reading: Reading | undefined): void {
    this.#reading = reading;
    this.#worker?.postMessage({ reading } satisfies ViewReading);
  }

  /** What is read in the bytes of an event; undefined where the reader does not get through. */
  read(source: Source, sender: string, raw: Uint8Array): Promise<Records | undefined> {
    return new Promise((resolve) => {
      this.#queue.push({ request: { ticket: this.#tickets++, source, sender, raw }, resolve });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
    for (const { resolve } of this.#queue.splice(0)) resolve(undefined);
  }

  #next(): void {
    if (this.#current !== undefined || this.#isClosed) return;
    const current = this.#queue.shift();
    if (current === undefined) return;
    this.#current = current;
    const worker = this.#worker ?? this.#begin();
    worker.postMessage(current.request);
    void this.#begun.then(() => {
      if (this.#current !== current) return;
      const late = setTimeout(() => void worker.terminate(), this.#mostMs);
      this.#current = {
        request: current.request,
        resolve: (records) => [clearTimeout(late), current.resolve(records)],
      };
    });
  }

  #begin(): Worker {
    // The compiler rewrites import specifiers only, so the extension is taken from the running file.
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./view-worker.${extension}`, import.meta.url));
    this.#worker = worker;
    const begun = Promise.withResolvers<void>();
    this.#begun = begun.promise;
    worker.on('message', (message: ViewAnswer | 'ready') => {
      if (message === 'ready') begun.resolve();
      else if (message.ticket === this.#current?.request.ticket) this.#settle(message.records);
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      begun.resolve();
      if (this.#worker === worker) this.#worker = undefined;
      this.#settle(undefined);
    });
    worker.postMessage({ reading: this.#reading } satisfies ViewReading);
    worker.unref();
    return worker;
  }

  #settle(records: Records | undefined): void {
    const settled = this.#current;
    this.#current = undefined;
    settled?.resolve(records);
    this.#next();
  }
}
