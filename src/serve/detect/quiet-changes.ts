import { contentDigest, type IncidentParts, type KnownIncident } from '../../live/index.ts';

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
  readonly #told = new Map<string, Told>();

  /** The same parts; those that changed quietly a short while ago look as they were told. */
  settle(
    parts: readonly IncidentParts[],
    known: ReadonlyMap<string, KnownIncident>,
    nowMs: number,
    isFinal: boolean,
  ): readonly IncidentParts[] {
    return parts.map((one) => {
      const { id } = one.incident;
      const before = known.get(id);
      const core = coreOf(one);
      const told = this.#told.get(id);
      const isTold = before !== undefined && before.standing === 'told' && before.digest !== one.digest;
      if (isTold && !isFinal && told?.core === core && nowMs - told.toldMs < EVERY_MS) {
        return { ...one, digest: before.digest };
      }
      if (before?.digest !== one.digest || told === undefined) this.#told.set(id, { core, toldMs: nowMs });
      return one;
    });
  }

  forget(id: string): void {
    this.#told.delete(id);
  }
}

function coreOf({ incident, findings, subscriptions }: IncidentParts): string {
  const { gaps: _, next: __, ...rest } = incident;
  return contentDigest({ incident: rest, findings, subscriptions });
}
