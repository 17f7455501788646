import { compareRecordIds, type Event } from './event.ts';

/**
 * The order of records of one time: by what they are and say, and only then by where they lie, since places tell how evidence was
 * gathered or sent (L7, L8).
 */
export function compareSameTime(a: Event, b: Event): number {
  return (
    compareText(a.channel.toLowerCase(), b.channel.toLowerCase()) ||
    compareRecordIds(a.recordId, b.recordId) ||
    a.eventId - b.eventId ||
    compareText(contentOf(a), contentOf(b)) ||
    compareText(a.place.source.file, b.place.source.file) ||
    compareText((a.place.source.container ?? []).join('\u0000'), (b.place.source.container ?? []).join('\u0000')) ||
    a.place.offset - b.place.offset
  );
}

function contentOf(event: Event): string {
  return JSON.stringify(event.entries());
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
