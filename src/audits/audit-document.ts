import type { Anomaly, Instant, WmiObject } from '../windows/index.ts';
import type { AuditFormat } from './formats.ts';

/** A WMI object of a live host, with the place in the document where it stands. */
export interface AuditedObject {
  readonly object: WmiObject;
  /** Bytes of its row or element in the file; of the whole document where that cannot be told. */
  readonly offset: number;
  readonly length: number;
  /** From 1. */
  readonly line?: number;
  /** Where the row itself names the host: one document may speak of many. */
  readonly computer?: string;
  /** When that host was looked at, where the row says it. */
  readonly time?: Instant;
}

/** A namespace as the collector saw it. */
export interface AuditedNamespace {
  /** Canonical. */
  readonly path: string;
  readonly classes?: number;
  /** Its security descriptor as SDDL. */
  readonly sddl?: string;
  /** The same as hexadecimal bytes. */
  readonly descriptor?: string;
  /** Why it could not be read, wholly or in part. */
  readonly error?: string;
}

/** The file behind a provider of a namespace. */
export interface AuditedProvider {
  readonly namespace: string;
  readonly name: string;
  readonly clsid?: string;
  readonly dll?: string;
  readonly dllSha256?: string;
  readonly signed?: boolean;
}

/** What only the collector tells. */
export interface CollectorFacts {
  readonly version?: string;
  readonly isElevated?: boolean;
  readonly namespaces: readonly AuditedNamespace[];
  readonly providers: readonly AuditedProvider[];
  /** Sections that failed, with what they said. */
  readonly failed: readonly { readonly name: string; readonly error: string }[];
  /** Namespaces that the collector had no time or no right to look into. */
  readonly unreached: readonly string[];
}

/** Rows of the document: their sum is what is there (L21). */
export interface AuditRows {
  readonly read: number;
  /** Broken, or beyond a bound. */
  readonly rejected: number;
  /** Whole, but of nothing that belongs to subscriptions, or no longer true when the document ends. */
  readonly passedOver: number;
}

/** What somebody's look at live hosts found of WMI (SETTLED D11, D12). */
export interface AuditDocument {
  readonly format: AuditFormat;
  /** The host as the document states it; undefined where it names none, or several. */
  readonly computer: string | undefined;
  readonly domain?: string;
  /** When the host was looked at; undefined where no time is told. */
  readonly time: Instant | undefined;
  readonly objects: readonly AuditedObject[];
  /** Canonical namespaces whose filters, consumers and bindings were all listed: what is not in them was not there then. */
  readonly complete: readonly string[];
  /** What this format cannot tell, a sentence each. */
  readonly loses: readonly string[];
  readonly anomalies: readonly Anomaly[];
  readonly rows: AuditRows;
  readonly collector?: CollectorFacts;
}
