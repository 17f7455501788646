import { compareSameTime, type Event } from '../windows/index.ts';
import type { SeenIn, SubscriptionPart } from './dossier.ts';

/**
 * What a record says was done. `standing`: the binding was live then (5861). `intended`: a creating command. Objects at rest are
 * `present` in a look, or `appeared` (or were modified, deleted) between two of them.
 */
export type Act = 'created' | 'modified' | 'deleted' | 'standing' | 'intended' | 'present' | 'appeared';

/** A filter as one record tells it; what the record leaves out is undefined. */
export interface FilterSight {
  readonly name: string | undefined;
  readonly query: string | undefined;
  readonly language?: string | undefined;
  /** Canonical (DOMAIN 2.2 #4). */
  readonly eventNamespace?: string | undefined;
  readonly creatorSid?: string | undefined;
}

/** A consumer as one record tells it. */
export interface ConsumerSight {
  readonly className: string | undefined;
  readonly name: string | undefined;
  /** The text that runs (PRODUCT 7.1). */
  readonly payload: string | undefined;
  /** Properties but Name and CreatorSID, in canonical spelling; empty where the source tells one text only (Sysmon 20). */
  readonly properties: ReadonlyMap<string, string>;
  readonly creatorSid?: string | undefined;
  /** True when the source writes every property that is not at its default (5861). */
  readonly isWhole: boolean;
  /** True when the text ends at the event's size limit. */
  readonly isCut: boolean;
}

/** A binding as one record tells it: the names behind its two references. */
export interface BindingSight {
  readonly filterName: string | undefined;
  readonly filterNamespace?: string | undefined;
  readonly consumerClass: string | undefined;
  readonly consumerName: string | undefined;
  readonly consumerNamespace?: string | undefined;
  /** As written, unescaped. */
  readonly filterRef?: string | undefined;
  readonly consumerRef?: string | undefined;
  readonly isRelative: boolean;
  readonly properties: ReadonlyMap<string, string>;
  readonly creatorSid?: string | undefined;
}

/** The process or script host whose text holds a creating call. */
export interface Writer {
  /** Host key of where the text ran; the object may lie on another host. */
  readonly host: string;
  readonly image: string | undefined;
  readonly originalFileName?: string | undefined;
  readonly commandLine: string | undefined;
  readonly pid: number | undefined;
  readonly logonId?: string | undefined;
  /** True for a PowerShell of a remote session (HostName ServerRemoteHost). */
  readonly isRemoteSession: boolean;
}

/** One record's word on one subscription object, or on all three (5861). */
export interface Sighting {
  readonly source: SeenIn;
  readonly act: Act;
  /** Account that wrote, as written (DOMAIN 2.2 #6). */
  readonly user?: string | undefined;
  readonly userSid?: string | undefined;
  /** Namespace of storage, canonical; undefined where the record does not state it. */
  readonly namespace: string | undefined;
  readonly filter?: FilterSight;
  readonly consumer?: ConsumerSight;
  readonly binding?: BindingSight;
  readonly writer?: Writer;
  /** Who called WMI, where the record names the client (J10): host key and process id there. */
  readonly client?: { readonly host: string; readonly pid: number | undefined };
  /** True when the record was decoded by a foreign template: its steps are inferred (SETTLED A16). */
  readonly isInferred: boolean;
}

/** Equal sightings of one host with the records that tell them. */
export interface FoldedSighting {
  readonly key: string;
  readonly host: string;
  readonly sighting: Sighting;
  /** Earliest first, at most the bound of a step. */
  readonly events: Event[];
  /** The latest record; it may lie beyond the bound of `events`. */
  last: Event;
  count: number;
  /** Bytes that it holds, about. */
  bytes: number;
}

/** Hosts that a table keeps apart: a forged log may name any number of them (L15). */
export const MAX_HOSTS = 20_000;

/** Records of one write lie within this time: Sysmon keeps no order and lags (DOMAIN 2.2 #7), milliseconds. */
export const TRIAD_WINDOW_MS = 120_000;

/** Keys of WMI compare without case (DOMAIN 2.2 #5). */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/** Time order; ties by what records are and say, so that the order of arrival never shows (DOMAIN 2.2 #44); what lies at rest comes behind them, by place. */
export function compareEvents(a: Event, b: Event): number {
  const [ofA, ofB] = [isAtRest(a), isAtRest(b)];
  return (
    a.timeMs - b.timeMs ||
    a.timeTicks - b.timeTicks ||
    Number(ofA) - Number(ofB) ||
    (ofA ? compareAtRest(a, b) : compareSameTime(a, b))
  );
}

function isAtRest({ sight, look }: Event): boolean {
  return sight !== undefined || look !== undefined;
}

function compareAtRest(a: Event, b: Event): number {
  return (
    compareText(a.channel, b.channel) ||
    compareText(a.place.source.file, b.place.source.file) ||
    a.place.offset - b.place.offset
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The sight of one part in a sighting. */
export function hasPart(sighting: Sighting, part: SubscriptionPart): boolean {
  return sighting[part] !== undefined;
}

/** True for a look at objects at rest: a repository or an audit. */
export function isResting({ source }: Sighting): boolean {
  return source === 'repository' || source === 'audit';
}

/** True for a word on a stored object, false for a creating command and for a MOF file that declares it. */
export function isObjectRecord(sighting: Sighting): boolean {
  return sighting.source !== 'command' && sighting.source !== 'mof';
}
