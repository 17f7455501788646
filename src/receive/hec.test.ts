import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  askedAcks,
  frameHec,
  HecChannels,
  type HecFraming,
  hecBodyRefusal,
  hecEventsAnswer,
  hecRefusal,
  isChannel,
  MAX_ITEM_BYTES,
  MAX_ITEMS,
  textOf,
} from './index.ts';

function framing(body: string): HecFraming {
  const found = frameHec(Buffer.from(body));
  assert.ok(found.kind === 'framed', JSON.stringify(found));
  return found;
}

/** Each item as its bytes, or as the code of its refusal. */
function items(body: string): readonly string[] {
  return framing(body).items.map(
    ({ start, end, refused }) => refused?.code ?? Buffer.from(body).toString('utf8', start, end),
  );
}

function answer(body: string, ackId?: number): unknown {
  const { status, body: text } = hecEventsAnswer(framing(body), ackId);
  return [status, JSON.parse(text)];
}

test('events follow one another with line feeds, blanks or nothing between them, also laid out over lines', () => {
  const one = '{"event":"a}{"}';
  const two = '{\n "time": 1.5,\n "event": {"b":[1,{"c":"\\"}"}]}\n}';
  for (const between of ['', '\n', ' \r\n\t']) {
    assert.deepEqual(items(`${between}${one}${between}${two}${between}`), [one, two]);
  }
  assert.deepEqual(items(`\ufeff${one}`), [one]);
  assert.deepEqual(
    framing(`${one}\n\n${two}`).items.map(({ line }) => line),
    [1, 3],
  );
});

test('what is wrong with one event costs that event, and the answer names the first of them', () => {
  const good = '{"event":1}';
  const cases: readonly (readonly [string, string, number])[] = [
    ['{"time":1}', 'no_event', 12],
    ['{"event":null}', 'no_event', 12],
    ['{}', 'no_event', 12],
    ['{"event":""}', 'blank_event', 13],
    ['{"event":" \\t"}', 'a blank of escapes is a text', 0],
    ['{"event":"  "}', 'blank_event', 13],
    ['{"event":1,"fields":[1]}', 'bad_fields', 15],
    ['{"event":1,"fields":{"a":{"b":1}}}', 'bad_fields', 15],
    ['{"event":1,"fields":{"a":[["b"]]}}', 'bad_fields', 15],
    ['{"event":1,"fields":{"a":["b",2],"c":null}}', '', 0],
    ['{"event":1,"fields":null,"index":null}', '', 0],
    ['{"event":1,"index":7}', 'bad_index', 7],
    ['{"event":1,"index":""}', 'bad_index', 7],
    [`{"event":1,"index":"${'i'.repeat(255)}"}`, '', 0],
    [`{"event":1,"index":"${'i'.repeat(256)}"}`, 'bad_index', 7],
    ['{"event":"a\nb"}', 'bad_json', 6],
  ];
  for (const [event, code, number] of cases) {
    const body = `${good}${event}${good}`;
    if (number === 0) {
      assert.deepEqual(items(body), [good, event, good]);
      assert.deepEqual(answer(body, 7), [200, { text: 'Success', code: 0, ackId: 7 }]);
      continue;
    }
    assert.deepEqual(items(body), [good, code, good], event);
    const [status, told] = answer(body, 7) as [number, { code: number; 'invalid-event-number': number }];
    assert.deepEqual(
      [status, told.code, told['invalid-event-number'], 'ackId' in told],
      [400, number, 1, false],
      event,
    );
  }
});

test('SERVE 8 trap 3: where an object cannot be followed, what stands before it is kept', () => {
  for (const rest of ['[{"event":1}]', '{"event":1', '{"event":{]}}', '"event"', '{"event" 1}', '{"event":1,}', 'x']) {
    const body = `{"event":1}{"event":2} ${rest}{"event":3}`;
    assert.deepEqual(items(body).slice(0, 3), ['{"event":1}', '{"event":2}', 'bad_json'], rest);
    assert.equal(framing(body).accepted, 2, rest);
    assert.deepEqual(answer(body), [400, { text: 'Invalid data format', code: 6, 'invalid-event-number': 2 }]);
    const batch = textOf('hec', Buffer.from(body));
    assert.ok(batch.kind === 'text');
    assert.equal(Buffer.concat([...batch.text.pieces]).toString(), '{"event":1}\n{"event":2}\n');
  }
});

