import { type FoldedSighting, foldName, TRIAD_WINDOW_MS } from './sighting.ts';

/** wmipersist names its filter after its consumer with this in front (DOMAIN 4). */
const FILTER_AFFIX = 'ef_';

/** Filters or consumers of one name that no binding names. */
export interface LoosePart {
  readonly name: string;
  readonly className: string;
  readonly namespace: string | undefined;
  readonly sightings: FoldedSighting[];
}

/** A filter and a consumer that belong together, or one of them alone. */
export interface LoosePair {
  readonly filter?: LoosePart;
  readonly consumer?: LoosePart;
}

/** Who wrote a part: by name, by SID, or by the process where a record names no account. */
function writersOf(part: LoosePart): ReadonlySet<string> {
  const writers = new Set<string>();
  for (const { sighting } of part.sightings) {
    if (sighting.user !== undefined) writers.add(`user ${foldName(sighting.user)}`);
    if (sighting.userSid !== undefined) writers.add(`sid ${sighting.userSid.toUpperCase()}`);
    if (sighting.user === undefined && sighting.userSid === undefined && sighting.writer?.pid !== undefined) {
      writers.add(`pid ${sighting.writer.pid}`);
    }
  }
  return writers;
}

function timesOf(part: LoosePart): readonly number[] {
  return part.sightings.flatMap(({ events }) => events.map(({ timeMs }) => timeMs)).sort((a, b) => a - b);
}

interface TimedPart {
  readonly part: LoosePart;
  readonly writers: ReadonlySet<string>;
  readonly times: readonly number[];
}

function timed(part: LoosePart): TimedPart {
  return { part, writers: writersOf(part), times: timesOf(part) };
}

/** One account, one window, and namespaces that do not contradict each other. */
function belongTogether(filter: TimedPart, consumer: TimedPart): boolean {
  const a = filter.part.namespace;
  const b = consumer.part.namespace;
  if (a !== undefined && b !== undefined && a !== b) return false;
  if (![...filter.writers].some((writer) => consumer.writers.has(writer))) return false;
  return areNear(filter.times, consumer.times);
}

/** True when a time of one list lies within the window of a time of the other; both ascending. */
function areNear(a: readonly number[], b: readonly number[]): boolean {
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a[i];
    const y = b[j];
    if (x === undefined || y === undefined) return false;
    if (Math.abs(x - y) <= TRIAD_WINDOW_MS) return true;
    if (x < y) i++;
    else j++;
  }
}

/**
 * The rule of DOMAIN 3.5 for parts without a binding: written by one account within the window, and either of equal names
 * (also after the affix is taken off) or the only parts of their window. What is left stays alone.
 */
export function pairLoose(filters: readonly LoosePart[], consumers: readonly LoosePart[]): readonly LoosePair[] {
  const pairs: LoosePair[] = [];
  const consumersByName = new Map<string, TimedPart[]>();
  const openConsumers = new Set<TimedPart>();
  for (const part of consumers) {
    const consumer = timed(part);
    openConsumers.add(consumer);
    const ofName = consumersByName.get(part.name) ?? [];
    consumersByName.set(part.name, ofName);
    ofName.push(consumer);
  }
  const openFilters: TimedPart[] = [];
  const paired = new Set<TimedPart>();
  for (const part of filters) {
    const filter = timed(part);
    const names = part.name.startsWith(FILTER_AFFIX) ? [part.name, part.name.slice(FILTER_AFFIX.length)] : [part.name];
    const partners = names
      .flatMap((name): readonly TimedPart[] => consumersByName.get(name) ?? [])
      .filter((consumer) => belongTogether(filter, consumer));
    for (const consumer of partners) {
      pairs.push({ filter: filter.part, consumer: consumer.part });
      paired.add(consumer);
    }
    if (partners.length === 0) openFilters.push(filter);
  }
  for (const consumer of paired) openConsumers.delete(consumer);
  const isOnly = onlyPairs(openFilters, [...openConsumers]);
  for (const filter of openFilters) {
    const consumer = isOnly.get(filter);
    if (consumer === undefined) pairs.push({ filter: filter.part });
    else {
      openConsumers.delete(consumer);
      pairs.push({ filter: filter.part, consumer: consumer.part });
    }
  }
  for (const consumer of openConsumers) pairs.push({ consumer: consumer.part });
  return pairs;
}

/** Each filter with the one consumer of its window where neither has another part, of anybody, in its own. */
function onlyPairs(filters: readonly TimedPart[], consumers: readonly TimedPart[]): Map<TimedPart, TimedPart> {
  const filterTimes = allTimes(filters);
  const consumerTimes = allTimes(consumers);
  const pairs = new Map<TimedPart, TimedPart>();
  for (const filter of filters) {
    const consumer = soleNeighbour(filter, consumerTimes);
    if (consumer === undefined || soleNeighbour(consumer, filterTimes) !== filter) continue;
    if (hasNeighbour(filter, filterTimes) || hasNeighbour(consumer, consumerTimes)) continue;
    if (belongTogether(filter, consumer)) pairs.set(filter, consumer);
  }
  return pairs;
}

interface PartTime {
  readonly at: number;
  readonly part: TimedPart;
}

function allTimes(parts: readonly TimedPart[]): readonly PartTime[] {
  return parts.flatMap((part) => part.times.map((at) => ({ at, part }))).sort((a, b) => a.at - b.at);
}

/** Index of the first time that is not below `at`. */
function lowerBound(times: readonly PartTime[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle]?.at ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The one part that has a time in a window of this one; undefined for none and for several. */
function soleNeighbour(of: TimedPart, times: readonly PartTime[]): TimedPart | undefined {
  let sole: TimedPart | undefined;
  for (const at of of.times) {
    for (let i = lowerBound(times, at - TRIAD_WINDOW_MS); i < times.length; i++) {
      const time = times[i];
      if (time === undefined || time.at > at + TRIAD_WINDOW_MS) break;
      if (time.part === of) continue;
      if (sole !== undefined && sole !== time.part) return undefined;
      sole = time.part;
    }
  }
  return sole;
}

function hasNeighbour(of: TimedPart, times: readonly PartTime[]): boolean {
  for (const at of of.times) {
    for (let i = lowerBound(times, at - TRIAD_WINDOW_MS); i < times.length; i++) {
      const time = times[i];
      if (time === undefined || time.at > at + TRIAD_WINDOW_MS) break;
      if (time.part !== of) return true;
    }
  }
  return false;
}
