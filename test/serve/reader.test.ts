import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeInline } from '../../src/intake/index.ts';
import { packEnvelope } from '../../src/receive/index.ts';
import type { FedBatch } from '../../src/serve/detect/detector.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { Reader, type ReaderParts } from '../../src/serve/reader.ts';

const NOW_MS = Date.parse('2026-03-12T09:30:00Z');
const BODY_BYTES = 1000;
const BATCHES = 50;

/** A batch of one line that holds no event: it costs detection nothing. */
function payload(n: number): Uint8Array {
  const body = Buffer.from(`{"n":${n},"text":"${'x'.repeat(BODY_BYTES)}`.slice(0, BODY_BYTES - 2).concat('"}'));
  const header = {
    ...({ format: 1, sender: 'snd', key: 'k', trust: 'authenticated', protocol: 'ndjson', peer: 'p' } as const),
    ...{ digest: hash('sha256', body), receivedMs: NOW_MS - 1000 * (BATCHES - n) },
  };
  return Buffer.concat([...packEnvelope(header, body)]);
}

/** A reader of fifty batches whose detection says nothing by itself. */
function reading(t: TestContext, bounds: Pick<ReaderParts, 'heldUpBytes' | 'uncommittedBytes'>) {
  const fed: number[] = [];
  const committed: number[] = [];
  const parts = {
    journal: {
      async *read() {
        for (let n = 1; n <= BATCHES; n++) yield { position: n, payload: payload(n) };
      },
    },
    decoders: decodeInline({
      logs: { carve: false, collectTemplates: false, runStartMs: NOW_MS },
      texts: { runStartMs: NOW_MS, tellUnread: true },
    }),
    detector: {
      feed: ({ position }: FedBatch) => fed.push(position),
      pass: () => assert.fail('all are batches'),
      settled: () => undefined,
    },
    state: {
      call: (_verb: string, { judged }: { readonly judged: number }) => {
        committed.push(judged);
        return Promise.resolve({
          kind: 'done',
          value: { dropped: 0, incidents: [], droppedIncidents: [], droppedFound: 0, droppedComputers: 0 },
        });
      },
    },
    taker: { read: () => undefined, committed: () => undefined },
    bindings: { wayOf: ({ from }: { readonly from: object }) => Promise.resolve({ source: from }) },
    archiver: undefined,
    metrics: new Metrics(),
    log: { error: (text: string) => assert.fail(text) },
    onJudged: () => undefined,
    onCommitted: () => undefined,
    nowMs: () => NOW_MS,
    ...bounds,
  };
  // What it asks of the others is a part of what they are.
  const reader = new Reader(parts as unknown as ReaderParts, { judged: 0, from: 1, passedOver: new Set() });
  reader.start((cause) => assert.fail(String(cause)));
  t.after(() => reader.stop());
  return { reader, fed, committed };
}

/** Waits until nothing more is handed to detection. */
async function settled(fed: readonly number[]): Promise<number> {
  for (let before = -1; before !== fed.length; ) {
    before = fed.length;
    await pause(100);
  }
  return fed.length;
}

test('L15 what is read and not committed is bounded: reading waits for the commit, and goes on behind it', async (t) => {
  const { reader, fed, committed } = reading(t, { heldUpBytes: 1 << 30, uncommittedBytes: 10 * BODY_BYTES });
  // The one that goes over the bound is the last.
  assert.equal(await settled(fed), 11);
  assert.equal(reader.unjudged.sinceMs, NOW_MS - 1000 * (BATCHES - 1));
  // Detection has taken all, and has judged some: that alone frees what is remembered.
  reader.took({ kind: 'passed', position: 0, takenTo: 11, unjudgedBytes: 0 });
  assert.equal(await settled(fed), 11);
  reader.took({ kind: 'passed', position: 6, takenTo: 11, unjudgedBytes: 0 });
  assert.equal(await settled(fed), 17);
  assert.deepEqual(committed, [6]);
  assert.equal(reader.judged, 6);
  assert.equal(reader.unjudged.sinceMs, NOW_MS - 1000 * (BATCHES - 7));
  reader.took({ kind: 'passed', position: 17, takenTo: 17, unjudgedBytes: 0 });
  await settled(fed);
  reader.took({ kind: 'passed', position: 28, takenTo: 28, unjudgedBytes: 0 });
  assert.equal(await settled(fed), 39);
});
