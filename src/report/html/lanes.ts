import { LANES, type Lane, laneOf } from '../channel-names.ts';
import { UTC_CLOCK } from '../clock.ts';
import { duration, millis, type TimelineRow } from '../timeline.ts';
import type { Citations } from './citations.ts';
import { html, join, type Markup, markup, NOTHING } from './markup.ts';

const LANE_HEIGHT = 48;
const LANE_NAMES: Readonly<Record<Lane, string>> = {
  process: 'Process',
  memory: 'Memory',
  identity: 'Identity',
  network: 'Network',
  subscription: 'Subscription',
  other: 'Other',
};
/** Percent of the width kept free at both ends, and taken by a cut of the axis. */
const EDGE = 4;
const CUT = 3;
/** Marks of one lane nearer than this are drawn as one, percent. */
const NEAR = 2.6;
const MAX_CUTS = 3;
/** A silence is cut out when it is at least this share of the whole span, and this long. */
const CUT_SHARE = 0.12;
const CUT_MS = 60_000;

interface Mark {
  readonly ms: number;
  readonly time: string;
  readonly lane: Lane;
  readonly number: number;
  readonly text: string;
  readonly isInferred: boolean;
  readonly isFired: boolean;
}

interface Part {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly width: number;
  readonly first: string;
}

/** The picture of a dossier's life on one time axis, a lane for each kind of record. Nothing when it has under two times. */
export function lanesPicture(rows: readonly TimelineRow[], citations: Citations, id: string): Markup {
  const marks = marksOf(rows, citations);
  const times = new Set(marks.map(({ ms }) => ms));
  if (times.size < 2) return NOTHING;
  const lanes = LANES.filter((lane) => marks.some((mark) => mark.lane === lane));
  const parts = partsOf(
    [...times].sort((a, b) => a - b),
    marks,
  );
  const height = lanes.length * LANE_HEIGHT;
  const grid = lanes.map((_lane, index) => {
    const y = (index + 1) * LANE_HEIGHT;
    return html`<line class="gl" x1="0" x2="100%" y1="${y}" y2="${y}"/>`;
  });
  const drawn = lanes.flatMap((lane, index) =>
    clusters(
      marks.filter((mark) => mark.lane === lane),
      parts,
    ).map((cluster) => drawCluster(cluster, index * LANE_HEIGHT + LANE_HEIGHT / 2)),
  );
  return html`<div class="lanes"><div class="names" aria-hidden="true">${lanes.map((lane) => html`<div>${LANE_NAMES[lane]}</div>`)}<div>UTC</div></div><svg class="lanes-svg" width="100%" height="${height + 42}" role="img" aria-labelledby="t-${id} d-${id}"><title id="t-${id}">${marks.length} records on one time axis</title><desc id="d-${id}">One lane for each kind of record. Cuts of the axis are labelled. The list below says the same.</desc>${grid}${axis(parts, height)}${drawn}</svg></div>`;
}

function marksOf(rows: readonly TimelineRow[], citations: Citations): Mark[] {
  const marks = new Map<number, Mark>();
  for (const row of rows) {
    for (const item of row.evidence) {
      const number = citations.numberOf(item);
      const time = item.time ?? row.time;
      const ms = millis(time);
      if (number === undefined || Number.isNaN(ms) || marks.has(number)) continue;
      marks.set(number, {
        ms,
        time,
        number,
        lane: laneOf(item.channel, item.eventId),
        text: row.kind === 'logon' ? 'network sign-in' : row.kind,
        isInferred: row.strength === 'inferred' || row.strength === 'weak',
        isFired: row.kind === 'fired',
      });
    }
  }
  return [...marks.values()].sort((a, b) => a.ms - b.ms || a.number - b.number).slice(0, 60);
}

/** The axis in parts of their own scale: the longest silences are cut out and labelled. */
function partsOf(times: readonly number[], marks: readonly Mark[]): Part[] {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const gaps = times
    .slice(1)
    .map((time, index) => ({ index: index + 1, ms: time - (times[index] ?? time) }))
    .filter(({ ms }) => ms >= CUT_MS && ms >= span * CUT_SHARE)
    .sort((a, b) => b.ms - a.ms || a.index - b.index)
    .slice(0, times.length > 2 ? MAX_CUTS : 0)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
  const bounds = [0, ...gaps, times.length];
  const slices = bounds.slice(0, -1).map((start, index) => times.slice(start, bounds[index + 1]));
  const room = 100 - 2 * EDGE - CUT * (slices.length - 1);
  // A part takes width by how many times it holds, so that crowded ones are drawn wide.
  const weights = slices.map((slice) => 1 + Math.min(slice.length, 12));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let left = EDGE;
  return slices.map((slice, index) => {
    const width = (room * (weights[index] ?? 1)) / total;
    const from = slice[0] ?? 0;
    const part = {
      from,
      to: slice.at(-1) ?? from,
      left,
      width,
      first: marks.find(({ ms }) => ms === from)?.time ?? '',
    };
    left += width + CUT;
    return part;
  });
}

