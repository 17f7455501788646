import type { Call, Entities, JoinedProcess, JoinId, Strength } from '../entities/index.ts';
import type { Event, Evidence } from '../windows/index.ts';

export type { Call } from '../entities/index.ts';

/** What one row of the join table says about the source of a call. */
export interface SourceClaim {
  readonly join: JoinId;
  readonly strength: Strength;
  readonly text: string;
  readonly host?: string;
  readonly address?: string;
  /** When the address was used, where that is not at the call: Unix milliseconds. */
  readonly addressMs?: number;
  readonly account?: string;
  readonly process?: JoinedProcess;
  /** Cited when the claim is told. */
  readonly events: readonly Event[];
  readonly evidence?: readonly Evidence[];
}

/**
 * One row of the join table (DOMAIN 2.3, SETTLED C6) that can name a source. It reads the tables of `entities`; what it
 * must remember by itself it bounds by itself (L15).
 */
export interface JoinRow {
  readonly id: JoinId;
  /** Takes the next event in order of time, after `entities` did; it need not outlive the call. */
  accept?(host: string, event: Event): void;
  /** Claims about the call with what is known now. Asked when the call is opened, 15 minutes of event time later, and at the end. */
  claims(call: Call): readonly SourceClaim[];
  /**
   * True where evidence that has come since speaks against a claim that the row gave before. One that the row merely gives no
   * more may have lost its records to a bound, and stays.
   */
  isBroken?(call: Call, claim: SourceClaim): boolean;
  /** Rows that its bounds let go of, by table. */
  readonly evicted?: Readonly<Record<string, number>>;
}

/** Opens a row for one run. */
export type JoinRowOpener = (entities: Entities) => JoinRow;
