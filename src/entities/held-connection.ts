import type { Event } from '../windows/index.ts';
import type { Connection, Endpoint } from './connection.ts';
import type { QueueGroup } from './fair-queue.ts';
import { sysmonText, textOf } from './field-values.ts';
import type { Bucket, Indexed } from './timed-index.ts';

/** About what a row weighs beside its record, bytes: itself, its ends, and its places in the indexes. */
const ROW_BYTES = 512;

/** What is read of every record of a connection. */
type Read = Pick<
  Connection,
  'observer' | 'seenBy' | 'origin' | 'isTcp' | 'initiator' | 'responder' | 'isOriented' | 'pid' | 'fromMs' | 'toMs'
> & { readonly uid?: string | undefined; readonly operations?: string[] };

/**
 * A connection as the tables hold it. Most are never asked for: what names the program stays in the record until then ([M] its
 * three texts were a tenth of what a row took).
 */
export class HeldConnection implements Connection, Indexed {
  readonly observer: string;
  readonly seenBy: 'initiator' | 'responder' | 'sensor';
  readonly origin: 'sysmon' | 'wfp' | 'zeek';
  readonly isTcp: boolean;
  readonly initiator: Endpoint;
  readonly responder: Endpoint;
  readonly isOriented: boolean;
  readonly pid: number | undefined;
  readonly fromMs: number;
  toMs: number;
  readonly uid: string | undefined;
  readonly operations: string[] | undefined;
  readonly timeMs: number;
  readonly event: Event;
  readonly weight: number;
  group: QueueGroup | undefined = undefined;
  buckets: readonly (Bucket<Indexed> | undefined)[] = [];

  constructor(event: Event, read: Read) {
    this.observer = read.observer;
    this.seenBy = read.seenBy;
    this.origin = read.origin;
    this.isTcp = read.isTcp;
    this.initiator = read.initiator;
    this.responder = read.responder;
    this.isOriented = read.isOriented;
    this.pid = read.pid;
    this.fromMs = read.fromMs;
    this.toMs = read.toMs;
    this.uid = read.uid;
    this.operations = read.operations;
    this.timeMs = event.timeMs;
    this.event = event.detach();
    this.weight = event.place.length + ROW_BYTES;
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
