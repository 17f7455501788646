import { compareRecordIds, type RecordClass, type RecordId } from '../windows/index.ts';

/** Distinct coverage rows of one unit; what goes beyond is counted under an empty computer and channel. */
export const MAX_COVERAGE_ROWS = 4096;
/** 2000-01-01T00:00:00Z: records dated before it, or after the run, are counted as misdated (SETTLED A33). */
const YEAR_2000_MS = 946684800000;

/** What a unit holds of one computer, provider, channel, id and class. Times are whole milliseconds plus ticks. */
export interface UnitCoverage {
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
  readonly recordClass: RecordClass;
  count: number;
  misdated: number;
  firstMs: number;
  firstTicks: number;
  lastMs: number;
  lastTicks: number;
  lowestId: RecordId | undefined;
  highestId: RecordId | undefined;
  /**
   * Half hours since 1970 in which records of a whole log stand, in no order and some more than once; absent for texts and
   * exports, whose silence says nothing, and where there are too many.
   */
  halfHours?: number[];
  /** True of texts: their lines may be gathered from many machines. */
  readonly isText?: true;
}

/** Half hours that one row remembers: half a year of a log that speaks all the time. */
const MAX_HALF_HOURS = 8192;
const HALF_HOUR_MS = 1_800_000;

/** Notes that a record of a whole log stands at this time. */
export function noteHalfHour(halfHours: number[], ms: number): void {
  const at = Math.floor(ms / HALF_HOUR_MS);
  if (halfHours[halfHours.length - 1] !== at && halfHours.length < 2 * MAX_HALF_HOURS) halfHours.push(at);
}

/** Whose records a row counts; all empty for what goes beyond the bound. */
export interface CoverageKey {
  readonly computer: string;
  readonly channel: string;
  readonly provider: string;
  readonly eventId: number;
}

export function newCoverage(key: CoverageKey, recordClass: RecordClass): UnitCoverage {
  return {
    computer: key.computer,
    channel: key.channel,
    provider: key.provider,
    eventId: key.eventId,
    recordClass,
    count: 0,
    misdated: 0,
    firstMs: Number.POSITIVE_INFINITY,
    firstTicks: 0,
    lastMs: Number.NEGATIVE_INFINITY,
    lastTicks: 0,
    lowestId: undefined,
    highestId: undefined,
  };
}

/** Where what goes beyond the bound is counted. */
export const OVERFLOW_KEY: CoverageKey = { computer: '', channel: '', provider: '', eventId: 0 };

/** Counts one record; `runStartMs` is the time after which it is misdated. */
export function countRecord(
  row: UnitCoverage,
  ms: number,
  ticks: number,
  id: RecordId | undefined,
  runStartMs: number,
): void {
  row.count++;
  if (ms < YEAR_2000_MS || ms > runStartMs) {
    row.misdated++;
  } else {
    if (ms < row.firstMs || (ms === row.firstMs && ticks < row.firstTicks)) {
      row.firstMs = ms;
      row.firstTicks = ticks;
    }
    if (ms > row.lastMs || (ms === row.lastMs && ticks > row.lastTicks)) {
      row.lastMs = ms;
      row.lastTicks = ticks;
    }
  }
  if (id === undefined) return;
  if (row.lowestId === undefined || compareRecordIds(id, row.lowestId) < 0) row.lowestId = id;
  if (row.highestId === undefined || compareRecordIds(id, row.highestId) > 0) row.highestId = id;
}

/** Adds what another row counts of the same key. */
export function mergeCoverage(into: UnitCoverage, row: UnitCoverage): void {
  into.count += row.count;
  into.misdated += row.misdated;
  if (row.firstMs < into.firstMs || (row.firstMs === into.firstMs && row.firstTicks < into.firstTicks)) {
    into.firstMs = row.firstMs;
    into.firstTicks = row.firstTicks;
  }
  if (row.lastMs > into.lastMs || (row.lastMs === into.lastMs && row.lastTicks > into.lastTicks)) {
    into.lastMs = row.lastMs;
    into.lastTicks = row.lastTicks;
  }
  const { lowestId, highestId } = row;
  if (lowestId !== undefined && (into.lowestId === undefined || compareRecordIds(lowestId, into.lowestId) < 0)) {
    into.lowestId = lowestId;
  }
  if (highestId !== undefined && (into.highestId === undefined || compareRecordIds(highestId, into.highestId) > 0)) {
    into.highestId = highestId;
  }
  mergeHalfHours(into, row);
}

/** What one part does not know, the whole does not know either. */
function mergeHalfHours(into: UnitCoverage, row: UnitCoverage): void {
  if (into.halfHours === undefined) return;
  if (row.halfHours === undefined) {
    delete into.halfHours;
    return;
  }
  for (const at of row.halfHours) into.halfHours.push(at);
  if (into.halfHours.length <= MAX_HALF_HOURS) return;
  const distinct = [...new Set(into.halfHours)];
  if (distinct.length > MAX_HALF_HOURS) delete into.halfHours;
  else into.halfHours = distinct;
}
