import type { RecordClass } from '../windows/index.ts';
import { anomaly, counted, hex } from './anomalies.ts';
import type { AnomalyList } from './anomaly-list.ts';
import type { Chunk } from './chunk.ts';
import { type ContentProblem, type ContentReader, fitsTypes, ODD_ID, ODD_OVERRUN, ODDITIES } from './content.ts';
import { FAULT_WORDS } from './faults.ts';
import { CONTENT_OFFSET, FRAME_BYTES, MAX_NESTED_INSTANCES, RECORD_MAGIC, TYPE_BINXML } from './format.ts';
import { Instance } from './instance.ts';
import { LostList } from './lost-list.ts';
import type { Plans } from './plans.ts';
import type { SeriesTracker } from './series-tracker.ts';
import { hasSoundNames } from './tokens.ts';
import type { RecordSink } from './types.ts';
import type { View } from './view.ts';

/** Bytes from the end of the values to the second size: an end mark and padding to 8 (EVTX 1.5). */
const MAX_TAIL_BYTES = 8;
const MAX_SWALLOW_DEPTH = 64;

/** What a unit's records come to; a new one for each unit. */
export class RecordTally {
  live = 0;
  afterDamage = 0;
  swallowed = 0;
  carved = 0;
  rejected = 0;

  /** Records of all classes handed to the sink. */
  get read(): number {
    return this.live + this.afterDamage + this.swallowed + this.carved;
  }

  readonly lost: LostList = new LostList();
}

/** Reads one record whose frame the walk has found, checks it (SETTLED A18), and hands it on. */
export class RecordReader {
  private readonly chunk: Chunk;
  private readonly content: ContentReader;
  private readonly plans: Plans;
  private readonly view: View;
  private readonly series: SeriesTracker;
  private readonly nestedByDepth: Instance[] = [];
  tally: RecordTally = new RecordTally();
  /** True while remnants are read: their lost definitions are nothing to report one by one. */
  isCarving = false;
  /** Carved records of the current chunk that have lost their template. */
  lostCarved = 0;

  constructor(chunk: Chunk, content: ContentReader, plans: Plans, view: View, series: SeriesTracker) {
    this.chunk = chunk;
    this.content = content;
    this.plans = plans;
    this.view = view;
    this.series = series;
  }

  take(at: number, size: number, recordClass: RecordClass, sink: RecordSink, anomalies: AnomalyList, depth = 0): void {
    const { chunk, content, view, tally } = this;
    chunk.faults = 0;
    this.isCarving = recordClass === 'carved';
    const limit = at + size - 4;
    const problem = content.open(view.root, at + CONTENT_OFFSET, limit);
    // What opening found out is gone once nested values are opened.
    const { oddities, definitionOffset, templateId } = content;
    const isLaidOut = problem === undefined || problem === 'template';
    const tail = isLaidOut && view.root.overrun === 0 ? limit - view.root.end : 0;
    const isTemplateLost = problem === 'template' || (problem === undefined && !this.isTrusted(recordClass, limit));
    if (problem !== undefined && problem !== 'template') {
      this.reject(problem, at, size, anomalies);
    } else if (isTemplateLost) {
      this.lose(at, size, recordClass, definitionOffset, anomalies);
    } else {
      view.moveTo(at, size, recordClass, false);
      if (recordClass === 'live') tally.live++;
      else if (recordClass === 'carved') tally.carved++;
      else if (recordClass === 'afterDamage') tally.afterDamage++;
      else tally.swallowed++;
      if (recordClass === 'live' || recordClass === 'afterDamage') this.track(at);
      sink.onRecord(view);
      if (oddities !== 0) this.reportOddities(oddities, at, limit, definitionOffset, templateId, anomalies);
      if (chunk.faults !== 0) this.reportFaults(at, anomalies);
    }
    const isUnread = problem !== undefined || isTemplateLost;
    if (isUnread && (recordClass === 'live' || recordClass === 'afterDamage')) {
      this.series.pass(Number(view.frameId(at)), at);
    }
    if (tail > MAX_TAIL_BYTES && recordClass !== 'carved' && depth < MAX_SWALLOW_DEPTH) {
      this.takeSwallowed(at, size, limit - tail, sink, anomalies, depth);
    }
  }

  /** Reports what decoding a record's values has met, once each kind. */
  reportFaults(at: number, anomalies: AnomalyList): void {
    const { chunk } = this;
    for (const [bit, word] of FAULT_WORDS) {
      if ((chunk.faults & bit) !== 0) anomalies.add(anomaly(word, this.placeOf(at)));
    }
    chunk.faults = 0;
  }

  private placeOf(at: number): { offset: number; recordId: number | string } {
    return { offset: this.chunk.fileOffset(at), recordId: this.view.frameId(at) };
  }

  private track(at: number): void {
    const { view, chunk } = this;
    const bytes = chunk.view;
    const headerLow = bytes.getInt32(at + 8, true);
    const headerHigh = bytes.getUint32(at + 12, true);
    let recordLow = headerLow;
    let recordHigh = headerHigh;
    const idAt = view.plainRecordIdAt();
    if (idAt >= 0) {
      recordLow = bytes.getInt32(idAt, true);
      recordHigh = bytes.getUint32(idAt + 4, true);
    } else {
      const id = view.recordId;
      if (id !== undefined) {
        recordHigh = Math.floor(Number(id) / 4294967296);
        recordLow = Number(id) | 0;
      }
    }
    const timeAt = view.plainTimeAt();
    let timeLow: number;
    let timeHigh: number;
    if (timeAt >= 0) {
      timeLow = bytes.getInt32(timeAt, true);
      timeHigh = bytes.getInt32(timeAt + 4, true);
    } else {
      const ticks = (view.createdMs + 11644473600000) * 10000;
      timeHigh = Math.floor(ticks / 4294967296);
      timeLow = (ticks - timeHigh * 4294967296) | 0;
    }
    this.series.add(headerHigh, headerLow, recordHigh, recordLow, timeHigh, timeLow, view.computer, at);
  }

