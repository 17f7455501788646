import { z } from 'zod';
import type { Schema } from './schemas.ts';

const count = z.int().min(0);
const counts = z.record(z.string(), count);

const window = z.strictObject({
  rows: count,
  bytes: count,
  late: count,
  lost: counts.describe('Rows let go of, by reason.'),
  unpinned: count,
  evicted: counts.describe('By the table that was full.'),
});

/** What each part of the server counts; what is not known yet is left out. */
const FIGURES = {
  journal: {
    durable: count,
    first: count,
    segments: count,
    bytes: count,
    waiting: z.strictObject({ batches: count, bytes: count }),
    refused: counts.describe('Batches that were refused since the start, by reason.'),
    failures: count,
    freeBytes: count,
  },
  reader: { judged: count, lagBytes: count, deadLetters: count },
  archive: {
    archived: count,
    behind: count,
    timesBehind: count,
    segments: count.optional(),
    blocks: count.optional(),
    bytes: count.optional(),
    earliestMs: z.number().nullable().optional().describe('Event time, Unix milliseconds; null where it holds none.'),
    latestMs: z.number().nullable().optional(),
    dropped: z.strictObject({ expired: count, early: count, bytes: count }).optional(),
    freeBytes: count.optional(),
  },
  detection: {
    unjudgedBytes: count,
    unjudgedMs: count,
    judgements: count,
    lastJudgementMs: z.number().min(0).optional(),
    window: window.optional(),
    backlog: window.optional().describe('Of what is older than the window; absent where nothing is.'),
    isFilling: z.boolean(),
  },
  pins: { pins: count, unmatched: count, lowered: count },
  outbox: { sinks: count, waiting: count, dead: count, dropped: count },
  people: { givenPasswords: count },
  state: {
    incidents: count.optional(),
    incidentBytes: count.optional(),
    incidentsDropped: count.optional(),
    openIncidentsDropped: count.optional(),
    historyDropped: count.optional(),
  },
  senders: {},
  listener: { connections: count, heldBytes: count, eventLoopLagMs: z.number().min(0) },
  inlets: {
    syslogConnections: count,
    syslogHeldBytes: count,
    watchedFiles: count.optional().describe('Where folders are watched.'),
    watchedLooks: count.optional(),
  },
} as const satisfies Readonly<Record<string, z.ZodRawShape>>;

const stopped = z.array(z.string()).optional().describe('Those of `degraded` by which it does nothing of its work.');

const PARTS = Object.entries(FIGURES).map(([part, figures]) =>
  z.strictObject({
    part: z.literal(part),
    degraded: z.array(z.string()).describe('What is not well, a sentence each.'),
    stopped,
    figures: z.strictObject(figures),
  }),
);

export const HEALTH_DETAIL: Schema = z.strictObject({
  status: z.enum(['ok', 'degraded', 'notReady']),
  version: z.string(),
  parts: z.array(z.union(PARTS)),
});

/** This document: what of it stands in a client is made from it. */
export const OPENAPI: Schema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), version: z.string(), summary: z.string() }),
  servers: z.array(z.strictObject({ url: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.strictObject({
    securitySchemes: z.record(z.string(), z.looseObject({ type: z.string() })),
    headers: z.record(z.string(), z.looseObject({})),
    schemas: z.record(z.string(), z.looseObject({})),
  }),
});
