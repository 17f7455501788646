import type { Analytic, Finding } from '../../analytics/index.ts';
import type { Hop, Incident, IncidentTerm, Link, LinkJoin, MissingRecord } from '../../incidents/index.ts';
import type { Dossier, Term } from '../../subscriptions/index.ts';
import type { Evidence, Gap, Level } from '../../windows/index.ts';
import { distinctRecords } from '../channel-names.ts';
import { citedEvidence } from '../cited-evidence.ts';
import { labelsOf } from '../cited-rows.ts';
import { isPossible, methodName, sourceName } from '../drawing/hop-picture.ts';
import { type HostLabels, labelsOfHops, namedText } from '../host-label.ts';
import type { Found } from '../lookup.ts';
import { membersOf } from '../members.ts';
import { compareRecordLines, compareText, type RecordLine } from '../record-line.ts';
import { recordWords } from '../record-words.ts';
import type { HuntResult } from '../result.ts';
import { indexOf } from '../result-index.ts';
import { ruleOf } from '../rule-credit.ts';
import { dossierSentence } from '../sentence.ts';
import { arithmeticOf } from './arithmetic.ts';
import { counterEvidence, refutations, strengtheners } from './reasons.ts';

/** One cited record, numbered for the explanation. */
export interface ExplainedRecord {
  /** From 1, in order of time. */
  readonly number: number;
  readonly host?: string;
  /** What it says, in words. */
  readonly words: string;
  readonly evidence: Evidence;
}

export interface ExplainedJoin extends Omit<LinkJoin, 'evidence'> {
  /** Numbers of records. */
  readonly records: readonly number[];
}

export interface ExplainedLink {
  readonly id: string;
  readonly claim: string;
  /** What it ties: `finding C03 p4n7…`, `subscription x7q2…`. */
  readonly ties: readonly string[];
  readonly confidence: number;
  readonly inferred: boolean;
  /** "1 - (1 - 0.70) x (1 - 0.70) = 0.91". */
  readonly arithmetic: string;
  readonly joins: readonly ExplainedJoin[];
  readonly missing: readonly MissingRecord[];
}

export interface ExplainedHop {
  readonly id: string;
  readonly sentence: string;
  readonly time: string;
  readonly confidence: number;
  readonly observed: boolean;
  /** Ids of links; the least of them is the hop's confidence. */
  readonly links: readonly string[];
  readonly hop: Hop;
}

/** A printed sum (DOMAIN 3.3). */
export interface ExplainedSum {
  readonly id: string;
  readonly kind: 'incident' | 'finding' | 'subscription';
  /** Analytic of a finding. */
  readonly analytic?: string;
  readonly title: string;
  readonly level: Level;
  readonly score: number;
  readonly terms: readonly ExplainedTerm[];
}

export interface ExplainedTerm {
  readonly code: string;
  readonly points: number;
  readonly text: string;
  readonly member?: string;
  readonly records: readonly number[];
}

/** Why Triad says what it says: everything behind one id, and what speaks against it. */
export interface Explanation {
  readonly schemaVersion: 1;
  readonly kind: Found['kind'];
  readonly id: string;
  /** The id that was asked for, where it is a superseded one. */
  readonly askedAs?: string;
  readonly title: string;
  readonly level?: Level;
  readonly score?: number;
  readonly confidence?: number;
  /** Ids of the incidents that hold it. */
  readonly partOf: readonly string[];
  readonly hops: readonly ExplainedHop[];
  readonly links: readonly ExplainedLink[];
  readonly sums: readonly ExplainedSum[];
  /** What speaks against it. */
  readonly against: readonly string[];
  readonly gaps: readonly Gap[];
  readonly stronger: readonly string[];
  readonly refuted: readonly string[];
  readonly records: readonly ExplainedRecord[];
  /** The dossier, whole, of a subscription. */
  readonly dossier?: Dossier;
  /** The cited record, whole, that was asked for. */
  readonly record?: RecordLine;
}

