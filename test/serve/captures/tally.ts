import type { Compared, Load } from './sent-captures.ts';
import { nameOf, type Way } from './ways.ts';

/** What was compared, and what came of it. */
export class Tally {
  readonly wrong: string[] = [];
  readonly #left = new Map<string, number>();
  readonly #startMs = performance.now();
  #captures = 0;
  #servers = 0;
  #events = 0;
  #incidents = 0;

  /** Captures that went one way. */
  count(captures: number): void {
    this.#captures += captures;
  }

  add(way: Way, captures: string, loads: readonly Load[], { incidents, differs }: Compared): void {
    this.#servers++;
    this.#events += loads.reduce((sum, { events }) => sum + events.length, 0);
    this.#incidents += incidents;
    if (differs !== undefined) this.wrong.push(`${nameOf(way)}: ${captures}\n${differs}`);
  }

  /** Events that the shape of a way cannot carry. */
  leave(way: Way, reasons: ReadonlyMap<string, number>): void {
    for (const [reason, count] of reasons) {
      const key = `${nameOf(way)}: ${reason}`;
      this.#left.set(key, (this.#left.get(key) ?? 0) + count);
    }
  }

  summary(): string {
    const seconds = (performance.now() - this.#startMs) / 1000;
    return `${this.#captures} captures × shapes compared on ${this.#servers} servers, ${this.#events} events, ${this.#incidents} incidents, ${seconds.toFixed(0)} s`;
  }

  /** What shapes do not carry, with how many events that concerned. */
  losses(): readonly string[] {
    return [...this.#left].map(([key, count]) => `not carried by ${key}: ${count} events`);
  }
}
