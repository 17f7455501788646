import type { Event } from '../windows/index.ts';
import { isDefaultValue, normaliseQuery } from '../wmi/index.ts';
import {
  type ConsumerSight,
  compareEvents,
  type FilterSight,
  type FoldedSighting,
  isObjectRecord,
  isResting,
  TRIAD_WINDOW_MS,
} from './sighting.ts';

/** One content of a filter or consumer, with the sightings that tell it, in time order. */
export interface Version<T> {
  readonly content: T;
  readonly sightings: readonly FoldedSighting[];
  readonly first: Event;
  readonly last: Event;
}

/** The contents that one object had. */
export interface ContentHistory<T> {
  /** The latest; undefined when no record tells the content. */
  readonly current: Version<T> | undefined;
  /** Overwritten ones, oldest first. */
  readonly earlier: readonly Version<T>[];
  /** Contents of the same write by another source. */
  readonly disagreeing: readonly Version<T>[];
}

interface Draft<T> {
  content: T;
  readonly sightings: FoldedSighting[];
  first: Event;
  last: Event;
}

/** One sighting at one of its times: an object may return to an earlier content. */
interface Moment {
  readonly folded: FoldedSighting;
  readonly event: Event;
}

function momentsOf(sightings: readonly FoldedSighting[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const folded of sightings) {
    for (const event of folded.events) moments.push({ folded, event });
    if (!folded.events.includes(folded.last)) moments.push({ folded, event: folded.last });
  }
  return moments.sort((a, b) => compareEvents(a.event, b.event));
}

/** How contents of one kind are compared and completed. */
interface ContentKind<T> {
  contentOf(folded: FoldedSighting): T | undefined;
  agrees(a: T, b: T): boolean;
  merge(a: T, b: T): T;
}

const FILTER: ContentKind<FilterSight> = {
  contentOf({ sighting }) {
    return sighting.filter?.query === undefined ? undefined : sighting.filter;
  },
  agrees(a, b) {
    if (normaliseQuery(a.query ?? '') !== normaliseQuery(b.query ?? '')) return false;
    return a.eventNamespace === undefined || b.eventNamespace === undefined || a.eventNamespace === b.eventNamespace;
  },
  merge(a, b) {
    return {
      name: a.name ?? b.name,
      query: a.query ?? b.query,
      language: a.language ?? b.language,
      eventNamespace: a.eventNamespace ?? b.eventNamespace,
      creatorSid: a.creatorSid ?? b.creatorSid,
    };
  },
};

const CONSUMER: ContentKind<ConsumerSight> = {
  contentOf({ sighting }) {
    const consumer = sighting.consumer;
    if (consumer === undefined) return undefined;
    return consumer.payload === undefined && consumer.properties.size === 0 && !consumer.isWhole ? undefined : consumer;
  },
  agrees: consumersAgree,
  merge(a, b) {
    const [fuller, other] = fullness(b) > fullness(a) ? [b, a] : [a, b];
    const merged: ConsumerSight = {
      className: fuller.className ?? other.className,
      name: fuller.name ?? other.name,
      payload: fuller.payload ?? other.payload,
      properties: fuller.properties.size > 0 ? fuller.properties : other.properties,
      creatorSid: fuller.creatorSid ?? other.creatorSid,
      isWhole: fuller.isWhole,
      isCut: fuller.isCut,
    };
    return fuller.isCut && !other.isCut && other.payload !== undefined ? completed(merged, other.payload) : merged;
  },
};

/** A payload that was cut, from a source that has it whole; properties behind the cut are still missing. */
function completed(consumer: ConsumerSight, payload: string): ConsumerSight {
  const { payload: cut } = consumer;
  if (cut === undefined || !payload.startsWith(cut)) return consumer;
  const properties = new Map(
    [...consumer.properties].map(([name, value]): [string, string] => [name, value === cut ? payload : value]),
  );
  return { ...consumer, payload, properties, isWhole: false, isCut: false };
}

/** A record of the whole object says most, then one with properties, then one with a single text. */
function fullness(consumer: ConsumerSight): number {
  return (
    4 * Number(consumer.isWhole && !consumer.isCut) +
    2 * Number(consumer.isWhole) +
    Number(consumer.properties.size > 0)
  );
}

function sameText(a: string, b: string, isCut: boolean): boolean {
  const x = a.replaceAll('\r\n', '\n').trimEnd();
  const y = b.replaceAll('\r\n', '\n').trimEnd();
  return x === y || (isCut && (x.startsWith(y) || y.startsWith(x)));
}

