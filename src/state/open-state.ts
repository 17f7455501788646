import { Worker } from 'node:worker_threads';
import { STATE_LIMITS, type StateLimits } from './limits.ts';
import type { StateMessage } from './messages.ts';
import { State } from './state.ts';
import type { OpenProblem, StoreRequest } from './store.ts';

export interface StateOptions {
  /** Unix milliseconds: when the store was made, if it is made now, and when this owner began. */
  readonly nowMs: number;
  /** The number of this process, for who finds the folder in use. */
  readonly pid: number;
  /** That many random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Bounds other than the usual ones. */
  readonly limits?: Partial<StateLimits>;
}

export type OpenOutcome = { readonly kind: 'open'; readonly state: State } | OpenProblem;

/**
 * Opens the state of a folder in a thread of its own, and owns the folder until it ends.
 *
 *     const opened = await openState(folder, { nowMs: Date.now(), pid: process.pid, random: randomBytes });
 *     if (opened.kind === 'problem') return refuse(opened.message);
 *     await opened.state.call('commit', { judged: 7, writes: [] });
 */
export function openState(folder: string, options: StateOptions): Promise<OpenOutcome> {
  const { nowMs, pid, random } = options;
  const request: StoreRequest = {
    folder,
    owner: { pid, startedMs: nowMs, token: random(16) },
    made: { storeId: random(16), nowMs },
    limits: { ...STATE_LIMITS, ...options.limits },
  };
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./state-worker.${extension}`, import.meta.url), {
    workerData: request,
    name: 'state',
  });
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', opened).off('error', reject).off('exit', ended);
      act();
    };
    const opened = (message: StateMessage): void => {
      const problem = message.kind === 'opened' ? message.problem : null;
      settle(() => resolve(problem ?? { kind: 'open', state: new State(worker) }));
    };
    const ended = (): void => settle(() => reject(new Error('the thread of the state ended before it said why')));
    worker.on('message', opened).on('error', reject).on('exit', ended);
  });
}
