import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventPageDocument, WholeEventDocument } from '../../src/api/index.ts';
import { MOST_REPEATED_BYTES } from '../../src/intake/entry-keeper.ts';
import { ask, runServer, sendLines, type TestServer, until, winlogbeat } from './running-server.ts';

const EVENTS = 400;
/** One item of many events, as large as an event may be: each of them kept with all of it would take 400 times that. */
const WRAPPER = JSON.stringify({
  took: 1,
  pad: 'x'.repeat(900_000),
  hits: { hits: Array.from({ length: EVENTS }, (_, id) => ({ _source: JSON.parse(winlogbeat(id + 1, 'WS-07')) })) },
});

async function found(server: TestServer, query: string): Promise<EventPageDocument['items']> {
  const { status, json } = await ask(server, 'GET', `/v1/events?${query}`);
  assert.equal(status, 200, JSON.stringify(json).slice(0, 300));
  return (json as EventPageDocument).items;
}

test('L15 a small item of many events is not kept with each of them: what is beyond the bound shares the bytes of the first', async (context) => {
  const server = await runServer(context);
  assert.equal((await sendLines(server, [WRAPPER])).status, 200);
  await until(async () => (await found(server, `record=${EVENTS}`)).length === 1, 'the last of them is archived');
  const [first] = await found(server, 'record=1');
  assert.deepEqual([first?.id, first?.bytes, first?.bytesWith], ['1/0', WRAPPER.length, undefined]);
  const [last] = await found(server, `record=${EVENTS}&host=WS-07`);
  assert.deepEqual([last?.id, last?.bytes, last?.text, last?.bytesWith], [`1/0.${EVENTS - 1}`, 0, '', '1/0']);
  const whole = (await ask(server, 'GET', `/v1/events/${last?.id}`)).json as WholeEventDocument;
  assert.equal(whole.text, WRAPPER);
  assert.ok(whole.records.length > 0);
  const raw = await fetch(`${server.url}/v1/events/${last?.id}/raw`, {
    headers: { authorization: `Bearer ${server.token}` },
  });
  assert.equal(await raw.text(), WRAPPER);
  // Of the events before the bound each has all of it, and none beyond it has.
  const kept = Math.floor(MOST_REPEATED_BYTES / WRAPPER.length) + 1;
  assert.ok((await found(server, `record=${kept - 2}`))[0]?.bytes === WRAPPER.length);
  assert.ok((await found(server, `record=${kept + 1}`))[0]?.bytes === 0);
  // All are told apart.
  const { json } = await ask(server, 'GET', `/v1/events?limit=1000&record=${[390, 391, 392].join(',')}`);
  assert.equal(new Set((json as EventPageDocument).items.map(({ identity }) => identity)).size, 3);
});
