import type { Finding } from '../analytics/index.ts';
import type { Incident } from '../incidents/index.ts';
import type { Dossier } from '../subscriptions/index.ts';
import type { Evidence, Level } from '../windows/index.ts';
import { distinctRecords, type Lane, laneOf } from './channel-names.ts';
import { type HostLabels, hostLabels } from './host-label.ts';
import { type Membership, membershipOf, membersOf } from './members.ts';
import { pinnedWords } from './pinned.ts';
import { compareText, type RecordLine } from './record-line.ts';
import type { HuntResult } from './result.ts';
import { indexOf } from './result-index.ts';
import { creditWords, ruleOf } from './rule-credit.ts';
import { dossierSentence } from './sentence.ts';
import { DOSSIER_TECHNIQUE, shownTechniques } from './techniques.ts';
import { timelineOf } from './timeline.ts';

/**
 * One cited record of one dossier or finding: a row of csv, timesketch and hayabusa-csv (SETTLED A31). Records that only a
 * hop rests on, such as the connection at its source, are rows of the hop.
 */
export interface CitedRow {
  readonly kind: 'subscription' | 'finding' | 'hop';
  /** Id of the dossier, finding or hop. */
  readonly id: string;
  readonly title: string;
  readonly level: Level;
  /** The analytic, or the user's rule; absent for a dossier, whose sum several analytics share (DOMAIN 3.3). */
  readonly rule?: string;
  /** Who wrote the user's rule, its licence and its place. */
  readonly credit?: string;
  /** By whom it is accepted, and why, where it is (L16). */
  readonly pinned?: string;
  /** RFC 3339; the dossier's or finding's own time where the record has none. */
  readonly time: string;
  readonly host: string;
  readonly hostRaw: string;
  readonly lane: Lane;
  readonly account: string;
  readonly sourceHost: string;
  readonly targetHost: string;
  /** Id of the incident; empty where it belongs to none. */
  readonly incident: string;
  /** Of the hop; absent where nothing was joined to another machine. */
  readonly confidence?: number;
  readonly attack: readonly string[];
  /** What this record says here: `filter created`. */
  readonly summary: string;
  /** What happened, in Timesketch's words (PRODUCT 7.5). */
  readonly event: string;
  readonly evidence: Evidence;
  readonly record?: RecordLine;
}

/** Rows in order of time, host, record id, then id of what cites them (L7). */
export function citedRows(result: HuntResult): CitedRow[] {
  const { records } = indexOf(result);
  const label = labelsOf(result);
  const members = membershipOf(result);
  const rows = [
    ...result.subscriptions.flatMap((dossier) => dossierRows(dossier, records, label, members)),
    ...result.findings.flatMap((finding) => findingRows(finding, result, records, members)),
    ...result.incidents.flatMap((incident) => hopRows(incident, result, records)),
  ];
  return rows.sort(
    (a, b) =>
      compareText(a.time, b.time) ||
      compareText(a.host, b.host) ||
      compareText(String(a.evidence.recordId ?? ''), String(b.evidence.recordId ?? '')) ||
      compareText(a.id, b.id) ||
      compareText(a.evidence.file, b.evidence.file) ||
      (a.evidence.offset ?? 0) - (b.evidence.offset ?? 0),
  );
}

/** Names for people of every host that the result names; made once a result. */
export function labelsOf(result: HuntResult): HostLabels {
  const known = LABELS.get(result);
  if (known !== undefined) return known;
  const label = hostLabels(hostsOf(result));
  LABELS.set(result, label);
  return label;
}

const LABELS = new WeakMap<HuntResult, HostLabels>();

/** Keys of every host that the result names. */
export function hostsOf(result: HuntResult): readonly string[] {
  return [
    ...result.summary.coverage.map(({ host }) => host),
    ...result.subscriptions.map(({ host }) => host),
    ...result.findings.map(({ host }) => host),
    ...result.incidents.flatMap(({ hosts }) => hosts),
  ];
}

/** Ends and incident of a row, by the hop that tells of its dossier or finding where there is one. */
function ends(
  id: string,
  host: string,
  source: string,
  { incidentOf, hopOf }: Membership,
): Pick<CitedRow, 'sourceHost' | 'targetHost' | 'incident' | 'confidence'> {
  const hop = hopOf.get(id);
  return {
    sourceHost: hop?.source.host ?? hop?.source.address ?? source,
    targetHost: hop?.target.host ?? host,
    incident: incidentOf.get(id)?.id ?? '',
    ...(hop === undefined ? {} : { confidence: hop.confidence }),
  };
}

