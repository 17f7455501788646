/** Share of one core that judging may take, and one that takes long: what cannot wait for it is glanced at. */
const SHARE = 0.5;
const SHARE_OF_LONG = 1 / 6;
const LONG_MS = 2000;
/** Longest rest behind a judgement: what only a judgement tells waits no longer, and the judgement itself. */
const MOST_REST_MS = 30_000;

/** What decides when a window is judged next; times are milliseconds of one clock. */
export interface ScheduleState {
  /** Rows came since the last judgement began. */
  readonly hasArrivals: boolean;
  /** When the last judgement began and ended; absent before the first. */
  readonly last?: { readonly beganMs: number; readonly endedMs: number };
  /** Newest event time of the last judgement, event time; absent before the first. */
  readonly judgedNewestMs?: number;
  /** The watermark that the last judgement was made at, and the one of now; event time. */
  readonly judgedWatermarkMs: number;
  readonly watermarkMs: number;
  /** What waits to be judged is so much that more would have to wait soon: judging takes what it needs. */
  readonly isPressing?: boolean;
  /** Judging may take this share of one core; default half, and a sixth where it takes two seconds or more. */
  readonly share?: number;
}

/**
 * When the window is to be judged: now or at a later time of the clock, or not before something happens. At once when rows came, and
 * when the watermark passed what could be said only then; but never so often that judging takes more than its share, unless it is pressing.
 */
export function nextJudgement(state: ScheduleState, nowMs: number): number | undefined {
  if (!state.hasArrivals && !hasPassed(state)) return undefined;
  const { last } = state;
  if (last === undefined || state.isPressing === true) return nowMs;
  const tookMs = Math.max(0, last.endedMs - last.beganMs);
  const share = state.share ?? (tookMs >= LONG_MS ? SHARE_OF_LONG : SHARE);
  return Math.max(nowMs, last.endedMs + Math.min(MOST_REST_MS, tookMs * (1 / share - 1)));
}

/** True where the last judgement was made while absence was open that is open no more. */
function hasPassed({ judgedNewestMs, judgedWatermarkMs, watermarkMs }: ScheduleState): boolean {
  return judgedNewestMs !== undefined && judgedWatermarkMs < judgedNewestMs && watermarkMs >= judgedNewestMs;
}