/** What an explanation is made of. */
export interface Subject {
  readonly incident?: Incident;
  readonly dossiers: readonly Dossier[];
  readonly findings: readonly Finding[];
  readonly hops: readonly Hop[];
  readonly links: readonly Link[];
  readonly gaps: readonly Gap[];
  readonly label: HostLabels;
}

/** Explains what an id names; `askedFor` is the id as typed, `record` the record to show whole. */
export function explain(
  result: HuntResult,
  found: Found,
  askedFor: string,
  catalogue: readonly Analytic[],
  record?: RecordLine,
): Explanation {
  const label = labelsOf(result);
  const subject = subjectOf(result, found, label);
  const records = numberRecords(subject, found, result);
  const numbers = new Map(records.map((item) => [keyOf(item.evidence), item.number]));
  const cite = (evidence: readonly Evidence[]): number[] =>
    [...new Set(evidence.flatMap((item) => numbers.get(keyOf(item)) ?? []))].sort((a, b) => a - b);
  const head = headOf(found, label);
  const whole = record ?? (found.kind === 'record' ? found.record : undefined);
  return {
    schemaVersion: 1,
    kind: found.kind,
    ...head,
    ...(head.id === askedFor ? {} : { askedAs: askedFor }),
    partOf: found.kind === 'incident' ? [] : owners(result, found).map(({ id }) => id),
    hops: subject.hops.map((hop) => explainedHop(hop, label)),
    links: subject.links.map((link) => explainedLink(link, result, label, cite)),
    sums: sumsOf(subject, label, cite),
    against: counterEvidence(subject).map((line) => namedText(line, label)),
    gaps: subject.gaps,
    stronger: strengtheners(subject, records),
    refuted: refutations(subject, catalogue),
    records,
    ...(found.kind === 'subscription' ? { dossier: found.dossier } : {}),
    ...(whole === undefined ? {} : { record: whole }),
  };
}

function headOf(
  found: Found,
  label: HostLabels,
): Pick<Explanation, 'id' | 'title'> & Partial<Pick<Explanation, 'level' | 'score' | 'confidence'>> {
  switch (found.kind) {
    case 'incident': {
      const { id, title, level, score, confidence } = found.incident;
      return { id, title, level, score, ...(confidence === undefined ? {} : { confidence }) };
    }
    case 'finding': {
      const { id, title, level, score } = found.finding;
      return { id, title, level, score };
    }
    case 'subscription': {
      const { id, verdict } = found.dossier;
      return { id, title: dossierSentence(found.dossier, label), level: verdict.level, score: verdict.score };
    }
    case 'hop':
      return { id: found.hop.id, title: hopSentence(found.hop, label), confidence: found.hop.confidence };
    case 'link':
      return { id: found.link.id, title: namedText(found.link.claim, label), confidence: found.link.confidence };
    case 'gap':
      return { id: found.gap.id, title: `${label(found.gap.host)}: ${found.gap.what}; ${found.gap.so}` };
    case 'record':
      return { id: found.record.id, title: recordWords(found.record).long };
  }
}

/** `from WS-07 to SRV-02: WMI over DCOM, as CORP\svc-deploy`. */
export function hopSentence(hop: Hop, label: HostLabels): string {
  const who = hop.account === undefined ? '' : `, as ${hop.account}`;
  const possible = isPossible(hop) ? 'possibly ' : '';
  return `${possible}from ${sourceName(hop, label)} to ${label(hop.target.host)}: ${methodName(hop.method)}${who}`;
}

