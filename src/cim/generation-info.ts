import type { Instant } from '../windows/index.ts';
import type { RepositoryAnomalies } from './anomalies.ts';
import type { Catalogue } from './catalogue.ts';
import type { Layout } from './format.ts';
import type { RepositoryLimits } from './limits.ts';
import type { NameHasher } from './names.ts';
import type { PageFile } from './pages.ts';
import type { Records } from './records.ts';

/** What a generation is and where it comes from. */
export interface GenerationInfo {
  /** The generation id of its map; of XP the version; 0 where no map was usable. */
  readonly id: number;
  readonly version: number;
  readonly layout: Layout;
  /** The mapping file. */
  readonly map?: string;
  /** When that file was last written: what this generation holds was there by then (SETTLED D1). */
  readonly modified?: Instant;
  /** `map`, or what was read without one: index pages by their own numbers, or object pages alone (CIM 2.5). */
  readonly readBy: 'map' | 'index' | 'objects';
  readonly isCurrent: boolean;
  readonly keys: number;
  readonly classes: number;
  readonly instances: number;
  /** Pages of the index that differ from the checksum in the map. */
  readonly indexMismatches: number;
}

export interface SnapshotParts {
  /** Paths of namespaces by their hashes, where no chain of `__NAMESPACE` can be followed. */
  readonly paths?: ReadonlyMap<string, string>;
  readonly info: GenerationInfo;
  readonly catalogue: Catalogue;
  readonly records: Records;
  readonly hasher: NameHasher;
  readonly anomalies: RepositoryAnomalies;
  /** Name of OBJECTS.DATA as it was given. */
  readonly objectsFile: string;
  readonly objects: PageFile;
  readonly limits: RepositoryLimits;
}
