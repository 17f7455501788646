import type { Event } from '../windows/index.ts';
import { canonicalAddress, isJoinable } from './address.ts';
import { FairTable } from './bounded.ts';

/** A group is one host: whatever one machine claims pushes out its own (L15). */
const LEASE_BOUNDS = { max: 65_536, quota: 256 };
/** Addresses whose holders are remembered by other than their own host's rows. */
const MAX_HOLDERS = 64;
const MINUTE_MS = 60_000;
/**
 * How far from a sight of a host at an address the address is still its own: within 15 minutes, else a day, else eight days,
 * which is how long a DHCP server of Windows leases by default. The nearest holders win (DOMAIN 2.2 #40).
 */
const NEAR_MS = 15 * MINUTE_MS;
const DAY_MS = 1440 * MINUTE_MS;
const REACHES_MS = [NEAR_MS, DAY_MS, 8 * DAY_MS];

/** A host at an address, from the first to the last record that shows it there, none of which is a day from the next. */
interface Lease {
  readonly host: string;
  readonly address: string;
  readonly firstMs: number;
  lastMs: number;
  /** The record that shows it first, and one of the last minute in which it was shown: detached. */
  readonly firstEvent: Event;
  lastEvent: Event;
}

/** How sure it is that a host had an address at a time, with the records that say so. */
export interface Holding {
  /** Strong between records that show it there and within 15 minutes of one, else weak (DOMAIN 2.2 #40). */
  readonly strength: 'strong' | 'weak';
  /** From the record to the time, milliseconds, negative where it is later; undefined between records. */
  readonly agoMs: number | undefined;
  readonly events: readonly Event[];
}

/**
 * Which host had which address when: learned from a host's own end of its connections, and from logons and tickets of
 * machine accounts (DOMAIN 2.2 #40). Loopback, link-local and absent addresses name nobody (L10).
 */
export class AddressBook {
  readonly #leases = new FairTable<Lease>({ ...LEASE_BOUNDS, onEvict: (lease) => this.#unlink(lease) });
  readonly #byAddress = new Map<string, Lease[]>();
  #count = 0;

  get evicted(): number {
    return this.#leases.evicted;
  }

  /** A record shows the host at this address, in canonical form. */
  learn(host: string, address: string, ms: number, event: Event): void {
    const current = this.#leases.get(host, address);
    // What is known is joinable.
    if (current === undefined && (host === '' || host === address || !isJoinable(address))) return;
    const holders = this.#byAddress.get(address);
    if (current !== undefined) {
      const isTaken = holders?.some((other) => other.host !== host && other.lastMs > current.lastMs) === true;
      const isLeft = ms - current.lastMs > DAY_MS;
      if ((!isTaken && !isLeft) || ms <= current.lastMs) {
        if (ms - current.lastEvent.timeMs >= MINUTE_MS) current.lastEvent = event.detach();
        current.lastMs = Math.max(current.lastMs, ms);
        return;
      }
      // Another machine had it in between, or nobody was seen there for a day: the earlier span stays as it is.
      this.#leases.delete(host, address);
      this.#leases.set(host, `${address}\u0000${this.#count++}`, current);
    }
    const owned = event.detach();
    const lease: Lease = { host, address, firstMs: ms, lastMs: ms, firstEvent: owned, lastEvent: owned };
    this.#leases.set(host, address, lease);
    if (holders === undefined) this.#byAddress.set(address, [lease]);
    else {
      if (holders.length >= MAX_HOLDERS) holders.shift();
      holders.push(lease);
    }
  }

