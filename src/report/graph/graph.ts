import type { Hop, Incident } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import type { Level } from '../../windows/index.ts';
import { labelsOf } from '../cited-rows.ts';
import { isPossible, methodName, sourceKey, sourceName } from '../drawing/hop-picture.ts';
import { membersOf } from '../members.ts';
import { compareText } from '../record-line.ts';
import type { HuntResult } from '../result.ts';

export interface GraphNode {
  readonly id: string;
  /** `unknown` is a source that no record names. */
  readonly kind: 'host' | 'account' | 'subscription' | 'unknown';
  readonly label: string;
  /** Of the worst that is told of it. */
  readonly level?: Level;
  /** Of a subscription. */
  readonly state?: Dossier['state'];
}

export interface GraphEdge {
  readonly id: string;
  readonly src: string;
  readonly dst: string;
  /** A call; whose credentials it bore; who made it at the source; what stands on a host; what an account wrote. */
  readonly kind: 'hop' | 'signs-in' | 'acts' | 'holds' | 'wrote';
  readonly label: string;
  /** RFC 3339. */
  readonly t?: string;
  readonly confidence?: number;
  readonly observed: boolean;
  /** Ids of record lines. */
  readonly records: readonly string[];
}

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** The hops behind the edges, for the picture. */
  readonly hops: readonly Hop[];
}

/** What is drawn; absent = all of it. */
export interface GraphFilter {
  readonly incident?: Incident;
  /** Host keys, whose calls are followed onwards. */
  readonly fromHost?: string;
  /** Host keys, to whom calls are followed back. */
  readonly toHost?: string;
  /** At most so many calls away from either. */
  readonly hops?: number;
  readonly minConfidence?: number;
}

/** Hosts, accounts, hops and subscriptions of a result, sorted (L7). */
export function graphOf(result: HuntResult, filter: GraphFilter = {}): Graph {
  const incidents = filter.incident === undefined ? result.incidents : [filter.incident];
  const least = filter.minConfidence ?? 0;
  const all = new Map<string, Hop>();
  for (const hop of incidents.flatMap(({ edges }) => edges)) {
    if (hop.confidence >= least && !all.has(hop.id)) all.set(hop.id, hop);
  }
  const isFollowed = filter.fromHost !== undefined || filter.toHost !== undefined;
  const hops = followed([...all.values()].sort(compareHops), filter);
  const building = new Building(result, hops);
  for (const hop of hops) building.addHop(hop);
  for (const incident of incidents) building.addMembers(incident, isFollowed);
  return building.finish();
}

/** Hosts of the result that a typed name means: the key itself, or its first part. */
export function hostsNamed(result: HuntResult, name: string): readonly string[] {
  const folded = name.trim().toLowerCase();
  const hosts = new Set(
    result.incidents.flatMap(({ edges, hosts }) => [
      ...hosts,
      ...edges.flatMap((hop) => [sourceKey(hop), hop.target.host]),
    ]),
  );
  const addressed = result.incidents
    .flatMap(({ edges }) => edges)
    .flatMap((hop) => [
      ...(hop.source.address === folded ? [sourceKey(hop)] : []),
      ...(hop.target.address === folded ? [hop.target.host] : []),
    ]);
  const named = [...hosts].filter(
    (host) => host.toLowerCase() === folded || host.toLowerCase().startsWith(`${folded}.`),
  );
  return [...new Set([...named, ...addressed])].sort(compareText);
}

function compareHops(a: Hop, b: Hop): number {
  return compareText(a.time, b.time) || compareText(a.target.host, b.target.host) || compareText(a.id, b.id);
}

/** The hops that lead on from one host, or back from the other, or both; a path never runs back in time by more than a day. */
function followed(
  hops: readonly Hop[],
  { fromHost, toHost, hops: most = Number.POSITIVE_INFINITY }: GraphFilter,
): Hop[] {
  const onward =
    fromHost === undefined ? undefined : reached(hops, fromHost, most, sourceKey, (hop) => hop.target.host);
  const back = toHost === undefined ? undefined : reached(hops, toHost, most, (hop) => hop.target.host, sourceKey);
  return hops.filter((hop) => (onward?.has(hop.id) ?? true) && (back?.has(hop.id) ?? true));
}

