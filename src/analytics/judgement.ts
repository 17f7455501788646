import type { CandidateLogon, Strength } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { ProcessCase } from './process-case.ts';
import type { Score } from './scoring.ts';

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
}

export interface FiredBy {
  readonly dossier: Dossier;
  /** Strength of the firing join (J15). */
  readonly strength: Strength;
}

/** What an analytic says when it holds. */
export interface Judgement {
  readonly title: string;
  readonly score: Score;
  readonly accounts: readonly string[];
  readonly candidates: readonly CandidateLogon[];
  readonly evidence: readonly Evidence[];
  readonly subscriptions: readonly string[];
}

/** A record of the catalogue with its function. */
export interface ProcessAnalytic {
  readonly record: Analytic;
  judge(judged: JudgedCase): Judgement | undefined;
}
