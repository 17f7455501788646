import { type Hop, type HopProcess, WEIGHTS } from '../../incidents/index.ts';
import type { HostLabels } from '../host-label.ts';
import { compareText } from '../record-line.ts';

/**
 * What the picture of an incident's hops shows, without how: `triad graph` draws it as SVG and the page as boxes that turn
 * upright on a narrow screen. Texts are as in evidence; who draws escapes them.
 */
export interface HopPicture {
  /** In the order of the first hop that names each. */
  readonly hosts: readonly PictureHost[];
  /** In time order. */
  readonly edges: readonly PictureEdge[];
}

export interface PictureHost {
  /** Host key, address, or what stands for an unknown source. */
  readonly key: string;
  readonly name: string;
  /** A record names it: its key is a host or an address. */
  readonly isNamed: boolean;
  readonly address?: string;
  /** What it calls itself (SETTLED C7). */
  readonly claimedName?: string;
  readonly isSource: boolean;
  readonly isTarget: boolean;
  /** Only possible hops, or nothing but its absence, put it here: drawn dashed. */
  readonly isPossible: boolean;
  /** Several that cannot be told apart (L9), for a source that no record names. */
  readonly candidates: readonly { readonly key: string; readonly name: string }[];
  /** What ran there, and at a source what called; each process once, in time order. */
  readonly ran: readonly HopProcess[];
  readonly called: readonly { readonly process?: HopProcess; readonly account?: string }[];
}

/** Hops of one source, target, account and method: one arrow. */
export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly account?: string;
  /** `WMI over DCOM`. */
  readonly method: string;
  /** RFC 3339, of its first and last hop. */
  readonly first: string;
  readonly last: string;
  readonly count: number;
  /** The least sure of its hops: an arrow says no more than each of them. */
  readonly confidence: number;
  /** The surest of its hops. */
  readonly best: number;
  /** True: drawn solid. */
  readonly isSolid: boolean;
  readonly hops: readonly Hop[];
}

/** Hops under this are in the table, not in the picture (SETTLED C17). */
export const LEAST_DRAWN: number = WEIGHTS.possible;
/** Under this a hop is only possible: drawn dashed (PRODUCT 8.1). */
export const LEAST_SOLID: number = WEIGHTS.likely;

const METHODS: Readonly<Record<Hop['method'], string>> = {
  'wmi-dcom': 'WMI over DCOM',
  'wmi-winrm': 'WMI over WinRM',
  dcom: 'DCOM',
  smb: 'SMB',
  rpc: 'WMI or other RPC',
  unknown: 'Remote call',
};

export function methodName(method: Hop['method']): string {
  return METHODS[method];
}

const UNKNOWN = 'unknown source';

/** Where a hop comes from, as a node: a host, an address, or a source that cannot be told. */
export function sourceKey(hop: Hop): string {
  const named = hop.source.host ?? hop.source.address;
  if (named !== undefined) return named;
  const candidates = candidateNames(hop);
  return candidates.length === 0 ? UNKNOWN : `one of ${candidates.join(', ')}`;
}

/** The source for people: `WS-07`, `10.0.0.7`, `one of 3 sources`, `source unknown`. */
export function sourceName(hop: Hop, label: HostLabels): string {
  const named = hop.source.host ?? hop.source.address;
  if (named !== undefined) return label(named);
  const count = candidateNames(hop).length;
  return count === 0 ? 'source unknown' : `one of ${count} sources`;
}

function candidateNames(hop: Hop): string[] {
  return [...new Set((hop.candidates ?? []).map(({ host, address }) => host ?? address ?? UNKNOWN))].sort(compareText);
}

export function isPossible(hop: Hop): boolean {
  return !hop.observed || hop.confidence < LEAST_SOLID;
}

/** Groups hops to arrows and gathers what each host did. Hops under {@link LEAST_DRAWN} are left out. */
export function hopPicture(hops: readonly Hop[], label: HostLabels): HopPicture {
  const drawn = hops
    .filter(({ confidence }) => confidence >= LEAST_DRAWN)
    .toSorted((a, b) => compareText(a.time, b.time) || compareText(a.id, b.id));
  const groups = new Map<string, Hop[]>();
  for (const hop of drawn) {
    const parts = [sourceKey(hop), hop.target.host, hop.account ?? '', hop.method, String(isPossible(hop))];
    const key = JSON.stringify(parts);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [hop]);
    else group.push(hop);
  }
  const edges = [...groups.values()].flatMap((group) => edgeOf(group));
  const keys = [...new Set(drawn.flatMap((hop) => [sourceKey(hop), hop.target.host]))];
  return { edges, hosts: keys.map((key) => hostOf(key, drawn, edges, label)) };
}

