import {
  type CarveResult,
  type CimClass,
  type CimInstance,
  type ClassJson,
  classJson,
  type GenerationInfo,
  type InstanceJson,
  instanceJson,
  type NamespaceSecurity,
  namespaceSecurity,
  type Repository,
  type RepositoryChange,
  type RepositoryPlace,
  type Snapshot,
  textOf,
  type UnreadParts,
  unreadParts,
} from '../../cim/index.ts';
import { type Anomaly, formatTime, type Instant } from '../../windows/index.ts';

/** The classes under which everything that makes or serves a subscription derives (CIM 7.2). */
export const SUBSCRIPTION_BASES: readonly string[] = [
  '__EventFilter',
  '__EventConsumer',
  '__FilterToConsumerBinding',
  '__TimerInstruction',
];

/** One line about a repository, as `--format jsonl` prints it. Keys that are not known are left out. */
export type RepositoryRow =
  | {
      readonly kind: 'repository';
      readonly place: string;
      readonly layout: string;
      readonly generation: number;
      readonly map?: string;
      readonly readBy: string;
      readonly windows?: string;
    }
  | ({ readonly kind: 'generation' } & Omit<GenerationInfo, 'modified'> & { readonly modified?: string })
  | {
      readonly kind: 'namespace';
      readonly namespace: string;
      readonly isNamed: boolean;
      readonly classes: number;
      readonly instances: number;
    }
  | ({ readonly kind: 'security'; readonly namespace: string } & Omit<NamespaceSecurity, 'namespace' | 'owner'> & {
        readonly owner?: string;
      })
  | {
      readonly kind: 'listing';
      readonly namespace: string;
      readonly class: string;
      readonly superclass?: string;
      readonly instances: number;
    }
  | ClassJson
  | InstanceJson
  | ({ readonly kind: 'unread' } & UnreadParts)
  | ChangeRow
  | {
      readonly kind: 'remain';
      readonly copies: number;
      readonly hasLiveVersion: boolean;
      readonly isCut: boolean;
      readonly instance: InstanceJson;
    }
  | { readonly kind: 'remainingClass'; readonly class: ClassJson }
  | {
      readonly kind: 'edge';
      readonly namespace: string;
      readonly class: string;
      readonly property: string;
      readonly referrer: string;
      readonly repository: RepositoryPlace;
    }
  | {
      readonly kind: 'residue';
      readonly namespace: string;
      readonly class: string;
      readonly keyHash: string;
      readonly physicalPage: number;
    }
  | { readonly kind: 'text'; readonly class: string; readonly texts: readonly string[]; readonly offset: number }
  | ({ readonly kind: 'anomaly' } & Anomaly);

export interface ChangeRow {
  readonly kind: 'change';
  readonly change: RepositoryChange['change'];
  readonly object: RepositoryChange['kind'];
  readonly namespace: string;
  readonly class?: string;
  readonly path?: string;
  readonly generations: readonly [number, number];
  /** File times of the maps: it happened between them (SETTLED D1). */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly values?: RepositoryChange['values'];
  readonly before?: InstanceJson | ClassJson;
  readonly after?: InstanceJson | ClassJson;
}

export function timeText({ ms, ticks }: Instant): string {
  return formatTime(ms, ticks);
}

function placeName({ path, hash }: { readonly path: string | undefined; readonly hash: string }): string {
  return path ?? hash;
}

export function headRow(place: string, snapshot: Snapshot): RepositoryRow {
  const { info } = snapshot;
  const [identity] = snapshot.instances('root', '__CIMOMIdentification');
  const windows = identity === undefined ? undefined : textOf(identity, 'VersionCurrentlyRunning');
  return {
    kind: 'repository',
    place,
    layout: info.layout,
    generation: info.id,
    ...(info.map === undefined ? {} : { map: info.map }),
    readBy: info.readBy,
    ...(windows === undefined ? {} : { windows }),
  };
}

export function* generationRows(repository: Repository): Generator<RepositoryRow> {
  for (const { modified, ...info } of repository.generations()) {
    yield { kind: 'generation', ...info, ...(modified === undefined ? {} : { modified: timeText(modified) }) };
  }
}

export function* namespaceRows(snapshot: Snapshot): Generator<RepositoryRow> {
  for (const namespace of snapshot.namespaces()) {
    const keys = snapshot.catalogue.namespaces.get(namespace.hash);
    let instances = 0;
    for (const list of keys?.instances.values() ?? []) instances += list.size;
    yield {
      kind: 'namespace',
      namespace: placeName(namespace),
      isNamed: namespace.path !== undefined,
      classes: keys?.classes.size ?? 0,
      instances,
    };
  }
}

export function* securityRows(snapshot: Snapshot): Generator<RepositoryRow> {
  for (const { namespace, owner, remote, writers, isOpen } of namespaceSecurity(snapshot)) {
    yield {
      kind: 'security',
      namespace: placeName(namespace),
      ...(owner === undefined ? {} : { owner }),
      remote,
      writers,
      isOpen,
    };
  }
}

