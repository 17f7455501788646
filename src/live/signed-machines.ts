/** Names that are remembered; the oldest go. */
const MOST_NAMES = 4096;

/**
 * Machines of which a sign came, by the names that records give them, until the second judgement after it begins: what comes of them meanwhile may make more of it.
 * Some wait to be looked at, in the order in which they came.
 */
export class SignedMachines {
  /** Since the last judgement began, and since the one before. */
  #recent = new Set<string>();
  #before: ReadonlySet<string> = new Set();
  readonly #waiting = new Set<string>();

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** A sign came, and is looked at now. */
  sign(name: string): void {
    this.#recent.delete(name);
    this.#recent.add(name);
    const [oldest] = this.#recent;
    if (this.#recent.size > MOST_NAMES && oldest !== undefined) this.#recent.delete(oldest);
  }

  /** Something came that is no sign. */
  came(name: string): void {
    if (this.#recent.has(name) || this.#before.has(name)) this.wait(name);
  }

  wait(name: string): void {
    if (this.#waiting.size < MOST_NAMES) this.#waiting.add(name);
  }

  /** Those that are looked at now: they wait no more. */
  take(most: number): readonly string[] {
    const taken = [...this.#waiting].slice(0, most);
    for (const name of taken) this.#waiting.delete(name);
    return taken;
  }

  /** A judgement begins that sees all that came. */
  judged(): void {
    this.#before = this.#recent;
    this.#recent = new Set();
    this.#waiting.clear();
  }
}
