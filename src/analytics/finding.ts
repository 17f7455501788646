import type { CallSource, CandidateLogon, HopMethod, Join } from '../entities/index.ts';
import type { Pinned, Term } from '../subscriptions/index.ts';
import type { Evidence, Level, Scope } from '../windows/index.ts';

/** The process that a finding is about (PRODUCT 7.1). */
export interface FindingProcess {
  readonly image?: string;
  readonly commandLine?: string;
  readonly pid?: number;
  readonly user?: string;
  readonly parentImage?: string;
  readonly parentPid?: number;
  readonly logonId?: string;
}

/** A call from one machine to another as an analytic saw it; `incidents` makes hops of them, with confidence. */
export interface HopFacts {
  /** What the hop's id is made of behind the target: the X of SETTLED C16. */
  readonly object: readonly (string | number | null)[];
  readonly target: {
    readonly host: string;
    readonly address?: string;
    readonly logonId?: string;
  };
  /** The caller, `DOMAIN\name`. */
  readonly account?: string;
  readonly method: HopMethod;
  /** RFC 3339: of the call, else of what it did. */
  readonly time: string;
  /** What ran on the target. */
  readonly process?: FindingProcess;
  /** Joins on the target that tie what was done to the caller's logon: J1, J12, J13, J17. Empty where none is needed. */
  readonly caller: readonly Join[];
  /** Where it came from, best first; a source may be named by at most one of them. */
  readonly sources: readonly CallSource[];
  /** True when a record of the target or the network tells the act; false where only the source tells it (R19). */
  readonly isSeenAtTarget: boolean;
  /** True where a logon of the target fits what only the source tells: it arrived, and its effect was not seen (R19). */
  readonly hasArrived?: boolean;
  /** True where several machines have the name of the target, and nothing tells which is meant (DOMAIN 2.2 #31). */
  readonly isTargetAmbiguous?: boolean;
}

/** What glues a finding to others (DOMAIN 3.4, SETTLED C20). Not part of any output. */
export interface Glue {
  /** Keys of the processes that it is about, with their ancestors up to a barrier behind them. */
  readonly processes: readonly { readonly key: string; readonly ancestors: readonly string[] }[];
  /** Keys of logon sessions on one host and in one boot; well-known ones (0x3e4 to 0x3e7) are left out. */
  readonly logons: readonly string[];
  /** Keys of the accounts that acted; SYSTEM and its kind, and machine accounts, are left out. */
  readonly accounts: readonly string[];
  /** Client ends of connections to a target, `address:port>host`, and when they were seen (J4). */
  readonly connections?: readonly { readonly key: string; readonly atMs: number }[];
  /** Unix milliseconds of the first and last record that it rests on. */
  readonly firstMs: number;
  readonly lastMs: number;
}

/** The rule behind a finding, as it wants to be named (SETTLED E11). What the rule does not say is left out. */
export interface RuleCredit {
  readonly id?: string;
  readonly title: string;
  readonly author?: string;
  readonly license?: string;
  /** Path of its file, as loaded. */
  readonly path: string;
  readonly references: readonly string[];
}

/** One analytic or rule that matched, with its records. */
export interface Finding {
  readonly id: string;
  /** The analytic's id, for example `S05` (DOMAIN 3.2); a finding of a user's rule has none. */
  readonly analytic?: string;
  readonly rule?: RuleCredit;
  /** The tool whose fingerprint is on its process, subscription or records; it changes no sum (SETTLED E1). */
  readonly attackTool?: string;
  /** Where the organisation accepts it; absent else. */
  readonly pinned?: Pinned;
  readonly title: string;
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly Term[];
  readonly scope: Scope;
  readonly host: string;
  readonly hosts: readonly string[];
  readonly accounts: readonly string[];
  /** Ids of dossiers. */
  readonly subscriptions: readonly string[];
  readonly process?: FindingProcess;
  /** Remote logons that may have carried the act, with their join strength. */
  readonly candidates: readonly CandidateLogon[];
  readonly attack: readonly { readonly new: string; readonly old: readonly string[] }[];
  readonly time: string;
  /** Only objects at rest without a time tell of it: it was at `time` or later. */
  readonly timeIsBound?: true;
  readonly count: number;
  readonly aliases: readonly string[];
  readonly evidence: readonly Evidence[];
}

/** A finding of the catalogue. */
export interface AnalyticFinding extends Finding {
  readonly analytic: string;
}

/** A finding of a user's rule with what may tie it to one incident (SETTLED E7). */
export interface TiedFinding {
  readonly finding: Finding;
  readonly glue: Glue;
}

/** A finding with what `incidents` joins it by. */
export interface JudgedFinding {
  readonly finding: AnalyticFinding;
  readonly hop?: HopFacts;
  /** Joins inside one host that the finding rests on: J14 to J16, J22 to J24. */
  readonly joins: readonly Join[];
  readonly glue: Glue;
}
