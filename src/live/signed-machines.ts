/** Names that are remembered, and that wait; the oldest go. */
const MOST_NAMES = 4096;
/** Of them, of one sender: names are made up at will. */
const MOST_OF_SENDER = 256;

/**
 * Machines of which a sign came, by the names that records give them, until the second judgement after it begins: what comes of them meanwhile may make more of it.
 * Some wait to be looked at, in the order in which they came, in turn by sender.
 */
export class SignedMachines {
  /** Since the last judgement began, and since the one before. */
  #recent = new Set<string>();
  #before: ReadonlySet<string> = new Set();
  /** Names that wait, by sender. */
  readonly #waiting = new Map<number, Set<string>>();
  /** Those of them that the judgement under way sees. */
  #seen = new Map<number, Set<string>>();

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
  came(name: string, sender: number): void {
    if (this.#recent.has(name) || this.#before.has(name)) this.wait(name, sender);
  }

  wait(name: string, sender: number): void {
    const names = this.#waiting.get(sender) ?? new Set();
    // What came since a judgement began is not seen by it.
    this.#seen.get(sender)?.delete(name);
    names.delete(name);
    names.add(name);
    const [oldest] = names;
    if (names.size > MOST_OF_SENDER && oldest !== undefined) names.delete(oldest);
    this.#waiting.set(sender, names);
  }

  /** Those that are looked at now, one of each sender in turn: they wait no more. */
  take(most: number): readonly string[] {
    const taken = new Set<string>();
    while (taken.size < most && this.#waiting.size > 0) {
      for (const [sender, names] of [...this.#waiting]) {
        const [name] = names;
        if (name === undefined || taken.size >= most) continue;
        taken.add(name);
        this.#done(sender, name);
      }
    }
    return [...taken];
  }

  /** A judgement begins that sees all that came: what it tells is known at its end. */
  judging(): void {
    this.#before = this.#recent;
    this.#recent = new Set();
    this.#seen = new Map([...this.#waiting].map(([sender, names]) => [sender, new Set(names)]));
  }

  judged(): void {
    for (const [sender, names] of this.#seen) for (const name of names) this.#done(sender, name);
    this.#seen.clear();
  }

  #done(sender: number, name: string): void {
    const names = this.#waiting.get(sender);
    names?.delete(name);
    if (names?.size === 0) this.#waiting.delete(sender);
  }
}