function consumersAgree(a: ConsumerSight, b: ConsumerSight): boolean {
  const isCut = a.isCut || b.isCut;
  if (a.properties.size === 0 || b.properties.size === 0) {
    const text = a.properties.size === 0 ? a.payload : b.payload;
    const other = a.properties.size === 0 ? b : a;
    // One source tells a single text: it is one of the other's properties (CORPUS 4.1, Destination).
    if (text === undefined) return true;
    if (other.payload !== undefined && sameText(text, other.payload, isCut)) return true;
    for (const value of other.properties.values()) if (sameText(text, value, isCut)) return true;
    return false;
  }
  const areWhole = a.isWhole && b.isWhole && !isCut;
  for (const [name, value] of a.properties) {
    const other = b.properties.get(name);
    if (other === undefined ? areWhole && isSet(a, name, value) : !sameText(value, other, isCut)) return false;
  }
  if (!areWhole) return true;
  return ![...b.properties].some(([name, value]) => !a.properties.has(name) && isSet(b, name, value));
}

/** False for a value that is the default of its class: one source writes it, another leaves it out. */
function isSet({ className }: ConsumerSight, name: string, value: string): boolean {
  return !isDefaultValue(className ?? '', name, value);
}

/** The contents of the filter over time. */
export function filterHistory(sightings: readonly FoldedSighting[]): ContentHistory<FilterSight> {
  return historyOf(sightings, FILTER);
}

/** The contents of the consumer over time. */
export function consumerHistory(sightings: readonly FoldedSighting[]): ContentHistory<ConsumerSight> {
  return historyOf(sightings, CONSUMER);
}

/**
 * Contents in time order. A sighting that agrees with the latest content completes it; one that differs is the next
 * content, unless another source tells it of the same write: then the sources disagree and both are kept. Commands speak
 * only where no record of the object does, and complete what they agree with.
 */
function historyOf<T>(sightings: readonly FoldedSighting[], kind: ContentKind<T>): ContentHistory<T> {
  const isReal = sightings.some((folded) => isObjectRecord(folded.sighting) && kind.contentOf(folded) !== undefined);
  const told = sightings.filter((folded) => isObjectRecord(folded.sighting) === isReal);
  const versions: Draft<T>[] = [];
  const disagreeing: Draft<T>[] = [];
  for (const { folded, event } of momentsOf(told)) {
    const content = kind.contentOf(folded);
    if (content === undefined) continue;
    const latest = versions.at(-1);
    if (latest === undefined) versions.push(draft(content, folded, event));
    else if (kind.agrees(latest.content, content)) addTo(latest, kind.merge(latest.content, content), folded, event);
    else if (isSameWrite(latest, folded, event)) {
      const other = disagreeing.find((version) => kind.agrees(version.content, content));
      if (other === undefined) disagreeing.push(draft(content, folded, event));
      else addTo(other, kind.merge(other.content, content), folded, event);
    } else versions.push(draft(content, folded, event));
  }
  const current = versions.pop();
  if (current !== undefined && isReal) {
    for (const folded of sightings) {
      const content = isObjectRecord(folded.sighting) ? undefined : kind.contentOf(folded);
      if (content !== undefined && kind.agrees(current.content, content)) {
        current.content = kind.merge(current.content, content);
      }
    }
  }
  return { current, earlier: versions, disagreeing };
}

function draft<T>(content: T, folded: FoldedSighting, event: Event): Draft<T> {
  return { content, sightings: [folded], first: event, last: event };
}

function addTo<T>(version: Draft<T>, content: T, folded: FoldedSighting, event: Event): void {
  version.content = content;
  if (!version.sightings.includes(folded)) version.sightings.push(folded);
  if (compareEvents(event, version.first) < 0) version.first = event;
  if (compareEvents(event, version.last) > 0) version.last = event;
}

/** Another source that tells a write of the same minutes otherwise; a record that says `Modified` is a change, and a look is no write. */
function isSameWrite<T>(latest: Draft<T>, folded: FoldedSighting, event: Event): boolean {
  if (folded.sighting.act === 'modified' || isResting(folded.sighting)) return false;
  if (latest.sightings.some((other) => other.sighting.source === folded.sighting.source)) return false;
  return Math.abs(event.timeMs - latest.last.timeMs) <= TRIAD_WINDOW_MS;
}