  /** A remnant's template must be proved to be its own (EVTX 7.3 rules 3 and 5); another record's is believed. */
  private isTrusted(recordClass: RecordClass, limit: number): boolean {
    if (recordClass !== 'carved') return true;
    return this.isWhole(this.view.root, limit, 0);
  }

  /** Checks the instance that `content` has just opened, and those nested in it. */
  private isWhole(instance: Instance, limit: number, depth: number): boolean {
    const { chunk, content } = this;
    const plan = instance.plan;
    if (plan === undefined) return false;
    if (content.directOffset > 0) return hasSoundNames(chunk, content.directOffset, limit, false);
    if ((content.oddities & (ODD_ID | ODD_OVERRUN)) !== 0) return false;
    if (!fitsTypes(plan, instance)) return false;
    if (!this.plans.isSound(chunk, content.definitionOffset)) return false;
    for (let slot = 0; slot < instance.count; slot++) {
      if (instance.typeOf(slot) !== TYPE_BINXML) continue;
      if (depth >= MAX_NESTED_INSTANCES) return false;
      let nested = this.nestedByDepth[depth];
      if (nested === undefined) {
        nested = new Instance();
        this.nestedByDepth[depth] = nested;
      }
      const begin = instance.offsetOf(slot);
      const end = begin + instance.sizeOf(slot);
      const problem = content.open(nested, begin, end);
      if (problem === 'empty') continue;
      if (problem !== undefined || !this.isWhole(nested, end, depth + 1)) return false;
    }
    return true;
  }

  private reject(problem: ContentProblem, at: number, size: number, anomalies: AnomalyList): void {
    this.tally.rejected++;
    const place = this.placeOf(at);
    if (problem === 'empty') anomalies.add(anomaly('emptyRecord', place, { size }));
    else if (problem === 'count') anomalies.add(anomaly('count', place, { count: this.content.claimedCount }));
    else anomalies.add(anomaly('content', place, { reason: this.content.reason }));
  }

  private lose(at: number, size: number, recordClass: RecordClass, definition: number, anomalies: AnomalyList): void {
    const { chunk, tally } = this;
    tally.lost.add(chunk.slot, at, at - chunk.base, size, recordClass);
    if (recordClass === 'carved') this.lostCarved++;
    else {
      const numbers = { at: hex(at - chunk.base), definition: hex(definition), reason: this.content.reason };
      anomalies.add(anomaly('lost', this.placeOf(at), numbers));
    }
  }

  private reportOddities(
    bits: number,
    at: number,
    limit: number,
    definition: number,
    templateId: number,
    anomalies: AnomalyList,
  ): void {
    const { chunk, view } = this;
    const { root } = view;
    const found =
      (bits & ODD_ID) !== 0 && chunk.base + definition + 8 <= chunk.end
        ? hex(chunk.view.getUint32(chunk.base + definition + 4, true))
        : '';
    const numbers = {
      at: hex(definition),
      named: hex(templateId),
      found,
      bytes: root.overrun,
      room: limit - root.descriptors - 4 * root.count,
      byte: root.oddDescriptor,
    };
    for (const [bit, word] of ODDITIES) {
      if ((bits & bit) !== 0) anomalies.add(anomaly(word, this.placeOf(at), numbers));
    }
  }

  /**
   * Log editing tools delete a record by enlarging the one before it (EVTX 7.5). The outer size has then overwritten the
   * inner one's copy, so an inner record that ends where the outer one or before the next one does needs no matching copy.
   */
  private takeSwallowed(
    at: number,
    size: number,
    from: number,
    sink: RecordSink,
    anomalies: AnomalyList,
    depth: number,
  ): void {
    const { chunk } = this;
    const view = chunk.view;
    const end = at + size;
    const inner: number[] = [];
    let p = from + ((8 - ((from - chunk.base) & 7)) & 7);
    while (p + FRAME_BYTES <= end) {
      if (view.getUint32(p, true) === RECORD_MAGIC) {
        const s = view.getUint32(p + 4, true);
        if (s > FRAME_BYTES && s <= end - p && (s & 7) === 0) {
          const isFollowed = p + s + FRAME_BYTES <= end && view.getUint32(p + s, true) === RECORD_MAGIC;
          if (p + s === end || view.getUint32(p + s - 4, true) === s || isFollowed) {
            inner.push(p, s);
            p += s;
            continue;
          }
        }
      }
      p += 8;
    }
    if (inner.length === 0) {
      anomalies.add(anomaly('padding', this.placeOf(at), { bytes: at + size - 4 - from }));
      return;
    }
    anomalies.add(anomaly('swallowed', this.placeOf(at), { records: counted(inner.length / 2, 'record'), size }));
    for (let i = 0; i < inner.length; i += 2) {
      this.take(inner[i] ?? 0, inner[i + 1] ?? 0, 'swallowed', sink, anomalies, depth + 1);
    }
  }
}
