import type { Decoded, TextAnswer } from '../../intake/index.ts';
import {
  type Apart,
  type GlanceWay,
  type IncidentNews,
  type IncidentParts,
  isWholeOf,
  type JudgeContext,
  type KnownIncident,
  membersOf,
  type NewsOf,
  partsOf,
  type RecordKey,
  type Revisions,
  revise,
  reviseAtOnce,
  type ServerTimes,
  type Watermark,
  Window,
  type WindowImage,
  type WindowJudgement,
  type WindowOptions,
} from '../../live/index.ts';
import type { Source } from '../../windows/index.ts';
import { type LookTimes, serverTimes } from './judged-step.ts';
import type { DetectRequest, JudgedStep, PutAside } from './messages.ts';
import { PINNED_AWAY, pinnedAway } from './pinned-away.ts';
import { QuietChanges } from './quiet-changes.ts';
import type { ToldBook } from './told-book.ts';
import { endOf, UNCLAIMED_IS_FINAL, type UnclaimedRule } from './unclaimed.ts';

/** Longest reason that is told of a batch that was put aside. */
const MAX_REASON = 500;
/** Of the bytes that a window may hold, what may wait unjudged before it is judged out of turn. Twice as much may wait in all (`start-server.ts`). */
const PRESSING_SHARE = 0.5;

/** After the last event everything is said, so the watermark stands behind all of them. */
export const FINAL_MS = 8_640_000_000_000_000;

export type LaneOptions = WindowOptions & { readonly bytes: number };

/** The window of what is sent on time. */
export function mainOptions(request: DetectRequest, image: WindowImage | undefined): LaneOptions {
  const { heldBytes: bytes, heldMs: spanMs, latenessMs, wholeFromMs, rulesNumber } = request;
  return {
    ...{ bytes, spanMs, latenessMs },
    ...(wholeFromMs === undefined ? {} : { wholeFromMs }),
    ...(rulesNumber === undefined ? {} : { rulesNumber }),
    ...(image === undefined ? {} : { image }),
  };
}

/** A window with what its last judgement held; it pins what its incidents cite (L15). */
export class Lane {
  readonly window: Window;
  readonly #book: ToldBook;
  readonly #isMain: boolean;
  readonly #pressingBytes: number;
  readonly #quiet = new QuietChanges();
  /** Incidents of the last judgement, and of any since the start or since other rules came. */
  #holds: ReadonlySet<string> = new Set();
  #spoken = new Set<string>();
  /** When the newest of what was not judged yet arrived; undefined where nothing new came. */
  #arrivedMs: number | undefined;
  /** Positions of the batches that no judgement has seen, in order, and of those that the one under way takes. */
  #unjudged: number[] = [];
  #inJudgement: readonly number[] = [];
  /** Incidents that glances told since the judgement began that is under way: it knows nothing of what they rest on. */
  #glanced = new Set<string>();
  readonly #aside: PutAside[] = [];
  #rowsFault: string | undefined;
  #hasNews = false;
  #unjudgedBytes = 0;
  #inJudgementBytes = 0;

  constructor(options: LaneOptions, book: ToldBook, isMain: boolean) {
    this.window = new Window(options);
    this.#pressingBytes = options.bytes * PRESSING_SHARE;
    this.#book = book;
    this.#isMain = isMain;
    // What an image holds was judged by another process.
    this.#hasNews = options.image !== undefined;
  }

  /** True where something came that can change a judgement. */
  get hasNews(): boolean {
    return this.#hasNews;
  }

  /** A bug of ours cost it rows. */
  get hasFaulted(): boolean {
    return this.window.counts.lost.fault !== undefined;
  }

  get arrivedMs(): number | undefined {
    return this.#arrivedMs;
  }

  /** Position of the first batch that no judgement has seen to its end. */
  get firstUnjudged(): number | undefined {
    return this.#inJudgement[0] ?? this.#unjudged[0];
  }

  /** Bytes of rows that no judgement has seen to its end. */
  get unjudgedBytes(): number {
    return this.#unjudgedBytes + this.#inJudgementBytes;
  }

  /** True where so much of it waits that it is to be judged out of turn. */
  get isPressing(): boolean {
    return this.#unjudgedBytes >= this.#pressingBytes;
  }

  /** When something that waits is to be told, by the server's clock. */
  get quietDueMs(): number | undefined {
    return this.#quiet.dueMs;
  }

  /** Other rules, with the number by which readers know them: a judgement is due, and what it does not find any more was not refuted by evidence. */
  renew(rulesNumber: number | undefined): void {
    this.window.marksOf(rulesNumber);
    this.#hasNews = true;
    this.#spoken = new Set();
  }

  /** A judgement is due though nothing came: what is found may count otherwise. */
  judgeAgain(): void {
    this.#hasNews = true;
  }

