import type { CallSources, WhoIsWho } from '../entities/index.ts';
import type { Event, Evidence } from '../windows/index.ts';
import {
  type BenignMatch,
  canonicalClassName,
  classifyTrigger,
  fingerprintOf,
  matchBenign,
  parseWql,
  pollSeconds,
  propertyOf,
  type Trigger,
} from '../wmi/index.ts';
import { type ContentHistory, consumerHistory, filterHistory } from './content.ts';
import type { FilterFailure } from './filter-failures.ts';
import type { Trap } from './firing.ts';
import { type Group, keyOfGroup } from './grouping.ts';
import { subscriptionId } from './identity.ts';
import { type Firing, lifeOf } from './lifecycle.ts';
import type { LookAt } from './looks.ts';
import { optional } from './optional.ts';
import type { SessionsAt } from './origin.ts';
import type { StartContext } from './registration.ts';
import { type ConsumerSight, type FilterSight, isObjectRecord, TRIAD_WINDOW_MS } from './sighting.ts';
import type { TimerAt } from './timers.ts';
import type { Witnessed } from './verdict.ts';

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

/** What a judgement takes from the rest of the run. */
export interface Bench {
  readonly who: WhoIsWho;
  readonly sources: CallSources | undefined;
  readonly context: StartContext;
  /** Looks at the objects at rest of its host, by time. */
  readonly looks: readonly LookAt[];
  /** Timer instructions of its host. */
  readonly timers: readonly TimerAt[];
  readonly firings: readonly Firing[];
  readonly sessions: readonly SessionsAt[];
  readonly compiled: Witnessed | undefined;
  readonly failures: readonly FilterFailure[];
  /** Hosts that hold the same fingerprint, with a record each. */
  readonly same: ReadonlyMap<string, Event>;
  cite(events: readonly Event[]): readonly Evidence[];
}

/** Firing is looked for a little beyond the end of a trap: a poll that had begun still ends (J15), milliseconds. */
const FIRING_SLACK_MS = 10_000;
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
export function trapOf(subject: Case, context: StartContext, looks: readonly LookAt[]): Trap | undefined {
  const kind =
    subject.consumerClass === 'CommandLineEventConsumer'
      ? 'command'
      : subject.consumerClass === 'ActiveScriptEventConsumer'
        ? 'script'
        : undefined;
  if (kind === undefined || !hasObjectRecord(subject.group)) return undefined;
  const life = lifeOf(subject.group, subject.filter, subject.consumer, context, subject.activations, [], looks);
  if (life === undefined) return undefined;
  const content = subject.consumer.current?.content;
  const births = life.steps.filter(({ step, strength }) => step === 'created' && strength !== 'inferred');
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

/** False where only creating commands speak for a group. */
export function hasObjectRecord(group: Group): boolean {
  return [...group.filters, ...group.consumers, ...group.bindings].some(({ sighting }) => isObjectRecord(sighting));
}

/** The comparison of one pair of contents with the benign table. */
export function benignOf(
  subject: Case,
  filter: FilterSight | undefined,
  consumer: ConsumerSight | undefined,
): BenignMatch {
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
