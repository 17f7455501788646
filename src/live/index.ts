export { type ClockReading, type IncidentTimes, type ServerTime, type ServerTimes, timesOf } from './clocks.ts';
export { contentDigest, contentOf } from './content.ts';
export { type IncidentParts, partsOf } from './incident-parts.ts';
export type { RecordKey } from './pins.ts';
export {
  type KnownIncident,
  membersOf,
  type RevisionInput,
  type Revisions,
  revise,
  type ToldRevision,
} from './revisions.ts';
export type { LossReason } from './row-quota.ts';
export { nextJudgement, type ScheduleState } from './schedule.ts';
export { levelledByTrust } from './unproven.ts';
export type { Watermark } from './watermarks.ts';
export {
  type Accepted,
  type JudgeContext,
  Window,
  type WindowCounts,
  type WindowJudgement,
  type WindowOptions,
} from './window.ts';
