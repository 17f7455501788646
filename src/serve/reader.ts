import type { UnitDecoders } from '../intake/index.ts';
import type { Journal } from '../journal/index.ts';
import type { Envelope } from '../receive/index.ts';
import type { State, Step, StepWrite } from '../state/index.ts';
import { type BatchTaker, identityText, identityUntilMs } from './batch-taker.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { type ReadBatch, readBatch, type UnreadableFrame } from './read-batch.ts';

export interface ReaderParts {
  readonly journal: Journal;
  readonly state: State;
  readonly taker: BatchTaker;
  readonly decoders: UnitDecoders;
  readonly log: Log;
  readonly metrics: Metrics;
  nowMs(): number;
}

type Read = ReadBatch | UnreadableFrame;

/** Batches that one transaction stands for at most. */
const MAX_STEP = 256;
const PAUSE_MS = 1000;

/**
 * The reader behind the answer: takes batches from the journal in order, has them read in threads, and commits what it learnt,
 * with its position, in one transaction a step (ADR 0017). Trouble of the disk makes it wait, and lose nothing.
 */
export class Reader {
  readonly #parts: ReaderParts;
  readonly #stop = new AbortController();
  readonly #ready: Promise<Read>[] = [];
  #sleepers: (() => void)[] = [];
  #judged: number;
  #isAtEnd = false;
  #trouble: string | undefined;
  #done: Promise<void> | undefined;
  #unreadable = 0;

  constructor(parts: ReaderParts, judged: number) {
    this.#parts = parts;
    this.#judged = judged;
  }

  /** Position of the last batch that was read and committed. */
  get judged(): number {
    return this.#judged;
  }

  /** What is not well with it, in sentences. */
  get degraded(): readonly string[] {
    const reasons = this.#trouble === undefined ? [] : [`what was read cannot be committed: ${this.#trouble}`];
    if (this.#unreadable > 0) reasons.push(`${this.#unreadable} frame(s) of the journal are no batches`);
    return reasons;
  }

  start(onFailure: (cause: unknown) => void): void {
    const reading = this.#read();
    this.#done = Promise.all([reading, this.#commitAll()]).then(
      () => undefined,
      (cause: unknown) => {
        this.#stop.abort();
        this.#wake();
        onFailure(cause);
      },
    );
  }

  /** Ends after the step under way; what was not committed is read again at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#done;
  }

  async #read(): Promise<void> {
    const { journal, decoders } = this.#parts;
    try {
      for await (const { position, payload } of journal.read(this.#judged + 1, { signal: this.#stop.signal })) {
        const read = readBatch(position, payload, decoders);
        // A failure is told where the batch is waited for.
        read.catch(() => undefined);
        this.#ready.push(read);
        this.#wake();
        while (this.#ready.length >= decoders.window && !this.#stop.signal.aborted) await this.#change();
      }
    } finally {
      this.#isAtEnd = true;
      this.#wake();
    }
  }

  async #commitAll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#ready.length === 0) {
        if (this.#isAtEnd) return;
        await this.#change();
        continue;
      }
      const batches: Read[] = [];
      // What is read already goes along; nothing waits for more.
      for (
        let next = this.#ready.shift();
        next !== undefined;
        next = batches.length < MAX_STEP ? this.#ready.shift() : undefined
      ) {
        batches.push(await next);
      }
      this.#wake();
      await this.#commit(batches);
    }
  }

  async #commit(batches: readonly Read[]): Promise<void> {
    const { state, taker, metrics, log } = this.#parts;
    const judged = batches.at(-1)?.position ?? this.#judged;
    const step: Step = { judged, writes: batches.flatMap(writesOf) };
    for (;;) {
      const outcome = await state.call('commit', step);
      if (outcome.kind === 'done') {
        this.#trouble = undefined;
        if (outcome.value.dropped > 0)
          metrics.count('triad_state_evictions_total', ['deadLetters', 'capacity'], outcome.value.dropped);
        break;
      }
      this.#trouble = outcome.message;
      log.error('step not committed', { code: outcome.code, message: outcome.message, judged });
      if (this.#stop.signal.aborted || outcome.code === 'closed' || outcome.code === 'died') return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    this.#judged = judged;
    for (const batch of batches) {
      if ('problem' in batch) {
        this.#unreadable++;
        log.error('frame is no batch', { position: batch.position, problem: batch.problem });
      } else {
        taker.committed(batch.envelope, batch.envelope.body.length);
        this.#count(batch);
      }
    }
  }

  #count({ decoded, deadLetters }: ReadBatch): void {
    const { metrics } = this.#parts;
    for (const { code } of deadLetters) metrics.count('triad_deadletter_events_total', [code]);
    for (const [shape, count] of Object.entries(decoded?.answer.end?.units ?? {})) {
      metrics.count('triad_read_events_total', [shape], count);
    }
  }

  /** Waits for a batch more, a batch less, or the end. */
  #change(): Promise<void> {
    return new Promise((resolve) => this.#sleepers.push(resolve));
  }

  #wake(): void {
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const resolve of sleepers) resolve();
  }
}

function writesOf(batch: Read): readonly StepWrite[] {
  if ('problem' in batch) return [];
  const { position, envelope, deadLetters } = batch;
  return [
    {
      kind: 'batch',
      position,
      sender: envelope.sender,
      identity: identityText(envelope),
      digest: digestOf(envelope),
      answer: '',
      receivedMs: envelope.receivedMs,
      untilMs: identityUntilMs(envelope),
    },
    ...deadLetters.map((letter) => ({ kind: 'deadLetter', ...letter }) as const),
  ];
}

function digestOf({ digest }: Envelope): Uint8Array {
  return Buffer.from(digest, 'hex');
}
