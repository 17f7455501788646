import type { Need } from '../accounts/index.ts';
import { ACTED, ACTION_REQUEST, INCIDENT_PAGE, NOTE_REQUEST, STEP_REQUEST } from './incident-schemas.ts';
import type { ProblemCode } from './problem.ts';
import {
  AUDIT,
  DEAD_LETTER,
  INGEST,
  KEY,
  KEY_REQUEST,
  NEW_KEY,
  pageOf,
  type Schema,
  SENDER,
  SENDER_REQUEST,
} from './schemas.ts';

/** What a key must be good for; `open` asks for none. */
export type Access = 'open' | Need;

/** Names of what the server can be asked: one handler each. */
export type OperationId =
  | 'livez'
  | 'readyz'
  | 'healthDetail'
  | 'metrics'
  | 'openapi'
  | 'ingest'
  | 'elastic'
  | 'listSenders'
  | 'addSender'
  | 'revokeSender'
  | 'listKeys'
  | 'addKey'
  | 'rotateKey'
  | 'revokeKey'
  | 'listDeadLetters'
  | 'retryDeadLetters'
  | 'listAudit'
  | 'listIncidents'
  | 'readIncident'
  | 'listIncidentHistory'
  | 'listIncidentRecords'
  | 'actOnIncident'
  | 'noteOnIncident'
  | 'stepOfIncident';

export interface RouteAnswer {
  readonly status: number;
  readonly text: string;
  readonly schema?: Schema;
  /** Of a body that is no JSON. */
  readonly type?: string;
}

/** One way in. The table below makes the router, the checks, and the OpenAPI document. */
export interface Route {
  readonly id: OperationId;
  /** Any method where absent: the protocol of another product, which answers for itself. */
  readonly method?: 'GET' | 'POST';
  /** `{name}` stands for one part, `{name*}` at the end for all that follows. */
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Of a JSON body, which is read and checked before the handler. */
  readonly request?: Schema;
  /** Types of a body that the handler reads itself. */
  readonly bodies?: readonly string[];
  readonly answers: readonly RouteAnswer[];
  readonly problems?: readonly ProblemCode[];
  /** Errors are written as this product writes them; the route is not in the OpenAPI document. */
  readonly foreign?: 'elastic';
}

/** Headers by which an action is safe to send twice, and is not done over what somebody else did. */
const OF_ACTIONS: readonly ProblemCode[] = ['not_found', 'merged', 'conflict', 'invalid', 'bad_request'];

const paged = {
  limit: 'most items of one answer, 1 to 1,000 (100)',
  after: 'the cursor that the answer before gave as `next`',
};

