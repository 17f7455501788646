import type { ClockOffset, HopMethod, JoinId, Strength } from '../entities/index.ts';
import type { Evidence, Level, Scope } from '../windows/index.ts';

/** One join of a link, with what it weighs (PRODUCT 8.1). */
export interface LinkJoin {
  readonly join: JoinId;
  readonly strength: Strength;
  /** Weight from its strength: exact 0.95, strong 0.70, weak 0.35, inferred 0.15; 0.7 times for each rival. */
  readonly w: number;
  readonly rivals?: number;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}

/** A record that should be there if the join holds, whose log was there, and that is not (L2, SETTLED C18). */
export interface MissingRecord {
  readonly join: JoinId;
  /** Host key. */
  readonly host: string;
  /** "Security 4624". */
  readonly what: string;
  readonly text: string;
}

/** One claim, and the joins that support it. */
export interface Link {
  readonly id: string;
  /** "the process ran under this logon", "the logon came from this process of WS-07". */
  readonly claim: string;
  /** Ids of the dossiers, findings or hops that it ties. */
  readonly between: readonly string[];
  readonly joins: readonly LinkJoin[];
  /** 0..0.99. */
  readonly confidence: number;
  readonly missing: readonly MissingRecord[];
  /** True where order or account alone speaks for it: drawn dashed. */
  readonly inferred: boolean;
}

export interface HopProcess {
  readonly image?: string;
  readonly commandLine?: string;
  readonly pid?: number;
  readonly user?: string;
  readonly parentImage?: string;
  readonly parentPid?: number;
  readonly logonId?: string;
}

/** A call from a source host to a target host, joined from records of both (PRODUCT 7.1). An incident's edge. */
export interface Hop {
  readonly id: string;
  readonly source: {
    readonly host?: string;
    readonly address?: string;
    /** What the client calls itself (SETTLED C7). */
    readonly claimedName?: string;
    readonly account?: string;
    readonly process?: HopProcess;
  };
  readonly target: {
    readonly host: string;
    readonly address?: string;
    readonly account?: string;
    readonly logonId?: string;
  };
  readonly account?: string;
  readonly method: HopMethod;
  readonly time: string;
  /** What ran on the target. */
  readonly process?: HopProcess;
  /** The least of its links; absent where only its target is known. */
  readonly strength?: Strength;
  /** The least of its links (SETTLED C18). */
  readonly confidence: number;
  /** True where a record of the target, and one of the source or of a sensor between, show it; false is drawn dashed. */
  readonly observed: boolean;
  /** Several sources that cannot be told apart (L9); absent where one is named. */
  readonly candidates?: readonly { readonly host?: string; readonly address?: string; readonly strength: Strength }[];
  readonly clock?: ClockOffset;
  /** Ids of the incident's links that it rests on. */
  readonly links: readonly string[];
  /** Ids of the findings and dossiers that tell it. */
  readonly tells: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** Findings and dossiers that hang together by records (DOMAIN 3.4). */
export interface Chain {
  readonly id: string;
  readonly findings: readonly string[];
  readonly subscriptions: readonly string[];
}

/** One line of the incident's printed sum, in hundredths of a point (DOMAIN 3.3). */
export interface IncidentTerm {
  readonly code: string;
  /** Points with two digits: 16.25. */
  readonly points: number;
  readonly text: string;
  /** Dossier or finding that brings it. */
  readonly member?: string;
}

export type Phase = 'preserve' | 'contain' | 'remove' | 'verify' | 'scope' | 'learn';

/** What a person does next (DOMAIN 7, PRODUCT 14, SETTLED G7). */
export interface NextStep {
  /** Digest of incident, phase and what it is about. */
  readonly id: string;
  readonly phase: Phase;
  readonly text: string;
  /** Host key or account that it is about; absent where it is about the whole incident. */
  readonly target?: string;
  /** Whole script or command, never run by Triad (L17, L23). */
  readonly command?: string;
  readonly shell?: 'powershell' | 'triad';
}

/** Findings and chains that one person handles as one case (PRODUCT 7.1, DOMAIN 3.4). */
export interface Incident {
  readonly id: string;
  /** Ids that each other member would have given, sorted; at most 1,000 (SETTLED C16). */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly IncidentTerm[];
  /** Highest level of its members by scope: as `wmi` an incident counts at that of its dossiers and `wmi` findings (L12). */
  readonly levels: Readonly<Partial<Record<Scope, Level>>>;
  /** Of the weakest link that the headline needs; absent where all was observed on one host. */
  readonly confidence?: number;
  readonly state: 'open';
  readonly first: string;
  /** The member of `first` has only a lower bound: it began at `first` or later. */
  readonly firstIsBound?: true;
  readonly last: string;
  /** A member has only a lower bound: it went on until `last` or later. */
  readonly lastIsBound?: true;
  /** Host keys, targets and sources. */
  readonly hosts: readonly string[];
  readonly accounts: readonly string[];
  readonly attack: readonly { readonly new: string; readonly old: readonly string[] }[];
  readonly edges: readonly Hop[];
  readonly links: readonly Link[];
  readonly chains: readonly Chain[];
  /** Ids. */
  readonly subscriptions: readonly string[];
  readonly findings: readonly string[];
  readonly gaps: readonly string[];
  readonly next: readonly NextStep[];
  /** True where 10,000 members were reached and another incident goes on (SETTLED C20). */
  readonly isCut: boolean;
}
