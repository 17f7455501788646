import {
  type CarvedInstance,
  type CarveResult,
  type CimClass,
  type CimInstance,
  LABEL_CONFIDENCE,
  type RepositoryLabel,
  valuesText,
} from '../cim/index.ts';
import type { HiddenValue, Instant, ObjectSight, Place, RepositoryEvidence, RestingAct } from '../windows/index.ts';
import { isConsumerProviderName, isStockConsumerClass, parseReference, referenceName } from '../wmi/index.ts';
import { type ClassTimeline, classTimelines } from './class-timelines.ts';
import type { HiddenObject } from './hidden-objects.ts';
import { ObjectEvent } from './object-event.ts';
import { objectOfClass, objectOfInstance } from './object-of-instance.ts';
import { behindRuns, runOf } from './service-run.ts';
import { type Checkpoint, objectKey, type Timeline, timelinesOf, type Version } from './timeline.ts';

/** What makes a subscription, and what it waits for (CIM 7.2). */
export const SUBSCRIPTION_CLASSES: readonly string[] = [
  '__EventFilter',
  '__EventConsumer',
  '__FilterToConsumerBinding',
  '__TimerInstruction',
];

/** What serves consumers, and every other provider. */
const PROVIDER_CLASSES: readonly string[] = ['__Win32Provider', '__ProviderRegistration'];
/** Classes from which nothing new should derive: consumers (C15) and processes (S13). */
const WATCHED_BASES: readonly string[] = ['__EventConsumer', 'Win32_Process'];

/** What lies beside the index of one copy of a repository. */
export interface CarvedCopy {
  /** The newest checkpoint that the copy holds. */
  readonly at: number;
  readonly found: CarveResult;
}

/** One lineage of a repository on one host. */
export interface RepositoryLineage {
  /** Oldest first, never empty. */
  readonly checkpoints: readonly Checkpoint[];
  /** Other copies of its checkpoints whose content is not theirs: one of them was torn or edited. */
  readonly differing: readonly Checkpoint[];
  /** What lies beside the indexes of its copies; empty when nobody looked. */
  readonly carved: readonly CarvedCopy[];
  readonly computer: string;
  /** Where it stands at the earliest in the order of the host's events when no time of it is known: behind its last record. Unix milliseconds. */
  readonly orderMs: number;
  /** False for what proves no absence: a backup, a copy with damage, or one of unknown age. It is asked when all was read. */
  readonly provesAbsence: () => boolean;
  /** Objects with data hidden in them (S14). */
  readonly hidden: readonly HiddenObject[];
}

/** The subscriptions of a repository over all its generations, and the look itself, as events (SETTLED D1, D3). */
export function repositoryEvents(lineage: RepositoryLineage): readonly ObjectEvent[] {
  const { checkpoints } = lineage;
  const timelines = timelinesOf(checkpoints, SUBSCRIPTION_CLASSES);
  const remains = remainsOf(lineage.carved);
  const stored = timelines.flatMap(({ versions }) => versions.map(({ firstInstance }) => firstInstance));
  const orderMs = behindRuns([...stored, ...remains.map(({ instance }) => instance)], lineage.orderMs);
  const teller = new Teller({ ...lineage, orderMs });
  for (const timeline of timelines) teller.tell(timeline);
  const newest = checkpoints.length - 1;
  for (const timeline of timelinesOf(checkpoints, PROVIDER_CLASSES)) {
    if (isConsumerProvider(timeline) || !isSettled(timeline, newest)) teller.tell(timeline);
  }
  for (const base of WATCHED_BASES) {
    for (const timeline of classTimelines(checkpoints, base)) {
      if (!isStockConsumerClass(timeline.name)) teller.tellClass(timeline);
    }
  }
  for (const session of sessionsOf(checkpoints)) teller.tellSession(session);
  for (const { object, hidden } of lineage.hidden) teller.tellHidden(object, hidden);
  const known = new Set(timelines.map(objectKey));
  for (const { at, instance, hasLiveVersion, isCut } of remains) {
    const isVersion = instance.namespace === undefined ? hasLiveVersion : known.has(objectKey(instance));
    teller.tellRemain(at, instance, isVersion, isCut);
  }
  for (const copy of lineage.differing) teller.tellDiffering(copy, timelines);
  for (const [at, { time }] of checkpoints.entries()) {
    if (at === newest || time !== undefined) teller.tellLook(at);
  }
  return teller.events;
}

