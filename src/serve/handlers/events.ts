import { isUtf8 } from 'node:buffer';
import {
  type ApiRequest,
  type ApiResponse,
  type EventDocument,
  type EventPageDocument,
  type Handler,
  jsonAnswer,
  refused,
  type WholeEventDocument,
} from '../../api/index.ts';
import { type Archive, type FoundEntry, MOST_PAGE, type Refusal } from '../../archive/index.ts';
import { MOST_EVENTS_OF_ITEM, numberOf, placeOfNumber } from '../../entries/index.ts';
import { formatTime, isPrintableMs } from '../../windows/index.ts';
import type { Archiver } from '../archiving/archiver.ts';
import { addFieldNames, type FieldChoice, fieldsOf, readFieldChoice } from '../archiving/event-fields.ts';
import { readEventQuery } from '../archiving/event-query.ts';
import type { EventViewer } from '../archiving/event-viewer.ts';
import type { Metrics } from '../metrics.ts';
import { batchSource } from '../read-batch.ts';
import { readableOf } from '../take-kept.ts';
import { timeOf } from './lists.ts';
import { wordAnswer } from './queue.ts';

export interface EventParts {
  /** Absent where events are not archived. */
  readonly archiver: Archiver | undefined;
  readonly viewer: EventViewer;
  readonly metrics: Metrics;
}

/** Searches at once: each has its turn between the steps of the others, and a flood would slow all of them (L15). */
const MOST_SEARCHES = 8;

/** Events of the archive: searched, and shown as they were received (SERVE 0.1: 32; SETTLED G12). */
export function eventHandlers(
  parts: EventParts,
): Readonly<Record<'searchEvents' | 'readEvent' | 'readRawEvent', Handler>> {
  const { archiver, viewer } = parts;
  let running = 0;
  return {
    searchEvents: async (request) => {
      if (archiver === undefined) return notArchived();
      if (running >= MOST_SEARCHES) {
        return refused({ code: 'too_many_requests', detail: `${running} searches are running.`, retryAfterMs: 1000 });
      }
      running++;
      const begunMs = performance.now();
      try {
        return await searched(archiver, viewer, request);
      } finally {
        running--;
        parts.metrics.observe('triad_archive_search_seconds', (performance.now() - begunMs) / 1000);
      }
    },
    readEvent: async (request) => {
      const found = await find(archiver, request);
      if ('kind' in found) return found;
      const records = await recordsOf(viewer, found);
      const read = records === undefined ? { records: [], unread: true } : { records };
      const document: WholeEventDocument = { ...eventDocument(found), ...read };
      return jsonAnswer(document);
    },
    readRawEvent: async (request) => {
      const found = await find(archiver, request);
      if ('kind' in found) return found;
      const headers = { 'content-disposition': 'attachment; filename="event"' };
      return { kind: 'answer', status: 200, type: 'application/octet-stream', headers, body: found.raw };
    },
  };
}

/** One page: the first comes at once, whatever there is to look through. */
async function searched(archiver: Archiver, viewer: EventViewer, { query, signal }: ApiRequest): Promise<ApiResponse> {
  const { archive, health } = archiver;
  // For the next one: this one does not wait for it.
  void archiver.look();
  const asked = readEventQuery(query, ['field']);
  if (asked.kind === 'wrong') return refused({ code: 'bad_request', detail: asked.detail });
  if (asked.kind === 'word') return wordAnswer(asked.problem);
  const limit = query.get('limit');
  if (limit !== null && !(/^\d{1,4}$/.test(limit) && Number(limit) >= 1 && Number(limit) <= MOST_PAGE)) {
    return refused({ code: 'bad_request', detail: `limit is a whole number from 1 to ${MOST_PAGE}.` });
  }
  const choice = readFieldChoice(query.getAll('field'));
  if (typeof choice === 'string') return refused({ code: 'bad_request', detail: choice });
  const cursor = query.get('after');
  const options = { ...(limit === null ? {} : { limit: Number(limit) }), ...(cursor === null ? {} : { cursor }) };
  for await (const page of archive.search(asked.query, { ...options, signal })) {
    if (page.kind === 'refused') return archiveRefusal(page);
    const { earliestMs, latestMs } = health ?? { earliestMs: null, latestMs: null };
    const isKnown = earliestMs !== null && latestMs !== null && isPrintableMs(earliestMs) && isPrintableMs(latestMs);
    const document: EventPageDocument = {
      ...(choice === undefined
        ? { items: page.entries.map(eventDocument) }
        : await withFields(page.entries, choice, viewer, signal)),
      ...(page.cursor === null ? {} : { next: page.cursor }),
      progress: page.count,
      ...(isKnown ? { reach: { from: timeOf(earliestMs), to: timeOf(latestMs) } } : {}),
    };
    return jsonAnswer(document);
  }
  return refused({ code: 'stopping' });
}

