import { compareInstants } from '../../windows/index.ts';
import type { CompiledCorrelation } from '../compile/compile-rules.ts';
import type { Entry } from './entry.ts';
import { EntryQueue } from './entry-queue.ts';
import type { CorrelationFinding } from './finding.ts';
import { type Group, Groups } from './groups.ts';
import { Distinct, expressionHolds, isDecidedAtClose, isRarity, type Measure, measureOf, passes } from './measures.ts';
import { growFinding, insertInOrder, type OpenFinding, openFinding, told } from './open-finding.ts';
import { isWithin, Sequence } from './sequence.ts';

export interface NodeLimits {
  readonly maxGroups: number;
  readonly maxMembers: number;
  /** Entries that may wait for the watermark. */
  readonly maxPending: number;
  /** Of windows that end at this time or later only their members so far are known: what their close decides is not told (L8). */
  readonly isOverBeforeMs: number;
}

export interface NodeCounts {
  /** Events without a field to group by, without a value to measure. */
  missingGroup: number;
  missingValue: number;
  /** Events behind the watermark: those that still joined a window, and those that did not. */
  lateJoined: number;
  lateDropped: number;
  evictedGroups: number;
  evictedMembers: number;
  /** Events taken before the watermark passed them, for lack of room. */
  forced: number;
}

/** A finding, and its last member: what correlations of this correlation see of it. */
export interface Found {
  readonly finding: CorrelationFinding;
  /** Set when the finding is told for the first time. */
  readonly member: Entry | undefined;
}

export interface NodeState {
  readonly watermarkMs: number | undefined;
  readonly queue: readonly Entry[];
  readonly groups: readonly {
    readonly entries: readonly Entry[];
    readonly open: OpenFinding | undefined;
    readonly isTruncated: boolean;
  }[];
  readonly counts: NodeCounts;
}

/** One correlation at work (SIGMA 5.1): entries wait for the watermark, then pass through the windows of their groups in order. */
export class CorrelationNode {
  readonly correlation: CompiledCorrelation;
  readonly counts: NodeCounts = {
    missingGroup: 0,
    missingValue: 0,
    lateJoined: 0,
    lateDropped: 0,
    evictedGroups: 0,
    evictedMembers: 0,
    forced: 0,
  };
  readonly #limits: NodeLimits;
  readonly #maxWindow: number;
  readonly #spanMs: number;
  readonly #isTumbling: boolean;
  readonly #queue = new EntryQueue();
  readonly #groups: Groups;
  /** Tells which entries can be measured; it holds none. */
  readonly #probe: Measure;
  #isOverBeforeMs: number;
  #heldBack = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  #found: Found[] = [];

  constructor(correlation: CompiledCorrelation, limits: NodeLimits) {
    this.correlation = correlation;
    this.#limits = limits;
    this.#isOverBeforeMs = limits.isOverBeforeMs;
    this.#spanMs = correlation.body.timespanMs;
    this.#isTumbling = isDecidedAtClose(correlation);
    this.#groups = new Groups(limits.maxGroups);
    this.#probe = measureOf(correlation);
    // A window must be able to hold one more than what is asked for; else a high count would never be reached.
    const bounds = correlation.body.threshold?.predicates.map(({ bound }) => Math.ceil(Number(bound)) + 1) ?? [];
    this.#maxWindow = Math.min(1_000_000, Math.max(limits.maxMembers, ...bounds.filter(Number.isFinite)));
  }

  /** Windows whose close decided nothing, since they were not over by then. */
  get heldBack(): number {
    return this.#heldBack;
  }

  /** From here on windows that end before this time are over. */
  isOverBefore(ms: number): void {
    this.#isOverBeforeMs = ms;
  }

