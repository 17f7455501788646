export type { Archive, SearchOptions } from './archive.ts';
export { MOST_PAGE } from './archive.ts';
export {
  type ArchiveEntry,
  type ArchiveTime,
  type EntryFacts,
  type EntryPlace,
  type FoundEntry,
  TRUST_CLASSES,
  type TrustClass,
} from './entry.ts';
export type { ArchiveHealth } from './health.ts';
export type { Hold } from './holds.ts';
export { type ArchiveInspection, type InspectedArchiveSegment, inspectArchive } from './inspect-archive.ts';
export { ARCHIVE_LIMITS, type ArchiveLimits, MOST_ENTRY_BYTES, MOST_STREAMS } from './limits.ts';
export { type ArchiveRequest, type OpenOutcome, openArchive } from './open-archive.ts';
export { type ArchiveQuery, MOST_VALUES, MOST_WORD_BYTES, MOST_WORDS, type Word } from './query.ts';
export type { ArchiveProblem } from './recover.ts';
export type { RecoveryNotes } from './recovery-notes.ts';
export type { Retained } from './retention.ts';
export type { SearchPage } from './search-page.ts';
export type { SearchCount } from './searcher.ts';
export type { Outcome, Refusal, RefusalCode } from './trouble.ts';
