import type { FoundEdge, FoundFinding, HuntJson } from './hunt-json.ts';
import { isEqualText } from './label-text.ts';
import type { LabelExecution } from './labels.ts';
import { fold, isAccount, isHost } from './names.ts';

/** How one labelled execution was told. */
export interface ExecutionScore {
  /** It was told at all: its child, or where no child is labelled its call. */
  readonly isFound: boolean;
  /** The label has a source host or address, and it is not the target itself. */
  readonly hasSource: boolean;
  readonly isSourceFound: boolean;
  readonly faults: readonly string[];
}

const NEAR_MS = 2000;

/** (b) of the corpus' rules for one row of `remote_executions`. */
export function scoreExecution(
  result: HuntJson,
  label: LabelExecution,
  as: 'is' | 'canonical',
  isNetworkLog: boolean,
): ExecutionScore {
  const { source } = label;
  const hasSource = !source.same_host && (source.host !== null || source.ip !== null);
  const name = label.child_pid === null ? `call at ${label.time}` : `child pid ${label.child_pid} ${label.child_image}`;
  const told = label.child_pid === null ? callOf(result, label) : childOf(result, label, as);
  if (typeof told === 'string')
    return { isFound: false, hasSource, isSourceFound: false, faults: [`${name}: ${told}`] };
  const { edges, findings } = told;
  const wrong: string[] = [];
  if (isNetworkLog && !edges.some((edge) => isToldBy(edge, 'N01', result))) wrong.push('no N01 tells it');
  if (source.same_host) {
    const remote = edges.filter((edge) => comesFromElsewhere(edge));
    if (remote.length > 0) wrong.push(`local, but an edge comes from ${placeOf(remote[0])}`);
    const raised = findings.find(({ analytic }) => analytic === 'R02' || analytic === 'C02');
    if (raised !== undefined) wrong.push(`local, but ${raised.analytic}: ${raised.title}`);
    const planted = new Set(findings.flatMap(({ subscriptions }) => subscriptions ?? []));
    const remoteOrigin = result.subscriptions.find(({ id, origin }) => planted.has(id) && origin?.kind === 'remote');
    if (remoteOrigin !== undefined) wrong.push('local, but its subscription has a remote origin');
  } else {
    wrong.push(...accountFaults(label, edges, findings));
  }
  const sourceFaults = hasSource ? faultsOfSource(label, edges) : [];
  return {
    isFound: wrong.length === 0,
    hasSource,
    isSourceFound: hasSource && sourceFaults.length === 0,
    faults: [...wrong, ...sourceFaults].map((fault) => `${name}: ${fault}`),
  };
}

interface Told {
  readonly edges: readonly FoundEdge[];
  readonly findings: readonly FoundFinding[];
}

function edgesOf(result: HuntJson): readonly FoundEdge[] {
  return result.incidents.flatMap(({ edges }) => edges);
}

/** The finding about the child, with the edges that tell it or the subscription that ran it. */
function childOf(result: HuntJson, label: LabelExecution, as: 'is' | 'canonical'): Told | string {
  const same = result.findings.filter(
    ({ process, host }) =>
      process?.pid === label.child_pid && (label.target_host === null || isHost(host, label.target_host)),
  );
  if (same.length === 0) return 'missed';
  const findings = same.filter(
    ({ process }) =>
      (label.child_image === null || fold(process?.image) === fold(label.child_image)) &&
      isEqualText(process?.commandLine, label.command_line, as),
  );
  if (findings.length === 0) return `differs: ${JSON.stringify(same[0]?.process)}`;
  const ids = new Set(findings.flatMap(({ id, subscriptions }) => [id, ...(subscriptions ?? [])]));
  const edges = edgesOf(result).filter(
    (edge) =>
      (label.target_host === null || isHost(edge.target.host, label.target_host)) &&
      (edge.process?.pid === label.child_pid || (edge.tells ?? []).some((id) => ids.has(id))),
  );
  return { edges, findings };
}

/** The edges to the target by this account within two seconds, where no child is labelled. */
function callOf(result: HuntJson, label: LabelExecution): Told | string {
  const atMs = Date.parse(label.time);
  const edges = edgesOf(result).filter(
    (edge) =>
      (label.target_host === null || isHost(edge.target.host, label.target_host)) &&
      (label.target_ip === null || edge.target.address === label.target_ip || edge.target.host === label.target_ip) &&
      Math.abs(Date.parse(edge.time) - atMs) <= NEAR_MS,
  );
  if (edges.length === 0) return `no edge to ${label.target_host ?? label.target_ip} within 2 s`;
  const ids = new Set(edges.flatMap(({ tells }) => tells ?? []));
  return { edges, findings: result.findings.filter(({ id }) => ids.has(id)) };
}

function accountFaults(
  label: LabelExecution,
  edges: readonly FoundEdge[],
  findings: readonly FoundFinding[],
): string[] {
  const { account, child_user: user } = label;
  const wrong: string[] = [];
  const accounts = [...edges.map((edge) => edge.account), ...findings.flatMap((finding) => finding.accounts ?? [])];
  if (account !== null && !accounts.some((found) => isAccount(found, account)))
    wrong.push(
      `account is ${accounts.filter((found) => found !== undefined).join(', ') || 'not told'}, not ${account}`,
    );
  if (user !== null && !findings.some(({ process }) => isAccount(process?.user, user)))
    wrong.push(`runs as ${findings[0]?.process?.user}, not ${user}`);
  return wrong;
}

/** Source host, address and program equal the label's where it has them. A claimed name counts as the host (SETTLED C7). */
function faultsOfSource(label: LabelExecution, edges: readonly FoundEdge[]): string[] {
  const { host, ip, process, pid } = label.source;
  if (edges.length === 0) return ['no edge tells where it came from'];
  const faults = edges.map((edge) => {
    const found = edge.source;
    const wrong: string[] = [];
    if (ip !== null && found.address !== ip) wrong.push(`source address is ${found.address}, not ${ip}`);
    if (host !== null && !isHost(found.host ?? found.claimedName, host))
      wrong.push(`source is ${found.host ?? found.claimedName}, not ${host}`);
    if (process !== null && fold(found.process?.image) !== fold(process))
      wrong.push(`source process is ${found.process?.image}, not ${process}`);
    if (pid !== null && found.process?.pid !== pid) wrong.push(`source pid is ${found.process?.pid}, not ${pid}`);
    return wrong;
  });
  return faults.reduce((best, wrong) => (wrong.length < best.length ? wrong : best));
}

function comesFromElsewhere({ source, target }: FoundEdge): boolean {
  if (source.host !== undefined) return !isHost(source.host, target.host);
  return source.address !== undefined && !/^(?:127\.|::1$)/.test(source.address) && source.address !== target.address;
}

function placeOf(edge: FoundEdge | undefined): string {
  return edge?.source.host ?? edge?.source.address ?? 'elsewhere';
}

function isToldBy(edge: FoundEdge, analytic: string, result: HuntJson): boolean {
  const ids = new Set(edge.tells ?? []);
  return result.findings.some((finding) => finding.analytic === analytic && ids.has(finding.id));
}
