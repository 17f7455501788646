import type { WindowCounts } from '../../live/index.ts';
import type { DetectRequest } from './messages.ts';

/**
 * What a judgement may say of what was told before this start and no lane has found since: that it is gone only where `isDue`, and then that later evidence
 * speaks against it where `refutes` says so of a window that holds all that it rested on, or not.
 */
export interface UnclaimedRule {
  readonly isDue: boolean;
  readonly refutes: (isWhole: boolean) => boolean;
}

/** Who cannot know what has changed since then calls it final. */
export const UNCLAIMED_IS_FINAL: UnclaimedRule = { isDue: true, refutes: () => false };

/** Of a lane that has nothing to say of them. */
export const UNCLAIMED_STAYS: UnclaimedRule = { isDue: false, refutes: () => false };

/** How the lanes stand when a judgement of the window begins. */
export interface LanesThen {
  /** Every batch up to this position was taken. */
  readonly position: number;
  /** Whether a backlog still waits for an answer or for a judgement; undefined where there is none. */
  readonly isBacklogBehind: boolean | undefined;
  /** Nothing that came was let go of for want of room or for a bug. */
  readonly hasLostNothing: boolean;
}

/** True of a window that let go of what is too old alone. */
export function lostNothing({ lost }: Pick<WindowCounts, 'lost'>): boolean {
  return Object.entries(lost).every(([reason, rows]) => reason === 'expired' || rows === 0);
}

/** Of something told that a judgement has not found. */
export interface Gone {
  readonly isUnclaimed: boolean;
  /** The lane found it since the start. */
  readonly isSpoken: boolean;
  /** The window holds all that it rested on. */
  readonly isWhole: boolean;
}

/** What becomes of it; undefined: it stays as it was told. */
export function endOf(
  { isUnclaimed, isSpoken, isWhole }: Gone,
  rule: UnclaimedRule,
): 'withdrawn' | 'final' | undefined {
  if (!isUnclaimed) return isSpoken && isWhole ? 'withdrawn' : 'final';
  if (!rule.isDue) return undefined;
  return rule.refutes(isWhole) ? 'withdrawn' : 'final';
}

/**
 * When what was told before a start may be called gone, and by what. It may rest on batches behind the judged position: a glance told it, or a window whose
 * backlog was not judged yet; so all that was durable at the start is judged first, in both lanes, with what the archive has beside a backlog. Then what is not found is refuted by
 * later evidence where the same rules judge as before, and nothing that it rested on is missing; else it is final.
 */
export class Unclaimed {
  readonly #knownTo: number;
  /** Everything that ever came is read again. */
  readonly #isAllRead: boolean;
  #isSame: boolean;
  #hasCaughtUp: boolean;

  constructor({ known, knownFound = [], knownTo = 0, isSameJudge = false, wholeFromMs }: DetectRequest) {
    this.#knownTo = knownTo;
    this.#isAllRead = wholeFromMs === undefined;
    this.#isSame = isSameJudge;
    this.#hasCaughtUp = known.length + knownFound.length === 0;
  }

  /** Other rules: what they do not find any more was not refuted by evidence. */
  renew(): void {
    this.#isSame = false;
  }

  /** True where a judgement of the window would say for the first time what is gone. */
  isDueAt(then: Omit<LanesThen, 'hasLostNothing'>): boolean {
    return !this.#hasCaughtUp && this.#isReached(then);
  }

  ruleAt(then: LanesThen): UnclaimedRule {
    const isHeldBeside = then.isBacklogBehind === false && this.#isAllRead && then.hasLostNothing;
    return {
      isDue: this.#isReached(then),
      refutes: (isWhole) => this.#isSame && (isWhole || isHeldBeside),
    };
  }

  /** A judgement ended; true where it was the first that said what is gone. */
  judged({ isDue }: UnclaimedRule): boolean {
    const isFirst = isDue && !this.#hasCaughtUp;
    this.#hasCaughtUp ||= isDue;
    return isFirst;
  }

  #isReached({ position, isBacklogBehind }: Omit<LanesThen, 'hasLostNothing'>): boolean {
    return position >= this.#knownTo && isBacklogBehind !== true;
  }
}
