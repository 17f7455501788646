import type { Route } from '../route.ts';
import { INGEST } from '../schemas.ts';

export type IngestOperation = 'ingest' | 'elastic';

/** Where events come in. */
export const INGEST_ROUTES: readonly Route<IngestOperation>[] = [
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
];
