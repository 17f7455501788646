import { type ApiRequest, type ApiResponse, type Caller, type Problem, refused } from '../../api/index.ts';
import {
  type BodyBudget,
  type BodyLease,
  type BodyLimits,
  type ElasticIdentity,
  type ProtocolName,
  type RefusedBatch,
  readBody,
  type WholeBody,
} from '../../receive/index.ts';
import type { BatchTaker, Taken } from '../batch-taker.ts';
import { codeOfBody } from '../dispatch.ts';
import { isTooMuch } from '../sender-traffic.ts';
import { type CountParts, countTaken } from '../take-batch.ts';

export interface BatchParts extends CountParts {
  readonly taker: BatchTaker;
  readonly budget: BodyBudget;
  readonly limits: BodyLimits;
  readonly elastic: () => ElasticIdentity;
  /** True when a caller may bring batches of this protocol. */
  mayBring(caller: Caller, protocol: ProtocolName): boolean;
}

export interface Offered {
  readonly protocol: ProtocolName;
  readonly batch: string | undefined;
  readonly items: number;
  readonly rejected: number;
  readonly indexNames?: readonly string[];
}

export type Answered =
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'taken'; readonly isAgain: boolean };

/** Characters of an address that a trusted proxy names. */
const MAX_PEER = 64;

/** Reads a body within the limits and the budget of its sender, and gives its bytes back when it was answered. */
export async function withBody(
  parts: BatchParts,
  request: ApiRequest,
  protocol: ProtocolName,
  typeRefusal: (contentType: string | undefined) => RefusedBatch | undefined,
  act: (body: WholeBody) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const { caller } = request;
  if (caller === undefined || caller.sender === '' || !parts.mayBring(caller, protocol)) {
    return refused({
      code: 'scope_insufficient',
      detail: `The key may not bring batches of ${protocol}.`,
      closes: true,
    });
  }
  const wrongType = typeRefusal(request.headers['content-type']);
  if (wrongType !== undefined)
    return refused({ code: 'media_type_unsupported', detail: wrongType.reason, closes: true });
  const lease = parts.budget.open(caller.sender);
  if (lease.kind === 'refused') {
    parts.traffic.note(caller.sender, 'heldBack');
    const detail = 'Too many requests of this sender are being read.';
    return refused({ code: 'too_many_requests', detail, retryAfterMs: lease.retryAfterMs, closes: true });
  }
  try {
    return await readAndAct(parts, request, caller.sender, lease, act);
  } finally {
    lease.release();
    parts.metrics.observe('triad_ingest_request_duration_seconds', (parts.nowMs() - request.arrivedMs) / 1000, [
      protocol,
    ]);
  }
}

async function readAndAct(
  { limits, nowMs, traffic }: BatchParts,
  { body, headers, signal }: ApiRequest,
  sender: string,
  lease: BodyLease,
  act: (body: WholeBody) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const read = await readBody(body, headers, limits, { nowMs, signal, lease });
  if (read.kind === 'body') return await act(read);
  if (read.status === 429) traffic.note(sender, 'heldBack');
  return refused({
    code: read.code === 'digest_mismatch' ? 'digest_mismatch' : codeOfBody(read.status),
    detail: read.reason,
    closes: read.closeConnection,
    ...(read.retryAfterMs === undefined ? {} : { retryAfterMs: read.retryAfterMs }),
  });
}

export function refusedFraming({ status, reason }: RefusedBatch): ApiResponse {
  return refused({ code: codeOfBody(status), detail: reason });
}

/** Puts a batch into the journal under the name of its sender. */
export async function offer(
  parts: BatchParts,
  request: ApiRequest,
  body: WholeBody,
  offered: Offered,
): Promise<Answered> {
  const { caller, peer, arrivedMs } = request;
  if (caller === undefined) throw new Error('a batch has a sender');
  const { protocol, batch, indexNames, items, rejected } = offered;
  parts.metrics.count('triad_ingest_events_total', [protocol, 'rejected'], rejected);
  // What has no event left has nothing to keep: it is answered as it is.
  if (items === 0) return { kind: 'taken', isAgain: false };
  const startMs = parts.nowMs();
  const taken = await parts.taker.take(
    {
      format: 1,
      sender: caller.sender,
      key: caller.key,
      trust: 'authenticated',
      protocol,
      ...(batch === undefined ? {} : { batch }),
      digest: body.digest,
      receivedMs: arrivedMs,
      peer: peer === '' ? 'unknown' : peer.slice(0, MAX_PEER),
      ...(indexNames === undefined ? {} : { indexNames }),
    },
    body.bytes,
    items,
  );
  countTaken(parts, taken, { sender: caller.sender, protocol, items, bytes: body.bytes.length, startMs });
  return answeredOf(taken);
}

function answeredOf(taken: Taken): Answered {
  if (taken.kind === 'taken' || taken.kind === 'again') return { kind: 'taken', isAgain: taken.kind === 'again' };
  if (taken.kind === 'conflict') {
    const detail = 'A batch with this id and other bytes was taken before; nothing of this one was.';
    return { kind: 'problem', problem: { code: 'batch_conflict', detail } };
  }
  const { reason, retryAfterMs } = taken;
  if (reason === 'tooLarge') return { kind: 'problem', problem: { code: 'too_large', detail: 'Send it in parts.' } };
  const isBusy = isTooMuch(taken);
  const detail = isBusy ? 'More is coming in than is read.' : 'The disk does not take batches now.';
  return {
    kind: 'problem',
    problem: { code: isBusy ? 'too_many_requests' : 'storage_unavailable', detail, retryAfterMs },
  };
}
