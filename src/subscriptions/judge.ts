import type { Strength, WhoIsWho } from '../entities/index.ts';
import { type Event, type Evidence, imageTail, isInteractiveUserSid } from '../windows/index.ts';
import {
  type BenignMatch,
  canonicalClassName,
  classifyTrigger,
  fingerprintOf,
  matchBenign,
  parseWql,
  pollSeconds,
  propertyOf,
  reasonsNotToFire,
  type Trigger,
} from '../wmi/index.ts';
import { type ContentHistory, consumerHistory, filterHistory, type Version } from './content.ts';
import type { Dossier, LifecycleStep, OtherContent, SeenIn } from './dossier.ts';
import type { Trap } from './firing.ts';
import { aliasesOfGroup, type Group, keyOfGroup, TRIAD_WINDOW_MS } from './grouping.ts';
import { subscriptionId } from './identity.ts';
import { type Firing, type Life, lifeOf, stepTime, timeOf } from './lifecycle.ts';
import { notesOf } from './notes.ts';
import { type OriginFacts, originOf, type SessionsAt } from './origin.ts';
import { readPayload } from './payload-reading.ts';
import type { StartContext } from './registration.ts';
import {
  type ConsumerSight,
  compareEvents,
  type FilterSight,
  type FoldedSighting,
  foldName,
  isObjectRecord,
} from './sighting.ts';
import { type VerdictFacts, verdictOf, type Witnessed } from './verdict.ts';

/** A subscription with its contents read, before its firings, its origin and its sum. */
export interface Case {
  readonly group: Group;
  readonly id: string;
  readonly filter: ContentHistory<FilterSight>;
  readonly consumer: ContentHistory<ConsumerSight>;
  readonly consumerClass: string | null;
  readonly trigger: Trigger | undefined;
  readonly pollMs: number;
  readonly fingerprint: string | undefined;
  readonly loosePrint: string | undefined;
  readonly activations: readonly Event[];
}

/** Firing is looked for a little beyond the end of a trap: a poll that had begun still ends (J15), milliseconds. */
const FIRING_SLACK_MS = 10_000;
/** Records that a term cites: the dossier's own list has all. */
const TERM_EVENTS = 4;
/** Evidence items of a step (SETTLED A30). */
const MAX_STEP_EVENTS = 1_000;

/** Reads the contents of a group. */
export function openCase(group: Group, activationsOf: (filters: readonly FilterSight[]) => readonly Event[]): Case {
  const filter = filterHistory(group.filters);
  const consumer = consumerHistory(group.consumers);
  const className = group.consumerClass ?? consumer.current?.content.className;
  const consumerClass = className === undefined ? null : canonicalClassName(className);
  const { query, eventNamespace } = filter.current?.content ?? { query: undefined, eventNamespace: undefined };
  const tree = query === undefined ? undefined : parseWql(query);
  const content = consumer.current?.content;
  const prints = fingerprintOf({
    consumerClass,
    properties: content?.properties ?? new Map(),
    ...(content?.payload === undefined ? {} : { payload: content.payload }),
    ...(query === undefined ? {} : { query }),
    ...(eventNamespace === undefined ? {} : { eventNamespace }),
  });
  const told = [...filter.earlier, ...(filter.current === undefined ? [] : [filter.current]), ...filter.disagreeing];
  return {
    group,
    id: subscriptionId(keyOfGroup(group)),
    filter,
    consumer,
    consumerClass,
    trigger: tree === undefined ? undefined : classifyTrigger(tree, eventNamespace),
    pollMs: 1000 * ((tree === undefined ? undefined : pollSeconds(tree)) ?? 0),
    fingerprint: prints?.fingerprint,
    loosePrint: prints?.loosePrint,
    activations: activationsOf(told.map((version) => version.content)),
  };
}