/** Incidents that hold what was found, or cite the record that was found. */
function owners(result: HuntResult, found: Exclude<Found, { kind: 'incident' }>): Incident[] {
  if (found.kind === 'hop' || found.kind === 'link') return [found.incident];
  if (found.kind === 'gap') return result.incidents.filter(({ gaps }) => gaps.includes(found.gap.id));
  if (found.kind === 'subscription' || found.kind === 'finding') {
    const id = found.kind === 'subscription' ? found.dossier.id : found.finding.id;
    return result.incidents.filter((incident) => [...incident.subscriptions, ...incident.findings].includes(id));
  }
  return result.incidents.filter((incident) => {
    const { dossiers, findings } = membersOf(incident, result);
    const cited = [...dossiers, ...findings, ...incident.edges, ...incident.links.flatMap(({ joins }) => joins)];
    return cited.some(({ evidence }) => evidence.some((item) => item.record === found.record.id));
  });
}

function subjectOf(result: HuntResult, found: Found, label: HostLabels): Subject {
  const nothing: Subject = { dossiers: [], findings: [], hops: [], links: [], gaps: [], label };
  if (found.kind === 'incident') {
    const { incident } = found;
    const gaps = new Set(incident.gaps);
    return {
      ...nothing,
      ...membersOf(incident, result),
      incident,
      hops: incident.edges,
      links: incident.links,
      gaps: result.gaps.filter(({ id }) => gaps.has(id)),
    };
  }
  if (found.kind === 'gap') return { ...nothing, gaps: [found.gap] };
  const [owner] = owners(result, found);
  const linksOf = (ids: readonly string[]): Link[] => (owner?.links ?? []).filter(({ id }) => ids.includes(id));
  if (found.kind === 'link') return { ...nothing, links: [found.link] };
  if (found.kind === 'hop') return { ...nothing, hops: [found.hop], links: linksOf(found.hop.links) };
  if (found.kind === 'record') return nothing;
  const id = found.kind === 'subscription' ? found.dossier.id : found.finding.id;
  const hops = (owner?.edges ?? []).filter(({ tells }) => tells.includes(id));
  const between = (owner?.links ?? []).filter((link) => link.between.includes(id)).map((link) => link.id);
  const hosts = found.kind === 'subscription' ? [found.dossier.host] : found.finding.hosts;
  const ownGaps = new Set(owner?.gaps ?? []);
  return {
    ...nothing,
    ...(found.kind === 'subscription' ? { dossiers: [found.dossier] } : { findings: [found.finding] }),
    hops,
    links: linksOf([...hops.flatMap((hop) => hop.links), ...between]),
    gaps: result.gaps.filter((gap) => hosts.includes(gap.host) && (ownGaps.size === 0 || ownGaps.has(gap.id))),
  };
}

function keyOf(evidence: Evidence): string {
  const { record, file, container, offset, line, recordId } = evidence;
  return record ?? JSON.stringify([file, container ?? [], offset ?? line ?? recordId ?? null]);
}

function numberRecords(subject: Subject, found: Found, result: HuntResult): ExplainedRecord[] {
  const whole = indexOf(result).records;
  const cited = [...citedEvidence(subject), ...(found.kind === 'record' ? sourcesOf(found.record) : [])];
  const unique = new Map<string, Evidence>();
  for (const item of distinctRecords(cited)) if (!unique.has(keyOf(item))) unique.set(keyOf(item), item);
  const timed = [...unique.values()].map((evidence) => {
    const record = evidence.record === undefined ? undefined : whole.get(evidence.record);
    return { evidence, record, time: evidence.time ?? record?.time ?? '' };
  });
  // As the page has them; what the result does not hold comes last, for the page has no row of it.
  timed.sort((a, b) => {
    if (a.record !== undefined && b.record !== undefined) return compareRecordLines(a.record, b.record);
    return (
      Number(a.record === undefined) - Number(b.record === undefined) ||
      compareText(a.time, b.time) ||
      compareText(keyOf(a.evidence), keyOf(b.evidence))
    );
  });
  const label = labelsOfHops(subject.hops, subject.label);
  return timed.map(({ evidence, record }, index) => ({
    number: index + 1,
    ...(record === undefined ? {} : { host: record.host }),
    words: record === undefined ? unrecorded(evidence) : recordWords(record, label).long,
    evidence,
  }));
}

