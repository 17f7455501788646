import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type EnvelopeHeader, packEnvelope, packFileChunk, textOf } from '../../src/receive/index.ts';
import type { BatchTaker } from '../../src/serve/batch-taker.ts';
import { LetterReader, type LetterReaderParts } from '../../src/serve/letter-reader.ts';
import { READER_FAILED } from '../../src/serve/read-batch.ts';
import { type RetryParts, retryDeadLetters } from '../../src/serve/retry-letters.ts';
import type { By, DeadLetter } from '../../src/state/index.ts';
import { winlogbeat } from './running-server.ts';

const NOW_MS = Date.parse('2026-03-12T09:30:00Z');
const BY: By = { who: 'tester', atMs: NOW_MS };

function payloadOf(protocol: 'ndjson' | 'file', body: Uint8Array): Uint8Array {
  const trust = protocol === 'file' ? 'file' : 'authenticated';
  const header = {
    ...({ format: 1, sender: protocol === 'file' ? 'folder:logs' : 'snd', key: 'k', trust, protocol } as const),
    ...{ batch: 'b-1', digest: hash('sha256', body), receivedMs: NOW_MS - 86_400_000, peer: 'p' },
  };
  return Buffer.concat([...packEnvelope(header, body)]);
}

function letterOf(position: number): DeadLetter {
  const about = { position, item: 0, sender: 'snd', code: READER_FAILED, reason: 'it ended' } as const;
  return { ...about, receivedMs: NOW_MS - 86_400_000, state: 'open', bytesHeld: null };
}

/** Letters are read in threads of their own, from a journal of these payloads. */
function letterReader(t: TestContext, payloads: readonly Uint8Array[], mostMs = 60_000): LetterReader {
  const parts = {
    journal: {
      durable: payloads.length,
      async *read(from: number) {
        for (const [at, payload] of payloads.entries()) if (at + 1 >= from) yield { position: at + 1, payload };
      },
    },
    bindings: { wayOf: ({ from }: { readonly from: object }) => Promise.resolve({ source: from }) },
    log: { error: () => undefined },
    options: () => ({
      logs: { carve: false, collectTemplates: false, runStartMs: NOW_MS },
      texts: { runStartMs: NOW_MS, tellUnread: true },
    }),
    mostMs,
  };
  const reader = new LetterReader(parts as unknown as LetterReaderParts);
  t.after(() => reader.close());
  return reader;
}

interface Took {
  readonly header: EnvelopeHeader;
  readonly body: Uint8Array;
}

/** A retry of the letters of all positions; what it appends, and what it settles. */
async function retry(t: TestContext, payloads: readonly Uint8Array[], changes: Partial<RetryParts> = {}) {
  const took: Took[] = [];
  const settled: number[] = [];
  const parts = {
    state: {
      call: (verb: string, asked: { readonly position: number }) => {
        if (verb === 'settleDeadLetter') settled.push(asked.position);
        const rows = payloads.map((_, at) => letterOf(at + 1));
        return Promise.resolve({ kind: 'done', value: { rows, next: null } });
      },
    },
    detector: { feed: () => assert.fail('it is judged as the batch that is appended') },
    taker: {
      take: (header: EnvelopeHeader, body: Uint8Array) => {
        took.push({ header, body });
        return Promise.resolve({ kind: 'taken', position: 100 + took.length });
      },
    },
    log: { info: () => undefined },
    letters: letterReader(t, payloads),
    judged: () => assert.fail('nothing was handed to detection'),
    judgedUpTo: () => Promise.resolve(),
    onJudged: () => undefined,
    nowMs: () => NOW_MS,
    signal: new AbortController().signal,
    ...changes,
  };
  // What it asks of the others is a part of what they are.
  const told = await retryDeadLetters(parts as unknown as RetryParts, BY);
  return { told, took, settled };
}

test('a whole batch that can be read now is appended in its own protocol and bytes, under the name of its letter, also where a line of it gives no event', async (t) => {
  const body = Buffer.from([winlogbeat(1), '{"no":"event"}', winlogbeat(2)].join('\n'));
  const { told, took, settled } = await retry(t, [payloadOf('ndjson', body)]);
  assert.deepEqual(told, { read: 1, mended: 1, gone: 0 });
  assert.deepEqual(settled, [1]);
  const [{ header, body: again } = assert.fail()] = took;
  assert.deepEqual(again, body);
  const { protocol, sender, batch, digest, receivedMs } = header;
  assert.deepEqual(
    { protocol, sender, batch, digest, receivedMs },
    { protocol: 'ndjson', sender: 'snd', batch: 'letter:1.0', digest: hash('sha256', body), receivedMs: NOW_MS },
  );
  // Its header is one that a journal takes.
  assert.ok(packEnvelope(header, again).length > 0);
});

