import type { Analytic, Finding } from '../../analytics/index.ts';
import type { Incident } from '../../incidents/index.ts';
import type { Dossier } from '../../subscriptions/index.ts';
import type { Anomaly, Evidence, Level } from '../../windows/index.ts';
import { channelOf, distinctRecords, eventIdOf } from '../channel-names.ts';
import { labelsOf } from '../cited-rows.ts';
import { tellingRecord } from '../evidence-address.ts';
import { findingsDigest } from '../json.ts';
import { type Membership, membershipOf, narrowedTo } from '../members.ts';
import { pinnedWords, pinSentences } from '../pinned.ts';
import type { EvidenceInput, HuntResult } from '../result.ts';
import { indexOf } from '../result-index.ts';
import { dossierSentence } from '../sentence.ts';
import { attackVersionOf, DOSSIER_TECHNIQUE, shownTechniques } from '../techniques.ts';
import { isKnown } from '../worst-first.ts';
import {
  renderSarif,
  type SarifLevel,
  type SarifLocation,
  type SarifNotification,
  type SarifResult,
  sarifMessage,
} from './document.ts';
import { flowOf } from './hop-flow.ts';
import { type HuntRules, huntRules } from './hunt-rules.ts';
import { sarifLevel } from './sarif-level.ts';
import { artifactLocation } from './uri.ts';

const EVIDENCE = 'EVIDENCE';
const ANOMALY_LEVEL: Readonly<Record<Anomaly['level'], SarifLevel>> = { error: 'error', warn: 'warning', note: 'note' };

/**
 * `--format sarif`: a result for each subscription and each finding; damage of the evidence and what could not be seen are
 * notifications of the run. Only `invocations` differs from run to run, and only in its first line.
 */
export function renderHuntSarif(result: HuntResult, catalogue: readonly Analytic[]): Iterable<string> {
  return sarifOf(result, catalogue, findingsDigest(result));
}

/** `triad report ID --as sarif`: the same for the members of one incident; the digest is that of the whole result. */
export function renderIncidentSarif(
  result: HuntResult,
  incident: Incident,
  catalogue: readonly Analytic[],
): Iterable<string> {
  return sarifOf(narrowedTo(incident, result), catalogue, findingsDigest(result));
}

function sarifOf(result: HuntResult, catalogue: readonly Analytic[], digest: string): Iterable<string> {
  const { header, run } = result;
  const rules = huntRules(result, catalogue);
  return renderSarif({
    tool: header.tool,
    rules: rules.rules,
    invocation: {
      executionSuccessful: run.status !== 'failed',
      exitCode: run.exit,
      startTimeUtc: run.start,
      endTimeUtc: run.end,
    },
    notifications: notifications(result),
    base: { id: EVIDENCE, text: 'The folder in which the command line was given.' },
    artifacts: artifacts(header.evidence),
    results: results(result, rules),
    properties: {
      findingsDigest: digest,
      attackVersion: attackVersionOf(result),
      ...(result.summary.pins === undefined ? {} : { pins: pinSentences(result) }),
      incidents: result.incidents.map(
        ({ id, title, level, score, confidence, first, last, hosts, subscriptions, findings }) => {
          const sure = confidence === undefined ? {} : { confidence };
          return { id, title, level, score, ...sure, first, last, hosts, subscriptions, findings };
        },
      ),
    },
  });
}

function* results(result: HuntResult, rules: HuntRules): Generator<SarifResult> {
  const members = membershipOf(result);
  const index = indexOf(result);
  const withFlow = (told: SarifResult, id: string): SarifResult => {
    const hop = members.hopOf.get(id);
    const flow = hop === undefined ? undefined : flowOf(hop, members.incidentOf.get(id), index, locationOf);
    return flow === undefined ? told : { ...told, codeFlows: [flow] };
  };
  for (const dossier of result.subscriptions) {
    yield withFlow(dossierResult(dossier, result, rules, members), dossier.id);
  }
  for (const finding of result.findings) yield withFlow(findingResult(finding, result, rules, members), finding.id);
}

function dossierResult(dossier: Dossier, result: HuntResult, rules: HuntRules, members: Membership): SarifResult {
  const { id, host, namespace, state, verdict, evidence, firstSeen, lastSeen, fingerprint } = dossier;
  return {
    ...rules.ofDossier,
    // What the baseline knows by content is told, and is nothing to act on (SETTLED A14).
    ...(isKnown(dossier) ? { kind: 'informational', level: 'none' } : { level: sarifLevel(verdict.level) }),
    message: sarifMessage(`${dossierSentence(dossier, labelsOf(result))}.`),
    ...places(evidence, [{ fullyQualifiedName: `${host}\\${namespace}:${pathOf(dossier)}`, kind: 'resource' }]),
    rank: rankOf(verdict.score),
    ...suppressionsOf(dossier),
    partialFingerprints: { 'triad/v1': id },
    properties: {
      ...about(id, verdict.level, verdict.score, members),
      host,
      namespace,
      state,
      firstSeen,
      lastSeen,
      attack: [DOSSIER_TECHNIQUE],
      fingerprint,
    },
  };
}

