import type { CandidateLogon, Strength } from '../entities/index.ts';
import type { Evidence, Level } from '../windows/index.ts';
import type { Indicator, PayloadFeature, PayloadLayer, Trigger } from '../wmi/index.ts';

/** One term of a printed sum (DOMAIN 3.3): `BASE` first, then in the order of that table. */
export interface Term {
  readonly code: string;
  readonly points: number;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

export interface Verdict {
  readonly level: Level;
  /** 0..100, the clamped sum of the terms. */
  readonly score: number;
  readonly terms: readonly Term[];
}

export type SubscriptionPart = 'filter' | 'consumer' | 'binding';

export type LifecycleStepName =
  | 'created'
  | 'registered'
  | 'activated'
  | 'modified'
  | 'fired'
  | 'deleted'
  | 'present'
  | 'appeared';

/** One step of a life (DOMAIN 3.5). One write seen by several sources is one step with all its evidence. */
export interface LifecycleStep {
  readonly step: LifecycleStepName;
  /** RFC 3339 time, or the bracket [after, before]. */
  readonly time: string | readonly [string, string];
  /** True where no time is known and `time` is the earliest that it can have been (start of a run of the WMI service). */
  readonly notBefore?: true;
  /** Between which two generations of a repository it happened, older first (SETTLED D1). */
  readonly generations?: readonly [number, number];
  readonly strength: 'witnessed' | 'exact' | 'strong' | 'weak' | 'inferred';
  readonly part?: SubscriptionPart;
  /** Who created, changed or deleted the part, as written; absent where no record says, or records disagree. */
  readonly account?: string;
  /** Records or firings behind the step where there are several; also those beyond the 1,000 that are cited. */
  readonly count?: number;
  readonly evidence: readonly Evidence[];
}

/** Another content that the same names had: before a change, or where two sources disagree (C13). */
export interface OtherContent {
  readonly part: 'filter' | 'consumer';
  /** `earlier`: it was overwritten. `disagrees`: two sources tell two contents of one write. */
  readonly kind: 'earlier' | 'disagrees';
  readonly query?: string;
  readonly eventNamespace?: string;
  readonly payload?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly firstSeen: string;
  /** The record of `firstSeen` has no time: it was then or later. */
  readonly firstSeenIsBound?: true;
  readonly lastSeen: string;
  /** The record of `lastSeen` has no time: it was then or later. */
  readonly lastSeenIsBound?: true;
  /** True when it is, by content, a subscription of the benign table. */
  readonly benign: boolean;
  readonly evidence: readonly Evidence[];
}

export interface Origin {
  readonly kind: 'local' | 'remote' | 'unknown';
  readonly strength?: Strength;
  readonly source?: { readonly host?: string; readonly address?: string };
  readonly account?: string;
  readonly process?: { readonly image?: string; readonly commandLine?: string; readonly pid?: number };
  readonly candidates: readonly CandidateLogon[];
}

export type SubscriptionState = 'armed' | 'disarmed' | 'deleted' | 'unknown';
export type SeenIn = 'sysmon' | '5861' | 'repository' | 'audit' | 'trace' | 'command' | 'mof';

export interface DossierFilter {
  readonly name: string | null;
  readonly query?: string;
  readonly language?: string;
  readonly eventNamespace?: string;
  readonly creatorSid?: string;
  readonly trigger?: Trigger;
}

export interface DossierConsumer {
  /** The WMI class, or null where no evidence names it (DOMAIN 2.1: an unknown Sysmon `Type`). */
  readonly class: string | null;
  readonly name: string | null;
  /** The text that runs (PRODUCT 7.1). */
  readonly payload?: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly decoded: readonly PayloadLayer[];
  readonly features: readonly PayloadFeature[];
  readonly indicators: readonly Indicator[];
  readonly creatorSid?: string;
}

export interface DossierBinding {
  readonly filterRef?: string;
  readonly consumerRef?: string;
  readonly creatorSid?: string;
  /** True when no record binds the parts (DOMAIN 3.5). */
  readonly inferred: boolean;
}

/** The timer instruction for which a filter waits (SETTLED D3). */
export interface DossierTimer {
  readonly class: string;
  readonly timerId: string;
  readonly intervalMs?: number;
  readonly namespace?: string;
  readonly evidence: readonly Evidence[];
}

/** A property of which two sources tell different values (SETTLED D3). */
export interface Conflict {
  readonly property: string;
  /** By source. */
  readonly values: readonly {
    readonly source: SeenIn;
    readonly value: string | null;
    readonly evidence: readonly Evidence[];
  }[];
}

/** The pin by which a dossier or a finding is accepted; what it takes is in the sum (L16). */
export interface Pinned {
  /** Id of the pin. */
  readonly pin: string;
  readonly kind: 'subscription' | 'payload' | 'command';
  readonly owner: string;
  readonly reason: string;
  /** `YYYY-MM-DD`. */
  readonly created: string;
  /** `YYYY-MM-DD`: the day by which it is looked at again. */
  readonly review: string;
}

/** Everything known about one subscription; the JSON object of PRODUCT 7.1. */
export interface Dossier {
  readonly id: string;
  /** Host key (DOMAIN 3.4). */
  readonly host: string;
  readonly namespace: string;
  readonly namespaceBasis: 'stated' | 'assumed';
  readonly filter: DossierFilter;
  readonly consumer: DossierConsumer;
  /** Absent for an orphan. */
  readonly binding?: DossierBinding;
  readonly timer?: DossierTimer;
  /** `inferred`: the account is named by the sessions of group policy in the repository alone (SETTLED D2). */
  readonly creator: { readonly sid?: string; readonly account?: string; readonly inferred?: true };
  readonly origin: Origin;
  readonly lifecycle: readonly LifecycleStep[];
  readonly state: SubscriptionState;
  readonly stateAt?: string;
  readonly seenIn: readonly SeenIn[];
  /** True when only a decoded creating command speaks for it. */
  readonly inferred: boolean;
  /** SHA-256 over content only; absent without payload and query (SETTLED C16). */
  readonly fingerprint?: string;
  readonly loosePrint?: string;
  readonly firstSeen: string;
  /** True where only objects at rest without a time tell of it: it was seen at `firstSeen` or later. */
  readonly firstSeenIsBound?: true;
  readonly lastSeen: string;
  /** True where only objects at rest without a time tell of it: it was still seen at `lastSeen` or later. */
  readonly lastSeenIsBound?: true;
  /** What the same names held at another time or by another source, oldest first. */
  readonly otherContents: readonly OtherContent[];
  /** Where sources disagree, by property; empty where they agree or only one speaks. */
  readonly conflicts: readonly Conflict[];
  /** The tool whose fingerprint it bears; it changes no sum (SETTLED E1). */
  readonly attackTool?: string;
  readonly baseline: { readonly known: boolean; readonly nearest?: string; readonly likeness?: number };
  /** Where the organisation accepts it; absent else. */
  readonly pinned?: Pinned;
  readonly verdict: Verdict;
  /** Things a reader should know: an unreachable payload, a trap that cannot fire, a masquerade. */
  readonly notes: readonly string[];
  readonly aliases: readonly string[];
  readonly evidence: readonly Evidence[];
}
