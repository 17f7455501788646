import { analyticTitle } from '../analytics/index.ts';
import { type Level, parentTechnique, parseTime } from '../windows/index.ts';
import { type Detection, detectionOfIncident, detectionsOf } from './detection.ts';
import { endFacts } from './facts.ts';
import { evidencesOf, nameOf, observablesOf } from './ocsf-evidences.ts';
import { hopFacts } from './own-facts.ts';
import { distinct, inert, known, MOST_ITEMS } from './text.ts';
import type { FormatOptions, FormatParts, HuntFormatOptions, IncidentNews, IncidentParts } from './told.ts';

/** The version of the schema that every document is written in (SETTLED G24). */
export const OCSF_VERSION = '1.3.0';

const CLASS = 2004;

type Numbered = readonly [id: number, caption: string];

const SEVERITIES: Readonly<Record<Level, Numbered>> = {
  informational: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

const ACTIVITIES: Readonly<Record<IncidentNews['activity'], Numbered>> = {
  create: [1, 'Create'],
  update: [2, 'Update'],
  close: [3, 'Close'],
};

const STATES: Readonly<Record<NonNullable<IncidentNews['state']>, Numbered>> = {
  open: [1, 'New'],
  acknowledged: [2, 'In Progress'],
  contained: [2, 'In Progress'],
  closed: [4, 'Resolved'],
};

/** A document of class 2004 (Detection Finding); keys in one order, absent values left out. */
export type OcsfDocument = Readonly<Record<string, unknown>>;

/** `hunt --format ocsf`: a document for each dossier and each finding; its uid is their id. */
export function* ocsfDocuments(parts: FormatParts, options: HuntFormatOptions): Generator<OcsfDocument> {
  for (const detection of detectionsOf(parts, options)) yield documentOf(detection, options, undefined);
}

/** An incident as the server tells it; its uid is the incident's id. Pure: same in, same out. */
export function ocsfOfIncident(parts: IncidentParts, news: IncidentNews, options: FormatOptions): OcsfDocument {
  return documentOf(detectionOfIncident(parts, options), options, news);
}

function documentOf(detection: Detection, options: FormatOptions, news: IncidentNews | undefined): OcsfDocument {
  const { level, first, last, score, title } = detection;
  const [activity, activityName] = ACTIVITIES[news?.activity ?? 'create'];
  const [severity, severityName] = SEVERITIES[level];
  const time = news?.atMs ?? msOf(detection.time);
  return known({
    activity_id: activity,
    activity_name: activityName,
    category_uid: 2,
    category_name: 'Findings',
    class_uid: CLASS,
    class_name: 'Detection Finding',
    type_uid: CLASS * 100 + activity,
    type_name: `Detection Finding: ${activityName}`,
    // Required: where nothing tells a time it is the epoch, and `unmapped` says that it is none.
    time: time ?? 0,
    start_time: first === undefined ? undefined : msOf(first),
    end_time: last === undefined ? undefined : msOf(last),
    severity_id: severity,
    severity: severityName,
    ...statusOf(news),
    ...confidenceOf(detection),
    risk_score: Math.round(score),
    message: inert(title),
    count: detection.kind === 'incident' ? undefined : detection.count,
    metadata: metadataOf(detection, options, news),
    finding_info: findingInfoOf(detection, options, news),
    device: deviceOf(detection),
    resources: resourcesOf(detection),
    evidences: evidencesOf(detection),
    observables: observablesOf(detection),
    unmapped: unmappedOf(detection, time === undefined),
  });
}

function statusOf(news: IncidentNews | undefined): object {
  if (news === undefined) return { status_id: 1, status: 'New' };
  const state = news.state === undefined ? undefined : STATES[news.state];
  return state === undefined ? {} : { status_id: state[0], status: state[1] };
}

/** The bands of PRODUCT 8.1: what is stated is high, what is likely is medium, what is possible is low. */
function confidenceOf({ confidence }: Detection): object {
  if (confidence === undefined) return {};
  const [id, caption] = confidence >= 0.9 ? [3, 'High'] : confidence >= 0.7 ? [2, 'Medium'] : [1, 'Low'];
  return { confidence_id: id, confidence: caption, confidence_score: Math.round(confidence * 100) };
}

function metadataOf(
  { id, kind, first, time }: Detection,
  { version }: FormatOptions,
  news: IncidentNews | undefined,
): object {
  return known({
    version: OCSF_VERSION,
    product: { name: 'Triad', vendor_name: 'Triad', version },
    profiles: ['host'],
    uid: news?.revision === undefined ? id : `${id}-${news.revision}`,
    correlation_uid: kind === 'incident' ? id : undefined,
    log_name: `triad.${kind}`,
    original_time: inert(first ?? time),
  });
}

function findingInfoOf(detection: Detection, options: FormatOptions, news: IncidentNews | undefined): object {
  const { id, title, kind, first, last, records } = detection;
  return known({
    uid: id,
    title: inert(title),
    types: [kind],
    analytic: analyticOf(detection),
    attacks: attacksOf(detection, options),
    created_time: news?.createdMs,
    modified_time: news?.changedMs,
    first_seen_time: first === undefined ? undefined : msOf(first),
    last_seen_time: last === undefined ? undefined : msOf(last),
    data_sources: distinct(records.map(({ channel }) => channel)),
    related_events: records.map((record) => ({ uid: record.id })),
    src_url: news?.url,
  });
}

/** A user's rule is a rule; what Triad joins itself is behaviour. */
function analyticOf({ analytic, rule, kind }: Detection): object {
  if (rule !== undefined) {
    const uid = rule.id === undefined ? undefined : inert(rule.id);
    return known({ name: inert(rule.title), uid, type_id: 1, type: 'Rule' });
  }
  const name = analyticTitle(analytic) ?? analytic ?? (kind === 'subscription' ? 'WMI subscription' : 'Incident');
  return known({ name, uid: analytic, type_id: 2, type: 'Behavioral' });
}

function attacksOf({ techniques }: Detection, { attackVersion }: FormatOptions): readonly object[] {
  return techniques.map((id) => {
    const parent = parentTechnique(id);
    return {
      version: String(attackVersion),
      technique: { uid: parent ?? id },
      ...(parent === undefined ? {} : { sub_technique: { uid: id } }),
    };
  });
}

function deviceOf({ host, kind }: Detection): object {
  if (host === '' || kind === 'incident') return {};
  const end = endFacts({ host });
  const { host: name, address } = end;
  return known({ ...nameOf(name), ip: address, type_id: 0 });
}

function resourcesOf({ hosts }: Detection): readonly object[] {
  return distinct(hosts).map((name) => ({ name, uid: name, type: 'host' }));
}

/** What 1.3.0 has no attribute for. */
function unmappedOf(detection: Detection, isTimeUnknown: boolean): object {
  const { kind, score, incident, rule, pinned, timeIsBound, leftOut, hops, dossiers, time, hosts } = detection;
  return known({
    is_alert: true,
    triad: known({
      kind,
      score,
      time: isTimeUnknown ? undefined : inert(time),
      time_is_bound: timeIsBound ? true : undefined,
      time_unknown: isTimeUnknown ? true : undefined,
      incident,
      rule: rule === undefined ? undefined : known({ author: rule.author, license: rule.license, path: rule.path }),
      pinned: pinned === undefined ? undefined : { pin: pinned.pin, owner: pinned.owner, reason: pinned.reason },
      hops: hops.map(hopFacts),
      subscriptions: dossiers.map(({ id }) => id),
      left_out: leftOut + Math.max(0, hosts.length - MOST_ITEMS) || undefined,
    }),
  });
}

function msOf(time: string): number | undefined {
  return parseTime(time)?.ms;
}