/** The consumer's path below its namespace, else the filter's; what nothing names is left out. */
function pathOf({ consumer, filter }: Dossier): string {
  if (consumer.name !== null) return `${consumer.class ?? '__EventConsumer'}.Name=${JSON.stringify(consumer.name)}`;
  return filter.name === null ? '__FilterToConsumerBinding' : `__EventFilter.Name=${JSON.stringify(filter.name)}`;
}

function findingResult(finding: Finding, result: HuntResult, rules: HuntRules, members: Membership): SarifResult {
  const { id, title, level, score, scope, host, hosts, accounts, subscriptions, process, evidence } = finding;
  return {
    ...rules.of(finding),
    level: sarifLevel(level),
    message: sarifMessage(`${title}.`),
    ...places(evidence, [{ fullyQualifiedName: host, kind: 'resource' }]),
    rank: rankOf(score),
    ...suppressionsOf(finding),
    occurrenceCount: Math.max(1, finding.count),
    partialFingerprints: { 'triad/v1': id },
    properties: {
      ...about(id, level, score, members),
      scope,
      host,
      hosts,
      accounts,
      subscriptions,
      ...(process === undefined ? {} : { process }),
      time: finding.time,
      attack: shownTechniques(finding.attack, result),
    },
  };
}

/** What every result says of itself in Triad's own words; confidence is that of the hop that it tells. */
function about(id: string, level: Level, score: number, { incidentOf, hopOf }: Membership): Record<string, unknown> {
  const incident = incidentOf.get(id)?.id;
  const confidence = hopOf.get(id)?.confidence;
  return {
    id,
    level,
    score,
    ...(confidence === undefined ? {} : { confidence }),
    ...(incident === undefined ? {} : { incident }),
  };
}

/** What is pinned is accepted outside of the tool, and is a result all the same (L16). */
function suppressionsOf({ pinned }: Pick<Finding, 'pinned'>): Pick<SarifResult, 'suppressions'> {
  if (pinned === undefined) return {};
  return { suppressions: [{ kind: 'external', status: 'accepted', justification: pinnedWords(pinned) }] };
}

function rankOf(score: number): number {
  return Math.min(100, Math.max(0, score));
}

/** The record to look at first, and the others that are cited. */
function places(
  evidence: readonly Evidence[],
  logicalLocations: NonNullable<SarifLocation['logicalLocations']>,
): Pick<SarifResult, 'locations' | 'relatedLocations'> {
  const records = distinctRecords(evidence);
  const first = tellingRecord(records) ?? records[0];
  if (first === undefined) return { locations: [{ logicalLocations }] };
  const others = records.filter((one) => one !== first);
  return {
    locations: [{ ...locationOf(first), logicalLocations }],
    ...(others.length === 0 ? {} : { relatedLocations: others.map(locationOf) }),
  };
}

function locationOf(evidence: Evidence): SarifLocation {
  const { file, container = [], offset, length, line, recordId, time, repository, audit, record } = evidence;
  const byteRegion =
    offset === undefined ? undefined : { byteOffset: offset, ...(length ? { byteLength: length } : {}) };
  const region = line === undefined ? byteRegion : { startLine: line };
  const [channel, eventId] = [channelOf(evidence), eventIdOf(evidence)];
  return {
    physicalLocation: {
      artifactLocation: artifactLocation(file, container, EVIDENCE),
      ...(region === undefined ? {} : { region }),
    },
    properties: {
      file,
      ...(container.length === 0 ? {} : { container }),
      channel,
      eventId,
      recordId,
      time,
      offset,
      repository,
      audit,
      record,
    },
  };
}

/** Each input and each member of it, with the hash of the bytes that were judged. */
function* artifacts(inputs: readonly EvidenceInput[]): Generator<Readonly<Record<string, unknown>>> {
  for (const { name, members = [], ...input } of inputs) {
    yield artifact(name, [], input);
    for (const member of members) yield artifact(name, member.path, member);
  }
}

function artifact(
  file: string,
  container: readonly string[],
  { bytes, sha256, kind }: { readonly bytes?: number; readonly sha256?: string; readonly kind: string },
): Readonly<Record<string, unknown>> {
  return {
    location: artifactLocation(file, container, EVIDENCE),
    ...(bytes === undefined ? {} : { length: bytes }),
    ...(sha256 === undefined ? {} : { hashes: { 'sha-256': sha256 } }),
    properties: { kind },
  };
}

function* notifications({ anomalies, gaps }: HuntResult): Generator<SarifNotification> {
  for (const { code, level, file, container = [], offset, message, count } of anomalies) {
    const region = offset === undefined ? {} : { region: { byteOffset: offset } };
    yield {
      level: ANOMALY_LEVEL[level],
      descriptor: { id: code },
      message: sarifMessage(`${message}${count > 1 ? ` (${count} times)` : ''}`),
      locations: [{ physicalLocation: { artifactLocation: artifactLocation(file, container, EVIDENCE), ...region } }],
    };
  }
  for (const { host, what, so, close } of gaps) {
    const where = host === '-' ? '' : `${host}: `;
    yield { level: 'note', descriptor: { id: 'gap' }, message: sarifMessage(`${where}${what}; ${so}. ${close}.`) };
  }
}
