import type { CallSource, WhoIsWho } from '../entities/index.ts';
import { type Event, isTimed, provenFirst, timeOf } from '../windows/index.ts';
import { parseWql, reasonsNotToFire } from '../wmi/index.ts';
import type { Actor } from './actor.ts';
import { type Bench, benignOf, type Case, hasObjectRecord } from './case.ts';
import { conflictsOf } from './conflicts.ts';
import type { Version } from './content.ts';
import type { Dossier, DossierTimer, LifecycleStep, OtherContent, SeenIn } from './dossier.ts';
import type { FilterFailure } from './filter-failures.ts';
import { aliasesOfGroup, type Group } from './grouping.ts';
import { type Life, lifeOf } from './lifecycle.ts';
import { notesOf } from './notes.ts';
import { optional } from './optional.ts';
import { originOf } from './origin.ts';
import { readPayload } from './payload-reading.ts';
import {
  type ConsumerSight,
  compareEvents,
  type FilterSight,
  type FoldedSighting,
  isObjectRecord,
} from './sighting.ts';
import { timeOfStep } from './step-records.ts';
import { type TimerAt, timerOf } from './timers.ts';
import { verdictOf } from './verdict.ts';
import { verdictFacts } from './verdict-facts.ts';

/** Evidence items of a step (SETTLED A30). */
const MAX_STEP_EVENTS = 1_000;

/** A dossier, and where its writes came from. */
export interface JudgedCase {
  readonly dossier: Dossier;
  /** By the joins, best first; empty where none was asked or none knows. */
  readonly sources: readonly CallSource[];
}

/** The dossier of a case; undefined for one without records. */
export function judge(subject: Case, bench: Bench): JudgedCase | undefined {
  const { group } = subject;
  const life = lifeOf(
    group,
    subject.filter,
    subject.consumer,
    bench.context,
    subject.activations,
    bench.firings,
    bench.looks,
  );
  if (life === undefined) return undefined;
  const sightings = [...new Set([...group.filters, ...group.consumers, ...group.bindings])];
  const sessions = bench.sessions.filter(({ event }) => isWrite(event, life));
  const facts = originOf(group, sessions, bench);
  const content = subject.consumer.current?.content;
  const payload = readPayload(subject.consumerClass, content);
  const benign = benignOf(subject, subject.filter.current?.content, content);
  const events = evidenceOf(sightings, life, bench.failures);
  const verdict = verdictOf(verdictFacts(subject, bench, life, facts, payload.features, benign));
  const isReal = hasObjectRecord(group);
  const timer = timerFor(subject, bench);
  const filterContent = subject.filter.current?.content;
  const dossier: Dossier = {
    id: subject.id,
    host: group.host,
    namespace: group.namespace,
    namespaceBasis: group.namespaceBasis,
    filter: {
      name: group.filterName ?? null,
      ...optional('query', filterContent?.query),
      ...optional('language', filterContent?.language),
      ...optional('eventNamespace', filterContent?.eventNamespace),
      ...optional('creatorSid', filterContent?.creatorSid),
      ...optional('trigger', subject.trigger),
    },
    consumer: {
      class: subject.consumerClass,
      name: group.consumerName ?? null,
      ...optional('payload', content?.payload),
      properties: record(content?.properties),
      decoded: payload.layers,
      features: payload.features,
      indicators: payload.indicators,
      ...optional('creatorSid', content?.creatorSid),
    },
    ...bindingOf(group),
    ...optional('timer', timer === undefined ? undefined : told(timer, bench)),
    creator: facts.creator,
    origin: facts.origin,
    lifecycle: life.steps.map(
      (step): LifecycleStep => ({
        step: step.step,
        ...timeOfStep(step),
        strength: step.strength,
        ...optional('part', step.part),
        ...optional('account', accountOf(step.actor, group.host, bench.who)),
        ...(step.count > 1 ? { count: step.count } : {}),
        evidence: bench.cite(provenFirst(step.events).slice(0, MAX_STEP_EVENTS)),
      }),
    ),
    state: isReal ? life.state : 'unknown',
    ...(life.stateAt === undefined || !isTimed(life.stateAt) ? {} : { stateAt: timeOf(life.stateAt) }),
    seenIn: seenIn(sightings),
    inferred: !isReal,
    ...optional('fingerprint', subject.fingerprint),
    ...optional('loosePrint', subject.loosePrint),
    firstSeen: timeOf(life.first),
    ...(isTimed(life.first) ? {} : { firstSeenIsBound: true as const }),
    lastSeen: timeOf(life.last),
    ...(isTimed(life.last) ? {} : { lastSeenIsBound: true as const }),
    otherContents: [
      ...otherContents(subject, 'filter', subject.filter.earlier, 'earlier', bench),
      ...otherContents(subject, 'consumer', subject.consumer.earlier, 'earlier', bench),
      ...otherContents(subject, 'filter', subject.filter.disagreeing, 'disagrees', bench),
      ...otherContents(subject, 'consumer', subject.consumer.disagreeing, 'disagrees', bench),
    ],
    conflicts: conflictsOf(subject, bench),
    baseline: {
      known: benign.exact !== undefined,
      ...optional('nearest', benign.nearest),
      ...(benign.nearest === undefined ? {} : { likeness: benign.likeness }),
    },
    verdict,
    notes: notesOf(subject, life, facts, payload, benign, [
      ...reasons(subject, timer),
      ...failureReasons(bench.failures),
    ]),
    aliases: aliasesOfGroup(group),
    evidence: bench.cite(events),
  };
  return { dossier, sources: facts.sources };
}