/** A generation without an object is evidence, and has no record of it. */
function unrecorded({ repository }: Evidence): string {
  if (repository?.label !== 'absent') return 'the record is not in the result';
  return `generation ${repository.generation ?? 'unknown'}, which does not hold it`;
}

function sourcesOf(record: RecordLine): Evidence[] {
  return record.sources.map((source) => ({
    ...source,
    channel: record.channel,
    eventId: record.eventId,
    ...(record.recordId === undefined ? {} : { recordId: record.recordId }),
    ...(record.time === undefined ? {} : { time: record.time }),
    record: record.id,
  }));
}

function explainedHop(hop: Hop, label: HostLabels): ExplainedHop {
  const { id, time, confidence, observed, links } = hop;
  return { id, sentence: hopSentence(hop, label), time, confidence, observed, links, hop };
}

type Cite = (evidence: readonly Evidence[]) => number[];

function explainedLink(link: Link, result: HuntResult, label: HostLabels, cite: Cite): ExplainedLink {
  const { id, confidence, inferred, missing } = link;
  const claim = namedText(link.claim, label);
  const joins = link.joins.map(({ evidence, text, ...join }) => ({
    ...join,
    text: namedText(text, label),
    records: cite(evidence),
  }));
  const ties = link.between.map((tied) => tieWords(tied, result));
  return { id, claim, ties, confidence, inferred, arithmetic: arithmeticOf(link), joins, missing };
}

/** What an id in a link is. */
function tieWords(id: string, result: HuntResult): string {
  const { dossiers, findings } = indexOf(result);
  const finding = findings.get(id);
  if (finding !== undefined) return `finding ${ruleOf(finding)} ${id}`;
  return dossiers.has(id) ? `subscription ${id}` : `hop ${id}`;
}

function sumsOf(subject: Subject, label: HostLabels, cite: Cite): ExplainedSum[] {
  const sums: ExplainedSum[] = [];
  const { incident } = subject;
  if (incident !== undefined) {
    const terms = incident.terms.map((term: IncidentTerm) => ({ ...term, records: [] }));
    const { id, title, level, score } = incident;
    sums.push({ id, kind: 'incident', title, level, score, terms });
  }
  for (const dossier of subject.dossiers) {
    const { level, score, terms } = dossier.verdict;
    sums.push({
      id: dossier.id,
      kind: 'subscription',
      title: dossierSentence(dossier, label),
      level,
      score,
      terms: terms.map((term) => explainedTerm(term, label, cite)),
    });
  }
  for (const finding of subject.findings) {
    // Once is enough.
    const isShared = subject.dossiers.some((dossier) => sharesSum(finding, dossier));
    sums.push({
      id: finding.id,
      kind: 'finding',
      analytic: ruleOf(finding),
      title: finding.title,
      level: finding.level,
      score: finding.score,
      terms: isShared ? [] : finding.terms.map((term) => explainedTerm(term, label, cite)),
    });
  }
  return sums;
}

function explainedTerm({ evidence, text, ...term }: Term, label: HostLabels, cite: Cite): ExplainedTerm {
  return { ...term, text: namedText(text, label), records: cite(evidence) };
}

/** A finding about a subscription prints the dossier's own sum (DOMAIN 3.3). */
export function sharesSum({ subscriptions, terms }: Finding, { id, verdict }: Dossier): boolean {
  return subscriptions.includes(id) && sameTerms(verdict.terms, terms);
}

function sameTerms(
  a: readonly { readonly code: string; readonly points: number }[],
  b: readonly { readonly code: string; readonly points: number }[],
): boolean {
  return (
    a.length === b.length && a.every((term, index) => term.code === b[index]?.code && term.points === b[index]?.points)
  );
}