/** What the firing join has to know; undefined for a consumer that starts no process. */
export function trapOf(subject: Case, context: StartContext): Trap | undefined {
  const kind =
    subject.consumerClass === 'CommandLineEventConsumer'
      ? 'command'
      : subject.consumerClass === 'ActiveScriptEventConsumer'
        ? 'script'
        : undefined;
  if (kind === undefined || !hasObjectRecord(subject.group)) return undefined;
  const life = lifeOf(subject.group, subject.filter, subject.consumer, context, subject.activations, []);
  if (life === undefined) return undefined;
  const content = subject.consumer.current?.content;
  const births = life.steps.filter(({ step, strength }) => step === 'created' && strength === 'witnessed');
  const isBorn = births.length > 0 && life.steps[0]?.step === 'created';
  const isGone = life.state === 'deleted' || life.state === 'disarmed';
  return {
    id: subject.id,
    kind,
    payload: content?.payload,
    executable: content === undefined ? undefined : filled(propertyOf(content.properties, 'ExecutablePath')),
    template: content === undefined ? undefined : filled(propertyOf(content.properties, 'CommandLineTemplate')),
    from: isBorn ? life.first.timeMs - TRIAD_WINDOW_MS : Number.NEGATIVE_INFINITY,
    to:
      isGone && life.stateAt !== undefined
        ? life.stateAt.timeMs + subject.pollMs + FIRING_SLACK_MS
        : Number.POSITIVE_INFINITY,
  };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}

function hasObjectRecord(group: Group): boolean {
  return [...group.filters, ...group.consumers, ...group.bindings].some(({ sighting }) => isObjectRecord(sighting));
}

/** What a judgement takes from the rest of the run. */
export interface Bench {
  readonly who: WhoIsWho;
  readonly context: StartContext;
  readonly firings: readonly Firing[];
  readonly sessions: readonly SessionsAt[];
  readonly compiled: Witnessed | undefined;
  /** Hosts that hold the same fingerprint, with a record each. */
  readonly same: ReadonlyMap<string, Event>;
  cite(events: readonly Event[]): readonly Evidence[];
}

/** The dossier of a case; undefined for one without records. */
export function judge(subject: Case, bench: Bench): Dossier | undefined {
  const { group } = subject;
  const life = lifeOf(group, subject.filter, subject.consumer, bench.context, subject.activations, bench.firings);
  if (life === undefined) return undefined;
  const sightings = [...new Set([...group.filters, ...group.consumers, ...group.bindings])];
  const sessions = bench.sessions.filter(({ event }) => isWrite(event, life));
  const facts = originOf(group, sessions, bench.who);
  const content = subject.consumer.current?.content;
  const payload = readPayload(subject.consumerClass, content);
  const benign = benignOf(subject, subject.filter.current?.content, content);
  const events = evidenceOf(sightings, life);
  const verdict = verdictOf(verdictFacts(subject, bench, life, facts, payload.features, benign));
  const isReal = hasObjectRecord(group);
  const filterContent = subject.filter.current?.content;
  return {
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
    creator: facts.creator,
    origin: facts.origin,
    lifecycle: life.steps.map(
      (step): LifecycleStep => ({
        step: step.step,
        time: stepTime(step),
        strength: step.strength,
        ...optional('part', step.part),
        ...(step.count > 1 ? { count: step.count } : {}),
        evidence: bench.cite(step.events.slice(0, MAX_STEP_EVENTS)),
      }),
    ),
    state: isReal ? life.state : 'unknown',
    ...(life.stateAt === undefined ? {} : { stateAt: timeOf(life.stateAt) }),
    seenIn: seenIn(sightings),
    inferred: !isReal,
    ...optional('fingerprint', subject.fingerprint),
    ...optional('loosePrint', subject.loosePrint),
    firstSeen: timeOf(life.first),
    lastSeen: timeOf(life.last),
    otherContents: [
      ...otherContents(subject, 'filter', subject.filter.earlier, 'earlier', bench),
      ...otherContents(subject, 'consumer', subject.consumer.earlier, 'earlier', bench),
      ...otherContents(subject, 'filter', subject.filter.disagreeing, 'disagrees', bench),
      ...otherContents(subject, 'consumer', subject.consumer.disagreeing, 'disagrees', bench),
    ],
    baseline: {
      known: benign.exact !== undefined,
      ...optional('nearest', benign.nearest),
      ...(benign.nearest === undefined ? {} : { likeness: benign.likeness }),
    },
    verdict,
    notes: notesOf(subject, life, facts, payload, benign, reasons(subject)),
    aliases: aliasesOfGroup(group),
    evidence: bench.cite(events),
  };
}

function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}

