import { formatTime } from '../../windows/index.ts';
import { LANES, type Lane } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { html, join, type Markup, markup, NOTHING } from '../html/markup.ts';
import { duration } from '../timeline.ts';
import { axisParts, type Part, positionOf, ticksOf } from './axis.ts';

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
}

export const MAX_MARKS = 60;
const MAX_LINKS = 40;
const LANE_HEIGHT = 64;
/** Two rows in a lane, px from its top. */
const ROWS: readonly number[] = [22, 46];
/** Marks of one row nearer than this are drawn as one, percent of the width: a mark at 900 px is 2.9 wide. */
const NEAR = 3;
/** Percent that a character of a caption takes at the page's full size. */
const CHARACTER = 0.56;

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
export function drawLanes(picture: LanePicture): Markup {
  const marks = [...picture.marks].sort((a, b) => a.ms - b.ms || a.number - b.number).slice(0, MAX_MARKS);
  if (new Set(marks.map(({ ms }) => ms)).size < 2) return NOTHING;
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
    return html`<line class="gl" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
  });
  const leading = leadingSpots(picture.links, spots);
  const cuts = parts.slice(0, -1).map((part, index) => cutMark(part, parts[index + 1] ?? part, height));
  const { id } = picture;
  return html`<div class="lanes"><div class="names" aria-hidden="true">${lanes.map((lane) => html`<div>${LANE_NAMES[lane]}</div>`)}<div>UTC</div></div><svg class="lanes-svg" width="100%" height="${height + 46}" role="group" aria-labelledby="t-${id} d-${id}"><title id="t-${id}">${marks.length} records on one time axis</title><desc id="d-${id}">Lanes from top to bottom: ${lanes.map((lane) => LANE_NAMES[lane]).join(', ')}. The axis is cut ${parts.length - 1} times where nothing happened. Each number is a row under Evidence.</desc>${grid}${connectors(picture.links, spots)}${cuts}${axis(parts, height)}${spots.map((spot) => drawSpot(spot, spots, leading.has(spot)))}</svg></div>`;
}

/** What the marks of a picture mean: only what is there. */
export function legend(picture: LanePicture): Markup {
  const has = (fill: LaneMark['fill']): boolean => picture.marks.some((mark) => mark.fill === fill && !mark.isInferred);
  const circle = (style: string, text: string): Markup =>
    html`<span><svg width="16" height="16" aria-hidden="true" class="mk${markup(style)}"><circle cx="8" cy="8" r="6.5"/></svg>${text}</span>`;
  return html`<p class="legend">${circle('', 'observed')}${picture.marks.some(({ isInferred }) => isInferred) ? circle(' inf', 'possible or inferred') : NOTHING}${has('critical') ? circle(' critical', 'critical') : NOTHING}${has('high') ? circle(' high', 'high') : NOTHING}${picture.links.length === 0 ? NOTHING : html`<span><svg width="24" height="16" aria-hidden="true"><line x1="0" x2="24" y1="8" y2="8" class="ca"/></svg>leads to</span>`}</p>`;
}

/** Marks in time order into places: the upper row, else the lower one, else together with the one before. */
function spotsOf(marks: readonly LaneMark[], parts: readonly Part[], top: number): Spot[] {
  const rows: { marks: LaneMark[]; first: number; last: number; row: number }[] = [];
  for (const mark of marks) {
    const at = positionOf(mark.ms, parts);
    const before = ROWS.map((_y, row) => rows.findLast((spot) => spot.row === row));
    const free = before.findIndex((spot) => spot === undefined || at - spot.last >= NEAR);
    // A third mark that does not fit, and one that belongs to a crowd already, join the upper one.
    const crowd = before[0];
    if (
      crowd !== undefined &&
      at - crowd.last < NEAR &&
      (free < 0 || crowd.marks.length > 1 || isCrowded(mark, marks))
    ) {
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
    half: halfPx(spot.marks) / 11,
  }));
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

function drawSpot(spot: Spot, spots: readonly Spot[], leads: boolean): Markup {
  const first = spot.marks[0];
  if (first === undefined) return NOTHING;
  const { marks, x, y } = spot;
  const style = `mk${marks.every(({ isInferred }) => isInferred) ? ' inf' : ''}${fillOf(marks)}`;
  const half = halfPx(marks);
  const shape =
    half === 11
      ? html`<circle cx="${percent(x)}" cy="${y}" r="11"/>`
      : html`<svg x="${percent(x)}" y="${y - 11}" width="1" height="22" overflow="visible"><rect x="${-half}" width="${2 * half}" y="0" height="22" rx="11"/></svg>`;
  const words = captionOf(marks);
  const numbers = marks.map(({ number }) => number).sort((a, b) => a - b);
  const name = `${marks.length === 1 ? 'Record' : 'Records'} ${labelOf(marks)}: ${words}`;
  return html`<a href="#e${numbers[0] ?? 0}" class="${markup(style)}" aria-label="${name}">${shape}<text x="${percent(x)}" y="${y + 4}" text-anchor="middle">${labelOf(marks)}</text></a>${caption(spot, spots, words, leads)}`;
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

/** The words to the right where there is room, else to the left, else none: the row under Evidence has them. */
function caption(spot: Spot, spots: readonly Spot[], words: string, leads: boolean): Markup {
  const width = words.length * CHARACTER + 1;
  const neighbours = spots.filter((other) => other !== spot && other.lane === spot.lane && other.row === spot.row);
  const right = Math.min(100, ...neighbours.filter(({ x }) => x > spot.x).map(({ x, half }) => x - half));
  // A neighbour to the left may have its own words to its right.
  const left = Math.max(
    0,
    ...neighbours
      .filter(({ x }) => x < spot.x)
      .map((other) => other.x + other.half + captionOf(other.marks).length * CHARACTER + 1),
  );
  const dx = halfPx(spot.marks) + 6;
  // A line that leads on from the mark runs under its words.
  const up = leads ? -5 : 4;
  if (spot.x + spot.half + width < right) {
    return html`<text class="cap" x="${percent(spot.x)}" dx="${leads ? dx - 2 : dx}" y="${spot.y + up}">${words}</text>`;
  }
  if (spot.x - spot.half - width > left) {
    return html`<text class="cap" x="${percent(spot.x)}" dx="${-dx}" y="${spot.y + 4}" text-anchor="end">${words}</text>`;
  }
  return NOTHING;
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
function connectors(links: readonly LaneLink[], spots: readonly Spot[]): Markup {
  const spotOf = new Map(spots.flatMap((spot) => spot.marks.map(({ number }) => [number, spot] as const)));
  const drawn = new Set<string>();
  const lines: Markup[] = [];
  for (const link of links) {
    const [from, to] = [spotOf.get(link.from), spotOf.get(link.to)];
    if (from === undefined || to === undefined || from === to || lines.length >= MAX_LINKS) continue;
    const key = `${from.x} ${from.y} ${to.x} ${to.y}`;
    if (drawn.has(key)) continue;
    drawn.add(key);
    const style = markup(link.isInferred ? 'ca inf' : 'ca');
    const [x1, x2] = [percent(from.x), percent(to.x)];
    lines.push(
      html`<line class="${style}" x1="${x1}" y1="${from.y}" x2="${x2}" y2="${from.y}"/>`,
      from.y === to.y ? NOTHING : html`<line class="${style}" x1="${x2}" y1="${from.y}" x2="${x2}" y2="${to.y}"/>`,
    );
  }
  return join(lines);
}

function cutMark(part: Part, next: Part, height: number): Markup {
  const from = part.left + part.width;
  const width = next.left - from;
  return html`<rect class="brk" x="${percent(from)}" width="${percent(width)}" y="0" height="${height}"/><text class="bt" x="${percent(from + width / 2)}" y="${height + 39}" text-anchor="middle">${duration(next.from - part.to)}</text>`;
}

function axis(parts: readonly Part[], height: number): Markup {
  const drawn = parts.map((part, index) => {
    const time = formatTime(part.from, 0);
    const isNewDay = index > 0 && UTC_CLOCK.day(formatTime(parts[index - 1]?.from ?? 0, 0)) !== UTC_CLOCK.day(time);
    const label = `${isNewDay ? `${UTC_CLOCK.day(time)} ` : ''}${UTC_CLOCK.timeOfDay(time).slice(0, 8)}`;
    const x = percent(positionOf(part.from, parts));
    const minor = ticksOf(part).map(
      (tick) =>
        html`<line class="tk" x1="${percent(tick.x)}" x2="${percent(tick.x)}" y1="${height}" y2="${height + 5}"/><text class="ax mn" x="${percent(tick.x)}" y="${height + 18}" text-anchor="middle">${tick.label}</text>`,
    );
    return html`<line class="tk" x1="${x}" x2="${x}" y1="${height}" y2="${height + 5}"/><text class="ax" x="${x}" y="${height + 18}" text-anchor="${part.from === part.to && index > 0 ? 'middle' : 'start'}">${label}</text>${minor}`;
  });
  return join(drawn);
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
