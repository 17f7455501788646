import type { FilePort, FoundInputs, IsAudit, RuleSet } from '../intake/index.ts';
import type { ShapeMap } from '../shapes/index.ts';
import type { Source, Zone } from '../windows/index.ts';

/** What `readEvidence` is asked for. */
export interface ReadRequest {
  readonly found: FoundInputs;
  readonly port: FilePort;
  readonly carve: boolean;
  readonly jobs: number;
  readonly hash: boolean;
  readonly runStartMs: number;
  /** `--map`: mappings of the user's own. */
  readonly maps?: readonly ShapeMap[];
  /** `--assume-zone`: the zone of local times. */
  readonly assumedZone?: Zone;
  /** `--password-file`: tried in order on encrypted members. */
  readonly passwords?: readonly string[];
  /** Records that rules of these sets match are kept too. */
  readonly rules?: readonly RuleSet[];
  /** Tells an audit of live subscriptions by its start and name. */
  readonly isAudit?: IsAudit;
  readonly memoryBytes: number;
  readonly temporaryFolder: string;
  /** When it fires, reading stops and what was read so far counts. */
  readonly signal: AbortSignal;
  readonly onProgress?: (state: ReadState) => void;
  readonly onTemporaryFolder?: (folder: string) => void;
}

/** How far the reading is. */
export interface ReadState {
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly records: number;
  /** Records of subscriptions read so far. */
  readonly subscriptionRecords: number;
  readonly source: Source;
}
