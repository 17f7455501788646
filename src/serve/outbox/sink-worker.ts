import { nextTry, type OutboxMessage, restAfter } from '../../outbox/index.ts';
import {
  type Delivery,
  type Origin,
  postMessage,
  type Resolve,
  type Sink,
  SyslogLine,
  targetOf,
  testMessage,
} from '../../sinks/index.ts';
import type { Settlement, State } from '../../state/index.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';

export interface SinkParts {
  readonly state: State;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly resolve: Resolve;
  origin(): Origin;
  nowMs(): number;
  /** From 0 to 1. */
  chance(): number;
}

/** What is known of a sink while the server runs. */
export interface SinkStanding {
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly lastWhy: string | undefined;
  readonly deliveredMs: number | undefined;
}

/** How often a sink is looked at where nothing wakes it. */
const TICK_MS = 1000;
/** A receiver that asks for a rest gets no longer one than this; its message waits longer all the same. */
const MOST_REST_MS = 600_000;
/** A connection that lasts so long is a steady one. */
const STEADY_MS = 60_000;

/**
 * Sends what is due to one sink, one message after the other: at most so many a minute, with rests that grow while it fails. What was sent and not yet
 * written down goes again after a crash, under the same id.
 */
export class SinkWorker {
  readonly sink: Sink;
  readonly #parts: SinkParts;
  readonly #line: SyslogLine | undefined;
  readonly #stop = new AbortController();
  #standing: SinkStanding = { failures: 0, lastWhy: undefined, deliveredMs: undefined };
  #isDisabled = false;
  #restUntilMs = 0;
  #sendFromMs = 0;
  /** A connection may have been left with messages that did not arrive: by a break, or by the process before. */
  #isToRestore = true;
  /** Breaks in a row of connections that did not last, and since when there is a connection. */
  #breaks = 0;
  #openSinceMs: number | undefined;
  #wake: () => void = () => undefined;
  #done: Promise<void> | undefined;

  constructor(sink: Sink, parts: SinkParts) {
    this.sink = sink;
    this.#parts = parts;
    this.#line =
      sink.kind === 'syslog'
        ? new SyslogLine({
            sink,
            origin: () => parts.origin(),
            resolve: parts.resolve,
            unsure: () => this.#unsure(),
            signal: this.#stop.signal,
            onBreak: () => this.#broke(),
          })
        : undefined;
  }

  get name(): string {
    return this.sink.rule.name;
  }