function accountOf(actor: Actor | undefined, host: string, who: WhoIsWho): string | undefined {
  return actor?.account ?? (actor?.sid === undefined ? undefined : who.accountOfSid(host, actor.sid));
}

/** A plain object without prototype: property names come from evidence. */
function record(map: ReadonlyMap<string, string> | undefined): Readonly<Record<string, string>> {
  const object: Record<string, string> = Object.create(null);
  if (map !== undefined) for (const name of [...map.keys()].sort()) object[name] = map.get(name) ?? '';
  return object;
}

/** The timer instruction that the filter waits for, where a look at the host's objects shows it. */
function timerFor({ trigger, filter }: Case, { timers }: Bench): TimerAt | undefined {
  if (trigger?.family !== 'timer') return undefined;
  return timerOf(timers, trigger.names, filter.current?.content.eventNamespace);
}

function told({ className, timerId, intervalMs, namespace, event }: TimerAt, { cite }: Bench): DossierTimer {
  return {
    class: className,
    timerId,
    ...optional('intervalMs', intervalMs),
    ...optional('namespace', namespace),
    evidence: cite([event]),
  };
}

function reasons(subject: Case, timer: TimerAt | undefined): readonly string[] {
  const { query, eventNamespace } = subject.filter.current?.content ?? { query: undefined, eventNamespace: undefined };
  return query === undefined ? [] : reasonsNotToFire(parseWql(query), eventNamespace, timer?.isGone === false);
}

/** What Winmgmt itself said when it could not activate the filter. */
function failureReasons(failures: readonly FilterFailure[]): readonly string[] {
  return failures.map(({ reason, events }) => {
    const last = events.at(-1);
    const when = last === undefined ? '' : `, last at ${timeOf(last)}`;
    return `Winmgmt could not activate the filter: ${reason}${when}`;
  });
}

/** Sessions count around what was written then, not around a log line that a start of the service made (L1). */
function isWrite(event: Event, life: Life): boolean {
  return event.eventId !== 5861 || event === life.creation || event === life.registration;
}

const SOURCES: readonly SeenIn[] = ['sysmon', '5861', 'repository', 'audit', 'trace', 'command', 'mof'];

function seenIn(sightings: readonly FoldedSighting[]): readonly SeenIn[] {
  const seen = new Set<SeenIn>(sightings.map(({ sighting }) => sighting.source));
  return SOURCES.filter((source) => seen.has(source));
}

function bindingOf(group: Group): Pick<Dossier, 'binding'> {
  const real = group.bindings.filter(({ sighting }) => isObjectRecord(sighting));
  const told = real.length > 0 ? real : group.bindings;
  if (told.length === 0) return group.isPaired ? { binding: { inferred: true } } : {};
  const binding = told.find(({ sighting }) => sighting.binding?.filterRef !== undefined)?.sighting.binding;
  const creatorSid = told.find(({ sighting }) => sighting.binding?.creatorSid !== undefined)?.sighting.binding
    ?.creatorSid;
  return {
    binding: {
      ...optional('filterRef', binding?.filterRef),
      ...optional('consumerRef', binding?.consumerRef),
      ...optional('creatorSid', creatorSid),
      inferred: real.length === 0,
    },
  };
}

/** Every record that speaks for the dossier, in time order, each once. */
function evidenceOf(
  sightings: readonly FoldedSighting[],
  life: Life,
  failures: readonly FilterFailure[],
): readonly Event[] {
  const events = new Set<Event>(failures.flatMap((failure) => failure.events));
  for (const { events: told, last } of sightings) {
    for (const event of told) events.add(event);
    events.add(last);
  }
  for (const step of life.steps)
    for (const event of provenFirst(step.events).slice(0, MAX_STEP_EVENTS)) events.add(event);
  return [...events].sort(compareEvents);
}

function otherContents<T extends FilterSight | ConsumerSight>(
  subject: Case,
  part: 'filter' | 'consumer',
  versions: readonly Version<T>[],
  kind: OtherContent['kind'],
  bench: Bench,
): readonly OtherContent[] {
  return versions.map(({ content, first, last }) => {
    const isFilter = 'query' in content;
    const benign = isFilter
      ? benignOf(subject, content, subject.consumer.current?.content)
      : benignOf(subject, subject.filter.current?.content, content);
    return {
      part,
      kind,
      ...(isFilter ? optional('query', content.query) : optional('payload', content.payload)),
      ...(isFilter ? optional('eventNamespace', content.eventNamespace) : {}),
      properties: isFilter ? record(undefined) : record(content.properties),
      firstSeen: timeOf(first),
      ...(isTimed(first) ? {} : { firstSeenIsBound: true as const }),
      lastSeen: timeOf(last),
      ...(isTimed(last) ? {} : { lastSeenIsBound: true as const }),
      benign: benign.exact !== undefined,
      evidence: bench.cite([...new Set([first, last])]),
    };
  });
}
