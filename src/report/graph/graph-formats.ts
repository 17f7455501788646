import { defang } from '../defang.ts';
import { sureWords } from '../drawing/hop-picture.ts';
import { escapeTerminal } from '../terminal.ts';
import { xmlText } from '../xml-text.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

/** The graph in the grammars of other tools. Names are evidence: each grammar has its own escape (L20). */

/** Edges that a picture would draw over one another, as one. */
interface DrawnEdge {
  readonly edge: GraphEdge;
  readonly text: string;
}

/** One for each two nodes, label and certainty, with its number and how sure it is; JSON and GraphML have them all. */
function drawnEdges(edges: readonly GraphEdge[]): readonly DrawnEdge[] {
  const alike = Map.groupBy(edges, ({ src, dst, kind, label, observed }) =>
    JSON.stringify([src, dst, kind, label, observed]),
  );
  return [...alike.values()].flatMap((group) => {
    const [edge] = group;
    if (edge === undefined) return [];
    const sure = group.flatMap(({ confidence }) => confidence ?? []);
    const times = group.length === 1 ? '' : `, ${group.length} times`;
    const words = sure.length === 0 ? '' : `, ${sureWords({ confidence: Math.min(...sure), best: Math.max(...sure) })}`;
    return [{ edge, text: `${edge.label}${times}${words}` }];
  });
}

/** One line, nothing invisible, nothing to click. */
function plain(text: string): string {
  return escapeTerminal(defang(text));
}

/** `n0`, `n1`: names in the grammar are never text of evidence. */
function namesOf(graph: Graph): ReadonlyMap<string, string> {
  return new Map(graph.nodes.map((node, index) => [node.id, `n${index}`]));
}

/** The JSON of PRODUCT 7.13. */
export function renderGraphJson(graph: Graph): string {
  const nodes = graph.nodes.map(({ id, kind, label, level }) =>
    JSON.stringify({ id, kind, label, ...(level === undefined ? {} : { level }) }),
  );
  const edges = graph.edges.map(({ id, src, dst, kind, label, t, confidence, observed, records }) =>
    JSON.stringify({
      id,
      src,
      dst,
      kind,
      label,
      ...(t === undefined ? {} : { t }),
      ...(confidence === undefined ? {} : { confidence }),
      observed,
      records,
    }),
  );
  const list = (items: readonly string[]): string => (items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n]`);
  return `{"schemaVersion":1,\n"nodes":${list(nodes)},\n"edges":${list(edges)}}\n`;
}

/** Everything but letters, digits and harmless marks as a character code, which Mermaid takes inside quotes. */
function mermaidText(text: string): string {
  const safe = plain(text).replace(/[^\p{L}\p{N} .,:/()+-]/gu, (c) => `#${c.codePointAt(0) ?? 63};`);
  return `"${safe}"`;
}

const MERMAID_SHAPES: Readonly<Record<GraphNode['kind'], readonly [string, string]>> = {
  host: ['[', ']'],
  account: ['([', '])'],
  subscription: ['[[', ']]'],
  unknown: ['{{', '}}'],
};

/** Mermaid flow chart; solid is observed, dotted is possible. */
export function renderMermaid(graph: Graph): string {
  const names = namesOf(graph);
  const lines = ['flowchart LR'];
  for (const node of graph.nodes) {
    const [open, close] = MERMAID_SHAPES[node.kind];
    lines.push(`  ${names.get(node.id) ?? ''}${open}${mermaidText(node.label)}${close}`);
  }
  for (const { edge, text } of drawnEdges(graph.edges)) {
    const arrow = edge.observed ? '-->' : '-.->';
    lines.push(`  ${names.get(edge.src) ?? ''} ${arrow}|${mermaidText(text)}| ${names.get(edge.dst) ?? ''}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A quoted string of DOT: backslashes and quotes are escaped, and `&` is an entity, which Graphviz resolves in labels. */
function dotText(text: string): string {
  return `"${plain(text).replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const DOT_SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  host: 'box',
  account: 'ellipse',
  subscription: 'component',
  unknown: 'diamond',
};

export function renderDot(graph: Graph): string {
  const names = namesOf(graph);
  const lines = [
    'digraph triad {',
    '  rankdir=LR;',
    '  node [fontname="sans-serif"];',
    '  edge [fontname="sans-serif"];',
  ];
  for (const node of graph.nodes) {
    lines.push(`  ${names.get(node.id) ?? ''} [label=${dotText(node.label)}, shape=${DOT_SHAPES[node.kind]}];`);
  }
  for (const { edge, text } of drawnEdges(graph.edges)) {
    const style = edge.observed ? 'solid' : 'dashed';
    const ends = `${names.get(edge.src) ?? ''} -> ${names.get(edge.dst) ?? ''}`;
    lines.push(`  ${ends} [label=${dotText(text)}, style=${style}];`);
  }
  return `${lines.join('\n')}\n}\n`;
}

/** Text of XML content and attributes, with nothing to click. */
export function drawnText(text: string): string {
  return xmlText(defang(text));
}

const GRAPHML_KEYS: readonly (readonly [string, 'node' | 'edge', string, string])[] = [
  ['nkind', 'node', 'kind', 'string'],
  ['nlabel', 'node', 'label', 'string'],
  ['nlevel', 'node', 'level', 'string'],
  ['nid', 'node', 'key', 'string'],
  ['ekind', 'edge', 'kind', 'string'],
  ['elabel', 'edge', 'label', 'string'],
  ['etime', 'edge', 'time', 'string'],
  ['econf', 'edge', 'confidence', 'double'],
  ['eobs', 'edge', 'observed', 'boolean'],
];

export function renderGraphml(graph: Graph): string {
  const names = namesOf(graph);
  const value = (key: string, text: string | undefined): string =>
    text === undefined ? '' : `<data key="${key}">${drawnText(text)}</data>`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'];
  for (const [id, on, name, type] of GRAPHML_KEYS) {
    lines.push(`  <key id="${id}" for="${on}" attr.name="${name}" attr.type="${type}"/>`);
  }
  lines.push('  <graph id="triad" edgedefault="directed">');
  for (const { id, kind, label, level } of graph.nodes) {
    const data = value('nkind', kind) + value('nlabel', label) + value('nlevel', level) + value('nid', id);
    lines.push(`    <node id="${names.get(id) ?? ''}">${data}</node>`);
  }
  for (const [index, edge] of graph.edges.entries()) {
    const ends = `source="${names.get(edge.src) ?? ''}" target="${names.get(edge.dst) ?? ''}"`;
    const data =
      value('ekind', edge.kind) +
      value('elabel', edge.label) +
      value('etime', edge.t) +
      value('econf', edge.confidence?.toString()) +
      value('eobs', String(edge.observed));
    lines.push(`    <edge id="e${index}" ${ends}>${data}</edge>`);
  }
  return `${lines.join('\n')}\n  </graph>\n</graphml>\n`;
}
