import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effect } from '@preact/signals';
import type { Answer } from '../../console/kit/api.ts';
import { known, MOST_ENTRIES, refreshUnder } from '../../console/kit/cache.ts';

test('what is on screen is asked for again however many other things were looked at; of those the oldest are forgotten', async () => {
  const asked: string[] = [];
  const read = async (path: string): Promise<Answer<number>> => {
    asked.push(path);
    return { kind: 'ok', value: asked.length, etag: undefined };
  };
  const shown = known('/v1/health/detail', read);
  const values: (number | undefined)[] = [];
  const end = effect(() => {
    values.push(shown.known.value.value);
  });
  for (let at = 0; at < 2 * MOST_ENTRIES; at++) known(`/v1/events/${at}`, read);
  await new Promise((resolve) => setImmediate(resolve));
  asked.length = 0;
  refreshUnder('/v1/health');
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, ['/v1/health/detail']);
  assert.equal(values.at(-1), 1, 'and it is seen');
  assert.equal(known('/v1/health/detail', read), shown);
  // What was used last stays longest.
  const kept = known(`/v1/events/${MOST_ENTRIES + 2}`, read);
  known('/v1/events/new', read);
  assert.equal(known(`/v1/events/${MOST_ENTRIES + 2}`, read), kept);
  asked.length = 0;
  known('/v1/events/3', read);
  assert.deepEqual(asked, ['/v1/events/3'], 'it was forgotten');
  // What nobody shows any more goes as the others do.
  end();
  for (let at = 0; at < 2 * MOST_ENTRIES; at++) known(`/v1/hosts/${at}`, read);
  assert.notEqual(known('/v1/health/detail', read), shown);
});

test('what a person asks for again is waited for where nothing is there yet; a look by itself leaves the reason, and old rows keep theirs', async () => {
  const answers: ((answer: Answer<number>) => void)[] = [];
  const read = (): Promise<Answer<number>> => new Promise((resolve) => answers.push(resolve));
  const problem = { status: 503, code: 'x', title: 'x', detail: '', more: {} };
  const entry = known('/v1/rules', read);
  const give = async (answer: Answer<number>): Promise<void> => {
    answers.shift()?.(answer);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const shown = () => [entry.known.value.value, entry.known.value.problem?.code, entry.known.value.sinceMs > 0];
  await give({ kind: 'problem', problem });
  assert.deepEqual(shown(), [undefined, 'x', false]);
  const look = entry.refresh();
  assert.deepEqual(shown(), [undefined, 'x', true]);
  // Whoever presses while a look is under way waits for that one too.
  entry.again();
  assert.deepEqual(shown(), [undefined, undefined, true]);
  await give({ kind: 'problem', problem });
  await give({ kind: 'problem', problem });
  await look;
  assert.deepEqual(shown(), [undefined, 'x', false]);
  entry.again();
  assert.deepEqual(shown(), [undefined, undefined, true]);
  await give({ kind: 'ok', value: 7, etag: undefined });
  void entry.refresh();
  await give({ kind: 'problem', problem });
  entry.again();
  assert.deepEqual(shown(), [7, 'x', true]);
  await give({ kind: 'ok', value: 8, etag: undefined });
  assert.deepEqual(shown(), [8, undefined, false]);
});
