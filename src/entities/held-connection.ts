import { type Event, heldBytesOf } from '../windows/index.ts';
import type { Connection, Endpoint } from './connection.ts';
import type { QueueGroup } from './fair-queue.ts';
import { spreadOf, sysmonText, textOf } from './field-values.ts';
import type { Bucket, Indexed } from './timed-index.ts';

/** About what a row weighs beside its record, bytes: itself, its ends, and its places in the indexes. */
const ROW_BYTES = 512;
const NONE: readonly never[] = [];

/** Sysmon stamps a connection at most this much after it was opened (SETTLED C1). */
const SYSMON_LAG_MS = 3000;

/** What is read of every record of a connection. */
type Read = Pick<
  Connection,
  'observer' | 'seenBy' | 'origin' | 'isTcp' | 'initiator' | 'responder' | 'isOriented' | 'pid'
> & {
  readonly uid?: string | undefined;
  readonly operations?: string[];
};

/**
 * A connection as the tables hold it. Most are never asked for: what names the program, the times and the pairs of address and
 * port are made from the record when they are asked for ([M] seven objects a row less, of some sixteen that the collector of
 * garbage had to move twice).
 */
export class HeldConnection implements Connection, Indexed {
  readonly observer: string;
  readonly seenBy: 'initiator' | 'responder' | 'sensor';
  readonly origin: 'sysmon' | 'wfp' | 'zeek';
  readonly isTcp: boolean;
  readonly initiatorAddress: string;
  readonly initiatorPort: number;
  readonly responderAddress: string;
  readonly responderPort: number;
  readonly isOriented: boolean;
  readonly pid: number | undefined;
  readonly uid: string | undefined;
  readonly operations: string[] | undefined;
  readonly event: Event;
  readonly weight: number;
  /** When a sensor last saw it used. */
  #lastMs: number | undefined = undefined;
  group: QueueGroup | undefined = undefined;
  buckets: readonly (Bucket<Indexed> | undefined)[] = NONE;

  constructor(event: Event, read: Read) {
    this.observer = read.observer;
    this.seenBy = read.seenBy;
    this.origin = read.origin;
    this.isTcp = read.isTcp;
    this.initiatorAddress = read.initiator.address;
    this.initiatorPort = read.initiator.port;
    this.responderAddress = read.responder.address;
    this.responderPort = read.responder.port;
    this.isOriented = read.isOriented;
    this.pid = read.pid;
    this.uid = read.uid;
    this.operations = read.operations;
    this.event = event.detach();
    this.weight = heldBytesOf(event) + ROW_BYTES;
  }

  get initiator(): Endpoint {
    return { address: this.initiatorAddress, port: this.initiatorPort };
  }

  get responder(): Endpoint {
    return { address: this.responderAddress, port: this.responderPort };
  }

  get timeMs(): number {
    return this.event.timeMs;
  }

  get fromMs(): number {
    return this.origin === 'sysmon' ? this.event.createdMs - SYSMON_LAG_MS : this.event.timeMs;
  }

  get toMs(): number {
    const { event } = this;
    if (this.origin === 'zeek') return this.#lastMs ?? event.timeMs;
    return this.origin === 'sysmon'
      ? event.createdMs + spreadOf(event.createdMs, event.createdTicks)
      : event.timeMs + spreadOf(event.timeMs, event.timeTicks);
  }

  /** A sensor saw it used at this time. */
  usedAt(ms: number): void {
    this.#lastMs = Math.max(this.toMs, ms);
  }

  get image(): string | undefined {
    if (this.origin === 'wfp') return textOf(this.event, 'Application');
    const image = this.origin === 'sysmon' ? sysmonText(this.event, 'Image') : undefined;
    return image === '<unknown process>' ? undefined : image;
  }

  get processGuid(): string | undefined {
    return this.origin === 'sysmon' ? textOf(this.event, 'ProcessGuid')?.toLowerCase() : undefined;
  }

  get user(): string | undefined {
    return this.origin === 'sysmon' ? sysmonText(this.event, 'User') : undefined;
  }
}
