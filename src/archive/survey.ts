import { done } from '../disk/index.ts';
import type { Candidates } from './candidates.ts';
import type { BlockRow, IndexFile, SegmentRow } from './index-file.ts';
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

/** Looks at the index alone: blocks of all segments, and filters for what is named. A refusal where the query is none. */
export function surveyOf(parts: SurveyParts, { query, bins }: SurveyRequest): Outcome<Survey> {
  const compiled = compileQuery(query);
  if (compiled.kind === 'refused') return compiled;
  const segments = parts.index.segments().filter(({ leaving }) => leaving === 0);
  const blocks = segments.flatMap(({ id }) => parts.index.blocks(id));
  const timed = blocks.filter(({ t0, t1 }) => Number.isFinite(t0) && Number.isFinite(t1) && t1 >= t0);
  const fromMs = query.from?.ms ?? Math.min(...timed.map(({ t0 }) => t0));
  const toMs = query.to?.ms ?? Math.max(...timed.map(({ t1 }) => t1)) + 1;
  const within = timed.filter(({ t0, t1 }) => t1 >= fromMs && t0 < toMs);
  const timeless = blocks.reduce((sum, { count }) => sum + count, 0) - timed.reduce((sum, { count }) => sum + count, 0);
  const counts = within.length === 0 ? [] : spread(within, { fromMs, toMs, bins });
  return done({
    bins: counts.map((count, at) => ({
      fromMs: Math.floor(fromMs + (at * (toMs - fromMs)) / bins),
      count: Math.round(count),
    })),
    toMs: within.length === 0 ? 0 : toMs,
    events: Math.round(counts.reduce((sum, count) => sum + count, 0)),
    blocks: within.length,
    timeless,
    absent: absentOf(parts, segments, query),
  });
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bins: number;
}

function spread(blocks: readonly BlockRow[], { fromMs, toMs, bins }: Span): readonly number[] {
  const counts = new Array<number>(bins).fill(0);
  const width = (toMs - fromMs) / bins;
  for (const { t0, t1, count } of blocks) {
    const share = count / (t1 - t0 + 1);
    const last = Math.min(bins - 1, Math.floor((t1 - fromMs) / width));
    for (let at = Math.max(0, Math.floor((t0 - fromMs) / width)); at <= last; at++) {
      const begin = Math.max(t0, fromMs + at * width);
      const end = Math.min(t1 + 1, fromMs + (at + 1) * width);
      counts[at] = (counts[at] ?? 0) + Math.max(0, end - begin) * share;
    }
  }
  return counts;
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
