import type { ChunkSummary, SeriesBreak, SeriesPoint } from './types.ts';

const MAX_BREAKS = 16;
/** A smaller step back is usual: threads log out of order (EVTX 7.5). */
const TIME_BACK_MS = 60_000;

/** Follows ids and times of one chunk's records, with no object a record. */
export class SeriesTracker {
  private records = 0;
  /** Records that could not be read, before the first that could, and the id of the first of them. */
  private passed = 0;
  private passedId = 0;
  private first: SeriesPoint | undefined;
  private headerId = 0;
  private recordId = 0;
  private createdMs = 0;
  private computer: string | undefined;
  private hasForeignComputers = false;
  private breaks: SeriesBreak[] = [];
  private breakCount = 0;
  private timeBackCount = 0;
  private firstTimeBack: SeriesBreak | undefined;

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
    return this.headerId;
  }

  get lastCreatedMs(): number {
    return this.createdMs;
  }

  /** A record that is there but cannot be read: its id is no gap, and nothing else of it is known. */
  pass(headerRecordId: number, offset: number): void {
    if (this.records === 0) {
      if (this.passed++ === 0) this.passedId = headerRecordId;
      return;
    }
    const step = headerRecordId - this.headerId;
    this.addAt(headerRecordId, this.recordId + step, this.createdMs, offset);
  }

  add(headerRecordId: number, recordId: number, createdMs: number, computer: string, offset: number): void {
    if (this.records === 0 && this.passed > 0) {
      this.first = {
        headerRecordId: this.passedId,
        recordId: recordId - (headerRecordId - this.passedId),
        createdMs,
      };
      this.records = this.passed;
      this.computer = computer;
      this.headerId = this.passedId + this.passed - 1;
      this.recordId = this.first.recordId + this.passed - 1;
      this.createdMs = createdMs;
    }
    if (this.records === 0) {
      this.first = { headerRecordId, recordId, createdMs };
      this.computer = computer;
      this.follow(headerRecordId, recordId, createdMs);
      return;
    }
    if (computer !== this.computer) this.hasForeignComputers = true;
    this.addAt(headerRecordId, recordId, createdMs, offset);
  }

  private addAt(headerRecordId: number, recordId: number, createdMs: number, offset: number): void {
    if (headerRecordId !== this.headerId + 1 || recordId !== this.recordId + 1) {
      this.breakCount++;
      if (this.breaks.length < MAX_BREAKS) this.breaks.push(this.breakAt(headerRecordId, recordId, createdMs, offset));
    }
    if (createdMs < this.createdMs - TIME_BACK_MS && recordId > this.recordId) {
      this.timeBackCount++;
      this.firstTimeBack ??= this.breakAt(headerRecordId, recordId, createdMs, offset);
    }
    this.follow(headerRecordId, recordId, createdMs);
  }

  private follow(headerRecordId: number, recordId: number, createdMs: number): void {
    this.records++;
    this.headerId = headerRecordId;
    this.recordId = recordId;
    this.createdMs = createdMs;
  }

  private breakAt(headerRecordId: number, recordId: number, createdMs: number, offset: number): SeriesBreak {
    return { offset, before: this.point(), after: { headerRecordId, recordId, createdMs } };
  }

  private point(): SeriesPoint {
    return { headerRecordId: this.headerId, recordId: this.recordId, createdMs: this.createdMs };
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
