import type { ClockOffset } from '../live/index.ts';

/** What the clock of a host differs by from another one's. */
export interface ClockAgainst {
  /** The other host, by its key; `zeek` for a sensor of Zeek. */
  readonly against: string;
  /** By how much the clock of the host is ahead, milliseconds; negative where it is behind. */
  readonly aheadMs: number;
  /** Half the range of the pairs, milliseconds. */
  readonly errorMs: number;
  /** Connections of which both told a time. */
  readonly pairs: number;
}

/** Of one host those of the most connections are told. */
const MOST_OF_HOST = 20;

/**
 * What clocks of hosts differ by, as the last look at all that is held told it (SETTLED C4). It is in memory alone: what is held is judged
 * anew after a start, and tells it again.
 */
export class HostClocks {
  #byHost: ReadonlyMap<string, readonly ClockAgainst[]> | undefined;

  /** Takes what a look told; one that looked for none tells nothing. */
  note(offsets: readonly ClockOffset[] | undefined): void {
    if (offsets === undefined) return;
    const each = offsets.flatMap(({ a, b, offsetMs, errorMs, pairs }) => [
      { host: a, told: { against: b, aheadMs: 0 - offsetMs, errorMs, pairs } },
      { host: b, told: { against: a, aheadMs: offsetMs, errorMs, pairs } },
    ]);
    this.#byHost = new Map(
      [...Map.groupBy(each, ({ host }) => host)].map(([host, own]) => [
        host,
        own
          .map(({ told }) => told)
          .sort((x, y) => y.pairs - x.pairs || (x.against < y.against ? -1 : 1))
          .slice(0, MOST_OF_HOST),
      ]),
    );
  }

  /** Of a host by its key, most connections first, at most 20; empty where no clock can be compared, undefined before the first look. */
  of(host: string): readonly ClockAgainst[] | undefined {
    return this.#byHost === undefined ? undefined : (this.#byHost.get(host) ?? []);
  }
}
