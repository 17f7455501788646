import { Engine, type Finding } from '../../src/analytics/index.ts';
import { buildIncidents, type Incident } from '../../src/incidents/index.ts';
import type { Dossier } from '../../src/subscriptions/index.ts';
import { type Event, isKept, parseTime } from '../../src/windows/index.ts';
import { type EventModel, logsOf } from '../../testkit/index.ts';
import { coverageOf, madeEvents } from '../made-event.ts';

/** What was found, whichever way the evidence came. */
export interface Told {
  readonly incidents: readonly Incident[];
  readonly findings: readonly Finding[];
  readonly dossiers: readonly Dossier[];
  readonly evicted: Readonly<Record<string, number>>;
}

/**
 * The records of a simulation as a hunt hands them to the engine: numbered within their log, dated by Sysmon's UtcTime where
 * there is one (SETTLED A10), in the order of time, only what a hunt keeps.
 */
export function readEvents(models: Iterable<EventModel>): readonly Event[] {
  return logsOf(models)
    .flatMap(({ computer, channel, events }) => madeEvents(events, `${computer}/${channel.replaceAll('/', '%4')}.evtx`))
    .map(datedByUtcTime)
    .sort(
      (a, b) =>
        a.timeMs - b.timeMs ||
        a.timeTicks - b.timeTicks ||
        (a.place.source.file < b.place.source.file ? -1 : a.place.source.file > b.place.source.file ? 1 : 0) ||
        Number(a.recordId) - Number(b.recordId),
    );
}

function datedByUtcTime(event: Event): Event {
  const utcTime = event.channel.startsWith('Microsoft-Windows-Sysmon') ? event.get('UtcTime') : undefined;
  const time = utcTime === undefined ? undefined : parseTime(`${utcTime.replace(' ', 'T')}Z`);
  if (time === undefined) return event;
  const dated: Event = { ...event, timeMs: time.ms, timeTicks: time.ticks, detach: () => dated };
  return dated;
}

/** Through the engine and the incidents alone. */
export function toldByEngine(models: Iterable<EventModel>): Told {
  const events = readEvents(models);
  const engine = new Engine({ coverage: coverageOf(events) });
  for (const event of events) if (isKept(event)) engine.accept(event);
  const { judged, dossiers, gaps, facts, findings, evicted } = engine.finish();
  const { incidents } = buildIncidents({ findings: judged, dossiers, gaps, facts });
  return { incidents, findings, dossiers, evicted };
}
