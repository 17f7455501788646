import type { RouteHit } from '../match/route-matcher.ts';
import type { Column } from './columns.ts';

/** Answers that are kept, half of them since the other half was full. */
const MOST_ANSWERS = 4096;
/** Longest text by which an answer is kept, UTF-16 units: command lines may have 32,767. */
const MOST_CHARS = 2048;
/** Of all texts of one half, UTF-16 units. */
const MOST_CHARS_OF_HALF = 1 << 20;
/** Of so many events at least this share must be known already, or nothing is looked up for the next ones. */
const TRIAL_EVENTS = 1024;
const LEAST_SHARE = 0.25;
const REST_EVENTS = 16 * TRIAL_EVENTS;

/**
 * What rules said of values that they were shown before. An answer is one of the values that the rules ask for and of nothing else, and machines start the same programs with the
 * same words again and again. Where they do not, it rests.
 */
export class RememberedHits {
  readonly #columns: readonly Column[];
  #young = new Map<string, readonly RouteHit[]>();
  #old: ReadonlyMap<string, readonly RouteHit[]> = new Map();
  /** Undefined where the answer to the event under the hand is not to be kept. */
  #key: string | undefined;
  #chars = 0;
  #asked = 0;
  #known = 0;
  #rest = 0;

  /** `columns` are all that the rules ask for. */
  constructor(columns: readonly Column[]) {
    this.#columns = columns;
  }

  /** What was said of the same values. */
  recall(): readonly RouteHit[] | undefined {
    this.#key = undefined;
    if (this.#isResting()) return undefined;
    const key = keyOf(this.#columns);
    if (key.length > MOST_CHARS) return undefined;
    const known = this.#young.get(key) ?? this.#old.get(key);
    if (known === undefined) this.#key = key;
    else this.#known++;
    return known;
  }

  /** Keeps what is said of the event that `recall` did not know. */
  keep(hits: readonly RouteHit[]): void {
    if (this.#key === undefined) return;
    if (this.#young.size >= MOST_ANSWERS / 2 || this.#chars >= MOST_CHARS_OF_HALF) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#chars = 0;
    }
    this.#chars += this.#key.length;
    this.#young.set(this.#key, hits);
  }

  #isResting(): boolean {
    if (this.#rest > 0) {
      this.#rest--;
      return true;
    }
    if (this.#asked++ < TRIAL_EVENTS) return false;
    const isWorthIt = this.#known >= this.#asked * LEAST_SHARE;
    this.#asked = 0;
    this.#known = 0;
    if (isWorthIt) return false;
    this.#rest = REST_EVENTS;
    this.#young.clear();
    this.#chars = 0;
    this.#old = new Map();
    return true;
  }
}

/** The values of columns as one text. Each says how long it is, so that no other values have the same text: whoever chooses values must not choose the answer. */
function keyOf(columns: readonly Column[]): string {
  let key = '';
  for (let at = 0; at < columns.length; at++) {
    const values = columns[at]?.values();
    if (values === undefined) {
      key += '-';
      continue;
    }
    key += values.length;
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (typeof value === 'string') key += `s${value.length}:${value}`;
      else key += `${typeof value}${value};`;
    }
  }
  return key;
}
