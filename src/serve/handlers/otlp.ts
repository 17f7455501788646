import type { Handler } from '../../api/index.ts';
import { frameOtlpJson, frameOtlpProtobuf, otlpAnswer, otlpEncodingOf, otlpTypeRefusal } from '../../receive/index.ts';
import { type BatchParts, offer, refusedFraming, withBody } from './take-batch.ts';

/** `/v1/logs` of OTLP over HTTP, in JSON or protobuf; answered in the encoding of the request (SERVE 1.3). */
export function otlpHandler(parts: BatchParts): Handler {
  return (request) => {
    const encoding = otlpEncodingOf(request.headers['content-type']) ?? 'json';
    const protocol = `otlp-${encoding}` as const;
    return withBody(parts, request, protocol, otlpTypeRefusal, async (body) => {
      const framing = encoding === 'json' ? frameOtlpJson(body.bytes) : frameOtlpProtobuf(body.bytes);
      if (framing.kind === 'refused') return refusedFraming(framing);
      const rejected = framing.items.length - framing.accepted;
      const offered = { protocol, batch: undefined, items: framing.accepted, rejected };
      const answered = await offer(parts, request, body, offered);
      if (answered.kind === 'problem') return answered;
      return { kind: 'answer', status: 200, ...otlpAnswer(framing, encoding) };
    });
  };
}