/** A plain object without prototype: property names come from evidence. */
function record(map: ReadonlyMap<string, string> | undefined): Readonly<Record<string, string>> {
  const object: Record<string, string> = Object.create(null);
  if (map !== undefined) for (const name of [...map.keys()].sort()) object[name] = map.get(name) ?? '';
  return object;
}

function reasons(subject: Case): readonly string[] {
  const { query, eventNamespace } = subject.filter.current?.content ?? { query: undefined, eventNamespace: undefined };
  return query === undefined ? [] : reasonsNotToFire(parseWql(query), eventNamespace);
}

/** Sessions count around what was written then, not around a log line that a start of the service made (L1). */
function isWrite(event: Event, life: Life): boolean {
  return event.eventId !== 5861 || event === life.creation || event === life.registration;
}

const SOURCES: readonly SeenIn[] = ['sysmon', '5861', 'repository', 'audit', 'trace', 'command'];

function seenIn(sightings: readonly FoldedSighting[]): readonly SeenIn[] {
  const seen = new Set<SeenIn>(sightings.map(({ sighting }) => sighting.source));
  return SOURCES.filter((source) => seen.has(source));
}

function bindingOf(group: Group): Pick<Dossier, 'binding'> {
  const real = group.bindings.filter(({ sighting }) => isObjectRecord(sighting));
  const told = real.length > 0 ? real : group.bindings;
  if (told.length === 0) return group.isPaired ? { binding: { inferred: true } } : {};
  const binding = told.find(({ sighting }) => sighting.binding?.filterRef !== undefined)?.sighting.binding;
  return {
    binding: {
      ...optional('filterRef', binding?.filterRef),
      ...optional('consumerRef', binding?.consumerRef),
      inferred: real.length === 0,
    },
  };
}

/** Every record that speaks for the dossier, in time order, each once. */
function evidenceOf(sightings: readonly FoldedSighting[], life: Life): readonly Event[] {
  const events = new Set<Event>();
  for (const { events: told, last } of sightings) {
    for (const event of told) events.add(event);
    events.add(last);
  }
  for (const step of life.steps) for (const event of step.events.slice(0, MAX_STEP_EVENTS)) events.add(event);
  return [...events].sort(compareEvents);
}

/** The comparison of one pair of contents with the benign table. */
function benignOf(subject: Case, filter: FilterSight | undefined, consumer: ConsumerSight | undefined): BenignMatch {
  const { group } = subject;
  return matchBenign({
    namespace: group.namespace,
    isBound: group.bindings.some(({ sighting }) => isObjectRecord(sighting)),
    hasAllProperties: consumer?.isWhole === true && !consumer.isCut,
    filterName: group.filterName ?? null,
    ...optional('query', filter?.query),
    ...optional('eventNamespace', filter?.eventNamespace),
    ...optional('filterCreatorSid', filter?.creatorSid),
    consumerClass: subject.consumerClass,
    consumerName: group.consumerName ?? null,
    properties: consumer?.properties ?? new Map<string, string>(),
    ...optional('payload', consumer?.payload),
    ...optional('consumerCreatorSid', consumer?.creatorSid),
  });
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
      lastSeen: timeOf(last),
      benign: benign.exact !== undefined,
      evidence: bench.cite([...new Set([first, last])]),
    };
  });
}

function firstEvents(sightings: readonly FoldedSighting[]): readonly Event[] {
  const events = sightings.map(({ events: told }) => told[0]).filter((event) => event !== undefined);
  return [...new Set(events)].sort(compareEvents).slice(0, TERM_EVENTS);
}

/** Names that tools give their timers (DOMAIN 4); wmipersist's begins with `TI_`. */
const TOOL_TIMERS: ReadonlySet<string> = new Set(['timer', 'windowstimer', 'trigger', 'fuckyoumm2_itimer']);

