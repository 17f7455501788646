import type { HopFacts } from '../analytics/index.ts';
import { digestId } from '../bytes/index.ts';
import type { CallSource, Join, JoinedProcess, JoinId, Strength } from '../entities/index.ts';
import { namedSubscription } from '../subscriptions/index.ts';
import { type Evidence, ZEEK_CONN, ZEEK_DCE_RPC } from '../windows/index.ts';
import { createdEvidence, dossierHop, firstRuns } from './dossier-hop.ts';
import { missingRecords } from './expected.ts';
import type { IncidentFacts } from './facts.ts';
import type { Hop, HopProcess, Link } from './incident.ts';
import { linkOf, strengthOf } from './links.ts';
import type { Member } from './members.ts';
import { compareText, distinctEvidence, recordKey } from './order.ts';
import { compareStrength, WEIGHTS } from './weights.ts';
import { programName } from './words.ts';

/** A hop with what glues and tells it; not part of any output. */
export interface TracedHop {
  readonly hop: Hop;
  readonly links: readonly Link[];
  /** Members that tell it, in the order of (first time, id). */
  readonly members: readonly Member[];
  /** False where only the source tells the call (R19). */
  readonly isSeenAtTarget: boolean;
  /** True where it is not seen there, but a logon fits it. */
  readonly hasArrived: boolean;
  /** True where several machines have the name of the target. */
  readonly isTargetAmbiguous: boolean;
  /** Keys of the source's process where an exact or strong join names it (DOMAIN 3.4 c). */
  readonly sourceProcess: string | undefined;
}

/** A call that members tell and of which no record names the source. */
export interface UnsourcedCall {
  readonly target: string;
  readonly account: string | undefined;
  readonly time: string;
  /** Known where a logon names it and no evidence is from there. */
  readonly address: string | undefined;
  readonly method: HopFacts['method'];
  readonly members: readonly Member[];
  readonly links: readonly Link[];
}

/** What one member says of a hop. */
interface Telling {
  readonly member: Member;
  readonly facts: HopFacts;
  readonly evidence: readonly Evidence[];
}

export interface Hops {
  /** By (time, id). */
  readonly hops: readonly TracedHop[];
  readonly unsourced: readonly UnsourcedCall[];
}

/** Hops of one target and object told by several members are one (SETTLED C16, C21). */
export function hopsOf(members: readonly Member[], facts: IncidentFacts): Hops {
  const firstRun = firstRuns(members);
  const tellings = new Map<string, Telling[]>();
  const tell = (member: Member, hop: HopFacts, evidence: readonly Evidence[]): void => {
    const id = hopId(hop);
    const list = tellings.get(id);
    if (list === undefined) tellings.set(id, [{ member, facts: hop, evidence }]);
    else list.push({ member, facts: hop, evidence });
  };
  for (const member of members) {
    const { judged, dossier } = member;
    if (judged?.hop !== undefined) tell(member, judged.hop, judged.finding.evidence);
    if (dossier !== undefined && dossier.origin.kind === 'remote') {
      tell(member, dossierHop(dossier, facts, firstRun.get(dossier.id)), createdEvidence(dossier));
    }
  }
  const hops: TracedHop[] = [];
  const unsourced: UnsourcedCall[] = [];
  for (const [id, told] of tellings) {
    const merged = mergedHop(id, told, facts);
    if ('hop' in merged) hops.push(merged);
    const call = 'hop' in merged ? addressOnly(merged) : merged;
    if (call !== undefined) unsourced.push(call);
  }
  hops.sort((a, b) => compareText(a.hop.time, b.hop.time) || compareText(a.hop.id, b.hop.id));
  return { hops, unsourced };
}

function hopId({ target, object }: HopFacts): string {
  const [only] = object;
  return digestId(['hop', target.host, object.length === 1 && only !== undefined ? only : object]);
}

