import type { TextAnswer } from '../../intake/index.ts';
import type { ContextAsk } from './messages.ts';

/** A stretch of event time, Unix milliseconds, its end not in it. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Names of hosts in one ask: as many as a query of the archive may name. */
const MOST_HOSTS = 256;
/** Hosts of which is remembered what was asked; of more nothing is asked (L15). */
const MOST_KNOWN = 20_000;
/** A time beyond these is none that an archive could have much of. */
const MOST_MS = 8_640_000_000_000_000;
/** So many stretches of a host at most: a batch whose times lie all over asks for what lies around its first and last. */
const MOST_STRETCHES = 64;

/**
 * What was asked of the archive for a backlog: of each host each stretch of time once, in whole spans, so that a backlog of many batches asks a few times. What of
 * the answers comes by the backlog itself is known by the position of its batch.
 */
export class ContextBook {
  readonly #spanMs: number;
  readonly #asked = new Map<string, Stretch[]>();
  readonly #positions = new Set<number>();
  /** What is to be asked for, in order; one ask at a time is under way, so that each knows how much room is left. */
  readonly #wanted: Omit<ContextAsk, 'roomBytes'>[] = [];
  #open: number | undefined;
  #asks = 0;
  #room: number;
  #unasked = 0;

  /** `spanMs`: how far joins reach; `roomBytes`: bytes of events that may be asked for in all. */
  constructor(spanMs: number, roomBytes: number) {
    this.#spanMs = spanMs;
    this.#room = roomBytes;
  }

  /** True while something is still to be answered. */
  get isWaiting(): boolean {
    return this.#open !== undefined || this.#wanted.length > 0;
  }

  /** Hosts that were not asked for, since too many are known. */
  get unasked(): number {
    return this.#unasked;
  }

  /** Notes a batch that the lane holds whole. */
  holds(position: number): void {
    this.#positions.add(position);
  }

  /** True of events that the lane has by their own batch. */
  has(position: number): boolean {
    return this.#positions.has(position);
  }

  /**
   * Has the archive asked for what lies beside the events of a batch before `horizonMs`, as far as it was not before. `upTo`: the last position that detection has
   * seen; what comes later comes by itself.
   */
  want({ coverage }: Pick<TextAnswer, 'coverage'>, horizonMs: number, upTo: number): void {
    const byStretch = new Map<string, { readonly stretch: Stretch; readonly hosts: string[] }>();
    for (const [host, around] of spansOf(coverage, horizonMs)) {
      for (const stretch of this.#missing(host, around)) {
        const key = `${stretch.fromMs} ${stretch.toMs}`;
        const entry = byStretch.get(key) ?? { stretch, hosts: [] };
        byStretch.set(key, entry);
        entry.hosts.push(host);
      }
    }
    for (const { stretch, hosts } of byStretch.values()) {
      for (let at = 0; at < hosts.length; at += MOST_HOSTS) {
        const some = hosts.slice(at, at + MOST_HOSTS);
        this.#wanted.push({ kind: 'ask', ask: ++this.#asks, hosts: some, ...stretch, upTo });
      }
    }
  }

  /** The next ask, once the one before is answered. */
  next(): ContextAsk | undefined {
    const ask = this.#open === undefined ? this.#wanted.shift() : undefined;
    if (ask === undefined) return undefined;
    this.#open = ask.ask;
    return { ...ask, roomBytes: this.#room };
  }

  answered(ask: number, bytes: number): void {
    if (this.#open === ask) this.#open = undefined;
    this.#room = Math.max(0, this.#room - bytes);
  }

  /** The parts of what lies around some events of a host that were not asked for; they are from now on. */
  #missing(host: string, { fromMs, toMs }: Stretch): readonly Stretch[] {
    const asked = this.#asked.get(host);
    if (asked === undefined && this.#asked.size >= MOST_KNOWN) {
      this.#unasked++;
      return [];
    }
    const wanted = {
      fromMs: Math.floor((fromMs - this.#spanMs) / this.#spanMs) * this.#spanMs,
      toMs: (Math.floor((toMs + this.#spanMs) / this.#spanMs) + 1) * this.#spanMs,
    };
    const missing = (asked ?? []).reduce<readonly Stretch[]>(
      (left, one) => left.flatMap((part) => without(part, one)),
      [wanted],
    );
    const all = [...(asked ?? []), ...missing].sort((a, b) => a.fromMs - b.fromMs);
    this.#asked.set(host, joined(all));
    return missing;
  }
}

/** Earliest and latest event before the horizon of each host, by its name in small letters. */
function spansOf(coverage: TextAnswer['coverage'], horizonMs: number): ReadonlyMap<string, Stretch> {
  const spans = new Map<string, Stretch>();
  for (const { computer, firstMs, lastMs: newestMs } of coverage) {
    const lastMs = Math.min(newestMs, horizonMs);
    if (!(Math.abs(firstMs) < MOST_MS && Math.abs(lastMs) < MOST_MS) || firstMs > lastMs) continue;
    const host = computer.toLowerCase();
    const { fromMs = firstMs, toMs = lastMs } = spans.get(host) ?? {};
    spans.set(host, { fromMs: Math.min(fromMs, firstMs), toMs: Math.max(toMs, lastMs) });
  }
  return spans;
}

function without(part: Stretch, { fromMs, toMs }: Stretch): readonly Stretch[] {
  const before = { fromMs: part.fromMs, toMs: Math.min(part.toMs, fromMs) };
  const behind = { fromMs: Math.max(part.fromMs, toMs), toMs: part.toMs };
  return [before, behind].filter((one) => one.fromMs < one.toMs);
}

/** Stretches in order as few as they can be; beyond the bound those between the first and the last count as asked. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const one of stretches) {
    const last = all.at(-1);
    if (last !== undefined && one.fromMs <= last.toMs) {
      all[all.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, one.toMs) };
    } else all.push(one);
  }
  const [first] = all;
  const last = all.at(-1);
  return all.length <= MOST_STRETCHES || first === undefined || last === undefined
    ? all
    : [{ fromMs: first.fromMs, toMs: last.toMs }];
}