  take(source: Source, decoded: Decoded<TextAnswer>, at: TakenAt): void {
    const bytes = decoded.answer.rows.bytes.length;
    const { rows } = this.window.acceptText(source, decoded, at.arriveMs, at.apart);
    if (rows === 0) return;
    this.#hasNews = true;
    this.#unjudgedBytes += bytes;
    this.#unjudged.push(at.position);
    if (!at.isOld) this.#arrivedMs = at.arriveMs;
  }

  /** Takes what was judged in its time, and lies beside what is judged now: it is news, and no batch of this lane. */
  takeBeside(source: Source, decoded: Decoded<TextAnswer>, arriveMs: number, apart: Apart | undefined): void {
    if (this.window.acceptText(source, decoded, arriveMs, apart).rows > 0) this.#hasNews = true;
  }

  /**
   * Judges the window from the beginning, in pieces, between which more may be taken. A fault in it is a bug of ours on something that came since the last judgement: that is put aside, the rest is
   * judged without it, and `takeAside` tells.
   * @throws where that does not help
   */
  *judging(context: JudgeContext): Generator<void, WindowJudgement, undefined> {
    let positions = this.#begin();
    const taken = [...positions];
    try {
      for (;;) {
        try {
          return yield* this.window.judging(context);
        } catch (cause) {
          if (this.window.putAside() === 0) throw cause;
          this.putAside(positions, cause);
          // No look in between may pass what was put aside before that is told.
          positions = this.#begin();
          taken.push(...positions);
          this.#inJudgement = taken;
        }
      }
    } finally {
      this.#inJudgement = [];
      this.#inJudgementBytes = 0;
    }
  }

