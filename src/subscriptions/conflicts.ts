import type { Event } from '../windows/index.ts';
import { isDefaultValue, normaliseQuery } from '../wmi/index.ts';
import type { Bench, Case } from './case.ts';
import type { Conflict, SeenIn } from './dossier.ts';
import { type ConsumerSight, compareEvents, type FoldedSighting, isObjectRecord } from './sighting.ts';

/** The last word of one source on one property. */
interface Word {
  readonly source: SeenIn;
  readonly value: string | undefined;
  readonly event: Event;
}

/** Values beyond this are told whole by the contents themselves. */
const MAX_VALUE = 65_536;

/**
 * Where the newest words of two sources differ (SETTLED D3): one subscription seen in a log, in the repository and in an audit
 * is one dossier, and what they do not agree on is told. A source that does not speak of a property disagrees with nothing.
 */
export function conflictsOf({ group }: Case, { cite }: Bench): readonly Conflict[] {
  const conflicts: Conflict[] = [];
  const tell = (property: string, words: readonly Word[], same: (a: string, b: string) => boolean): void => {
    const [first, ...others] = words;
    if (first === undefined || others.length === 0) return;
    if (others.every(({ value }) => same(value ?? '', first.value ?? ''))) return;
    conflicts.push({
      property,
      values: words.map(({ source, value, event }) => ({
        source,
        value: value?.slice(0, MAX_VALUE) ?? null,
        evidence: cite([event]),
      })),
    });
  };
  const filters = newestOf(group.filters, ({ sighting }) => sighting.filter?.query !== undefined);
  tell(
    'Filter.Query',
    filters.map(([source, folded]) => ({ source, value: folded.sighting.filter?.query, event: folded.last })),
    (a, b) => normaliseQuery(a) === normaliseQuery(b),
  );
  const listening = filters.filter(([, { sighting }]) => sighting.filter?.eventNamespace !== undefined);
  tell(
    'Filter.EventNamespace',
    listening.map(([source, folded]) => ({
      source,
      value: folded.sighting.filter?.eventNamespace,
      event: folded.last,
    })),
    (a, b) => a === b,
  );
  tell('Filter.CreatorSID', sidWords(filters, 'filter'), (a, b) => a === b);
  const consumers = newestOf(group.consumers, ({ sighting }) => sighting.consumer?.isWhole === true);
  tell('Consumer.CreatorSID', sidWords(consumers, 'consumer'), (a, b) => a === b);
  const names = new Set(consumers.flatMap(([, { sighting }]) => [...(sighting.consumer?.properties.keys() ?? [])]));
  const isCut = consumers.some(([, { sighting }]) => sighting.consumer?.isCut === true);
  for (const name of [...names].sort()) {
    const words = consumers.map(([source, folded]) => ({
      source,
      value: valueSet(folded.sighting.consumer, name),
      event: folded.last,
    }));
    // What stands behind the cut of an event is not told by it, and differs in nothing.
    const told = isCut ? words.filter(({ value }) => value !== undefined) : words;
    // An event leaves out what a repository holds as the default of the class.
    const className = consumers[0]?.[1].sighting.consumer?.className ?? '';
    const said = (value: string): string => (isDefaultValue(className, name, value) ? '' : value);
    tell(`Consumer.${name}`, told, (a, b) => isSameText(said(a), said(b), isCut));
  }
  return conflicts;
}

/** Undefined for a value that is the default of its class, too: one source writes it, another leaves it out. */
function valueSet(consumer: ConsumerSight | undefined, name: string): string | undefined {
  const value = consumer?.properties.get(name);
  return value === undefined || isDefaultValue(consumer?.className ?? '', name, value) ? undefined : value;
}

function sidWords(
  newest: readonly (readonly [SeenIn, FoldedSighting])[],
  part: 'filter' | 'consumer',
): readonly Word[] {
  return newest
    .filter(([, { sighting }]) => sighting[part]?.creatorSid !== undefined)
    .map(([source, folded]) => ({ source, value: folded.sighting[part]?.creatorSid, event: folded.last }));
}

/** The last sighting of each source that tells the content, sources sorted. */
function newestOf(
  sightings: readonly FoldedSighting[],
  tells: (folded: FoldedSighting) => boolean,
): readonly (readonly [SeenIn, FoldedSighting])[] {
  const newest = new Map<SeenIn, FoldedSighting>();
  for (const folded of sightings) {
    if (!isObjectRecord(folded.sighting) || folded.sighting.act === 'deleted' || !tells(folded)) continue;
    const known = newest.get(folded.sighting.source);
    if (known === undefined || compareEvents(folded.last, known.last) > 0) newest.set(folded.sighting.source, folded);
  }
  return [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
}

function isSameText(a: string, b: string, isCut: boolean): boolean {
  const x = a.replaceAll('\r\n', '\n').trimEnd();
  const y = b.replaceAll('\r\n', '\n').trimEnd();
  return x === y || (isCut && (x.startsWith(y) || y.startsWith(x)));
}
