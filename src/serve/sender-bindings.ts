import { type Sender, speaksFor } from '../accounts/index.ts';
import type { TextAnswer } from '../intake/index.ts';
import type { State } from '../state/index.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** How long what the state says of a sender is believed, and how many are remembered. */
const REMEMBER_MS = 60_000;
const MAX_REMEMBERED = 10_000;
/** Senders that are told of one by one. */
const MAX_TOLD = 100;

interface Remembered {
  readonly sender: Sender | undefined;
  readonly untilMs: number;
}

/** Counts events of senders that spoke for hosts that they are not bound to (L18). */
export class SenderBindings {
  readonly #state: State;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  readonly #remembered = new Map<string, Remembered>();
  readonly #mismatched = new Map<string, number>();

  constructor(state: State, log: Log, metrics: Metrics, nowMs: () => number) {
    this.#state = state;
    this.#log = log;
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** Looks at the hosts of a batch. */
  async look(id: string, { coverage }: TextAnswer): Promise<void> {
    const sender = await this.#find(id);
    if (sender === undefined || sender.hosts.length === 0) return;
    const foreign = coverage.filter(({ computer }) => !speaksFor(sender, computer));
    if (foreign.length === 0) return;
    const events = foreign.reduce((sum, { count }) => sum + count, 0);
    this.#metrics.count('triad_host_not_bound_events_total', [], events);
    const known = this.#mismatched.get(id);
    if (known === undefined && this.#mismatched.size >= MAX_TOLD) return;
    if (known === undefined) this.#log.warn('host not bound', { sender: id, computer: foreign[0]?.computer, events });
    this.#mismatched.set(id, (known ?? 0) + events);
  }

  /** What a person should look at, in sentences. */
  get degraded(): readonly string[] {
    return [...this.#mismatched].map(
      ([id, events]) =>
        `sender ${id} spoke ${events} time(s) for hosts that it is not bound to: a wrong pattern, or a forged host`,
    );
  }

  async #find(id: string): Promise<Sender | undefined> {
    const nowMs = this.#nowMs();
    const known = this.#remembered.get(id);
    if (known !== undefined && nowMs < known.untilMs) return known.sender;
    const found = await this.#state.call('findSender', { id });
    const sender = found.kind === 'done' ? (found.value ?? undefined) : known?.sender;
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(id, { sender, untilMs: nowMs + REMEMBER_MS });
    return sender;
  }
}
