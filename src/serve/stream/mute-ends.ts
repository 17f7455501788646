import type { EndedByTime, State } from '../../state/index.ts';

/** Looks which suppressions ended by their time since the last look: nothing else says so. */
export class MuteEnds {
  readonly #state: State;
  readonly #nowMs: () => number;
  #lookedMs: number;
  #isLooking = false;

  constructor(state: State, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#lookedMs = nowMs();
  }

  /** Undefined where none ended. One look at a time: a second one meanwhile finds nothing, and the next one what it would have found. */
  async look(): Promise<EndedByTime | undefined> {
    const nowMs = this.#nowMs();
    // A clock that was put back looks again from where it is: a suppression ends once more, which changes nothing.
    if (this.#isLooking || nowMs === this.#lookedMs) return undefined;
    this.#isLooking = true;
    try {
      const afterMs = Math.min(this.#lookedMs, nowMs);
      const found = await this.#state.call('endedByTime', { afterMs, nowMs });
      if (found.kind === 'refused') return undefined;
      this.#lookedMs = nowMs;
      return found.value.ended.length === 0 ? undefined : found.value;
    } finally {
      this.#isLooking = false;
    }
  }
}
