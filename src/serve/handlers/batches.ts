import {
  type ApiRequest,
  type ApiResponse,
  type Caller,
  type Handler,
  type Problem,
  refused,
} from '../../api/index.ts';
import {
  type BodyBudget,
  type BodyLease,
  type BodyLimits,
  type BulkFraming,
  bulkAnswer,
  bulkTypeRefusal,
  checkBatchId,
  type ElasticIdentity,
  elasticDocument,
  frameBulk,
  frameNdjson,
  indexNamesOf,
  MAX_INDEX_NAMES,
  ndjsonAnswer,
  ndjsonTypeRefusal,
  type ProtocolName,
  type RefusedBatch,
  readBody,
  type WholeBody,
} from '../../receive/index.ts';
import type { BatchTaker, Taken } from '../batch-taker.ts';
import { codeOfBody } from '../dispatch.ts';
import type { Metrics } from '../metrics.ts';

export interface BatchParts {
  readonly taker: BatchTaker;
  readonly budget: BodyBudget;
  readonly limits: BodyLimits;
  readonly metrics: Metrics;
  readonly elastic: () => ElasticIdentity;
  /** True when a caller may bring batches of this protocol. */
  mayBring(caller: Caller, protocol: ProtocolName): boolean;
  nowMs(): number;
}

interface Offered {
  readonly protocol: ProtocolName;
  readonly batch: string | undefined;
  readonly items: number;
  readonly rejected: number;
  readonly indexNames?: readonly string[];
}

type Answered =
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'taken'; readonly isAgain: boolean };

/** `/v1/ingest`: JSON lines, a JSON array or Event XML; answered when it is on stable storage (SERVE 1.4). */
export function ingestHandler(parts: BatchParts): Handler {
  return (request) =>
    withBody(parts, request, 'ndjson', ndjsonTypeRefusal, async (body) => {
      const batch = request.headers['triad-batch-id'];
      const wrongId = batch === undefined ? undefined : checkBatchId(batch);
      if (wrongId !== undefined) return refused({ code: 'bad_request', detail: `Triad-Batch-Id: ${wrongId}` });
      const framing = frameNdjson(body.bytes);
      if (framing.kind === 'refused') return refusedFraming(framing);
      const rejected = framing.items.length - framing.accepted;
      const answered = await offer(parts, request, body, {
        protocol: 'ndjson',
        batch,
        items: framing.accepted,
        rejected,
      });
      if (answered.kind === 'problem') return answered;
      return {
        kind: 'answer',
        status: 200,
        type: 'application/json',
        ...(answered.isAgain ? { headers: { 'triad-replay': 'true' } } : {}),
        body: `${ndjsonAnswer(framing, { batch: batch ?? body.digest })}\n`,
      };
    });
}

/** Characters of an address that a trusted proxy names. */
const MAX_PEER = 64;
/** Bytes of names of indexes that an envelope lists. */
const MAX_NAME_BYTES = 8192;

const BULK = /^\/(?:([^/]+)\/)?_bulk\/?$/;
const DOCUMENT = /^\/([^/]+)\/_(?:doc|create)(?:\/([^/]+))?\/?$/;

/** The paths of Elasticsearch that shippers use (SERVE 1.1): `_bulk` and single documents are batches, all else is a greeting. */
export function elasticHandler(parts: BatchParts): Handler {
  return (request) => {
    const path = `/${request.params['rest'] ?? ''}`;
    const isWrite = request.method === 'POST' || request.method === 'PUT';
    const bulk = isWrite ? BULK.exec(path) : null;
    if (bulk !== null) return bulkRequest(parts, request, bulk[1]);
    const document = isWrite ? DOCUMENT.exec(path) : null;
    if (document !== null) return documentRequest(parts, request, document[1] ?? '', document[2]);
    const { status, headers, body } = elasticDocument(request.method, path, parts.elastic());
    return { kind: 'answer', status, headers, body, closes: isWrite };
  };
}

function bulkRequest(parts: BatchParts, request: ApiRequest, index: string | undefined): Promise<ApiResponse> {
  const options = index === undefined ? {} : { defaultIndex: decodeName(index) };
  return withBody(parts, request, 'bulk', bulkTypeRefusal, (body) =>
    takeBulk(parts, request, body, frameBulk(body.bytes, options), (framing) => {
      const filterPath = request.query.get('filter_path') ?? undefined;
      const tookMs = Math.max(0, parts.nowMs() - request.arrivedMs);
      return { status: 200, body: bulkAnswer(framing, { filterPath, tookMs, digest: body.digest }) };
    }),
  );
}

