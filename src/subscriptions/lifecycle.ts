import { type Event, isForgeable, isTimed } from '../windows/index.ts';
import { actorOf } from './actor.ts';
import type { ContentHistory } from './content.ts';
import type { SubscriptionPart, SubscriptionState } from './dossier.ts';
import type { Group } from './grouping.ts';
import { type Absence, absenceOf, absenceStep, type LookAt } from './looks.ts';
import { bindingKey, creationRecord, followsStart, type StartContext } from './registration.ts';
import { restingSteps, toldChanges } from './resting-steps.ts';
import {
  type Act,
  type ConsumerSight,
  compareEvents,
  type FilterSight,
  type FoldedSighting,
  isObjectRecord,
  isResting,
  TRIAD_WINDOW_MS,
} from './sighting.ts';
import { compareSteps, earliestMs, inOrder, type Moment, PARTS, type StepRecords, stepEvent } from './step-records.ts';

/** Created and deleted within this time is a fast life (C05, C06; DOMAIN parameters), milliseconds. */
const FAST_LIFE_MS = 600_000;

/** One firing of a subscription, found by the firing join (J15). */
export interface Firing {
  readonly strength: 'exact' | 'strong' | 'weak' | 'inferred';
  /** Ascending, never empty. */
  readonly events: readonly Event[];
}

/** The life of one subscription. */
export interface Life {
  /** By time. */
  readonly steps: readonly StepRecords[];
  readonly state: SubscriptionState;
  /** The record of the last word on the state. */
  readonly stateAt: Event | undefined;
  readonly first: Event;
  readonly last: Event;
  /** The 5861 that witnesses the creation, if one does. */
  readonly creation: Event | undefined;
  /** The first 5861, where nothing says that a start of Winmgmt made it: its creator may have been at work then. */
  readonly registration: Event | undefined;
  /** Records of a life of at most ten minutes (LF1). */
  readonly fastLife: readonly Event[];
  /** Records of a creation after a removal (LF3). */
  readonly recreation: readonly Event[];
}

/** Records of one act on one part that are one write. */
interface Run {
  readonly act: Act;
  readonly events: Event[];
  readonly sightings: FoldedSighting[];
}

function sightingsOf(group: Group, part: SubscriptionPart): readonly FoldedSighting[] {
  if (part === 'filter') return group.filters;
  return part === 'consumer' ? group.consumers : group.bindings;
}

function eventsOf(folded: FoldedSighting): readonly Event[] {
  const tail = folded.events.at(-1);
  return tail === undefined || compareEvents(tail, folded.last) >= 0 ? folded.events : [...folded.events, folded.last];
}

function momentsOf(sightings: readonly FoldedSighting[]): readonly Moment[] {
  const moments: Moment[] = [];
  for (const folded of sightings) {
    for (const event of eventsOf(folded)) moments.push({ act: folded.sighting.act, event, folded });
  }
  return moments.sort((a, b) => compareEvents(a.event, b.event));
}

/** Neighbouring records of one act within the window are one write: Sysmon may tell it twice (CORPUS 4.1). */
function runsOf(moments: readonly Moment[]): Run[] {
  const runs: Run[] = [];
  for (const { act, event, folded } of moments) {
    if (act === 'standing') continue;
    const latest = runs.at(-1);
    const before = latest?.events.at(-1);
    if (latest?.act === act && before !== undefined && event.timeMs - before.timeMs <= TRIAD_WINDOW_MS) {
      latest.events.push(event);
      latest.sightings.push(folded);
    } else runs.push({ act, events: [event], sightings: [folded] });
  }
  return runs;
}

function isWithin(event: Event, run: Run): boolean {
  const first = run.events[0];
  const last = run.events.at(-1);
  if (first === undefined || last === undefined) return false;
  return event.timeMs >= first.timeMs - TRIAD_WINDOW_MS && event.timeMs <= last.timeMs + TRIAD_WINDOW_MS;
}

