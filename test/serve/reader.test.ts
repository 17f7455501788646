import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { decodeInline, type UnitDecoders } from '../../src/intake/index.ts';
import { packEnvelope, packFileChunk } from '../../src/receive/index.ts';
import type { FedBatch } from '../../src/serve/detect/detector.ts';
import { Metrics } from '../../src/serve/metrics.ts';
import { READER_FAILED } from '../../src/serve/read-batch.ts';
import { Reader, type ReaderParts, type ReaderStart } from '../../src/serve/reader.ts';
import { ReloadableDecoders } from '../../src/serve/reloadable-decoders.ts';
import type { Step, StepWrite } from '../../src/state/index.ts';

const NOW_MS = Date.parse('2026-03-12T09:30:00Z');
const BODY_BYTES = 1000;
const BATCHES = 50;
const OPTIONS = {
  logs: { carve: false, collectTemplates: false, runStartMs: NOW_MS },
  texts: { runStartMs: NOW_MS, tellUnread: true },
} as const;

/** A batch of one line that holds no event: it costs detection nothing. */
function payload(n: number): Uint8Array {
  return payloadOf(n, Buffer.from(`{"n":${n},"text":"${'x'.repeat(BODY_BYTES)}`.slice(0, BODY_BYTES - 2).concat('"}')));
}

function payloadOf(n: number, body: Uint8Array, protocol: 'ndjson' | 'file' = 'ndjson'): Uint8Array {
  const header = {
    ...({ format: 1, sender: `snd-${n}`, key: 'k', trust: 'authenticated', protocol, peer: 'p' } as const),
    ...{ digest: hash('sha256', body), receivedMs: NOW_MS - 1000 * (BATCHES - n) },
  };
  return Buffer.concat([...packEnvelope(header, body)]);
}

interface Scene {
  readonly payload: (n: number) => Uint8Array;
  readonly decoders: ReaderParts['decoders'];
  readonly onError: (text: string) => void;
}

function inline(): ReaderParts['decoders'] {
  const decoders = decodeInline(OPTIONS);
  return { ...decoders, alone: decoders };
}

const PLAIN: Scene = { payload, decoders: inline(), onError: (text) => assert.fail(text) };

