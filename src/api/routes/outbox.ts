import { MESSAGE, RETRIED, RETRY_REQUEST, SINK_LIST, TESTED } from '../outbox-schemas.ts';
import { PAGED, type Route } from '../route.ts';
import { pageOf } from '../schemas.ts';

export type OutboxOperation = 'listMessages' | 'retryMessages' | 'listSinks' | 'testSink';

/** Messages to sinks; sinks themselves are made in the configuration alone (SETTLED G23). */
export const OUTBOX_ROUTES: readonly Route<OutboxOperation>[] = [
  {
    id: 'listMessages',
    method: 'GET',
    path: '/v1/outbox',
    access: 'engineer',
    summary: 'Messages to sinks, newest first: what waits, what was delivered lately, dead letters.',
    query: { ...PAGED, state: 'held, waiting, delivered or dead (all)', sink: 'the name of a sink' },
    answers: [{ status: 200, text: 'a page of messages', schema: pageOf(MESSAGE) }],
    problems: ['bad_cursor', 'bad_request'],
  },
  {
    id: 'retryMessages',
    method: 'POST',
    path: '/v1/outbox/retry',
    access: 'engineer',
    summary:
      'Sends dead letters once more: a single one, those of a sink, or all. A sink that was given up is tried again.',
    request: RETRY_REQUEST,
    answers: [{ status: 200, text: 'how many wait again', schema: RETRIED }],
    problems: ['not_found'],
  },
  {
    id: 'listSinks',
    method: 'GET',
    path: '/v1/outbox/sinks',
    access: 'engineer',
    summary: 'The sinks of the configuration, with what waits and how they do; never what opens them.',
    answers: [{ status: 200, text: 'all sinks', schema: SINK_LIST }],
  },
  {
    id: 'testSink',
    method: 'POST',
    path: '/v1/outbox/sinks/{sink}/test',
    access: 'engineer',
    summary: 'Sends a message to a sink that says it is a test, and gives what came of it.',
    answers: [{ status: 200, text: 'whether it was taken, and why not', schema: TESTED }],
    problems: ['not_found'],
  },
];
