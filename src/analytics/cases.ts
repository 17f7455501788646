import { type Event, heldBytesOf } from '../windows/index.ts';
import type { ProcessCase } from './process-case.ts';

/** Processes of one run that wait for judgement; each holds its records (L15). */
const MAX_CASES = 20_000;
const MAX_CASES_OF_HOST = 5000;
const MAX_BYTES = 64 << 20;
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

/** Bytes of the records that a case holds. */
function bytesOf(process: ProcessCase): number {
  const children = process.children.flatMap((child) => child.events);
  return [...process.events, ...children].reduce((sum, event) => sum + heldBytesOf(event), 256);
}

/** The processes that WMI started, by host; of a flood the lightest and latest are let go, counted. */
export class Cases {
  readonly #byHost = new Map<string, ProcessCase[]>();
  #size = 0;
  #bytes = 0;
  #evicted = 0;

  get evicted(): number {
    return this.#evicted;
  }

  add(process: ProcessCase): void {
    const cases = this.#byHost.get(process.host);
    if (cases === undefined) this.#byHost.set(process.host, [process]);
    else cases.push(process);
    this.#size++;
    this.#bytes += bytesOf(process);
    if (cases !== undefined && cases.length > MAX_CASES_OF_HOST) this.#release(cases);
    else if (this.#size > MAX_CASES) this.#release(this.#largest());
    while (this.#bytes > MAX_BYTES && this.#size > 1) this.#release(this.#largest());
  }

  /** Counts what a case has taken up: the records of a script host's child. */
  grew(host: string, events: readonly Event[]): void {
    this.#bytes += events.reduce((sum, event) => sum + heldBytesOf(event), 0);
    const cases = this.#byHost.get(host);
    while (this.#bytes > MAX_BYTES && cases !== undefined && cases.length > 1) this.#release(cases);
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
    for (const at of released) {
      const process = cases[at];
      if (process === undefined) continue;
      this.#bytes -= bytesOf(process);
      process.children.length = 0;
      process.isReleased = true;
    }
    this.#evicted += cases.length - kept.length;
    cases.splice(0, cases.length, ...kept);
  }
}
