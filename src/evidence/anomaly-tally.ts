import { type Anomaly, anomalyIn, type PlacedAnomaly, type Source } from '../windows/index.ts';

/** Anomalies of one code and file that are told whole; the rest is one entry with a count (EVTX 7.6). */
const DETAILED = 100;
/** Held before the list is cut back to what will be told. */
const SLACK = 400;

interface Bucket {
  held: PlacedAnomaly[];
  /** Occurrences beyond those held. */
  rest: number;
}

/**
 * Gathers the anomalies of a run. What is told of a file are the first by offset, whatever the order in which its units were
 * decoded (L7); everything is counted.
 */
export class AnomalyTally {
  readonly #sources = new Map<Source, Map<string, Bucket>>();
  readonly #whole: Anomaly[] = [];

  /** What a reader found in one file. */
  add(source: Source, anomalies: readonly PlacedAnomaly[]): void {
    if (anomalies.length === 0) return;
    let codes = this.#sources.get(source);
    if (codes === undefined) {
      codes = new Map();
      this.#sources.set(source, codes);
    }
    for (const anomaly of anomalies) {
      const bucket = codes.get(anomaly.code) ?? { held: [], rest: 0 };
      codes.set(anomaly.code, bucket);
      bucket.held.push(anomaly);
      if (bucket.held.length > SLACK) cutBack(bucket);
    }
  }

  /** Anomalies that name their file already: what intake found. */
  addWhole(anomalies: readonly Anomaly[]): void {
    for (const anomaly of anomalies) this.#whole.push(anomaly);
  }

  /** All that is told, sorted by file, offset and code. */
  list(): readonly Anomaly[] {
    const told: Anomaly[] = [...this.#whole];
    for (const [source, codes] of this.#sources) {
      for (const [code, bucket] of codes) {
        cutBack(bucket);
        told.push(...bucket.held.map((anomaly) => anomalyIn(source, anomaly)));
        const first = bucket.held[0];
        if (bucket.rest === 0 || first === undefined) continue;
        told.push(
          anomalyIn(source, {
            code,
            level: first.level,
            message: `and ${bucket.rest} more of ${code} in this file`,
            count: bucket.rest,
            ...(first.tamper === true ? { tamper: true } : {}),
          }),
        );
      }
    }
    return told.sort(
      (a, b) =>
        compareText(a.file, b.file) ||
        compareText((a.container ?? []).join('\u0000'), (b.container ?? []).join('\u0000')) ||
        (a.offset ?? Number.POSITIVE_INFINITY) - (b.offset ?? Number.POSITIVE_INFINITY) ||
        compareText(a.code, b.code) ||
        compareText(a.message, b.message),
    );
  }
}

function cutBack(bucket: Bucket): void {
  bucket.held.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0) || compareText(a.message, b.message));
  if (bucket.held.length <= DETAILED) return;
  for (const anomaly of bucket.held.slice(DETAILED)) bucket.rest += anomaly.count;
  bucket.held = bucket.held.slice(0, DETAILED);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
