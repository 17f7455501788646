import type { ChecksumState } from './records.ts';

/** How an object was found, and so how much it is worth (CIM 7.5, SETTLED D6). */
export type RepositoryLabel =
  | 'live'
  | 'live-anomalous'
  | 'superseded'
  | 'superseded-version'
  | 'unindexed'
  | 'free-page record'
  | 'slack'
  | 'index residue'
  | 'text only';

/** Confidence by label (CIM 7.5). */
export const LABEL_CONFIDENCE: Readonly<Record<RepositoryLabel, number>> = {
  live: 1,
  'live-anomalous': 0.9,
  superseded: 0.98,
  'superseded-version': 0.98,
  unindexed: 0.8,
  'free-page record': 0.7,
  slack: 0.5,
  'index residue': 0.9,
  'text only': 0.2,
};

/** Whether the key of an instance in the index is the hash of what its record holds (CIM 5). */
export type KeyHashState = 'match' | 'mismatch' | 'unknown';

/** Where an object of a repository stands: the `repository` of an evidence item (SETTLED D3). */
export interface RepositoryPlace {
  /** Name of the mapping file; absent where none was used. */
  readonly map?: string;
  readonly generation?: number;
  readonly logicalPage?: number;
  readonly physicalPage: number;
  readonly recordId?: number;
  readonly size: number;
  /** Bytes from the start of OBJECTS.DATA. */
  readonly offset: number;
  readonly label: RepositoryLabel;
  readonly confidence: number;
  readonly checksum: ChecksumState;
  readonly keyHash: KeyHashState;
}
