import { type Sender, standing } from '../accounts/index.ts';
import type { TextAnswer } from '../intake/index.ts';
import type { Apart } from '../live/index.ts';
import type { State } from '../state/index.ts';
import type { Source, TrustClass } from '../windows/index.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';

/** How long what the state says of a sender is believed, and how many are remembered; also of computers of one sender. */
const REMEMBER_MS = 60_000;
const MAX_REMEMBERED = 10_000;
/** Until the state is asked again that could not answer. */
const PAUSE_MS = 1000;
/** Senders that are told of one by one. */
const MAX_TOLD = 100;

/** The way that a batch came, and what of it came another. */
export interface Way {
  readonly source: Source;
  readonly apart?: Apart;
}

/** Who brought a batch, how, and what was read of it. */
export interface Brought {
  readonly sender: string;
  readonly trust: TrustClass;
  /** Where it is from, of whatever class. */
  readonly from: Source;
  readonly answer: TextAnswer | undefined;
}

interface Remembered {
  readonly sender: Sender | undefined;
  readonly untilMs: number;
  /** Whether what it says of a computer, in lower case, counts. */
  readonly speaksFor: Map<string, boolean>;
}

/** What the events of each batch are worth by who sent them (L18), and what senders said of hosts that they are not bound to. */
export class SenderBindings {
  readonly #state: State;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #nowMs: () => number;
  readonly #remembered = new Map<string, Remembered>();
  readonly #mismatched = new Map<string, number>();
  readonly #given: ReadonlyMap<string, Sender>;

  /** `given`: senders of another store, whose events are fed here; they stand before those of the state. */
  constructor(
    state: State,
    log: Log,
    metrics: Metrics,
    nowMs: () => number,
    given: ReadonlyMap<string, Sender> = new Map(),
  ) {
    this.#given = given;
    this.#state = state;
    this.#log = log;
    this.#metrics = metrics;
    this.#nowMs = nowMs;
  }

  /** The way of a batch, and of the hosts in it that its sender is not bound to. `isNew`: they are counted. */
  async wayOf({ sender: id, trust, from, answer }: Brought, isNew: boolean): Promise<Way> {
    const plain = { source: { ...from, trust } };
    // Of what has no key, a watched folder or a sender by its address, nothing is kept.
    if (answer === undefined || id.includes(':')) return plain;
    const known = await this.#find(id);
    const { sender } = known;
    if (sender === undefined) return plain;
    const relayed = sender.isRelay ? ({ relayed: true } as const) : {};
    if (sender.hosts.length === 0 && !sender.isRelay) return plain;
    const foreign = answer.coverage.filter(({ computer }) => !speaksFor(known, sender, computer));
    const counts = answer.coverage.find(({ computer }) => speaksFor(known, sender, computer));
    const own = { ...from, trust: classOf(sender, counts?.computer, trust), ...relayed };
    const [first] = foreign;
    if (first === undefined) return { source: own };
    const events = foreign.reduce((sum, { count }) => sum + count, 0);
    if (isNew && sender.hosts.length > 0) this.#tell(id, first.computer, events);
    const other = { ...from, trust: classOf(sender, first.computer, trust), ...relayed };
    const computers = new Set(foreign.map(({ computer }) => computer.toLowerCase()));
    return { source: own, apart: { source: { ...other, hostNotBound: true }, computers } };
  }

  /** Asks the state again: what is set of a sender changed. */
  forget(id: string): void {
    this.#remembered.delete(id);
  }

  /** What a person should look at, in sentences. */
  get degraded(): readonly string[] {
    return [...this.#mismatched].map(
      ([id, events]) =>
        `sender ${id} spoke ${events} time(s) for hosts that it is not bound to: a wrong pattern, or a forged host`,
    );
  }

  #tell(id: string, computer: string, events: number): void {
    this.#metrics.count('triad_host_not_bound_events_total', [], events);
    const known = this.#mismatched.get(id);
    if (known === undefined && this.#mismatched.size >= MAX_TOLD) return;
    if (known === undefined) this.#log.warn('host not bound', { sender: id, computer, events });
    this.#mismatched.set(id, (known ?? 0) + events);
  }

  /** What the state says of a sender. While it cannot answer nothing is taken for proven that may not be: it is asked again. */
  async #find(id: string): Promise<Remembered> {
    const known = this.#remembered.get(id);
    if (known !== undefined && this.#nowMs() < known.untilMs) return known;
    const given = this.#given.get(id);
    if (given !== undefined) return this.#remember(id, given, known);
    for (;;) {
      const found = await this.#state.call('findSender', { id });
      if (found.kind === 'done') return this.#remember(id, found.value ?? undefined, known);
      if (known !== undefined) return known;
      if (found.code === 'closed' || found.code === 'died') {
        return { sender: undefined, untilMs: 0, speaksFor: new Map() };
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  #remember(id: string, sender: Sender | undefined, before: Remembered | undefined): Remembered {
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    const isSame =
      before?.sender !== undefined &&
      before.sender.hosts.join() === sender?.hosts.join() &&
      sender.isRelay === before.sender.isRelay;
    const remembered = {
      sender,
      untilMs: this.#nowMs() + REMEMBER_MS,
      speaksFor: isSame ? before.speaksFor : new Map<string, boolean>(),
    };
    this.#remembered.set(id, remembered);
    return remembered;
  }
}

/** Whether what a sender says of a computer counts: each name is looked at once. */
function speaksFor({ speaksFor: remembered }: Remembered, sender: Sender, computer: string): boolean {
  const name = computer.toLowerCase();
  const known = remembered.get(name);
  if (known !== undefined) return known;
  const counts = standing(sender, computer, 'authenticated').mayRaiseConfidence;
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(name, counts);
  return counts;
}

function classOf(sender: Sender, computer: string | undefined, trust: TrustClass): TrustClass {
  return computer === undefined ? trust : standing(sender, computer, trust).trust;
}
