import { Entities, HostTable } from '../src/entities/index.ts';
import { type AssemblerOptions, type Dossier, SubscriptionAssembler } from '../src/subscriptions/index.ts';
import type { Event } from '../src/windows/index.ts';
import type { EventModel } from '../testkit/index.ts';
import { coverageOf, madeEvents } from './made-event.ts';

/** The event as a reader shows it: each `detach` gives another copy, which keeps itself. */
function viewOf(event: Event): Event {
  return {
    ...event,
    detach: () => {
      const kept: Event = { ...event, detach: () => kept };
      return kept;
    },
  };
}

/** An assembler that was fed these events in this order, with hosts, logons and process starts from the same events. */
export function fed(events: readonly Event[], options: AssemblerOptions = {}): SubscriptionAssembler {
  const entities = new Entities(HostTable.from(coverageOf(events)));
  const assembler = new SubscriptionAssembler(entities, options);
  let nowMs = Number.NEGATIVE_INFINITY;
  const settle = (untilMs: number): void => {
    for (const start of entities.settle(untilMs)) assembler.processStarted(start);
    assembler.settle(untilMs);
  };
  for (const event of events.map(viewOf)) {
    if (event.timeMs > nowMs) {
      nowMs = event.timeMs;
      settle(nowMs);
    }
    entities.accept(event);
    assembler.accept(event);
  }
  settle(Number.POSITIVE_INFINITY);
  return assembler;
}

/** The events of these models, each computer's in a file of its own, in order of time. */
export function eventsOf(models: readonly EventModel[]): readonly Event[] {
  return [...Map.groupBy(models, ({ computer }) => computer)]
    .flatMap(([computer, ofComputer]) => madeEvents(ofComputer, `${computer}.evtx`))
    .sort((a, b) => a.timeMs - b.timeMs || a.timeTicks - b.timeTicks);
}

/** The dossiers of these events, fed in order of time. */
export function assembled(models: readonly EventModel[], options: AssemblerOptions = {}): readonly Dossier[] {
  return fed(eventsOf(models), options).finish();
}

/** The one dossier of these events; throws when there are others. */
export function onlyDossier(models: readonly EventModel[]): Dossier {
  const dossiers = assembled(models);
  const [dossier] = dossiers;
  if (dossier === undefined || dossiers.length !== 1) throw new Error(`${dossiers.length} dossiers`);
  return dossier;
}

/** The printed sum, terms without points but BASE left out: `CT2 20 + TR1 10 = 30 low`. */
export function sumOf(dossier: Dossier): string {
  const terms = dossier.verdict.terms.filter(({ code, points }) => points !== 0 || code !== 'BASE');
  const sum = terms.map(({ code, points }) => `${code} ${points}`).join(' + ');
  return `${sum} = ${dossier.verdict.score} ${dossier.verdict.level}`;
}

/** The life as lines: `09:00:00 created filter witnessed 2`, the number being that of its records. */
export function lifeLines(dossier: Dossier): readonly string[] {
  return dossier.lifecycle.map(({ step, time, strength, part, evidence }) => {
    const clock = (text: string): string => text.slice(11, 19);
    const when = typeof time === 'string' ? clock(time) : `${clock(time[0])}..${clock(time[1])}`;
    return [when, step, ...(part === undefined ? [] : [part]), strength, evidence.length].join(' ');
  });
}
