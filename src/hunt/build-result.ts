import type { Finding } from '../analytics/index.ts';
import type { HostTable } from '../entities/index.ts';
import type { Incident } from '../incidents/index.ts';
import { mergeNotRead } from '../intake/index.ts';
import { citedBy, type Examined, type Judgement, judge } from '../judgement/index.ts';
import {
  type Coverage,
  compareRecordLines,
  type HuntResult,
  placeName,
  type RuleSummary,
  recordLine,
  type ThirdPartyDetection,
} from '../report/index.ts';
import { mapShape, SHAPES, type TextResult } from '../shapes/index.ts';
import type { Dossier, LifecycleStep } from '../subscriptions/index.ts';
import { type Anomaly, type CoverageCount, formatTime, levelRank, parseTime } from '../windows/index.ts';
import type { AtRest } from './at-rest.ts';
import { evidenceInputs, type Span, sumCounts, widen } from './evidence-inputs.ts';
import type { HuntRequest } from './hunt.ts';
import { overduePins, pinSummary } from './pin-summary.ts';
import type { LogCount, ReadEvidence } from './read-evidence.ts';
import { auditGaps, lossGaps, thirdPartyOf, unitsOf } from './text-results.ts';

/** What was read, with what lies at rest beside the logs; `coverage` counts both. */
export interface JudgedEvidence extends ReadEvidence {
  readonly atRest: AtRest;
  readonly rules?: RuleSummary;
}

/** Puts together what was found, read and missed; filters what is reported, never what is known (L5). */
export function buildResult(
  request: HuntRequest,
  evidence: JudgedEvidence,
  { engine, folder }: Examined,
  isPartial: boolean,
): HuntResult {
  const { options } = request;
  const { coverage, anomalies: odd } = evidence;
  const { pins } = request;
  const judgement = judge({
    coverage,
    anomalies: odd,
    engine,
    conflicts: folder.conflicts,
    ...(pins === undefined ? {} : { pins }),
  });
  const { hosts, subscriptions: dossiers, findings: allFindings, incidents: allIncidents, gaps } = judgement;
  const isReported = reportFilter(request, hosts);
  const subscriptions = dossiers.filter((dossier) => isReported.dossier(dossier));
  const findings = allFindings.filter((finding) => isReported.finding(finding));
  const thirdParty = thirdPartyOf(evidence.logs, (detection) => isReported.thirdParty(detection));
  const losses = lossGaps(evidence.logs, [...(request.maps ?? []).map(mapShape), ...SHAPES]);
  const reportedIds = new Set([...subscriptions, ...findings].map(({ id }) => id));
  const incidents = allIncidents.filter((incident) => isReported.incident(incident, reportedIds));
  const cited = citedBy({ subscriptions, findings, incidents });
  const records = judgement.records
    .filter((record) => cited.has(record.id))
    .map((record) => recordLine(record.event, record.id, record.host))
    .sort(compareRecordLines);
  const anomalies = [...evidence.anomalies, ...evidence.atRest.anomalies, ...remainsOf(evidence, judgement)];
  const totals = sumCounts(evidence.logs);
  const rejected = evidence.logs.reduce((sum, log) => sum + log.rejected, 0);
  const read = totals.live + totals.afterDamage + totals.swallowed + totals.carved;
  return {
    schemaVersion: 1,
    header: {
      tool: request.tool,
      ...(request.pack === undefined ? {} : { rules: request.pack.stated }),
      options,
      evidence: evidenceInputs(evidence, hosts),
    },
    run: {
      status: isPartial ? 'partial' : 'ok',
      exit: exitCode(subscriptions, findings, incidents, evidence, options, isPartial),
      start: formatTime(request.runStartMs, 0),
      end: formatTime(request.runStartMs, 0),
      utcOffsetMinutes: 0,
      files: evidence.logs.length,
      records: read,
      lostRecords: rejected,
      ...overduePins(pins ?? [], request.runStartMs),
      bytes: evidence.logs.reduce((sum, log) => sum + log.bytes, 0),
    },
    summary: {
      files: evidence.logs.length,
      records: totals,
      rejected,
      skippedByFilter: sumTexts(evidence.logs, (text) => text.skippedByFilter),
      folded: evidence.store.folded + folder.folded,
      rejectedBytes: sumTexts(evidence.logs, (text) => text.rejectedBytes),
      shapes: unitsOf(evidence.logs),
      contentLost: sumTexts(evidence.logs, (text) => text.contentLost),
      conflicts: folder.conflictCount,
      unfolded: folder.unfolded,
      thirdParty: thirdParty.total,
      anomalies: countAnomalies(anomalies),
      coverage: coverageByHost(evidence.coverage, hosts),
      evicted: merged(engine.evicted, {
        ...evidence.evicted,
        ...evidence.atRest.evicted,
        conflicts: folder.conflictCount - folder.conflicts.length,
        losses: losses.omitted,
        thirdParty: thirdParty.omitted,
      }),
      repositories: evidence.atRest.repositories,
      audits: evidence.atRest.audits,
      ...(evidence.rules === undefined ? {} : { rules: evidence.rules }),
      ...(pins === undefined ? {} : { pins: pinSummary(judgement) }),
      notEvaluated: engine.notEvaluated,
      notRead: mergeNotRead([evidence.notRead, evidence.atRest.notRead]).map(({ kind, count, examples, advice }) => ({
        kind,
        count,
        examples: examples
          .map((source) => placeName(source))
          .sort()
          .slice(0, 5),
        close: advice,
      })),
      leftOut: {
        subscriptions: dossiers.length - subscriptions.length,
        findings: allFindings.length - findings.length,
        incidents: allIncidents.length - incidents.length,
      },
    },
    subscriptions,
    findings,
    incidents,
    gaps: [...losses.gaps, ...auditGaps(evidence.atRest.audits), ...gaps.filter((gap) => isReported.host(gap.host))],
    anomalies,
    thirdParty: thirdParty.detections,
    records,
  };
}