function positionOf(ms: number, parts: readonly Part[]): number {
  const part = parts.find(({ from, to }) => ms >= from && ms <= to) ?? parts[0];
  if (part === undefined) return 50;
  const share = part.to === part.from ? 0.5 : (ms - part.from) / (part.to - part.from);
  // Marks keep a little off the ends, so that a cut never touches one.
  return part.left + part.width * (0.08 + share * 0.84);
}

function axis(parts: readonly Part[], height: number): Markup {
  const drawn = parts.map((part, index) => {
    const x = percent(part.from === part.to ? part.left + part.width / 2 : part.left + part.width * 0.08);
    const next = parts[index + 1];
    const day = index === 0 || UTC_CLOCK.day(parts[index - 1]?.first ?? '') !== UTC_CLOCK.day(part.first);
    const label = `${day ? `${UTC_CLOCK.day(part.first)} ` : ''}${UTC_CLOCK.timeOfDay(part.first).slice(0, 8)}`;
    const anchor = index === 0 ? 'start' : 'middle';
    const tick = html`<line class="tk" x1="${x}" x2="${x}" y1="${height}" y2="${height + 5}"/><text class="ax" x="${x}" y="${height + 18}" text-anchor="${anchor}">${label}</text>`;
    if (next === undefined) return tick;
    const cut = part.left + part.width;
    return html`${tick}<rect class="brk" x="${percent(cut)}" width="${CUT}%" y="0" height="${height}"/><text class="bt" x="${percent(cut + CUT / 2)}" y="${height + 36}" text-anchor="middle">${duration(next.from - part.to)}</text>`;
  });
  return join(drawn);
}

interface Cluster {
  readonly marks: readonly Mark[];
  readonly at: number;
  /** Percent free to the right. */
  readonly room: number;
}

function clusters(marks: readonly Mark[], parts: readonly Part[]): Cluster[] {
  const groups: { marks: Mark[]; first: number; last: number }[] = [];
  for (const mark of marks) {
    const at = positionOf(mark.ms, parts);
    const group = groups.at(-1);
    if (group !== undefined && at - group.last < NEAR) {
      group.marks.push(mark);
      group.last = at;
    } else {
      groups.push({ marks: [mark], first: at, last: at });
    }
  }
  return groups.map((group, index) => {
    const at = (group.first + group.last) / 2;
    return { marks: group.marks, at, room: (groups[index + 1]?.first ?? 100) - at };
  });
}

function drawCluster({ marks, at, room }: Cluster, y: number): Markup {
  const first = marks[0];
  const last = marks.at(-1);
  if (first === undefined || last === undefined) return NOTHING;
  const style = `mk${marks.every(({ isInferred }) => isInferred) ? ' inf' : ''}${marks.some(({ isFired }) => isFired) ? ' key' : ''}`;
  const label = marks.length === 1 ? String(first.number) : `${first.number}–${last.number}`;
  const half = marks.length === 1 ? 11 : 8 + 4 * label.length;
  const words = [...new Set(marks.map(({ text }) => text))].join(', ');
  // About 0.62 percent of the width a character at the page's full size.
  const caption =
    words.length * 0.62 + (half + 6) / 11 < room
      ? html`<text class="cap" x="${percent(at)}" dx="${half + 6}" y="${y + 4}">${words}</text>`
      : NOTHING;
  const shape =
    marks.length === 1
      ? html`<circle cx="${percent(at)}" cy="${y}" r="11"/>`
      : html`<svg x="${percent(at)}" y="${y - 11}" width="1" height="22" overflow="visible"><rect x="${-half}" width="${2 * half}" y="0" height="22" rx="11"/></svg>`;
  return html`<a href="#e${first.number}" class="${markup(style)}">${shape}<text x="${percent(at)}" y="${y + 4}" text-anchor="middle">${label}</text></a>${caption}`;
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
