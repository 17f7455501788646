import type { State } from '../../state/index.ts';
import type { PartHealth } from '../handlers/health.ts';

/** One-time passwords that were given out long ago and never changed: whoever saw one can still take up its account. */
export class GivenPasswords {
  readonly #state: Pick<State, 'call'>;
  readonly #nowMs: () => number;
  #count = 0;

  constructor(state: Pick<State, 'call'>, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Counts them; where the state cannot be asked, the last count stays. */
  async look(): Promise<void> {
    const found = await this.#state.call('givenLongAgo', { nowMs: this.#nowMs() });
    if (found.kind === 'done') this.#count = found.value.count;
  }

  get health(): PartHealth {
    // A figure alone: nothing that a server does is the worse for it. The doctor says whose they are.
    return { part: 'people', degraded: [], figures: { givenPasswords: this.#count } };
  }
}
