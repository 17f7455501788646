import type { HostTable } from '../entities/index.ts';
import { type CoverageCount, compareInstants, type Instant, ZEEK } from '../windows/index.ts';
import type { Need } from './sources-of-sight.ts';

/** One channel of one host over all its files: ids that occur, first and last plausible time, misdated records. */
interface ChannelSight {
  readonly ids: Set<number>;
  first: Instant | undefined;
  last: Instant | undefined;
  misdated: number;
}

/** Channels by host, folded from the counters of every file. */
export class Sight {
  readonly #hosts = new Map<string, Map<string, ChannelSight>>();
  /** Hosts of which a log is whole: no export, whose first and last records say nothing of the log (SETTLED C13). */
  readonly #whole = new Set<string>();
  /** Ids that occur on any host, by channel. */
  readonly #anywhere = new Map<string, Set<number>>();

  static from(counts: readonly CoverageCount[], hosts: HostTable): Sight {
    const sight = new Sight();
    sight.learn(counts, hosts);
    return sight;
  }

  learn(counts: readonly CoverageCount[], hosts: HostTable): void {
    for (const count of counts) {
      if (isOfMachine(count)) this.#add(hosts.keyOf(count.computer), count);
    }
  }

  #add(host: string, count: CoverageCount): void {
    let channels = this.#hosts.get(host);
    if (channels === undefined) {
      channels = new Map();
      this.#hosts.set(host, channels);
    }
    const key = count.channel.toLowerCase();
    let channel = channels.get(key);
    if (channel === undefined) {
      channel = { ids: new Set(), first: undefined, last: undefined, misdated: 0 };
      channels.set(key, channel);
    }
    channel.ids.add(count.eventId);
    const anywhere = this.#anywhere.get(key) ?? new Set<number>();
    this.#anywhere.set(key, anywhere);
    anywhere.add(count.eventId);
    if (count.halfHours !== undefined) this.#whole.add(host);
    channel.misdated += count.misdated;
    if (count.recordClass !== 'live' && count.recordClass !== 'afterDamage') return;
    if (count.first !== undefined && (channel.first === undefined || compareInstants(count.first, channel.first) < 0)) {
      channel.first = count.first;
    }
    if (count.last !== undefined && (channel.last === undefined || compareInstants(count.last, channel.last) > 0)) {
      channel.last = count.last;
    }
  }

  /** True where any host is known. */
  get knowsAny(): boolean {
    return this.#hosts.size > 0;
  }

  knows(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** Host keys, sorted. */
  hosts(): readonly string[] {
    return [...this.#hosts.keys()].sort();
  }

  channel(host: string, key: string): ChannelSight | undefined {
    return this.#hosts.get(host)?.get(key);
  }

  /** True when one of the need's channel and id pairs occurs on the host. */
  has(host: string, need: Need): boolean {
    return need.any.some(
      ({ channel, eventId }) => this.channel(host, channel.toLowerCase())?.ids.has(eventId) === true,
    );
  }

  /** The same of any host. */
  hasAnywhere(need: Need): boolean {
    return need.any.some(({ channel, eventId }) => this.#anywhere.get(channel.toLowerCase())?.has(eventId) === true);
  }

  get hasAnyWholeLog(): boolean {
    return this.#whole.size > 0;
  }

  hasWholeLog(host: string): boolean {
    return this.#whole.has(host);
  }

  /** Records dated before 2000 or after the run. */
  misdated(host: string): number {
    let sum = 0;
    for (const channel of this.#hosts.get(host)?.values() ?? []) sum += channel.misdated;
    return sum;
  }
}

const ADDRESS = /^(?:[\d.]{7,15}|[\da-f:.]*:[\da-f:.]*)$/i;

/**
 * Whether a machine is spoken of whose own logs could be missed: a network sensor, and what it saw of no machine, are none; an
 * address that was called is one.
 */
function isOfMachine(count: CoverageCount): boolean {
  return count.provider !== ZEEK || ADDRESS.test(count.computer);
}
