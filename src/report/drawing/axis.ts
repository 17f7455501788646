import { formatTime } from '../../windows/index.ts';

/** A time axis in parts of their own scale: long silences are cut out (design: axis cut in parts). Positions are percent of the width. */

export interface Part {
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
}

export interface Tick {
  readonly x: number;
  readonly label: string;
}

/** Kept free at both ends, and taken by a cut. */
const EDGE = 3.5;
const CUT = 2.5;
const MAX_CUTS = 4;
/** A silence is cut out when it is this share of what is left of the span, and this long. */
const CUT_SHARE = 0.3;
const CUT_MS = 1000;
/** Marks keep this share of a part off its ends, so that a cut never touches one. */
const MARGIN = 0.08;
/** A band reaches this far beyond its ends, so that marks at them stand in it. */
const REACH = 1.2;
/** A part takes width by its marks, up to this many. */
const MOST_MARKS = 12;

/** The parts of the axis over these times; at least one. */
export function axisParts(times: readonly number[]): Part[] {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  const starts = [0, ...cutsIn(sorted)];
  const slices = starts.map((start, index) => sorted.slice(start, starts[index + 1]));
  const room = 100 - 2 * EDGE - CUT * (slices.length - 1);
  const weights = slices.map((slice) => 1 + Math.min(slice.length, MOST_MARKS));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = EDGE;
  return slices.map((slice, index) => {
    const width = (room * (weights[index] ?? 1)) / total;
    const from = slice[0] ?? 0;
    const part = { from, to: slice.at(-1) ?? from, left, width };
    left += width + CUT;
    return part;
  });
}

/** Indexes at which a new part begins: the longest silences, each a large share of what the longer ones left. */
function cutsIn(sorted: readonly number[]): number[] {
  if (sorted.length < 3) return [];
  const gaps = sorted
    .slice(1)
    .map((time, index) => ({ index: index + 1, ms: time - (sorted[index] ?? time) }))
    .sort((a, b) => b.ms - a.ms || a.index - b.index);
  let rest = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const cuts: number[] = [];
  for (const gap of gaps) {
    if (cuts.length >= MAX_CUTS || gap.ms < CUT_MS || gap.ms < rest * CUT_SHARE) break;
    cuts.push(gap.index);
    rest -= gap.ms;
  }
  return cuts.sort((a, b) => a - b);
}

/** Where a time stands on the axis. */
export function positionOf(ms: number, parts: readonly Part[]): number {
  const part = parts.find(({ from, to }) => ms >= from && ms <= to) ?? parts[0];
  if (part === undefined) return 50;
  const share = part.to === part.from ? 0.5 : (ms - part.from) / (part.to - part.from);
  return part.left + part.width * (MARGIN + share * (1 - 2 * MARGIN));
}

/** The time at a place of the axis, percent: {@link positionOf} the other way round. Beside a part and in a cut it is the nearest end. */
export function timeAt(percent: number, parts: readonly Part[]): number {
  const distance = ({ left, width }: Part): number => Math.max(left - percent, percent - left - width, 0);
  const [part] = parts.toSorted((a, b) => distance(a) - distance(b));
  if (part === undefined) return 0;
  const share = ((percent - part.left) / part.width - MARGIN) / (1 - 2 * MARGIN);
  return part.from + Math.max(0, Math.min(1, share)) * (part.to - part.from);
}

/** Where a span stands, percent: between its ends; an end in a cut, or beyond what is drawn, is the edge of the part that is within. */
export function bandOf(
  fromMs: number,
  toMs: number,
  parts: readonly Part[],
): { readonly x: number; readonly width: number } {
  const first = parts.find(({ to }) => fromMs <= to);
  const last = parts.findLast(({ from }) => toMs >= from);
  if (first === undefined) return { x: 100, width: 0 };
  if (last === undefined) return { x: 0, width: 0 };
  const x = fromMs < first.from ? first.left : positionOf(fromMs, [first]) - REACH;
  const end = toMs > last.to ? last.left + last.width : positionOf(toMs, [last]) + REACH;
  return { x, width: Math.max(0, end - x) };
}

const STEPS_MS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];
/** Percent that a label takes with the space around it; the first label, a whole time of day, takes more. */
const LABEL = 6;
const FIRST_LABEL = 9;

/** Ticks at round times between the ends of a part, as many as have room. */
export function ticksOf(part: Part): Tick[] {
  const span = part.to - part.from;
  const inner = part.width * (1 - 2 * MARGIN);
  const step = STEPS_MS.find((ms) => (ms / span) * inner >= LABEL);
  if (span === 0 || step === undefined) return [];
  const ticks: Tick[] = [];
  for (let ms = Math.ceil(part.from / step) * step; ms <= part.to; ms += step) {
    const x = positionOf(ms, [part]);
    if (x - (part.left + part.width * MARGIN) >= FIRST_LABEL) ticks.push({ x, label: labelOf(ms, step) });
  }
  return ticks;
}

/** `:05`, `10:05`, `.250`: the part of the time that changes. */
function labelOf(ms: number, step: number): string {
  const text = formatTime(ms, 0);
  if (step < 1000) return `:${text.slice(17, 23).replace(/\.?0+$/, '')}`;
  if (step < 60_000) return `:${text.slice(17, 19)}`;
  return text.slice(11, 16);
}
