import { CITED_RECORD, STEP_PAGE, WHOLE_INCIDENT } from '../incident-document-schemas.ts';
import { HISTORY_PAGE, NOTE_PAGE } from '../incident-history-schemas.ts';
import {
  ACTED,
  ACTION_REQUEST,
  BULK_ACTED,
  BULK_ACTION_REQUEST,
  INCIDENT_PAGE,
  NOTE_REQUEST,
  OPENED,
  OPENED_REQUEST,
  QUEUE_COUNTS,
  STEP_REQUEST,
} from '../incident-schemas.ts';
import type { ProblemCode } from '../problem.ts';
import { IDEMPOTENCY_KEY, IF_MATCH, PAGED, type Route } from '../route.ts';
import { pageOf } from '../schemas.ts';
import { SCOPES } from '../scope-schemas.ts';
import { QUEUE_WORD_NAMES, QUEUE_WORDS } from '../words/queue-words.ts';

/** Headers by which an action is safe to send twice, and is not done over what somebody else did. */
const OF_ACTIONS: readonly ProblemCode[] = ['not_found', 'merged', 'conflict', 'invalid', 'bad_request'];

/** What the words of the queue are, out of their table. */
const QUEUE_Q = [
  'words, all of which hold:',
  `${QUEUE_WORD_NAMES.map((word) => `${word}: ${QUEUE_WORDS[word].says}`).join('; ')};`,
  'or a part of the title, or a whole number such as INC-12; - negates, "exact", * is anything; about has the place of one that is unknown',
].join(' ');

export type IncidentOperation =
  | 'listIncidents'
  | 'countIncidents'
  | 'exportIncidents'
  | 'listOpened'
  | 'noteOpened'
  | 'reportIncident'
  | 'drawIncident'
  | 'readIncident'
  | 'listIncidentHistory'
  | 'listIncidentNotes'
  | 'listIncidentSteps'
  | 'listIncidentRecords'
  | 'readIncidentScopes'
  | 'actOnIncident'
  | 'actOnIncidents'
  | 'noteOnIncident'
  | 'stepOfIncident';