test('an event may have 1 MiB and 64 levels, a body 50,000 events', () => {
  const sized = (bytes: number): string => `{"event":"${'a'.repeat(bytes - 12)}"}`;
  assert.equal(sized(MAX_ITEM_BYTES).length, MAX_ITEM_BYTES);
  assert.deepEqual(
    framing(sized(MAX_ITEM_BYTES) + sized(MAX_ITEM_BYTES + 1)).items.map(({ refused }) => refused?.code),
    [undefined, 'too_large'],
  );
  assert.deepEqual(answer(sized(MAX_ITEM_BYTES + 1)), [
    400,
    { text: 'Invalid data format', code: 6, 'invalid-event-number': 0 },
  ]);
  const deep = (levels: number): string => `{"event":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  assert.deepEqual(
    framing(deep(64) + deep(65)).items.map(({ refused }) => refused?.code),
    [undefined, 'too_deep'],
  );
  assert.equal(framing('{"event":1}'.repeat(MAX_ITEMS)).accepted, MAX_ITEMS);
  const many = frameHec(Buffer.from('{"event":1}'.repeat(MAX_ITEMS + 1)));
  assert.ok(many.kind === 'refused');
  assert.deepEqual(
    [many.code, hecBodyRefusal(many).status, JSON.parse(hecBodyRefusal(many).body).code],
    ['too_many_items', 413, 27],
  );
});

test('a body without an event is code 5, which is what a probe of Firehose asks for', () => {
  for (const body of ['', ' \r\n', '\ufeff']) {
    const found = frameHec(Buffer.from(body));
    assert.ok(found.kind === 'refused');
    assert.deepEqual([hecBodyRefusal(found).status, hecBodyRefusal(found).body], [400, '{"text":"No data","code":5}']);
  }
});

test('a key that is spelled with escapes is the same key, and of two keys the last counts', () => {
  assert.deepEqual(
    items('{"ev\\u0065nt":""}{"event":"","event":1}{"event":1,"event":""}{"\\event":1}{"__proto__":{"event":1}}'),
    ['blank_event', '{"event":"","event":1}', 'blank_event', 'no_event', 'no_event'],
  );
});

test('refusals of the server have the codes that clients know', () => {
  const told = (problem: string): unknown => {
    const { status, body } = hecRefusal(problem, undefined);
    return [status, JSON.parse(body).code];
  };
  assert.deepEqual(['auth_required', 'auth_scheme_unsupported', 'key_invalid', 'key_revoked'].map(told), [
    [401, 2],
    [401, 3],
    [403, 4],
    [403, 1],
  ]);
  assert.deepEqual(['auth_location_forbidden', 'too_many_requests', 'stopping', 'internal', 'bad_body'].map(told), [
    [400, 16],
    [503, 9],
    [503, 23],
    [500, 8],
    [400, 6],
  ]);
});

test('ids of acknowledgements are of a sender and a channel, from 0; one that is told is forgotten', () => {
  const channels = new HecChannels();
  assert.deepEqual(
    [0, 1, 2].map(() => channels.committed('a', 'c', 0)),
    [0, 1, 2],
  );
  assert.equal(channels.committed('a', 'd', 0), 0);
  assert.equal(channels.committed('b', 'c', 0), 0);
  const ask = (sender: string, channel: string, ...ids: number[]): unknown =>
    Object.fromEntries(channels.ask(sender, channel, ids, 1));
  assert.deepEqual(ask('a', 'c', 0, 2, 3, 0), { 0: true, 2: true, 3: false });
  assert.deepEqual(ask('a', 'c', 0, 1), { 0: false, 1: true });
  assert.deepEqual(ask('b', 'd', 0), { 0: false });
  assert.deepEqual(ask('b', 'c', 0), { 0: true });
});

test('L15 channels end when they are idle, and a sender with many loses its own', () => {
  const channels = new HecChannels({ channels: 6, ofSender: 4, pending: 2, idleMs: 100 });
  channels.committed('good', 'c', 0);
  for (let at = 0; at < 10; at++) channels.committed('flood', `c${at}`, 1);
  assert.equal(channels.count, 5);
  channels.committed('other', 'c', 1);
  channels.committed('third', 'c', 1);
  assert.equal(channels.count, 6);
  assert.deepEqual([...channels.ask('good', 'c', [0], 1)], [[0, true]]);
  assert.deepEqual([...channels.ask('flood', 'c9', [0], 1)], [[0, true]]);
  assert.deepEqual([...channels.ask('flood', 'c5', [0], 1)], [[0, false]]);
  assert.deepEqual(channels.evicted, { channels: 7, acks: 0 });
  // Of more than may wait the oldest goes.
  for (let at = 0; at < 3; at++) channels.committed('third', 'c', 2);
  assert.deepEqual(
    [...channels.ask('third', 'c', [1, 2, 3], 2)],
    [
      [1, false],
      [2, true],
      [3, true],
    ],
  );
  assert.equal(channels.evicted.acks, 2);
  channels.committed('good', 'c', 100);
  assert.deepEqual([...channels.ask('good', 'c', [1], 200)], [[1, true]]);
  channels.committed('good', 'c', 200);
  assert.deepEqual([...channels.ask('good', 'c', [2], 301)], [[2, false]]);
  assert.equal(channels.committed('good', 'c', 301), 0);
});

test('a question for acknowledgements is a list of numbers, a channel a GUID', () => {
  assert.deepEqual(askedAcks(Buffer.from('{"acks":[1,2]}')), [1, 2]);
  for (const bad of ['', '[1]', '{"acks":1}', '{"acks":["1"]}', '{"acks":[-1]}', '{"acks":[1.5]}', '{', 'null']) {
    assert.equal(askedAcks(Buffer.from(bad)), undefined, bad);
  }
  assert.equal(isChannel('FE0ECFAD-13D5-401B-847D-77833BD77131'), true);
  for (const bad of ['', 'FE0ECFAD', 'FE0ECFAD-13D5-401B-847D-77833BD7713', 'x'.repeat(36)])
    assert.equal(isChannel(bad), false);
});