/** What `--host`, `--from`, `--to` and `--min-level` let through (SETTLED A26). */
function reportFilter(
  request: HuntRequest,
  hosts: HostTable,
): {
  host(host: string): boolean;
  dossier(dossier: Dossier): boolean;
  finding(finding: Finding): boolean;
  incident(incident: Incident, members: ReadonlySet<string>): boolean;
  thirdParty(detection: ThirdPartyDetection): boolean;
} {
  const { options, from, to } = request;
  const first = from === undefined ? undefined : formatTime(from.ms, from.ticks);
  const last = to === undefined ? undefined : formatTime(to.ms, to.ticks);
  const least = levelRank(options.minLevel);
  const isHost = (host: string): boolean =>
    options.hosts.length === 0 || options.hosts.some((name) => isNameOf(name, host, hosts));
  // Times have one form and one length, so that text order is time order.
  const isInside = (time: string | undefined): boolean =>
    time !== undefined && (first === undefined || time >= first) && (last === undefined || time <= last);
  const isInWindow = (times: readonly (string | undefined)[]): boolean =>
    (first === undefined && last === undefined) || times.some(isInside);
  return {
    host: isHost,
    dossier: (dossier) =>
      levelRank(dossier.verdict.level) >= least &&
      isHost(dossier.host) &&
      // Of what only objects without a time tell nothing shows that it was another time.
      (dossier.firstSeenIsBound === true ||
        isInWindow([...dossier.lifecycle.flatMap(stepTimes), ...dossier.evidence.map((item) => item.time)])),
    finding: (finding) =>
      levelRank(finding.level) >= least &&
      finding.hosts.some(isHost) &&
      (finding.timeIsBound === true || isInWindow([finding.time, ...finding.evidence.map((item) => item.time)])),
    // An incident is told whole as soon as one member of it is reported.
    incident: ({ level, subscriptions, findings }, members) =>
      levelRank(level) >= least && [...subscriptions, ...findings].some((id) => members.has(id)),
    // What names no host or no time is reported: nothing shows that it is of another one.
    thirdParty: ({ host, time }) => {
      const instant = time === undefined ? undefined : parseTime(time);
      return (
        (host === undefined || isHost(hosts.keyOf(host))) &&
        (instant === undefined || isInWindow([formatTime(instant.ms, instant.ticks)]))
      );
    },
  };
}