function dossierRows(
  dossier: Dossier,
  records: ReadonlyMap<string, RecordLine>,
  label: HostLabels,
  members: Membership,
): CitedRow[] {
  const said = new Map<string, { readonly text: string; readonly event: string; readonly account?: string }>();
  for (const row of timelineOf(dossier)) {
    for (const item of row.evidence) {
      const key = keyOf(item);
      if (!said.has(key)) said.set(key, { text: row.text, event: 'Event Logged' });
    }
  }
  for (const step of dossier.lifecycle) {
    const part = step.part === undefined ? 'Subscription' : `${step.part.charAt(0).toUpperCase()}${step.part.slice(1)}`;
    const event =
      step.step === 'created'
        ? `${part} Created`
        : step.step === 'fired'
          ? 'Subscription Fired'
          : step.step === 'present'
            ? 'Repository Copied'
            : 'Event Logged';
    const text = step.part === undefined ? step.step : `${step.part} ${step.step}`;
    // A change or a removal is never put down to the creator.
    const account = step.account ?? (step.step === 'modified' || step.step === 'deleted' ? '' : undefined);
    const who = account === undefined ? {} : { account };
    for (const item of step.evidence) said.set(keyOf(item), { text, event, ...who });
  }
  const account = dossier.origin.account ?? dossier.creator.account ?? dossier.creator.sid ?? '';
  const sourceHost = dossier.origin.source?.host ?? dossier.origin.source?.address ?? '';
  const title = dossierSentence(dossier, label);
  return distinctRecords(dossier.evidence).map((evidence) => {
    const words = said.get(keyOf(evidence));
    return {
      kind: 'subscription' as const,
      id: dossier.id,
      title,
      level: dossier.verdict.level,
      ...pinnedOf(dossier),
      host: dossier.host,
      account: words?.account ?? account,
      ...ends(dossier.id, dossier.host, sourceHost, members),
      attack: [DOSSIER_TECHNIQUE],
      summary: words?.text ?? 'context',
      event: words?.event ?? 'Event Logged',
      ...place(evidence, records, dossier.host, dossier.firstSeen),
    };
  });
}

function findingRows(
  finding: Finding,
  result: HuntResult,
  records: ReadonlyMap<string, RecordLine>,
  members: Membership,
): CitedRow[] {
  const source = finding.candidates[0]?.workstation ?? finding.candidates[0]?.address ?? '';
  const credit = creditWords(finding);
  // The hop of a subscription is told by its dossier; a finding about a process has its own or none.
  const [subscription] = finding.process === undefined ? finding.subscriptions : [];
  const told = members.hopOf.has(finding.id) ? finding.id : (subscription ?? finding.id);
  return distinctRecords(finding.evidence).map((evidence) => ({
    kind: 'finding' as const,
    id: finding.id,
    title: finding.title,
    level: finding.level,
    rule: ruleOf(finding),
    ...(credit === undefined ? {} : { credit }),
    ...pinnedOf(finding),
    host: finding.host,
    account: finding.process?.user ?? finding.accounts[0] ?? '',
    ...ends(told, finding.host, source, members),
    attack: shownTechniques(finding.attack, result),
    summary: credit === undefined ? finding.title : `${finding.title} (rule ${credit})`,
    event: finding.subscriptions.length > 0 ? 'Subscription Fired' : 'Event Logged',
    ...place(evidence, records, finding.host, finding.time),
  }));
}

/** By whom it is accepted, where it is (L16). */
function pinnedOf({ pinned }: Pick<Finding, 'pinned'>): Pick<CitedRow, 'pinned'> {
  return pinned === undefined ? {} : { pinned: pinnedWords(pinned) };
}

/** Records that the hops of an incident rest on and that none of its members cites. */
function hopRows(incident: Incident, result: HuntResult, records: ReadonlyMap<string, RecordLine>): CitedRow[] {
  const { dossiers, findings } = membersOf(incident, result);
  const seen = new Set([...dossiers, ...findings].flatMap(({ evidence }) => evidence.map(keyOf)));
  const links = new Map(incident.links.map((link) => [link.id, link]));
  return incident.edges.flatMap((hop) => {
    const joined = hop.links.flatMap((id) => links.get(id)?.joins ?? []);
    const said = joined.flatMap((join) => join.evidence.map((evidence) => ({ evidence, text: join.text })));
    const cited = [...said, ...hop.evidence.map((evidence) => ({ evidence, text: `${hop.method} call` }))];
    return cited.flatMap(({ evidence, text }) => {
      if (seen.has(keyOf(evidence))) return [];
      seen.add(keyOf(evidence));
      const record = evidence.record === undefined ? undefined : records.get(evidence.record);
      const host = record?.host ?? hop.target.host;
      return [
        {
          kind: 'hop' as const,
          id: hop.id,
          title: incident.title,
          level: incident.level,
          host,
          account: hop.account ?? '',
          sourceHost: hop.source.host ?? hop.source.address ?? '',
          targetHost: hop.target.host,
          incident: incident.id,
          confidence: hop.confidence,
          attack: shownTechniques(incident.attack, result),
          summary: text,
          event: 'Event Logged',
          ...place(evidence, records, host, hop.time),
        },
      ];
    });
  });
}

function place(
  evidence: Evidence,
  records: ReadonlyMap<string, RecordLine>,
  host: string,
  time: string,
): Pick<CitedRow, 'time' | 'hostRaw' | 'lane' | 'evidence' | 'record'> {
  const record = evidence.record === undefined ? undefined : records.get(evidence.record);
  return {
    time: evidence.time ?? record?.time ?? time,
    hostRaw: record?.hostRaw ?? host,
    lane: laneOf(evidence.channel, evidence.eventId),
    evidence,
    ...(record === undefined ? {} : { record }),
  };
}

function keyOf(evidence: Evidence): string {
  return (
    evidence.record ??
    `${evidence.file}\u0000${(evidence.container ?? []).join('\u0000')}\u0000${evidence.offset ?? ''}`
  );
}
