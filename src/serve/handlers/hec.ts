import type { ApiRequest, ApiResponse, Handler } from '../../api/index.ts';
import {
  askedAcks,
  frameHec,
  frameNdjson,
  type HecAnswer,
  type HecChannels,
  hecAcksAnswer,
  hecAnswer,
  hecBodyRefusal,
  hecEventsAnswer,
  isChannel,
  type WholeBody,
} from '../../receive/index.ts';
import { type BatchParts, offer, withBody } from './take-batch.ts';

export interface HecParts {
  readonly batches: BatchParts;
  readonly channels: HecChannels;
  /** Whether batches get numbers that can be asked for. */
  readonly acks: boolean;
  /** Why nothing is taken now; undefined where it is. */
  notReady(): string | undefined;
  isStopping(): boolean;
}

type HecHandlers = Readonly<Record<'hec' | 'hecHealth' | 'hecOptions', Handler>>;

/** The paths of Splunk's HTTP Event Collector (SERVE 1.2), by what stands behind `/services/collector`. */
export function hecHandlers(parts: HecParts): HecHandlers {
  return {
    hec: (request) => {
      const act = ACTS[(request.params['rest'] ?? '').replace(/\/$/, '')];
      return act === undefined ? NOT_THERE : act(parts, request);
    },
    hecHealth: ({ params }) => {
      if (!['', '1.0'].includes((params['rest'] ?? '').replace(/\/$/, ''))) return NOT_THERE;
      if (parts.isStopping()) return answerOf(hecAnswer(23));
      return answerOf(hecAnswer(parts.notReady() === undefined ? 17 : 18));
    },
    hecOptions: () => ({ kind: 'answer', status: 200, headers: { allow: 'GET, OPTIONS, POST' } }),
  };
}

const NOT_THERE: ApiResponse = {
  kind: 'answer',
  status: 404,
  type: 'application/json',
  body: '{"text":"The requested URL was not found on this server.","code":404}',
  closes: true,
};

const ACTS: Readonly<Record<string, (parts: HecParts, request: ApiRequest) => Promise<ApiResponse>>> = {
  '': takeEvents,
  event: takeEvents,
  'event/1.0': takeEvents,
  raw: takeRaw,
  'raw/1.0': takeRaw,
  ack: tellAcks,
  'ack/1.0': tellAcks,
};

const anyType = (): undefined => undefined;

function answerOf({ status, body }: HecAnswer): ApiResponse {
  return { kind: 'answer', status, type: 'application/json', body };
}

/** The channel of a request by its header, else by its query; undefined where it names none. A number stands for what is wrong. */
function channelOf({ headers, query }: ApiRequest, isNeeded: boolean): string | undefined | 10 | 11 {
  const name = headers['x-splunk-request-channel'] ?? query.get('channel') ?? undefined;
  if (name === undefined || name === '') return isNeeded ? 10 : undefined;
  return isChannel(name) ? name.toLowerCase() : 11;
}

function takeEvents(parts: HecParts, request: ApiRequest): Promise<ApiResponse> {
  return withBody(parts.batches, request, 'hec', anyType, async (body) => {
    const channel = channelOf(request, false);
    if (typeof channel === 'number') return answerOf(hecAnswer(channel));
    return await take(parts, request, body, 'hec', channel);
  });
}

function takeRaw(parts: HecParts, request: ApiRequest): Promise<ApiResponse> {
  return withBody(parts.batches, request, 'hec-raw', anyType, async (body) => {
    const channel = channelOf(request, true);
    if (typeof channel === 'number') return answerOf(hecAnswer(channel));
    return await take(parts, request, body, 'hec-raw', channel);
  });
}

/** Keeps what a body holds. A number is given once it is on stable storage, and where all of it is. */
async function take(
  { batches, channels, acks }: HecParts,
  request: ApiRequest,
  body: WholeBody,
  protocol: 'hec' | 'hec-raw',
  channel: string | undefined,
): Promise<ApiResponse> {
  const framing = protocol === 'hec' ? frameHec(body.bytes) : frameNdjson(body.bytes);
  if (framing.kind === 'refused') return answerOf(hecBodyRefusal(framing));
  if (framing.items.length === 0) return answerOf(hecAnswer(5));
  const rejected = framing.items.length - framing.accepted;
  const offered = { protocol, batch: undefined, items: framing.accepted, rejected };
  const answered = await offer(batches, request, body, offered);
  if (answered.kind === 'problem') return answered;
  const sender = request.caller?.sender ?? '';
  const isNumbered = acks && channel !== undefined && rejected === 0;
  const ackId = isNumbered ? channels.committed(sender, channel, batches.nowMs()) : undefined;
  return answerOf(hecEventsAnswer(framing, ackId));
}

function tellAcks(parts: HecParts, request: ApiRequest): Promise<ApiResponse> {
  const { batches, channels, acks } = parts;
  return withBody(batches, request, 'hec', anyType, async (body) => {
    if (!acks) return answerOf(hecAnswer(14));
    const channel = channelOf(request, true);
    if (typeof channel === 'number') return answerOf(hecAnswer(channel));
    const ids = body.bytes.length === 0 ? undefined : askedAcks(body.bytes);
    if (ids === undefined) return answerOf(hecAnswer(body.bytes.length === 0 ? 5 : 6));
    const sender = request.caller?.sender ?? '';
    return answerOf(hecAcksAnswer(channels.ask(sender, channel ?? '', ids, batches.nowMs())));
  });
}
