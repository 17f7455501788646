import type { RecordClass, RecordId, Source } from './event.ts';
import type { Instant } from './time.ts';

/** What one source holds of one computer, channel and event id: counted for every record, kept or not (PRODUCT 7.1). */
export interface CoverageCount {
  readonly source: Source;
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordClass: RecordClass;
  readonly count: number;
  /** Earliest and latest event time among records whose time is between 2000 and the run; absent when none is. */
  readonly first?: Instant;
  readonly last?: Instant;
  /** Lowest and highest EventRecordID. */
  readonly lowestId?: RecordId;
  readonly highestId?: RecordId;
  /** Records dated before 2000 or after the run. */
  readonly misdated: number;
  /** Half hours since 1970 in which records stand, ascending; of whole logs only (T03). */
  readonly halfHours?: readonly number[];
  /** True of texts, whose lines may be gathered from many machines: no log of one machine, whatever they hold. */
  readonly isText?: true;
}

/** Something that could not be seen, and what follows from it (PRODUCT 7.1, L2, L11). */
export interface Gap {
  readonly id: string;
  /** Host key, or `-` where the gap is about an input and not a host. */
  readonly host: string;
  /** What is missing: "no Sysmon log". */
  readonly what: string;
  readonly from?: string;
  readonly to?: string;
  /** What follows: "writers of subscriptions are unknown". */
  readonly so: string;
  /** What would have closed it: "collect Microsoft-Windows-Sysmon%4Operational.evtx". */
  readonly close: string;
  readonly blocks: readonly string[];
}
