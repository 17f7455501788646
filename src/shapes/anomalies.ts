import { type Anomaly, type PlacedAnomaly, REPEATED_NAMES } from '../windows/index.ts';

/** The names under which readers of text speak of what was odd. */
export type TextAnomaly =
  | 'brokenUnit'
  | 'brokenEvent'
  | 'duplicateKey'
  | 'encoding'
  | 'incomplete'
  | 'unknown'
  | 'refused'
  | 'clock';

/** Every anomaly of text sources: code and level in one table (SETTLED A18, PRODUCT 6.4). */
export const TEXT_ANOMALIES: Readonly<Record<TextAnomaly, Pick<Anomaly, 'code' | 'level' | 'tamper'>>> = {
  brokenUnit: { code: 'TRIAD-E-TEXT-UNIT', level: 'error' },
  brokenEvent: { code: 'TRIAD-E-TEXT-EVENT', level: 'error' },
  duplicateKey: { code: REPEATED_NAMES, level: 'warn', tamper: true },
  encoding: { code: 'TRIAD-E-TEXT-ENCODING', level: 'warn' },
  incomplete: { code: 'TRIAD-E-TEXT-INCOMPLETE', level: 'warn' },
  unknown: { code: 'TRIAD-E-TEXT-UNKNOWN', level: 'note' },
  refused: { code: 'TRIAD-E-TEXT-REFUSED', level: 'error' },
  clock: { code: 'TRIAD-E-TEXT-CLOCK', level: 'note' },
};

/** Messages of one code that are kept whole; what comes after is one entry with a count. */
const DETAILED = 100;

/** The anomalies of one source: bounded, in order of appearance, the same however the source was cut into blocks. */
export class TextAnomalies {
  readonly #kept: PlacedAnomaly[] = [];
  readonly #seen = new Map<TextAnomaly, number>();

  add(which: TextAnomaly, message: string, place?: { readonly offset: number }, count = 1): void {
    const seen = (this.#seen.get(which) ?? 0) + 1;
    this.#seen.set(which, seen);
    if (seen > DETAILED) return;
    const offset = place === undefined ? {} : { offset: place.offset };
    this.#kept.push({ ...TEXT_ANOMALIES[which], message, count, ...offset });
  }

  /** What was added, with one closing entry for each kind that had more than is kept. */
  list(): readonly PlacedAnomaly[] {
    const closing: PlacedAnomaly[] = [];
    for (const [which, seen] of this.#seen) {
      const rest = seen - DETAILED;
      if (rest <= 0) continue;
      const kind = TEXT_ANOMALIES[which];
      closing.push({ ...kind, message: `and ${rest} more of ${kind.code}`, count: rest });
    }
    return [...this.#kept, ...closing];
  }
}
