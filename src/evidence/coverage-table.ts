import { mergeCoverage, type TextCoverage, type TimeNote, timeNoteByte, type UnitCoverage } from '../intake/index.ts';
import { type SettledClock, settleTime } from '../shapes/index.ts';
import type { CoverageCount, Source } from '../windows/index.ts';

/** Distinct rows held; a forged log could otherwise name a new computer in every record (L15). */
const MAX_ROWS = 200_000;

/** Coverage of a unit; `assumed` where its times are local and nothing in its source tells the zone. */
export interface TimedCoverage extends UnitCoverage {
  readonly assumed?: { readonly note: TimeNote; readonly offset: number };
}

interface Row extends TimedCoverage {
  readonly source: number;
}

/** Adds up what units hold, by source, computer, channel, provider, id and class. The order of adding does not matter. */
export class CoverageTable {
  readonly #rows = new Map<string, Row>();
  readonly #rowsOf = new Map<number, number>();
  /** Rows in their order as it was last asked for, and those that came since. */
  #sorted: Row[] = [];
  #fresh: Row[] = [];
  readonly #maxRows: number;
  readonly #assumed = new Set<number>();
  #evicted = 0;
  /** Kept up to date as rows come: walking all rows at each unit cost 5 % of a hunt over many logs. */
  #subscriptionRecords = 0;

  constructor(maxRows: number = MAX_ROWS) {
    this.#maxRows = maxRows;
  }

  /** Records that no row counts, because the table was full. */
  get evicted(): number {
    return this.#evicted;
  }

  add(source: number, unit: readonly TimedCoverage[]): void {
    for (const part of unit) {
      const key = keyOf(source, part);
      if (part.assumed !== undefined) this.#assumed.add(source);
      const row = this.#rows.get(key);
      if (row === undefined) {
        if (this.#rows.size >= this.#maxRows) this.#evicted += part.count;
        else this.#addRow(key, source, part);
        continue;
      }
      this.#countSubscriptions(part);
      mergeCoverage(row, part);
    }
  }

  #addRow(key: string, source: number, part: TimedCoverage): void {
    const row = { source, ...part, ...(part.halfHours === undefined ? {} : { halfHours: [...part.halfHours] }) };
    this.#rows.set(key, row);
    this.#fresh.push(row);
    this.#rowsOf.set(source, (this.#rowsOf.get(source) ?? 0) + 1);
    this.#countSubscriptions(part);
  }

