import { SEEN } from '../desk-schemas.ts';
import { HEALTH_DETAIL, OPENAPI } from '../health-schemas.ts';
import type { Route } from '../route.ts';

export type HealthOperation = 'livez' | 'readyz' | 'readBlind' | 'healthDetail' | 'metrics' | 'openapi';

/** Whether the server is well, and what it can be asked. */
export const HEALTH_ROUTES: readonly Route<HealthOperation>[] = [
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
    id: 'readBlind',
    method: 'GET',
    path: '/v1/health/blind',
    access: 'read',
    summary:
      'Why Triad itself sees nothing or tells nobody, each since when; when something arrived last, and which senders are late.',
    query: {},
    answers: [{ status: 200, text: 'what is so now; nothing where all is well', schema: SEEN }],
    problems: ['bad_request'],
  },
  {
    id: 'healthDetail',
    method: 'GET',
    path: '/v1/health/detail',
    access: 'read:health',
    summary: 'What is well and what is not: journal, reading, detection, senders, each with its reasons.',
    answers: [{ status: 200, text: 'the state of every part', schema: HEALTH_DETAIL }],
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
    answers: [{ status: 200, text: 'an OpenAPI 3.1 document', schema: OPENAPI }],
  },
];
