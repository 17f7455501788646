import { z } from 'zod';
import type { Schema } from './schemas.ts';

/** A message to a sink. */
export interface MessageDocument {
  readonly id: string;
  readonly sink: string;
  readonly incident: string;
  /** `held`: gathered with what may still come; `waiting`: tried at `next`. */
  readonly state: 'held' | 'waiting' | 'delivered' | 'dead';
  readonly reasons: readonly string[];
  readonly level: string;
  readonly title: string;
  readonly due: string;
  readonly next?: string | undefined;
  readonly tries: number;
  /** What the last attempt came to, and why it failed. */
  readonly status?: string | undefined;
  readonly error?: string | undefined;
  readonly settled?: string | undefined;
}

/** A sink of the configuration, without what opens it. */
export interface SinkDocument {
  readonly name: string;
  readonly kind: string;
  /** Protocol and host, or host and port. */
  readonly target: string;
  readonly level: string;
  readonly scope: readonly string[];
  readonly hosts: readonly string[];
  readonly tells: readonly string[];
  /** Of a webhook: how each of its keys signs. */
  readonly signers?: readonly SignerDocument[] | undefined;
  readonly waiting: number;
  readonly dead: number;
  readonly delivered: number;
  /** Attempts in a row that failed. */
  readonly failures: number;
  readonly lastError?: string | undefined;
  readonly oldestDue?: string | undefined;
  readonly lastDelivered?: string | undefined;
  readonly disabled?: string | undefined;
  readonly disabledWhy?: string | undefined;
}

/** How a key of a webhook signs (Standard Webhooks), and of `v1a` the public key by which its receiver checks that. */
export interface SignerDocument {
  readonly scheme: 'v1' | 'v1a';
  readonly publicKey?: string | undefined;
}

/** Which dead letters go again: a single one, those of a sink, or all. */
export interface RetryRequest {
  readonly sink?: string | undefined;
  readonly id?: string | undefined;
}

const count = z.int().min(0);
const texts = z.array(z.string());
const signers = z.array(z.strictObject({ scheme: z.enum(['v1', 'v1a']), publicKey: z.string().optional() }));

export const MESSAGE: z.ZodType<MessageDocument> = z.strictObject({
  id: z.string(),
  sink: z.string(),
  incident: z.string(),
  state: z.enum(['held', 'waiting', 'delivered', 'dead']),
  reasons: texts,
  level: z.string(),
  title: z.string(),
  due: z.string(),
  next: z.string().optional(),
  tries: count,
  status: z.string().optional(),
  error: z.string().optional(),
  settled: z.string().optional(),
});

export const SINK_LIST: Schema = z.strictObject({
  items: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.string(),
      target: z.string(),
      level: z.string(),
      scope: texts,
      hosts: texts,
      tells: texts,
      signers: signers.optional(),
      waiting: count,
      dead: count,
      delivered: count,
      failures: count,
      lastError: z.string().optional(),
      oldestDue: z.string().optional(),
      lastDelivered: z.string().optional(),
      disabled: z.string().optional(),
      disabledWhy: z.string().optional(),
    }),
  ),
});

export const RETRY_REQUEST: z.ZodType<RetryRequest> = z.strictObject({
  sink: z.string().max(32).optional(),
  id: z.string().max(256).optional(),
});

export const RETRIED: Schema = z.strictObject({ retried: count });

export const TESTED: Schema = z.strictObject({
  sink: z.string(),
  isDelivered: z.boolean(),
  status: z.string(),
  why: z.string().optional(),
  ms: count,
  signers: signers.optional(),
});
