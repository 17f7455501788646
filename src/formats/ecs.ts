import { analyticTitle } from '../analytics/index.ts';
import { canonicalAddress } from '../entities/index.ts';
import { type Level, parentTechnique } from '../windows/index.ts';
import { type Detection, detectionOfIncident, detectionsOf } from './detection.ts';
import { accountFacts, endFacts, hopEnds, type ProcessFacts } from './facts.ts';
import { dossierFacts, hopFacts } from './own-facts.ts';
import { distinct, inert, known } from './text.ts';
import type {
  FormatOptions,
  FormatParts,
  HuntFormatOptions,
  IncidentNews,
  IncidentParts,
  RecordFacts,
} from './told.ts';

/** The version of the field reference that every document is written in. */
export const ECS_VERSION = '8.17.0';

/** Elastic's own numbers; it has none for informational, which is below all of them. */
const SEVERITIES: Readonly<Record<Level, number>> = { informational: 0, low: 21, medium: 47, high: 73, critical: 99 };

/** A document of ECS; keys in one order, absent values left out, `triad` for what ECS has no field for. */
export type EcsDocument = Readonly<Record<string, unknown>>;

/** `hunt --format ecs`: a document for each dossier, each finding, and each record that they cite. */
export function* ecsDocuments(parts: FormatParts, options: HuntFormatOptions): Generator<EcsDocument> {
  for (const detection of detectionsOf(parts, options)) yield documentOf(detection, options, undefined);
  for (const record of parts.records) if (record.time !== undefined) yield recordDocument(record, options);
}

/** An incident as the server tells it. Pure: same in, same out. */
export function ecsOfIncident(parts: IncidentParts, news: IncidentNews, options: FormatOptions): EcsDocument {
  return documentOf(detectionOfIncident(parts, options), options, news);
}

const TYPES = {
  finding: { category: ['intrusion_detection'], type: ['info'] },
  subscription: { category: ['configuration'], type: ['creation'] },
  incident: { category: ['intrusion_detection'], type: ['info'] },
} as const;

function documentOf(detection: Detection, options: FormatOptions, news: IncidentNews | undefined): EcsDocument {
  const { host, kind, title, processes } = detection;
  const [process, ...others] = processes;
  return known({
    '@timestamp': inert(detection.time),
    ecs: { version: ECS_VERSION },
    message: inert(title),
    event: eventOf(detection, news),
    host: kind === 'incident' ? undefined : hostOf(host),
    ...endsOf(detection),
    user: userOf(detection),
    process: process === undefined || others.length > 0 ? undefined : processOf(process),
    rule: ruleOf(detection),
    threat: threatOf(detection),
    related: relatedOf(detection),
    observer: observerOf(options),
    triad: ownOf(detection, news),
  });
}

function eventOf(detection: Detection, news: IncidentNews | undefined): object {
  const { id, kind, level, score, first, last, analytic } = detection;
  return known({
    kind: 'alert',
    ...typesOf(detection),
    id,
    code: analytic,
    provider: 'triad',
    module: 'triad',
    dataset: `triad.${kind}`,
    created: news?.createdMs === undefined ? undefined : isoOf(news.createdMs),
    start: first,
    end: last,
    severity: SEVERITIES[level],
    risk_score: score,
    url: news?.url,
  });
}

/** A finding is of the process and of the call that it is about, too; a dossier is a change of configuration: created where a record says so, else it is only there. */
function typesOf({ kind, dossiers, hops, processes }: Detection): {
  readonly category: readonly string[];
  readonly type: readonly string[];
} {
  const [dossier] = dossiers;
  if (kind !== 'subscription') {
    // Whatever field of its own the document has: `info` is a type of all three.
    const also = [...(processes.length === 1 ? ['process'] : []), ...(hops.length === 1 ? ['network'] : [])];
    return { ...TYPES[kind], category: [...TYPES[kind].category, ...also] };
  }
  if (dossier === undefined) return TYPES[kind];
  const steps = new Set(dossier.lifecycle.map(({ step }) => step));
  const type = [
    ...(steps.has('created') ? ['creation'] : []),
    ...(steps.has('modified') ? ['change'] : []),
    ...(steps.has('deleted') ? ['deletion'] : []),
  ];
  return { category: TYPES.subscription.category, type: type.length > 0 ? type : ['info'] };
}

function hostOf(host: string): object {
  const { host: name, address } = endFacts({ host });
  return known({
    name: name === undefined ? undefined : inert(name),
    ip: address === undefined ? undefined : [address],
    os: { type: 'windows' },
  });
}

/** Both ends of the one call that is told of; several calls stand in `triad.hop` alone. */
function endsOf({ hops }: Detection): object {
  const [hop, ...others] = hops;
  if (hop === undefined || others.length > 0) return {};
  const { source, target } = hopEnds(hop);
  return {
    source: known({ ip: source.address, domain: source.host === undefined ? undefined : inert(source.host) }),
    destination: known({ ip: target.address, domain: target.host === undefined ? undefined : inert(target.host) }),
    network: hop.method === 'wmi-dcom' || hop.method === 'dcom' ? { protocol: 'dce-rpc' } : undefined,
  };
}

