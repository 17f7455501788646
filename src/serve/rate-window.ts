/** Slots that a window is counted in: what it tells rests on at least eleven of twelve parts of it. */
const SLOTS = 12;

/** How many came in the last while, counted in slots of equal length, so that it holds twelve numbers however many come. */
export class RateWindow {
  readonly #slotMs: number;
  readonly #counts = new Uint32Array(SLOTS);
  #newest = 0;

  /** `spanMs`: how far it looks back, milliseconds. */
  constructor(spanMs: number) {
    this.#slotMs = spanMs / SLOTS;
  }

  /** So many came at a time of a clock that never goes back, milliseconds. */
  add(atMs: number, count: number): void {
    this.#moveTo(atMs);
    const at = this.#newest % SLOTS;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  /** How many came a second in the span before a time; where it was begun later (`sinceMs`), since then, and at least over one second. */
  perSecond(atMs: number, sinceMs: number): number {
    this.#moveTo(atMs);
    const fromMs = Math.max(sinceMs, (this.#newest - SLOTS + 1) * this.#slotMs);
    const sum = this.#counts.reduce((all, count) => all + count, 0);
    return (sum * 1000) / Math.max(1000, atMs - fromMs);
  }

  /** Empties the slots that begin anew. */
  #moveTo(atMs: number): void {
    const slot = Math.floor(atMs / this.#slotMs);
    if (slot - this.#newest >= SLOTS) this.#counts.fill(0);
    else for (let at = this.#newest + 1; at <= slot; at++) this.#counts[at % SLOTS] = 0;
    this.#newest = Math.max(this.#newest, slot);
  }
}