/** The life that the sightings of a group tell (DOMAIN 3.5); undefined for a group without records. */
export function lifeOf(
  group: Group,
  filter: ContentHistory<FilterSight>,
  consumer: ContentHistory<ConsumerSight>,
  context: StartContext,
  activations: readonly Event[],
  firings: readonly Firing[],
  looks: readonly LookAt[] = [],
): Life | undefined {
  const moments = new Map(PARTS.map((part) => [part, momentsOf(sightingsOf(group, part))]));
  const absences = new Map(PARTS.map((part) => [part, absenceOf(group, moments.get(part) ?? [], looks)]));
  const runs = new Map<SubscriptionPart, Run[]>();
  for (const part of PARTS) {
    const told = moments.get(part) ?? [];
    const logged = told.filter(({ folded }) => !isResting(folded.sighting));
    const real = logged.filter(({ folded }) => isObjectRecord(folded.sighting));
    runs.set(part, runsOf(real.length > 0 ? real : logged));
  }
  const bindings = group.bindings.filter(({ sighting }) => sighting.source === '5861');
  const registered = inOrder(bindings.flatMap(eventsOf));
  const key = bindings[0] === undefined ? '' : bindingKey(bindings[0]);
  const creation = creationRecord(key, registered, context);
  const momentsIn = (part: SubscriptionPart): readonly Moment[] => moments.get(part) ?? [];
  const runsIn = (part: SubscriptionPart): readonly Run[] => runs.get(part) ?? [];
  const steps: readonly StepRecords[] = [
    ...registrations(bindings, registered, creation, runsIn('binding')),
    ...PARTS.flatMap((part) => [
      ...runsIn(part).flatMap((run) => stepsOfRun(part, run)),
      ...sightedOnly(part, momentsIn(part)),
      ...restingSteps(part, momentsIn(part)),
    ]),
    ...changes('filter', filter, runsIn('filter'), toldChanges(momentsIn('filter'))),
    ...changes('consumer', consumer, runsIn('consumer'), toldChanges(momentsIn('consumer'))),
    ...activationSteps(activations),
    ...firingSteps(firings),
    ...[...absences].flatMap(([part, absence]) => (absence === undefined ? [] : [absenceStep(part, absence)])),
  ];
  const events = inOrder([
    ...PARTS.flatMap((part) => (moments.get(part) ?? []).map(({ event }) => event)),
    ...activations,
    ...firings.flatMap((firing) => firing.events),
  ]);
  const first = events.find(isTimed) ?? events[0];
  const last = events.findLast(isTimed) ?? events.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const head = registered[0];
  return {
    steps: steps.map(heldBack).sort(compareSteps),
    ...stateOf(moments, absences, activations, firings),
    first,
    last,
    creation,
    registration: head !== undefined && !followsStart(key, head, context) ? head : undefined,
    fastLife: fastLifeOf(steps),
    recreation: recreationOf(runs, steps),
  };
}

/** A step that only forgeable text tells of is at most `strong` (SETTLED B16). */
function heldBack(step: StepRecords): StepRecords {
  const isSure = step.strength === 'witnessed' || step.strength === 'exact';
  return isSure && step.events.every(isForgeable) ? { ...step, strength: 'strong' } : step;
}

function stepsOfRun(part: SubscriptionPart, { act, events, sightings }: Run): readonly StepRecords[] {
  const [at, ...later] = inOrder(events);
  if (at === undefined || act === 'standing') return [];
  const isInferred = sightings.every(({ sighting }) => sighting.isInferred || !isObjectRecord(sighting));
  const actor = actorOf(sightings);
  return [
    {
      step: act === 'intended' ? 'created' : act,
      part,
      strength: isInferred ? 'inferred' : 'witnessed',
      ...(actor === undefined ? {} : { actor }),
      at,
      events: [at, ...later],
      count: later.length + 1,
    },
  ];
}