/** What the tellings come to: the first of them in time speaks first, a dossier before its findings (SETTLED C21). */
function mergedHop(id: string, told: readonly Telling[], facts: IncidentFacts): TracedHop | UnsourcedCall {
  const inOrder = [...told].sort(
    (a, b) => Number(b.member.dossier !== undefined) - Number(a.member.dossier !== undefined),
  );
  const members = told.map(({ member }) => member);
  const first = inOrder[0]?.facts;
  if (first === undefined) throw new Error('a hop is told by somebody');
  const hops = inOrder.map((telling) => telling.facts);
  const of = <T>(pick: (hop: HopFacts) => T | undefined): T | undefined =>
    hops.map(pick).find((value) => value !== undefined);
  const target = first.target.host;
  const account = of((hop) => hop.account);
  const sources = mergedSources(hops.flatMap((hop) => hop.sources)).filter((source) => !isOf(source, target));
  const caller = hops.flatMap((hop) => hop.caller);
  const method = methodOf(hops, sources);
  const evidence = inOrder.flatMap((telling) => telling.evidence);
  const known = sources.filter((source) => source.host !== undefined || source.address !== undefined);
  const ids = members.map((member) => member.id);
  const act: Act = {
    // Ids of a link stay the same when another finding tells the hop; without an edge only findings can be named.
    between: known.length === 0 ? ids : [id, ...members.flatMap(({ dossier }) => dossier?.id ?? [])],
    target,
    time: first.time,
    isProcess: first.object[0] === 'process',
    carried: carriedWords(hops, members),
    isWmiexec: members.some(({ judged }) => judged?.finding.analytic === 'R03'),
    facts,
  };
  const callerLinks = caller.length === 0 ? [] : [callerLink(act, caller)];
  if (known.length === 0) {
    return { target, account, time: first.time, address: undefined, method, members, links: callerLinks };
  }
  const named = known.find((source) => source.isNamed);
  const subject = new Set([...evidence, ...caller.flatMap((join) => join.evidence)].map(recordKey));
  const sourceLinks = sourceLink(act, named, known, subject);
  const links = [...callerLinks, ...sourceLinks, ...holderLink(act, named)];
  const bare: BareHop = { hops, source: named ?? known[0], evidence };
  const strengths = links.map(strengthOf);
  const address = of((hop) => hop.target.address);
  const logonId = of((hop) => hop.target.logonId);
  const process = of((hop) => hop.process);
  const clock = named?.host === undefined ? undefined : facts.clockOffset(named.host, target);
  const hop: Hop = {
    id,
    source: named === undefined ? {} : sourceOf(named, account),
    target: {
      host: target,
      ...(address === undefined ? {} : { address }),
      ...(account === undefined ? {} : { account }),
      ...(logonId === undefined ? {} : { logonId }),
    },
    ...(account === undefined ? {} : { account }),
    method,
    time: first.time,
    ...(process === undefined ? {} : { process }),
    strength: links.length === 0 ? bareStrength(bare) : least(strengths),
    confidence: Math.min(
      ...(links.length === 0 ? [WEIGHTS.strength[bareStrength(bare)]] : links.map((link) => link.confidence)),
    ),
    observed:
      named !== undefined &&
      hops.some(({ isSeenAtTarget }) => isSeenAtTarget) &&
      !links.some(({ inferred }) => inferred) &&
      isSeenBeyond(named, facts),
    ...(named === undefined ? { candidates: candidatesOf(known) } : {}),
    ...(clock === undefined ? {} : { clock }),
    links: links.map((link) => link.id),
    tells: ids,
    evidence: distinctEvidence([...evidence, ...links.flatMap(({ joins }) => joins.flatMap((join) => join.evidence))]),
  };
  const isSure = named !== undefined && compareStrength(named.strength, 'strong') >= 0;
  const isSeenAtTarget = hops.some((told) => told.isSeenAtTarget);
  const hasArrived = hops.some((told) => told.hasArrived === true);
  const isTargetAmbiguous = hops.some((told) => told.isTargetAmbiguous === true);
  return {
    hop,
    links,
    members,
    isSeenAtTarget,
    hasArrived,
    isTargetAmbiguous,
    sourceProcess: isSure ? named.process?.key : undefined,
  };
}

/** The target alone says what it was told: a record of the source, or of a sensor on the way, must show the call as well. */
function isSeenBeyond({ host, joins }: CallSource, facts: IncidentFacts): boolean {
  return joins.some(({ evidence }) =>
    evidence.some(
      ({ channel, record }) =>
        channel === ZEEK_CONN ||
        channel === ZEEK_DCE_RPC ||
        (host !== undefined && record !== undefined && facts.hostOfRecord(record) === host),
    ),
  );
}

/** What says most: WinRM is told by records of its own (J17), DCOM is what WMI uses else, SMB only carries files. */
const METHODS = ['wmi-winrm', 'wmi-dcom', 'dcom', 'smb', 'rpc'] as const;

