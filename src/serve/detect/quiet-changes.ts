import type { IncidentParts, KnownIncident } from '../../live/index.ts';

/** Between two versions that differ only in what could not be seen. */
const EVERY_MS = 600_000;

interface Told {
  readonly core: string;
  readonly toldMs: number;
}

/**
 * What could not be seen (gaps, and the steps that count them) changes with every host that starts to send: such changes wait for ten
 * minutes, or for one of the findings, so that people and sinks are not told of each.
 */
export class QuietChanges {
  #told = new Map<string, Told>();
  #dueMs: number | undefined;

  /** When the first change that waits is to be told; undefined where none does. */
  get dueMs(): number | undefined {
    return this.#dueMs;
  }

  /** The same parts; those that changed quietly a short while ago look as they were told. */
  settle(
    parts: readonly IncidentParts[],
    known: ReadonlyMap<string, KnownIncident>,
    nowMs: number,
    isFinal: boolean,
  ): readonly IncidentParts[] {
    const before = this.#told;
    this.#told = new Map();
    this.#dueMs = undefined;
    return parts.map((one) => {
      const { core } = one;
      const { id } = one.incident;
      const told = before.get(id);
      const was = known.get(id);
      const isQuiet = was?.standing === 'told' && was.digest !== one.digest && told?.core === core;
      if (isQuiet && !isFinal && nowMs - told.toldMs < EVERY_MS) {
        this.#told.set(id, told);
        this.#dueMs = Math.min(this.#dueMs ?? Number.POSITIVE_INFINITY, told.toldMs + EVERY_MS);
        return { ...one, digest: was.digest };
      }
      this.#told.set(id, told !== undefined && was?.digest === one.digest ? told : { core, toldMs: nowMs });
      return one;
    });
  }
}
