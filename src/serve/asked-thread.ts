import { Worker } from 'node:worker_threads';

/** What is asked, and what comes of it, by the ticket of the question. */
export interface Ticketed {
  readonly ticket: number;
}

export interface AskedThreadOptions {
  /** The entry of the thread: it posts `ready` when it has begun, and then one answer for each question. */
  readonly entry: URL;
  /** What the operating system calls the thread. */
  readonly name: string;
  /** What a thread is told before its first question, each time that one begins. */
  readonly first: () => readonly unknown[];
  /** A question that takes longer ends the thread, milliseconds. */
  readonly mostMs: number;
  /** So long after its last answer a thread ends, milliseconds: it may hold much. Left out, it stays. */
  readonly idleMs?: number;
}

interface Waiting<Question, Answer> {
  readonly question: Question;
  readonly resolve: (answer: Answer | undefined) => void;
}

/**
 * A thread for what strangers wrote: begun when it is first asked, and anew after a question that ended it. One question at a time: what one does to the
 * thread costs no other its own.
 */
export class AskedThread<Question extends Ticketed, Answer extends Ticketed> {
  #worker: Worker | undefined;
  /** Settles when the thread has begun: a busy machine may take seconds for it. */
  #begun: Promise<void> = Promise.resolve();
  #tickets = 0;
  #current: Waiting<Question, Answer> | undefined;
  #isClosed = false;
  #idle: NodeJS.Timeout | undefined;
  readonly #queue: Waiting<Question, Answer>[] = [];
  readonly #options: AskedThreadOptions;

  constructor(options: AskedThreadOptions) {
    this.#options = options;
  }

  /** Nobody is answered any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Tells a thread that runs something that it answers by from now on; one that begins later hears it from `first`. */
  tell(message: unknown): void {
    this.#worker?.postMessage(message);
  }

  /** The answer; undefined where the thread does not get through. */
  ask(question: Omit<Question, 'ticket'>): Promise<Answer | undefined> {
    return new Promise((resolve) => {
      this.#queue.push({ question: { ...question, ticket: this.#tickets++ } as Question, resolve });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    const waiting = [...(this.#current === undefined ? [] : [this.#current]), ...this.#queue.splice(0)];
    this.#current = undefined;
    await this.#worker?.terminate();
    for (const { resolve } of waiting) resolve(undefined);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const current = this.#queue.shift();
    if (current === undefined) return;
    if (this.#isClosed) {
      current.resolve(undefined);
      return;
    }
    this.#current = current;
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#begin();
    worker.postMessage(current.question);
    void this.#begun.then(() => {
      if (this.#current !== current) return;
      const late = setTimeout(() => this.#giveUp(worker), this.#options.mostMs);
      this.#current = {
        question: current.question,
        resolve: (answer) => [clearTimeout(late), current.resolve(answer)],
      };
    });
  }

  #begin(): Worker {
    const worker = new Worker(this.#options.entry, { name: this.#options.name });
    this.#worker = worker;
    const begun = Promise.withResolvers<void>();
    this.#begun = begun.promise;
    worker.on('message', (message: Answer | 'ready') => {
      if (message === 'ready') begun.resolve();
      else if (this.#worker === worker && message.ticket === this.#current?.question.ticket) this.#settle(message);
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      begun.resolve();
      // One that was given up, or ended for want of questions: another may be answering by now.
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#settle(undefined);
    });
    for (const message of this.#options.first()) worker.postMessage(message);
    worker.unref();
    return worker;
  }

  #settle(answer: Answer | undefined): void {
    const settled = this.#current;
    this.#current = undefined;
    settled?.resolve(answer);
    this.#next();
    const { idleMs } = this.#options;
    if (this.#current !== undefined || idleMs === undefined) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#rest(), idleMs);
    this.#idle.unref();
  }

  /** What comes behind a question that takes too long is asked of another thread. */
  #giveUp(worker: Worker): void {
    this.#worker = undefined;
    void worker.terminate();
    this.#settle(undefined);
  }

  #rest(): void {
    if (this.#current !== undefined) return;
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