export const ROUTES: readonly Route[] = [
  {
    id: 'livez',
    method: 'GET',
    path: '/livez',
    access: 'open',
    summary: 'Whether the server runs at all.',
    answers: [
      { status: 200, text: 'it does', type: 'text/plain' },
      { status: 503, text: 'its main thread is stuck', type: 'text/plain' },
    ],
  },
  {
    id: 'readyz',
    method: 'GET',
    path: '/readyz',
    access: 'open',
    summary: 'Whether the server takes events now.',
    answers: [
      { status: 200, text: 'it does', type: 'text/plain' },
      { status: 503, text: 'it does not; the health detail says why', type: 'text/plain' },
    ],
  },
  {
    id: 'healthDetail',
    method: 'GET',
    path: '/v1/health/detail',
    access: 'read:health',
    summary: 'What is well and what is not: journal, reading, detection, senders, each with its reasons.',
    answers: [{ status: 200, text: 'the state of every part' }],
  },
  {
    id: 'metrics',
    method: 'GET',
    path: '/metrics',
    access: 'read:health',
    summary: 'Counters, gauges and histograms in the text form of Prometheus.',
    answers: [{ status: 200, text: 'the metrics', type: 'text/plain; version=0.0.4; charset=utf-8' }],
  },
  {
    id: 'openapi',
    method: 'GET',
    path: '/v1/openapi.json',
    access: 'open',
    summary: 'This document.',
    answers: [{ status: 200, text: 'an OpenAPI 3.1 document' }],
  },
  {
    id: 'ingest',
    method: 'POST',
    path: '/v1/ingest',
    access: 'ingest:write:ndjson',
    summary: 'Takes events: JSON lines, a JSON array, or Event XML. Answered when they are on stable storage.',
    bodies: ['application/x-ndjson', 'application/json', 'application/xml', 'text/xml'],
    answers: [{ status: 200, text: 'what was taken, and what was refused by line', schema: INGEST }],
    problems: [
      'bad_body',
      'timeout',
      'batch_conflict',
      'too_large',
      'media_type_unsupported',
      'too_many_requests',
      'storage_unavailable',
    ],
  },
  {
    id: 'elastic',
    path: '/elastic/{rest*}',
    access: 'ingest',
    summary: 'The part of the Elasticsearch API that shippers use.',
    answers: [],
    foreign: 'elastic',
  },
  {
    id: 'listSenders',
    method: 'GET',
    path: '/v1/senders',
    access: 'admin:senders',
    summary: 'The senders, newest first.',
    query: paged,
    answers: [{ status: 200, text: 'a page of senders', schema: pageOf(SENDER) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addSender',
    method: 'POST',
    path: '/v1/senders',
    access: 'admin:senders',
    summary: 'Adds a sender, with a first key that is shown this once.',
    request: SENDER_REQUEST,
    answers: [{ status: 201, text: 'the key of the new sender', schema: NEW_KEY }],
    problems: ['conflict', 'invalid'],
  },
  {
    id: 'revokeSender',
    method: 'POST',
    path: '/v1/senders/{id}/revoke',
    access: 'admin:senders',
    summary: 'Refuses a sender from now on, with all of its keys.',
    answers: [{ status: 200, text: 'the sender', schema: SENDER }],
    problems: ['not_found'],
  },
  {
    id: 'listKeys',
    method: 'GET',
    path: '/v1/keys',
    access: 'admin:senders',
    summary: 'The keys, newest first, without their secrets, which are kept nowhere.',
    query: paged,
    answers: [{ status: 200, text: 'a page of keys', schema: pageOf(KEY) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'addKey',
    method: 'POST',
    path: '/v1/keys',
    access: 'admin:senders',
    summary: 'Makes a key: of a sender, or for reading.',
    request: KEY_REQUEST,
    answers: [{ status: 201, text: 'the key, with its secret', schema: NEW_KEY }],
    problems: ['not_found', 'conflict', 'invalid'],
  },
  {
    id: 'rotateKey',
    method: 'POST',
    path: '/v1/keys/{id}/rotate',
    access: 'admin:senders',
    summary: 'Makes a second key like this one; both are good until the first is revoked.',
    answers: [{ status: 201, text: 'the new key, with its secret', schema: NEW_KEY }],
    problems: ['not_found', 'conflict'],
  },
  {
    id: 'revokeKey',
    method: 'POST',
    path: '/v1/keys/{id}/revoke',
    access: 'admin:senders',
    summary: 'Refuses a key from now on.',
    answers: [{ status: 200, text: 'the key', schema: KEY }],
    problems: ['not_found'],
  },
  {
    id: 'listDeadLetters',
    method: 'GET',
    path: '/v1/deadletters',
    access: 'read',
    summary: 'What was taken and could not be read, newest first.',
    query: { ...paged, state: 'open, mended or dropped (open)' },
    answers: [{ status: 200, text: 'a page of dead letters', schema: pageOf(DEAD_LETTER) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'retryDeadLetters',
    method: 'POST',
    path: '/v1/deadletters/retry',
    access: 'admin:senders',
    summary: 'Reads the open dead letters again, with the readers and mappings of now.',
    answers: [{ status: 200, text: 'how many were read' }],
    problems: ['busy'],
  },
  {
    id: 'listAudit',
    method: 'GET',
    path: '/v1/audit',
    access: 'admin:senders',
    summary: 'Who did what, newest first.',
    query: paged,
    answers: [{ status: 200, text: 'a page of the audit', schema: pageOf(AUDIT) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'listIncidents',
    method: 'GET',
    path: '/v1/incidents',
    access: 'read',
    summary: 'The queue: highest level first, then newest first; with counts by level and state.',
    query: {
      ...paged,
      state: 'states with commas: open, acknowledged, contained, closed, merged (all but merged)',
      level: 'this level and above',
      host: 'a host key',
      since: 'those that went on until then or later, RFC 3339',
    },
    answers: [{ status: 200, text: 'a page of the queue', schema: INCIDENT_PAGE }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'readIncident',
    method: 'GET',
    path: '/v1/incidents/{id}',
    access: 'read',
    summary: 'An incident, whole: by its id, by one that it had, or as INC-12. ETag is its revision.',
    answers: [{ status: 200, text: 'incident, findings, subscriptions, gaps, cited records, work and history' }],
    problems: ['not_found'],
  },
  {
    id: 'listIncidentHistory',
    method: 'GET',
    path: '/v1/incidents/{id}/history',
    access: 'read',
    summary: 'What happened to an incident, newest first.',
    query: paged,
    answers: [{ status: 200, text: 'a page of its history' }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'listIncidentRecords',
    method: 'GET',
    path: '/v1/incidents/{id}/records',
    access: 'read',
    summary: 'The records that an incident cites, whole.',
    query: paged,
    answers: [{ status: 200, text: 'a page of its records' }],
    problems: ['not_found', 'bad_cursor', 'bad_request'],
  },
  {
    id: 'actOnIncident',
    method: 'POST',
    path: '/v1/incidents/{id}/actions',
    access: 'admin:incidents',
    summary: 'Acknowledges, assigns, judges, contains, closes or opens again. Needs If-Match and Idempotency-Key.',
    request: ACTION_REQUEST,
    answers: [{ status: 200, text: 'its revision and state', schema: ACTED }],
    problems: [...OF_ACTIONS, 'precondition_failed', 'precondition_required'],
  },
  {
    id: 'noteOnIncident',
    method: 'POST',
    path: '/v1/incidents/{id}/notes',
    access: 'admin:incidents',
    summary: 'Adds a note. Needs Idempotency-Key.',
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
    request: STEP_REQUEST,
    answers: [{ status: 200, text: 'its revision and state', schema: ACTED }],
    problems: OF_ACTIONS,
  },
];
