import type { LifecycleStep } from '../subscriptions/index.ts';
import { type Evidence, formatTime, parseTime } from '../windows/index.ts';
import type { IncidentParts } from './incident-parts.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A time of an incident, whose clock it is, and what told it (PRODUCT 12.1). */
export interface ClockReading {
  /** RFC 3339, UTC, seven digits. */
  readonly time: string;
  /** `device`: of a monitored machine, as recorded. */
  readonly clock: 'device' | 'receiver' | 'detector';
  /** "record ID", "subscription ID fired", "finding ID"; of the server's own times what the caller says. */
  readonly source: string;
}

/** A time of the server's own, Unix milliseconds. */
export interface ServerTime {
  readonly ms: number;
  readonly source: string;
}

/** What the server knows of the batch that completed an incident. */
export interface ServerTimes {
  readonly arrive: ServerTime;
  readonly detect: ServerTime;
  readonly alert: ServerTime;
}

/** When an incident happened, and when it was seen. */
export interface IncidentTimes {
  /** Earliest record that the links of its headline rest on; where it has none, of all that it cites. */
  readonly event: ClockReading;
  /** Execution or creation; absent where it tells of neither. */
  readonly act?: ClockReading;
  readonly arrive: ClockReading;
  readonly detect: ClockReading;
  readonly alert: ClockReading;
  /** `event` is more than 24 h before `arrive`: outside of live figures (SERVE 0.1, 4). */
  readonly isRetrospective: boolean;
}

/** The times of an incident when it is told for the first time. */
export function timesOf(parts: IncidentParts, server: ServerTimes): IncidentTimes {
  const event = eventTime(parts);
  const act = actTime(parts);
  const arrive = ofServer(server.arrive, 'receiver');
  return {
    event,
    ...(act === undefined ? {} : { act }),
    arrive,
    detect: ofServer(server.detect, 'detector'),
    alert: ofServer(server.alert, 'detector'),
    isRetrospective: isRetrospective(event, arrive),
  };
}

/**
 * The times of a later version: those of the machines by what is known now, those of the server as they were; of several incidents
 * that became one, the earliest (SETTLED G3).
 */
export function laterTimes(parts: IncidentParts, known: readonly IncidentTimes[], server: ServerTimes): IncidentTimes {
  const now = timesOf(parts, server);
  const arrive = earliest(known.map((times) => times.arrive)) ?? now.arrive;
  return {
    ...now,
    arrive,
    detect: earliest(known.map((times) => times.detect)) ?? now.detect,
    alert: earliest(known.map((times) => times.alert)) ?? now.alert,
    isRetrospective: isRetrospective(now.event, arrive),
  };
}

function isRetrospective(event: ClockReading, arrive: ClockReading): boolean {
  const [from, to] = [parseTime(event.time), parseTime(arrive.time)];
  return from !== undefined && to !== undefined && to.ms - from.ms > DAY_MS;
}

function ofServer({ ms, source }: ServerTime, clock: 'receiver' | 'detector'): ClockReading {
  return { time: formatTime(ms, 0), clock, source };
}

function eventTime({ incident, findings, subscriptions }: IncidentParts): ClockReading {
  const headline = [
    ...incident.edges.flatMap(({ evidence }) => evidence),
    ...incident.links.flatMap(({ joins }) => joins.flatMap(({ evidence }) => evidence)),
  ];
  const all = [...findings, ...subscriptions].flatMap(({ evidence }) => evidence);
  return (
    earliest(headline.flatMap(recordTime)) ??
    earliest(all.flatMap(recordTime)) ?? { time: incident.first, clock: 'device', source: `incident ${incident.id}` }
  );
}

function recordTime({ time, record }: Evidence): readonly ClockReading[] {
  return time === undefined || record === undefined ? [] : [{ time, clock: 'device', source: `record ${record}` }];
}

/** Steps that are an act; a look at what stands there is none (L1). */
const ACTS: ReadonlySet<LifecycleStep['step']> = new Set(['created', 'registered', 'fired']);

function actTime({ findings, subscriptions }: IncidentParts): ClockReading | undefined {
  const steps = subscriptions.flatMap(({ id, lifecycle }) =>
    lifecycle.flatMap(({ step, time, notBefore }): readonly ClockReading[] => {
      if (!ACTS.has(step) || notBefore === true || typeof time !== 'string') return [];
      return [{ time, clock: 'device', source: `subscription ${id} ${step}` }];
    }),
  );
  const starts = findings.flatMap(({ id, time, process }): readonly ClockReading[] =>
    process === undefined ? [] : [{ time, clock: 'device', source: `finding ${id}` }],
  );
  return earliest([...steps, ...starts]);
}

/** Times have one form and one length, so that text order is time order. */
function earliest(readings: readonly ClockReading[]): ClockReading | undefined {
  const [first] = readings.toSorted((a, b) => compareText(a.time, b.time) || compareText(a.source, b.source));
  return first;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
