import type { EventDocument } from '../../src/api/index.ts';

/** A row of the search: of the event only what the row shows. */
export interface Hit {
  readonly id: string;
  readonly time: string | undefined;
  readonly host: string;
  readonly channel: string;
  readonly eventId: number | undefined;
  readonly snippet: string;
}

const SNIPPET_LENGTH = 240;
/** Characters before the text that was looked for. */
const BEFORE = 40;

/** Copies what is kept: a part of a text would keep the whole text in memory. */
export function hitOf(event: EventDocument, texts: readonly string[]): Hit {
  const { id, time, host, channel, eventId } = event;
  return { id, time, host, channel, eventId, snippet: copied(snippetOf(event.text ?? '', texts)) };
}

/** Of an event what stands around the first text that was looked for; else what it says, without the frame that all share. */
export function snippetOf(text: string, texts: readonly string[]): string {
  const lower = text.toLowerCase();
  const places = texts.map((one) => lower.indexOf(one.toLowerCase())).filter((at) => at >= 0);
  const at = places.length > 0 ? Math.min(...places) - BEFORE : text.indexOf('<EventData>');
  const begin = Math.max(0, at);
  return `${begin > 0 && places.length > 0 ? '…' : ''}${text.slice(begin, begin + SNIPPET_LENGTH)}`;
}

/** V8 makes a slice a view of the text that it was cut from: of a page of events 8 MB stay for 50 KB of rows. Through JSON it is a text of its own. */
function copied(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
