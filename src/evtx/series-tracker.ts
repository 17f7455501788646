import { filetimeMs } from '../windows/index.ts';
import type { Chunk } from './chunk.ts';
import type { ChunkSummary, SeriesBreak, SeriesPoint } from './types.ts';

const MAX_BREAKS = 16;
/** A smaller step back is usual: threads log out of order (EVTX 7.5). */
const TIME_BACK_MS = 60_000;

const TWO_32 = 4294967296;
const SIGN = -0x80000000;

/**
 * Follows ids and times of one chunk's records, with no object a record. Ids and FILETIMEs come and are kept as halves of
 * 32 bits: numbers with a fraction's width would be boxed at each call, which cost a sixth of the scan.
 */
export class SeriesTracker {
  private readonly chunk: Chunk;
  private records = 0;
  /** Records that could not be read, before the first that could, and the id of the first of them. */
  private passed = 0;
  private passedId = 0;
  private first: SeriesPoint | undefined;
  /** Low halves of the ids that would follow; the high halves are those of the last record. */
  private nextHeaderLow = 0;
  private headerHigh = 0;
  private nextRecordLow = 0;
  private recordHigh = 0;
  private timeLow = 0;
  private timeHigh = 0;
  private computer: string | undefined;
  private hasForeignComputers = false;
  private breaks: SeriesBreak[] = [];
  private breakCount = 0;
  private timeBackCount = 0;
  private firstTimeBack: SeriesBreak | undefined;

  constructor(chunk: Chunk) {
    this.chunk = chunk;
  }

  begin(): void {
    this.records = 0;
    this.passed = 0;
    this.first = undefined;
    this.computer = undefined;
    this.hasForeignComputers = false;
    this.breaks = [];
    this.breakCount = 0;
    this.timeBackCount = 0;
    this.firstTimeBack = undefined;
  }

  get count(): number {
    return this.records;
  }

  get lastHeaderId(): number {
    return this.headerHigh * TWO_32 + ((this.nextHeaderLow - 1) >>> 0);
  }

  get lastCreatedMs(): number {
    return filetimeMs(this.timeHigh >>> 0, this.timeLow >>> 0);
  }

  private get lastRecordId(): number {
    return this.recordHigh * TWO_32 + ((this.nextRecordLow - 1) >>> 0);
  }

  /** A record that is there but cannot be read: its id is no gap, and nothing else of it is known. */
  pass(headerRecordId: number, at: number): void {
    if (this.records === 0) {
      if (this.passed++ === 0) this.passedId = headerRecordId;
      return;
    }
    const step = headerRecordId - this.lastHeaderId;
    this.addAt(headerRecordId, this.lastRecordId + step, this.timeHigh, this.timeLow, at);
  }

  /**
   * A record that was read, in the order of position: id of the frame, EventRecordID and TimeCreated in halves, the low
   * ones as signed numbers.
   */
  add(
    headerHigh: number,
    headerLow: number,
    recordHigh: number,
    recordLow: number,
    timeHigh: number,
    timeLow: number,
    computer: string,
    at: number,
  ): void {
    const isNext =
      this.records > 0 &&
      headerLow === this.nextHeaderLow &&
      headerHigh === this.headerHigh &&
      recordLow === this.nextRecordLow &&
      recordHigh === this.recordHigh &&
      computer === this.computer &&
      (timeHigh > this.timeHigh || (timeHigh === this.timeHigh && (timeLow ^ SIGN) >= (this.timeLow ^ SIGN)));
    if (!isNext) {
      const headerId = headerHigh * TWO_32 + (headerLow >>> 0);
      this.addOdd(headerId, recordHigh * TWO_32 + (recordLow >>> 0), timeHigh, timeLow, computer, at);
      return;
    }
    this.records++;
    this.nextHeaderLow = (headerLow + 1) | 0;
    this.nextRecordLow = (recordLow + 1) | 0;
    this.timeHigh = timeHigh;
    this.timeLow = timeLow;
  }

  /** The first record of a chunk, and every one that does not follow the one before it by one. */
  private addOdd(
    headerRecordId: number,
    recordId: number,
    timeHigh: number,
    timeLow: number,
    computer: string,
    at: number,
  ): void {
    const createdMs = filetimeMs(timeHigh >>> 0, timeLow >>> 0);
    if (this.records === 0 && this.passed > 0) {
      const firstId = recordId - (headerRecordId - this.passedId);
      this.first = { headerRecordId: this.passedId, recordId: firstId, createdMs };
      this.records = this.passed - 1;
      this.computer = computer;
      this.follow(this.passedId + this.passed - 1, firstId + this.passed - 1, timeHigh, timeLow);
    }
    if (this.records === 0) {
      this.first = { headerRecordId, recordId, createdMs };
      this.computer = computer;
      this.follow(headerRecordId, recordId, timeHigh, timeLow);
      return;
    }
    if (computer !== this.computer) this.hasForeignComputers = true;
    this.addAt(headerRecordId, recordId, timeHigh, timeLow, at);
  }

  private addAt(headerRecordId: number, recordId: number, timeHigh: number, timeLow: number, at: number): void {
    const createdMs = filetimeMs(timeHigh >>> 0, timeLow >>> 0);
    const after = { headerRecordId, recordId, createdMs };
    if (headerRecordId !== this.lastHeaderId + 1 || recordId !== this.lastRecordId + 1) {
      this.breakCount++;
      if (this.breaks.length < MAX_BREAKS) this.breaks.push(this.breakAt(after, at));
    }
    if (createdMs < this.lastCreatedMs - TIME_BACK_MS && recordId > this.lastRecordId) {
      this.timeBackCount++;
      this.firstTimeBack ??= this.breakAt(after, at);
    }
    this.follow(headerRecordId, recordId, timeHigh, timeLow);
  }

  private follow(headerRecordId: number, recordId: number, timeHigh: number, timeLow: number): void {
    this.records++;
    this.headerHigh = Math.floor(headerRecordId / TWO_32);
    this.nextHeaderLow = (headerRecordId + 1) | 0;
    this.recordHigh = Math.floor(recordId / TWO_32);
    this.nextRecordLow = (recordId + 1) | 0;
    this.timeHigh = timeHigh;
    this.timeLow = timeLow;
  }

  private breakAt(after: SeriesPoint, at: number): SeriesBreak {
    return { offset: this.chunk.fileOffset(at), before: this.point(), after };
  }

  private point(): SeriesPoint {
    return { headerRecordId: this.lastHeaderId, recordId: this.lastRecordId, createdMs: this.lastCreatedMs };
  }

  summary(
    slot: number,
    fileOffset: number,
    isDamaged: boolean,
    isStale: boolean,
    claims: ChunkSummary['claims'],
  ): ChunkSummary {
    const summary: { -readonly [Key in keyof ChunkSummary]: ChunkSummary[Key] } = {
      slot,
      fileOffset,
      records: this.records,
      hasForeignComputers: this.hasForeignComputers,
      isStale,
      isDamaged,
      breaks: this.breaks,
      breakCount: this.breakCount,
      timeBackCount: this.timeBackCount,
    };
    if (this.first !== undefined) {
      summary.first = this.first;
      summary.last = this.point();
    }
    if (this.computer !== undefined) summary.computer = this.computer;
    if (claims !== undefined) summary.claims = claims;
    if (this.firstTimeBack !== undefined) summary.firstTimeBack = this.firstTimeBack;
    return summary;
  }
}
