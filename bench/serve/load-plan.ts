import type { StreamOrder } from './stream.ts';

export interface LoadPlan {
  /** Number of the first batch: no run sends what another one sent. */
  readonly from: number;
  readonly seconds: number;
  /** What is sent so long before is no part of the report. */
  readonly warmSeconds: number;
  readonly connections: number;
  /** Events a second; left out, each connection sends when it was answered. */
  readonly rate?: number;
  /** Numbers of the enterprises in which an attack is planted, evenly over the run behind the warming. */
  readonly attacks: readonly number[];
  readonly order: StreamOrder;
}

/** What is printed when the warming is over. */
export const WARM_LINE = 'warm';

export interface LoadReport {
  readonly batches: number;
  /** Those that were taken before. */
  readonly warmBatches: number;
  readonly bytes: number;
  readonly wallMs: number;
  /** From when a batch was due, in an open loop, or sent, to its answer. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200, by status. */
  readonly refused: Readonly<Record<string, number>>;
  /** When the last part of each attack was sent, Unix milliseconds. */
  readonly planted: Readonly<Record<string, number>>;
}
