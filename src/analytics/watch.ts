import type { Entities, ProcessStart } from '../entities/index.ts';
import type { Joins } from '../joins/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Event } from '../windows/index.ts';
import type { Analytic } from './analytic.ts';
import type { JudgedFinding } from './finding.ts';
import type { PayloadReader } from './payload-reader.ts';
import type { Takes } from './routes.ts';
import type { Sight } from './sight.ts';

/** What every analytic may ask. */
export interface Bench {
  readonly entities: Entities;
  readonly joins: Joins;
  readonly sight: Sight;
  readonly payloads: PayloadReader;
}

/** What is already known when a watch is asked for its findings. */
export interface Found {
  readonly dossiers: readonly Dossier[];
  /** Findings about processes that WMI started, and those of the watches before this one. */
  readonly findings: readonly JudgedFinding[];
}

/** An analytic that follows records of its own: the state of one run. Every table in it is bounded (L15). */
export interface Watch {
  /** Which records `accept` is called with: a watch that has the one has the other. */
  readonly takes?: Takes;
  /** Takes the next of those records in order of time; it need not outlive the call. */
  accept?(host: string, event: Event): void;
  /** Takes a settled start of a process. */
  started?(start: ProcessStart): void;
  /** Closes windows at this event time. */
  settle?(nowMs: number): void;
  finish(found: Found): readonly JudgedFinding[];
  /** Ids that it did not raise since a finding or dossier tells the same, by the id of that: it lists them as aliases (L14). */
  readonly absorbed?: ReadonlyMap<string, readonly string[]>;
  /** Rows that its bounds let go of, by table. */
  readonly evicted: Readonly<Record<string, number>>;
}

/** A record of the catalogue with what makes its watch. */
export interface WatchAnalytic {
  readonly record: Analytic;
  open(bench: Bench): Watch;
}

/** A record of the catalogue that judges whole dossiers. */
export interface SubscriptionAnalytic {
  readonly record: Analytic;
  /** The findings that hold, each with the dossier's own score and terms (DOMAIN 3.3). */
  judge(dossiers: readonly Dossier[], bench: Bench): readonly JudgedFinding[];
}