test('a retry that waits for a reader that is behind ends with the server; its letters stay open, and no other is read', async (t) => {
  const ending = new AbortController();
  let asked = 0;
  // Of a reader that was stopped the lag never falls, and who asks is told so before the journal is asked.
  const take = (): ReturnType<BatchTaker['take']> => {
    if (++asked === 3) ending.abort();
    return Promise.resolve({ kind: 'refused', reason: 'lag', retryAfterMs: 5000 });
  };
  const payloads = [1, 2].map((record) => payloadOf('ndjson', Buffer.from(winlogbeat(record))));
  const taker = { take } as unknown as BatchTaker;
  const { told, settled } = await retry(t, payloads, { taker, signal: ending.signal });
  assert.deepEqual([told, settled, asked], [{ read: 1, mended: 0, gone: 0 }, [], 3]);
});

test('a letter that was taken and that nobody saw judged, for the server ended, stays open', async (t) => {
  const ending = new AbortController();
  const judgedUpTo = (): Promise<void> => Promise.resolve(ending.abort());
  const payloads = [payloadOf('ndjson', Buffer.from(winlogbeat(1)))];
  const { told, took, settled } = await retry(t, payloads, { judgedUpTo, signal: ending.signal });
  assert.deepEqual([told, took.length, settled], [{ read: 1, mended: 0, gone: 0 }, 1, []]);
});

test('of a piece of a watched file the events are appended, and not how far the file was read then', async (t) => {
  const file = { key: 'disk-1', path: '/logs/a.csv', sha256: '0'.repeat(64) };
  const pieces = [
    { carry: '', events: [`${winlogbeat(1)}\n`, `${winlogbeat(2)}\n`] },
    { carry: 'TimeCreated,Channel,EventId\n', events: ['2026-01-01,Security,4624\n'] },
  ];
  const payloads = pieces.map(({ carry, events }) => {
    const lengths = events.map((event) => event.length);
    const content = [carry, ...events].map((text) => Buffer.from(text));
    return payloadOf('file', packFileChunk({ file, mark: 'read to 1', carry: carry.length, lengths }, content));
  });
  const { took } = await retry(t, payloads);
  assert.deepEqual(
    took.map(({ header }) => [header.protocol, header.sender, header.trust, header.batch]),
    [
      ['kept', 'folder:logs', 'file', 'letter:1.0'],
      ['kept', 'folder:logs', 'file', 'letter:2.0'],
    ],
  );
  const texts = took.map(({ body }) => {
    const text = textOf('kept', body);
    if (text.kind === 'refused') assert.fail(text.reason);
    assert.equal(text.chunk, undefined);
    return Buffer.concat(text.text.pieces).toString();
  });
  for (const [at, { carry, events }] of pieces.entries()) {
    for (const text of [carry, ...events]) assert.ok(texts[at]?.includes(text.trimEnd()), texts[at]);
  }
});

test('a letter that ends its thread, or holds it up, ends nothing else: the next one is read by a new thread with a packer of its own', async (t) => {
  const payloads = [payloadOf('ndjson', Buffer.from(winlogbeat(1)))];
  const slow = letterReader(t, payloads, 1);
  assert.deepEqual(await slow.readWhole(letterOf(1), false), { kind: 'unread' });
  assert.equal(await slow.read(letterOf(1), Buffer.from(winlogbeat(1))), undefined);
  const letters = letterReader(t, payloads);
  assert.equal((await letters.read(letterOf(1), Buffer.from(winlogbeat(1))))?.end?.events, 1);
  const whole = await letters.readWhole(letterOf(1), true);
  const tried = await letters.readWhole(letterOf(1), false);
  if (whole.kind !== 'read' || tried.kind !== 'read') assert.fail(`${whole.kind}, ${tried.kind}`);
  // What was only tried told its thread layouts that detection never sees.
  assert.equal(whole.batch.decoded?.answer.rows.firstLayout, 0);
  assert.notEqual(whole.batch.decoded?.packer, tried.batch.decoded?.packer);
  assert.deepEqual(await letters.readWhole(letterOf(2), false), { kind: 'gone' });
});
