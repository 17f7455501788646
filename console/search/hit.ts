import type { EventDocument } from '../../src/api/index.ts';
import { cellsOf } from './columns.ts';

/** A row of the search: of the event only what the row shows. */
export interface Hit {
  readonly id: string;
  readonly time: string | undefined;
  readonly host: string;
  readonly channel: string;
  readonly eventId: number | undefined;
  readonly snippet: string;
  /** What it says in each column that was chosen; undefined where its bytes could not be read. */
  readonly cells: readonly (string | undefined)[];
}

const SNIPPET_LENGTH = 240;
/** Characters before the text that was looked for. */
const BEFORE = 40;

/** Copies what is kept: a part of a text would keep the whole text in memory. */
export function hitOf(event: EventDocument, texts: readonly string[], columns: readonly string[] = []): Hit {
  const { id, time, host, channel, eventId } = event;
  const snippet = copied(snippetOf(event.text ?? '', texts));
  const cells = cellsOf(event, columns).map((value) => (value === undefined ? undefined : copied(value)));
  return { id, time, host, channel, eventId, snippet, cells };
}

/** True of a hit that is not newer than the one with which a list begins: what came since is no part of it. */
export function isOfList(id: string, first: string): boolean {
  return id === first || positionOf(id) < positionOf(first);
}

/** Of an id `POSITION/ITEM`: newer ones are larger. */
function positionOf(id: string): number {
  return Number(id.slice(0, id.indexOf('/')));
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