/** WMI whose way no record tells has none: the port of a connection, or WMI's own record of a client's process (J10), says DCOM. */
function methodOf(hops: readonly HopFacts[], sources: readonly CallSource[]): HopFacts['method'] {
  const tells = (id: JoinId): boolean => sources.some(({ joins }) => joins.some(({ join }) => join === id));
  const cameBy = (transport: CallSource['transport']): boolean =>
    sources.some((source) => source.transport === transport);
  if (tells('J17')) return 'wmi-winrm';
  const method = METHODS.find((one) => hops.some((hop) => hop.method === one));
  if (method !== undefined) return method;
  if (cameBy('winrm')) return 'wmi-winrm';
  return cameBy('dcom') || tells('J10') ? 'wmi-dcom' : 'unknown';
}

/** What the links of one hop have in common. */
interface Act {
  readonly between: readonly string[];
  readonly target: string;
  readonly time: string;
  readonly isProcess: boolean;
  /** "cmd.exe ran under this logon". */
  readonly carried: string;
  /** True where its output was written to a share and fetched (R03). */
  readonly isWmiexec: boolean;
  readonly facts: IncidentFacts;
}

/** Joins to a logon that do without the record of a logon by name. */
const WITHOUT_LOGON: ReadonlySet<JoinId> = new Set(['J13', 'J17']);

/** What the logon carried, named: an incident has several acts. */
function carriedWords(hops: readonly HopFacts[], members: readonly Member[]): string {
  const [first] = hops;
  const image = hops.find(({ process }) => process?.image !== undefined)?.process?.image;
  if (first?.object[0] === 'process') {
    return `${image === undefined ? 'the process' : programName(image)} ran under this logon`;
  }
  const dossier = members.find((member) => member.dossier !== undefined)?.dossier;
  if (dossier !== undefined) return `this logon wrote ${namedSubscription(dossier)}`;
  const title = members.find(({ judged }) => judged !== undefined)?.judged?.finding.title;
  return title === undefined ? 'this logon carried the act' : `this logon carried it: ${title.replace(/\.$/, '')}`;
}

function callerLink(act: Act, joins: readonly Join[]): Link {
  const { between, isProcess } = act;
  const ideal: readonly JoinId[] = joins.some(({ join }) => WITHOUT_LOGON.has(join)) ? [] : [isProcess ? 'J1' : 'J12'];
  // Without a logon, all that ties the process to the call is that it was the process itself which was called.
  const isCalled = joins.every(({ join }) => join === 'J22');
  const text = isCalled ? 'this process took the call' : act.carried;
  return linkOf({ claim: 'caller', text, between, joins, missing: missingRecords(ideal, joins, act) });
}

/** One link for the source that is named, else for the best of several. */
function sourceLink(
  act: Act,
  named: CallSource | undefined,
  known: readonly CallSource[],
  subject: ReadonlySet<string>,
): readonly Link[] {
  const source = named ?? known[0];
  if (source === undefined || source.joins.length === 0) return [];
  const equals = known.filter((other) => other !== source && other.strength === source.strength).length;
  const rivals = named === undefined ? equals : 0;
  const joins = source.joins.map((join) => ({ ...join, rivals: Math.max(join.rivals, rivals) }));
  const at = { ...act, ...(source.host === undefined ? {} : { source: source.host }) };
  const missing = missingRecords(act.isWmiexec ? ['J2', 'J16'] : ['J2'], joins, at);
  return [linkOf({ claim: 'source', text: sourceWords(named), between: act.between, joins, subject, missing })];
}

/** Whose the address was, where nothing else names the machine: a step of its own, as sure as that record is near. */
function holderLink({ between }: Act, named: CallSource | undefined): readonly Link[] {
  const { host, address, holder } = named ?? {};
  if (host === undefined || address === undefined || holder === undefined) return [];
  return [linkOf({ claim: 'holder', text: `${address} was ${host} at the time`, between, joins: [holder] })];
}

function sourceWords(source: CallSource | undefined): string {
  const place = (source?.holder === undefined ? source?.host : undefined) ?? source?.address ?? source?.host;
  if (place === undefined) return 'the call came from one of these';
  const { image } = source?.process ?? {};
  return image === undefined ? `the call came from ${place}` : `the call came from this process of ${place}`;
}

