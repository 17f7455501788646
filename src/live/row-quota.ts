/** A held row as far as it matters for who has to let go of it. */
export interface HeldRow {
  /** Computer as written, lower case. */
  readonly host: string;
  /** Number of the sender. */
  readonly source: number;
  /** Event time, Unix milliseconds. */
  readonly timeMs: number;
  readonly bytes: number;
  readonly isPinned: boolean;
}

/**
 * Why a row was let go: `expired` is older than the window; `hostShare` is of a host that holds more than four times its part,
 * `sourceShare` of a sender that does; `capacity` of one of the largest hosts, when all hold their part; `fault` came last before a judgement that
 * a bug ended.
 */
export type LossReason = 'expired' | 'hostShare' | 'sourceShare' | 'capacity' | 'fault';

export interface QuotaLimits {
  /** Rows before it are too old. */
  readonly horizonMs: number;
  /** Bytes of all rows that stay, at most. */
  readonly bytes: number;
}

/** A host or a sender may hold so many times what it would have if all held the same (SERVE 4.6). */
const FAIR_TIMES = 4;
/** No sender fills the window alone: hosts can be made up, senders cannot. */
const MOST_OF_ONE_SENDER = 0.75;

/** What is left of a window that was full, so that not every event makes room for itself; and of what was judged, however much waits, for the next judgement joins with it. */
const FILLED = 0.9;
const JUDGED_SHARE = 0.5;

/** Bytes that are left of a window of so many when it was full, `unjudged` of them of rows that stay until they are judged. */
export function roomWhenFull(bytes: number, unjudged: number): number {
  return Math.max(bytes * FILLED, bytes * JUDGED_SHARE + unjudged);
}

/**
 * Which rows go so that the others fit (L15), by their place in the list. The largest hosts lose their oldest rows, down to one level, so
 * that a flood from one host costs no other host anything; pinned rows stay.
 */
export function rowsToLetGo(rows: readonly HeldRow[], limits: QuotaLimits): ReadonlyMap<number, LossReason> {
  const lost = new Map<number, LossReason>();
  rows.forEach((row, at) => {
    if (row.timeMs < limits.horizonMs && !row.isPinned) lost.set(at, 'expired');
  });
  const free = new FreeRows(rows, lost);
  if (free.bytes + free.pinnedBytes <= limits.bytes) return lost;
  const allowed = Math.max(0, limits.bytes - free.pinnedBytes);
  const bySource = free.groups(({ source }) => source);
  const ofSource = allowed * Math.min(MOST_OF_ONE_SENDER, FAIR_TIMES / bySource.length);
  for (const group of bySource.length > 1 ? bySource : []) {
    if (group.bytes > ofSource) free.level(group.places, ofSource, () => 'sourceShare');
  }
  if (free.bytes <= allowed) return lost;
  const hosts = free.groups(({ host }) => host);
  const fair = (allowed * FAIR_TIMES) / hosts.length;
  const reasonOf = (bytes: number): LossReason => (bytes > fair ? 'hostShare' : 'capacity');
  free.level(
    hosts.flatMap(({ places }) => places),
    allowed,
    reasonOf,
  );
  return lost;
}

interface RowGroup {
  /** Places of its rows, oldest first. */
  readonly places: readonly number[];
  readonly bytes: number;
}

/** Rows that may go, while some of them do. */
class FreeRows {
  readonly #rows: readonly HeldRow[];
  readonly #lost: Map<number, LossReason>;
  readonly #free: number[] = [];
  bytes = 0;
  pinnedBytes = 0;

  constructor(rows: readonly HeldRow[], lost: Map<number, LossReason>) {
    this.#rows = rows;
    this.#lost = lost;
    rows.forEach((row, at) => {
      if (row.isPinned) this.pinnedBytes += row.bytes;
      else if (!lost.has(at)) {
        this.#free.push(at);
        this.bytes += row.bytes;
      }
    });
    this.#free.sort((a, b) => this.#row(a).timeMs - this.#row(b).timeMs || a - b);
  }

  groups(keyOf: (row: HeldRow) => string | number): readonly RowGroup[] {
    return this.#groupsOf(this.#free, keyOf);
  }

  /** Takes the oldest rows from the largest hosts among these until all of them have `allowed` bytes, and no row more. */
  level(places: readonly number[], allowed: number, reasonOf: (hostBytes: number) => LossReason): void {
    const hosts = this.#groupsOf(places, ({ host }) => host);
    const most = waterLevel(
      hosts.map(({ bytes }) => bytes),
      allowed,
    );
    let over = hosts.reduce((sum, { bytes }) => sum + bytes, -allowed);
    for (const { places: ofHost, bytes } of hosts.toSorted((a, b) => b.bytes - a.bytes)) {
      let left = bytes;
      for (const at of ofHost) {
        if (left <= most || over <= 0) break;
        const row = this.#row(at);
        this.#lost.set(at, reasonOf(bytes));
        left -= row.bytes;
        over -= row.bytes;
        this.bytes -= row.bytes;
      }
    }
  }

  #groupsOf(places: readonly number[], keyOf: (row: HeldRow) => string | number): readonly RowGroup[] {
    const groups = new Map<string | number, { places: number[]; bytes: number }>();
    for (const at of places) {
      if (this.#lost.has(at)) continue;
      const row = this.#row(at);
      const key = keyOf(row);
      const group = groups.get(key) ?? { places: [], bytes: 0 };
      groups.set(key, group);
      group.places.push(at);
      group.bytes += row.bytes;
    }
    return [...groups.values()];
  }

  #row(at: number): HeldRow {
    const row = this.#rows[at];
    if (row === undefined) throw new RangeError(`row ${at} is not held`);
    return row;
  }
}

/** The level to which sizes are cut so that their sum is at most `allowed`. */
export function waterLevel(sizes: readonly number[], allowed: number): number {
  let left = allowed;
  const rising = [...sizes].sort((a, b) => a - b);
  for (const [at, size] of rising.entries()) {
    const level = left / (rising.length - at);
    if (size > level) return level;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}
