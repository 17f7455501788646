import { Worker } from 'node:worker_threads';
import type { ThreadMessage, Ticketed } from './messages.ts';
import { type Outcome, refused } from './trouble.ts';

interface Waiting {
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: Error) => void;
}

type Opened = Extract<ThreadMessage, { kind: 'opened' }>;

/** A thread of the archive as the others see it: asked by messages, answered in order. */
export class ThreadLink<Request extends { readonly kind: string }> {
  readonly opened: Promise<Opened>;
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #tickets = 0;
  #trouble: string | undefined;
  #isEnded = false;

  constructor(entry: string, name: string, workerData: unknown) {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    this.#worker = new Worker(new URL(`./${entry}.${extension}`, import.meta.url), { workerData, name });
    const opened = Promise.withResolvers<Opened>();
    const ended = Promise.withResolvers<void>();
    this.opened = opened.promise;
    this.ended = ended.promise;
    this.#worker.on('message', (message: ThreadMessage) => {
      if (message.kind === 'opened') opened.resolve(message);
      else this.#take(message);
    });
    this.#worker.on('error', (error: Error) => {
      this.#trouble = error.message;
    });
    this.#worker.on('exit', () => {
      this.#isEnded = true;
      opened.reject(new Error(`a thread of the archive ended before it opened: ${this.#trouble ?? 'by itself'}`));
      for (const { resolve } of this.#waiting.values()) resolve(this.#gone());
      this.#waiting.clear();
      ended.resolve();
    });
  }

  /** Asks; the promise fails only for a bug. Buffers in `moved` are handed over and not to be used any more. */
  ask<Value>(request: Request, moved: readonly ArrayBuffer[] = []): Promise<Outcome<Value>> {
    if (this.#isEnded) return Promise.resolve(this.#gone());
    const ticket = this.#tickets++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ticket, { resolve: resolve as Waiting['resolve'], reject });
      const message: Ticketed<Request> = { ticket, request };
      this.#worker.postMessage(message, moved);
    });
  }

  #take(message: Exclude<ThreadMessage, Opened>): void {
    const waiting = this.#waiting.get(message.ticket);
    this.#waiting.delete(message.ticket);
    if (message.kind === 'bug') waiting?.reject(new Error(`the archive failed: ${message.message}`));
    else waiting?.resolve(message.outcome);
  }

  #gone(): Outcome<never> {
    return this.#trouble === undefined
      ? refused('closed', 'The archive is closed.')
      : refused('died', `A thread of the archive has died (${this.#trouble}).`);
  }
}
