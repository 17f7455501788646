import type { Event } from '../windows/index.ts';
import { canonicalAddress, isJoinable } from './address.ts';
import { type DatedRow, DatedRows } from './dated-rows.ts';
import { guidOf, textOf } from './field-values.ts';

/** A cached ticket is used for ten hours (J6); a group is one client address at one domain controller. */
const BOUNDS = { max: 32_768, quota: 1024, maxBytes: 32 << 20, keptMs: 36_000_000 + 900_000 };

/** One 4769: a ticket that an account got for a machine. `host` is the domain controller. */
export interface ServiceTicket extends DatedRow {
  /** As the record writes it: `name@REALM`. */
  readonly account: string;
  /** Host key of the machine that it is for. */
  readonly service: string;
  /** Canonical; undefined where it names no machine: loopback, link-local. */
  readonly address: string | undefined;
  readonly guid: string | undefined;
}

/** Tickets for machines (4769): J5, J6. */
export class Tickets {
  readonly #rows = new DatedRows(BOUNDS, {
    service: (row: ServiceTicket) => row.service,
    guid: ({ guid }) => guid,
  });
  readonly #hostOf: (name: string) => string;

  constructor(hostOf: (name: string) => string) {
    this.#hostOf = hostOf;
  }

  get evicted(): number {
    return this.#rows.evicted;
  }

  accept(host: string, event: Event): void {
    const account = textOf(event, 'TargetUserName');
    const service = textOf(event, 'ServiceName');
    if (account === undefined || service === undefined || !service.endsWith('$')) return;
    const address = canonicalAddress(event.get('IpAddress'));
    this.#rows.add(`${host}\u0000${address ?? '-'}`, {
      host,
      timeMs: event.timeMs,
      timeTicks: event.timeTicks,
      event: event.detach(),
      account,
      service: this.#hostOf(service.slice(0, -1)),
      address: address !== undefined && isJoinable(address) ? address : undefined,
      guid: guidOf(event.get('LogonGuid')),
    });
  }

  /** For this machine, in the window, in order of time. */
  forService(service: string, fromMs: number, toMs: number): readonly ServiceTicket[] {
    return this.#rows.of('service', service, fromMs, toMs);
  }

  withGuid(guid: string): readonly ServiceTicket[] {
    return this.#rows.of('guid', guid);
  }

  expire(nowMs: number): void {
    this.#rows.expire(nowMs);
  }
}
