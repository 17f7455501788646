import { formatTime } from '../../windows/index.ts';
import { LANES, type Lane } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { duration } from '../timeline.ts';
import { axisParts, bandOf, type Part, positionOf, ticksOf } from './axis.ts';
import { type Drawing, draw, EMPTY, joinDrawings } from './drawn.ts';

/** One record on the picture. */
export interface LaneMark {
  /** Unix milliseconds. */
  readonly ms: number;
  /** RFC 3339. */
  readonly time: string;
  readonly lane: Lane;
  /** The number of its row under Evidence. */
  readonly number: number;
  /** A few words beside it: `SRV-02, network sign-in`. */
  readonly caption: string;
  readonly isInferred: boolean;
  /** Filled: what carries a finding of that level, or the firing of a dossier. */
  readonly fill?: 'critical' | 'high' | 'fired';
}

/** What led to what, by numbers of marks. */
export interface LaneLink {
  readonly from: number;
  readonly to: number;
  readonly isInferred: boolean;
}

export interface LanePicture {
  readonly marks: readonly LaneMark[];
  readonly links: readonly LaneLink[];
  /** Unique on the page. */
  readonly id: string;
  /** What is looked at, Unix milliseconds. */
  readonly span?: { readonly fromMs: number; readonly toMs: number };
}

export const MAX_MARKS = 60;
const MAX_LINKS = 40;
const LANE_HEIGHT = 64;
/** Two rows in a lane, px from its top. */
const ROWS: readonly number[] = [22, 46];
/** Px of one percent of the picture's width at the narrowest screen that draws it without overlap, and at full size. */
const NARROW_PX = 7.4;
const WIDE_PX = 10.5;

const LANE_NAMES: Readonly<Record<Lane, string>> = {
  process: 'Process',
  memory: 'Memory',
  identity: 'Identity',
  network: 'Network',
  subscription: 'Subscription',
  tampering: 'Tampering',
  other: 'Other',
};

/** Marks of one place, drawn as one. */
interface Spot {
  readonly marks: LaneMark[];
  readonly lane: Lane;
  readonly row: number;
  readonly x: number;
  readonly y: number;
  /** Half its width, percent at the page's full size. */
  readonly half: number;
}

/** How many times the axis is cut, for the words above the picture. */
export function cutsOf(picture: LanePicture): number {
  return axisParts(picture.marks.map(({ ms }) => ms)).length - 1;
}

/**
 * Records on one time axis, a lane for each kind. Widths are percent and heights px, so that text keeps its size; the axis is
 * cut where nothing happened, each part with its own scale. Nothing when there are under two times.
 */
