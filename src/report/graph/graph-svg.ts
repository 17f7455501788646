import {
  type HopPicture,
  hopPicture,
  LEAST_DRAWN,
  type PictureEdge,
  type PictureHost,
  sourceKey,
} from '../drawing/hop-picture.ts';
import type { HostLabels } from '../host-label.ts';
import type { Graph } from './graph.ts';
import { xmlText } from './graph-formats.ts';

/** At most this many hosts are drawn; the rest is one box that says how many (PRODUCT 9). */
const MAX_HOSTS = 24;
const BOX = { width: 190, height: 56 } as const;
const COLUMN = 500;
const ROW = 96;
const EDGE = 20;
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
  const rows = Math.max(0, ...[...places.values()].map(({ row }) => row)) + 1;
  const hidden = hosts.size - places.size;
  const width = EDGE * 2 + (columns - 1) * COLUMN + BOX.width;
  const height = EDGE * 2 + (rows - 1) * ROW + BOX.height + (hidden > 0 ? 24 : 0);
  const shown = picture.edges.filter(({ from, to }) => places.has(from) && places.has(to));
  const title = `${places.size} of ${hosts.size} hosts, and the calls between them`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>${xmlText(title)}</title>`,
    `<desc>${xmlText(shown.map((edge) => descriptionOf(edge, picture)).join('; '))}</desc>`,
    '<defs><marker id="solid" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto"><path d="M0 0 8 4 0 8z" fill="#333"/></marker><marker id="open" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="9" markerHeight="9" orient="auto"><path d="M0.5 0.5 7.5 4 0.5 7.5z" fill="#fff" stroke="#333"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...shown.map((edge) => drawEdge(edge, places, shown)),
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
  readonly row: number;
}

/** A host stands one column right of the first that calls it; rows in order of time. */
function placesOf(picture: HopPicture): ReadonlyMap<string, Place> {
  const { hosts } = picture;
  const column = new Map(hosts.map(({ key }) => [key, 0]));
  for (const { from, to } of picture.edges) {
    const source = column.get(from);
    const target = column.get(to);
    // In order of time each target moves right once: a loop of calls cannot push it on for ever.
    if (source !== undefined && target === 0 && from !== to) column.set(to, source + 1);
  }
  const used = new Map<number, number>();
  return new Map(
    hosts.map(({ key }) => {
      const own = column.get(key) ?? 0;
      const row = used.get(own) ?? 0;
      used.set(own, row + 1);
      return [key, { column: own, row }];
    }),
  );
}

function cornerOf({ column, row }: Place): { readonly x: number; readonly y: number } {
  return { x: EDGE + column * COLUMN, y: EDGE + row * ROW };
}

function short(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
}

function drawHost(host: PictureHost, place: Place): string {
  const { x, y } = cornerOf(place);
  const dash = host.isPossible ? ' stroke-dasharray="5 4"' : '';
  const address = host.address ?? '';
  const lines = [
    `<text x="${x + 14}" y="${y + (address === '' ? 33 : 25)}" font-weight="600" fill="#111">${xmlText(short(host.name, MAX_LABEL))}</text>`,
    ...(address === ''
      ? []
      : [`<text x="${x + 14}" y="${y + 43}" fill="#555">${xmlText(short(address, MAX_LABEL))}</text>`]),
  ];
  return `<g><title>${xmlText(host.key)}</title><rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="4" fill="#f7f7f5" stroke="#555"${dash}/>${lines.join('')}</g>`;
}

function drawEdge(edge: PictureEdge, places: ReadonlyMap<string, Place>, all: readonly PictureEdge[]): string {
  const from = places.get(edge.from);
  const to = places.get(edge.to);
  if (from === undefined || to === undefined) return '';
  const a = cornerOf(from);
  const b = cornerOf(to);
  const isForward = to.column > from.column;
  // Arrows between the same two hosts lie apart, so that their words do.
  const siblings = all.filter((other) => other.from === edge.from && other.to === edge.to);
  const shift = (siblings.indexOf(edge) - (siblings.length - 1) / 2) * 18;
  const x1 = isForward ? a.x + BOX.width : a.x + BOX.width / 2;
  const y1 = isForward ? a.y + BOX.height / 2 + shift : a.y + BOX.height;
  const x2 = isForward ? b.x : b.x + BOX.width / 2;
  const y2 = isForward ? b.y + BOX.height / 2 + shift : b.y + BOX.height;
  const bend = isForward
    ? `C${x1 + 90} ${y1} ${x2 - 90} ${y2} ${x2} ${y2}`
    : `C${x1 + 40} ${y1 + 34} ${x2 - 40} ${y2 + 34} ${x2} ${y2}`;
  const dash = edge.isSolid ? '' : ' stroke-dasharray="5 4"';
  const count = edge.count > 1 ? `, ${edge.count} times` : '';
  const who = edge.account === undefined ? '' : ` as ${edge.account}`;
  const words = short(`${edge.method}${who}`, MAX_EDGE_LABEL);
  const x = (x1 + x2) / 2;
  const y = (y1 + y2) / 2 + (isForward ? 0 : 30);
  return `<g><title>${xmlText(`${edge.method}${who}${count}, ${edge.confidence.toFixed(2)}`)}</title><path d="M${x1} ${y1}${bend}" fill="none" stroke="#333" stroke-width="1.5"${dash} marker-end="url(#${edge.isSolid ? 'solid' : 'open'})"/><text x="${x}" y="${y - 8}" text-anchor="middle" fill="#111">${xmlText(words)}</text><text x="${x}" y="${y + 16}" text-anchor="middle" fill="#555">${edge.confidence.toFixed(2)}${count}</text></g>`;
}

function descriptionOf(edge: PictureEdge, picture: HopPicture): string {
  const name = (key: string): string => picture.hosts.find((host) => host.key === key)?.name ?? key;
  const who = edge.account === undefined ? '' : ` as ${edge.account}`;
  return `${name(edge.from)} to ${name(edge.to)}: ${edge.method}${who}, ${edge.isSolid ? 'observed' : 'possible'}, ${edge.confidence.toFixed(2)}`;
}