function edgeOf(group: readonly Hop[]): PictureEdge[] {
  const [first] = group;
  const last = group.at(-1);
  if (first === undefined || last === undefined) return [];
  return [
    {
      from: sourceKey(first),
      to: first.target.host,
      ...(first.account === undefined ? {} : { account: first.account }),
      method: methodName(first.method),
      first: first.time,
      last: last.time,
      count: group.length,
      confidence: Math.min(...group.map(({ confidence }) => confidence)),
      best: Math.max(...group.map(({ confidence }) => confidence)),
      isSolid: !isPossible(first),
      hops: group,
    },
  ];
}

/** `0.95`; `0.70 to 0.95` where its hops differ. */
export function sureWords({ confidence, best }: Pick<PictureEdge, 'confidence' | 'best'>): string {
  const [least, most] = [confidence.toFixed(2), best.toFixed(2)];
  return least === most ? least : `${least} to ${most}`;
}

function hostOf(key: string, hops: readonly Hop[], edges: readonly PictureEdge[], label: HostLabels): PictureHost {
  const out = hops.filter((hop) => sourceKey(hop) === key);
  const into = hops.filter((hop) => hop.target.host === key);
  const [firstOut] = out;
  const isNamed = into.length > 0 || firstOut?.source.host !== undefined || firstOut?.source.address !== undefined;
  const address =
    into.find((hop) => hop.target.address !== undefined)?.target.address ??
    out.find((hop) => hop.source.address !== undefined)?.source.address;
  const claimedName = out.find((hop) => hop.source.claimedName !== undefined)?.source.claimedName;
  const name = isNamed || firstOut === undefined ? label(key) : sourceName(firstOut, label);
  return {
    key,
    name: name.charAt(0).toUpperCase() + name.slice(1),
    isNamed,
    ...(address === undefined || address === key ? {} : { address }),
    ...(claimedName === undefined ? {} : { claimedName }),
    isSource: out.length > 0,
    isTarget: into.length > 0,
    isPossible: !isNamed || !edges.some((edge) => edge.isSolid && (edge.from === key || edge.to === key)),
    candidates:
      isNamed || firstOut === undefined
        ? []
        : candidateNames(firstOut).map((name) => ({ key: name, name: label(name) })),
    ran: distinct(into.flatMap((hop) => (hop.process === undefined ? [] : [hop.process]))),
    called: distinct(
      out.map(({ source }) => ({
        ...(source.process === undefined ? {} : { process: source.process }),
        ...(source.account === undefined ? {} : { account: source.account }),
      })),
    ).filter(({ process, account }) => process !== undefined || account !== undefined),
  };
}

function distinct<T>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = JSON.stringify(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** One target with what leads to it, and what leads on from it to hosts that have no block of their own. */
export interface HopBlock {
  readonly into: readonly PictureEdge[];
  readonly target: PictureHost;
  readonly onward: readonly PictureEdge[];
}

/**
 * The picture as blocks, in time order: every target has one, but a target that only one arrow reaches from a block and that
 * has little to say stands at the right end of that block. `isRich` says which hosts need room.
 */
export function hopBlocks(picture: HopPicture, isRich: (host: PictureHost) => boolean): HopBlock[] {
  const hosts = new Map(picture.hosts.map((host) => [host.key, host]));
  const intoOf = (key: string): PictureEdge[] => picture.edges.filter((edge) => edge.to === key);
  const isLeaf = (host: PictureHost): boolean => {
    const [edge, ...more] = intoOf(host.key);
    const source = edge === undefined ? undefined : hosts.get(edge.from);
    return (
      edge !== undefined &&
      more.length === 0 &&
      edge.from !== edge.to &&
      !isRich(host) &&
      source?.isTarget === true &&
      !host.isSource
    );
  };
  return picture.hosts
    .filter((host) => host.isTarget && !isLeaf(host))
    .map((target) => ({
      target,
      into: intoOf(target.key),
      onward: picture.edges.filter((edge) => {
        const host = hosts.get(edge.to);
        return edge.from === target.key && host !== undefined && isLeaf(host);
      }),
    }));
}
