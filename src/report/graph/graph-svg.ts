import {
  type HopPicture,
  hopPicture,
  LEAST_DRAWN,
  type PictureEdge,
  type PictureHost,
  sourceKey,
  sureWords,
} from '../drawing/hop-picture.ts';
import type { HostLabels } from '../host-label.ts';
import type { Graph } from './graph.ts';
import { drawnText } from './graph-formats.ts';

/** At most this many hosts are drawn; the rest is one box that says how many (PRODUCT 9). */
const MAX_HOSTS = 24;
const BOX = { width: 190, height: 56 } as const;
const COLUMN = 500;
/** Between two boxes of a column. */
const BETWEEN = 40;
/** An arrow with a line of words above and one below it. */
const LANE = 46;
const EDGE = 20;
/** Words stay readable where an arrow runs under them. */
const HALO = ' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"';
const MAX_LABEL = 26;
const MAX_EDGE_LABEL = 38;

/**
 * The hops as one SVG file: hosts from left to right by how many calls lead to them, arrows with method, account and
 * confidence; solid is observed, dashed is possible. Fixed text size, no script, no style sheet, nothing to load.
 */
export function renderGraphSvg(graph: Graph, label: HostLabels): string {
  const drawn = graph.hops.filter(({ confidence }) => confidence >= LEAST_DRAWN);
  const hosts = new Set(drawn.flatMap((hop) => [sourceKey(hop), hop.target.host]));
  const first = new Set([...hosts].slice(0, MAX_HOSTS));
  const picture = hopPicture(
    drawn.filter((hop) => first.has(sourceKey(hop)) && first.has(hop.target.host)),
    label,
  );
  const places = placesOf(picture);
  const columns = Math.max(0, ...[...places.values()].map(({ column }) => column)) + 1;
  const bottom = Math.max(EDGE + BOX.height, ...[...places.values()].map(({ y, height }) => y + height));
  const hidden = hosts.size - places.size;
  const width = EDGE * 2 + (columns - 1) * COLUMN + BOX.width;
  const shown = picture.edges.filter(({ from, to }) => places.has(from) && places.has(to));
  // Calls back, or between hosts of one column, run below all boxes, each on a line of its own.
  const back = shown.filter((edge) => !isForward(edge, places));
  const height = bottom + EDGE + back.length * LANE + (hidden > 0 ? 24 : 0);
  const title = `${places.size} of ${hosts.size} hosts, and the calls between them`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${drawnText(title)}</title>`,
    `<desc>${drawnText(shown.map((edge) => descriptionOf(edge, picture)).join('; '))}</desc>`,
    '<defs><marker id="solid" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0 8 4 0 8z" fill="#333"/></marker><marker id="open" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto"><path d="M0.5 0.5 7.5 4 0.5 7.5z" fill="#fff" stroke="#333"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...shown.map((edge) => drawEdge(edge, places, shown, bottom + (back.indexOf(edge) + 0.5) * LANE)),
    ...picture.hosts.flatMap((host) => {
      const place = places.get(host.key);
      return place === undefined ? [] : [drawHost(host, place)];
    }),
    ...(hidden > 0 ? [`<text x="${EDGE}" y="${height - 10}" fill="#555">and ${hidden} more hosts</text>`] : []),
    '</svg>\n',
  ].join('\n');
}

interface Place {
  readonly column: number;
  readonly x: number;
  readonly y: number;
  /** Tall enough for the arrows that lie beside one another. */
  readonly height: number;
}

/** A host stands one column right of the first that calls it; rows in order of time. */
function placesOf(picture: HopPicture): ReadonlyMap<string, Place> {
  const { hosts } = picture;
  const column = new Map<string, number>();
  for (const { from, to } of picture.edges) {
    const source = column.get(from) ?? 0;
    column.set(from, source);
    if (!column.has(to)) column.set(to, source + 1);
  }
  const beside = new Map<string, number>();
  for (const edge of picture.edges) {
    const lanes = siblingsOf(edge, picture.edges).length;
    for (const key of [edge.from, edge.to]) beside.set(key, Math.max(beside.get(key) ?? 1, lanes));
  }
  const free = new Map<number, number>();
  return new Map(
    hosts.map(({ key }) => {
      const own = column.get(key) ?? 0;
      const y = free.get(own) ?? EDGE;
      const height = Math.max(BOX.height, (beside.get(key) ?? 1) * LANE);
      free.set(own, y + height + BETWEEN);
      return [key, { column: own, x: EDGE + own * COLUMN, y, height }];
    }),
  );
}

/** Arrows from the same host to the same other one. */
function siblingsOf(edge: PictureEdge, all: readonly PictureEdge[]): readonly PictureEdge[] {
  return all.filter((other) => other.from === edge.from && other.to === edge.to);
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
}

function drawHost(host: PictureHost, place: Place): string {
  const { x, y, height } = place;
  const middle = y + height / 2;
  const dash = host.isPossible ? ' stroke-dasharray="5 4"' : '';
  const address = host.address ?? '';
  const lines = [
    `<text x="${x + 14}" y="${middle + (address === '' ? 5 : -3)}" font-weight="600" fill="#111">${drawnText(short(host.name, MAX_LABEL))}</text>`,
    ...(address === ''
      ? []
      : [`<text x="${x + 14}" y="${middle + 15}" fill="#555">${drawnText(short(address, MAX_LABEL))}</text>`]),
  ];
  return `<g><title>${drawnText(host.key)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${height}" rx="4" fill="#f7f7f5" stroke="#555"${dash}/>${lines.join('')}</g>`;
}

function isForward({ from, to }: PictureEdge, places: ReadonlyMap<string, Place>): boolean {
  return (places.get(to)?.column ?? 0) > (places.get(from)?.column ?? 0);
}

/** `below` is the line of a call that does not run forward. */
function drawEdge(
  edge: PictureEdge,
  places: ReadonlyMap<string, Place>,
  all: readonly PictureEdge[],
  below: number,
): string {
  const a = places.get(edge.from);
  const b = places.get(edge.to);
  if (a === undefined || b === undefined) return '';
  const siblings = siblingsOf(edge, all);
  const lane = siblings.indexOf(edge) - (siblings.length - 1) / 2;
  const isOnward = isForward(edge, places);
  const x1 = isOnward ? a.x + BOX.width : a.x + BOX.width / 3;
  const y1 = isOnward ? a.y + a.height / 2 + lane * LANE : a.y + a.height;
  const x2 = isOnward ? b.x : b.x + (BOX.width * 2) / 3;
  const y2 = isOnward ? b.y + b.height / 2 + lane * LANE : b.y + b.height;
  const bend = isOnward
    ? `C${x1 + 90} ${y1} ${x2 - 90} ${y2} ${x2} ${y2}`
    : `C${x1} ${below} ${x1} ${below} ${(x1 + x2) / 2} ${below}S${x2} ${below} ${x2} ${y2}`;
  const dash = edge.isSolid ? '' : ' stroke-dasharray="5 4"';
  const count = edge.count > 1 ? `, ${edge.count} times` : '';
  const who = edge.account === undefined ? '' : ` as ${edge.account}`;
  const words = short(`${edge.method}${who}`, MAX_EDGE_LABEL);
  const x = (x1 + x2) / 2;
  const y = isOnward ? (y1 + y2) / 2 : below;
  return `<g><title>${drawnText(`${edge.method}${who}${count}, ${sureWords(edge)}`)}</title><path d="M${x1} ${y1}${bend}" fill="none" stroke="#333" stroke-width="1.5"${dash} marker-end="url(#${edge.isSolid ? 'solid' : 'open'})"/><text x="${x}" y="${y - 8}" text-anchor="middle" fill="#111"${HALO}>${drawnText(words)}</text><text x="${x}" y="${y + 16}" text-anchor="middle" fill="#555"${HALO}>${sureWords(edge)}${count}</text></g>`;
}

function descriptionOf(edge: PictureEdge, picture: HopPicture): string {
  const name = (key: string): string => picture.hosts.find((host) => host.key === key)?.name ?? key;
  const who = edge.account === undefined ? '' : ` as ${edge.account}`;
  return `${name(edge.from)} to ${name(edge.to)}: ${edge.method}${who}, ${edge.isSolid ? 'observed' : 'possible'}, ${sureWords(edge)}`;
}
