import type { ClockStretch, SettledClock } from '../shapes/index.ts';

/** Computers of one source whose clocks are told apart, and differences that are counted of each clock (L15). */
const MAX_COMPUTERS = 1024;
const MAX_DIFFERENCES = 64;
/** As many events of one difference tell a clock; fewer do where there is nothing else (as in one text). */
const EVENTS_OF_A_CLOCK = 3;

interface Difference {
  events: number;
  newestMs: number;
}

type DifferencesImage = readonly (readonly [number, Readonly<Difference>])[];

export interface SenderClocksImage {
  readonly sources: readonly {
    readonly number: number;
    readonly source: DifferencesImage;
    readonly computers: readonly (readonly [string, DifferencesImage])[];
    readonly received: readonly (readonly [number, number])[];
  }[];
}

/** How far ahead of UTC stated times were, in all batches of a source. */
class Differences {
  readonly #seen: Map<number, Difference>;

  constructor(image: DifferencesImage = []) {
    this.#seen = new Map(image.map(([aheadMs, difference]) => [aheadMs, { ...difference }]));
  }

  image(): DifferencesImage {
    return [...this.#seen];
  }

  add(aheadMs: number, events: number, newestMs: number): void {
    const known = this.#seen.get(aheadMs);
    if (known !== undefined) {
      known.events += events;
      known.newestMs = Math.max(known.newestMs, newestMs);
    } else if (this.#seen.size < MAX_DIFFERENCES) this.#seen.set(aheadMs, { events, newestMs });
  }

  /** The newest that enough events show, as one stretch; none where `isLone` ones do not count. */
  told(isLone: boolean): readonly ClockStretch[] {
    const sure = [...this.#seen].filter(([, { events }]) => events >= EVENTS_OF_A_CLOCK);
    const heard = sure.length > 0 || !isLone ? sure : [...this.#seen];
    const [newest] = heard.sort(([a, x], [b, y]) => y.newestMs - x.newestMs || y.events - x.events || a - b);
    return newest === undefined ? [] : [{ from: 0, aheadMs: newest[0], events: newest[1].events }];
  }
}

interface OfSource {
  readonly source: Differences;
  readonly computers: Map<string, Differences>;
  readonly received: Map<number, number>;
}

/**
 * What batches of a source told of its clock (SETTLED B8, B9). A file tells it as a whole; of what is sent in pieces, a piece without a
 * record that carries UTC takes it from those that had one, before or after it.
 */
export class SenderClocks {
  readonly #sources = new Map<number, OfSource>();

  image(): SenderClocksImage {
    const sources = [...this.#sources].map(([number, { source, computers, received }]) => ({
      number,
      source: source.image(),
      computers: [...computers].map(([computer, differences]) => [computer, differences.image()] as const),
      received: [...received],
    }));
    return { sources };
  }

  adopt({ sources }: SenderClocksImage): void {
    for (const { number, source, computers, received } of sources) {
      this.#sources.set(number, {
        source: new Differences(source),
        computers: new Map(computers.map(([computer, image]) => [computer, new Differences(image)])),
        received: new Map(received),
      });
    }
  }

  add(source: number, clock: SettledClock, newestMs: number): void {
    const { computers, source: stretches, receivedOffsetMinutes } = clock;
    if (computers.size === 0 && stretches.length === 0 && receivedOffsetMinutes === undefined) return;
    const known = this.#sources.get(source) ?? { source: new Differences(), computers: new Map(), received: new Map() };
    this.#sources.set(source, known);
    for (const { aheadMs, events } of stretches) known.source.add(aheadMs, events, newestMs);
    for (const [computer, ofComputer] of computers) {
      const differences = known.computers.get(computer) ?? new Differences();
      if (known.computers.size < MAX_COMPUTERS) known.computers.set(computer, differences);
      for (const { aheadMs, events } of ofComputer) differences.add(aheadMs, events, newestMs);
    }
    if (receivedOffsetMinutes === undefined) return;
    known.received.set(receivedOffsetMinutes, (known.received.get(receivedOffsetMinutes) ?? 0) + 1);
  }

  /** The clock of each of these sources, where it is known. */
  told(sources: Iterable<number>): ReadonlyMap<number, SettledClock> {
    const clocks = new Map<number, SettledClock>();
    for (const number of sources) {
      const known = this.#sources.get(number);
      if (known === undefined) continue;
      const computers = [...known.computers].flatMap(([computer, differences]) => {
        const stretches = differences.told(false);
        return stretches.length === 0 ? [] : [[computer, stretches] as const];
      });
      const [received] = [...known.received].sort(([a, n], [b, m]) => m - n || a - b);
      clocks.set(number, {
        computers: new Map(computers),
        source: known.source.told(true),
        ...(received === undefined ? {} : { receivedOffsetMinutes: received[0] }),
      });
    }
    return clocks;
  }

  /** Gives sources other numbers: `numbers` by the one that they have. */
  renumberSources(numbers: readonly number[]): void {
    const before = [...this.#sources];
    this.#sources.clear();
    for (const [source, known] of before) this.#sources.set(numbers[source] ?? source, known);
  }
}
