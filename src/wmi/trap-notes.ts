import { eventClass, isPolled, isSingleton, isSystemCounter, watchedClass } from './event-classes.ts';
import { canonicalNamespace } from './reference.ts';
import { numberRange, triggerFacts, wantedTexts } from './trigger-facts.ts';
import { anyOf, secondsText } from './trigger-words.ts';
import type { WqlProblem, WqlQuery, WqlSelect } from './wql-types.ts';

/** Clock properties and the numbers that they can have. */
const CLOCK_LIMITS: readonly (readonly [string, number, number])[] = [
  ['hour', 0, 23],
  ['minute', 0, 59],
  ['second', 0, 59],
  ['dayofweek', 0, 6],
  ['day', 1, 31],
  ['month', 1, 12],
  ['quarter', 1, 4],
  ['weekinmonth', 1, 6],
];

function namespaceNotes(query: WqlSelect, eventNamespace: string | undefined): string[] {
  if (eventNamespace === undefined) return [];
  const namespace = canonicalNamespace(eventNamespace);
  const event = eventClass(query.className);
  if (event?.kind === 'extrinsic' && event.family === 'registry' && namespace !== 'root\\default') {
    return [`${query.className} is raised in root\\default, the filter listens in ${namespace}`];
  }
  return [];
}

function instanceNotes(query: WqlSelect): string[] {
  const notes: string[] = [];
  const event = eventClass(query.className);
  if (event?.kind !== 'instance') return notes;
  const { classes, comparisons } = triggerFacts(query);
  if (classes.length === 0) {
    notes.push('the query names no class of objects (ISA): WMI may refuse it as too broad (0x80042001)');
  }
  const polled = classes.filter(isPolled);
  if (polled.length > 0 && query.within === undefined) {
    notes.push(`WITHIN is missing and ${anyOf(polled)} has to be polled: WMI refuses the registration (0x80042002)`);
  }
  const singletons = classes.filter(isSingleton);
  if (singletons.length > 0 && singletons.length === classes.length && !event.changes.includes('modification')) {
    notes.push(`${anyOf(singletons)} is never created or deleted, only changed`);
  }
  if (classes.some((name) => watchedClass(name)?.family === 'clock')) {
    for (const [property, least, most] of CLOCK_LIMITS) {
      const range = numberRange(comparisons, property);
      if (range === undefined || range.values.length === 0) continue;
      if (range.values.every((value) => value < least || value > most || !Number.isInteger(value))) {
        notes.push(`${property} ${anyOf(range.values.map(String))} does not exist`);
      }
    }
  }
  const uptime = classes.some(isSystemCounter) ? numberRange(comparisons, 'systemuptime') : undefined;
  if (uptime?.low !== undefined && uptime.high !== undefined) {
    if (uptime.low >= uptime.high) notes.push(`SystemUpTime cannot be above ${uptime.low} and below ${uptime.high}`);
    else if (query.within !== undefined && query.within > uptime.high - uptime.low) {
      const width = secondsText(uptime.high - uptime.low);
      notes.push(
        `the window after boot is ${width} wide and looked at every ${secondsText(query.within)}: it may be missed`,
      );
    }
  }
  if (uptime !== undefined && uptime.low === undefined && uptime.high === undefined && query.within !== undefined) {
    notes.push(`SystemUpTime must be exactly ${anyOf(uptime.values.map(String))} at a poll: it may be missed`);
  }
  return notes;
}

/**
 * Reasons why a trap cannot fire, or only under a condition that the query alone does not show (PRODUCT 16 U12); an empty
 * list when there is none. Each is one clause for a dossier's notes. `hasTimer`: the timer that it waits for was seen.
 */
export function reasonsNotToFire(
  query: WqlQuery | WqlProblem,
  eventNamespace?: string,
  hasTimer = false,
): readonly string[] {
  if (query.kind === 'problem') {
    return [
      `Triad cannot read the query, WMI perhaps can: line ${query.line}, column ${query.column}: ${query.message}`,
    ];
  }
  if (query.kind !== 'select') return [`${query.kind.toUpperCase()} OF asks for objects and is no event query`];
  const notes = namespaceNotes(query, eventNamespace);
  const event = eventClass(query.className);
  if (
    event === undefined &&
    (watchedClass(query.className) !== undefined || /^(?:win32|cim)_/i.test(query.className))
  ) {
    const isEventName = /(?:event|trace)$/i.test(query.className);
    if (!isEventName) notes.push(`${query.className} is a class of objects, not of events`);
  }
  if (event?.kind === 'timer' && !hasTimer) {
    const ids = wantedTexts(triggerFacts(query).comparisons, 'timerid');
    const where =
      eventNamespace === undefined || eventNamespace === '' ? '' : ` in ${canonicalNamespace(eventNamespace)}`;
    notes.push(
      ids.length === 0
        ? `fires only while a timer instruction exists${where}`
        : `fires only while timer instruction ${anyOf(ids)} exists${where}`,
    );
  }
  notes.push(...instanceNotes(query));
  return notes;
}
