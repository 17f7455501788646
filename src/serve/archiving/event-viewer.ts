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

/** Reads single events for people, in a thread that is begun when it is first asked, and anew after one that ended it. */
export class EventViewer {
  #worker: Worker | undefined;
  #reading: Reading | undefined;
  /** Settles when the thread has begun: a busy machine may take seconds for it. */
  #begun: Promise<void> = Promise.resolve();
  #tickets = 0;
  readonly #waiting = new Map<number, (records: Records | undefined) => void>();

  constructor(reading: Reading | undefined) {
    this.#reading = reading;
  }

  /** Events are read by other mappings and zones from now on. */
  use(reading: Reading | undefined): void {
    this.#reading = reading;
    this.#worker?.postMessage({ reading } satisfies ViewReading);
  }

  /** What is read in the bytes of an event; undefined where the reader does not get through. */
  read(source: Source, sender: string, raw: Uint8Array): Promise<Records | undefined> {
    const worker = this.#worker ?? this.#begin();
    const ticket = this.#tickets++;
    return new Promise((resolve) => {
      let late: NodeJS.Timeout | undefined;
      void this.#begun.then(() => {
        if (this.#waiting.has(ticket)) late = setTimeout(() => void worker.terminate(), MOST_MS);
      });
      this.#waiting.set(ticket, (records) => {
        clearTimeout(late);
        resolve(records);
      });
      worker.postMessage({ ticket, source, sender, raw } satisfies ViewRequest);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
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
      else this.#settle(message.ticket, message.records);
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      begun.resolve();
      if (this.#worker === worker) this.#worker = undefined;
      for (const ticket of [...this.#waiting.keys()]) this.#settle(ticket, undefined);
    });
    worker.postMessage({ reading: this.#reading } satisfies ViewReading);
    worker.unref();
    return worker;
  }

  #settle(ticket: number, records: Records | undefined): void {
    const resolve = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    resolve?.(records);
  }
}
