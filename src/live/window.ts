import { HostTable } from '../entities/index.ts';
import { type EventStore, settleCoverage, settledTimes, settleRows, type TimedCoverage } from '../evidence/index.ts';
import type { Decoded, TextAnswer } from '../intake/index.ts';
import { examine, type Judgement, judging } from '../judgement/index.ts';
import { type PackedEvent, type PackedRows, type Pieces, type Source, toEnd } from '../windows/index.ts';
import { type Apart, coverageApart, stampApart } from './apart.ts';
import { Arrivals } from './arrivals.ts';
import { faultMark, forgetMisses, marksBegin, marksEnd, movePlaces, numbersOf, stampRows } from './batch-rows.ts';
import { CoverageSpans } from './coverage-spans.ts';
import { makingFound } from './found-parts.ts';
import { type Glance, Glances, type GlanceWay, type NewsOf } from './glance.ts';
import { type AskedOf, folderOf, HeadStart, type HeldRows, sharedFrom } from './head-start.ts';
import { heldRows, storeInMemory } from './held-rows.ts';
import { makingParts } from './incident-parts.ts';
import { Pins, type RecordKey } from './pins.ts';
import { MISSES, RememberingRules } from './remembered-misses.ts';
import { type LossReason, roomWhenFull, rowsToLetGo } from './row-quota.ts';
import { SenderClocks } from './sender-clocks.ts';
import { shown } from './shown.ts';
import { fileKey, SourceNumbers } from './source-numbers.ts';
import { type Watermark, Watermarks } from './watermarks.ts';
import { Wholeness } from './wholeness.ts';
import type { Accepted, WindowCounts, WindowOptions } from './window-figures.ts';
import {
  adopt,
  type ImagedParts,
  imageOf,
  NOTHING_CAME,
  type WindowImage,
  type WindowStanding,
} from './window-image.ts';
import type { JudgeContext, WindowJudgement } from './window-judgement.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Parts of the span: what is older than it is let go of when it is older by a part, and coverage is counted by part. */
const PARTS = 24;
/** Rows that are taken ahead at a time: about a tenth of a second. */
const ROWS_AHEAD = 4096;
/** Rows between two breaths of a judgement: what comes waits no longer to be glanced at. */
const BREATH_ROWS = 1024;

/**
 * The kept events of all hosts behind the watermark, in bounded memory, and the judging of them. It holds no clock and no file: times
 * of arrival and of the server come with each call. Rows of any order, split and number of copies give one judgement (L8).
 */
export class Window {
  readonly #bytes: number;
  readonly #pinnedBytes: number;
  readonly #unjudgedMost: number;
  readonly #spanMs: number;
  readonly #store: EventStore;
  readonly #sources = new SourceNumbers();
  readonly #watermarks: Watermarks;
  readonly #coverage: CoverageSpans;
  readonly #wholeness: Wholeness;
  readonly #clocks = new SenderClocks();
  /** Where the next batch of a source begins, in bytes. */
  readonly #taken = new Map<string, number>();
  /** Layout numbers by packer. */
  readonly #numbers = new Map<number, number[]>();
  readonly #lost = new Map<LossReason, number>();
  readonly #rules = new RememberingRules();
  readonly glances: Glances;
  readonly arrivals: Arrivals = new Arrivals();
  #pins = new Pins();
  #ahead: HeadStart | undefined;
  readonly #stands: WindowStanding = { ...NOTHING_CAME };
  #isJudging = false;
  #unjudgedBytes = 0;
  /** Rules whose misses readers have marked. */
  #rulesNumber: number | undefined;

  constructor(options: WindowOptions = {}) {
    this.#rulesNumber = options.rulesNumber;
    this.#bytes = options.bytes ?? 256 << 20;
    this.#pinnedBytes = options.pinnedBytes ?? this.#bytes / 4;
    this.#unjudgedMost = options.unjudgedBytes ?? this.#bytes;
    this.#spanMs = options.spanMs ?? DAY_MS;
    this.#store = storeInMemory(this.#sources.sources);
    this.glances = new Glances(this.#store);
    this.#watermarks = new Watermarks({
      latenessMs: options.latenessMs ?? 2 * MINUTE_MS,
      silentAfterMs: options.silentAfterMs ?? 5 * MINUTE_MS,
      spanMs: this.#spanMs,
    });
    this.#coverage = new CoverageSpans(this.#spanMs / PARTS);
    this.#wholeness = new Wholeness(options.wholeFromMs);
    if (options.image === undefined) return;
    adopt(this.#imaged, options.image);
    // Nothing of it was judged by whoever begins with it, so none goes before it is.
    this.#unjudgedBytes = this.#store.bytes;
  }

