import type { Decoded, TextAnswer } from '../../intake/index.ts';
import type { GlanceWay, WindowJudgement } from '../../live/index.ts';
import type { Pin, PinUse } from '../../pins/index.ts';
import {
  BACKLOG_IDLE_MS,
  type Backlog,
  cameBehind,
  copyOf,
  isCatchingUp,
  type Judged,
  openBacklog,
  spanOf,
} from './backlog.ts';
import { type DetectionImage, NO_IMAGE, type PackedImage, unpackImage } from './detection-image.ts';
import { backlogDueMs, windowDueMs } from './due.ts';
import { FoundBook } from './found-book.ts';
import { foundChanges, foundName } from './found-texts.ts';
import { GlanceClock } from './glance-clock.ts';
import { type Rules, rulesOf } from './handed-rules.ts';
import { HostBook, type HostNews } from './host-book.ts';
import { pinHits, type Standing, serverTimes, stepOf } from './judged-step.ts';
import { FINAL_MS, Lane, mainOptions } from './lane.ts';
import type { ContextAsk, DetectRequest, JudgedStep, ToDetect } from './messages.ts';
import { PackerLayouts } from './packer-layouts.ts';
import { ToldBook } from './told-book.ts';
import { type LanesThen, lostNothing, UNCLAIMED_STAYS, Unclaimed, type UnclaimedRule } from './unclaimed.ts';

/**
 * What the thread of detection does: holds the window, judges it when there is reason to, and says what changed against what was
 * told before. What is older than the window (a laptop back after a weekend, the first reading of whole logs beside live hosts) is
 * judged in a lane of its own. Times of the server come with each call; it has no clock.
 */
export class Detection {
  readonly #main: Lane;
  readonly #book: ToldBook;
  readonly #found: FoundBook;
  readonly #hosts: HostBook;
  readonly #unclaimed: Unclaimed;
  readonly #request: DetectRequest;
  readonly #layouts = new PackerLayouts();
  /** A batch was put aside, now or before, or is missing. */
  #hasLost = false;
  #backlog: Backlog | undefined;
  #rules: Rules;
  #rulesNumber: number | undefined;
  #pins: readonly Pin[];
  #position: number;
  #isFinishing = false;
  /** The last judgement was of the window. */
  #wasMain = false;
  #last: Judged | undefined;
  /** When the judgement began that is under way, and what has to wait for its end: it must not find other rules than it began with. */
  #judgingSinceMs: number | undefined;
  readonly #waiting: ToDetect[] = [];
  readonly #glances: GlanceClock;
  /** What bounded tables let go of in the last judgement. */
  #evicted: JudgedStep['evicted'] = {};
  /** What each pin lowered in it. */
  #pinUses: readonly PinUse[] = [];

  constructor(request: DetectRequest, packed?: PackedImage) {
    const { known, knownFound = [], hostNames = [] } = request;
    this.#request = request;
    this.#book = new ToldBook(known);
    this.#found = new FoundBook(knownFound);
    this.#hosts = new HostBook(hostNames);
    this.#unclaimed = new Unclaimed(request);
    const { position, window } = packed === undefined ? NO_IMAGE : unpackImage(packed);
    this.#main = new Lane(mainOptions(request, window), this.#book, true);
    this.#position = position;
    this.#rules = rulesOf(request);
    this.#rulesNumber = request.rulesNumber;
    this.#pins = request.pins ?? [];
    this.#glances = new GlanceClock(request.slowMs);
  }