interface BareHop {
  readonly hops: readonly HopFacts[];
  readonly source: CallSource | undefined;
  readonly evidence: readonly Evidence[];
}

/** Where a record itself names both ends and no join is needed; what only the source tells is weak, what no bound sender tells inferred. */
function bareStrength({ hops, source, evidence }: BareHop): Strength {
  if (evidence.length > 0 && evidence.every(({ hostNotBound }) => hostNotBound === true)) return 'inferred';
  if (!hops.some(({ isSeenAtTarget }) => isSeenAtTarget)) return 'weak';
  return source?.strength ?? 'exact';
}

function least(strengths: readonly Strength[]): Strength {
  return strengths.reduce((worst, strength) => (compareStrength(strength, worst) < 0 ? strength : worst), 'exact');
}

function isOf(source: CallSource, target: string): boolean {
  return source.host === target || (source.host === undefined && source.address === target);
}

/** One entry for each place and process: its points and strength are the best that was said of it, its joins all. */
function mergedSources(sources: readonly CallSource[]): readonly CallSource[] {
  const byKey = new Map<string, CallSource>();
  for (const source of [...sources].sort(compareSources)) {
    const { host, address, process } = source;
    const key = [host ?? '', host === undefined ? (address ?? '') : '', process?.key ?? process?.pid ?? ''].join(
      '\u0000',
    );
    const known = byKey.get(key);
    byKey.set(key, known === undefined ? source : bothOf(known, source));
  }
  const merged = [...byKey.values()];
  const named = merged.filter(({ isNamed }) => isNamed);
  if (named.length < 2) return merged;
  // Two tellings name two sources: neither leads, and both are listed (L9).
  const [first, second] = named;
  const leads = first !== undefined && second !== undefined && first.points - second.points >= LEAD;
  return merged.map((source) => (leads && source === first ? source : { ...source, isNamed: false }));
}

/** The better telling with what the other knows; who had the address is asked only where neither is told by the host itself. */
function bothOf(known: CallSource, { holder, ...source }: CallSource): CallSource {
  const joins = [...known.joins, ...source.joins];
  const { holder: best, ...rest } = known;
  const isAsked = best !== undefined && holder !== undefined;
  return { ...source, ...rest, joins, ...(isAsked ? { holder: best } : {}) };
}

/** DOMAIN 2.3: one is named only if it leads by this. */
const LEAD = 30;

function compareSources(a: CallSource, b: CallSource): number {
  return (
    b.points - a.points ||
    Number(b.isNamed) - Number(a.isNamed) ||
    compareStrength(b.strength, a.strength) ||
    compareText(a.host ?? '', b.host ?? '') ||
    compareText(a.address ?? '', b.address ?? '') ||
    compareText(a.process?.key ?? '', b.process?.key ?? '') ||
    (a.process?.pid ?? 0) - (b.process?.pid ?? 0)
  );
}

function sourceOf(
  { host, address, claimedName, account, process }: CallSource,
  caller: string | undefined,
): Hop['source'] {
  return {
    ...(host === undefined ? {} : { host }),
    ...(address === undefined ? {} : { address }),
    ...(claimedName === undefined || host !== undefined ? {} : { claimedName }),
    ...(account === undefined || account === caller ? {} : { account }),
    ...(process === undefined ? {} : { process: processOf(process) }),
  };
}

function processOf({ image, commandLine, pid, user }: JoinedProcess): HopProcess {
  return {
    ...(image === undefined ? {} : { image }),
    ...(commandLine === undefined ? {} : { commandLine }),
    ...(pid === undefined ? {} : { pid }),
    ...(user === undefined ? {} : { user }),
  };
}

function candidatesOf(sources: readonly CallSource[]): NonNullable<Hop['candidates']> {
  return sources.map(({ host, address, strength }) => ({
    ...(host === undefined ? {} : { host }),
    ...(address === undefined ? {} : { address }),
    strength,
  }));
}

/** A hop from a bare address: no evidence is from there, which is a gap of its own. */
function addressOnly({ hop, members, links }: TracedHop): UnsourcedCall | undefined {
  const { host, address } = hop.source;
  if (host !== undefined || address === undefined || hop.candidates !== undefined) return undefined;
  return { target: hop.target.host, account: hop.account, time: hop.time, address, method: hop.method, members, links };
}