/** Reading fields of a page ends after so long: what is left has none. */
const MOST_FIELDS_MS = 10_000;

/** Events with their fields, read one by one: one of which the reader does not get through costs no other its own. */
async function withFields(
  entries: readonly FoundEntry[],
  { names, isAll }: FieldChoice,
  viewer: EventViewer,
  signal: AbortSignal | undefined,
): Promise<Pick<EventPageDocument, 'items' | 'fieldNames'>> {
  const untilMs = performance.now() + MOST_FIELDS_MS;
  const known = new Set<string>();
  const items: EventDocument[] = [];
  for (const entry of entries) {
    const isIn = performance.now() < untilMs && signal?.aborted !== true;
    const records = isIn ? await recordsOf(viewer, entry) : undefined;
    if (records !== undefined && isAll) addFieldNames(records, known);
    items.push({ ...eventDocument(entry), ...(records === undefined ? {} : { fields: fieldsOf(records, names) }) });
  }
  return { items, ...(isAll ? { fieldNames: [...known].sort() } : {}) };
}

function recordsOf(viewer: EventViewer, entry: FoundEntry): Promise<WholeEventDocument['records'] | undefined> {
  return viewer.read(batchSource(entry.position), entry.sender, readableOf(entry));
}

/** The event of a path, or why there is none. What was read a moment ago is written first. */
async function find(archiver: Archiver | undefined, { params }: ApiRequest): Promise<FoundEntry | ApiResponse> {
  if (archiver === undefined) return notArchived();
  const position = /^\d{1,15}$/.exec(params['position'] ?? '');
  const item = /^(\d{1,5})(?:\.(\d{1,5}))?$/.exec(params['item'] ?? '');
  const event = Number(item?.[2] ?? 0);
  if (position === null || item === null || event >= MOST_EVENTS_OF_ITEM) {
    return refused({ code: 'not_found', detail: 'An event is named POSITION/ITEM, such as 12/0.' });
  }
  const place = { position: Number(position[0]), item: numberOf(Number(item[1]), event) };
  if (place.position > archiver.position) await archiver.archive.flush();
  const found = await archiver.archive.find(place);
  if (found.kind !== 'done') return archiveRefusal(found);
  return await withBytes(archiver.archive, found.value);
}

/** An event with its bytes, where they stand with the first event of its item: without them where that one is gone. */
async function withBytes(archive: Archive, entry: FoundEntry): Promise<FoundEntry> {
  if (entry.raw.length > 0) return entry;
  const { item } = placeOfNumber(entry.item);
  const first = await archive.find({ position: entry.position, item: numberOf(item, 0) });
  return first.kind === 'done' ? { ...entry, ...bytesOf(first.value) } : entry;
}

function bytesOf({ raw, form, head }: FoundEntry): Pick<FoundEntry, 'raw' | 'form' | 'head'> {
  return { raw, ...(form === undefined ? {} : { form }), ...(head === undefined ? {} : { head }) };
}

/** Why there is nothing to search. */
export function notArchived(): ApiResponse {
  return refused({ code: 'not_found', detail: 'This server keeps no archive: archive.enabled is false.' });
}

/** Why the archive did not do something, as the API says it. */
export function archiveRefusal({ code, message }: Refusal): ApiResponse {
  switch (code) {
    case 'cursor':
      return refused({ code: 'bad_cursor', detail: message });
    case 'invalid':
      return refused({ code: 'bad_request', detail: message });
    case 'unknown':
      return refused({ code: 'not_found', detail: message });
    default:
      return refused({ code: 'storage_unavailable', detail: message, retryAfterMs: 1000 });
  }
}

/** `POSITION/ITEM`, with `.N` for the further events of one item. */
export function eventIdText({ position, item: number }: FoundEntry): string {
  const { item, event } = placeOfNumber(number);
  return `${position}/${item}${event === 0 ? '' : `.${event}`}`;
}

function eventDocument(entry: FoundEntry): EventDocument {
  const { time, host, channel, provider, eventId, recordId, sender, trust, retention } = entry;
  const raw = Buffer.from(entry.raw.buffer, entry.raw.byteOffset, entry.raw.length);
  return {
    id: eventIdText(entry),
    ...{ sender, trust, retention },
    ...(time !== null && isPrintableMs(time.ms) ? { time: formatTime(time.ms, time.ticks) } : {}),
    ...{ host, channel, provider },
    ...(eventId === null ? {} : { eventId }),
    ...(recordId === '' ? {} : { recordId }),
    identity: Buffer.from(entry.identity).toString('hex'),
    bytes: raw.length,
    ...(raw.length > 0
      ? {}
      : { bytesWith: eventIdText({ ...entry, item: numberOf(placeOfNumber(entry.item).item, 0) }) }),
    ...(isUtf8(raw) ? { text: raw.toString() } : { base64: raw.toString('base64') }),
  };
}
