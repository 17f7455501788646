export type { ClockOffset } from '../entities/index.ts';
export type { Apart } from './apart.ts';
export { type ClockReading, type IncidentTimes, type ServerTime, type ServerTimes, timesOf } from './clocks.ts';
export { contentDigest, contentOf } from './content.ts';
export { type FoundPart, type FoundTexts, makingFound, ruleKey, textsOf } from './found-parts.ts';
export { type FoundRevisions, foundKey, type KnownFound, reviseFound, type ToldPart } from './found-revisions.ts';
export type { GlanceWay, IncidentNews, NewsOf } from './glance.ts';
export { type IncidentParts, partsOf } from './incident-parts.ts';
export type { RecordKey } from './pins.ts';
export { MISS_MARKS } from './remembered-misses.ts';
export {
  isWholeOf,
  type KnownIncident,
  membersOf,
  type RevisionInput,
  type Revisions,
  revise,
  reviseAtOnce,
  type ToldRevision,
} from './revisions.ts';
export type { LossReason } from './row-quota.ts';
export { nextJudgement, type ScheduleState } from './schedule.ts';
export { isCountedAlone, type SeenLog, seenLogs } from './seen-logs.ts';
export type { Watermark } from './watermarks.ts';
export { Window } from './window.ts';
export type { Accepted, WindowCounts, WindowOptions } from './window-figures.ts';
export type { WindowImage } from './window-image.ts';
export type { JudgeContext, WindowJudgement } from './window-judgement.ts';
