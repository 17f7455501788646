import {
  compareFindings,
  conflictFindings,
  type EngineResult,
  editedLogFindings,
  type Finding,
  gapFindings,
  type LogsOfHost,
  type RecordConflict,
  silenceFindings,
  silencesOf,
  unlogged,
} from '../analytics/index.ts';
import { HostTable } from '../entities/index.ts';
import { buildIncidents, type Incident } from '../incidents/index.ts';
import { type Input, kindOfRole, mergeNotRead } from '../intake/index.ts';
import {
  type ClassCounts,
  type Coverage,
  compareRecordLines,
  type EvidenceInput,
  type EvidenceMember,
  type HuntResult,
  placeName,
  recordLine,
  type ThirdPartyDetection,
  type UnitCounts,
} from '../report/index.ts';
import { mapShape, SHAPES, type TextResult } from '../shapes/index.ts';
import type { Dossier, LifecycleStep } from '../subscriptions/index.ts';
import {
  type CoverageCount,
  compareInstants,
  type Evidence,
  formatTime,
  type Instant,
  levelRank,
  type Place,
  parseTime,
  type RecordClass,
} from '../windows/index.ts';
import type { AtRest } from './at-rest.ts';
import type { CopyConflict, CopyFolder } from './fold-copies.ts';
import type { HuntRequest } from './hunt.ts';
import type { KeptEvidence } from './kept-evidence.ts';
import { logSigns } from './log-signs.ts';
import type { LogCount, ReadEvidence } from './read-evidence.ts';
import { auditGaps, lossGaps, thirdPartyOf, unitsOf } from './text-results.ts';

/** What was read, with what lies at rest beside the logs; `coverage` counts both. */
export interface JudgedEvidence extends ReadEvidence {
  readonly atRest: AtRest;
}

/** Puts together what was found, read and missed; filters what is reported, never what is known (L5). */
export function buildResult(
  request: HuntRequest,
  evidence: JudgedEvidence,
  engine: EngineResult,
  folder: CopyFolder,
  isPartial: boolean,
): HuntResult {
  const { options } = request;
  const hosts = HostTable.from(evidence.coverage);
  const isReported = reportFilter(request, hosts);
  const subscriptions = engine.dossiers.filter((dossier) => isReported.dossier(dossier));
  const signs = logSigns(evidence.anomalies, evidence.coverage, hosts);
  const broken = new Set(signs.map(({ host, channel }) => `${host}\u0000${channel.toLowerCase()}`));
  const notLogged = unlogged(engine.dossiers, (host) => logsOf(host, engine, broken, evidence.coverage, hosts));
  const judged = [
    ...engine.judged,
    ...conflictFindings(folder.conflicts.map(recordConflict)),
    ...editedLogFindings(signs),
    ...gapFindings(signs),
    ...silenceFindings(silencesOf(evidence.coverage, hosts)),
    ...notLogged.findings,
  ].sort((a, b) => compareFindings(a.finding, b.finding));
  const findings = judged.map(({ finding }) => finding).filter((finding) => isReported.finding(finding));
  const thirdParty = thirdPartyOf(evidence.logs, (detection) => isReported.thirdParty(detection));
  const losses = lossGaps(evidence.logs, [...(request.maps ?? []).map(mapShape), ...SHAPES]);
  const built = buildIncidents({
    findings: judged,
    dossiers: engine.dossiers,
    gaps: [...engine.gaps, ...notLogged.gaps],
    facts: engine.facts,
  });
  const judgedIncidents = built.incidents;
  const reportedIds = new Set([...subscriptions, ...findings].map(({ id }) => id));
  const incidents = judgedIncidents.filter((incident) => isReported.incident(incident, reportedIds));
  const cited = citedIds(subscriptions, findings, incidents);
  const records = engine.records
    .filter((record) => cited.has(record.id))
    .map((record) => recordLine(record.event, record.id, record.host))
    .sort(compareRecordLines);
  const totals = sumCounts(evidence.logs);
  const rejected = evidence.logs.reduce((sum, log) => sum + log.rejected, 0);
  const read = totals.live + totals.afterDamage + totals.swallowed + totals.carved;
  return {
    schemaVersion: 1,
    header: { tool: request.tool, options, evidence: evidenceInputs(evidence, hosts) },
    run: {
      status: isPartial ? 'partial' : 'ok',
      exit: exitCode(subscriptions, findings, incidents, evidence, options, isPartial),
      start: formatTime(request.runStartMs, 0),
      end: formatTime(request.runStartMs, 0),
      utcOffsetMinutes: 0,
      files: evidence.logs.length,
      records: read,
      lostRecords: rejected,
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
      anomalies: countAnomalies(evidence),
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
        subscriptions: engine.dossiers.length - subscriptions.length,
        findings: judged.length - findings.length,
        incidents: judgedIncidents.length - incidents.length,
      },
    },
    subscriptions,
    findings,
    incidents,
    gaps: [
      ...losses.gaps,
      ...auditGaps(evidence.atRest.audits),
      ...built.gaps.filter((gap) => isReported.host(gap.host)),
    ],
    anomalies: [...evidence.anomalies, ...evidence.atRest.anomalies],
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
      isInWindow([finding.time, ...finding.evidence.map((item) => item.time)]),
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
  evidence: ReadEvidence,
  options: HuntRequest['options'],
  isPartial: boolean,
): number {
  if (isPartial) return 130;
  const isDamaged =
    evidence.anomalies.some((anomaly) => anomaly.level === 'error') ||
    evidence.logs.some(({ rejected }) => rejected > 0);
  if (options.strict && isDamaged) return 3;
  if (options.failLevel === 'never') return 0;
  const fail = levelRank(options.failLevel);
  const levels = [
    ...subscriptions.map((d) => d.verdict.level),
    ...[...findings, ...incidents].map(({ level }) => level),
  ];
  return levels.some((level) => levelRank(level) >= fail) ? 1 : 0;
}

