import { type Framed, type RefusedBatch, refusedBatch } from './framing.ts';
import { mediaType } from './ndjson.ts';

/** How a request of OTLP is written; its answer is written in the same way (SERVE 1.3). */
export type OtlpEncoding = 'json' | 'protobuf';

export type OtlpFraming = Framed;

/** What stands around a record, so that it is read like an export of the same. */
export const BEFORE_RECORD: Uint8Array = Buffer.from('{"resourceLogs":[{"scopeLogs":[{"logRecords":[');
export const AFTER_RECORD: Uint8Array = Buffer.from(']}]}]}');

/** The encoding of a request by its `Content-Type`; undefined for any other. */
export function otlpEncodingOf(contentType: string | undefined): OtlpEncoding | undefined {
  const name = mediaType(contentType);
  if (name === 'application/json') return 'json';
  return name === 'application/x-protobuf' ? 'protobuf' : undefined;
}

/** Why a request of this `Content-Type` is not taken; undefined when it is. */
export function otlpTypeRefusal(contentType: string | undefined): RefusedBatch | undefined {
  if (otlpEncodingOf(contentType) !== undefined) return undefined;
  const reason = 'The Content-Type of OTLP is application/x-protobuf or application/json.';
  return refusedBatch(415, 'unsupported_media_type', reason);
}
