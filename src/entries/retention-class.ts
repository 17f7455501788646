/** Which events go to a retention class: all kinds that are named must fit, and of each kind one pattern. */
export interface ClassRule {
  /** 1 to 7; 0 is the class of everything that no rule names. */
  readonly retention: number;
  readonly senders: readonly string[];
  readonly hosts: readonly string[];
  readonly channels: readonly string[];
}

/** What a class is chosen by. */
export interface ClassFacts {
  readonly sender: string;
  readonly host: string;
  readonly channel: string;
}

/** Choices that are remembered: honest evidence repeats hosts and channels. */
const MOST_REMEMBERED = 10_000;

/** Chooses the retention class of events: that of the first rule that fits (SERVE 0.1, point 20). */
export class ClassChooser {
  readonly #rules: readonly ClassRule[];
  readonly #known = new Map<string, number>();

  constructor(rules: readonly ClassRule[]) {
    this.#rules = rules.map(({ retention, senders, hosts, channels }) => ({
      retention,
      senders: senders.map((pattern) => pattern.toLowerCase()),
      hosts: hosts.map((pattern) => pattern.toLowerCase()),
      channels: channels.map((pattern) => pattern.toLowerCase()),
    }));
  }

  of(facts: ClassFacts): number {
    if (this.#rules.length === 0) return 0;
    const key = `${facts.sender}\0${facts.host}\0${facts.channel}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const chosen = this.#choose(facts);
    if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
    this.#known.set(key, chosen);
    return chosen;
  }

  #choose({ sender, host, channel }: ClassFacts): number {
    const fits = (patterns: readonly string[], text: string): boolean =>
      patterns.length === 0 || patterns.some((pattern) => fitsPattern(pattern, text.toLowerCase()));
    const rule = this.#rules.find(
      ({ senders, hosts, channels }) => fits(senders, sender) && fits(hosts, host) && fits(channels, channel),
    );
    return rule?.retention ?? 0;
  }
}

/** Whether a text fits a pattern in which `*` stands for any run of characters. Pieces are found from left to right, so time is at most length times length (L20). */
export function fitsPattern(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return text === pattern;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
