/** Entry of the thread of the state: opens the store and answers requests in the order they came, a backup when it is done. */
import { parentPort, workerData } from 'node:worker_threads';
import { hideKeys } from '../accounts/index.ts';
import { done } from '../disk/index.ts';
import type { StateMessage, StateRequest } from './messages.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import type { Outcome } from './outcome.ts';
import { openStore, type Store, type StoreRequest } from './store.ts';

const port = parentPort;
if (port === null) throw new Error('state-worker is the entry of a thread');
const say = (message: StateMessage): void => port.postMessage(message);

const opened = openStore(workerData as StoreRequest);
if (opened.kind === 'open') {
  say({ kind: 'opened', problem: null });
  port.on('message', (request: StateRequest) => void answer(opened.store, request));
} else {
  say({ kind: 'opened', problem: opened });
}

async function answer(store: Store, request: StateRequest): Promise<void> {
  const { ticket } = request;
  try {
    say({ kind: 'answer', ticket, outcome: await outcomeOf(store, request) });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: 'bug', ticket, message: hideKeys(text) });
  }
  if (request.kind === 'close') port?.close();
}

function outcomeOf(store: Store, request: StateRequest): Outcome<unknown> | Promise<Outcome<unknown>> {
  if (request.kind === 'backup') return store.backup(request.path);
  if (request.kind === 'call') return store.run(operations[request.name] as Operation<unknown, unknown>, request.input);
  store.close();
  return done(null);
}
