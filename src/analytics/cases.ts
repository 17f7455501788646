import type { ProcessCase } from './process-case.ts';

/** Processes of one run that wait for judgement; each holds its records (L15). */
const MAX_CASES = 20_000;
const MAX_CASES_OF_HOST = 5000;
const RELEASED_SHARE = 8;

/** How much a case is worth keeping when there are too many: what is excluded or unlisted goes first. */
export function weightOf(process: ProcessCase): number {
  if (process.kind === 'scriptHost') return 100;
  if (process.exclusion !== undefined) return 0;
  const features = process.features.reduce((sum, feature) => sum + feature.points, 0);
  return (
    (process.programClass === undefined ? 10 : 40) +
    (process.caller?.candidate === undefined ? 0 : 25) +
    Math.min(40, features)
  );
}

/** The processes that WMI started, by host; of a flood the lightest and latest are let go, counted. */
export class Cases {
  readonly #byHost = new Map<string, ProcessCase[]>();
  #size = 0;
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  add(process: ProcessCase): void {
    const cases = this.#byHost.get(process.host);
    if (cases === undefined) this.#byHost.set(process.host, [process]);
    else cases.push(process);
    this.#size++;
    if (cases !== undefined && cases.length > MAX_CASES_OF_HOST) this.#release(cases);
    else if (this.#size > MAX_CASES) this.#release(this.#largest());
  }

  /** Every kept case, in order of time within each host. */
  *all(): Iterable<ProcessCase> {
    for (const cases of this.#byHost.values()) yield* cases;
  }

  #largest(): ProcessCase[] {
    let largest: ProcessCase[] = [];
    for (const cases of this.#byHost.values()) if (cases.length > largest.length) largest = cases;
    return largest;
  }

  #release(cases: ProcessCase[]): void {
    const order = cases
      .map((process, at) => ({ at, weight: weightOf(process) }))
      .sort((a, b) => a.weight - b.weight || b.at - a.at);
    const released = new Set(
      order.slice(0, Math.max(1, Math.floor(cases.length / RELEASED_SHARE))).map((row) => row.at),
    );
    const kept = cases.filter((_process, at) => !released.has(at));
    this.#size -= cases.length - kept.length;
    this.#evicted += cases.length - kept.length;
    cases.splice(0, cases.length, ...kept);
  }
}
