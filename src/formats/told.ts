import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { AttackVersion, Gap } from '../windows/index.ts';

/** What is read of a cited record; `records[]` of a result and the records that the server keeps have it. */
export interface RecordFacts {
  readonly id: string;
  /** RFC 3339; absent where the record claims none. */
  readonly time?: string;
  /** Host key. */
  readonly host: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordId?: number | string;
  readonly data: Readonly<Record<string, string>>;
}

/** Findings and dossiers with the incidents that they are in: a hunt's result, or the document of one incident. */
export interface FormatParts {
  readonly incidents: readonly Incident[];
  readonly findings: readonly Finding[];
  readonly subscriptions: readonly Dossier[];
  readonly gaps: readonly Gap[];
  readonly records: readonly RecordFacts[];
}

/** An incident as the server tells it: the JSON of `document`, and the records that it cites as far as they are at hand. */
export interface IncidentParts {
  readonly incident: Incident;
  readonly findings: readonly Finding[];
  readonly subscriptions: readonly Dossier[];
  readonly gaps: readonly Gap[];
  /** May be empty: then hashes and identifiers of processes are left out. */
  readonly records: readonly RecordFacts[];
}

/** What is the same for every document of a run. */
export interface FormatOptions {
  readonly version: string;
  readonly attackVersion: AttackVersion;
}

/** The same for documents of dossiers. */
export interface HuntFormatOptions extends FormatOptions {
  /** The headline of a dossier, for people. */
  readonly sentenceOf: (dossier: Dossier) => string;
}

/** What the server knows of an incident beside what was found. Times are Unix milliseconds. */
export interface IncidentNews {
  readonly activity: 'create' | 'update' | 'close';
  /** When the message became due. */
  readonly atMs: number;
  /** When the incident was first told. */
  readonly createdMs?: number;
  /** When it was told last. */
  readonly changedMs?: number;
  /** The version that is told, from 1. */
  readonly revision?: number;
  /** `open`, `acknowledged`, `contained` or `closed`. */
  readonly state?: 'open' | 'acknowledged' | 'contained' | 'closed';
  /** Page of the incident. */
  readonly url?: string;
}