/** The account that is told of, where it is one. */
function userOf({ accounts }: Detection): object {
  const [account, ...others] = accounts;
  if (account === undefined || others.length > 0) return {};
  const { name, domain, sid } = accountFacts(inert(account));
  return known({ name, domain, id: sid });
}

function processOf(process: ProcessFacts): object {
  const { pid, guid, image, commandLine, hashes, parentPid, parentImage } = process;
  return known({
    pid,
    entity_id: guid === undefined ? undefined : inert(guid),
    executable: image === undefined ? undefined : inert(image),
    command_line: commandLine === undefined ? undefined : inert(commandLine),
    hash: known(
      Object.fromEntries(
        hashes.flatMap(({ algorithm, value }) => (algorithm === 'imphash' ? [] : [[algorithm, value] as const])),
      ),
    ),
    pe: known({ imphash: hashes.find(({ algorithm }) => algorithm === 'imphash')?.value }),
    parent: known({ pid: parentPid, executable: parentImage === undefined ? undefined : inert(parentImage) }),
  });
}

function ruleOf({ analytic, rule, kind }: Detection): object {
  if (rule === undefined)
    return known({ id: analytic, name: analyticTitle(analytic), ruleset: 'triad', category: kind });
  const { id, title, author, license, references } = rule;
  return known({
    id: id === undefined ? undefined : inert(id),
    name: inert(title),
    author: author === undefined ? undefined : [inert(author)],
    license: license === undefined ? undefined : inert(license),
    reference: references[0] === undefined ? undefined : inert(references[0]),
    ruleset: 'user',
    category: kind,
  });
}

function threatOf({ techniques }: Detection): object {
  if (techniques.length === 0) return {};
  const whole = distinct(techniques.map((id) => parentTechnique(id) ?? id));
  const parts = distinct(techniques.filter((id) => parentTechnique(id) !== undefined));
  return {
    framework: 'MITRE ATT&CK',
    technique: known({
      id: whole,
      reference: whole.map(referenceOf),
      subtechnique: known({ id: parts, reference: parts.map(referenceOf) }),
    }),
  };
}

function referenceOf(technique: string): string {
  return `https://attack.mitre.org/techniques/${technique.replace('.', '/')}/`;
}

function relatedOf({ hosts, accounts, hops, processes }: Detection): object {
  const ends = hops.flatMap((hop) => Object.values(hopEnds(hop)));
  return known({
    hosts: distinct([...hosts, ...ends.map(({ host }) => host)]),
    ip: distinct([...hosts.map(canonicalAddress), ...ends.map(({ address }) => address)]),
    user: distinct(accounts),
    hash: distinct(processes.flatMap(({ hashes }) => hashes.map(({ value }) => value))),
  });
}

function observerOf({ version }: FormatOptions): object {
  return { vendor: 'Triad', product: 'Triad', version };
}

function ownOf(detection: Detection, news: IncidentNews | undefined): object {
  const { kind, id, confidence, hops, dossiers, incident, timeIsBound, leftOut, pinned, count } = detection;
  return known({
    incident: known({ id: kind === 'incident' ? id : incident, state: news?.state, version: news?.revision }),
    confidence,
    time_is_bound: timeIsBound ? true : undefined,
    count,
    hop: hops.map(hopFacts),
    subscription: kind === 'subscription' && dossiers[0] !== undefined ? dossierFacts(dossiers[0]) : undefined,
    subscription_ids: dossiers.map((dossier) => dossier.id),
    pinned: pinned === undefined ? undefined : { pin: pinned.pin, owner: pinned.owner, reason: pinned.reason },
    left_out: leftOut > 0 ? leftOut : undefined,
  });
}

/** A cited record as it is: what it means stands in what cites it. */
function recordDocument(record: RecordFacts, options: FormatOptions): EcsDocument {
  const { id, time, host, channel, provider, eventId, recordId, data } = record;
  return known({
    '@timestamp': time,
    ecs: { version: ECS_VERSION },
    message: `${inert(channel)} ${eventId}`,
    event: {
      kind: 'event',
      category: ['host'],
      type: ['info'],
      id,
      code: String(eventId),
      provider: inert(provider),
      module: 'triad',
      dataset: 'triad.record',
    },
    host: hostOf(host),
    observer: observerOf(options),
    triad: known({
      channel: inert(channel),
      record_id: recordId === undefined ? undefined : String(recordId),
      // A list of pairs: names from evidence as keys would be fields without end in an index.
      fields: Object.entries(data).map(([name, value]) => `${inert(name)}: ${inert(value)}`),
    }),
  });
}

/** RFC 3339 of a time of the server. */
function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