  /** Takes an entry: to wait, or into a window that is still held if it is late. */
  offer(entry: Entry): void {
    if (entry.ms < this.#watermarkMs) {
      this.#joinLate(entry);
      return;
    }
    this.#queue.push(entry);
    if (this.#queue.size <= this.#limits.maxPending) return;
    const first = this.#queue.pop();
    if (first === undefined) return;
    this.counts.forced++;
    this.#watermarkMs = Math.max(this.#watermarkMs, first.ms);
    this.#feed(first);
  }

  /** Lets everything before this time pass, and closes windows that can get nothing more. */
  advance(watermarkMs: number): void {
    this.#watermarkMs = Math.max(this.#watermarkMs, watermarkMs);
    for (
      let next = this.#queue.first();
      next !== undefined && next.ms < this.#watermarkMs;
      next = this.#queue.first()
    ) {
      this.#queue.pop();
      this.#feed(next);
    }
    for (let group = this.#groups.oldest(); group !== undefined; group = this.#groups.oldest()) {
      const from = this.#isTumbling ? group.entries[0] : group.entries.at(-1);
      if (from !== undefined && from.ms + this.#spanMs >= this.#watermarkMs) break;
      this.#close(group);
    }
  }

  /** No finding to come has an earlier time: what a correlation of this one may count on. */
  get outputWatermarkMs(): number {
    return this.#isTumbling ? this.#watermarkMs - this.#spanMs : this.#watermarkMs;
  }

  take(): readonly Found[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #feed(entry: Entry): void {
    if (!this.#takes(entry)) return;
    let group = this.#groups.get(entry.key);
    if (group !== undefined && this.#isTumbling) {
      const first = group.entries[0];
      if (first !== undefined && !isWithin(first.ms, first.ticks, entry, this.#spanMs)) {
        this.#close(group);
        group = undefined;
      }
    }
    group ??= this.#newGroup(entry);
    if (!this.#isTumbling) {
      this.#groups.touch(group);
      this.#expire(group, entry);
    }
    group.entries.push(entry);
    group.measure.add(entry);
    group.sequence?.add(entry);
    this.#shrink(group);
    if (!this.#isTumbling) this.#judge(group, entry);
  }

  #takes(entry: Entry): boolean {
    const takes = this.#probe.takes(entry);
    if (!takes) this.counts.missingValue++;
    return takes;
  }

  #newGroup(entry: Entry): Group {
    for (const evicted of this.#groups.makeRoom()) {
      this.counts.evictedGroups++;
      evicted.isTruncated = true;
      this.#finish(evicted);
    }
    const { type } = this.correlation.body;
    const group: Group = {
      key: entry.key,
      host: entry.host,
      entries: [],
      measure: measureOf(this.correlation),
      sequence: type === 'temporal_ordered' ? new Sequence(this.correlation.members.length) : undefined,
      open: undefined,
      isTruncated: false,
    };
    this.#groups.touch(group);
    return group;
  }

  /** What no window that ends with this entry can hold goes. */
  #expire(group: Group, end: Entry): void {
    let gone = 0;
    for (const one of group.entries) {
      if (isWithin(one.ms, one.ticks, end, this.#spanMs)) break;
      group.measure.remove(one);
      gone++;
    }
    if (gone > 0) group.entries.splice(0, gone);
  }

  /** Beyond the limit the first and the newest members stay. */
  #shrink(group: Group): void {
    if (group.entries.length <= this.#maxWindow) return;
    const [gone] = group.entries.splice(1, 1);
    if (gone !== undefined) group.measure.remove(gone);
    this.counts.evictedMembers++;
    group.isTruncated = true;
  }

  /** After an entry came in order: the open finding grows, or a new one opens when the condition has become true. */
  #judge(group: Group, entry: Entry): void {
    const { open } = group;
    if (open !== undefined) {
      if (isWithin(open.last.ms, open.last.ticks, entry, this.#spanMs)) {
        growFinding(open, this.correlation, entry, this.#limits.maxMembers);
        return;
      }
      this.#finish(group);
    }
    const value = this.#value(group);
    if (!this.#holds(group, value)) return;
    group.open = openFinding(this.correlation, group.entries, value);
    group.open.isTruncated = group.isTruncated;
    this.#found.push({ finding: told(this.correlation, group.open, false), member: entry });
  }

  #value(group: Group): number | undefined {
    const last = group.entries.at(-1);
    if (group.sequence !== undefined) return last === undefined ? 0 : group.sequence.seen(last, this.#spanMs);
    return group.measure.value();
  }

  #holds(group: Group, value: number | undefined): boolean {
    const { body, members } = this.correlation;
    if (body.expression !== undefined) {
      const counts = group.measure instanceof Distinct ? group.measure.counts : new Map<string, number>();
      const seen = new Set([...counts.keys()].map((position) => members[Number(position)]?.reference ?? ''));
      return expressionHolds(body.expression, seen);
    }
    if (body.threshold === undefined) return value !== undefined && value >= members.length;
    return passes(body.threshold, value);
  }

  #close(group: Group): void {
    this.#groups.delete(group);
    if (this.#isTumbling) this.#judgeAtClose(group);
    else this.#finish(group);
  }

  /** Tells the open finding for the last time. */
  #finish(group: Group): void {
    if (this.#isTumbling) this.#judgeAtClose(group);
    if (group.open === undefined) return;
    group.open.isTruncated ||= group.isTruncated;
    this.#found.push({ finding: told(this.correlation, group.open, true), member: undefined });
    group.open = undefined;
  }

  #judgeAtClose(group: Group): void {
    const member = group.entries.at(-1);
    const firstMs = group.entries[0]?.ms;
    if (member === undefined || firstMs === undefined) return;
    if (firstMs + this.#spanMs >= this.#isOverBeforeMs) {
      this.#heldBack++;
      return;
    }
    const value = this.#value(group);
    const findings = isRarity(this.correlation.body)
      ? this.#rareValues(group)
      : this.#holds(group, value)
        ? [openFinding(this.correlation, group.entries, value)]
        : [];
    for (const finding of findings) {
      finding.isTruncated = group.isTruncated;
      const excess = finding.references.length - this.#limits.maxMembers;
      if (excess > 0) {
        finding.references.splice(1, excess);
        finding.isTruncated = true;
      }
      this.#found.push({ finding: told(this.correlation, finding, true), member });
    }
  }

  /** Values whose share of the window, in percent, passes the condition. */
  #rareValues(group: Group): readonly OpenFinding[] {
    const { threshold } = this.correlation.body;
    const [field] = threshold?.fields ?? [];
    if (threshold === undefined || field === undefined) return [];
    const byTuple = Map.groupBy(group.entries, ({ tuple }) => tuple ?? '');
    return [...byTuple].flatMap(([tuple, entries]) => {
      const share = (100 * entries.length) / group.entries.length;
      const [value = ''] = JSON.parse(tuple) as readonly string[];
      return passes(threshold, share) ? [openFinding(this.correlation, entries, share, { field, value })] : [];
    });
  }

  /** A late entry joins only a window that is still held; the finding that it belongs to grows, or opens. */
  #joinLate(entry: Entry): void {
    const group = this.#groups.get(entry.key);
    const first = group?.entries[0];
    const last = group?.entries.at(-1);
    const isHeld =
      group !== undefined &&
      first !== undefined &&
      last !== undefined &&
      (this.#isTumbling
        ? compareInstants(first, entry) <= 0 && isWithin(first.ms, first.ticks, entry, this.#spanMs)
        : isWithin(entry.ms, entry.ticks, last, this.#spanMs));
    if (!isHeld) {
      this.counts.lateDropped++;
      return;
    }
    if (!this.#takes(entry)) return;
    this.counts.lateJoined++;
    insertInOrder(group.entries, entry);
    group.measure.add(entry);
    if (!this.#isTumbling) this.#expire(group, group.entries.at(-1) ?? entry);
    if (group.sequence !== undefined) {
      group.sequence.clear();
      for (const one of group.entries) group.sequence.add(one);
    }
    this.#shrink(group);
    if (!this.#isTumbling) this.#judge(group, entry);
  }

  state(): NodeState {
    return {
      watermarkMs: Number.isFinite(this.#watermarkMs) ? this.#watermarkMs : undefined,
      queue: this.#queue.sorted(),
      groups: [...this.#groups.values()].map(({ entries, open, isTruncated }) => ({
        entries: [...entries],
        open: open === undefined ? undefined : structuredClone(open),
        isTruncated,
      })),
      counts: { ...this.counts },
    };
  }

  restore({ watermarkMs, queue, groups, counts }: NodeState): void {
    this.#watermarkMs = watermarkMs ?? Number.NEGATIVE_INFINITY;
    for (const entry of queue) this.#queue.push(entry);
    for (const { entries, open, isTruncated } of groups) {
      const [first] = entries;
      if (first === undefined) continue;
      const group = this.#newGroup(first);
      for (const entry of entries) {
        group.entries.push(entry);
        group.measure.add(entry);
        group.sequence?.add(entry);
      }
      group.open = open === undefined ? undefined : structuredClone(open);
      group.isTruncated = isTruncated;
    }
    Object.assign(this.counts, counts);
  }
}
