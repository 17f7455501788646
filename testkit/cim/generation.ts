import type { ClassLayout } from './class-record.ts';
import type { IndexNode } from './index-page.ts';
import type { RecordAddress, RepositoryLayout } from './key-text.ts';
import type { MapFileContent } from './mapping-file.ts';
import type { CimValue } from './model.ts';
import type { Placement } from './page-file.ts';

/** Files of a repository by name. */
export type RepositoryFiles = Map<string, Uint8Array>;

export interface RepositoryOptions {
  readonly seed?: number;
  readonly layout?: RepositoryLayout;
  /** Whether the first leaf of the index is page 0 (CIM 4.3); true unless said otherwise. */
  readonly usesPageZero?: boolean;
  /** Most keys in a page of the index. */
  readonly maxKeys?: number;
  /** Files that take turns: 3, on Vista 2 (CIM 1). */
  readonly mapCount?: number;
  readonly spareObjectPages?: number;
  readonly spareIndexPages?: number;
  readonly placement?: Placement;
  readonly firstGeneration?: number;
  readonly firstVersion?: number;
  /** FILETIME of the first class of the image, which all machines of one image share. */
  readonly imageTime?: bigint;
  /** FILETIME of the start of the first run of the service (CIM 6.6). */
  readonly runStart?: bigint;
  /** Begins with nothing at all, not even the system classes. */
  readonly isBare?: boolean;
  /** Security descriptor of namespaces that are given none. */
  readonly security?: Uint8Array;
}

export interface PutOptions {
  /** Begins a page of its own. */
  readonly isAlone?: boolean;
  readonly ts1?: bigint;
  readonly ts2?: bigint;
  /** In place of the right hash of the keys. */
  readonly keyHash?: string;
  /** In place of the right hash of the class, at the head of the record. */
  readonly classHash?: string;
  readonly nullsAsReferences?: boolean;
  readonly withPropertyQualifiers?: boolean;
  /** The record that is stored in place of the right one. */
  readonly edit?: (record: Uint8Array) => Uint8Array;
  /** Keys that are left out of the index; `IR` leaves out the reference records too. */
  readonly without?: readonly ('CI' | 'KI' | 'IR')[];
}

export interface TrueClass {
  readonly namespace: string;
  readonly layout: ClassLayout;
  readonly address: RecordAddress;
}

/** What an instance truly is: ground truth for a reader. */
export interface TrueInstance {
  readonly namespace: string;
  readonly className: string;
  /** Topmost class that declares the key, else its own. */
  readonly keyedClass: string;
  /** Every property of the class, defaults filled in. */
  readonly values: Readonly<Record<string, CimValue>>;
  readonly keyHash: string;
  readonly ts1: bigint;
  readonly ts2: bigint;
  readonly address: RecordAddress;
}

/** All that one map shows. */
export interface Generation extends MapFileContent {
  readonly mapFile: string;
  readonly namespaces: readonly string[];
  readonly classes: readonly TrueClass[];
  readonly instances: readonly TrueInstance[];
  /** Keys of the index in order. */
  readonly keys: readonly string[];
  readonly nodes: readonly IndexNode[];
}
