import { createHash } from 'node:crypto';
import { type Canonical, canonicalJson, digestId, sha256Hex } from '../bytes/index.ts';
import type { Hop, Incident } from '../incidents/index.ts';
import type { Evidence } from '../windows/index.ts';
import {
  ANOMALY_LAYOUT,
  FINDING_LAYOUT,
  GAP_LAYOUT,
  HEADER_LAYOUT,
  HOP_LAYOUT,
  INCIDENT_LAYOUT,
  type Layout,
  RECORD_LAYOUT,
  RUN_LAYOUT,
  SUBSCRIPTION_LAYOUT,
  SUMMARY_LAYOUT,
  THIRD_PARTY_LAYOUT,
} from './key-order.ts';
import { membersOf } from './members.ts';
import { orderedJson } from './ordered-json.ts';
import { compareText } from './record-line.ts';
import type { HuntResult } from './result.ts';

/** The name that every JSONL line carries, so that a reader of a pipe knows what it holds (PRODUCT 7.1). */
export const JSONL_SCHEMA = 'triad.finding/1';

/** SHA-256 of the canonical options: equal configurations have equal digests. */
export function configDigest(result: HuntResult): string {
  return sha256Hex(canonicalJson(asCanonical(result.header.options)));
}

/** Only plain data goes in: what JSON.stringify writes, JSON.parse gives back. */
function asCanonical(value: object): Canonical {
  return JSON.parse(JSON.stringify(value)) as Canonical;
}

function withId(kind: string, value: object): object {
  return { id: digestId([kind, asCanonical(value)]), ...value };
}

function line(kind: string, value: object, order: Layout): string {
  return `{"kind":"${kind}","schema":"${JSONL_SCHEMA}",${orderedJson(value, order).slice(1)}\n`;
}

/** Every hop once, by time, target and id: the edges of the incidents (PRODUCT 7.1). */
export function hopsOf(result: HuntResult): readonly Hop[] {
  const hops = new Map<string, Hop>();
  for (const hop of result.incidents.flatMap(({ edges }) => edges)) if (!hops.has(hop.id)) hops.set(hop.id, hop);
  return [...hops.values()].sort(
    (a, b) => compareText(a.time, b.time) || compareText(a.target.host, b.target.host) || compareText(a.id, b.id),
  );
}

/** The lines between header and run: what the findings digest covers. */
function* bodyLines(result: HuntResult): Generator<string> {
  for (const record of result.records) yield line('record', record, RECORD_LAYOUT);
  for (const dossier of result.subscriptions) yield line('subscription', dossier, SUBSCRIPTION_LAYOUT);
  for (const hop of hopsOf(result)) yield line('hop', hop, HOP_LAYOUT);
  for (const finding of result.findings) yield line('finding', finding, FINDING_LAYOUT);
  for (const incident of result.incidents) yield line('incident', incident, INCIDENT_LAYOUT);
  for (const gap of result.gaps) yield line('gap', gap, GAP_LAYOUT);
  for (const anomaly of result.anomalies) yield line('anomaly', withId('anomaly', anomaly), ANOMALY_LAYOUT);
  for (const detection of result.thirdParty) {
    yield line('thirdParty', withId('thirdParty', detection), THIRD_PARTY_LAYOUT);
  }
  yield line('summary', withId('summary', result.summary), SUMMARY_LAYOUT);
}

/** SHA-256 over the JSONL without its header and run lines: equal for the same evidence, rules and options (PRODUCT 7.1). */
export function findingsDigest(result: HuntResult): string {
  const known = DIGESTS.get(result);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for (const text of bodyLines(result)) hash.update(text);
  const digest = hash.digest('hex');
  DIGESTS.set(result, digest);
  return digest;
}

/** Made once a result: every page of a report prints it, and two hundred pages of twenty thousand findings took minutes. */
const DIGESTS = new WeakMap<HuntResult, string>();