  /** Whether rows of this source may still be added: one may have as many as are free, alone half of all. What is known already counts on. */
  hasRoomFor(source: number): boolean {
    return (this.#rowsOf.get(source) ?? 0) < this.#maxRows - this.#rows.size;
  }

  /** True where a row counts such records. */
  has(source: number, part: TimedCoverage): boolean {
    return this.#rows.has(keyOf(source, part));
  }

  /** Sources with local times of which nothing in them tells the zone. */
  get assumedSources(): ReadonlySet<number> {
    return this.#assumed;
  }

  /** Every row as it stands, in no order. */
  rows(): Iterable<Readonly<TimedCoverage & { readonly source: number }>> {
    return this.#rows.values();
  }

  /** Moves the spans of these sources that were taken for UTC: their clock is known now. */
  retime(clocks: ReadonlyMap<number, SettledClock>): void {
    this.#fresh = [...this.#rows.values()];
    this.#sorted = [];
    for (const row of this.#rows.values()) {
      const clock = clocks.get(row.source);
      if (clock === undefined || row.assumed === undefined) continue;
      const { assumed, ...stated } = row;
      // What was settled is assumed no more: it could be moved twice.
      Object.assign(row, { assumed: undefined }, settleCoverage({ ...stated, ...assumed }, clock));
    }
  }

  /** Every row, sorted, so that the result does not depend on the order of reading (L7). */
  list(sources: readonly Source[]): readonly CoverageCount[] {
    return this.#inOrder().map((row) => {
      const source = sources[row.source];
      if (source === undefined) throw new RangeError(`source ${row.source} is not known`);
      return {
        source,
        computer: row.computer,
        channel: row.channel,
        provider: row.provider,
        eventId: row.eventId,
        recordClass: row.recordClass,
        count: row.count,
        misdated: row.misdated,
        ...(Number.isFinite(row.firstMs)
          ? { first: { ms: row.firstMs, ticks: row.firstTicks }, last: { ms: row.lastMs, ticks: row.lastTicks } }
          : {}),
        ...(row.lowestId === undefined ? {} : { lowestId: row.lowestId }),
        ...(row.highestId === undefined ? {} : { highestId: row.highestId }),
        ...(row.isText === undefined ? {} : { isText: row.isText }),
        ...(row.halfHours === undefined ? {} : { halfHours: [...new Set(row.halfHours)].sort((a, b) => a - b) }),
      };
    });
  }

  /** What a row is sorted by changes only by `retime`: those that came since the last time are sorted, and merged in. */
  #inOrder(): readonly Row[] {
    if (this.#fresh.length === 0) return this.#sorted;
    const fresh = this.#fresh.sort(compareRows);
    const merged: Row[] = [];
    let next = 0;
    for (const row of this.#sorted) {
      for (let one = fresh[next]; one !== undefined && compareRows(one, row) < 0; one = fresh[++next]) merged.push(one);
      merged.push(row);
    }
    for (const one of fresh.slice(next)) merged.push(one);
    this.#sorted = merged;
    this.#fresh = [];
    return merged;
  }

  /** The computer that most records of each file name. */
  mainComputers(): ReadonlyMap<number, string> {
    const counts = new Map<number, Map<string, number>>();
    for (const row of this.#rows.values()) {
      const computers = counts.get(row.source) ?? new Map<string, number>();
      counts.set(row.source, computers);
      computers.set(row.computer, (computers.get(row.computer) ?? 0) + row.count);
    }
    const main = new Map<number, string>();
    for (const [source, computers] of counts) {
      const [most] = [...computers].sort(([a, n], [b, m]) => m - n || compareText(a, b));
      if (most !== undefined) main.set(source, most[0]);
    }
    return main;
  }

  /** Records of subscriptions read so far: what the progress line counts. */
  subscriptionRecords(): number {
    return this.#subscriptionRecords;
  }

  #countSubscriptions(part: UnitCoverage): void {
    if (isSubscriptionRecord(part.channel, part.eventId)) this.#subscriptionRecords += part.count;
  }
}

/** A row of a text source at the times that a clock tells. */
export function settleCoverage({ note, offset, ...row }: TextCoverage, clock: SettledClock): TimedCoverage {
  const { computer } = row;
  const first = settleTime(clock, { computer, offset, stated: { ms: row.firstMs, ticks: row.firstTicks, ...note } });
  const last = settleTime(clock, { computer, offset, stated: { ms: row.lastMs, ticks: row.lastTicks, ...note } });
  return {
    ...row,
    firstMs: first.createdMs,
    firstTicks: first.createdTicks,
    lastMs: last.createdMs,
    lastTicks: last.createdTicks,
    ...(first.quality === 'local-assumed' ? { assumed: { note, offset } } : {}),
  };
}

/** True for records that tell of one subscription: Sysmon 19 to 21 and WMI-Activity 5861. */
export function isSubscriptionRecord(channel: string, eventId: number): boolean {
  if (eventId === 5861) return channel.toLowerCase() === 'microsoft-windows-wmi-activity/operational';
  return eventId >= 19 && eventId <= 21 && channel.toLowerCase() === 'microsoft-windows-sysmon/operational';
}

/** Whose records a row counts, and how their times are stated, as a text. */
function keyOf(source: number, part: TimedCoverage): string {
  const clock = part.assumed === undefined ? '' : timeNoteByte(part.assumed.note);
  return `${source}\u0000${part.eventId}\u0000${clock}${part.recordClass}\u0000${part.computer}\u0000${part.channel}\u0000${part.provider}`;
}

function compareRows(a: Row, b: Row): number {
  return (
    compareText(a.computer, b.computer) ||
    compareText(a.channel, b.channel) ||
    compareText(a.provider, b.provider) ||
    a.eventId - b.eventId ||
    a.source - b.source ||
    compareText(a.recordClass, b.recordClass) ||
    noteOf(a) - noteOf(b)
  );
}

/** Rows of one key may differ by how their times are stated. */
function noteOf({ assumed }: Row): number {
  return assumed === undefined ? -1 : timeNoteByte(assumed.note);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