  get counts(): WindowCounts {
    return {
      rows: this.#store.count,
      bytes: this.#store.bytes,
      late: this.#stands.late,
      lost: Object.fromEntries([...this.#lost].sort(([a], [b]) => (a < b ? -1 : 1))),
      unpinned: this.#stands.unpinned,
      evicted: { coverage: this.#coverage.evicted, watermarks: this.#watermarks.evicted },
    };
  }

  /**
   * Takes a batch of text that was read whole, in one block. `source` is the way that it came, not the batch: a sender is one source,
   * as a file is (SETTLED B11), and places are told from the first byte that the window got of it. The rows are handed over. `packer` numbers the reader, for as long as the window lives.
   * `apart`: what of it came another way.
   */
  acceptText(source: Source, { answer, packer }: Decoded<TextAnswer>, arriveMs: number, apart?: Apart): Accepted {
    const { rows, coverage, end } = answer;
    if (end === undefined) throw new RangeError('a batch is read to its end before it is judged');
    this.#store.renumber(rows, numbersOf(this.#numbers, packer));
    settleRows(rows, end.clock, this.#store.tables);
    const settled = coverage.map((row) => settleCoverage(row, end.clock));
    const newestMs = settled.reduce((newest, { lastMs }) => Math.max(newest, lastMs), Number.NEGATIVE_INFINITY);
    for (const one of apart === undefined ? [source] : [source, apart.source]) {
      this.#clocks.add(this.#sources.of(one), end.clock, newestMs);
    }
    if (answer.missesOf !== this.#rulesNumber) forgetMisses(rows);
    this.#moveOn(source, rows, arriveMs);
    return this.#accept(source, rows, settled, arriveMs, apart);
  }

  /** Says by which rules readers mark rows from here on that none of them matches (`TextAnswer.missesOf`); marks of other ones are taken off rows that are held, and off others as they come. */
  marksOf(rulesNumber: number | undefined): void {
    // Rows that no look has asked of yet have the marks of the rules before.
    if (rulesNumber !== this.#rulesNumber) this.#store.clearMarks(MISSES);
    this.#rulesNumber = rulesNumber;
  }

  /** How far the sources are. */
  watermark(nowMs: number): Watermark {
    const watermark = this.#watermarks.at(nowMs);
    this.#stands.watermarkMs = watermark.ms;
    return watermark;
  }

  /** Lets go of what is too old by the last watermark, and of what there is no room for: after a judgement, so that nothing goes before it was judged. */
  forget(): void {
    if (this.#stands.oldestMs < this.horizonMs - this.#spanMs / PARTS || this.#store.bytes > this.#bytes) this.#letGo();
  }

  /** Event time before which nothing is held for long, by the last watermark; Unix milliseconds. */
  get horizonMs(): number {
    return this.#stands.watermarkMs - this.#spanMs;
  }

  /** Names the records that open incidents cite, instead of those named before. */
  pin(records: Iterable<RecordKey>): void {
    this.#pins = new Pins(records);
  }

  /**
   * Has an engine take the next `rows` of what is before the watermark ahead of the next judgement, which begins where it stands then
   * and is the same as without (`HeadStart`). False where nothing more can be taken now.
   */
  prepare(context: JudgeContext = {}, rows: number = ROWS_AHEAD): boolean {
    const { objects = [] } = context;
    if (objects.length > 0 || this.#isJudging || !Number.isFinite(this.#stands.watermarkMs)) return false;
    const asked = this.#asked({ ...context, watermarkMs: context.watermarkMs ?? this.#stands.watermarkMs });
    if (this.#ahead?.asks(asked) === false) this.#ahead = undefined;
    if (this.#ahead?.isAtEnd(this.#stands.watermarkMs) !== false) {
      const held = this.#look();
      if (this.#ahead?.isOf(held.hosts) !== true) this.#ahead = new HeadStart(held, asked);
      this.#ahead.goOn(held, this.#stands.watermarkMs);
    }
    const isMore = this.#ahead.tryTake(rows);
    if (isMore === undefined) this.#ahead = undefined;
    return isMore === true;
  }

  /** Something came that is not taken: of its hosts the window holds less than all, up to its last event. */
  missed(coverage: readonly { readonly computer: string; readonly lastMs: number }[]): void {
    for (const { computer, lastMs } of coverage) if (Number.isFinite(lastMs)) this.#wholeness.lose(computer, lastMs);
  }

  /** Something came before a time that is not there, of hosts that nobody knows. */
  lostBefore(ms: number): void {
    this.#wholeness.passed(ms);
  }

  /** Lets go of the rows that came between the last two judgements: the last one ended in a fault that one of them must have brought; where none did, of those of an image. How many went. */
  putAside(): number {
    const mark = faultMark(this.#store);
    const before = this.#store.count;
    this.#retain((event) => (event.hasMark(mark) ? 'fault' : undefined));
    return before - this.#store.count;
  }

  /** Lets go of rows for a reason, in the order of the store. */
  #retain(lossOf: (event: PackedEvent) => LossReason | undefined): void {
    this.#ahead = undefined;
    this.#store.retain((event) => {
      const reason = lossOf(event);
      if (reason === undefined) return true;
      this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + 1);
      this.#wholeness.lose(event.computer, event.timeMs);
      return false;
    });
  }

  /** Has the engine take all that is held, in order, and judges what it found: the exact way. */
  judge(context: JudgeContext = {}): WindowJudgement {
    return toEnd(this.judging(context));
  }

  /**
   * The same in pieces: between two of them others may run, and the window may take more, which the next judgement sees. It takes nothing ahead and
   * lets go of nothing meanwhile.
   */
  *judging(context: JudgeContext = {}, breathRows: number = BREATH_ROWS): Pieces<WindowJudgement> {
    const { anomalies = [], objects = [], pins = [] } = context;
    const asked = this.#asked(context);
    const { coverage, hosts, store } = this.#look();
    const begun = this.#ahead;
    this.#ahead = undefined;
    const isUsable = objects.length === 0 && begun?.asks(asked) === true && begun.isOf(hosts);
    const ahead = isUsable ? begun : undefined;
    const fromMs = ahead?.takenMs ?? Number.NEGATIVE_INFINITY;
    const foldedBefore = ahead?.foldedBefore ?? store.folded;
    const folder = ahead?.folder ?? folderOf(hosts);
    const sharing = sharedFrom(fromMs, store, coverage, hosts);
    const records = store.sorted({ fromMs, beforeMs: Number.POSITIVE_INFINITY });
    const held = { rows: store.count, newestMs: this.#watermarks.newestMs };
    marksBegin(store);
    this.glances.judging();
    this.#unjudgedBytes = 0;
    this.#isJudging = true;
    try {
      const examining = examine({
        context: { ...asked, coverage, hosts },
        records,
        folder,
        objects,
        ...(ahead === undefined ? {} : { begun: ahead.engineAt(asked.watermarkMs) }),
        breathEvents: breathRows,
      });
      folder.shareBy(yield* sharing);
      let step = examining.next();
      for (; step.done !== true; step = examining.next()) yield;
      const { engine } = step.value;
      const judgement = shown(
        yield* judging({ coverage, hosts, anomalies, engine, conflicts: folder.conflicts, pins }),
      );
      const parts = yield* makingParts(judgement);
      const found = yield* makingFound(judgement);
      marksEnd(store);
      this.glances.judged();
      // Not spread: gaps of all hosts are made where they are asked for.
      return Object.assign(judgement, {
        parts,
        found,
        ...held,
        ahead: ahead?.taken ?? 0,
        folded: store.folded - foldedBefore + folder.folded,
        conflicts: folder.conflictCount,
        evicted: engine.evicted,
        ruleHits: engine.ruleHits,
        clocks: engine.clocks,
        wholeFromMs: this.#wholeness.byHostKey(judgement.hosts),
      });
    } finally {
      this.#isJudging = false;
    }
  }

  /**
   * A quick look (`Glances`): of incidents that are news, before a judgement of all that is held comes to them. It changes nothing of what that judgement will
   * say, and may be asked for in the middle of one. `newsOf` is told from when on all is held of a host.
   */
  glance(context: JudgeContext, newsOf: NewsOf, way: GlanceWay = 'arrived'): Judgement | undefined {
    const { pins = [] } = context;
    const asked = this.#asked(context);
    const of = (): Glance => {
      const held = this.#held();
      return { held, asked, pins, isNews: newsOf(this.#wholeness.byHostKey(held.hosts)) };
    };
    const judgement = this.glances.look(way, asked, of);
    return judgement === undefined ? undefined : shown(judgement);
  }

  #asked({ rules, pack, watermarkMs }: JudgeContext): AskedOf {
    const given = { ...(rules === undefined ? {} : { rules }), ...(pack === undefined ? {} : { pack }) };
    const remembering = this.#rules.of(given, () => this.#store.clearMarks(MISSES));
    return { ...remembering, ...(watermarkMs === undefined ? {} : { watermarkMs }) };
  }

  #accept(
    source: Source,
    rows: PackedRows,
    coverage: readonly TimedCoverage[],
    arriveMs: number,
    apart?: Apart,
  ): Accepted {
    const number = this.#sources.of(source);
    const { oldestMs, late } = stampRows(rows, number, this.#stands.watermarkMs);
    const counted = coverageApart(coverage, apart);
    if (apart !== undefined) {
      const other = this.#sources.of(apart.source);
      stampApart(rows, apart, other, this.#store.tables);
      this.#coverage.add(other, counted.apart, arriveMs);
    }
    this.#stands.oldestMs = Math.min(this.#stands.oldestMs, oldestMs);
    if (this.#ahead?.bears(oldestMs) === false) this.#ahead = undefined;
    this.#store.addNumbered(rows);
    this.#coverage.add(number, counted.own, arriveMs);
    for (const { computer, channel, lastMs, assumed } of coverage) {
      // A local time of an unknown zone may be hours behind, and would hold everybody up.
      if (assumed === undefined) this.#watermarks.hear(computer, channel, lastMs, arriveMs);
    }
    this.#stands.late += late;
    this.#unjudgedBytes += rows.bytes.length;
    const spareBytes = this.#isUnjudgedKept ? this.#unjudgedBytes : this.#unjudgedMost;
    if (this.#store.bytes > this.#bytes + spareBytes && !this.#isJudging) this.#letGo();
    return { rows: rows.count, late };
  }

  /** What no judgement has seen stays until one has, while it is no more than its share. */
  get #isUnjudgedKept(): boolean {
    return this.#unjudgedBytes <= this.#unjudgedMost;
  }

  /** Two batches of a source have no place in common: where evidence has no other name, its place is one. */
  #moveOn(source: Source, rows: PackedRows, arriveMs: number): void {
    // However it came: what is marked and what is not have no place in common either.
    const key = fileKey(source);
    const end = movePlaces(rows, this.#taken.get(key) ?? 0);
    this.#taken.set(key, end);
    this.arrivals.add(key, end, arriveMs);
  }

  /** What is held, with its sources and times as they are known by now. */
  #look(): HeldRows {
    this.#sortSources();
    this.#settleAssumed();
    return this.#held();
  }

  /** All that it knows of what came, as data; not in the middle of a judgement. Rows are copies, the rest is to be written down before the window takes more. */
  image(): WindowImage {
    return imageOf(this.#imaged);
  }

  get #imaged(): ImagedParts {
    return {
      ...{ store: this.#store, sources: this.#sources, watermarks: this.#watermarks, coverage: this.#coverage },
      ...{ wholeness: this.#wholeness, clocks: this.#clocks, arrivals: this.arrivals, taken: this.#taken },
      stands: this.#stands,
    };
  }

  #held(): HeldRows {
    const coverage = this.#coverage.table.list(this.#sources.sources);
    return { store: this.#store, coverage, hosts: HostTable.from(coverage) };
  }

  #sortSources(): void {
    const numbers = this.#sources.sort();
    if (numbers === undefined) return;
    this.#ahead = undefined;
    this.#store.renumberSources(numbers, this.#sources.sources);
    this.#coverage.renumberSources(numbers);
    this.#clocks.renumberSources(numbers);
  }

  /** Rows whose local times were taken for UTC, and whose clock other batches of their source told since. */
  #settleAssumed(): void {
    const clocks = this.#clocks.told(this.#coverage.assumedSources());
    if (clocks.size === 0) return;
    this.#ahead = undefined;
    this.#store.retime(new Set(clocks.keys()), (event) => {
      const clock = clocks.get(event.sourceNumber);
      return clock === undefined || event.timeQuality !== 'local-assumed' ? undefined : settledTimes(clock, event);
    });
    this.#coverage.retime(clocks);
  }

  #letGo(): void {
    const { rows, unpinned } = heldRows(this.#store, this.#pins, this.#pinnedBytes, this.#isUnjudgedKept);
    this.#stands.unpinned = unpinned;
    const unjudged = this.#isUnjudgedKept ? this.#unjudgedBytes : 0;
    const bytes = this.#store.bytes > this.#bytes ? roomWhenFull(this.#bytes, unjudged) : this.#bytes;
    const lost = rowsToLetGo(rows, { horizonMs: this.horizonMs, bytes });
    this.#stands.oldestMs = Number.POSITIVE_INFINITY;
    let at = -1;
    this.#retain((event) => {
      const reason = lost.get(++at);
      if (reason === undefined && rows[at]?.isPinned !== true)
        this.#stands.oldestMs = Math.min(this.#stands.oldestMs, event.timeMs);
      return reason;
    });
    this.#coverage.forgetBefore(this.horizonMs);
    this.#wholeness.passed(this.horizonMs);
  }
}