  take(message: ToDetect): void {
    if (this.#judgingSinceMs !== undefined && (message.kind === 'rules' || message.kind === 'pins')) {
      this.#waiting.push(message);
      return;
    }
    switch (message.kind) {
      case 'batch':
        this.#takeOrPutAside(message);
        break;
      case 'passedOver':
        this.#missed(message.decoded);
        break;
      case 'hole':
        this.#hasLost = true;
        for (const lane of [this.#main, this.#backlog?.lane]) lane?.window.lostBefore(message.untilMs);
        break;
      case 'context':
        this.#takeBeside(message);
        return;
      case 'answered':
        this.#backlog?.context.answered(message.ask, message.bytes);
        break;
      case 'rules':
        this.#rules = rulesOf(message);
        this.#unclaimed.renew();
        this.#rulesNumber = message.rulesNumber;
        this.#renew(this.#main);
        if (this.#backlog !== undefined) this.#renew(this.#backlog.lane);
        break;
      case 'pins':
        this.#pins = message.pins;
        this.#main.judgeAgain();
        this.#backlog?.lane.judgeAgain();
        break;
      case 'settled':
        this.#book.settle(message);
        break;
      case 'finish':
        this.#isFinishing = true;
        break;
    }
    if ('position' in message) this.#position = Math.max(this.#position, message.position);
    this.#lookForUnclaimed();
  }

  /** What was told before the start and is not found again is called gone by a judgement of the window, also where nothing else asks for one. */
  #lookForUnclaimed(): void {
    if (this.#last !== undefined && this.#unclaimed.isDueAt(this.#lanes)) this.#main.judgeAgain();
  }

  get #lanes(): LanesThen {
    const { lane, last } = this.#backlog ?? {};
    return {
      position: this.#position,
      isBacklogBehind: lane && (this.#isAsking || lane.hasNews || last === undefined),
      hasLostNothing:
        !this.#hasLost && [this.#main, lane].every((one) => one === undefined || lostNothing(one.window.counts)),
    };
  }

  /** What the window holds, `kept` where nothing came since that position; undefined where it is filled, where a bug cost it rows, and in the middle of a judgement. A backlog is not in it: what comes of it later is joined with what the archive has. */
  image(keptTo: number): DetectionImage | 'kept' | undefined {
    if (this.isFilling || this.#judgingSinceMs !== undefined || this.#main.hasFaulted) return undefined;
    if (this.#position === keptTo) return 'kept';
    return { position: this.#position, window: this.#main.window.image() };
  }

  /** What the archive is to be asked for now; `answered` has to follow. */
  takeAsk(): ContextAsk | undefined {
    return this.#backlog?.context.next();
  }

  /** Every batch up to this position was judged, or changes no judgement. */
  get position(): number {
    const open = [this.#main.firstUnjudged, this.#backlog?.lane.firstUnjudged].filter((at) => at !== undefined);
    return Math.min(this.#position, ...open.map((at) => at - 1));
  }

  /** True while the window is filled with what was judged before this start: a judgement of a part would tell what is not so. */
  get isFilling(): boolean {
    return this.#position < this.#request.fillTo;
  }

  /** True where nothing was taken since the last judgement that could change one. */
  get isQuiet(): boolean {
    return !this.#isFinishing && !this.#main.hasNews && this.#backlog?.lane.hasNews !== true;
  }

  /** Position of the last batch that was taken, judged or not. */
  get takenTo(): number {
    return this.#position;
  }

  /** Bytes of rows that no judgement has seen; what fills the window after a start holds nobody up. A backlog has half of the room, so what waits of it counts twice. */
  get unjudgedBytes(): number {
    return this.isFilling ? 0 : this.#main.unjudgedBytes + 2 * (this.#backlog?.lane.unjudgedBytes ?? 0);
  }

  /** When something is to be judged, by the server's clock; undefined while nothing asks for it. */
  dueMs(nowMs: number): number | undefined {
    if (this.isFilling) return undefined;
    // What is said at the end rests on what the archive has beside the backlog.
    if (this.#isFinishing) return this.#isAsking ? undefined : nowMs;
    const due = [this.#mainDueMs(nowMs), this.#backlogDueMs(nowMs)].filter((ms) => ms !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  /** Makes ready rules, then takes ahead a piece of what the next judgement needs; false where there is no more to do now. */
  prepare(): boolean {
    return !this.isFilling && (this.#rules.makeReady() || this.#main.window.prepare(this.#rules));
  }

  /** When what came is to be looked at before it is judged with all the rest; undefined where it is not. */
  glanceDueMs(nowMs: number): number | undefined {
    if (this.isFilling || this.#isFinishing) return undefined;
    const { hasUnseen, hasSigned } = this.#main.window.glances;
    return this.#glances.dueMs({ hasUnseen, hasSigned, last: this.#last, judgingSinceMs: this.#judgingSinceMs }, nowMs);
  }

  /** Looks at what came, and then back where that is due; undefined where nothing is news. A fault is left to the judgement, which tells of it. */
  glance(clock: () => number): JudgedStep | undefined {
    const { glances } = this.#main.window;
    const arrived = glances.hasUnseen ? this.#glanceBy('arrived', clock) : undefined;
    if (arrived !== undefined || !glances.hasSigned) return arrived;
    return this.#glances.isBackDue(clock()) ? this.#glanceBy('back', clock) : undefined;
  }

  #glanceBy(way: GlanceWay, clock: () => number): JudgedStep | undefined {
    const beganMs = clock();
    try {
      const told = this.#main.glance(way, { ...this.#rules, pins: this.#pins }, clock);
      if (told === undefined) return undefined;
      return { ...stepOf(told.revisions, told.times, this.#standing(beganMs)), isGlance: true, isFinished: false };
    } catch {
      this.#glances.failed();
      return undefined;
    } finally {
      this.#glances.made(way, beganMs, clock());
    }
  }

  /** Judges what is due, in pieces; between two of them more may be taken, and be glanced at. `clock` is the server's wall clock, Unix milliseconds. */
  *judging(clock: () => number): Generator<void, JudgedStep, undefined> {
    const nowMs = clock();
    this.#judgingSinceMs = nowMs;
    try {
      return yield* this.#judgingDue(clock, nowMs);
    } finally {
      this.#judgingSinceMs = undefined;
      this.#glances.judged();
      for (const message of this.#waiting.splice(0)) this.take(message);
    }
  }

  *#judgingDue(clock: () => number, nowMs: number): Generator<void, JudgedStep, undefined> {
    const isBacklogDue = (this.#backlogDueMs(nowMs) ?? Number.POSITIVE_INFINITY) <= nowMs;
    const isMainDue = (this.#mainDueMs(nowMs) ?? Number.POSITIVE_INFINITY) <= nowMs;
    const backlog = this.#backlog;
    // What is new goes first, but a window that is always due leaves its backlog every other turn.
    const isTurn = this.#isFinishing ? backlog?.lane.hasNews : isBacklogDue && (!isMainDue || this.#wasMain);
    if (backlog !== undefined && isTurn === true) return yield* this.#judgingBacklog(backlog, clock);
    return yield* this.#judgingMain(clock);
  }

  #renew(lane: Lane): void {
    lane.renew(this.#rulesNumber);
    this.#found.renew(lane);
  }

  /** A bug of ours on a batch costs the batch. */
  #takeOrPutAside(message: Extract<ToDetect, { kind: 'batch' }>): void {
    try {
      this.#takeBatch(message);
    } catch (cause) {
      this.#missed(message.decoded);
      this.#main.putAside([message.position], cause);
      this.#main.judgeAgain();
    }
  }

  /** What is not taken whole: the next batch of its reader brings the layouts that it had. */
  #missed(decoded: Decoded<TextAnswer>): void {
    this.#hasLost = true;
    this.#main.window.missed(decoded.answer.coverage);
    this.#layouts.add(decoded);
    this.#layouts.missed(decoded);
  }

  #takeBatch({ source, apart, decoded, arriveMs, isOld, position }: Extract<ToDetect, { kind: 'batch' }>): void {
    const main = this.#main;
    const at = { position, arriveMs, isOld, ...(apart === undefined ? {} : { apart }) };
    main.watermark(arriveMs);
    this.#layouts.add(decoded);
    const { oldestMs, newestMs } = spanOf(decoded.answer);
    const isBehind = oldestMs < main.window.horizonMs;
    if (!isOld) this.#hosts.came(arriveMs);
    if (isBehind) this.#backlog ??= openBacklog(this.#request, this.#rulesNumber, this.#book, arriveMs);
    const backlog = this.#backlog;
    if (backlog === undefined || !(isBehind || isCatchingUp(backlog, source.file, arriveMs))) {
      main.take(source, this.#layouts.forMain(decoded), at);
      return;
    }
    if (isBehind) cameBehind(backlog, source.file, arriveMs);
    backlog.context.holds(position);
    // What lies beside a backlog came on time, weeks ago, and is in the archive alone (SERVE 0.1: 4).
    if (isBehind && this.#request.hasArchive === true) {
      backlog.context.want(decoded.answer, main.window.horizonMs, Math.max(this.#position, position));
    }
    const isWholly = newestMs < main.window.horizonMs;
    backlog.lane.take(source, this.#layouts.whole(isWholly ? decoded : copyOf(decoded)), at);
    if (!isWholly) main.take(source, this.#layouts.forMain(decoded), at);
    else {
      this.#layouts.missed(decoded);
      main.window.missed(decoded.answer.coverage);
    }
  }

  get #isAsking(): boolean {
    return this.#backlog?.context.isWaiting === true;
  }

  #takeBeside({ source, apart, decoded, position, arriveMs }: Extract<ToDetect, { kind: 'context' }>): void {
    this.#layouts.add(decoded);
    const backlog = this.#backlog;
    if (backlog === undefined || backlog.context.has(position)) return;
    try {
      backlog.lane.takeBeside(source, this.#layouts.whole(decoded), arriveMs, apart);
    } catch (cause) {
      // A bug of ours on what was judged before costs what could be joined with it.
      backlog.lane.putAside([position], cause);
    }
  }

  #mainDueMs(nowMs: number): number | undefined {
    return windowDueMs(this.#main, this.#last, this.#hosts.dueMs, nowMs);
  }

  #backlogDueMs(nowMs: number): number | undefined {
    return this.#backlog === undefined || this.#isAsking ? undefined : backlogDueMs(this.#backlog, nowMs);
  }

  *#judgingMain(clock: () => number): Generator<void, JudgedStep, undefined> {
    const isFinished = this.#isFinishing;
    this.#isFinishing = false;
    this.#wasMain = true;
    const { step, judged } = yield* this.#judgingLane(this.#main, clock, isFinished);
    this.#last = judged;
    return step;
  }

  /** Judges the backlog, and ends it when nothing came for long. */
  *#judgingBacklog(backlog: Backlog, clock: () => number): Generator<void, JudgedStep, undefined> {
    const isOver = !backlog.lane.hasNews && clock() >= backlog.lastMs + BACKLOG_IDLE_MS;
    const { step, judged } = yield* this.#judgingLane(backlog.lane, clock, isOver || this.#isFinishing);
    backlog.last = judged;
    this.#wasMain = false;
    this.#lookForUnclaimed();
    if (!isOver) return { ...step, isFinished: false };
    this.#backlog = undefined;
    const found = { ...step.found, final: [...step.found.final, ...this.#found.end(backlog.lane).map(foundName)] };
    return { ...step, isFinished: false, final: [...step.final, ...this.#book.end(backlog.lane)], found };
  }

  /** A backlog knows a part of the names alone; what could not be seen of a host that the window holds is told by the window. */
  #hostsOf(lane: Lane, judgement: WindowJudgement, nowMs: number, isFinal: boolean): HostNews {
    if (lane === this.#main) return this.#hosts.revise(judgement, nowMs, isFinal);
    const gaps = this.#backlog?.hosts.revise(judgement, nowMs, isFinal).gaps ?? [];
    return { names: [], gaps: gaps.filter(({ host }) => !this.#hosts.hasTold(host)) };
  }

  /** How the window stands, whichever lane was judged: what a backlog holds is days old, and told beside it. */
  #standing(nowMs: number): Standing {
    const { ms: watermarkMs, active: activeSources, silent: silentSources } = this.#main.watermark(nowMs);
    return {
      position: this.position,
      takenTo: this.takenTo,
      unjudgedBytes: this.unjudgedBytes,
      counts: this.#main.window.counts,
      ...(this.#backlog === undefined ? {} : { backlog: this.#backlog.lane.window.counts }),
      watermarkMs,
      activeSources,
      silentSources,
      evicted: this.#evicted,
      pins: pinHits(this.#pins, [...this.#pinUses, ...(this.#backlog?.pinUses ?? [])]),
    };
  }

  *#judgingLane(
    lane: Lane,
    clock: () => number,
    isFinal: boolean,
  ): Generator<void, { readonly step: JudgedStep; readonly judged: Judged }, undefined> {
    const beganMs = clock();
    const watermark = lane.watermark(beganMs);
    const { arrivedMs } = lane;
    const unclaimed: UnclaimedRule = lane === this.#main ? this.#unclaimed.ruleAt(this.#lanes) : UNCLAIMED_STAYS;
    // At the end everything is said, whatever a watermark would still wait for.
    const judgement = yield* lane.judging({
      ...this.#rules,
      pins: this.#pins,
      ...(isFinal ? {} : { watermarkMs: watermark.ms }),
    });
    const endedMs = clock();
    const revisions = lane.revise(judgement, serverTimes(arrivedMs ?? beganMs, endedMs), isFinal, unclaimed);
    const found = this.#found.revise(lane, judgement, lane === this.#main, unclaimed);
    const ofHosts = this.#hostsOf(lane, judgement, endedMs, isFinal);
    this.#evicted = judgement.evicted;
    if (lane === this.#main) this.#pinUses = judgement.pinUses;
    else if (this.#backlog !== undefined) this.#backlog.pinUses = judgement.pinUses;
    const step: JudgedStep = {
      ...stepOf(revisions, { beganMs, endedMs }, this.#standing(beganMs)),
      found: foundChanges(found),
      hostNames: ofHosts.names,
      hostGaps: ofHosts.gaps,
      ...(ofHosts.clocks === undefined ? {} : { clocks: ofHosts.clocks }),
      isFinished: isFinal,
      ...(this.#unclaimed.judged(unclaimed) ? { hasCaughtUp: true } : {}),
      ...lane.takeAside(),
    };
    const watermarkMs = isFinal ? FINAL_MS : watermark.ms;
    return { step, judged: { beganMs, endedMs, newestMs: judgement.newestMs, watermarkMs } };
  }
}
