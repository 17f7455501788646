import { setTimeout as delay } from 'node:timers/promises';
import type { Archive, FoundEntry } from '../../archive/index.ts';
import {
  type Decoded,
  decodeInThreads,
  type TextAnswer,
  type ThreadOptions,
  type UnitDecoders,
} from '../../intake/index.ts';
import { packEnvelope } from '../../receive/index.ts';
import type { ContextAsk } from '../detect/messages.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { readBatch } from '../read-batch.ts';
import type { SenderBindings, Way } from '../sender-bindings.ts';
import { envelopeOf, keptBatchOf } from '../take-kept.ts';

/** Events of the archive that a backlog is judged with. */
export interface ContextBatch {
  /** Where their batch lay in the journal. */
  readonly position: number;
  readonly way: Way;
  readonly decoded: Decoded<TextAnswer>;
  readonly arriveMs: number;
}

export interface BacklogContextParts {
  readonly archive: Archive;
  /** What events are worth by who sent them. */
  readonly bindings: Pick<SenderBindings, 'wayOf'>;
  /** How batches are read now. */
  readonly options: () => ThreadOptions;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly nowMs: () => number;
  readonly limits?: Partial<ContextLimits>;
  onBatch(batch: ContextBatch): void;
  /** All of an ask was given, as far as its bounds let it: so many bytes of events. */
  onAnswered(ask: number, bytes: number): void;
}

/** What one ask may bring. */
export interface ContextLimits {
  readonly events: number;
  readonly bytes: number;
}

const LIMITS: ContextLimits = { events: 50_000, bytes: 32 << 20 };
const PAGE = 1000;
/** A disk that hangs must not hold up what is judged: what comes later is taken all the same. */
const MOST_MS = 60_000;
/** So long after the last ask the thread that reads ends. */
const IDLE_MS = 10_000;
/** Numbers of packers above those of all other readers. */
const FIRST_PACKER = 2_000_000;

/**
 * Answers what detection asks of the archive for a backlog: what it holds of the same hosts around its events, read by a thread of its own, ask by ask. An answer
 * ends at its bounds, and what was left out is counted; without the archive a backlog is judged by itself.
 */
export class BacklogContext {
  readonly #parts: BacklogContextParts;
  readonly #limits: ContextLimits;
  readonly #stop = new AbortController();
  #last: Promise<void> = Promise.resolve();
  #decoders: UnitDecoders | undefined;
  #pools = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(parts: BacklogContextParts) {
    this.#parts = parts;
    this.#limits = { ...LIMITS, ...parts.limits };
  }

  ask(ask: ContextAsk): void {
    this.#last = this.#last.then(() => this.#answer(ask));
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#last;
    await this.#endThread();
  }

  async #answer(ask: ContextAsk): Promise<void> {
    if (this.#stop.signal.aborted) return;
    clearTimeout(this.#idle);
    const { log, metrics, onAnswered } = this.#parts;
    let bytes = 0;
    try {
      const late = delay(MOST_MS, undefined, { ref: false }).then(() => {
        throw new Error(`the archive gave no answer in ${MOST_MS / 1000} s`);
      });
      const found = await Promise.race([this.#found(ask), late]);
      bytes = found.bytes;
      metrics.count('triad_backlog_context_events_total', [], found.events);
      if (found.isCut) {
        metrics.count('triad_backlog_context_cut_total', []);
        log.warn('a backlog is judged with a part of what the archive has beside it', {
          hosts: ask.hosts.length,
          bytes,
        });
      }
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      metrics.count('triad_backlog_context_cut_total', []);
      if (!this.#stop.signal.aborted) log.error('what lies beside a backlog was not read', { message });
      await this.#endThread();
    }
    onAnswered(ask.ask, bytes);
    this.#idle = setTimeout(() => void this.#endThread(), IDLE_MS);
    this.#idle.unref();
  }

  /** Gives what lies beside a backlog, newest first, as far as there is room. */
  async #found({ hosts, fromMs, toMs, upTo, roomBytes }: ContextAsk): Promise<{
    readonly events: number;
    readonly bytes: number;
    readonly isCut: boolean;
  }> {
    const mostBytes = Math.min(this.#limits.bytes, roomBytes);
    let events = 0;
    let bytes = 0;
    const query = { hosts, from: { ms: fromMs, ticks: 0 }, to: { ms: toMs, ticks: 0 } };
    for await (const page of this.#parts.archive.search(query, { limit: PAGE, signal: this.#stop.signal })) {
      if (page.kind === 'refused') throw new Error(page.message);
      const wanted = page.entries.filter(({ position }) => position <= upTo);
      for (const batch of Map.groupBy(wanted, ({ position }) => position).values()) {
        const size = batch.reduce((sum, { raw }) => sum + raw.length, 0);
        if (events + batch.length > this.#limits.events || bytes + size > mostBytes)
          return { events, bytes, isCut: true };
        events += batch.length;
        bytes += size;
        await this.#give(batch);
      }
      // Senders are answered first.
      await delay(0);
    }
    return { events, bytes, isCut: false };
  }

  async #give(entries: readonly FoundEntry[]): Promise<void> {
    const batch = keptBatchOf(entries.toSorted((a, b) => a.item - b.item));
    const position = entries[0]?.position;
    if (batch === undefined || position === undefined) return;
    const { header, body } = envelopeOf(batch, this.#parts.nowMs());
    this.#decoders ??= this.#newThread();
    const packer = FIRST_PACKER + this.#pools;
    const read = await readBatch(position, Buffer.concat([...packEnvelope(header, body)]), this.#decoders);
    if ('problem' in read || read.decoded === undefined) return;
    const { answer } = read.decoded;
    const { sender, trust } = header;
    const way = await this.#parts.bindings.wayOf({ sender, trust, from: read.way, answer }, false);
    this.#parts.onBatch({
      position,
      way,
      decoded: { answer, packer },
      arriveMs: header.receivedMs,
    });
  }

  #newThread(): UnitDecoders {
    this.#pools++;
    return decodeInThreads(this.#parts.options(), 1);
  }

  async #endThread(): Promise<void> {
    clearTimeout(this.#idle);
    const open = this.#decoders;
    this.#decoders = undefined;
    await open?.close();
  }
}
