import { type CoverageKey, MAX_COVERAGE_ROWS, newCoverage, OVERFLOW_KEY, type UnitCoverage } from './coverage-rows.ts';

/** How the times of a packed row or coverage row are stated: what settling them needs (SETTLED B8, B9). */
export interface TimeNote {
  readonly zone: 'utc' | 'claimed' | 'local';
  readonly precision: 'ticks' | 'ms' | 's';
}

const ZONES: readonly TimeNote['zone'][] = ['utc', 'claimed', 'local'];
const PRECISIONS: readonly TimeNote['precision'][] = ['ticks', 'ms', 's'];
const NOTES = ZONES.length * 4;

/** The note in the byte that travels with a packed row. */
export function timeNoteByte(note: TimeNote): number {
  return ZONES.indexOf(note.zone) * 4 + PRECISIONS.indexOf(note.precision);
}

export function timeNoteOf(byte: number): TimeNote {
  return { zone: ZONES[byte >> 2] ?? 'utc', precision: PRECISIONS[byte & 3] ?? 'ticks' };
}

/** Coverage whose times are as stated; `at` and `until` are the places of the first and last time. */
export interface TextCoverage extends UnitCoverage {
  readonly note: TimeNote;
  readonly offset: number;
}

/** Rows of one computer, id and kind of time: the one that was met last, and all by channel and provider. */
interface Group {
  last: TextCoverage;
  readonly rows: Map<string, TextCoverage>;
}

/**
 * The coverage of one block, a row for each computer, channel, provider, id and kind of time. Told apart level by level: a key of all of them is a text
 * that is made and hashed for every event ([M] 0.7 µs), and channel and provider of an id are nearly always those of the event before.
 */
export class TextCoverageRows {
  readonly #rows: TextCoverage[] = [];
  readonly #byComputer = new Map<string, Map<number, Group>>();
  #overflow: TextCoverage | undefined;

  /** The row that counts records of this key; what is beyond the bound is counted in one. */
  of(key: CoverageKey, note: TimeNote, offset: number): TextCoverage {
    const at = key.eventId * NOTES + timeNoteByte(note);
    const groups = this.#byComputer.get(key.computer);
    const group = groups?.get(at);
    if (group !== undefined && isOf(group.last, key)) return group.last;
    const known = group?.rows.get(logOf(key));
    if (group !== undefined && known !== undefined) {
      group.last = known;
      return known;
    }
    const isFull = this.#rows.length >= MAX_COVERAGE_ROWS;
    if (isFull && this.#overflow !== undefined) return this.#overflow;
    const row: TextCoverage = { ...newCoverage(isFull ? OVERFLOW_KEY : key, 'live'), isText: true, note, offset };
    this.#rows.push(row);
    if (isFull) this.#overflow = row;
    else this.#add(row, at);
    return row;
  }

  /** All rows, in the order in which they were met. */
  get rows(): readonly TextCoverage[] {
    return this.#rows;
  }

  #add(row: TextCoverage, at: number): void {
    const groups = this.#byComputer.get(row.computer) ?? new Map<number, Group>();
    this.#byComputer.set(row.computer, groups);
    const group = groups.get(at) ?? { last: row, rows: new Map<string, TextCoverage>() };
    groups.set(at, group);
    group.last = row;
    group.rows.set(logOf(row), row);
  }
}

function isOf(row: TextCoverage, { channel, provider }: CoverageKey): boolean {
  return row.channel === channel && row.provider === provider;
}

function logOf({ channel, provider }: CoverageKey): string {
  return `${channel}\u0000${provider}`;
}