/** 5861 that are not part of a write that Sysmon saw: one creation at most, the rest shows that the binding stood. */
function registrations(
  bindings: readonly FoldedSighting[],
  events: readonly Event[],
  creation: Event | undefined,
  runs: readonly Run[],
): readonly StepRecords[] {
  const created = runs.filter((run) => run.act === 'created');
  const deleted = runs.filter((run) => run.act === 'deleted');
  const inferred = new Set(bindings.filter(({ sighting }) => sighting.isInferred).flatMap(eventsOf));
  const steps: StepRecords[] = [];
  const segments = new Map<number, Event[]>();
  for (const event of events) {
    const write = created.find((run) => isWithin(event, run));
    if (write !== undefined) {
      write.events.push(event);
      continue;
    }
    if (event === creation) {
      const strength = inferred.has(event) ? 'inferred' : 'witnessed';
      steps.push({ step: 'created', part: 'binding', strength, at: event, events: [event], count: 1 });
      continue;
    }
    const segment = deleted.filter((run) => compareEvents(run.events[0] ?? event, event) < 0).length;
    const list = segments.get(segment) ?? [];
    segments.set(segment, list);
    list.push(event);
  }
  const beyond = bindings.reduce((sum, folded) => sum + folded.count - eventsOf(folded).length, 0);
  let lastSegment = 0;
  for (const segment of segments.keys()) lastSegment = Math.max(lastSegment, segment);
  for (const [segment, list] of segments) {
    const at = list[0];
    if (at === undefined) continue;
    steps.push({
      step: 'registered',
      strength: list.every((event) => inferred.has(event)) ? 'inferred' : 'witnessed',
      at,
      events: list,
      count: list.length + (segment === lastSegment ? beyond : 0),
    });
  }
  return steps;
}

/** Sysmon records whose operation is unknown: they show the part, and no act. */
function sightedOnly(part: SubscriptionPart, moments: readonly Moment[]): readonly StepRecords[] {
  const events = moments
    .filter(({ act, folded }) => act === 'standing' && folded.sighting.source === 'sysmon')
    .map(({ event }) => event);
  const at = events[0];
  if (at === undefined) return [];
  return [{ step: 'registered', part, strength: 'witnessed', at, events, count: events.length }];
}

/** Changes that only the difference of two sightings shows (DOMAIN 3.5, `modified`). */
function changes(
  part: 'filter' | 'consumer',
  history: ContentHistory<FilterSight | ConsumerSight>,
  runs: readonly Run[],
  told: ReadonlySet<Event>,
): readonly StepRecords[] {
  const versions = [...history.earlier, ...(history.current === undefined ? [] : [history.current])];
  const written = new Set(runs.flatMap((run) => (run.act === 'deleted' ? [] : run.events)));
  const steps: StepRecords[] = [];
  for (let i = 1; i < versions.length; i++) {
    const before = versions[i - 1];
    const after = versions[i];
    if (before === undefined || after === undefined) continue;
    if (told.has(after.first) || written.has(after.first)) continue;
    const at: readonly [Event, Event] = [before.last, after.first];
    steps.push({ step: 'modified', part, strength: 'inferred', at, events: inOrder(at), count: 1 });
  }
  return steps;
}

function activationSteps(events: readonly Event[]): readonly StepRecords[] {
  const at = events[0];
  if (at === undefined) return [];
  return [{ step: 'activated', strength: 'witnessed', at, events, count: events.length }];
}

/** Firings of one strength are one step with their count, so that a trap that fires each minute stays readable. */
function firingSteps(firings: readonly Firing[]): readonly StepRecords[] {
  const byStrength = new Map<Firing['strength'], Firing[]>();
  for (const firing of firings) {
    const list = byStrength.get(firing.strength) ?? [];
    byStrength.set(firing.strength, list);
    list.push(firing);
  }
  const steps: StepRecords[] = [];
  for (const [strength, list] of byStrength) {
    const events = inOrder(list.flatMap((firing) => firing.events));
    const at = events[0];
    if (at !== undefined) steps.push({ step: 'fired', strength, at, events, count: list.length });
  }
  return steps;
}