/** The remains of subscriptions in all copies: of what several hold, that of the oldest, which says the most of when it was gone. */
function remainsOf(carved: readonly CarvedCopy[]): readonly (CarvedInstance & { readonly at: number })[] {
  const remains = new Map<string, CarvedInstance & { readonly at: number }>();
  for (const { at, found } of carved.toSorted((a, b) => a.at - b.at)) {
    for (const one of found.instances) {
      const { instance } = one;
      if (!instance.classChain.some((name) => SUBSCRIPTION_CLASSES.includes(name))) continue;
      const key = JSON.stringify([objectKey(instance), instance.sequence.toString(), valuesText(instance.properties)]);
      if (!remains.has(key)) remains.set(key, { ...one, at });
    }
  }
  return [...remains.values()];
}

/** Only what serves consumers is told as it stands; of other providers what came, changed or went. */
function isConsumerProvider({ className, versions }: Timeline): boolean {
  if (className.toLowerCase() === '__eventconsumerproviderregistration') return true;
  const name = versions.at(-1)?.lastInstance.properties.find(({ isKey }) => isKey)?.value;
  return typeof name === 'string' && isConsumerProviderName(name);
}

/** True for what every generation holds, unchanged. */
function isSettled({ versions: [only, ...others] }: Timeline, newest: number): boolean {
  return others.length === 0 && only?.first === 0 && only.last === newest;
}

/** The sessions of group policy in the newest generation: they name the accounts of SIDs (SETTLED D2). */
function sessionsOf(checkpoints: readonly Checkpoint[]): readonly CimInstance[] {
  const newest = checkpoints.at(-1)?.snapshot;
  if (newest === undefined) return [];
  return newest
    .namespaces()
    .filter(({ path }) => path !== undefined && /^root\\rsop\\user\\/i.test(path))
    .flatMap((namespace) => newest.instances(namespace, 'RSOP_Session'));
}

interface Dated extends Instant {
  readonly isTimed: boolean;
}

class Teller {
  readonly events: ObjectEvent[] = [];
  readonly #lineage: RepositoryLineage;
  /** Class of a live consumer by namespace and name. */
  readonly #consumers = new Map<string, { readonly className: string; readonly chain: readonly string[] }[]>();

  constructor(lineage: RepositoryLineage) {
    this.#lineage = lineage;
    for (const { snapshot } of lineage.checkpoints) {
      for (const { namespace, className, classChain, properties } of snapshot.instancesOfTree('__EventConsumer')) {
        const name = properties.find(({ isKey }) => isKey)?.value;
        if (typeof name !== 'string') continue;
        const key = consumerKey(namespace?.path ?? '', name);
        const list = this.#consumers.get(key) ?? [];
        this.#consumers.set(key, list);
        list.push({ className, chain: classChain.map((one) => one.toLowerCase()) });
      }
    }
  }

