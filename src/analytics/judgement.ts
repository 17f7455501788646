import type { CallSource, CandidateLogon, HopMethod, Join, Strength } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { ProcessCase } from './process-case.ts';
import type { Score } from './scoring.ts';
import type { Bench } from './watch.ts';

/** What an analytic is given: the case, and the dossiers whose firing it is. */
export interface JudgedCase {
  readonly process: ProcessCase;
  readonly fired: readonly FiredBy[];
  /** The cited records of the process's start. */
  readonly evidence: readonly Evidence[];
  /** Those of a script host's children. */
  readonly childEvidence: readonly Evidence[];
  /** Those of the sign that the caller was local. */
  readonly signEvidence: readonly Evidence[];
  /** Where the call came from that started it, best first (DOMAIN 2.3). */
  readonly sources: readonly CallSource[];
  readonly bench: Bench;
}

export interface FiredBy {
  readonly dossier: Dossier;
  /** Strength of the firing join (J15). */
  readonly strength: Strength;
  /** True where the command line equals the text of the consumer (J24). */
  readonly isByText: boolean;
}

/** What an analytic says when it holds. */
export interface Judgement {
  readonly title: string;
  readonly score: Score;
  readonly accounts: readonly string[];
  readonly candidates: readonly CandidateLogon[];
  readonly evidence: readonly Evidence[];
  readonly subscriptions: readonly string[];
  /** The call from another machine that it tells of. */
  readonly call?: {
    readonly account?: string;
    readonly method: HopMethod;
    readonly logonId?: string;
    readonly caller: readonly Join[];
  };
  /** Joins inside the host that it rests on. */
  readonly joins?: readonly Join[];
}

/** A record of the catalogue with its function. */
export interface ProcessAnalytic {
  readonly record: Analytic;
  /** Analytics that say less of the same process: they are not raised where this one holds, and their ids are aliases (SETTLED C14). */
  readonly supersedes: readonly string[];
  judge(judged: JudgedCase): Judgement | undefined;
}
