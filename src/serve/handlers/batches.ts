import { type ApiRequest, type ApiResponse, type Handler, refused } from '../../api/index.ts';
import {
  type BulkFraming,
  bulkAnswer,
  bulkTypeRefusal,
  checkBatchId,
  elasticDocument,
  frameBulk,
  frameNdjson,
  indexNamesOf,
  MAX_INDEX_NAMES,
  MAX_ITEM_BYTES,
  ndjsonAnswer,
  ndjsonTypeRefusal,
  type RefusedBatch,
  type WholeBody,
} from '../../receive/index.ts';
import { type BatchParts, offer, refusedFraming, withBody } from './take-batch.ts';

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
    const line = oneLine(body.bytes.subarray(0, MAX_ITEM_BYTES + 1));
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

/** A document as one line. More than one may have is refused by its size, so nothing behind that is looked at: a body may hold sixty times as much. */
function oneLine(document: Uint8Array): Buffer {
  const line = Buffer.from(document);
  for (let at = 0; at < line.length; at++) {
    const byte = line[at];
    if (byte === 0x0a || byte === 0x0d) line[at] = 0x20;
  }
  return line;
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

/** As many names as have room, written as JSON: the others are in the batch itself. */
function fitting(names: readonly string[]): readonly string[] {
  let bytes = 0;
  return names.filter((name) => {
    bytes += Buffer.byteLength(JSON.stringify(name));
    return bytes <= MAX_NAME_BYTES;
  });
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
