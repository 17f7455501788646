import { DEFAULT_NAMESPACE, type SubscriptionKey, subscriptionId } from './identity.ts';
import { type LoosePart, pairLoose } from './pairing.ts';
import { type FoldedSighting, foldName, isObjectRecord } from './sighting.ts';

/** The sightings of one subscription: what becomes one dossier (DOMAIN 3.5). */
export interface Group {
  readonly host: string;
  readonly namespace: string;
  readonly namespaceBasis: 'stated' | 'assumed';
  /** In the spelling of the best record: of an object before a command, then the earliest. */
  readonly filterName: string | undefined;
  readonly consumerClass: string | undefined;
  readonly consumerName: string | undefined;
  readonly filters: readonly FoldedSighting[];
  readonly consumers: readonly FoldedSighting[];
  readonly bindings: readonly FoldedSighting[];
  /** True when filter and consumer were put together without a binding. */
  readonly isPaired: boolean;
}

interface Draft {
  namespace: string;
  basis: 'stated' | 'assumed';
  /** Where the binding's reference says that the filter lives. */
  readonly filterNamespaces: Set<string>;
  readonly filters: FoldedSighting[];
  readonly consumers: FoldedSighting[];
  readonly bindings: FoldedSighting[];
  isPaired: boolean;
}

const NOTHING: readonly never[] = [];
const foldOr = (name: string | undefined): string => (name === undefined ? '' : foldName(name));
const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);

/** Pushes to the list of a key, making it when it is new. */
function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}

/**
 * Puts the sightings of one host together: by binding first, then the parts that no binding names by the rule of
 * DOMAIN 3.5, the rest as orphans. The order of the sightings does not matter.
 */
export function groupSightings(host: string, sightings: readonly FoldedSighting[]): readonly Group[] {
  const drafts = bindingDrafts(sightings);
  const byFilter = new Map<string, Draft[]>();
  const byConsumer = new Map<string, Draft[]>();
  for (const { filterName, consumerName, ofNamespace } of drafts) {
    for (const draft of ofNamespace.values()) {
      push(byFilter, filterName, draft);
      push(byConsumer, consumerName, draft);
    }
  }
  const looseFilters = new Map<string, LoosePart>();
  const looseConsumers = new Map<string, LoosePart>();
  for (const folded of sightings) {
    if (folded.sighting.filter !== undefined) placeFilter(folded, byFilter, looseFilters);
    if (folded.sighting.consumer !== undefined) placeConsumer(folded, byConsumer, looseConsumers);
  }
  const all = drafts.flatMap(({ ofNamespace }) => [...ofNamespace.values()]);
  for (const { filter, consumer } of pairLoose(mergeLoose(looseFilters), mergeLoose(looseConsumers))) {
    all.push(looseDraft(filter, consumer));
  }
  return all.map((draft) => finished(host, draft));
}

/** A pair of names that bindings name, with its drafts by namespace. */
interface BoundPair {
  readonly filterName: string;
  readonly consumerName: string;
  readonly ofNamespace: Map<string, Draft>;
  /** Bindings that state no namespace. */
  readonly unplaced: FoldedSighting[];
}

/** One draft for each bound pair of names and namespace; a binding without namespace joins the one that is stated. */
function bindingDrafts(sightings: readonly FoldedSighting[]): readonly BoundPair[] {
  const pairs = new Map<string, BoundPair>();
  for (const folded of sightings) {
    const { binding, namespace } = folded.sighting;
    if (binding === undefined) continue;
    const filterName = foldOr(binding.filterName);
    const consumerName = foldOr(binding.consumerName);
    const key = keyOf(filterName, foldOr(binding.consumerClass), consumerName);
    const pair = pairs.get(key) ?? { filterName, consumerName, ofNamespace: new Map<string, Draft>(), unplaced: [] };
    pairs.set(key, pair);
    if (namespace === undefined) pair.unplaced.push(folded);
    else placeBinding(pair, namespace, 'stated', folded);
  }
  const statedOf = statedNamespaces(sightings);
  for (const pair of pairs.values()) {
    if (pair.unplaced.length === 0) continue;
    const stated = pair.ofNamespace.size > 0 ? new Set(pair.ofNamespace.keys()) : statedOf(pair);
    const namespace = theNamespace(stated);
    for (const folded of pair.unplaced) {
      placeBinding(pair, namespace ?? DEFAULT_NAMESPACE, namespace === undefined ? 'assumed' : 'stated', folded);
    }
  }
  return [...pairs.values()];
}

