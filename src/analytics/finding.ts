import type { CandidateLogon } from '../entities/index.ts';
import type { Term } from '../subscriptions/index.ts';
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

/** One analytic that matched, with its records. */
export interface Finding {
  readonly id: string;
  /** The analytic's id, for example `S05` (DOMAIN 3.2). */
  readonly analytic: string;
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
  readonly count: number;
  readonly aliases: readonly string[];
  readonly evidence: readonly Evidence[];
}