function reached(
  hops: readonly Hop[],
  start: string,
  most: number,
  near: (hop: Hop) => string,
  far: (hop: Hop) => string,
): ReadonlySet<string> {
  const kept = new Set<string>();
  const seen = new Set([start]);
  let front = [start];
  for (let step = 0; step < most && front.length > 0; step++) {
    const next = new Set<string>();
    for (const hop of hops) {
      if (!front.includes(near(hop))) continue;
      kept.add(hop.id);
      if (!seen.has(far(hop))) next.add(far(hop));
    }
    for (const host of next) seen.add(host);
    front = [...next];
  }
  return kept;
}

/** "holds (armed)", "holds (state unknown)", "held (deleted)". */
function holdsWords({ state }: Dossier): string {
  if (state === 'unknown') return 'holds (state unknown)';
  return state === 'deleted' ? 'held (deleted)' : `holds (${state})`;
}

class Building {
  readonly #result: HuntResult;
  readonly #label: (host: string) => string;
  readonly #nodes = new Map<string, GraphNode>();
  readonly #edges = new Map<string, GraphEdge>();
  readonly #hops: readonly Hop[];

  constructor(result: HuntResult, hops: readonly Hop[]) {
    this.#result = result;
    this.#label = labelsOf(result);
    this.#hops = hops;
  }

  addHop(hop: Hop): void {
    const isNamed = hop.source.host !== undefined || hop.source.address !== undefined;
    const source = sourceKey(hop);
    const src = isNamed
      ? this.#host(source)
      : this.#node({ id: `unknown:${source}`, kind: 'unknown', label: sourceName(hop, this.#label) });
    const dst = this.#host(hop.target.host);
    const records = [...new Set(hop.evidence.flatMap(({ record }) => record ?? []))];
    const observed = !isPossible(hop);
    const as = hop.account === undefined ? '' : ` as ${hop.account}`;
    const shared = { t: hop.time, confidence: hop.confidence, observed, records };
    this.#edge({ id: hop.id, src, dst, kind: 'hop', label: `${methodName(hop.method)}${as}`, ...shared });
    if (hop.source.account !== undefined && hop.source.account !== hop.account) {
      const caller = this.#account(hop.source.account);
      this.#edge({ id: `acts:${hop.id}`, src: caller, dst: src, kind: 'acts', label: 'acts', ...shared });
    }
    if (hop.account === undefined) return;
    const account = this.#account(hop.account);
    this.#edge({ id: `signs-in:${hop.id}`, src: account, dst, kind: 'signs-in', label: 'signs in', ...shared });
  }

  /** Subscriptions on the hosts that are drawn, and who wrote them. */
  addMembers(incident: Incident, isFollowed: boolean): void {
    for (const dossier of membersOf(incident, this.#result).dossiers) {
      if (isFollowed && !this.#nodes.has(`host:${dossier.host}`)) continue;
      const host = this.#host(dossier.host);
      const name = dossier.consumer.name ?? dossier.filter.name ?? 'unnamed subscription';
      const id = `subscription:${dossier.id}`;
      this.#node({ id, kind: 'subscription', label: name, level: dossier.verdict.level, state: dossier.state });
      const records = [...new Set(dossier.evidence.flatMap(({ record }) => record ?? []))];
      const shared = { t: dossier.firstSeen, observed: !dossier.inferred, records };
      this.#edge({
        id: `holds:${dossier.id}`,
        src: host,
        dst: id,
        kind: 'holds',
        label: holdsWords(dossier),
        ...shared,
      });
      const creator = dossier.creator.account ?? dossier.creator.sid;
      if (creator === undefined) continue;
      const account = this.#account(creator);
      this.#edge({ id: `wrote:${dossier.id}`, src: account, dst: id, kind: 'wrote', label: 'wrote', ...shared });
    }
  }

  #host(host: string): string {
    return this.#node({ id: `host:${host}`, kind: 'host', label: this.#label(host) });
  }

  #account(account: string): string {
    return this.#node({ id: `account:${account.toLowerCase()}`, kind: 'account', label: account });
  }

  #node(node: GraphNode): string {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
    return node.id;
  }

  #edge(edge: GraphEdge): void {
    if (!this.#edges.has(edge.id)) this.#edges.set(edge.id, edge);
  }

  finish(): Graph {
    return {
      nodes: [...this.#nodes.values()].sort((a, b) => compareText(a.kind, b.kind) || compareText(a.id, b.id)),
      edges: [...this.#edges.values()].sort(
        (a, b) => compareText(a.t ?? '', b.t ?? '') || compareText(a.kind, b.kind) || compareText(a.id, b.id),
      ),
      hops: this.#hops,
    };
  }
}
