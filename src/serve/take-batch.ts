import { createHash } from 'node:crypto';
import type { EnvelopeHeader } from '../receive/index.ts';
import type { BatchTaker } from './batch-taker.ts';
import type { Metrics } from './metrics.ts';

export interface TakeParts {
  readonly taker: Pick<BatchTaker, 'take'>;
  readonly metrics: Metrics;
  nowMs(): number;
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
  { taker, metrics, nowMs }: TakeParts,
  { header, body, items }: OwnBatch,
  signal: AbortSignal,
): Promise<boolean> {
  const digest = createHash('sha256').update(body).digest('hex');
  const receivedMs = nowMs();
  const { protocol } = header;
  for (;;) {
    const startMs = nowMs();
    const taken = await taker.take({ format: 1, ...header, digest, receivedMs }, body);
    metrics.count('triad_ingest_batches_total', [protocol, taken.kind]);
    if (taken.kind === 'taken') {
      metrics.observe('triad_commit_duration_seconds', (nowMs() - startMs) / 1000);
      metrics.count('triad_ingest_events_total', [protocol, 'accepted'], items);
      metrics.count('triad_ingest_bytes_total', [protocol], body.length);
      return true;
    }
    if (taken.kind === 'again') metrics.count('triad_dedup_hits_total', [protocol]);
    if (taken.kind === 'conflict') metrics.count('triad_replay_rejected_total');
    if (taken.kind !== 'refused') return true;
    if (signal.aborted || taken.reason === 'closed') return false;
    await pause(Math.min(taken.retryAfterMs, MOST_RETRY_MS), signal);
  }
}

/** Waits so long, or until the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
