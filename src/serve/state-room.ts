import type { IncidentRoom, State, StepResult } from '../state/index.ts';
import type { PartHealth } from './handlers/health.ts';
import type { Metrics } from './metrics.ts';

type Store = 'deadLetters' | 'incidents' | 'openIncidents' | 'found' | 'computers' | 'history';

const WORDS: Readonly<Record<Store, string>> = {
  deadLetters: 'dead letter(s) were let go of',
  incidents: 'closed, withdrawn or merged incident(s) were let go of',
  openIncidents: 'open incident(s) of at most medium level that nobody had opened or worked on were let go of',
  found: 'finding(s) and subscription(s) were let go of',
  computers: 'name(s) of computers were let go of',
  history: 'entries of full histories of incidents were left out',
};

const OVERFULL =
  'more incidents are held than the bounds allow, and none can go: the open ones are high or critical or somebody looked at them, and detection still tells the others; close some';
const MAKING_ROOM = 'more incidents are held than the bounds allow: up to 1,000 go with each commit';

/** So long it is told that something was let go of: until whoever looks once a day has seen it. */
const TOLD_MS = 86_400_000;

/** What the state let go of to keep its bounds since the start, and how full it is: counted, and told by the health (SERVE D8). */
export class StateRoom {
  readonly #state: Pick<State, 'call'>;
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  readonly #evicted = new Map<Store, { readonly count: number; readonly lastMs: number }>();
  #incidents: IncidentRoom | undefined;

  constructor(state: Pick<State, 'call'>, metrics: Metrics, nowMs: () => number) {
    this.#state = state;
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** Notes what a step cost. */
  committed(result: StepResult): void {
    const { dropped, droppedIncidents, droppedOpenIncidents, droppedFound, droppedComputers } = result;
    this.#note('deadLetters', dropped);
    this.#note('incidents', droppedIncidents.length - droppedOpenIncidents);
    this.#note('openIncidents', droppedOpenIncidents);
    this.#note('found', droppedFound);
    this.#note('computers', droppedComputers);
  }

  /** Asks how full it is; where the state cannot be asked, the last answer stays. */
  async look(): Promise<void> {
    const outcome = await this.#state.call('incidentRoom', null);
    if (outcome.kind === 'refused') return;
    // What was left out before this start was told then.
    const before = this.#incidents ?? outcome.value;
    this.#note('history', outcome.value.historyDropped - before.historyDropped);
    this.#incidents = outcome.value;
  }

  get health(): PartHealth {
    const sinceMs = this.#nowMs() - TOLD_MS;
    const lately = [...this.#evicted].filter(([, { lastMs }]) => lastMs > sinceMs);
    const { held, heldBytes, dropped, openDropped, historyDropped, isOverfull, isMakingRoom } = this.#incidents ?? {};
    return {
      part: 'state',
      degraded: [
        ...lately.map(([store, { count }]) => `${count} ${WORDS[store]} since the start, to keep the bounds`),
        ...(isOverfull === true ? [isMakingRoom === true ? MAKING_ROOM : OVERFULL] : []),
      ],
      figures: {
        incidents: held,
        incidentBytes: heldBytes,
        incidentsDropped: dropped,
        openIncidentsDropped: openDropped,
        historyDropped,
      },
    };
  }

  #note(store: Store, count: number): void {
    if (count <= 0) return;
    this.#metrics.count('triad_state_evictions_total', [store, 'capacity'], count);
    this.#evicted.set(store, { count: (this.#evicted.get(store)?.count ?? 0) + count, lastMs: this.#nowMs() });
  }
}
