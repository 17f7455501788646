import type { Route } from '../route.ts';

export type StreamOperation = 'streamChanges';

/** The stream of changes. */
export const STREAM_ROUTES: readonly Route<StreamOperation>[] = [
  {
    id: 'streamChanges',
    method: 'GET',
    path: '/v1/stream',
    access: 'read',
    summary:
      'What changes from now on, as server-sent events: hello, incident, finding, subscription, host, queue, request, health; resync where something was missed. Last-Event-ID goes on.',
    query: {
      types: 'with commas: incident, finding, subscription, host, queue, request, health (all that are theirs)',
      last_event_id: 'the same as the header Last-Event-ID',
    },
    answers: [{ status: 200, text: 'events without an end', type: 'text/event-stream' }],
    problems: ['bad_request', 'too_many_requests'],
  },
];