function citedIds(
  subscriptions: readonly Dossier[],
  findings: readonly Finding[],
  incidents: readonly Incident[],
): ReadonlySet<string> {
  const ids = new Set<string>();
  const add = (items: readonly Evidence[]): void => {
    for (const item of items) if (item.record !== undefined) ids.add(item.record);
  };
  for (const dossier of subscriptions) {
    add(dossier.evidence);
    for (const step of dossier.lifecycle) add(step.evidence);
    for (const term of dossier.verdict.terms) add(term.evidence);
    for (const candidate of dossier.origin.candidates) add(candidate.evidence);
  }
  for (const finding of findings) {
    add(finding.evidence);
    for (const term of finding.terms) add(term.evidence);
    for (const candidate of finding.candidates) add(candidate.evidence);
  }
  for (const { edges, links } of incidents) {
    for (const hop of edges) add(hop.evidence);
    for (const join of links.flatMap(({ joins }) => joins)) add(join.evidence);
  }
  return ids;
}

function sumCounts(logs: readonly LogCount[]): Record<RecordClass, number> {
  const sum = { live: 0, afterDamage: 0, swallowed: 0, carved: 0 };
  for (const log of logs) {
    sum.live += log.counts.live;
    sum.afterDamage += log.counts.afterDamage;
    sum.swallowed += log.counts.swallowed;
    sum.carved += log.counts.carved;
  }
  return sum;
}

function sumTexts(logs: readonly LogCount[], of: (text: TextResult) => number): number {
  return logs.reduce((sum, { text }) => sum + (text === undefined ? 0 : of(text)), 0);
}

const WMI_ACTIVITY = 'Microsoft-Windows-WMI-Activity/Operational';

/** What the logs of a host can say about a subscription that they do not hold (SETTLED D4). */
function logsOf(
  host: string,
  { facts }: EngineResult,
  broken: ReadonlySet<string>,
  coverage: readonly CoverageCount[],
  hosts: HostTable,
): LogsOfHost {
  const key = WMI_ACTIVITY.toLowerCase();
  const ofLog = coverage.filter(
    ({ computer, channel }) => channel.toLowerCase() === key && hosts.keyOf(computer) === host,
  );
  const isWhole = ofLog.length > 0 && ofLog.every(({ halfHours }) => halfHours !== undefined);
  return {
    starts: facts.winmgmtStarts(host),
    logEndMs: facts.lastRecordMs(host, WMI_ACTIVITY),
    isUnbroken: isWhole && !facts.isCleared(host) && !broken.has(`${host}\u0000${key}`),
  };
}

