import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventViewer } from '../../src/serve/archiving/event-viewer.ts';
import { batchSource } from '../../src/serve/read-batch.ts';
import { winlogbeat } from './running-server.ts';

const MOST_MS = 400;

test('an event that holds the thread costs those behind it nothing but the wait', async (context) => {
  const viewer = new EventViewer(undefined, MOST_MS);
  context.after(() => viewer.close());
  const read = (text: string) => viewer.read(batchSource(1), 's', Buffer.from(text));
  // Far more than an event may have: it takes seconds.
  const long = `${winlogbeat(1)}\n`.repeat(200_000);
  const answers = await Promise.all([
    read(winlogbeat(1)),
    read(long),
    read(winlogbeat(2)),
    read('nothing'),
    read(winlogbeat(3)),
  ]);
  assert.deepEqual(
    answers.map((records) => records?.map(({ recordId }) => Number(recordId))),
    [[1], undefined, [2], [], [3]],
  );
});

test('a viewer that is closed answers whoever waits', async () => {
  const viewer = new EventViewer(undefined);
  const waiting = [1, 2, 3].map((record) => viewer.read(batchSource(1), 's', Buffer.from(winlogbeat(record))));
  await viewer.close();
  assert.equal((await Promise.all(waiting)).at(-1), undefined);
});
