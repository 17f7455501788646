import type { Delivery, Sink } from '../../sinks/index.ts';
import type { SinkCounts, SinkEntry, State } from '../../state/index.ts';
import { formatTime } from '../../windows/index.ts';
import type { PartHealth } from '../handlers/health.ts';
import { type SinkParts, SinkWorker } from './sink-worker.ts';

/** A sink with all that is known of it; nothing of its secrets. */
export interface SinkState extends SinkCounts {
  readonly sink: Sink;
  readonly failures: number;
  readonly lastWhy: string | undefined;
  readonly deliveredMs: number | undefined;
}

const LOOK_MS = 5000;
/** A sink that failed so often in a row is told of in the health. */
const FAILING = 3;

/** Tells the state which sinks there are: from then on what is committed is put into the outbox. False where the disk takes nothing. */
export async function declareSinks(state: State, sinks: readonly Sink[], nowMs: number): Promise<boolean> {
  const entries = sinks.map(({ rule, kind }): SinkEntry => ({ rule, isResending: kind === 'syslog' }));
  const told = await state.call('useSinks', { sinks: entries, nowMs });
  return told.kind === 'done';
}

/** The outbox of a running server: a worker for each sink, and what is known of all of them. */
export class Outbox {
  readonly #parts: SinkParts;
  #workers: readonly SinkWorker[];
  #counts: readonly SinkCounts[] = [];
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #onFailure: (cause: unknown) => void = () => undefined;

  constructor(parts: SinkParts, sinks: readonly Sink[]) {
    this.#parts = parts;
    this.#workers = sinks.map((sink) => new SinkWorker(sink, parts));
  }

  async start(onFailure: (cause: unknown) => void): Promise<void> {
    this.#onFailure = onFailure;
    await this.look();
    for (const worker of this.#workers) worker.start(onFailure);
    this.#timer = setInterval(() => void this.#tick().catch(onFailure), LOOK_MS);
    this.#timer.unref();
  }

  /** Other sinks, or the same with other settings; what waits goes on. */
  async use(sinks: readonly Sink[]): Promise<void> {
    const { state, nowMs } = this.#parts;
    const before = this.#workers;
    this.#workers = [];
    await Promise.all(before.map((worker) => worker.stop()));
    await declareSinks(state, sinks, nowMs());
    this.#workers = sinks.map((sink) => new SinkWorker(sink, this.#parts));
    await this.look();
    for (const worker of this.#workers) worker.start(this.#onFailure);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#workers.map((worker) => worker.stop()));
  }

  /** Sends a test; undefined where there is no such sink. One that was disabled and takes it is used again. */
  async test(name: string): Promise<Delivery | undefined> {
    const worker = this.#workers.find((one) => one.name === name);
    if (worker === undefined) return undefined;
    const delivery = await worker.test();
    if (delivery.kind === 'delivered') {
      await this.#parts.state.call('enableSink', { sink: name });
      await this.look();
      worker.hurry();
    }
    return delivery;
  }

  /** Dead letters wait again: their sinks are tried now. */
  async retried(): Promise<void> {
    await this.look();
    for (const worker of this.#workers) worker.hurry();
  }

  /** A suppression ended: what it hid is told now. */
  shown(): void {
    void this.#tick().catch(this.#onFailure);
  }

  /** Reads what waits for each sink. */
  async look(): Promise<void> {
    const counted = await this.#parts.state.call('countSinks', null);
    if (counted.kind === 'refused') return;
    this.#counts = counted.value.sinks;
    this.#dropped = counted.value.dropped;
    for (const { name, disabledMs } of this.#counts) {
      const worker = this.#workers.find((one) => one.name === name);
      if (worker !== undefined) worker.isDisabled = disabledMs !== null;
    }
  }

  get sinks(): readonly SinkState[] {
    return this.#workers.flatMap((worker) => {
      const counts = this.#counts.find(({ name }) => name === worker.name);
      return counts === undefined ? [] : [{ ...counts, ...worker.standing, sink: worker.sink }];
    });
  }

  /** Dead letters that went to keep the bounds. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Puts the gauges right. */
  measure(): void {
    const { metrics } = this.#parts;
    metrics.clear('triad_outbox_pending');
    metrics.clear('triad_outbox_dead');
    for (const { name, waiting, dead } of this.sinks) {
      metrics.set('triad_outbox_pending', waiting, [name]);
      metrics.set('triad_outbox_dead', dead, [name]);
    }
    metrics.set('triad_state_evictions_total', this.#dropped, ['outbox', 'capacity']);
  }

  get health(): PartHealth {
    const { sinks } = this;
    return {
      part: 'outbox',
      degraded: sinks.flatMap((sink) => [...stoppedOf(sink), ...deadLettersOf(sink)]),
      stopped: sinks.flatMap(stoppedOf),
      figures: {
        sinks: sinks.length,
        waiting: sum(sinks, 'waiting'),
        dead: sum(sinks, 'dead'),
        dropped: this.#dropped,
      },
    };
  }

  async #tick(): Promise<void> {
    const { state, nowMs } = this.#parts;
    if (this.#workers.length === 0) return;
    const shown = await state.call('tellShown', { nowMs: nowMs() });
    if (shown.kind === 'done' && shown.value.shown > 0) for (const worker of this.#workers) worker.wake();
    await this.look();
  }
}

/** Why a sink delivers nothing any more. */
function stoppedOf(sink: SinkState): readonly string[] {
  const { name, failures, lastWhy, waiting, oldestDueMs, disabledMs, disabledWhy } = sink;
  const since = oldestDueMs === null ? '' : `, the oldest of ${formatTime(oldestDueMs, 0)}`;
  const waits = waiting === 0 ? '' : `; ${waiting} message(s) wait${since}`;
  if (disabledMs !== null)
    return [`sink ${name} is dead since ${formatTime(disabledMs, 0)}: ${disabledWhy ?? ''}${waits}`];
  return failures < FAILING ? [] : [`sink ${name} takes no messages: ${lastWhy ?? ''}${waits}`];
}

function deadLettersOf({ name, dead }: SinkState): readonly string[] {
  return dead === 0 ? [] : [`${dead} message(s) for sink ${name} are dead letters (triad outbox list --state dead)`];
}

function sum(sinks: readonly SinkState[], of: 'waiting' | 'dead'): number {
  return sinks.reduce((total, sink) => total + sink[of], 0);
}