function placeBinding(pair: BoundPair, namespace: string, basis: Draft['basis'], folded: FoldedSighting): void {
  const draft = pair.ofNamespace.get(namespace) ?? draftOf(namespace, basis);
  pair.ofNamespace.set(namespace, draft);
  draft.bindings.push(folded);
  const filterNamespace = folded.sighting.binding?.filterNamespace;
  if (filterNamespace !== undefined) draft.filterNamespaces.add(filterNamespace);
}

/** The only namespace, else the default one when it is among them (Sysmon sees no other: DOMAIN 2.2 #8). */
function theNamespace(stated: ReadonlySet<string>): string | undefined {
  if (stated.size === 1) return [...stated][0];
  return stated.has(DEFAULT_NAMESPACE) ? DEFAULT_NAMESPACE : undefined;
}

/** Namespaces that the own records of a pair's filter or consumer state. */
function statedNamespaces(sightings: readonly FoldedSighting[]): (pair: BoundPair) => ReadonlySet<string> {
  const ofFilter = new Map<string, string[]>();
  const ofConsumer = new Map<string, string[]>();
  for (const { sighting } of sightings) {
    if (sighting.namespace === undefined || sighting.binding !== undefined) continue;
    if (sighting.filter !== undefined) push(ofFilter, foldOr(sighting.filter.name), sighting.namespace);
    if (sighting.consumer !== undefined) push(ofConsumer, foldOr(sighting.consumer.name), sighting.namespace);
  }
  return ({ filterName, consumerName }) =>
    new Set([...(ofFilter.get(filterName) ?? NOTHING), ...(ofConsumer.get(consumerName) ?? NOTHING)]);
}

function draftOf(namespace: string, basis: Draft['basis']): Draft {
  return { namespace, basis, filterNamespaces: new Set(), filters: [], consumers: [], bindings: [], isPaired: false };
}

function placeFilter(
  folded: FoldedSighting,
  drafts: ReadonlyMap<string, Draft[]>,
  loose: Map<string, LoosePart>,
): void {
  const name = foldOr(folded.sighting.filter?.name);
  const { namespace } = folded.sighting;
  let isPlaced = false;
  for (const draft of drafts.get(name) ?? NOTHING) {
    if (namespace === undefined || namespace === draft.namespace || draft.filterNamespaces.has(namespace)) {
      draft.filters.push(folded);
      isPlaced = true;
    }
  }
  if (!isPlaced) addLoose(loose, name, '', folded);
}

function placeConsumer(
  folded: FoldedSighting,
  drafts: ReadonlyMap<string, Draft[]>,
  loose: Map<string, LoosePart>,
): void {
  const name = foldOr(folded.sighting.consumer?.name);
  const className = foldOr(folded.sighting.consumer?.className);
  const { namespace } = folded.sighting;
  let isPlaced = false;
  for (const draft of drafts.get(name) ?? NOTHING) {
    const bound = foldOr(draft.bindings[0]?.sighting.binding?.consumerClass);
    if (namespace !== undefined && namespace !== draft.namespace) continue;
    if (className === '' || bound === '' || className === bound) {
      draft.consumers.push(folded);
      isPlaced = true;
    }
  }
  if (!isPlaced) addLoose(loose, name, className, folded);
}

function addLoose(loose: Map<string, LoosePart>, name: string, className: string, folded: FoldedSighting): void {
  const { namespace } = folded.sighting;
  const key = keyOf(name, className, namespace ?? '');
  const part = loose.get(key);
  if (part === undefined) loose.set(key, { name, className, namespace, sightings: [folded] });
  else part.sightings.push(folded);
}

/** Folds a part whose class or namespace no record states into the one of its name that states it. */
function mergeLoose(loose: ReadonlyMap<string, LoosePart>): readonly LoosePart[] {
  const byName = new Map<string, LoosePart[]>();
  for (const part of loose.values()) push(byName, part.name, part);
  const merged: LoosePart[] = [];
  for (const parts of byName.values()) {
    const full = parts.filter((part) => part.namespace !== undefined && part.className !== '');
    const kept = parts.filter((part) => {
      const targets = parts.filter((other) => other !== part && says(other, part));
      const target = targets.length === 1 ? targets[0] : full.length === 1 && full[0] !== part ? full[0] : undefined;
      if (target === undefined || !says(target, part)) return true;
      for (const folded of part.sightings) target.sightings.push(folded);
      return false;
    });
    for (const part of kept) merged.push(part);
  }
  return merged;
}

