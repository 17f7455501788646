import type { Route } from '../route.ts';
import { INGEST } from '../schemas.ts';

export type IngestOperation = 'ingest' | 'elastic' | 'hec' | 'hecHealth' | 'hecOptions' | 'otlpLogs';

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
      'digest_mismatch',
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
    id: 'hec',
    method: 'POST',
    path: '/services/collector/{rest*}',
    access: 'ingest:write:hec',
    summary: "Splunk's HTTP Event Collector: event, raw and ack, with or without /1.0.",
    answers: [],
    foreign: 'hec',
  },
  {
    id: 'hecHealth',
    method: 'GET',
    path: '/services/collector/health/{rest*}',
    access: 'open',
    summary: 'Whether the collector takes events now.',
    answers: [],
    foreign: 'hec',
  },
  {
    id: 'hecOptions',
    method: 'OPTIONS',
    path: '/services/collector/{rest*}',
    access: 'open',
    summary: 'What the collector may be asked with.',
    answers: [],
    foreign: 'hec',
  },
  {
    id: 'otlpLogs',
    method: 'POST',
    path: '/v1/logs',
    access: 'ingest:write:otlp',
    summary: 'Logs of OpenTelemetry by OTLP over HTTP, in protobuf or JSON.',
    answers: [],
    foreign: 'otlp',
  },
];