/** One document: a batch of one, written as `_bulk` has it, so that there is one form behind the answer. */
function documentRequest(
  parts: BatchParts,
  request: ApiRequest,
  index: string,
  id: string | undefined,
): Promise<ApiResponse> {
  return withBody(parts, request, 'bulk', bulkTypeRefusal, (body) => {
    const action = { index: { _index: decodeName(index), ...(id === undefined ? {} : { _id: decodeName(id) }) } };
    const line = Buffer.from(body.bytes).map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
    const bytes = Buffer.concat([Buffer.from(`${JSON.stringify(action)}\n`), line, Buffer.from('\n')]);
    return takeBulk(parts, request, { ...body, bytes }, frameBulk(bytes), (framing) => {
      const answer = JSON.parse(bulkAnswer(framing, { tookMs: 0, digest: body.digest })) as {
        readonly items: readonly Readonly<Record<string, { readonly status?: number }>>[];
      };
      const item = Object.values(answer.items[0] ?? {})[0] ?? {};
      return { status: item.status ?? 500, body: JSON.stringify(item) };
    });
  });
}

async function takeBulk(
  parts: BatchParts,
  request: ApiRequest,
  body: WholeBody,
  framing: BulkFraming | RefusedBatch,
  answer: (framing: BulkFraming) => { readonly status: number; readonly body: string },
): Promise<ApiResponse> {
  if (framing.kind === 'refused') return refusedFraming(framing);
  const indexNames = fitting(indexNamesOf(framing, MAX_INDEX_NAMES));
  const rejected = framing.items.length - framing.accepted;
  const offered = { protocol: 'bulk', batch: undefined, items: framing.accepted, rejected, indexNames } as const;
  const answered = await offer(parts, request, body, offered);
  return answered.kind === 'problem' ? answered : { kind: 'answer', type: 'application/json', ...answer(framing) };
}

/** Reads a body within the limits and the budget of its sender, and gives its bytes back when it was answered. */
async function withBody(
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
    const detail = 'Too many requests of this sender are being read.';
    return refused({ code: 'too_many_requests', detail, retryAfterMs: lease.retryAfterMs, closes: true });
  }
  try {
    return await readAndAct(parts, request, lease, act);
  } finally {
    lease.release();
    parts.metrics.observe('triad_ingest_request_duration_seconds', (parts.nowMs() - request.arrivedMs) / 1000, [
      protocol,
    ]);
  }
}

async function readAndAct(
  { limits, nowMs }: BatchParts,
  { body, headers, signal }: ApiRequest,
  lease: BodyLease,
  act: (body: WholeBody) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const read = await readBody(body, headers, limits, { nowMs, signal, lease });
  if (read.kind === 'body') return await act(read);
  return refused({
    code: codeOfBody(read.status),
    detail: read.reason,
    closes: read.closeConnection,
    ...(read.retryAfterMs === undefined ? {} : { retryAfterMs: read.retryAfterMs }),
  });
}

/** As many names as have room, written as JSON: the others are in the batch itself. */
function fitting(names: readonly string[]): readonly string[] {
  let bytes = 0;
  return names.filter((name) => {
    bytes += Buffer.byteLength(JSON.stringify(name));
    return bytes <= MAX_NAME_BYTES;
  });
}

function refusedFraming({ status, reason }: RefusedBatch): ApiResponse {
  return refused({ code: codeOfBody(status), detail: reason });
}

/** Puts a batch into the journal under the name of its sender. */
async function offer(parts: BatchParts, request: ApiRequest, body: WholeBody, offered: Offered): Promise<Answered> {
  const { caller, peer, arrivedMs } = request;
  if (caller === undefined) throw new Error('a batch has a sender');
  const { protocol, batch, indexNames, items, rejected } = offered;
  const { metrics } = parts;
  metrics.count('triad_ingest_events_total', [protocol, 'rejected'], rejected);
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
  );
  metrics.count('triad_ingest_batches_total', [protocol, taken.kind]);
  if (taken.kind === 'taken') {
    metrics.observe('triad_commit_duration_seconds', (parts.nowMs() - startMs) / 1000);
    metrics.count('triad_ingest_events_total', [protocol, 'accepted'], items);
    metrics.count('triad_ingest_bytes_total', [protocol], body.bytes.length);
  }
  if (taken.kind === 'again') metrics.count('triad_dedup_hits_total', [protocol]);
  if (taken.kind === 'conflict') metrics.count('triad_replay_rejected_total');
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
  const isBusy = reason === 'busy' || reason === 'lag';
  const detail = isBusy ? 'More is coming in than is read.' : 'The disk does not take batches now.';
  return {
    kind: 'problem',
    problem: { code: isBusy ? 'too_many_requests' : 'storage_unavailable', detail, retryAfterMs },
  };
}

function decodeName(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    // A name with a stray percent sign is the name.
    if (cause instanceof URIError) return part;
    throw cause;
  }
}
