import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { AskedThread, type Ticketed } from './asked-thread.ts';

interface Question extends Ticketed {
  readonly text: string;
}
interface Answer extends Ticketed {
  readonly text: string;
  readonly thread: number;
}

/** Answers with what it was told and asked; ends at `die`, and stays silent at `hang`. */
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
import { parentPort, threadId } from 'node:worker_threads';
let told = '';
parentPort.on('message', (message) => {
  if (message.ticket === undefined) told = message.told;
  else if (message.text === 'die') process.exit(1);
  else if (message.text !== 'hang') parentPort.postMessage({ ticket: message.ticket, text: told + message.text, thread: threadId });
});
parentPort.postMessage('ready');
`)}`,
);

test('questions are answered in turn, by a new thread after one that ended or hung, and each thread hears first what counts', async (t) => {
  let told = 'a';
  const thread = new AskedThread<Question, Answer>({
    entry: ENTRY,
    name: 'asked',
    first: () => [{ told }],
    mostMs: 3000,
  });
  t.after(() => thread.close());
  const texts = await Promise.all(['1', 'die', '2', 'hang', '3'].map((text) => thread.ask({ text })));
  assert.deepEqual(
    texts.map((answer) => answer?.text),
    ['a1', undefined, 'a2', undefined, 'a3'],
  );
  assert.equal(new Set(texts.flatMap((answer) => answer?.thread ?? [])).size, 3);
  told = 'b';
  thread.tell({ told });
  assert.equal((await thread.ask({ text: '4' }))?.text, 'b4');
});

test('a thread that nobody asks ends, and the next question begins another', async (t) => {
  const first = (): readonly unknown[] => [{ told: '' }];
  const thread = new AskedThread<Question, Answer>({ entry: ENTRY, name: 'asked', first, mostMs: 5000, idleMs: 20 });
  t.after(() => thread.close());
  const one = await thread.ask({ text: '1' });
  const two = await thread.ask({ text: '2' });
  assert.equal(one?.thread, two?.thread);
  await delay(60);
  const three = await Promise.all(['3', '4'].map((text) => thread.ask({ text })));
  assert.deepEqual(
    three.map((answer) => answer?.text),
    ['3', '4'],
  );
  assert.notEqual(three[0]?.thread, one?.thread);
});

test('whoever asks one that is closed, or waits for it, gets no answer', async () => {
  const thread = new AskedThread<Question, Answer>({
    entry: ENTRY,
    name: 'asked',
    first: () => [{ told: '' }],
    mostMs: 5000,
  });
  const waiting = ['hang', '1', '2'].map((text) => thread.ask({ text }));
  await thread.close();
  assert.deepEqual(await Promise.all(waiting), [undefined, undefined, undefined]);
  assert.equal(await thread.ask({ text: '3' }), undefined);
  assert.equal(thread.isClosed, true);
});