type Word = { readonly stands: boolean; readonly event: Event } | undefined;

/** The last word of any record of the object on whether a part stands. */
function lastWord(moments: readonly Moment[]): Word {
  for (let i = moments.length - 1; i >= 0; i--) {
    const moment = moments[i];
    if (moment === undefined || !isObjectRecord(moment.folded.sighting)) continue;
    return { stands: moment.act !== 'deleted', event: moment.event };
  }
  return undefined;
}

function latest(events: readonly (Event | undefined)[]): Event | undefined {
  let found: Event | undefined;
  for (const event of events) {
    if (event !== undefined && (found === undefined || compareEvents(event, found) > 0)) found = event;
  }
  return found;
}

/** DOMAIN 3.5, state: the last word on the binding and both ends. */
function stateOf(
  moments: ReadonlyMap<SubscriptionPart, readonly Moment[]>,
  absences: ReadonlyMap<SubscriptionPart, Absence | undefined>,
  activations: readonly Event[],
  firings: readonly Firing[],
): Pick<Life, 'state' | 'stateAt'> {
  const wordOn = (part: SubscriptionPart): Word => {
    const absence = absences.get(part);
    return absence === undefined ? lastWord(moments.get(part) ?? []) : { stands: false, event: absence.look };
  };
  const binding = wordOn('binding');
  const filter = wordOn('filter');
  const consumer = wordOn('consumer');
  if (binding === undefined) return { state: 'unknown', stateAt: latest([filter?.event, consumer?.event]) };
  const gone = [binding, filter, consumer].filter((word) => word !== undefined && !word.stands);
  if (gone.length === 3) return { state: 'deleted', stateAt: latest(gone.map((word) => word?.event)) };
  if (gone.length > 0) return { state: 'disarmed', stateAt: latest(gone.map((word) => word?.event)) };
  const sure = firings.filter((firing) => firing.strength !== 'inferred').flatMap((firing) => firing.events);
  return { state: 'armed', stateAt: latest([binding.event, ...activations, ...sure]) };
}

function fastLifeOf(steps: readonly StepRecords[]): readonly Event[] {
  const created = steps.filter(
    ({ step, strength }) => (step === 'created' && strength !== 'inferred') || step === 'appeared',
  );
  const deleted = steps.filter(({ step }) => step === 'deleted');
  const events = new Set<Event>();
  for (const birth of created) {
    for (const end of deleted) {
      // Of what lies in brackets the whole of them counts (SETTLED D1).
      const life = stepEvent(end).timeMs - earliestMs(birth);
      if (!isTimed(stepEvent(birth)) || !isTimed(stepEvent(end)) || !(life >= 0 && life <= FAST_LIFE_MS)) continue;
      events.add(stepEvent(birth));
      events.add(stepEvent(end));
    }
  }
  return inOrder(events);
}

/** Created, or appeared between two looks, after it had been removed. */
function recreationOf(
  runs: ReadonlyMap<SubscriptionPart, readonly Run[]>,
  steps: readonly StepRecords[],
): readonly Event[] {
  const events: Event[] = [];
  for (const again of steps.filter(({ step }) => step === 'appeared')) {
    const end = steps.find(
      ({ step, part, events: told }) =>
        step === 'deleted' && part === again.part && told.some((event) => compareEvents(event, stepEvent(again)) < 0),
    );
    if (end !== undefined) events.push(stepEvent(end), stepEvent(again));
  }
  for (const ofPart of runs.values()) {
    let end: Event | undefined;
    for (const run of ofPart) {
      const event = run.events[0];
      if (run.act === 'deleted') end = event;
      else if (run.act === 'created' && end !== undefined && event !== undefined) {
        events.push(end, event);
        end = undefined;
      }
    }
  }
  return inOrder(events);
}