/** Every part of a subscription in every namespace, then how many of them cannot be read. */
export function* subscriptionRows(snapshot: Snapshot): Generator<RepositoryRow> {
  for (const base of SUBSCRIPTION_BASES) {
    for (const instance of snapshot.instancesOfTree(base)) yield instanceJson(instance);
  }
  const unread = unreadParts(snapshot);
  if (unread !== undefined) yield { kind: 'unread', ...unread };
}

/** The classes of a namespace, each with the instances that are exactly of it. */
export function* listingRows(snapshot: Snapshot, name: string): Generator<RepositoryRow> {
  const namespace = snapshot.namespace(name);
  if (namespace === undefined) return;
  const keys = snapshot.catalogue.namespaces.get(namespace.hash);
  const shown = new Set<string>();
  const listing = (one: string, superclass: string | undefined, instances: number): RepositoryRow => ({
    kind: 'listing',
    namespace: placeName(namespace),
    class: one,
    ...(superclass === undefined ? {} : { superclass }),
    instances,
  });
  const rows: RepositoryRow[] = [];
  for (const one of snapshot.classes(namespace)) {
    const hash = snapshot.hashOf(one.name);
    shown.add(hash);
    rows.push(listing(one.name, one.superName, keys?.instances.get(hash)?.size ?? 0));
  }
  // Instances of classes that the namespace takes from the system.
  for (const [hash, list] of keys?.instances ?? []) {
    if (!shown.has(hash)) rows.push(listing(snapshot.nameOf(namespace.hash, hash), undefined, list.size));
  }
  yield* rows;
}

/** A class where a namespace or any of them defines it, each definition followed by its instances. */
export function* classObjects(
  snapshot: Snapshot,
  className: string,
  namespaceName: string | undefined,
): Generator<CimClass | CimInstance> {
  const hash = snapshot.hashOf(className);
  const asked = namespaceName === undefined ? snapshot.namespaces() : [snapshot.namespace(namespaceName)];
  for (const namespace of asked) {
    if (namespace === undefined) continue;
    const keys = snapshot.catalogue.namespaces.get(namespace.hash);
    const isDefined = keys?.classes.has(hash) === true || namespaceName !== undefined;
    const one = isDefined ? snapshot.classByHash(namespace, hash) : undefined;
    if (one !== undefined) yield one;
    yield* snapshot.instancesByHash(namespace, hash);
  }
}

export function isClass(one: CimClass | CimInstance): one is CimClass {
  return 'definition' in one;
}

export function objectRow(one: CimClass | CimInstance): RepositoryRow {
  return isClass(one) ? classJson(one) : instanceJson(one);
}

export function changeRow(change: RepositoryChange): ChangeRow {
  const { before, after, classBefore, classAfter, className, path, notBefore, notAfter, values } = change;
  const older = before === undefined ? classBefore && classJson(classBefore) : instanceJson(before);
  const newer = after === undefined ? classAfter && classJson(classAfter) : instanceJson(after);
  return {
    kind: 'change',
    change: change.change,
    object: change.kind,
    namespace: placeName(change.namespace),
    ...(className === undefined ? {} : { class: className }),
    ...(path === undefined ? {} : { path }),
    generations: change.generations,
    ...(notBefore === undefined ? {} : { notBefore: timeText(notBefore) }),
    ...(notAfter === undefined ? {} : { notAfter: timeText(notAfter) }),
    ...(values === undefined ? {} : { values }),
    ...(older === undefined ? {} : { before: older }),
    ...(newer === undefined ? {} : { after: newer }),
  };
}

/** What a carve found, in the order of how much it is worth. */
export function* carveRows(result: CarveResult): Generator<RepositoryRow> {
  for (const { instance, copies, hasLiveVersion, isCut } of result.instances) {
    yield { kind: 'remain', copies, hasLiveVersion, isCut, instance: instanceJson(instance) };
  }
  for (const one of result.classes) yield { kind: 'remainingClass', class: classJson(one) };
  for (const { reference, place } of result.references) {
    const { namespace, className, property, referrer } = reference;
    yield { kind: 'edge', namespace, class: className, property, referrer, repository: place };
  }
  for (const { namespacePath, namespaceHash, className, classHash, keyHash, physicalPage } of result.residue) {
    yield {
      kind: 'residue',
      namespace: namespacePath ?? namespaceHash,
      class: className ?? classHash,
      keyHash,
      physicalPage,
    };
  }
  for (const { className, texts, offset } of result.texts) yield { kind: 'text', class: className, texts, offset };
}

export function* anomalyRows(repository: Repository): Generator<RepositoryRow> {
  for (const anomaly of repository.anomalies()) yield { kind: 'anomaly', ...anomaly };
}
