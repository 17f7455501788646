import type { CallSource, Entities } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import type { Call } from './call.ts';

/** Joins calls at their targets with their sources (DOMAIN 2.3). Takes events in order of time, after `entities`. */
export class Joins {
  readonly #entities: Entities;

  constructor(entities: Entities) {
    this.#entities = entities;
  }

  accept(_event: Event): void {}

  /** Closes the windows of calls that no later event can reach. */
  settle(_nowMs: number): void {}

  /** Remembers a call until the end of the run: what leads to its source is pinned (L15). */
  open(_call: Call): void {}

  /** The sources of a call that was opened, best first; empty: "source unknown". */
  sourcesOf(_key: string): readonly CallSource[] {
    return [];
  }

  get evicted(): Readonly<Record<string, number>> {
    void this.#entities;
    return {};
  }
}
