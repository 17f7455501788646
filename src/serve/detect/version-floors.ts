import type { IncidentVerdict, IncidentWrite } from '../../state/index.ts';

/** Incidents that are remembered: more than these are not waited for at one time. */
const MOST = 10_000;

/**
 * Keeps versions going forward while detection has not heard yet that the state gave an incident a higher one than it told: of a final one the
 * caller may have forgotten the version, and of one that went and was told before it heard so it forgets that it was told.
 */
export class VersionFloors {
  readonly #floors = new Map<string, number>();

  /** The same writes, each with a version above what the state is known to hold where it has one of its own. */
  raised(writes: readonly IncidentWrite[]): readonly IncidentWrite[] {
    return writes.map((write) => {
      if (write.kind !== 'incident' && write.kind !== 'incidentWithdrawn') return write;
      const floor = this.#floors.get(write.id);
      return floor === undefined || write.version > floor ? write : { ...write, version: floor + 1 };
    });
  }

  /** Notes what became of writes that were committed. */
  note(writes: readonly IncidentWrite[], verdicts: readonly IncidentVerdict[]): void {
    const asked = new Map(writes.flatMap((write) => ('version' in write ? [[write.id, write.version] as const] : [])));
    for (const { id, verdict, version } of verdicts) {
      const told = asked.get(id);
      if (version === undefined || told === undefined) continue;
      const isAnew = verdict === 'new' && version > 1;
      if (version > told || isAnew || this.#floors.has(id)) this.#set(id, version);
    }
  }

  #set(id: string, version: number): void {
    this.#floors.delete(id);
    this.#floors.set(id, version);
    const oldest = this.#floors.keys().next().value;
    if (this.#floors.size > MOST && oldest !== undefined) this.#floors.delete(oldest);
  }
}
