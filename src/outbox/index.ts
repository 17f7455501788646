export { DUE_REASONS, type DueFacts, type DueReason, dueReasons } from './due.ts';
export { GATHER_MS, leavesMs, type MessageHead, messageId, type OutboxMessage, versionMark } from './message.ts';
export { nextTry, readRetryAfter, restAfter } from './retry.ts';
export { SINK_SCOPES, type SinkRule, type SinkScope, WORK_CHANGES, type WorkChange } from './sink-rule.ts';
export { type IncidentView, type ToldView, toldView } from './view.ts';
