import { channelKey, type Event } from '../windows/index.ts';

/** Which records somebody follows: ids by channel key; `all` of a channel whose records have no id (Zeek). */
export type Takes = Readonly<Record<string, readonly number[] | 'all'>>;

/** Somebody who follows records. */
export interface Taker {
  readonly takes: Takes;
  /** Takes the next record of those in order of time; it need not outlive the call. */
  accept(host: string, event: Event): void;
}

interface Channel {
  readonly byId: ReadonlyMap<number, readonly Taker[]>;
  /** Of every other id. */
  readonly all: readonly Taker[];
}

const NOBODY: readonly Taker[] = [];

/**
 * Who takes which record: two look-ups instead of a question to each of ten takers ([M] 2.4 us a record that none of them
 * takes, 0.1 us so). Takers are told in their own order.
 */
export class Routes {
  readonly #byChannel = new Map<string, Channel>();

  constructor(takers: readonly Taker[]) {
    for (const channel of new Set(takers.flatMap(({ takes }) => Object.keys(takes)))) {
      const all = takers.filter(({ takes }) => takes[channel] === 'all');
      const ids = new Set(takers.flatMap(({ takes }) => (takes[channel] === 'all' ? [] : (takes[channel] ?? []))));
      const takersOf = (id: number): readonly Taker[] =>
        takers.filter(({ takes }) => takes[channel] === 'all' || takes[channel]?.includes(id) === true);
      this.#byChannel.set(channel, { byId: new Map([...ids].map((id) => [id, takersOf(id)])), all });
    }
  }

  accept(host: string, event: Event): void {
    for (const taker of this.#takersOf(event)) taker.accept(host, event);
  }

  #takersOf(event: Event): readonly Taker[] {
    const channel = this.#byChannel.get(channelKey(event));
    return channel?.byId.get(event.eventId) ?? channel?.all ?? NOBODY;
  }
}
