import type { Incident } from '../../incidents/index.ts';
import { formatTime, type Gap, parentTechnique, parseTime } from '../../windows/index.ts';
import { type Detection, detectionsOf } from '../detection.ts';
import { endFacts } from '../facts.ts';
import { distinct, inert } from '../text.ts';
import type { FormatParts, HuntFormatOptions } from '../told.ts';
import { AUTHOR, authored, EXTENSION, type StixObject } from './constants.ts';
import { objectId } from './ids.ts';
import { patternsOf } from './indicators.ts';
import { observablesOf } from './observables.ts';

/** The most observations that one object may count (STIX 2.1, 4.14). */
const MOST_OBSERVED = 999_999_999;

/** Every object of a bundle, each once, before those that refer to it; a reference never leads out of the bundle but to the marking. */
export function stixObjects(parts: FormatParts, options: HuntFormatOptions): readonly StixObject[] {
  const bundle = new Bundle();
  for (const detection of detectionsOf(parts, options)) addDetection(bundle, detection);
  const gaps = new Map(parts.gaps.map((gap) => [gap.id, gap]));
  for (const incident of parts.incidents) addIncident(bundle, incident, gaps);
  return bundle.objects;
}

class Bundle {
  readonly #byId = new Map<string, StixObject>([AUTHOR, EXTENSION].map((object) => [object.id, object]));
  /** Objects of each finding and dossier, for its incident. */
  readonly members = new Map<string, readonly string[]>();