  tell({ versions }: Timeline): void {
    const newest = this.#lineage.checkpoints.length - 1;
    for (const [i, version] of versions.entries()) {
      const before = versions[i - 1];
      const after = versions[i + 1];
      const isChange = before !== undefined && before.last === version.first - 1;
      const isChanged = after !== undefined && after.first === version.last + 1;
      const label = version.last === newest ? undefined : isChanged ? 'superseded-version' : 'superseded';
      if (version.first === 0) this.#push('present', 0, version.firstInstance, { label });
      else if (isChange) {
        const other = this.#placeOf(version.first - 1, before.lastInstance, 'superseded-version');
        this.#push('modified', version.first, version.firstInstance, { label, other });
      } else {
        this.#push('appeared', version.first, version.firstInstance, {
          label,
          other: this.#absence(version.first - 1),
        });
      }
      if (version.last === newest && newest > 0) this.#push('present', newest, version.lastInstance, {});
      else if (version.last < newest && !isChanged) this.#tellDeletion(version);
    }
  }

  #tellDeletion({ last, lastInstance }: Version): void {
    this.#push('deleted', last + 1, lastInstance, { label: 'superseded', other: this.#absence(last + 1) });
  }

  /** A difference has its time in a bracket; the object is told from the generation that holds it. */
  #push(
    act: RestingAct,
    at: number,
    instance: CimInstance,
    {
      label,
      other,
    }: { readonly label?: RepositoryLabel | undefined; readonly other?: NonNullable<ObjectSight['other']> },
  ): void {
    const dated = this.#dateOf(at);
    const earlier = act === 'present' ? undefined : this.#lineage.checkpoints[at - 1];
    const { place, repository } = this.#placeOf(at, instance, label);
    this.events.push(
      this.#event(dated, place, {
        ...this.#object(instance),
        act,
        isTimed: dated.isTimed,
        repository,
        ...(earlier?.time === undefined ? {} : { after: earlier.time }),
        ...(earlier === undefined ? {} : { generations: [earlier.snapshot.info.id, this.#generation(at)] as const }),
        ...(other === undefined ? {} : { other }),
      }),
    );
  }

  /**
   * What only pages tell of: an older content of what a generation holds, else something that was deleted before the newest map of
   * their copy was written. By which older one it was gone nobody can tell: slack may be younger than they are.
   */
  tellRemain(at: number, instance: CimInstance, isVersion: boolean, isCut: boolean): void {
    const { place, repository } = this.#placeOf(at, instance, undefined);
    const { object, ...told } = this.#object(instance);
    const sight = { ...told, object: isCut ? { ...object, isWhole: false } : object, repository };
    const written = told.serviceRun?.notBefore ?? { ms: 0, ticks: 0 };
    const { isTimed, ...looked } = this.#dateOf(at);
    if (isVersion) this.events.push(this.#event(written, place, { ...sight, act: 'present', isTimed: false }));
    // It stands in a page of the newest generation: a key was lost or taken away, and nothing was deleted.
    else if (repository.label === 'unindexed')
      this.events.push(this.#event(looked, place, { ...sight, act: 'present', isTimed }));
    else {
      const bracket = isTimed ? { after: written } : {};
      this.events.push(this.#event(looked, place, { ...sight, act: 'deleted', isTimed, ...bracket }));
    }
  }

  /** What one copy of a checkpoint holds and no other: nobody can say which of them was there, so that both stay known. */
  tellDiffering(copy: Checkpoint, timelines: readonly Timeline[]): void {
    const known = new Map(timelines.map((one) => [objectKey(one), one.versions.map(({ values }) => values)]));
    for (const timeline of timelinesOf([copy], SUBSCRIPTION_CLASSES)) {
      const [only] = timeline.versions;
      if (only === undefined || known.get(objectKey(timeline))?.includes(only.values) === true) continue;
      const told = this.#object(only.firstInstance);
      const { place, repository } = placeIn(copy, only.firstInstance, undefined);
      const written = told.serviceRun?.notBefore ?? { ms: 0, ticks: 0 };
      this.events.push(this.#event(written, place, { ...told, repository, act: 'present', isTimed: false }));
    }
  }

  /** A class: when it came, as far as generations tell, and that it stands. */
  tellClass({ first, last, isCurrent, firstClass, lastClass }: ClassTimeline): void {
    if (first > 0) {
      this.#pushClass('appeared', first, firstClass, this.#absence(first - 1));
    }
    if (isCurrent) this.#pushClass('present', last, lastClass);
    else this.#pushClass('deleted', last + 1, lastClass, this.#absence(last + 1));
  }

  #pushClass(act: RestingAct, at: number, one: CimClass, other?: NonNullable<ObjectSight['other']>): void {
    const dated = this.#dateOf(at);
    const earlier = act === 'present' ? undefined : this.#lineage.checkpoints[at - 1];
    this.events.push(
      this.#event(dated, this.#placeOf(at, one, undefined).place, {
        object: objectOfClass(one),
        path: one.name,
        act,
        isTimed: dated.isTimed,
        repository: this.#placeOf(at, one, act === 'deleted' ? 'superseded' : undefined).repository,
        ...runOf(one.definition.timestamp),
        ...(earlier?.time === undefined ? {} : { after: earlier.time }),
        ...(earlier === undefined ? {} : { generations: [earlier.snapshot.info.id, this.#generation(at)] as const }),
        ...(other === undefined ? {} : { other }),
      }),
    );
  }

  tellSession(instance: CimInstance): void {
    this.#push('present', this.#lineage.checkpoints.length - 1, instance, {});
  }

  /** An object for the data that hides in it (S14). */
  tellHidden(one: CimInstance | CimClass, hidden: readonly HiddenValue[]): void {
    const newest = this.#lineage.checkpoints.length - 1;
    const dated = this.#dateOf(newest);
    // What is there no more stands in the file of a copy that still held it.
    const holder = this.#lineage.checkpoints.findLastIndex(({ snapshot }) => snapshot.info.id === one.place.generation);
    const { place, repository } = this.#placeOf(holder < 0 ? newest : holder, one, undefined);
    const told =
      'classChain' in one
        ? this.#object(one)
        : { object: objectOfClass(one), path: one.name, ...runOf(one.definition.timestamp) };
    this.events.push(
      this.#event(dated, place, { ...told, act: 'present', isTimed: dated.isTimed, hidden, repository }),
    );
  }

  /** Each generation is a look; of those without a time only the last one has a place in the order. */
  tellLook(at: number): void {
    const dated = this.#dateOf(at);
    const { place, repository } = this.#map(at, 'live');
    this.events.push(
      new ObjectEvent({
        computer: this.#lineage.computer,
        place,
        timeMs: dated.ms,
        timeTicks: dated.ticks,
        look: {
          source: 'repository',
          isTimed: dated.isTimed,
          provesAbsence: this.#lineage.provesAbsence() && this.#checkpoint(at).snapshot.info.indexMismatches === 0,
          repository,
        },
      }),
    );
  }

  #event({ ms, ticks }: Instant, place: Place, sight: Omit<ObjectSight, 'source'>): ObjectEvent {
    const { computer } = this.#lineage;
    return new ObjectEvent({
      computer,
      place,
      timeMs: ms,
      timeTicks: ticks,
      sight: { source: 'repository', ...sight },
    });
  }

  #object(instance: CimInstance): Pick<ObjectSight, 'object' | 'path' | 'serviceRun' | 'boundClass'> {
    const boundClass = this.#boundClass(instance);
    return {
      object: objectOfInstance(instance),
      path: instance.path,
      ...runOf(instance.sequence),
      ...(boundClass === undefined ? {} : { boundClass }),
    };
  }

  /** A reference may name a superclass of the consumer's class; the object decides (CIM 7.3). */
  #boundClass({ classChain, namespace, properties }: CimInstance): string | undefined {
    if (!classChain.includes('__FilterToConsumerBinding')) return undefined;
    const text = properties.find(({ name }) => name.toLowerCase() === 'consumer')?.value;
    const reference = typeof text === 'string' ? parseReference(text) : undefined;
    const name = reference === undefined ? undefined : referenceName(reference);
    if (reference === undefined || name === undefined) return undefined;
    const found = this.#consumers.get(consumerKey(reference.namespace ?? namespace?.path ?? '', name)) ?? [];
    const wanted = reference.className.toLowerCase();
    if (found.some(({ className }) => className.toLowerCase() === wanted)) return undefined;
    return found.find(({ chain }) => chain.includes(wanted))?.className;
  }

  #generation(at: number): number {
    return this.#lineage.checkpoints[at]?.snapshot.info.id ?? 0;
  }

  #dateOf(at: number): Dated {
    const time = this.#lineage.checkpoints[at]?.time;
    if (time !== undefined) return { ...time, isTimed: true };
    return { ms: this.#lineage.orderMs, ticks: Math.min(at, 9_999), isTimed: false };
  }

  #placeOf(
    at: number,
    one: Pick<CimInstance, 'place'>,
    label: RepositoryLabel | undefined,
  ): { readonly place: Place; readonly repository: RepositoryEvidence } {
    return placeIn(this.#checkpoint(at), one, label);
  }

  /** The mapping file of a generation speaks for what is not in it. */
  #absence(at: number): NonNullable<ObjectSight['other']> {
    return this.#map(at, 'absent');
  }

  #map(at: number, label: string): NonNullable<ObjectSight['other']> {
    const checkpoint = this.#checkpoint(at);
    const { id, map } = checkpoint.snapshot.info;
    const { source, bytes } = checkpoint.fileOf(map ?? 'OBJECTS.DATA');
    return {
      place: { source, offset: 0, length: bytes },
      repository: { ...(map === undefined ? {} : { map }), generation: id, label, confidence: 1 },
    };
  }

  #checkpoint(at: number): Checkpoint {
    const checkpoint = this.#lineage.checkpoints[at];
    if (checkpoint === undefined) throw new RangeError(`checkpoint ${at} is not there`);
    return checkpoint;
  }
}

function placeIn(
  { fileOf }: Checkpoint,
  one: Pick<CimInstance, 'place'>,
  label: RepositoryLabel | undefined,
): { readonly place: Place; readonly repository: RepositoryEvidence } {
  const { offset, ...found } = one.place;
  return {
    place: { source: fileOf('OBJECTS.DATA').source, offset, length: found.size },
    repository: label === undefined ? found : { ...found, label, confidence: LABEL_CONFIDENCE[label] },
  };
}

function consumerKey(namespace: string, name: string): string {
  return JSON.stringify([namespace.toLowerCase(), name.toLowerCase()]);
}