  /** What came so far is what the judgement takes that begins. */
  #begin(): readonly number[] {
    this.#inJudgement = this.#unjudged;
    this.#hasNews = false;
    this.#arrivedMs = undefined;
    this.#unjudged = [];
    this.#inJudgementBytes += this.#unjudgedBytes;
    this.#unjudgedBytes = 0;
    this.#glanced = new Set();
    return this.#inJudgement;
  }

  /** What a glance tells; undefined where nothing of it is news. It may be asked for in the middle of a judgement. */
  glance(way: GlanceWay, context: JudgeContext, clock: () => number): GlanceTold | undefined {
    const beganMs = clock();
    const { ms: watermarkMs } = this.watermark(beganMs);
    const isNew = this.#book.news();
    let isNews: IncidentNews = () => false;
    const newsOf: NewsOf = (wholeFromMs) => {
      // Of what is partly let go of a judgement takes back nothing that has the same members: it must not be told from less.
      const isWhole = (of: Pick<KnownIncident, 'hosts' | 'first'>): boolean => isWholeOf(of, wholeFromMs);
      isNews = (incident) => isWhole(incident) && isNew(incident.id, membersOf({ incident }), isWhole);
      return isNews;
    };
    const judgement = this.window.glance({ ...context, watermarkMs }, newsOf, way);
    if (judgement === undefined) return undefined;
    const judged = partsOf(judgement, judgement.incidents.filter(isNews));
    const ids = judged.map(({ incident }) => incident.id);
    const known = new Map(ids.flatMap((id) => this.#book.get(id) ?? []).map((one) => [one.id, one]));
    const arrivedMs = this.#arrivedMs;
    const endedMs = clock();
    const server = serverTimes(arrivedMs ?? beganMs, endedMs);
    const revisions = reviseAtOnce({ known, judged, server, arrivedMs: this.#arrivalOf });
    this.#book.note(this, revisions);
    this.#holds = new Set([...this.#holds, ...ids]);
    for (const id of ids) {
      this.#spoken.add(id);
      // Where nothing came since a judgement began, it takes all that the glance saw, and says more of it: none may follow.
      if (this.#hasNews) this.#glanced.add(id);
    }
    return { revisions, times: { beganMs, endedMs } };
  }

  /** Says of batches that nothing of them is judged, and why; of none, that it is what came otherwise. */
  putAside(positions: readonly number[], cause: unknown): void {
    const reason = (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)).slice(0, MAX_REASON);
    if (positions.length === 0) this.#rowsFault = reason;
    this.#aside.push(...positions.map((position) => ({ position, reason })));
  }

  /** What was put aside since it was asked for. */
  takeAside(): Pick<JudgedStep, 'aside' | 'rowsFault'> {
    const rowsFault = this.#rowsFault;
    this.#rowsFault = undefined;
    return { aside: this.#aside.splice(0), ...(rowsFault === undefined ? {} : { rowsFault }) };
  }

  /**
   * What a judgement changes against what was told. What another lane holds the evidence of is left to it; what this lane has not
   * found since the start may lack evidence for another reason than later evidence, and is final, not withdrawn (SETTLED G4), but where
   * `unclaimed` knows better.
   */
  revise(
    judgement: WindowJudgement,
    server: ServerTimes,
    isFinal: boolean,
    unclaimed: UnclaimedRule = UNCLAIMED_IS_FINAL,
  ): LaneRevisions {
    const glanced = this.#glanced;
    const theirs = this.#book.elsewhere(this, isHeldBy);
    const held = judgement.parts.filter((parts) => !this.#isToldElsewhere(parts, theirs));
    const own = held.filter(({ incident }) => !glanced.has(incident.id));
    this.#holds = new Set([...own.map(({ incident }) => incident.id), ...glanced]);
    const known = new Map(this.#book.of(this, this.#holds, this.#isMain, own.flatMap(membersOf)));
    // What a glance told meanwhile is for the next judgement.
    for (const id of glanced) known.delete(id);
    const parts = this.#quiet.settle(own, known, server.detect.ms, isFinal);
    const found = revise({
      known,
      judged: parts,
      wholeFromMs: (host) => judgement.wholeFromMs(host),
      server,
      arrivedMs: this.#arrivalOf,
    });
    const revisions = this.#withReasons(found, known, judgement, unclaimed);
    this.#book.note(this, revisions);
    this.#book.adopt(this, this.#holds);
    for (const id of this.#holds) this.#spoken.add(id);
    // What the state let go of is nobody's any more.
    for (const id of this.#spoken) if (this.#book.get(id) === undefined) this.#spoken.delete(id);
    // Also what a glance told meanwhile rests on what was pinned before.
    this.window.pin(pinsOf(held));
    this.window.forget();
    return revisions;
  }

  /** What pins took away is withdrawn, and says so. */
  #withReasons(
    found: Revisions,
    known: ReadonlyMap<string, KnownIncident>,
    judgement: WindowJudgement,
    unclaimed: UnclaimedRule,
  ): LaneRevisions {
    const isPinned = pinnedAway(judgement);
    const gone = [...found.withdrawn, ...found.final].flatMap(({ id }) => known.get(id) ?? []);
    const pinned = new Set(gone.filter(isPinned).map(({ id }) => id));
    const whole = new Set(found.withdrawn.map(({ id }) => id));
    const ends = Map.groupBy(gone, ({ id }) => {
      const isUnclaimed = this.#book.ownerOf(id) === undefined;
      return pinned.has(id)
        ? 'pinned'
        : endOf({ isUnclaimed, isSpoken: this.#spoken.has(id), isWhole: whole.has(id) }, unclaimed);
    });
    const nextVersion = ({ id, version }: KnownIncident) => ({ id, version: version + 1 });
    return {
      ...found,
      withdrawn: [
        ...(ends.get('withdrawn') ?? []).map(nextVersion),
        ...(ends.get('pinned') ?? []).map((one) => ({ ...nextVersion(one), why: PINNED_AWAY })),
      ].sort(byId),
      final: (ends.get('final') ?? []).map(({ id }) => ({ id })),
    };
  }

  /** When the batch arrived that completed an incident. */
  readonly #arrivalOf = ({ records }: IncidentParts): number | undefined => {
    let latestMs: number | undefined;
    for (const { event } of records) {
      const ms = this.window.arrivals.of(event);
      if (ms !== undefined && (latestMs === undefined || ms > latestMs)) latestMs = ms;
    }
    return latestMs;
  };

  holds(id: string): boolean {
    return this.#holds.has(id);
  }

  watermark(nowMs: number): Watermark {
    return this.window.watermark(nowMs);
  }

  /**
   * True of what another lane tells, or told at last, with all that this one has found: what came on time is found again beside a backlog, and a backlog may have
   * made more of it.
   */
  #isToldElsewhere(parts: IncidentParts, theirs: ReturnType<ToldBook['elsewhere']>): boolean {
    const members = membersOf(parts);
    if (theirs(members) !== undefined) return true;
    const { id } = parts.incident;
    const known = this.#book.get(id);
    const owner = this.#book.ownerOf(id);
    if (known === undefined || owner === this || !isHeldBy(owner, id)) return false;
    return members.length <= known.members.length || !known.members.every((member) => members.includes(member));
  }
}

/** What a glance tells, and when it began and ended by the server's clock. */
export interface GlanceTold {
  readonly revisions: Revisions;
  readonly times: LookTimes;
}

/** What a judgement changes, with why where it is no later evidence. */
export interface LaneRevisions extends Revisions {
  readonly withdrawn: readonly { readonly id: string; readonly version: number; readonly why?: string }[];
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Whether a lane holds the evidence of an incident. */
function isHeldBy(owner: object | undefined, id: string): boolean {
  return owner instanceof Lane && owner.holds(id);
}

/** Where and when a batch came. */
export interface TakenAt {
  readonly position: number;
  readonly arriveMs: number;
  /** It was judged before this start. */
  readonly isOld: boolean;
  /** What of it came another way (L18). */
  readonly apart?: Apart;
}

function* pinsOf(parts: readonly IncidentParts[]): Generator<RecordKey> {
  for (const { records } of parts) {
    for (const { event } of records) {
      const { computer, channel, eventId, recordId, timeMs, timeTicks } = event;
      yield { computer, channel, eventId, recordId, timeMs, timeTicks };
    }
  }
}
