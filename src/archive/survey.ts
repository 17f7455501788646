import { done } from '../disk/index.ts';
import type { Candidates } from './candidates.ts';
import type { BlockRow, IndexFile, SegmentCounts, SegmentRow } from './index-file.ts';
import { type ArchiveQuery, compileQuery } from './query.ts';
import type { Outcome } from './trouble.ts';

/** What the archive knows of a query without reading an event. */
export interface Survey {
  /** Events of all blocks by time, whatever else the query asks for: a block tells its first and last time and how many it holds, spread evenly between. */
  readonly bins: readonly { readonly fromMs: number; readonly count: number }[];
  readonly toMs: number;
  /** Events and blocks in that span, and events of blocks that tell no time. */
  readonly events: number;
  readonly blocks: number;
  readonly timeless: number;
  /** Of what the query names, what stands in no block at all, as far as filters tell: a word that they do not know is left out. */
  readonly absent: readonly Absent[];
}

export interface Absent {
  readonly kind: 'host' | 'channel' | 'event' | 'word';
  readonly value: string;
}

export interface SurveyRequest {
  readonly query: ArchiveQuery;
  readonly bins: number;
}

interface SurveyParts {
  readonly index: IndexFile;
  readonly candidates: Candidates;
}

export const MOST_BINS = 500;

/** Looks at the index alone, as it is at one moment: blocks of the segments in the span, one segment after another, and filters for what is named. A refusal where the query is none. */
export function surveyOf(parts: SurveyParts, request: SurveyRequest): Outcome<Survey> {
  const compiled = compileQuery(request.query);
  if (compiled.kind === 'refused') return compiled;
  return done(parts.index.snapshot(() => surveyed(parts, request)));
}

function surveyed(parts: SurveyParts, { query, bins }: SurveyRequest): Survey {
  const { index } = parts;
  const segments = index.segments().filter(({ leaving }) => leaving === 0);
  const { fromMs, toMs } = spanOf(segments, query);
  const histogram = new Histogram({ fromMs, toMs, bins });
  let timeless = 0;
  for (const { id, t0, t1 } of segments) {
    const held = index.counts(id);
    timeless += held.timeless;
    if (!(t1 >= fromMs && t0 < toMs)) continue;
    if (histogram.addWhole(t0, t1, held)) continue;
    for (const block of index.blocksWithin(id, fromMs, toMs)) histogram.add(block);
  }
  const { blocks } = histogram;
  const counts = blocks === 0 ? [] : histogram.counts;
  return {
    bins: counts.map((count, at) => ({
      fromMs: Math.floor(fromMs + (at * (toMs - fromMs)) / bins),
      count: Math.round(count),
    })),
    toMs: blocks === 0 ? 0 : toMs,
    events: Math.round(counts.reduce((sum, count) => sum + count, 0)),
    blocks,
    timeless,
    absent: absentOf(parts, segments, query),
  };
}

/** What is asked for, else from the first to the last event that tells a time; there may be millions of blocks, but a segment tells its bounds. */
function spanOf(segments: readonly SegmentRow[], { from, to }: ArchiveQuery): Omit<Span, 'bins'> {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const { t0, t1 } of segments) {
    first = Math.min(first, t0);
    last = Math.max(last, t1);
  }
  return { fromMs: from?.ms ?? first, toMs: to?.ms ?? last + 1 };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bins: number;
}

/** Events by time: those of each block are spread evenly between its first and its last. */
class Histogram {
  readonly #span: Span;
  readonly counts: number[];
  blocks = 0;

  constructor(span: Span) {
    this.#span = span;
    this.counts = new Array<number>(span.bins).fill(0);
  }

  add({ t0, t1, count }: Pick<BlockRow, 't0' | 't1' | 'count'>): void {
    const { fromMs, toMs, bins } = this.#span;
    const width = (toMs - fromMs) / bins;
    const share = count / (t1 - t0 + 1);
    const last = Math.min(bins - 1, Math.floor((t1 - fromMs) / width));
    for (let at = Math.max(0, Math.floor((t0 - fromMs) / width)); at <= last; at++) {
      const begin = Math.max(t0, fromMs + at * width);
      const end = Math.min(t1 + 1, fromMs + (at + 1) * width);
      this.counts[at] = (this.counts[at] ?? 0) + Math.max(0, end - begin) * share;
    }
    this.blocks++;
  }

  /** Adds all blocks of a segment at once; false, and nothing is added, where they are not all in one bin. A block a second for three months is millions: few of their rows are looked at one by one. */
  addWhole(t0: number, t1: number, { blocks, events }: SegmentCounts): boolean {
    const { fromMs, toMs, bins } = this.#span;
    const width = (toMs - fromMs) / bins;
    const at = Math.floor((t0 - fromMs) / width);
    if (!(at >= 0 && at < bins && t1 + 1 <= fromMs + (at + 1) * width)) return false;
    this.counts[at] = (this.counts[at] ?? 0) + events;
    this.blocks += blocks;
    return true;
  }
}

function absentOf(parts: SurveyParts, segments: readonly SegmentRow[], query: ArchiveQuery): readonly Absent[] {
  const { hosts = [], channels = [], eventIds = [], words = [] } = query;
  const named: readonly (readonly [Absent, ArchiveQuery])[] = [
    ...hosts.map((value) => [{ kind: 'host', value }, { hosts: [value] }] as const),
    ...channels.map((value) => [{ kind: 'channel', value }, { channels: [value] }] as const),
    ...eventIds.map((value) => [{ kind: 'event', value: String(value) }, { eventIds: [value] }] as const),
    ...words.map((word) => [{ kind: 'word', value: word.text }, { words: [word] }] as const),
  ];
  return named.filter(([, alone]) => isNowhere(parts, segments, alone)).map(([absent]) => absent);
}

/** False where no filter could tell. */
function isNowhere({ candidates }: SurveyParts, segments: readonly SegmentRow[], alone: ArchiveQuery): boolean {
  const compiled = compileQuery(alone);
  if (compiled.kind === 'refused' || compiled.value.groups.length === 0) return false;
  const { groups } = compiled.value;
  return !segments.some((segment) =>
    candidates.blocksOf(segment, groups).some((block) => candidates.mayHold(block, groups)),
  );
}