  /**
   * Learns from a logon (4624) or ticket (4768, 4769) of a machine account `NAME$`. `keyOf` gives the host key of a name in a
   * domain, undefined where it cannot be told.
   */
  learnMachine(event: Event, keyOf: (name: string, domain: string | undefined) => string | undefined): void {
    const stated = event.get('TargetUserName');
    // Most are people's: nothing is cut for them.
    if (stated?.includes('$') !== true) return;
    const name = stated.split('@')[0];
    if (name === undefined || name.length < 2 || !name.endsWith('$')) return;
    const address = canonicalAddress(event.get('IpAddress'));
    if (address === undefined) return;
    const host = keyOf(name.slice(0, -1), event.get('TargetDomainName'));
    if (host !== undefined) this.learn(host, address, event.timeMs, event);
  }

  /** Host keys that had the address at the time, sorted: several where it cannot be told which. */
  hostsAt(address: string, ms: number): readonly string[] {
    const holders = this.#byAddress.get(address);
    if (holders === undefined) return [];
    for (const reach of REACHES_MS) {
      const near = holders.filter(
        (lease) =>
          lease.firstMs - reach <= ms &&
          ms <= lease.lastMs + reach &&
          (reach === NEAR_MS || !this.#hasMoved(lease, ms)),
      );
      if (near.length > 0) return [...new Set(near.map(({ host }) => host))].sort();
    }
    return [];
  }

  /** The one host that had the address at the time. */
  hostAt(address: string, ms: number): string | undefined {
    const hosts = this.hostsAt(address, ms);
    return hosts.length === 1 ? hosts[0] : undefined;
  }

  /** What says that the host had the address at the time; undefined where `hostsAt` does not give it. */
  holdingOf(host: string, address: string, ms: number): Holding | undefined {
    if (!this.hostsAt(address, ms).includes(host)) return undefined;
    const distance = ({ firstMs, lastMs }: Lease): number => Math.max(firstMs - ms, ms - lastMs, 0);
    const [nearest] = (this.#byAddress.get(address) ?? [])
      .filter((lease) => lease.host === host)
      .sort((a, b) => distance(a) - distance(b) || a.firstMs - b.firstMs);
    if (nearest === undefined) return undefined;
    const { firstEvent, lastEvent } = nearest;
    const strength = distance(nearest) <= NEAR_MS ? 'strong' : 'weak';
    if (firstEvent.timeMs <= ms && ms <= lastEvent.timeMs && firstEvent !== lastEvent)
      return { strength, agoMs: undefined, events: [firstEvent, lastEvent] };
    const event = ms < firstEvent.timeMs ? firstEvent : lastEvent;
    return { strength, agoMs: ms - event.timeMs, events: [event] };
  }

  /** True when some record shows the host at this address, at any time. */
  isOf(host: string, address: string): boolean {
    return host === address || this.#leases.get(host, address) !== undefined;
  }

  /** True when the host had the address at the time, alone or as one of several. */
  isOfAt(host: string, address: string, ms: number): boolean {
    return host === address || this.hostsAt(address, ms).includes(host);
  }

  /** The addresses that the host had at the time, alone or as one of several, sorted. */
  addressesAt(host: string, ms: number): readonly string[] {
    return this.addressesOf(host).filter((address) => this.isOfAt(host, address, ms));
  }

  /** Every address at which the host was seen, sorted. */
  addressesOf(host: string): readonly string[] {
    return [...new Set([...this.#leases.valuesOf(host)].map(({ address }) => address))].sort();
  }

  /** True where the host was seen to change between this address and another one of its kind, and the time is on the other side. */
  #hasMoved({ host, address, firstMs, lastMs }: Lease, ms: number): boolean {
    for (const other of this.#leases.valuesOf(host)) {
      if (other.address === address || other.address.includes(':') !== address.includes(':')) continue;
      if (ms > lastMs && other.firstMs > lastMs && other.firstMs <= ms) return true;
      if (ms < firstMs && other.lastMs < firstMs && other.lastMs >= ms) return true;
    }
    return false;
  }

  #unlink(lease: Lease): void {
    const rest = this.#byAddress.get(lease.address)?.filter((other) => other !== lease) ?? [];
    if (rest.length === 0) this.#byAddress.delete(lease.address);
    else this.#byAddress.set(lease.address, rest);
  }
}
