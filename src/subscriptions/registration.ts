import { channelKey, compareRecordIds, type Event } from '../windows/index.ts';
import { type FoldedSighting, foldName } from './sighting.ts';

/** Winmgmt logs every stored binding again within this time of its start (DOMAIN 3.5), milliseconds. */
const AFTER_START_MS = 300_000;
/** A sign of a start may follow the record itself: the bindings of one start are logged one after the other. */
const SAME_START_MS = 10_000;

/** A 5861 that shows a start of Winmgmt by itself, with the binding that it is about. */
interface StartSign {
  readonly event: Event;
  readonly binding: string;
}

/** What is known of starts of Winmgmt on one host, and of how far its WMI-Activity log reaches back. */
export interface StartContext {
  /** Starts by other channels: 5615, 7036, boots; Unix milliseconds, ascending. */
  readonly starts: readonly number[];
  /** Earliest record of each WMI-Activity channel, by channel key. */
  readonly earliest: ReadonlyMap<string, Event>;
  /** SCM's own 5861 and every 5861 that repeats a binding, by time. */
  readonly signs: readonly StartSign[];
  /** For each channel the first sign of its log, and the first of another binding than that one's. */
  readonly firstSigns: ReadonlyMap<string, readonly StartSign[]>;
}

/** Key of a binding in 5861 records. */
export function bindingKey(folded: FoldedSighting): string {
  const { binding } = folded.sighting;
  return JSON.stringify([
    folded.sighting.namespace ?? '',
    foldName(binding?.filterName ?? ''),
    foldName(binding?.consumerClass ?? ''),
    foldName(binding?.consumerName ?? ''),
  ]);
}

/** Windows' own subscription: it stands in every repository, so its 5861 shows a start of Winmgmt (DOMAIN 6). */
function isServiceControlManager({ sighting }: FoldedSighting): boolean {
  return (
    foldName(sighting.binding?.filterName ?? '') === 'scm event log filter' &&
    foldName(sighting.binding?.consumerClass ?? '') === 'nteventlogeventconsumer'
  );
}

/** Orders records of one log by their ids, whatever the clock did (SETTLED A9); without ids by time. */
function compareInLog(a: Event, b: Event): number {
  if (a.recordId !== undefined && b.recordId !== undefined) return compareRecordIds(a.recordId, b.recordId);
  return a.timeMs - b.timeMs || a.timeTicks - b.timeTicks;
}

/** The first of these records in each log. */
function firstOfLogs(events: readonly Event[]): ReadonlyMap<string, Event> {
  const first = new Map<string, Event>();
  for (const event of events) {
    const key = channelKey(event);
    const other = first.get(key);
    if (other === undefined || compareInLog(event, other) < 0) first.set(key, event);
  }
  return first;
}

/** Gathers what the records of one host show of starts of Winmgmt. */
export function startContext(
  sightings: readonly FoldedSighting[],
  starts: readonly number[],
  earliest: ReadonlyMap<string, Event>,
): StartContext {
  const ofBinding = new Map<string, { events: Event[]; isAlways: boolean }>();
  for (const folded of sightings) {
    if (folded.sighting.source !== '5861') continue;
    const binding = bindingKey(folded);
    const entry = ofBinding.get(binding) ?? { events: [], isAlways: isServiceControlManager(folded) };
    ofBinding.set(binding, entry);
    for (const event of folded.events) entry.events.push(event);
  }
  const signs: StartSign[] = [];
  for (const [binding, { events, isAlways }] of ofBinding) {
    const first = isAlways ? undefined : new Set(firstOfLogs(events).values());
    for (const event of events) if (first?.has(event) !== true) signs.push({ event, binding });
  }
  signs.sort((a, b) => a.event.timeMs - b.event.timeMs);
  const inLogs = new Map<string, StartSign[]>();
  for (const sign of signs) {
    const channel = channelKey(sign.event);
    const list = inLogs.get(channel) ?? [];
    inLogs.set(channel, list);
    list.push(sign);
  }
  const firstSigns = new Map<string, readonly StartSign[]>();
  for (const [channel, list] of inLogs) {
    list.sort((a, b) => compareInLog(a.event, b.event));
    const other = list.find((sign) => sign.binding !== list[0]?.binding);
    firstSigns.set(channel, other === undefined ? list.slice(0, 1) : [...list.slice(0, 1), other]);
  }
  return { starts, earliest, signs, firstSigns };
}

/** Index of the first item whose time is not below `at`. */
function lowerBound<T>(items: readonly T[], at: number, timeOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && timeOf(item) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True when Winmgmt started shortly before this 5861, as far as any record tells. Such a 5861 shows no more than that the binding stands. */
export function followsStart(binding: string, event: Event, context: StartContext): boolean {
  const from = event.timeMs - AFTER_START_MS;
  const to = event.timeMs + SAME_START_MS;
  const start = context.starts[lowerBound(context.starts, from, (time) => time)];
  if (start !== undefined && start <= to) return true;
  const { signs } = context;
  for (let i = lowerBound(signs, from, (sign) => sign.event.timeMs); i < signs.length; i++) {
    const sign = signs[i];
    if (sign === undefined || sign.event.timeMs > to) return false;
    if (sign.binding !== binding) return true;
  }
  return false;
}

/** True when the log of the record holds an earlier start of Winmgmt, at which the binding would have shown. */
function reachesBack(binding: string, event: Event, context: StartContext): boolean {
  const channel = channelKey(event);
  const sign = context.firstSigns.get(channel)?.find((first) => first.binding !== binding);
  if (sign !== undefined && compareInLog(sign.event, event) < 0) return true;
  const earliest = context.earliest.get(channel);
  if (earliest === undefined || compareInLog(earliest, event) >= 0) return false;
  const start = context.starts[lowerBound(context.starts, earliest.timeMs + 1, (time) => time)];
  return start !== undefined && start < event.timeMs - AFTER_START_MS;
}

/**
 * The 5861 that witnesses the creation of a binding, if one does (DOMAIN 3.5, first row; L1): it is the binding's first
 * in its log, the log reaches back over an earlier start of Winmgmt, and nothing started Winmgmt in the five minutes
 * before it. `events` are all 5861 of the binding.
 */
export function creationRecord(binding: string, events: readonly Event[], context: StartContext): Event | undefined {
  let creation: Event | undefined;
  for (const first of firstOfLogs(events).values()) {
    if (first.recordId === undefined || followsStart(binding, first, context)) continue;
    if (!reachesBack(binding, first, context)) continue;
    if (creation === undefined || compareInLog(first, creation) < 0) creation = first;
  }
  return creation;
}
