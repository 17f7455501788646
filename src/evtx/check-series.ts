import { formatTime, isPrintableMs, type PlacedAnomaly } from '../windows/index.ts';
import { type AnomalyWord, anomaly, counted } from './anomalies.ts';
import type { ChunkSummary, LogHeader, SeriesBreak, SeriesPoint, SlotLayout } from './types.ts';

/** A chunk that holds records. */
interface FilledChunk extends ChunkSummary {
  readonly first: SeriesPoint;
  readonly last: SeriesPoint;
}

function isFilled(chunk: ChunkSummary): chunk is FilledChunk {
  return chunk.first !== undefined && chunk.last !== undefined && isExact(chunk.first) && isExact(chunk.last);
}

/** Ids above 2^53 do not occur, and as numbers they are not exact enough to call anything missing or forged. */
function isExact({ headerRecordId, recordId }: SeriesPoint): boolean {
  return Number.isSafeInteger(headerRecordId) && Number.isSafeInteger(recordId);
}

function timeText(ms: number): string {
  return isPrintableMs(ms) ? formatTime(ms, 0).replace(/\.\d+Z$/, 'Z') : 'time unknown';
}

/**
 * What a whole file's ids, times and headers say about losses and edits (EVTX 1.5, 6.3, 7.4, 7.5, D10; T21, T24, T41, T42).
 *
 * @param chunks the summaries of all units of the file, in slot order
 * @param slotCount slots of the file, the cut last one and empty ones included
 */
export function checkSeries(
  layout: SlotLayout,
  chunks: readonly ChunkSummary[],
  slotCount: number,
): readonly PlacedAnomaly[] {
  const filled = chunks.filter(isFilled);
  const isOneSeries = hasOneComputer(filled);
  const found: PlacedAnomaly[] = [];
  for (const chunk of filled) checkClaims(chunk, found);
  checkBreaks(filled, isOneSeries, found);
  checkTime(filled, found);
  checkRing(filled, found);
  if (layout.header !== undefined) checkHeader(layout.header, filled, chunks, slotCount, found);
  return found;
}

/** A collector's log holds records of several computers, whose EventRecordIDs are not one series. */
function hasOneComputer(filled: readonly FilledChunk[]): boolean {
  const first = filled[0]?.computer;
  return filled.every((chunk) => !chunk.hasForeignComputers && chunk.computer === first);
}

/** The numbers of a chunk header against its records (EVTX 7.4 "last record id", T24). */
function checkClaims(chunk: FilledChunk, found: PlacedAnomaly[]): void {
  const { claims, first, last, slot } = chunk;
  if (claims === undefined || chunk.isStale) return;
  const ids = [first.headerRecordId, last.headerRecordId] as const;
  const claimedCount = claims.lastNumber - claims.firstNumber + 1;
  const offset = chunk.fileOffset + 32;
  if (claims.lastId < ids[1]) {
    const hidden = Math.min(chunk.records - 1, ids[1] - claims.lastId);
    found.push(
      anomaly('lastId', { offset }, { slot, claimed: claims.lastId, last: ids[1], hidden: counted(hidden, 'record') }),
    );
  } else if (claimedCount < chunk.records && claims.firstId === ids[0]) {
    const hidden = Math.min(chunk.records - 1, chunk.records - Math.max(0, claimedCount));
    found.push(
      anomaly(
        'lastId',
        { offset: chunk.fileOffset + 16 },
        { slot, claimed: claims.lastNumber, last: ids[1], hidden: counted(hidden, 'record') },
      ),
    );
  } else if (claims.firstId !== ids[0] || claims.lastId !== ids[1] || claimedCount !== chunk.records) {
    const numbers = { slot, claimedFirst: claims.firstId, claimedLast: claims.lastId, first: ids[0], last: ids[1] };
    found.push(anomaly('claimedIds', { offset: chunk.fileOffset + 24 }, numbers));
  }
}

/** Neighbours inside a chunk (T41). A record that damage took is no deletion. */
function checkBreaks(filled: readonly FilledChunk[], isOneSeries: boolean, found: PlacedAnomaly[]): void {
  let exportGaps = 0;
  let firstExport: { readonly chunk: FilledChunk; readonly at: SeriesBreak } | undefined;
  const isExport = filled.some(({ first }) => first.headerRecordId !== first.recordId);
  for (const chunk of filled) {
    for (const at of chunk.breaks) {
      if (!isExact(at.before) || !isExact(at.after)) continue;
      const headerStep = at.after.headerRecordId - at.before.headerRecordId;
      const step = at.after.recordId - at.before.recordId;
      if (headerStep < 0) add('descending', chunk, at, 'headerRecordId', found);
      else if (headerStep === 0) add('duplicate', chunk, at, 'headerRecordId', found);
      else if (headerStep > 1) {
        if (!chunk.isDamaged) add('gap', chunk, at, 'headerRecordId', found);
      } else if (!isOneSeries) {
        // Only the frame's ids are a series of this file.
      } else if (step < 0) add('descending', chunk, at, 'recordId', found);
      else if (step === 0) add('duplicate', chunk, at, 'recordId', found);
      else if (!isExport) add('gap', chunk, at, 'recordId', found);
      else {
        exportGaps++;
        firstExport ??= { chunk, at };
      }
    }
  }
  if (firstExport !== undefined) {
    const { at } = firstExport;
    const numbers = { ...neighbours(at, 'recordId'), gaps: exportGaps };
    found.push(anomaly('exportGap', { offset: at.offset, count: exportGaps, recordId: at.after.recordId }, numbers));
  }
}