function verdictFacts(
  subject: Case,
  bench: Bench,
  life: Life,
  facts: OriginFacts,
  features: VerdictFacts['features'],
  benign: BenignMatch,
): VerdictFacts {
  const { group } = subject;
  const cite = (events: readonly Event[]): readonly Evidence[] => bench.cite(events.slice(0, TERM_EVENTS));
  const witnessed = (text: string, events: readonly Event[]): Witnessed | undefined =>
    events.length === 0 ? undefined : { text, evidence: cite(events) };
  const consumer = subject.consumer.current?.content;
  const consumerEvidence = cite(firstEvents(group.consumers));
  const filterEvidence = cite(firstEvents(group.filters));
  const fired = life.steps.filter(({ step }) => step === 'fired');
  const firings = fired.reduce((sum, { count }) => sum + count, 0);
  const isSure = fired.some(({ strength }) => strength !== 'inferred');
  const hijacked = [...subject.consumer.earlier, ...subject.filter.earlier].filter((version) => {
    const content = version.content;
    return 'query' in content
      ? benignOf(subject, content, consumer).exact !== undefined
      : benignOf(subject, subject.filter.current?.content, content).exact !== undefined;
  });
  const timer =
    subject.trigger?.family === 'timer' ? subject.trigger.names.find((name) => isToolTimer(name, group)) : undefined;
  return {
    namespace: group.namespace,
    consumer: {
      className: subject.consumerClass,
      properties: consumer?.properties ?? new Map<string, string>(),
      isContentSeen: consumer !== undefined,
      exists: group.consumers.length > 0 || group.bindings.length > 0,
      evidence: consumerEvidence,
    },
    trigger: subject.trigger === undefined ? undefined : { trigger: subject.trigger, evidence: filterEvidence },
    toolTimer:
      timer === undefined
        ? undefined
        : { text: `waits for the timer ${timer}, a name that a known tool gives`, evidence: filterEvidence },
    remote:
      facts.remoteStrength === undefined
        ? undefined
        : {
            strength: facts.remoteStrength,
            text: remoteText(facts, facts.remoteStrength),
            evidence: facts.remoteEvidence.slice(0, TERM_EVENTS),
          },
    writerTool:
      facts.tool === undefined
        ? undefined
        : witnessed(`written by ${imageTail(facts.tool.writer.image)}`, [facts.tool.event]),
    wmipersistShape: isWmipersistShape(subject)
      ? { text: 'names, references and owner as wmipersist writes them', evidence: consumerEvidence }
      : undefined,
    compiled: bench.compiled,
    features,
    fastLife: witnessed('created and deleted within 10 minutes', life.fastLife),
    fired: witnessed(
      `fired${firings > 1 ? ` ${firings} times` : ''}${isSure ? '' : ' (inferred)'}`,
      fired.flatMap(({ events }) => events),
    ),
    recreated: witnessed('created again after it had been removed', life.recreation),
    hijackedBenign: witnessed(
      'it held benign content before it was changed',
      hijacked.flatMap(({ first, last }) => [first, last]),
    ),
    hostsWithSame: benign.exact === undefined ? bench.same.size : 0,
    spreadEvidence: cite([...bench.same].filter(([host]) => host !== group.host).map(([, event]) => event)),
    benign,
    benignEvidence: cite(firstEvents([...group.filters, ...group.consumers])),
    creatorSid: [consumer?.creatorSid, subject.filter.current?.content.creatorSid].find(
      (sid) => sid !== undefined && isInteractiveUserSid(sid),
    ),
  };
}

function remoteText(facts: OriginFacts, strength: Strength): string {
  const { candidates, source } = facts.origin;
  const join = candidates[0]?.join ?? 'J12';
  const from =
    source?.address ?? (candidates.length === 1 ? 'another host' : `one of ${candidates.length} remote logons`);
  return `written over the network from ${from} (${join}, ${strength})`;
}

function isToolTimer(name: string, group: Group): boolean {
  const folded = foldName(name);
  return TOOL_TIMERS.has(folded) || folded === `ti_${foldName(group.consumerName ?? '')}`;
}

/** R04's shape: script consumer, relative references, Administrators as owner, `EF_` or `TI_` before the name. */
function isWmipersistShape(subject: Case): boolean {
  const { group } = subject;
  if (subject.consumerClass !== 'ActiveScriptEventConsumer' || group.consumerName === undefined) return false;
  if (subject.consumer.current?.content.creatorSid !== 'S-1-5-32-544') return false;
  const references = group.bindings.filter(({ sighting }) => sighting.binding?.filterRef !== undefined);
  if (!references.some(({ sighting }) => sighting.binding?.isRelative === true)) return false;
  const name = foldName(group.consumerName);
  if (foldName(group.filterName ?? '') === `ef_${name}`) return true;
  return subject.trigger?.names.some((timer) => foldName(timer) === `ti_${name}`) === true;
}
