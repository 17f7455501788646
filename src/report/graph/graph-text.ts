import { type Clock, UTC_CLOCK } from '../clock.ts';
import { defang } from '../defang.ts';
import type { HostLabels } from '../host-label.ts';
import type { HuntResult } from '../result.ts';
import {
  ASCII_GLYPHS,
  asciiOnly,
  COLUMNS,
  escapeTerminal,
  pad,
  plural,
  UNICODE_GLYPHS,
  widthOf,
  wrap,
} from '../terminal.ts';
import { hopLine } from '../text-incident.ts';
import { section, type TextStyle } from '../text-page.ts';
import type { Graph, GraphEdge, GraphNode } from './graph.ts';

export interface GraphTextOptions {
  readonly ascii?: boolean;
  readonly clock?: Clock;
}

/** `--format text` of graph: hops in order of time, then accounts and subscriptions. */
export function renderGraphText(
  graph: Graph,
  label: HostLabels,
  options: GraphTextOptions = {},
  readWords?: string,
): string {
  const isAscii = options.ascii === true;
  const glyphs = isAscii ? ASCII_GLYPHS : UNICODE_GLYPHS;
  const style: TextStyle = { glyphs, color: false, clock: options.clock ?? UTC_CLOCK, label };
  const of = (kind: GraphNode['kind']): readonly GraphNode[] => graph.nodes.filter((node) => node.kind === kind);
  const labels = new Map(graph.nodes.map((node) => [node.id, node.label]));
  const hops = graph.hops.flatMap((hop) => [`  ${style.clock.stamp(hop.time)}  ${hop.id}`, ...hopLine(hop, 0, style)]);
  const accounts = of('account').flatMap((node) => {
    const ends = (wanted: GraphEdge['kind'], words: string): string[] => {
      const own = graph.edges.filter(({ src, kind }) => src === node.id && kind === wanted);
      const names = [...new Set(own.map(({ dst }) => labels.get(dst) ?? dst))];
      return names.length === 0 ? [] : [`${words} ${names.join(', ')}`];
    };
    const told = [...ends('acts', 'acts on'), ...ends('signs-in', 'signs in to'), ...ends('wrote', 'wrote')];
    return row(node.label, told.join('; '));
  });
  const subscriptions = of('subscription').flatMap((node) => {
    const holds = graph.edges.find(({ dst, kind }) => dst === node.id && kind === 'holds');
    const host =
      holds === undefined
        ? ''
        : `on ${labels.get(holds.src) ?? holds.src}, ${node.state === 'unknown' ? 'state unknown' : (node.state ?? '')}`;
    return row(node.label, `${host}, ${node.level ?? ''}  ${node.id.slice('subscription:'.length)}`);
  });
  const parts = [
    hops.length === 0 ? [] : [`all times ${style.clock.zone}`, '', ...hops, ''],
    accounts.length === 0 ? [] : [...section('ACCOUNTS', accounts), ''],
    subscriptions.length === 0 ? [] : [...section('WMI', subscriptions), ''],
    [
      `${plural(of('host').length, 'host')}, ${plural(of('account').length, 'account')}, ${plural(graph.hops.length, 'hop')}, ${plural(of('subscription').length, 'subscription')}.`,
      ...(readWords === undefined ? [] : wrap(readWords, COLUMNS)),
    ],
  ];
  const text = defang(`${parts.flat().join('\n')}\n`);
  return isAscii ? asciiOnly(text) : text;
}

const NAME = 28;

function row(name: string, what: string): string[] {
  const left = escapeTerminal(name);
  const room = COLUMNS - 10 - NAME - 2;
  const right = wrap(escapeTerminal(what), room);
  if (widthOf(left) > NAME)
    return [...wrap(left, COLUMNS - 10), ...right.map((line) => `${' '.repeat(NAME + 2)}${line}`)];
  return right.map((line, index) => `${pad(index === 0 ? left : '', NAME)}  ${line}`);
}

/** Beside a graph of a result: in how much it was found, and what was blind (U1). */
export function graphReadWords({ summary, gaps }: HuntResult, label: HostLabels): string {
  const { live, afterDamage, swallowed, carved } = summary.records;
  const hosts = new Set(summary.coverage.map(({ host }) => host)).size;
  const blind = [...new Set(gaps.filter(({ host }) => host !== '-').map(({ host }) => label(host)))].sort();
  const named =
    blind.slice(0, MAX_BLIND).join(', ') + (blind.length > MAX_BLIND ? ` and ${blind.length - MAX_BLIND} more` : '');
  const where =
    gaps.length === 0 ? 'no gap is known' : `${plural(gaps.length, 'gap')}${named === '' ? '' : `, on ${named}`}`;
  return escapeTerminal(
    `In ${plural(live + afterDamage + swallowed + carved, 'record')} of ${plural(hosts, 'host')}; blind: ${where}.`,
  );
}

const MAX_BLIND = 6;
