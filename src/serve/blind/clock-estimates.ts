/** What is remembered of a sender: the least of each of the newest two spans, which together are 5 to 10 minutes (SERVE 4.2). */
const SPAN_MS = 300_000;
/** Senders that are remembered; who sent longest ago goes (L15). */
const MOST_SENDERS = 10_000;
/** A batch whose newest event is older is no live one, and says nothing of a clock. */
const MOST_MS = 86_400_000;
/** Share of the other senders that bring their events as quickly as is usual here. */
const FLOOR_SHARE = 0.05;

interface Least {
  readonly span: number;
  /** Milliseconds from the newest event of a batch to its arrival. */
  readonly ms: number;
}

/**
 * How far behind the clock of this server the events of each sender come at least, beyond what is usual among the others: its clock, or what lies between. It is
 * shown, enters no join and moves no time (SERVE 0.1: 3).
 */
export class ClockEstimates {
  readonly #bySender = new Map<string, readonly Least[]>();

  /** A batch was read. `newestMs` is the newest time of its events, not finite where it has none. */
  note(sender: string, receivedMs: number, newestMs: number): void {
    const ms = receivedMs - newestMs;
    if (!Number.isFinite(ms) || Math.abs(ms) > MOST_MS) return;
    const span = Math.floor(receivedMs / SPAN_MS);
    const before = this.#bySender.get(sender) ?? [];
    const now = before.find((least) => least.span === span);
    const next = [...before.filter((least) => least.span === span - 1), { span, ms: Math.min(ms, now?.ms ?? ms) }];
    this.#bySender.delete(sender);
    this.#bySender.set(sender, next);
    const [oldest] = this.#bySender.keys();
    if (this.#bySender.size > MOST_SENDERS && oldest !== undefined) this.#bySender.delete(oldest);
  }

  /** Milliseconds by which each sender of the last minutes is behind; negative where it is ahead. Alone, a sender is compared with none. */
  all(nowMs: number): ReadonlyMap<string, number> {
    const span = Math.floor(nowMs / SPAN_MS);
    const leasts: { readonly sender: string; readonly ms: number }[] = [];
    for (const [sender, own] of this.#bySender) {
      const recent = own.filter((least) => least.span >= span - 1);
      if (recent.length > 0) leasts.push({ sender, ms: Math.min(...recent.map(({ ms }) => ms)) });
    }
    leasts.sort((a, b) => a.ms - b.ms);
    const floorAt = Math.floor((leasts.length - 1) * FLOOR_SHARE);
    return new Map(
      leasts.map(({ sender, ms }, at) => [sender, ms - (leasts[at <= floorAt ? floorAt + 1 : floorAt]?.ms ?? 0)]),
    );
  }
}
