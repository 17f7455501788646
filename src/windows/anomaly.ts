import type { RecordId, Source } from './event.ts';

/** What was odd about a piece of evidence: counted, placed, coded, and never a reason to stop (L21). */
export interface Anomaly {
  /** A code of the table below, for example `TRIAD-E-EVTX-CHUNK-CRC`. */
  readonly code: string;
  readonly level: 'error' | 'warn' | 'note';
  readonly file: string;
  readonly container?: readonly string[];
  /** Bytes in the innermost file. */
  readonly offset?: number;
  readonly recordId?: RecordId;
  /** One sentence with numbers: what happened and what was done about it. */
  readonly message: string;
  readonly count: number;
  /** True for the signs of an edited log (SETTLED A15). */
  readonly tamper?: boolean;
  readonly lost?: number;
  readonly recovered?: number;
}

/** The code of a unit of text in which a name stands twice: the events that were read of it bear the sign themselves (`Place.repeatsNames`). */
export const REPEATED_NAMES = 'TRIAD-E-TEXT-DUPLICATE-KEY';

/** What a reader reports; the file is added by whoever knows it. */
export type PlacedAnomaly = Omit<Anomaly, 'file' | 'container'>;

export function anomalyIn(source: Source, anomaly: PlacedAnomaly): Anomaly {
  return {
    ...anomaly,
    file: source.file,
    ...(source.container === undefined ? {} : { container: source.container }),
  };
}
