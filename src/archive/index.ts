export type { Archive, ArchivedRows, SearchOptions } from './archive.ts';
export { MOST_PAGE } from './archive.ts';
export type { JournalPlace } from './find-entry.ts';
export type { EntryPlace, FoundEntry } from './found-entry.ts';
export type { ArchiveHealth } from './health.ts';
export {
  type HeldMore,
  type Hold,
  type HoldNote,
  MOST_HELD_NAMES,
  MOST_HELD_SEGMENTS,
  MOST_HOLDS,
  otherNames,
} from './holds.ts';
export {
  type ArchiveInspection,
  archivedPosition,
  type InspectedArchiveSegment,
  inspectArchive,
} from './inspect-archive.ts';
export { ARCHIVE_LIMITS, type ArchiveLimits } from './limits.ts';
export { type ArchiveRequest, type OpenOutcome, openArchive } from './open-archive.ts';
export { type ArchiveQuery, MOST_VALUES, MOST_WORD_BYTES, MOST_WORDS, type Word } from './query.ts';
export { type ArchiveReading, type ReadSpan, readArchive } from './read-archive.ts';
export type { ArchiveProblem } from './recover.ts';
export type { RecoveryNotes } from './recovery-notes.ts';
export type { Retained } from './retention.ts';
export type { SearchPage } from './search-page.ts';
export type { SearchCount } from './searcher.ts';
export { type Absent, MOST_BINS, type Survey } from './survey.ts';
export { type Outcome, type Refusal, type RefusalCode, refused } from './trouble.ts';
