import { type CallSource, type CallSources, type Entities, FairTable } from '../entities/index.ts';
import type { Event } from '../windows/index.ts';
import type { Call, JoinRow, JoinRowOpener, SourceClaim } from './call.ts';
import { isElsewhere } from './call-facts.ts';
import { mergeClaims } from './merge-claims.ts';
import { JOIN_ROWS } from './rows.ts';
import { transportOf } from './transport.ts';

/** Open calls of one run, and of one source: a flood from one machine pushes out its own (SETTLED C25). */
const CALL_BOUNDS = { max: 100_000, quota: 4096 };
/**
 * Claims are looked up again so much later: when the sets of its logon are complete (SETTLED C3), and when the records of a
 * clock that is 15 minutes off have come (ADR 0009).
 */
const AGAIN_MS = [35_000, 900_000];

interface OpenCall {
  call: Call;
  /** What each row last said that was not nothing, and that nothing broke since: its records are pinned by it. */
  readonly claims: Map<string, readonly SourceClaim[]>;
  /** By what it came in, once a connection told: that may be gone before the run ends. */
  transport?: 'dcom' | 'winrm';
}

/** Calls in the order of opening, to be asked again from `head` on. */
interface Waiting {
  readonly afterMs: number;
  calls: OpenCall[];
  head: number;
}

/** Joins calls at their targets with their sources (DOMAIN 2.3). Takes events in order of time, after `entities`. */
export class Joins implements CallSources {
  readonly #entities: Entities;
  readonly #rows: readonly JoinRow[];
  readonly #following: readonly JoinRow[];
  readonly #calls = new FairTable<OpenCall>({ ...CALL_BOUNDS, onEvict: ({ call }) => this.#byKey.delete(call.key) });
  readonly #byKey = new Map<string, OpenCall>();
  readonly #waiting = AGAIN_MS.map((afterMs): Waiting => ({ afterMs, calls: [], head: 0 }));

  constructor(entities: Entities, rows: readonly JoinRowOpener[] = JOIN_ROWS) {
    this.#entities = entities;
    this.#rows = rows.map((open) => open(entities));
    this.#following = this.#rows.filter((row) => row.accept !== undefined);
  }

  /** Takes the next event; it need not outlive the call. */
  accept(event: Event): void {
    if (this.#following.length === 0) return;
    const host = this.#entities.hostKey(event.computer);
    for (const row of this.#following) row.accept?.(host, event);
  }

  /** Looks again for the sources of calls that were made some time before. */
  settle(nowMs: number): void {
    // When the run ends each is asked for by its key.
    if (nowMs === Number.POSITIVE_INFINITY) return;
    for (const waiting of this.#waiting) {
      for (;;) {
        const open = waiting.calls[waiting.head];
        if (open === undefined || open.call.timeMs + waiting.afterMs > nowMs) break;
        waiting.head++;
        if (this.#byKey.get(open.call.key) === open) this.#look(open);
      }
      if (waiting.head > 1024 && waiting.head * 2 > waiting.calls.length) {
        waiting.calls = waiting.calls.slice(waiting.head);
        waiting.head = 0;
      }
    }
  }

  /** Remembers a call until the end of the run: what leads to its source is pinned (L15). */
  open(call: Call): void {
    const known = this.#byKey.get(call.key);
    if (known !== undefined && (known.call.logon !== undefined || call.logon === undefined)) return;
    const open: OpenCall = { call, claims: new Map() };
    if (known !== undefined) this.#calls.delete(groupOf(known.call), call.key);
    this.#calls.set(groupOf(call), call.key, open);
    this.#byKey.set(call.key, open);
    this.#look(open);
    for (const { calls } of this.#waiting) calls.push(open);
  }

  /** The sources of a call that was opened, best first; empty: "source unknown". */
  sourcesOf(key: string): readonly CallSource[] {
    const open = this.#byKey.get(key);
    if (open === undefined) return [];
    this.#look(open);
    const claims = this.#rows.flatMap(({ id }) => open.claims.get(id) ?? []);
    const sources = mergeClaims(this.#entities, open.call, claims);
    const { transport } = open;
    return transport === undefined ? sources : sources.map((source) => ({ ...source, transport }));
  }

  /** Rows that its bounds let go of, by table. */
  get evicted(): Readonly<Record<string, number>> {
    const tables: Record<string, number> = { openCalls: this.#calls.evicted };
    for (const row of this.#rows) Object.assign(tables, row.evicted ?? {});
    return tables;
  }

  #look(open: OpenCall): void {
    open.call = this.#withEnds(open.call);
    const transport = open.transport ?? transportOf(this.#entities, open.call);
    if (transport !== undefined) open.transport = transport;
    for (const row of this.#rows) {
      const said = row.claims(open.call);
      const before = open.claims.get(row.id);
      const claims = said.length > 0 ? withKnownProcesses(said, before) : this.#unbroken(open.call, row, before ?? []);
      if (claims.length > 0) open.claims.set(row.id, claims);
      else open.claims.delete(row.id);
    }
  }

  /** Of what a row says no more, that which only a bound took (L15): nothing known by now speaks against it (L8). */
  #unbroken(call: Call, row: JoinRow, claims: readonly SourceClaim[]): readonly SourceClaim[] {
    return claims.filter((claim) => {
      if (claim.host !== undefined && isElsewhere(this.#entities, call, claim.host)) return false;
      return row.isBroken?.(call, claim) !== true;
    });
  }

  /** With the client ends that are known by now; those found before stay, as their logons may be gone. */
  #withEnds(call: Call): Call {
    const { host, logon, timeMs, ends = [] } = call;
    if (logon === undefined) return call;
    const known = new Set(ends.map(({ port }) => port));
    const fresh = this.#entities.clientEnds(host, logon, timeMs).filter(({ port }) => !known.has(port));
    if (fresh.length === 0) return call;
    return { ...call, ends: [...ends, ...fresh].sort((a, b) => a.fromMs - b.fromMs || a.port - b.port) };
  }
}

/** What a row says again, with what it knew of its processes before: the start of one that has ended may be gone by now. */
function withKnownProcesses(
  said: readonly SourceClaim[],
  before: readonly SourceClaim[] | undefined,
): readonly SourceClaim[] {
  if (before === undefined) return said;
  return said.map((claim) => {
    const { host, process } = claim;
    if (process === undefined || process.key !== undefined) return claim;
    const known = before.find(
      (old) => old.host === host && old.process?.key !== undefined && old.process.pid === process.pid,
    );
    return known?.process === undefined ? claim : { ...claim, process: known.process };
  });
}

/** Where the call came from, as far as the target tells. */
function groupOf({ host, logon, account, sid, ends }: Call): string {
  const source = logon?.address ?? ends?.[0]?.address ?? sid ?? account?.toLowerCase() ?? '';
  return `${host}\u0000${source}`;
}
