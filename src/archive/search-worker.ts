/** Entry of the thread that searches an archive. */
import { parentPort, workerData } from 'node:worker_threads';
import { done } from '../disk/index.ts';
import { answerIn } from './answer-in.ts';
import type { SearchRequest } from './messages.ts';
import { Searcher, type SearcherParts } from './searcher.ts';
import { attempt, type Outcome } from './trouble.ts';

const port = parentPort;
if (port === null) throw new Error('search-worker is the entry of a thread');
const searcher = new Searcher(workerData as SearcherParts);
port.postMessage({ kind: 'opened', problem: null, archived: 0 });
answerIn<SearchRequest>(port, (asked, answer) => answer(outcomeOf(asked)));

function outcomeOf(asked: SearchRequest): Outcome<unknown> {
  switch (asked.kind) {
    case 'step':
      return onDisk(() => searcher.step(asked));
    case 'read':
      return onDisk(() => searcher.read(asked.place));
    case 'find':
      return onDisk(() => searcher.find(asked.place));
    case 'survey':
      return onDisk(() => searcher.survey(asked));
    case 'forget':
      searcher.forget(asked.search);
      return done(null);
    case 'reopen':
    case 'close':
      searcher.reopen();
      return done(null);
  }
}

/** After trouble of the disk the index is opened anew by the next call. */
function onDisk(work: () => Outcome<unknown>): Outcome<unknown> {
  const outcome = attempt(work);
  if (outcome.kind === 'done') return outcome.value;
  searcher.reopen();
  return outcome;
}
