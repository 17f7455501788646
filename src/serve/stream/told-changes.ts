import type { IncidentVerdict, QueueClock, State, Step, StepResult, TellingPayload } from '../../state/index.ts';
import { queueValues } from '../handlers/incident-row.ts';
import type { ChangeType } from './change-ring.ts';
import type { StreamHub } from './stream-hub.ts';

/** More changes of one step than are told one by one. */
const MOST_AT_ONCE = 5000;
/** Most incidents that are asked for at once. */
const MOST_ROWS = 500;

export interface ToldParts {
  /** By what rows tell what is due and hidden. */
  clock(): QueueClock;
  onTrouble(message: string): void;
}

/**
 * Says to the stream what was committed and what people did, in that order. Rows of incidents are read as they are by then, so a
 * reader never sees an older one behind a newer.
 */
export class ToldChanges {
  readonly #state: State;
  readonly #hub: StreamHub;
  readonly #clock: () => QueueClock;
  readonly #onTrouble: (message: string) => void;
  #queue: Promise<void> = Promise.resolve();

  constructor(state: State, hub: StreamHub, { clock, onTrouble }: ToldParts) {
    this.#state = state;
    this.#hub = hub;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** A step that was committed, and what the state made of it. */
  committed(step: Step, { incidents, droppedIncidents, found, hosts }: StepResult): void {
    const changed = incidents.filter(({ verdict }) => verdict !== 'known' && verdict !== 'unknown');
    const facts = found.filter(({ verdict }) => verdict !== 'known' && verdict !== 'unknown');
    const count = changed.length + droppedIncidents.length + facts.length + hosts.length;
    if (count === 0) return;
    if (count > MOST_AT_ONCE) {
      this.#then(async () => this.#hub.miss(count));
      return;
    }
    const rows = new Map(
      step.writes.flatMap((write) => (write.kind === 'found' ? [[`${write.of} ${write.id}`, write]] : [])),
    );
    const told = facts.map(({ of, id, verdict, version }): readonly [ChangeType, string] => {
      const write = rows.get(`${of} ${id}`);
      const head = JSON.stringify({
        id,
        version,
        change: verdict,
        ...(write === undefined ? {} : { incident: write.incident }),
      });
      return [of, write === undefined ? head : `${head.slice(0, -1)},"row":${write.row}}`];
    });
    this.#then(async () => {
      await this.#tellIncidents(mostTelling(changed));
      for (const id of droppedIncidents) this.#hub.publish('incident', JSON.stringify({ id, change: 'dropped' }));
      for (const [type, data] of told) this.#hub.publish(type, data);
      for (const { key, verdict } of hosts) this.#hub.publish('host', JSON.stringify({ key, change: verdict }));
    });
  }

  /** A person did something to an incident. */
  acted(id: string): void {
    this.#then(() => this.#tellIncidents(new Map([[id, 'acted']])));
  }

  /** Incidents that were hidden show again. */
  shown(ids: readonly string[]): void {
    if (ids.length > MOST_AT_ONCE) this.#then(async () => this.#hub.miss(ids.length));
    else this.#then(() => this.#tellIncidents(new Map(ids.map((id) => [id, 'shown']))));
  }

  /** Waits until all that was said so far stands in the stream. */
  settled(): Promise<void> {
    return this.#queue;
  }

  #then(work: () => Promise<void>): void {
    this.#queue = this.#queue.then(work).catch((cause: unknown) => {
      this.#onTrouble(cause instanceof Error ? cause.message : String(cause));
      // What could not be said is a hole: readers look at everything anew.
      this.#hub.miss(1);
    });
  }

  async #tellIncidents(changes: ReadonlyMap<string, string>): Promise<void> {
    const ids = [...changes.keys()];
    for (let at = 0; at < ids.length; at += MOST_ROWS) {
      const asked = { ids: ids.slice(at, at + MOST_ROWS), ...this.#clock() };
      const [outcome, payloads] = await Promise.all([
        this.#state.call('incidentRows', asked),
        this.#state.call('incidentPayloads', asked),
      ]);
      if (outcome.kind === 'refused') throw new Error(outcome.message);
      if (payloads.kind === 'refused') throw new Error(payloads.message);
      const rows = new Map(outcome.value.map((one) => [one.row.id, one]));
      for (const id of ids.slice(at, at + MOST_ROWS)) {
        const found = rows.get(id);
        const { version, revision } = found?.row ?? {};
        const mergedInto = found?.mergedInto ?? undefined;
        const dataWith = (payload: TellingPayload | undefined): string => {
          const row = found === undefined ? undefined : queueValues(found.row, payload);
          return JSON.stringify({ id, change: changes.get(id), version, revision, mergedInto, row });
        };
        this.#hub.publish('incident', dataWith(payloads.value.get(id)), dataWith(undefined));
      }
    }
  }
}

/** Of what one step made of an incident, the one that says most: what calls somebody before what only changes it. */
const TELLING: readonly string[] = 'merged withdrawn new reopened shown raised final changed'.split(' ');

function mostTelling(verdicts: StepResult['incidents']): ReadonlyMap<string, string> {
  const found = new Map<string, IncidentVerdict['verdict']>();
  for (const { id, verdict } of verdicts) {
    const known = found.get(id);
    if (known === undefined || TELLING.indexOf(verdict) < TELLING.indexOf(known)) found.set(id, verdict);
  }
  return found;
}
