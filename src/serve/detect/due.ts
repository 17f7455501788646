import { nextJudgement } from '../../live/index.ts';
import { BACKLOG_IDLE_MS, type Backlog, type Judged } from './backlog.ts';
import type { Lane } from './lane.ts';

/** What of a lane decides when it is judged. */
type Waiting = Pick<Lane, 'hasNews' | 'isPressing' | 'quietDueMs' | 'watermark'>;

/** Judging a backlog may take this share of one core: what is new goes first. */
const BACKLOG_SHARE = 0.25;

/** When the window is to be judged, by the server's clock; `hostsDueMs`: when gaps of hosts are to be looked for. */
export function windowDueMs(
  lane: Waiting,
  last: Judged | undefined,
  hostsDueMs: number | undefined,
  nowMs: number,
): number | undefined {
  const quietMs = lane.quietDueMs;
  const due = nextJudgement(
    {
      hasArrivals: lane.hasNews || (quietMs !== undefined && quietMs <= nowMs),
      ...(last === undefined ? {} : { last, judgedNewestMs: last.newestMs }),
      judgedWatermarkMs: last?.watermarkMs ?? Number.NEGATIVE_INFINITY,
      watermarkMs: lane.watermark(nowMs).ms,
      isPressing: lane.isPressing,
    },
    nowMs,
  );
  const waiting = [due ?? quietMs, hostsDueMs].filter((ms) => ms !== undefined);
  return waiting.length === 0 ? undefined : Math.min(...waiting);
}

/** When a backlog of which no answer is waited for is to be judged, or is over. */
export function backlogDueMs({ lane, last, lastMs }: Backlog, nowMs: number): number | undefined {
  if (!lane.hasNews) return Math.min(lastMs + BACKLOG_IDLE_MS, lane.quietDueMs ?? Number.POSITIVE_INFINITY);
  return nextJudgement(
    {
      hasArrivals: true,
      ...(last === undefined ? {} : { last }),
      judgedWatermarkMs: Number.NEGATIVE_INFINITY,
      watermarkMs: Number.NEGATIVE_INFINITY,
      share: BACKLOG_SHARE,
      isPressing: lane.isPressing,
    },
    nowMs,
  );
}
