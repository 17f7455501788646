import { EVENT_SURVEY } from '../desk-schemas.ts';
import { EVENT_PAGE, HOLD, HOLD_REQUEST, WHOLE_EVENT } from '../event-schemas.ts';
import { NEW_PERSON } from '../people-schemas.ts';
import { PAGED, type Route } from '../route.ts';
import { pageOf } from '../schemas.ts';

export type EventOperation =
  | 'searchEvents'
  | 'surveyEvents'
  | 'readEvent'
  | 'readRawEvent'
  | 'listHolds'
  | 'addHold'
  | 'releaseHold';

/** Received events in the archive, and what holds them. A search is a list of events with a filter: one route serves both. */
export const EVENT_ROUTES: readonly Route<EventOperation>[] = [
  {
    id: 'searchEvents',
    method: 'GET',
    path: '/v1/events',
    access: 'read:evidence',
    summary:
      'Searches received events, in the order of archiving, newest first. A page ends when it is full or after 150 ms, so it may have few events or none: go on with `next`.',
    query: {
      ...PAGED,
      from: 'event time from then on, RFC 3339',
      to: 'event time before then',
      host: 'hosts as they stand in the event, with commas',
      channel: 'channels, with commas',
      event: 'event ids, with commas',
      record: 'record ids, with commas',
      sender: 'senders, with commas',
      word: 'a word or several that stand whole, in the bytes as received or a decoded value; may be repeated',
      part: 'a text that stands anywhere; may be repeated',
      q: 'words: host: channel: event: record: sender: from: to:, any other text with account: ip: payload: filter: consumer: ns: id: or without, "exact", *part*; about has the place of one that is unknown',
      field:
        'fields that each event is told with, with commas, 20 at most, by the names that Triad reads; `*`: fieldNames has those that there are',
    },
    answers: [{ status: 200, text: 'a page of events', schema: EVENT_PAGE }],
    problems: ['bad_request', 'bad_cursor', 'too_many_requests', 'storage_unavailable', 'not_found'],
  },
  {
    id: 'surveyEvents',
    method: 'GET',
    path: '/v1/events/survey',
    access: 'read:evidence',
    summary:
      'What is known of a search without its scan: all events by time, what it names that stands nowhere, hosts that were silent.',
    query: { bins: 'parts of the span, 1 to 500 (60)', q: 'and the others: as of the search' },
    answers: [{ status: 200, text: 'from the index of the archive', schema: EVENT_SURVEY }],
    problems: ['bad_request', 'storage_unavailable', 'not_found'],
  },
  {
    id: 'readEvent',
    method: 'GET',
    path: '/v1/events/{position}/{item}',
    access: 'read:evidence',
    summary: 'One event: what it is found by, the bytes as received, and what Triad reads in them.',
    answers: [{ status: 200, text: 'the event, with the records that are read in it', schema: WHOLE_EVENT }],
    problems: ['not_found', 'storage_unavailable'],
  },
  {
    id: 'readRawEvent',
    method: 'GET',
    path: '/v1/events/{position}/{item}/raw',
    access: 'read:evidence',
    summary: 'The bytes of one event as they were received, and nothing else.',
    answers: [{ status: 200, text: 'the bytes', type: 'application/octet-stream' }],
    problems: ['not_found', 'storage_unavailable'],
  },
  {
    id: 'listHolds',
    method: 'GET',
    path: '/v1/holds',
    access: 'read',
    summary: 'What keeps segments of the archive beyond their time.',
    answers: [{ status: 200, text: 'all holds', schema: pageOf(HOLD) }],
    problems: ['not_found', 'storage_unavailable'],
  },
  {
    id: 'addHold',
    method: 'POST',
    path: '/v1/holds',
    access: 'admin:holds',
    summary: 'Holds what an incident cites, all of a host, or a span of event time, until it is released.',
    request: HOLD_REQUEST,
    answers: [
      { status: 201, text: 'the hold', schema: HOLD },
      { status: 202, text: 'it waits for a second person', schema: NEW_PERSON },
    ],
    problems: ['not_found', 'invalid', 'storage_unavailable'],
  },
  {
    id: 'releaseHold',
    method: 'POST',
    path: '/v1/holds/{id}/release',
    access: 'admin:holds',
    summary: 'Ends a hold: what it kept goes when its time is over.',
    answers: [
      { status: 200, text: 'the hold that ended', schema: HOLD },
      { status: 202, text: 'it waits for a second person', schema: NEW_PERSON },
    ],
    problems: ['not_found', 'storage_unavailable'],
  },
];