  get objects(): readonly StixObject[] {
    return [...this.#byId.values()];
  }

  /** The first of one id stays. Gives the id. */
  add(object: StixObject): string {
    if (!this.#byId.has(object.id)) this.#byId.set(object.id, object);
    return object.id;
  }
}

function addDetection(bundle: Bundle, detection: Detection): void {
  const { id, first, last, time, count, confidence, techniques, dossiers, kind, timeIsBound } = detection;
  const from = stixTime(first ?? time);
  if (from === undefined) return;
  const seen = observablesOf(detection).map((object) => bundle.add(object));
  const hosts = hostsOf(bundle, detection.hosts, from);
  const patterns = techniques.map((technique) => bundle.add(techniqueObject(technique)));
  const members = [...hosts, ...patterns];
  if (seen.length > 0) {
    const observed = bundle.add(
      authored('observed-data', objectId('observed-data', id), from, {
        confidence: percent(confidence),
        labels: [kind, ...(timeIsBound ? ['time-is-lower-bound'] : [])],
        first_observed: from,
        last_observed: stixTime(last ?? first ?? time) ?? from,
        number_observed: Math.min(Math.max(1, count), MOST_OBSERVED),
        object_refs: [...new Set(seen)],
      }),
    );
    members.push(observed);
    for (const pattern of patterns) members.push(bundle.add(relationship('related-to', observed, pattern, from)));
    if (kind === 'subscription') {
      const told = dossiers.flatMap((dossier) =>
        patternsOf(dossier).flatMap((one) => addIndicator(bundle, one, { observed, hosts, from, patterns, id })),
      );
      for (const one of told) members.push(one);
    }
  }
  bundle.members.set(id, members);
}

interface Seen {
  readonly observed: string;
  readonly hosts: readonly string[];
  readonly from: string;
  readonly patterns: readonly string[];
  readonly id: string;
}

function addIndicator(
  bundle: Bundle,
  { pattern, name }: { readonly pattern: string; readonly name: string },
  { observed, hosts, from, patterns, id }: Seen,
): readonly string[] {
  const indicator = bundle.add(
    authored('indicator', objectId('indicator', pattern), from, {
      name,
      indicator_types: ['malicious-activity'],
      pattern,
      pattern_type: 'stix',
      pattern_version: '2.1',
      valid_from: from,
    }),
  );
  return [
    indicator,
    bundle.add(relationship('based-on', indicator, observed, from)),
    ...patterns.map((technique) => bundle.add(relationship('indicates', indicator, technique, from))),
    bundle.add(
      authored('sighting', objectId('sighting', indicator, id), from, {
        count: 1,
        sighting_of_ref: indicator,
        observed_data_refs: [observed],
        where_sighted_refs: hosts.slice(0, 1),
      }),
    ),
  ];
}

function addIncident(bundle: Bundle, incident: Incident, gaps: ReadonlyMap<string, Gap>): void {
  const { id, title, level, score, first, last, confidence } = incident;
  const from = stixTime(first);
  if (from === undefined) return;
  const until = stixTime(last) ?? from;
  const self = bundle.add(
    authored('incident', objectId('incident', id), from, {
      confidence: percent(confidence),
      labels: [level],
      name: inert(title),
      description: `Level ${level}, score ${score}; from ${first} to ${last}.`,
      external_references: [{ source_name: 'triad', external_id: id }],
    }),
  );
  const members = [...incident.subscriptions, ...incident.findings].flatMap((one) => bundle.members.get(one) ?? []);
  const observed = distinctIds(members).filter((one) => one.startsWith('observed-data--'));
  const ties = observed.map((one) => bundle.add(relationship('related-to', self, one, from)));
  const notes = incident.gaps.flatMap((gap) => {
    const told = gaps.get(gap);
    return told === undefined ? [] : [bundle.add(noteOf(told, self, from))];
  });
  bundle.add(
    authored('report', objectId('report', id), from, {
      name: inert(title),
      report_types: ['threat-report'],
      published: until,
      object_refs: distinctIds([self, ...members, ...ties, ...notes]),
    }),
  );
}

/** What nobody can speak for, beside the incident (L2). */
function noteOf({ id, host, what, so, close }: Gap, incident: string, time: string): StixObject {
  return authored('note', objectId('note', id, incident), time, {
    abstract: inert(`${host}: ${what}`),
    content: inert(`${host}: ${what}. ${so} ${close}`),
    object_refs: [incident],
  });
}

/** A host is an identity of class `system`, told when it is first told of. */
function hostsOf(bundle: Bundle, hosts: readonly string[], time: string): readonly string[] {
  return distinct(hosts).map((host) => {
    const { host: name, address } = endFacts({ host });
    return bundle.add(
      authored('identity', objectId('identity', 'host', host), time, {
        name: name ?? address ?? host,
        identity_class: 'system',
      }),
    );
  });
}

/** A technique is what it is at every time, so its object speaks of none of the evidence. */
function techniqueObject(technique: string): StixObject {
  const parent = parentTechnique(technique);
  const path = parent === undefined ? technique : technique.replace('.', '/');
  return authored('attack-pattern', objectId('attack-pattern', technique), String(AUTHOR['created']), {
    name: technique,
    external_references: [
      {
        source_name: 'mitre-attack',
        external_id: technique,
        url: `https://attack.mitre.org/techniques/${path}/`,
      },
    ],
  });
}

function relationship(type: string, source: string, target: string, time: string): StixObject {
  return authored('relationship', objectId('relationship', type, source, target), time, {
    relationship_type: type,
    source_ref: source,
    target_ref: target,
  });
}

function distinctIds(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

function percent(confidence: number | undefined): number | undefined {
  return confidence === undefined ? undefined : Math.round(confidence * 100);
}

/** Milliseconds and `Z`, as consumers take them; cut, never rounded up. */
function stixTime(time: string): string | undefined {
  const instant = parseTime(time);
  return instant === undefined ? undefined : `${formatTime(instant.ms, 0).slice(0, 23)}Z`;
}

/** `hunt --format stix`: one bundle, its id of the ids in it, an object a line. */
export function* renderStixBundle(parts: FormatParts, options: HuntFormatOptions): Generator<string> {
  const objects = stixObjects(parts, options);
  const id = objectId('bundle', objects.map((object) => object.id).sort());
  yield `{"type":"bundle","id":"${id}","objects":[`;
  for (const [index, object] of objects.entries()) yield `${index === 0 ? '\n' : ',\n'}${JSON.stringify(object)}`;
  yield '\n]}\n';
}