export function drawLanes(picture: LanePicture): Drawing {
  const marks = [...picture.marks].sort((a, b) => a.ms - b.ms || a.number - b.number).slice(0, MAX_MARKS);
  if (new Set(marks.map(({ ms }) => ms)).size < 2) return EMPTY;
  const parts = axisParts(marks.map(({ ms }) => ms));
  const lanes = LANES.filter((lane) => marks.some((mark) => mark.lane === lane));
  const height = lanes.length * LANE_HEIGHT;
  const spots = lanes.flatMap((lane, index) =>
    spotsOf(
      marks.filter((mark) => mark.lane === lane),
      parts,
      index * LANE_HEIGHT,
    ),
  );
  const grid = lanes.map((_lane, index) => {
    const y = (index + 1) * LANE_HEIGHT;
    return draw`<line class="gl" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
  });
  const leading = leadingSpots(picture.links, spots);
  const captions = placeCaptions(spots);
  const cuts = parts.slice(0, -1).map((part, index) => cutMark(part, parts[index + 1] ?? part, height));
  const { id } = picture;
  return draw`<div class="lanes"><div class="names" aria-hidden="true">${lanes.map((lane) => draw`<div>${LANE_NAMES[lane]}</div>`)}<div>UTC</div></div><svg class="lanes-svg" width="100%" height="${height + 46}" role="group" aria-labelledby="t-${id} d-${id}"><title id="t-${id}">${marks.length} records on one time axis</title><desc id="d-${id}">Lanes from top to bottom: ${lanes.map((lane) => LANE_NAMES[lane]).join(', ')}. The axis is cut ${parts.length - 1} times where nothing happened. Each number is a row under Evidence.</desc>${spanBand(picture, parts, height)}${grid}${connectors(picture.links, spots)}${cuts}${axis(parts, height)}${spots.map((spot) => drawSpot(spot, captions.get(spot), leading.has(spot)))}</svg></div>`;
}

function spanBand({ span }: LanePicture, parts: readonly Part[], height: number): Drawing {
  if (span === undefined) return EMPTY;
  const { x, width } = bandOf(span.fromMs, span.toMs, parts);
  return draw`<rect class="span" x="${percent(x)}" width="${percent(width)}" y="0" height="${height}"/>`;
}

/** What the marks of a picture mean: only what is there. */
export function legend(picture: LanePicture): Drawing {
  const has = (fill: LaneMark['fill']): boolean => picture.marks.some((mark) => mark.fill === fill && !mark.isInferred);
  const circle = (style: string, text: string): Drawing =>
    draw`<span><svg width="16" height="16" aria-hidden="true" class="mk${style}"><circle cx="8" cy="8" r="6.5"/></svg>${text}</span>`;
  return draw`<p class="legend">${circle('', 'observed')}${picture.marks.some(({ isInferred }) => isInferred) ? circle(' inf', 'possible or inferred') : EMPTY}${has('critical') ? circle(' critical', 'critical') : EMPTY}${has('high') ? circle(' high', 'high') : EMPTY}${picture.links.length === 0 ? EMPTY : draw`<span><svg width="24" height="16" aria-hidden="true"><line x1="0" x2="24" y1="8" y2="8" class="ca"/></svg>leads to</span>`}</p>`;
}

/** Marks in time order into places: the upper row, else the lower one, else together with the one before. */
function spotsOf(marks: readonly LaneMark[], parts: readonly Part[], top: number): Spot[] {
  const rows: { marks: LaneMark[]; first: number; last: number; row: number }[] = [];
  for (const mark of marks) {
    const at = positionOf(mark.ms, parts);
    const before = ROWS.map((_y, row) => rows.findLast((spot) => spot.row === row));
    const free = before.findIndex((spot) => spot === undefined || isApart(spot, at));
    // A third mark that does not fit, and one that belongs to a crowd already, join the upper one.
    const crowd = before[0];
    if (crowd !== undefined && !isApart(crowd, at) && (free < 0 || crowd.marks.length > 1 || isCrowded(mark, marks))) {
      crowd.marks.push(mark);
      crowd.last = at;
    } else {
      rows.push({ marks: [mark], first: at, last: at, row: Math.max(free, 0) });
    }
  }
  return rows.map((spot) => ({
    marks: spot.marks,
    lane: spot.marks[0]?.lane ?? 'other',
    row: spot.row,
    x: (spot.first + spot.last) / 2,
    y: top + (ROWS[spot.row] ?? 22),
    half: halfPx(spot.marks) / WIDE_PX,
  }));
}

/** True where a mark at `at` does not touch what stands before it. */
function isApart(
  spot: { readonly marks: readonly LaneMark[]; readonly first: number; readonly last: number },
  at: number,
): boolean {
  return at - (spot.first + spot.last) / 2 >= (halfPx(spot.marks) + 11) / NARROW_PX;
}

/** Three or more within half a second are one act: they are drawn as one. */
function isCrowded(mark: LaneMark, marks: readonly LaneMark[]): boolean {
  return marks.filter((other) => Math.abs(other.ms - mark.ms) <= 500).length > 2;
}

/** `7`, `7–10` where all between are in it, else `7 +3`. */
function labelOf(marks: readonly LaneMark[]): string {
  const numbers = marks.map(({ number }) => number).sort((a, b) => a - b);
  const first = numbers[0] ?? 0;
  const last = numbers.at(-1) ?? first;
  if (numbers.length === 1) return String(first);
  return last - first === numbers.length - 1 ? `${first}–${last}` : `${first} +${numbers.length - 1}`;
}

/** Half the width of a mark, px. */
function halfPx(marks: readonly LaneMark[]): number {
  const label = labelOf(marks);
  return marks.length === 1 && label.length < 4 ? 11 : 8 + 4 * label.length;
}

function drawSpot(spot: Spot, place: 'right' | 'left' | undefined, leads: boolean): Drawing {
  const first = spot.marks[0];
  if (first === undefined) return EMPTY;
  const { marks, x, y } = spot;
  const style = `mk${marks.every(({ isInferred }) => isInferred) ? ' inf' : ''}${fillOf(marks)}`;
  const half = halfPx(marks);
  const shape =
    half === 11
      ? draw`<circle cx="${percent(x)}" cy="${y}" r="11"/>`
      : draw`<svg x="${percent(x)}" y="${y - 11}" width="1" height="22" overflow="visible"><rect x="${-half}" width="${2 * half}" y="0" height="22" rx="11"/></svg>`;
  const words = captionOf(marks);
  const numbers = marks.map(({ number }) => number).sort((a, b) => a - b);
  const name = `${marks.length === 1 ? 'Record' : 'Records'} ${labelOf(marks)}: ${words}`;
  return draw`<a href="#e${numbers[0] ?? 0}" class="${style}" aria-label="${name}">${shape}<text x="${percent(x)}" y="${y + 4}" text-anchor="middle">${labelOf(marks)}</text></a>${caption(spot, place, words, leads)}`;
}

function fillOf(marks: readonly LaneMark[]): string {
  const fill = (['critical', 'high', 'fired'] as const).find((kind) => marks.some((mark) => mark.fill === kind));
  return fill === undefined ? '' : ` ${fill}`;
}

/** What stands beside a mark: the words of its marks, each once. */
function captionOf(marks: readonly LaneMark[]): string {
  const words = [...new Set(marks.map((mark) => mark.caption))];
  if (words.length === 1) return words[0] ?? '';
  const heads = new Set(words.map((text) => text.split(', ', 1)[0]));
  const isOneHost = heads.size === 1 && words.every((text) => text.includes(', '));
  const tails = [...new Set(isOneHost ? words.map((text) => text.slice(text.indexOf(', ') + 2)) : words)];
  const told = tails.length > 4 ? `${tails.slice(0, 4).join(', ')} and ${tails.length - 4} more` : tails.join(', ');
  return isOneHost ? `${[...heads][0]}: ${told}` : told;
}

/** Where the words of each mark stand: to its right where there is room, else to its left, else nowhere: its row has them. */
function placeCaptions(spots: readonly Spot[]): Map<Spot, 'right' | 'left'> {
  const placed = new Map<Spot, 'right' | 'left'>();
  // What is taken of each row of each lane, percent: the marks first, then their words from left to right.
  const taken = new Map<number, { readonly from: number; readonly to: number; readonly spot: Spot }[]>();
  for (const spot of spots) {
    const row = taken.get(spot.y) ?? [];
    row.push({ from: spot.x - spot.half, to: spot.x + spot.half, spot });
    taken.set(spot.y, row);
  }
  for (const spot of [...spots].sort((a, b) => a.y - b.y || a.x - b.x)) {
    const row = taken.get(spot.y) ?? [];
    const width = widthOf(captionOf(spot.marks)) + 1;
    const isFree = (from: number, to: number): boolean =>
      from >= 0 && to <= 100 && !row.some((other) => other.spot !== spot && from < other.to && to > other.from);
    const [left, right] = [spot.x - spot.half, spot.x + spot.half];
    if (isFree(right, right + width)) {
      placed.set(spot, 'right');
      row.push({ from: right, to: right + width, spot });
    } else if (isFree(left - width, left)) {
      placed.set(spot, 'left');
      row.push({ from: left - width, to: left, spot });
    }
  }
  return placed;
}

/** Percent that words take at the page's full size: capitals are wide. */
function widthOf(words: string): number {
  const capitals = words.replace(/[^A-Z0-9W]/g, '').length;
  return (capitals * 8 + (words.length - capitals) * 5.8) / WIDE_PX;
}

function caption(spot: Spot, place: 'right' | 'left' | undefined, words: string, leads: boolean): Drawing {
  const dx = halfPx(spot.marks) + 6;
  // A line that leads on from the mark runs under its words.
  if (place === 'right') {
    return draw`<text class="cap" x="${percent(spot.x)}" dx="${leads ? dx - 2 : dx}" y="${spot.y + (leads ? -5 : 4)}">${words}</text>`;
  }
  if (place === 'left') {
    return draw`<text class="cap" x="${percent(spot.x)}" dx="${-dx}" y="${spot.y + 4}" text-anchor="end">${words}</text>`;
  }
  return EMPTY;
}

/** Marks from which a line leads on along their row. */
function leadingSpots(links: readonly LaneLink[], spots: readonly Spot[]): ReadonlySet<Spot> {
  return new Set(
    links.flatMap(({ from, to }) => {
      const spot = spots.find(({ marks }) => marks.some(({ number }) => number === from));
      return spot === undefined || spot.marks.some(({ number }) => number === to) ? [] : [spot];
    }),
  );
}

/** From the earlier mark along its row, then across the lanes to the later one. */
function connectors(links: readonly LaneLink[], spots: readonly Spot[]): Drawing {
  const spotOf = new Map(spots.flatMap((spot) => spot.marks.map(({ number }) => [number, spot] as const)));
  const drawn = new Set<string>();
  const lines: Drawing[] = [];
  for (const link of links) {
    const [from, to] = [spotOf.get(link.from), spotOf.get(link.to)];
    if (from === undefined || to === undefined || from === to || lines.length >= MAX_LINKS) continue;
    const key = `${from.x} ${from.y} ${to.x} ${to.y}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    const style = link.isInferred ? 'ca inf' : 'ca';
    const [x1, x2] = [percent(from.x), percent(to.x)];
    lines.push(
      draw`<line class="${style}" x1="${x1}" y1="${from.y}" x2="${x2}" y2="${from.y}"/>`,
      from.y === to.y ? EMPTY : draw`<line class="${style}" x1="${x2}" y1="${from.y}" x2="${x2}" y2="${to.y}"/>`,
    );
  }
  return joinDrawings(lines);
}

function cutMark(part: Part, next: Part, height: number): Drawing {
  const from = part.left + part.width;
  const width = next.left - from;
  return draw`<rect class="brk" x="${percent(from)}" width="${percent(width)}" y="0" height="${height}"/><text class="bt" x="${percent(from + width / 2)}" y="${height + 39}" text-anchor="middle">${duration(next.from - part.to)}</text>`;
}

function axis(parts: readonly Part[], height: number): Drawing {
  const drawn = parts.map((part, index) => {
    const time = formatTime(part.from, 0);
    const isNewDay = index > 0 && UTC_CLOCK.day(formatTime(parts[index - 1]?.from ?? 0, 0)) !== UTC_CLOCK.day(time);
    const label = `${isNewDay ? `${UTC_CLOCK.day(time)} ` : ''}${UTC_CLOCK.timeOfDay(time).slice(0, 8)}`;
    const x = percent(positionOf(part.from, parts));
    const minor = ticksOf(part).map(
      (tick) =>
        draw`<line class="tk" x1="${percent(tick.x)}" x2="${percent(tick.x)}" y1="${height}" y2="${height + 5}"/><text class="ax mn" x="${percent(tick.x)}" y="${height + 18}" text-anchor="middle">${tick.label}</text>`,
    );
    return draw`<line class="tk" x1="${x}" x2="${x}" y1="${height}" y2="${height + 5}"/><text class="ax" x="${x}" y="${height + 18}" text-anchor="${part.from === part.to && index > 0 ? 'middle' : 'start'}">${label}</text>${minor}`;
  });
  return joinDrawings(drawn);
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