/** Incidents, and what people do to them. */
export const INCIDENT_ROUTES: readonly Route<IncidentOperation>[] = [
  {
    id: 'listIncidents',
    method: 'GET',
    path: '/v1/incidents',
    access: 'read',
    summary: 'The queue: highest level first, then newest first; with counts by level and state.',
    query: {
      ...PAGED,
      state: 'states with commas: open, acknowledged, contained, closed, merged (all but merged)',
      level: 'this level and above',
      host: 'a host key',
      suppressed: 'hide, show or only: what suppressions hide now (hide)',
      since: 'those that went on until then or later, RFC 3339',
      q: QUEUE_Q,
      view: 'row: short rows for the page, with their columns, 1,000 where no limit is given, and asOf in place of counts; id: ids alone, without pages, at most 12,000, those that are not closed first, and isMore',
    },
    answers: [{ status: 200, text: 'a page of the queue', schema: INCIDENT_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'countIncidents',
    method: 'GET',
    path: '/v1/incidents/counts',
    access: 'read',
    summary:
      'What the queue shows now by level and state, what is overdue, unassigned, of the caller and unread by them, and what suppressions hide.',
    query: {},
    answers: [{ status: 200, text: 'counts', schema: QUEUE_COUNTS }],
    problems: ['bad_request'],
  },
  {
    id: 'exportIncidents',
    method: 'GET',
    path: '/v1/incidents/export',
    access: 'read',
    summary: 'The queue as CSV, at most 10,000 rows; the header Triad-More says whether there are more.',
    query: {
      state: 'as of the queue',
      level: 'as of the queue',
      host: 'as of the queue',
      suppressed: 'as of the queue',
      since: 'as of the queue',
      q: 'as of the queue',
    },
    answers: [{ status: 200, text: 'a table, as an attachment', type: 'text/csv' }],
    problems: ['bad_request'],
  },
  {
    id: 'listOpened',
    method: 'GET',
    path: '/v1/incidents/opened',
    access: 'own',
    summary:
      'What the person who asks opened of each incident, newest incident first: one that has a higher version or revision now, or is not there, is unread.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of what was opened', schema: pageOf(OPENED) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'noteOpened',
    method: 'POST',
    path: '/v1/incidents/{id}/opened',
    access: 'own',
    summary: 'Says that the person who asks has seen an incident as it was then. An earlier look takes nothing back.',
    request: OPENED_REQUEST,
    answers: [{ status: 200, text: 'what they opened of it', schema: OPENED }],
    problems: ['not_found', 'invalid'],
  },
  {
    id: 'reportIncident',
    method: 'GET',
    path: '/v1/incidents/{id}/report',
    access: 'read:evidence',
    summary: 'The report of an incident in HTML, as an attachment, with custody by sender, batch and archive. Audited.',
    query: {},
    answers: [{ status: 200, text: 'one page that needs nothing else', type: 'text/html' }],
    problems: ['not_found', 'bad_request', 'storage_unavailable'],
  },
  {
    id: 'drawIncident',
    method: 'GET',
    path: '/v1/incidents/{id}/picture',
    access: 'read',
    summary:
      'The calls between the hosts of an incident as SVG, as an attachment: the picture of triad graph. not_found also where there is no call that is at least possible.',
    query: {},
    answers: [{ status: 200, text: 'a picture that needs nothing else', type: 'image/svg+xml' }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'readIncident',
    method: 'GET',
    path: '/v1/incidents/{id}',
    access: 'read',
    summary: 'An incident, whole: by its id, by one that it had, or as INC-12. ETag is its revision.',
    answers: [
      {
        status: 200,
        text: 'incident, findings, subscriptions, gaps, cited records, work and history',
        schema: WHOLE_INCIDENT,
      },
    ],
    problems: ['not_found'],
  },
  {
    id: 'listIncidentHistory',
    method: 'GET',
    path: '/v1/incidents/{id}/history',
    access: 'read',
    summary:
      'What happened to an incident, newest first, and beside the first page when suppressions hid it from the queue (`suppressed`).',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of its history', schema: HISTORY_PAGE }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'listIncidentNotes',
    method: 'GET',
    path: '/v1/incidents/{id}/notes',
    access: 'read',
    summary: 'What people noted on an incident, newest first.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of its notes, as its history has them', schema: NOTE_PAGE }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'listIncidentSteps',
    method: 'GET',
    path: '/v1/incidents/{id}/steps',
    access: 'read',
    summary:
      'The next steps of an incident, each with what was done about it; last those that were done and are named no more.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of its steps', schema: STEP_PAGE }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'listIncidentRecords',
    method: 'GET',
    path: '/v1/incidents/{id}/records',
    access: 'read:evidence',
    summary: 'The records that an incident cites, whole.',
    query: PAGED,
    answers: [{ status: 200, text: 'a page of its records', schema: pageOf(CITED_RECORD) }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'readIncidentScopes',
    method: 'GET',
    path: '/v1/incidents/{id}/scopes',
    access: 'analyst',
    summary:
      'By what an incident can be muted (its members of the highest level) and pinned (contents and calls that it tells), with what each print stands for.',
    query: {},
    answers: [{ status: 200, text: 'what it can be muted and pinned by', schema: SCOPES }],
    problems: ['not_found', 'bad_request'],
  },
  {
    id: 'actOnIncident',
    method: 'POST',
    path: '/v1/incidents/{id}/actions',
    access: 'admin:incidents',
    summary:
      'Acknowledges or takes that back within 30 seconds, assigns, judges, contains, closes or opens again. Needs If-Match and Idempotency-Key.',
    headers: { ...IF_MATCH, ...IDEMPOTENCY_KEY },
    request: ACTION_REQUEST,
    answers: [{ status: 200, text: 'its revision and state', schema: ACTED }],
    problems: OF_ACTIONS,
  },
  {
    id: 'actOnIncidents',
    method: 'POST',
    path: '/v1/incidents/actions',
    access: 'admin:incidents',
    summary:
      'Does one action to up to 100 incidents, each with the revision that was seen, and a result each. Needs Idempotency-Key.',
    headers: IDEMPOTENCY_KEY,
    request: BULK_ACTION_REQUEST,
    answers: [{ status: 200, text: 'a result for each, in their order', schema: BULK_ACTED }],
    problems: ['bad_request', 'invalid'],
  },
  {
    id: 'noteOnIncident',
    method: 'POST',
    path: '/v1/incidents/{id}/notes',
    access: 'admin:incidents',
    summary: 'Adds a note. Needs Idempotency-Key.',
    headers: IDEMPOTENCY_KEY,
    request: NOTE_REQUEST,
    answers: [{ status: 200, text: 'its revision and state', schema: ACTED }],
    problems: OF_ACTIONS,
  },
  {
    id: 'stepOfIncident',
    method: 'POST',
    path: '/v1/incidents/{id}/steps',
    access: 'admin:incidents',
    summary: 'Says that a next step is done, does not apply, or was not done after all. Needs Idempotency-Key.',
    headers: IDEMPOTENCY_KEY,
    request: STEP_REQUEST,
    answers: [{ status: 200, text: 'its revision and state', schema: ACTED }],
    problems: OF_ACTIONS,
  },
];
