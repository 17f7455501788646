import { createHash } from 'node:crypto';
import type { EnvelopeHeader } from '../receive/index.ts';
import type { BatchTaker, Taken } from './batch-taker.ts';
import type { Metrics } from './metrics.ts';
import { broughtBy, isTooMuch, type SenderTraffic } from './sender-traffic.ts';

/** Where it is counted what became of batches. */
export interface CountParts {
  readonly metrics: Metrics;
  readonly traffic: SenderTraffic;
  nowMs(): number;
}

export interface TakeParts extends CountParts {
  readonly taker: Pick<BatchTaker, 'take'>;
}

/** A batch whose sender waits for no answer. */
export interface OwnBatch {
  readonly header: Omit<EnvelopeHeader, 'format' | 'digest' | 'receivedMs'>;
  readonly body: Uint8Array;
  readonly items: number;
}

const MOST_RETRY_MS = 5000;

/**
 * Puts a batch into the journal for whoever cannot be told to come back: as long as the journal does not take it, it is tried again. False only where it was
 * given up before, because the server ends.
 */
export async function takeBatch(
  parts: TakeParts,
  { header, body, items }: OwnBatch,
  signal: AbortSignal,
): Promise<boolean> {
  const { taker, nowMs } = parts;
  const digest = createHash('sha256').update(body).digest('hex');
  const receivedMs = nowMs();
  let hasWaited = false;
  for (;;) {
    const startMs = nowMs();
    const taken = await taker.take({ format: 1, ...header, digest, receivedMs }, body, items);
    countTaken(parts, taken, { ...header, items, bytes: body.length, startMs, hasWaited });
    if (taken.kind !== 'refused') return true;
    hasWaited ||= isTooMuch(taken);
    if (signal.aborted || taken.reason === 'closed') return false;
    await pause(Math.min(taken.retryAfterMs, MOST_RETRY_MS), signal);
  }
}

/** Counts what became of a batch. One that has waited before because more comes in than is read was held back then, and is not once more. */
export function countTaken(
  { metrics, traffic, nowMs }: CountParts,
  taken: Taken,
  {
    sender,
    protocol,
    items,
    bytes,
    startMs,
    hasWaited = false,
  }: Pick<EnvelopeHeader, 'sender' | 'protocol'> & {
    readonly items: number;
    readonly bytes: number;
    /** When the journal was asked, Unix milliseconds. */
    readonly startMs: number;
    readonly hasWaited?: boolean;
  },
): void {
  metrics.count('triad_ingest_batches_total', [protocol, taken.kind]);
  if (taken.kind === 'taken') {
    metrics.observe('triad_commit_duration_seconds', (nowMs() - startMs) / 1000);
    metrics.count('triad_ingest_events_total', [protocol, 'accepted'], items);
    metrics.count('triad_ingest_bytes_total', [protocol], bytes);
  }
  if (taken.kind === 'again') metrics.count('triad_dedup_hits_total', [protocol]);
  if (taken.kind === 'conflict') metrics.count('triad_replay_rejected_total');
  const brought = broughtBy(taken);
  if (brought !== undefined && (brought !== 'heldBack' || !hasWaited)) traffic.note(sender, brought, items);
}

/** Waits so long, or until the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(undefined);
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
