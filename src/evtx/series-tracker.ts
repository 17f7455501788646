import type { ChunkSummary, SeriesBreak, SeriesPoint } from './types.ts';

const MAX_BREAKS = 16;
/** A smaller step back is usual: threads log out of order (EVTX 7.5). */
const TIME_BACK_MS = 60_000;

/** Follows ids and times of one chunk's records, with no object a record. */
export class SeriesTracker {
  private records = 0;
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

  add(headerRecordId: number, recordId: number, createdMs: number, computer: string, offset: number): void {
    if (this.records++ === 0) {
      this.first = { headerRecordId, recordId, createdMs };
      this.computer = computer;
    } else {
      if (computer !== this.computer) this.hasForeignComputers = true;
      if (headerRecordId !== this.headerId + 1 || recordId !== this.recordId + 1) {
        this.breakCount++;
        if (this.breaks.length < MAX_BREAKS)
          this.breaks.push(this.breakAt(headerRecordId, recordId, createdMs, offset));
      }
      if (createdMs < this.createdMs - TIME_BACK_MS && recordId > this.recordId) {
        this.timeBackCount++;
        this.firstTimeBack ??= this.breakAt(headerRecordId, recordId, createdMs, offset);
      }
    }
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
    return {
      slot,
      fileOffset,
      records: this.records,
      ...(this.first === undefined ? {} : { first: this.first, last: this.point() }),
      ...(this.computer === undefined ? {} : { computer: this.computer }),
      hasForeignComputers: this.hasForeignComputers,
      ...(claims === undefined ? {} : { claims }),
      isStale,
      isDamaged,
      breaks: this.breaks,
      breakCount: this.breakCount,
      timeBackCount: this.timeBackCount,
      ...(this.firstTimeBack === undefined ? {} : { firstTimeBack: this.firstTimeBack }),
    };
  }
}
