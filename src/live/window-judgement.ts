import type { ClockOffset } from '../entities/index.ts';
import type { Judgement } from '../judgement/index.ts';
import type { Pin } from '../pins/index.ts';
import type { HitFinder } from '../taxonomy/index.ts';
import type { Anomaly, Event } from '../windows/index.ts';
import type { FoundPart } from './found-parts.ts';
import type { IncidentParts } from './incident-parts.ts';

export interface JudgeContext {
  /** Rules of the user's own. */
  readonly rules?: HitFinder;
  /** Rules of our own pack. */
  readonly pack?: HitFinder;
  /** What is odd about whole logs. */
  readonly anomalies?: readonly Anomaly[];
  /** Objects at rest, in order of time. */
  readonly objects?: readonly Event[];
  /** The watermark: absence, upper bounds and rarity are told of what is before it. Default: all is there, as after the last one. */
  readonly watermarkMs?: number;
  /** What the organisation accepts: it changes what is judged, not what is taken (L16). */
  readonly pins?: readonly Pin[];
}

/** A judgement, and what it rests on. */
export interface WindowJudgement extends Judgement {
  /** Every incident with its parts, and every finding and subscription, in its order. */
  readonly parts: readonly IncidentParts[];
  readonly found: readonly FoundPart[];
  readonly rows: number;
  /** Those of them that the engine had taken before the judgement was asked for. */
  readonly ahead: number;
  /** Copies that were folded into another record (L6). */
  readonly folded: number;
  readonly conflicts: number;
  /** Rows that bounded tables of the engine let go of. */
  readonly evicted: Readonly<Record<string, number>>;
  /** Hits of the user's own rules by position. */
  readonly ruleHits: ReadonlyMap<number, number>;
  /** Newest event time that it saw; it is told again when the watermark has passed it. */
  readonly newestMs: number;
  /** What the clocks of two hosts differ by, of all that can be compared (SETTLED C4): made when it is asked for. */
  clocks(): readonly ClockOffset[];
  /** Event time from which on the window holds all that a host sent; by host key. */
  wholeFromMs(host: string): number;
}