/** True when `other` states everything that `part` does, and more. */
function says(other: LoosePart, part: LoosePart): boolean {
  const isClassKept = part.className === '' || part.className === other.className;
  const isNamespaceKept = part.namespace === undefined || part.namespace === other.namespace;
  const isMore =
    (part.className === '' && other.className !== '') ||
    (part.namespace === undefined && other.namespace !== undefined);
  return isClassKept && isNamespaceKept && isMore;
}

/** The draft of a pair without binding, or of a part alone. */
function looseDraft(filter: LoosePart | undefined, consumer: LoosePart | undefined): Draft {
  const namespace = filter?.namespace ?? consumer?.namespace;
  const draft = draftOf(namespace ?? DEFAULT_NAMESPACE, namespace === undefined ? 'assumed' : 'stated');
  // One by one: the arguments of a call lie on the stack, and the sightings of one name may be any number.
  for (const folded of filter?.sightings ?? NOTHING) draft.filters.push(folded);
  for (const folded of consumer?.sightings ?? NOTHING) draft.consumers.push(folded);
  draft.isPaired = filter !== undefined && consumer !== undefined;
  return draft;
}

/** Records of objects before commands, then by time, then by content: the order in which names and contents are taken. */
export function compareFolded(a: FoldedSighting, b: FoldedSighting): number {
  const rank = Number(!isObjectRecord(a.sighting)) - Number(!isObjectRecord(b.sighting));
  if (rank !== 0) return rank;
  const x = a.events[0];
  const y = b.events[0];
  if (x !== undefined && y !== undefined) {
    const time = x.timeMs - y.timeMs || x.timeTicks - y.timeTicks;
    if (time !== 0) return time;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function finished(host: string, draft: Draft): Group {
  const filters = draft.filters.sort(compareFolded);
  const consumers = draft.consumers.sort(compareFolded);
  const bindings = draft.bindings.sort(compareFolded);
  const bound = bindings[0]?.sighting.binding;
  return {
    host,
    namespace: draft.namespace,
    namespaceBasis: draft.basis,
    filterName: first(filters, ({ sighting }) => sighting.filter?.name) ?? bound?.filterName,
    consumerClass: bound?.consumerClass ?? first(consumers, ({ sighting }) => sighting.consumer?.className),
    consumerName: first(consumers, ({ sighting }) => sighting.consumer?.name) ?? bound?.consumerName,
    filters,
    consumers,
    bindings,
    isPaired: draft.isPaired,
  };
}

function first<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const value = of(item);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The key that the id of a group's dossier digests. */
export function keyOfGroup(group: Group): SubscriptionKey {
  return {
    host: group.host,
    namespace: group.namespace,
    filterName: group.filterName,
    consumerClass: group.consumerClass,
    consumerName: group.consumerName,
  };
}

/**
 * The ids that parts of this evidence alone would have had (L14): before the namespace was stated, before the class was
 * known, and of filter and consumer where a record tells one without the other. Sorted, without the id itself.
 */
export function aliasesOfGroup(group: Group): readonly string[] {
  const whole = keyOfGroup(group);
  const keys: SubscriptionKey[] = [];
  const classes = new Set([group.consumerClass]);
  if (group.consumers.some(({ sighting }) => sighting.consumer?.className === undefined)) classes.add(undefined);
  const namespaces = new Set([group.namespace]);
  const isEver = (lists: readonly (readonly FoldedSighting[])[]): boolean =>
    lists.some((list) => list.some(({ sighting }) => sighting.namespace === undefined));
  if (isEver([group.filters, group.consumers, group.bindings])) namespaces.add(DEFAULT_NAMESPACE);
  for (const namespace of namespaces) {
    for (const consumerClass of classes) keys.push({ ...whole, namespace, consumerClass });
    if (group.filters.some(({ sighting }) => sighting.binding === undefined)) {
      keys.push({ ...whole, namespace, consumerClass: undefined, consumerName: undefined });
    }
    if (group.consumers.some(({ sighting }) => sighting.binding === undefined)) {
      for (const consumerClass of classes) {
        keys.push({ ...whole, namespace, filterName: undefined, consumerClass });
      }
    }
  }
  const id = subscriptionId(whole);
  return [...new Set(keys.map(subscriptionId))].filter((alias) => alias !== id).sort();
}