/** True when a name that a person typed means this host: any of its names, or the first part of one, in any case. */
export function isNameOf(name: string, host: string, hosts: HostTable): boolean {
  const folded = name.trim().toLowerCase();
  return [host, ...hosts.aliasesOf(host)].some((known) => known === folded || known.startsWith(`${folded}.`));
}

function stepTimes(step: LifecycleStep): readonly string[] {
  return typeof step.time === 'string' ? [step.time] : step.time;
}

/** The code that the verdict earned (PRODUCT 5); the program may still end with another one. */
function exitCode(
  subscriptions: readonly Dossier[],
  findings: readonly Finding[],
  incidents: readonly Incident[],
  { anomalies, logs, atRest }: JudgedEvidence,
  options: HuntRequest['options'],
  isPartial: boolean,
): number {
  if (isPartial) return 130;
  const isDamaged =
    [...anomalies, ...atRest.anomalies].some(({ level }) => level === 'error') ||
    [...logs, ...atRest.audits].some(({ rejected }) => rejected > 0);
  if (options.strict && isDamaged) return 3;
  if (options.failLevel === 'never') return 0;
  const fail = levelRank(options.failLevel);
  const levels = [
    ...subscriptions.map((d) => d.verdict.level),
    ...[...findings, ...incidents].map(({ level }) => level),
  ];
  return levels.some((level) => levelRank(level) >= fail) ? 1 : 0;
}

function sumTexts(logs: readonly LogCount[], of: (text: TextResult) => number): number {
  return logs.reduce((sum, { text }) => sum + (text === undefined ? 0 : of(text)), 0);
}

/** What is left in repositories, by the names of the subscriptions of their hosts. */
function remainsOf({ atRest }: JudgedEvidence, { subscriptions, hosts }: Judgement): readonly Anomaly[] {
  return atRest.remains.flatMap(({ computer, tell }) => {
    const host = hosts.keyOf(computer);
    const ofHost = subscriptions.filter((dossier) => dossier.host === host);
    const names = ofHost.flatMap(({ filter, consumer }) => [filter.name, consumer.name]);
    return tell([...new Set(names.filter((name) => name !== null))].sort());
  });
}

function countAnomalies(anomalies: readonly Anomaly[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const anomaly of anomalies) counts.set(anomaly.code, (counts.get(anomaly.code) ?? 0) + anomaly.count);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function merged(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const all = [...Object.entries(a), ...Object.entries(b)].filter(([, count]) => count > 0);
  return Object.fromEntries(all.sort(([x], [y]) => (x < y ? -1 : 1)));
}

/** One row for each host and channel: ids and counts over all files, span of the records that the log still holds. */
function coverageByHost(counts: readonly CoverageCount[], hosts: HostTable): readonly Coverage[] {
  const rows = new Map<string, Span & { host: string; channel: string; ids: Map<number, number> }>();
  for (const count of counts) {
    const host = hosts.keyOf(count.computer);
    const key = `${host}\u0000${count.channel.toLowerCase()}`;
    const row = rows.get(key) ?? { host, channel: count.channel, ids: new Map(), first: undefined, last: undefined };
    rows.set(key, row);
    row.ids.set(count.eventId, (row.ids.get(count.eventId) ?? 0) + count.count);
    widen(row, count);
  }
  return [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { host, channel, ids, first, last }]) => ({
      host,
      channel,
      ids: Object.fromEntries([...ids].sort(([a], [b]) => a - b)),
      ...(first === undefined ? {} : { from: formatTime(first.ms, first.ticks) }),
      ...(last === undefined ? {} : { to: formatTime(last.ms, last.ticks) }),
    }));
}
