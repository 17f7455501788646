import type { Place } from './event.ts';
import type { Instant } from './time.ts';
import type { WmiObject } from './wmi-object.ts';

/** Names that stand for a channel in events that come from no log. */
export const REPOSITORY = 'WMI repository';
export const AUDIT = 'WMI audit';
export const MOF = 'MOF file';

/** Where an object of a repository stands and how sure that is: the `repository` of an evidence item (SETTLED D3). */
export interface RepositoryEvidence {
  /** Name of the mapping file; absent where none was used. */
  readonly map?: string;
  readonly generation?: number;
  readonly logicalPage?: number;
  readonly physicalPage?: number;
  readonly recordId?: number;
  /** Bytes. */
  readonly size?: number;
  /** A label of CIM-REPOSITORY 7.5; `absent` of a generation that does not hold the object. */
  readonly label: string;
  readonly confidence: number;
  readonly checksum?: 'match' | 'mismatch' | 'none';
  readonly keyHash?: 'match' | 'mismatch' | 'unknown';
}

/**
 * What a look at objects at rest says of one of them. What nobody watched lies in a bracket of two looks (SETTLED D1); a MOF file
 * declares what compiling it would store.
 */
export type RestingAct = 'present' | 'appeared' | 'modified' | 'deleted' | 'declared';

/** A value that is no value of a property but a place to keep data in (S14). */
export interface HiddenValue {
  /** Of a qualifier its name, behind that of its property: `Name/Description`. */
  readonly property: string;
  readonly part: 'value' | 'default' | 'qualifier';
  /** `base64`, `char-codes`, `long-text` and the like. */
  readonly reason: string;
  /** What the data begins as, where that tells: `program`, `gzip`. */
  readonly kind?: string;
  /** Characters, bytes or items. */
  readonly length: number;
  /** Bits of a character or byte. */
  readonly entropy: number;
  readonly head: string;
}

/** The object behind an event that is no log record (SETTLED D3). */
export interface ObjectSight {
  readonly source: 'repository' | 'audit' | 'mof';
  readonly object: WmiObject;
  /** `Class.Key="value"`; of a class its name. */
  readonly path: string;
  readonly act: RestingAct;
  /** False where nothing tells when the look was: then the event's time gives an order and is never printed. */
  readonly isTimed: boolean;
  /** Start of the bracket of an act; its end is the event's time. Absent where no time of the earlier look is known. */
  readonly after?: Instant;
  /**
   * Start of the run of the WMI service that stored it, by the clock of that machine: it was not written before (CIM 6.6).
   * `sequence` orders what one run stored.
   */
  readonly serviceRun?: { readonly notBefore: Instant; readonly sequence: string };
  /** Values of it in which data hides (S14); it is told for them alone then. */
  readonly hidden?: readonly HiddenValue[];
  readonly repository?: RepositoryEvidence;
  /** Of an audit: its format. */
  readonly audit?: string;
  /** Of a binding: the class of the consumer that its reference leads to, where the reference names a superclass (CIM 7.3). */
  readonly boundClass?: string;
  /** The two generations of a bracket, older first. */
  readonly generations?: readonly [number, number];
  /** The same object, or its absence, in the other generation of the bracket. */
  readonly other?: { readonly place: Place; readonly repository: RepositoryEvidence };
}

/** A look at objects at rest as a whole: what is not in it was not on the host then (DOMAIN 3.5, `deleted`). */
export interface Look {
  readonly source: 'repository' | 'audit';
  readonly isTimed: boolean;
  /** Canonical names of the namespaces that were read whole; undefined for all that there are. */
  readonly namespaces?: readonly string[];
  /** False for what proves no absence: a backup, a copy that was damaged, or of unknown age. */
  readonly provesAbsence: boolean;
  readonly repository?: RepositoryEvidence;
  readonly audit?: string;
}
