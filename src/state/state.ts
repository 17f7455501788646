import type { Worker } from 'node:worker_threads';
import type { Step } from './commit.ts';
import type { StateMessage, StateRequest } from './messages.ts';
import type { InputOf, OperationName, ValueOf } from './operations.ts';
import { type Outcome, type Refusal, refused } from './outcome.ts';

/** How the thread of the state ended. */
export type StateEnd = { readonly kind: 'closed' } | { readonly kind: 'died'; readonly message: string };

interface Waiting {
  readonly resolve: (outcome: Outcome<unknown>) => void;
  readonly reject: (error: Error) => void;
}

type Asked = StateRequest extends infer Request ? (Request extends unknown ? Omit<Request, 'ticket'> : never) : never;

/** The state of a server, as the other threads see it. Calls are answered in the order they were made. */
export class State {
  /** Settles when the thread has ended; `died` means that the server cannot go on with it. */
  readonly ended: Promise<StateEnd>;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #tickets = 0;
  #isClosing = false;
  #end: StateEnd | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    const { promise, resolve } = Promise.withResolvers<StateEnd>();
    this.ended = promise;
    let trouble = 'it ended by itself';
    worker.on('message', (message: StateMessage) => this.#take(message));
    worker.on('error', (error: Error) => {
      trouble = error.message;
    });
    worker.on('exit', () => resolve(this.#finish(trouble)));
  }

  /** Asks for one operation. A refusal is an outcome; the promise fails only for a bug, and then nothing was written. */
  call<Name extends OperationName>(name: Name, input: InputOf<Name>): Promise<Outcome<ValueOf<Name>>> {
    const sent = name === 'commit' ? withOwnBytes(input as Step) : input;
    return this.#ask({ kind: 'call', name, input: sent }) as Promise<Outcome<ValueOf<Name>>>;
  }

  /** Copies the state into a new file while it is used; gives the number of its pages. */
  backup(path: string): Promise<Outcome<{ readonly pages: number }>> {
    return this.#ask({ kind: 'backup', path }) as Promise<Outcome<{ readonly pages: number }>>;
  }

  /** Ends the thread after what was asked before, and gives the folder free. */
  async close(): Promise<void> {
    if (!this.#isClosing && this.#end === undefined) {
      const closed = this.#ask({ kind: 'close' });
      this.#isClosing = true;
      await closed;
    }
    await this.ended;
  }

  #ask(request: Asked): Promise<Outcome<unknown>> {
    if (this.#isClosing || this.#end !== undefined) return Promise.resolve(this.#gone());
    const ticket = this.#tickets++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ticket, { resolve, reject });
      this.#worker.postMessage({ ...request, ticket });
    });
  }

  #take(message: StateMessage): void {
    if (message.kind === 'opened') return;
    const waiting = this.#waiting.get(message.ticket);
    this.#waiting.delete(message.ticket);
    if (message.kind === 'bug') waiting?.reject(new Error(`the state failed: ${message.message}`));
    else waiting?.resolve(message.outcome);
  }

  #finish(trouble: string): StateEnd {
    const end: StateEnd = this.#isClosing ? { kind: 'closed' } : { kind: 'died', message: trouble };
    this.#end = end;
    for (const { resolve } of this.#waiting.values()) resolve(this.#gone());
    this.#waiting.clear();
    return end;
  }

  #gone(): Refusal {
    if (this.#end?.kind !== 'died') return refused('closed', 'The state is closed.');
    return refused(
      'died',
      `The thread of the state has died (${this.#end.message}); whether a waiting call took effect is not known.`,
    );
  }
}

/** A step whose letters hold their own bytes: a part of a batch would take the whole body along into the thread. */
function withOwnBytes(step: Step): Step {
  const writes = step.writes.map((write) =>
    write.kind === 'deadLetter' && write.bytes !== null ? { ...write, bytes: Uint8Array.from(write.bytes) } : write,
  );
  return { ...step, writes };
}