function recordConflict({ places: [first, second], ...conflict }: CopyConflict): RecordConflict {
  const cited = (place: Place): Evidence => {
    const { source, ...at } = place;
    const { channel, eventId, recordId } = conflict;
    return { ...source, ...at, channel, eventId, ...(recordId === undefined ? {} : { recordId }) };
  };
  return { ...conflict, evidence: [cited(first), cited(second)] };
}

function countAnomalies(evidence: JudgedEvidence): Record<string, number> {
  const counts = new Map<string, number>();
  for (const anomaly of [...evidence.anomalies, ...evidence.atRest.anomalies])
    counts.set(anomaly.code, (counts.get(anomaly.code) ?? 0) + anomaly.count);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function merged(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const all = [...Object.entries(a), ...Object.entries(b)].filter(([, count]) => count > 0);
  return Object.fromEntries(all.sort(([x], [y]) => (x < y ? -1 : 1)));
}

interface Span {
  first: Instant | undefined;
  last: Instant | undefined;
}

function widen(span: Span, count: CoverageCount): void {
  if (count.first !== undefined && (span.first === undefined || compareInstants(count.first, span.first) < 0)) {
    span.first = count.first;
  }
  if (count.last !== undefined && (span.last === undefined || compareInstants(count.last, span.last) > 0)) {
    span.last = count.last;
  }
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

/** One entry for each input file, with its members where it is a container; sorted by name (L7). */
function evidenceInputs(evidence: ReadEvidence, hosts: HostTable): readonly EvidenceInput[] {
  const byLog = new Map<unknown, CoverageCount[]>();
  for (const count of evidence.coverage) {
    const list = byLog.get(count.source);
    if (list === undefined) byLog.set(count.source, [count]);
    else list.push(count);
  }
  const logsOf = new Map<number, LogCount[]>();
  for (const log of evidence.logs) {
    const list = logsOf.get(log.input);
    if (list === undefined) logsOf.set(log.input, [log]);
    else list.push(log);
  }
  return evidence.inputs.map((input, number) => {
    const logs = logsOf.get(number) ?? [];
    const counts = logs.flatMap((log) => byLog.get(log.source) ?? []);
    const span: Span = { first: undefined, last: undefined };
    for (const count of counts) widen(span, count);
    const end = evidence.ends[number];
    return {
      name: input.source.file,
      bytes: end?.bytes ?? input.bytes,
      ...(end?.sha256 === undefined ? {} : { sha256: end.sha256 }),
      mtime: formatTime(input.modified.ms, input.modified.ticks),
      kind: input.kind,
      records: sumCounts(logs),
      rejected: logs.reduce((sum, log) => sum + log.rejected, 0),
      hosts: [...new Set(counts.map((count) => hosts.keyOf(count.computer)))].sort(),
      ...(span.first === undefined ? {} : { firstRecord: formatTime(span.first.ms, span.first.ticks) }),
      ...(span.last === undefined ? {} : { lastRecord: formatTime(span.last.ms, span.last.ticks) }),
      ...shapesOf(logs),
      ...membersOf(
        input,
        logs,
        evidence.kept.filter((file) => file.input === number),
      ),
    };
  });
}

function shapesOf(logs: readonly LogCount[]): { readonly shapes?: UnitCounts } {
  const shapes = unitsOf(logs);
  return Object.keys(shapes).length === 0 ? {} : { shapes };
}

function membersOf(
  input: Input,
  logs: readonly LogCount[],
  kept: readonly KeptEvidence[],
): { readonly members?: readonly EvidenceMember[] } {
  if (input.kind === 'evtx' || [...logs, ...kept].some(({ source }) => source.container === undefined)) return {};
  const files = kept.map(({ source, role, file, modified }) => ({
    path: source.container ?? [],
    bytes: file.bytes,
    ...(modified === undefined ? {} : { mtime: formatTime(modified.ms, modified.ticks) }),
    kind: kindOfRole(role),
  }));
  return {
    members: logs
      .map(
        (log): EvidenceMember => ({
          path: log.source.container ?? [],
          bytes: log.bytes,
          kind: log.text === undefined ? 'evtx' : 'text',
          records: log.counts satisfies ClassCounts,
          rejected: log.rejected,
          ...shapesOf([log]),
        }),
      )
      .concat(files),
  };
}
