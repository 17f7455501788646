import type { Glue, JudgedFinding, TiedFinding } from '../analytics/index.ts';
import type { CallSource, ClockOffset } from '../entities/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Gap } from '../windows/index.ts';

/** What evidence of a host's channel there is around a time (L2). */
export type LogState = 'given' | 'empty' | 'cleared' | 'not collected';

/** What must be asked about hosts, logs and calls: the only view of `incidents` on evidence. Hosts are host keys. */
export interface IncidentFacts {
  /** What glues a dossier to findings: its creator, the logons that carried its write, the process that wrote it. */
  glueOf(dossier: Dossier): Glue;
  /** Where the write of a dossier came from by the join table, best first; empty where only its own logons speak. */
  sourcesOf(dossier: Dossier): readonly CallSource[];
  /** Keys of the ancestors of a process up to a barrier (SETTLED C20), as in `Glue.processes`. */
  ancestorsOf(processKey: string): readonly string[];
  /** The measured offset of two hosts' clocks (SETTLED C4). */
  clockOffset(a: string, b: string): ClockOffset | undefined;
  /** True when records of this id of this host stand within an hour before the time and within an hour after it (SETTLED C18). */
  isHeard(host: string, channel: string, eventId: number, atMs: number): boolean;
  /** Host key of a cited record, for Zeek's lines the called machine; undefined where the record was let go of (L15). */
  hostOfRecord(record: string): string | undefined;
  /** State of a host's log around a time. */
  logState(host: string, channel: string, atMs: number): LogState;
}

export interface IncidentInput {
  readonly findings: readonly JudgedFinding[];
  /** Of the user's own rules: each joins one incident at most, and makes none (SETTLED E7). */
  readonly ruleFindings?: readonly TiedFinding[];
  readonly dossiers: readonly Dossier[];
  /** What is known to be unseen already. */
  readonly gaps: Iterable<Gap>;
  /** Those of one host, where all of them are made only when they are asked for; default: looked up among all. */
  gapsOf?(host: string): readonly Gap[];
  readonly facts: IncidentFacts;
}