type IdKind = 'headerRecordId' | 'recordId';

function neighbours(at: SeriesBreak, kind: IdKind): Record<string, string | number> {
  return {
    before: at.before[kind],
    after: at.after[kind],
    missing: counted(at.after[kind] - at.before[kind] - 1, 'record id'),
    beforeTime: timeText(at.before.createdMs),
    afterTime: timeText(at.after.createdMs),
  };
}

function add(word: AnomalyWord, chunk: FilledChunk, at: SeriesBreak, kind: IdKind, found: PlacedAnomaly[]): void {
  const numbers = { ...neighbours(at, kind), slot: chunk.slot };
  found.push(anomaly(word, { offset: at.offset, recordId: at.after.recordId }, numbers));
}

/** One note a file: healthy logs have it too (SETTLED A15). */
function checkTime(filled: readonly FilledChunk[], found: PlacedAnomaly[]): void {
  const times = filled.reduce((sum, chunk) => sum + chunk.timeBackCount, 0);
  const at = filled.find((chunk) => chunk.firstTimeBack !== undefined)?.firstTimeBack;
  if (at === undefined) return;
  const numbers = { ...neighbours(at, 'recordId'), times };
  found.push(anomaly('timeBack', { offset: at.offset, recordId: at.after.recordId, count: times }, numbers));
}

/** Order of the chunks by the ids found in them (EVTX 6.3). A log that wrapped has one seam, and the ring closes there. */
function checkRing(filled: readonly FilledChunk[], found: PlacedAnomaly[]): void {
  const seams: FilledChunk[] = [];
  for (let i = 1; i < filled.length; i++) {
    const [before, after] = [filled[i - 1], filled[i]];
    if (before === undefined || after === undefined) continue;
    if (after.first.headerRecordId <= before.last.headerRecordId) seams.push(after);
  }
  const [head, tail, seam] = [filled[0], filled.at(-1), seams[0]];
  const isRing =
    seams.length === 1 &&
    head !== undefined &&
    tail !== undefined &&
    tail.last.headerRecordId < head.first.headerRecordId;
  if (seam !== undefined && !isRing) {
    const numbers = { breaks: seams.length, after: seam.first.headerRecordId, slot: seam.slot };
    found.push(anomaly('ringBreak', { offset: seam.fileOffset, count: seams.length }, numbers));
  }
  const inOrder = filled.toSorted((a, b) => a.first.headerRecordId - b.first.headerRecordId || a.slot - b.slot);
  for (let i = 1; i < inOrder.length; i++) {
    const [before, after] = [inOrder[i - 1], inOrder[i]];
    if (before === undefined || after === undefined) continue;
    const missing = after.first.headerRecordId - before.last.headerRecordId - 1;
    if (missing < 0) {
      const numbers = {
        slot: after.slot,
        first: after.first.headerRecordId,
        last: after.last.headerRecordId,
        other: before.slot,
        otherLast: before.last.headerRecordId,
      };
      found.push(anomaly('overlap', { offset: after.fileOffset }, numbers));
    } else if (missing > 0) {
      const numbers = {
        missing: counted(missing, 'record'),
        slot: after.slot,
        other: before.slot,
        before: before.last.headerRecordId,
        after: after.first.headerRecordId,
        beforeTime: timeText(before.last.createdMs),
        afterTime: timeText(after.first.createdMs),
      };
      found.push(anomaly('slotGap', { offset: after.fileOffset, recordId: after.first.recordId }, numbers));
    }
  }
}

/** The file header of a log that was closed cleanly against what is there; a dirty one is allowed to be old. */
function checkHeader(
  header: LogHeader,
  filled: readonly FilledChunk[],
  chunks: readonly ChunkSummary[],
  slotCount: number,
  found: PlacedAnomaly[],
): void {
  if (header.isDirty) return;
  const last = filled.reduce((highest, chunk) => Math.max(highest, chunk.last.headerRecordId), 0);
  if (filled.length > 0 && header.nextRecordId !== last + 1) {
    const word = header.nextRecordId <= last ? 'headerNextId' : 'headerNextIdHigh';
    found.push(anomaly(word, { offset: 24 }, { claimed: header.nextRecordId, last }));
  }
  // The field has 16 bits (EVTX 1.1): above that it cannot be compared.
  if (slotCount > 0xffff || header.chunkCount === chunks.length) return;
  const word = header.chunkCount < chunks.length ? 'headerChunks' : 'headerChunksHigh';
  const numbers = {
    claimed: header.chunkCount,
    found: chunks.length,
    missing: header.chunkCount - chunks.length,
  };
  found.push(anomaly(word, { offset: 42 }, numbers));
}
