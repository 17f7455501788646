export { AnomalyTally } from './anomaly-tally.ts';
export { CoverageTable, settleCoverage, type TimedCoverage } from './coverage-table.ts';
export { settledTimes, settleRows } from './deferred-rows.ts';
export { compareEvents } from './event-order.ts';
export { EventStore, type StoreImage, type StoreOptions } from './event-store.ts';
export { COPIES_MS, type CopyConflict, CopyFolder, copyFolder, sharedAmong } from './fold-copies.ts';
export { withoutCopies } from './record-copies.ts';
export { type SettledByCopies, settleByCopies } from './settle-by-copies.ts';
export { type SettledText, type TextCount, TextSources, textOptions } from './text-sources.ts';