function headerOf(result: HuntResult): object {
  return { ...result.header, configSha256: configDigest(result) };
}

/** `--format jsonl`: header first, run last, so that a file without a `run` line is known to be cut. */
export function* renderJsonl(result: HuntResult): Generator<string> {
  yield line('header', withId('header', headerOf(result)), HEADER_LAYOUT);
  const hash = createHash('sha256');
  for (const text of bodyLines(result)) {
    hash.update(text);
    yield text;
  }
  const run = { ...result.run, findingsDigest: hash.digest('hex') };
  yield line('run', withId('run', run), RUN_LAYOUT);
}

function* list<T extends object>(name: string, items: Iterable<T>, order: Layout): Generator<string> {
  let isFirst = true;
  for (const item of items) {
    yield `${isFirst ? `"${name}":[\n` : ',\n'}${orderedJson(item, order)}`;
    isFirst = false;
  }
  yield isFirst ? `"${name}":[]` : '\n]';
}

/** `--format json`: one object, one item of a list a line, so that two results can be compared by line. */
export function* renderJson(result: HuntResult): Generator<string> {
  yield `{"schemaVersion":${result.schemaVersion},\n`;
  yield `"header":${orderedJson(headerOf(result), HEADER_LAYOUT)},\n`;
  yield `"run":${orderedJson({ ...result.run, findingsDigest: findingsDigest(result) }, RUN_LAYOUT)},\n`;
  yield `"summary":${orderedJson(result.summary, SUMMARY_LAYOUT)},\n`;
  yield* list('subscriptions', result.subscriptions, SUBSCRIPTION_LAYOUT);
  yield ',\n';
  yield* list('findings', result.findings, FINDING_LAYOUT);
  yield ',\n';
  yield* list('incidents', result.incidents, INCIDENT_LAYOUT);
  yield ',\n';
  yield* list('gaps', result.gaps, GAP_LAYOUT);
  yield ',\n';
  yield* list('anomalies', result.anomalies, ANOMALY_LAYOUT);
  yield ',\n';
  yield* list('thirdParty', result.thirdParty, THIRD_PARTY_LAYOUT);
  yield ',\n';
  yield* list('records', result.records, RECORD_LAYOUT);
  yield '\n}\n';
}

/** `triad report ID --as json`: one incident with what it names, whole, in the layouts of the other JSON. */
export function* renderIncidentJson(result: HuntResult, incident: Incident): Generator<string> {
  const { dossiers, findings } = membersOf(incident, result);
  const gaps = new Set(incident.gaps);
  const cited = new Set<string>();
  const cite = (evidence: readonly Evidence[]): void => {
    for (const { record } of evidence) if (record !== undefined) cited.add(record);
  };
  for (const item of [...dossiers, ...findings, ...incident.edges]) cite(item.evidence);
  for (const join of incident.links.flatMap(({ joins }) => joins)) cite(join.evidence);
  for (const { terms } of [...findings, ...dossiers.map(({ verdict }) => verdict)]) {
    for (const term of terms) cite(term.evidence);
  }
  yield `{"schemaVersion":${result.schemaVersion},\n`;
  yield `"header":${orderedJson(headerOf(result), HEADER_LAYOUT)},\n`;
  yield `"run":${orderedJson({ ...result.run, findingsDigest: findingsDigest(result) }, RUN_LAYOUT)},\n`;
  yield `"incident":${orderedJson(incident, INCIDENT_LAYOUT)},\n`;
  yield* list('subscriptions', dossiers, SUBSCRIPTION_LAYOUT);
  yield ',\n';
  yield* list('findings', findings, FINDING_LAYOUT);
  yield ',\n';
  yield* list(
    'gaps',
    result.gaps.filter(({ id }) => gaps.has(id)),
    GAP_LAYOUT,
  );
  yield ',\n';
  yield* list(
    'records',
    result.records.filter(({ id }) => cited.has(id)),
    RECORD_LAYOUT,
  );
  yield '\n}\n';
}
