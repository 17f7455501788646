import type { Event } from '../windows/index.ts';
import { canonicalAddress } from './address.ts';
import { FairTable } from './bounded.ts';
import { numberOf, spreadOf, sysmonText, textOf } from './field-values.ts';

/** A group is one process of one host. */
const BOUNDS = { max: 16_384, quota: 64 };
/** A look-up precedes its connection by seconds (J9); two clocks are not involved. */
const KEPT_MS = 1_800_000;
const SWEEP_MS = 900_000;
/** Sysmon stamps it after the fact, as it does a connection (SETTLED C1). */
const LAG_MS = 3000;
const MAX_ADDRESSES = 16;

/** A Sysmon 22: a process asked for a name. */
export interface NameLookup {
  readonly host: string;
  readonly processGuid: string;
  readonly pid?: number;
  readonly image?: string;
  /** Lower case, without the dot at its end. */
  readonly name: string;
  readonly addresses: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Detached. */
  readonly event: Event;
}

/** Names that processes looked up: what names the target of a connection (J9). */
export class NameLookups {
  readonly #rows = new FairTable<NameLookup>(BOUNDS);
  #count = 0;
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  get evicted(): number {
    return this.#rows.evicted;
  }

  /** Takes in a Sysmon 22. */
  accept(host: string, event: Event): void {
    if (event.timeMs >= this.#nextSweepMs) {
      this.#nextSweepMs = event.timeMs + SWEEP_MS;
      this.#rows.expireOldest(({ toMs }) => toMs + KEPT_MS < event.timeMs);
    }
    const processGuid = textOf(event, 'ProcessGuid')?.toLowerCase();
    const name = sysmonText(event, 'QueryName')?.toLowerCase().replace(/\.$/, '');
    if (processGuid === undefined || name === undefined) return;
    const pid = numberOf(event.get('ProcessId'));
    const image = sysmonText(event, 'Image');
    this.#rows.set(`${host}\u0000${processGuid}`, String(this.#count++), {
      host,
      processGuid,
      ...(pid === undefined ? {} : { pid }),
      ...(image === undefined || image === '<unknown process>' ? {} : { image }),
      name,
      addresses: addressesIn(event.get('QueryResults') ?? ''),
      fromMs: event.createdMs - LAG_MS,
      toMs: event.createdMs + spreadOf(event.createdMs, event.createdTicks),
      event: event.detach(),
    });
  }

  /** What this process of the host looked up in the window, in order of arrival. */
  ofProcess(host: string, processGuid: string, fromMs: number, toMs: number): readonly NameLookup[] {
    const rows = this.#rows.valuesOf(`${host}\u0000${processGuid.toLowerCase()}`);
    return [...rows].filter((row) => row.fromMs <= toMs && row.toMs >= fromMs);
  }
}

/** `::ffff:172.18.39.6;172.18.39.7;type:  5 x;`. */
function addressesIn(results: string): readonly string[] {
  return results
    .slice(0, 4096)
    .split(';')
    .flatMap((part) => canonicalAddress(part) ?? [])
    .slice(0, MAX_ADDRESSES);
}