/** A reader of fifty batches whose detection says nothing by itself. */
function reading(
  t: TestContext,
  bounds: Pick<ReaderParts, 'heldUpBytes' | 'uncommittedBytes'>,
  { payload: payloadAt, decoders, onError }: Scene = PLAIN,
  { judged, from, fillTo }: Pick<ReaderStart, 'judged' | 'from' | 'fillTo'> = { judged: 0, from: 1, fillTo: 0 },
) {
  const fed: number[] = [];
  const batches: FedBatch[] = [];
  const writes: StepWrite[] = [];
  const committed: number[] = [];
  const parts = {
    journal: {
      async *read() {
        for (let n = 1; n <= BATCHES; n++) yield { position: n, payload: payloadAt(n) };
      },
    },
    decoders,
    detector: {
      feed: (batch: FedBatch) => {
        batches.push(batch);
        fed.push(batch.position);
      },
      pass: () => assert.fail('all are batches'),
      settled: () => undefined,
    },
    state: {
      call: (_verb: string, step: Step) => {
        committed.push(step.judged);
        writes.push(...step.writes);
        return Promise.resolve({
          kind: 'done',
          value: {
            ...{ dropped: 0, incidents: [], droppedIncidents: [], droppedOpenIncidents: 0 },
            ...{ droppedFound: 0, droppedComputers: 0 },
          },
        });
      },
    },
    taker: { read: () => undefined, committed: () => undefined },
    bindings: { wayOf: ({ from }: { readonly from: object }) => Promise.resolve({ source: from }) },
    archiver: undefined,
    metrics: new Metrics(),
    log: { error: onError },
    onJudged: () => undefined,
    onCommitted: () => undefined,
    nowMs: () => NOW_MS,
    ...bounds,
  };
  // What it asks of the others is a part of what they are.
  const reader = new Reader(parts as unknown as ReaderParts, { judged, from, fillTo, passedOver: new Set() });
  reader.start((cause) => assert.fail(String(cause)));
  t.after(() => reader.stop());
  return { reader, fed, batches, writes, committed };
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

test('how far the window is filled at a start is told by batches, from nothing to all', async (t) => {
  const bounds = { heldUpBytes: 1 << 30, uncommittedBytes: 1 << 30 };
  const start = { judged: BATCHES + 1, from: 1, fillTo: BATCHES + 1 };
  const { reader } = reading(t, bounds, PLAIN, start);
  assert.deepEqual(reader.filling, { read: 0, of: BATCHES + 1 });
  await reader.fedUpTo(BATCHES);
  assert.deepEqual(reader.filling, { read: BATCHES, of: BATCHES + 1 });
  const { reader: next } = reading(t, bounds, PLAIN, { ...start, judged: BATCHES, fillTo: BATCHES });
  await next.fedUpTo(BATCHES);
  assert.equal(next.filling, undefined);
  // Of a journal that ends before what was judged nothing is waited for.
  assert.equal(reading(t, bounds, PLAIN, { ...start, fillTo: 0 }).reader.filling, undefined);
});

const POISON = 'ends its reader';

/** Threads that such a text ends, as a bug in a reader would: there are no bytes where bytes are due. */
function faultyThreads(t: TestContext): ReaderParts['decoders'] {
  const decoders = new ReloadableDecoders(OPTIONS, 2);
  t.after(() => decoders.close());
  // Its buffer goes with it, so each has one of its own.
  const noBytes = (): Uint8Array =>
    ({ buffer: new ArrayBuffer(1), byteOffset: 0, byteLength: 5, length: 5 }) as unknown as Uint8Array;
  const spoiling = ({ decodeText }: Pick<UnitDecoders, 'decodeText'>): Pick<UnitDecoders, 'decodeText'> => ({
    decodeText: (block, source) =>
      decodeText(Buffer.from(block.bytes).includes(POISON) ? { ...block, bytes: noBytes() } : block, source),
  });
  return { window: decoders.window, ...spoiling(decoders), alone: spoiling(decoders.alone) };
}

/** A piece of a watched file that no reader gets through. */
function poisonedPiece(n: number): Uint8Array {
  const line = Buffer.from(`{"text":"${POISON}"}\n`);
  const file = { key: 'disk-1', path: '/logs/a.jsonl', sha256: '0'.repeat(64) };
  return payloadOf(n, packFileChunk({ file, mark: `read to ${n}`, carry: 0, lengths: [line.length] }, [line]), 'file');
}

test('L15 a batch that ends its reader takes no other with it: those beside it are judged, and of a piece of a file the mark goes on', async (t) => {
  // The first four are handed over together, before a thread has begun: two of them end it, and two wait behind.
  const poisons = [1, 2, 12];
  const isPoison = (n: number): boolean => poisons.includes(n);
  const told: string[] = [];
  const { reader, fed, batches, writes } = reading(
    t,
    { heldUpBytes: 1 << 30, uncommittedBytes: 1 << 30 },
    {
      payload: (n) => {
        if (!isPoison(n)) return payload(n);
        return n === 12 ? poisonedPiece(n) : payloadOf(n, Buffer.from(`{"text":"${POISON}"}`));
      },
      decoders: faultyThreads(t),
      onError: (text) => told.push(text),
    },
  );
  await reader.fedUpTo(BATCHES);
  assert.deepEqual(
    fed,
    Array.from({ length: BATCHES }, (_, at) => at + 1),
  );
  const unread = batches.filter(({ decoded }) => decoded === undefined).map(({ position }) => position);
  assert.deepEqual(unread, poisons);
  reader.took({ kind: 'passed', position: BATCHES, takenTo: BATCHES, unjudgedBytes: 0 });
  while (reader.judged < BATCHES) await pause(10);
  const letters = writes.filter((write) => write.kind === 'deadLetter' && write.code === READER_FAILED);
  assert.deepEqual(
    letters.map((write) => write.kind === 'deadLetter' && write.position),
    poisons,
  );
  assert.deepEqual(
    told,
    poisons.map(() => 'batch ends its reader'),
  );
  const marks = writes.flatMap((write) => (write.kind === 'watchedPiece' ? [write.mark] : []));
  assert.deepEqual(marks, ['read to 12']);
  const packers = batches.flatMap(({ decoded }) => (decoded === undefined ? [] : [decoded.packer]));
  assert.ok(new Set(packers).size > 2, 'each thread numbers its own layouts');
});