  /** A connection that breaks again and again is a failure, whatever was handed to it. */
  get standing(): SinkStanding {
    const breaks = this.#isSteady ? 0 : this.#breaks;
    if (breaks <= this.#standing.failures) return this.#standing;
    return { ...this.#standing, failures: breaks, lastWhy: 'the connection breaks' };
  }

  start(onFailure: (cause: unknown) => void): void {
    this.#done = this.#run().catch(onFailure);
  }

  /** Something may be due: it is looked at now. */
  wake(): void {
    this.#wake();
  }

  /** Nothing is sent while it is true. */
  set isDisabled(isDisabled: boolean) {
    this.#isDisabled = isDisabled;
  }

  /** Forgets that it rests: a person wants it to be tried now. */
  hurry(): void {
    this.#restUntilMs = 0;
    this.wake();
  }

  /** Sends a message that says it is a test, beside what waits. */
  async test(): Promise<Delivery> {
    const { nowMs, origin } = this.#parts;
    return await this.#attempt(testMessage(this.name, nowMs(), origin()));
  }

  /** Ends after the attempt under way, which is given up; what it was about is sent again by the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.wake();
    await this.#done;
    const isSure = await this.#line?.close();
    if (isSure === true) await this.#parts.state.call('sureOfSink', { sink: this.name });
  }

  get #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      const waitMs = this.#isDisabled ? TICK_MS : await this.#step();
      if (waitMs > 0 && !this.#isOver) await this.#sleep(waitMs);
    }
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** One message at most; how long nothing is to be done, milliseconds. */
  async #step(): Promise<number> {
    const { state, nowMs } = this.#parts;
    const now = nowMs();
    const from = Math.max(this.#restUntilMs, this.#sendFromMs);
    if (now < from) return Math.min(TICK_MS, from - now);
    if (!(await this.#restored())) return 0;
    const taken = await state.call('takeMessage', { sink: this.name, nowMs: now });
    if (taken.kind === 'refused' || taken.value === null) return TICK_MS;
    this.#sendFromMs = now + 60_000 / this.sink.perMinute;
    const delivery = await this.#attempt(taken.value);
    // An attempt that the end of the server broke off says nothing of the sink.
    if (this.#isOver && delivery.kind === 'later') return 0;
    this.#noteOpen();
    this.#note(delivery);
    await this.#settle(taken.value, delivery);
    return 0;
  }

  /** A bug of ours costs the message that it met, and no other. */
  async #attempt(message: OutboxMessage): Promise<Delivery> {
    try {
      return await this.#deliver(message);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#parts.log.error('message not made', { sink: this.name, id: message.id, reason });
      const why = 'it cannot be put into the form of this sink: a bug, please tell of it';
      return { kind: 'refused', status: 'bug', why };
    }
  }

  #deliver(message: OutboxMessage): Promise<Delivery> {
    if (this.#line !== undefined) return this.#line.deliver(message);
    const { resolve, nowMs, origin } = this.#parts;
    return postMessage(this.sink, message, { origin: origin(), resolve, nowMs, signal: this.#stop.signal });
  }

  /** After a break the last messages go again though nothing is due. */
  async #restored(): Promise<boolean> {
    const line = this.#line;
    if (line === undefined || !this.#isToRestore) return true;
    if (!line.isOpen && (await this.#unsure()).length > 0) {
      const restored = await line.restore();
      if (restored.kind !== 'delivered') {
        this.#note(restored);
        // It may be tried again only after a while, also where nothing failed before.
        this.#restUntilMs = Math.max(this.#restUntilMs, this.#parts.nowMs() + TICK_MS);
        return false;
      }
    }
    this.#isToRestore = false;
    this.#noteOpen();
    return true;
  }

  /** What may be lost goes again after a rest: a receiver that takes a connection and ends it would be sent the same without end. */
  #broke(): void {
    const now = this.#parts.nowMs();
    this.#breaks = this.#isSteady ? 1 : this.#breaks + 1;
    this.#openSinceMs = undefined;
    this.#restUntilMs = Math.max(this.#restUntilMs, now + restAfter(this.#breaks + 2));
    this.#isToRestore = true;
    this.wake();
  }

  get #isSteady(): boolean {
    return this.#openSinceMs !== undefined && this.#parts.nowMs() - this.#openSinceMs >= STEADY_MS;
  }

  #noteOpen(): void {
    if (this.#line?.isOpen === true) this.#openSinceMs ??= this.#parts.nowMs();
  }

  async #unsure(): Promise<readonly OutboxMessage[]> {
    const found = await this.#parts.state.call('unsureMessages', { sink: this.name });
    return found.kind === 'done' ? found.value : [];
  }

  #note(delivery: Delivery): void {
    const { metrics, log, nowMs } = this.#parts;
    const { failures, deliveredMs } = this.#standing;
    metrics.count('triad_outbox_attempts_total', [this.name, delivery.kind]);
    if (delivery.kind === 'delivered') {
      if (failures >= 3) log.info('sink takes messages again', { sink: this.name });
      this.#standing = { failures: 0, lastWhy: undefined, deliveredMs: nowMs() };
      return;
    }
    const { status, why } = delivery;
    log.warn('message not delivered', {
      sink: this.name,
      kind: this.sink.kind,
      target: targetOf(this.sink),
      status,
      why,
    });
    this.#standing = { failures: failures + 1, lastWhy: why, deliveredMs };
    const asked = delivery.kind === 'later' ? (delivery.retryAfterMs ?? 0) : 0;
    // What one message is refused for says nothing of the next; a rest that a break has begun goes on.
    const rest = delivery.kind === 'later' ? Math.max(restAfter(failures + 1), Math.min(asked, MOST_REST_MS)) : 0;
    this.#restUntilMs = Math.max(this.#restUntilMs, nowMs() + rest);
  }

  async #settle(message: OutboxMessage, delivery: Delivery): Promise<void> {
    const { state, nowMs, log } = this.#parts;
    if (delivery.kind === 'gone') {
      this.#isDisabled = true;
      const by = { who: 'outbox', atMs: nowMs() };
      await state.call('disableSink', { sink: this.name, why: delivery.why, by });
    }
    const outcome = this.#outcomeOf(message, delivery);
    for (;;) {
      const settled = await state.call('settleMessage', { seq: message.seq, outcome, nowMs: nowMs() });
      if (settled.kind === 'done') return;
      log.error('delivery not written down', { sink: this.name, code: settled.code, message: settled.message });
      if (this.#isOver || settled.code === 'closed' || settled.code === 'died') return;
      await this.#sleep(TICK_MS);
    }
  }

  #outcomeOf({ tries }: OutboxMessage, delivery: Delivery): Settlement {
    if (delivery.kind === 'delivered') return delivery;
    const { status, why } = delivery;
    if (delivery.kind !== 'later') return { kind: 'dead', status, why };
    const { nowMs, chance } = this.#parts;
    const nextMs = nextTry(tries + 1, { nowMs: nowMs(), chance: chance(), retryAfterMs: delivery.retryAfterMs });
    return nextMs === undefined ? { kind: 'dead', status, why } : { kind: 'later', status, why, nextMs };
  }
}
