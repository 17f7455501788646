/** Entry of the thread that writes an archive. */
import { parentPort, workerData } from 'node:worker_threads';
import { answerIn } from './answer-in.ts';
import type { StoreRequest, WriterRequest } from './messages.ts';
import { Store } from './store.ts';
import { WriterThread } from './writer-thread.ts';

const port = parentPort;
if (port === null) throw new Error('writer-worker is the entry of a thread');
const request = workerData as StoreRequest;
const store = new Store(request);
const problem = store.open() ?? null;
port.postMessage({ kind: 'opened', problem, archived: store.archived });
if (problem === null) {
  const thread = new WriterThread(store, request.limits, (afterMs, work) => {
    const timer = setTimeout(work, afterMs);
    return () => clearTimeout(timer);
  });
  answerIn<WriterRequest>(port, (asked, answer) => thread.take(asked, answer));
}
