import { BinaryWriter } from '@bufbuild/protobuf/wire';
import type { OtlpEncoding, OtlpFraming } from './otlp.ts';

/** An answer of `/v1/logs`, in the encoding of its request. */
export interface OtlpAnswer {
  readonly type: string;
  readonly body: string | Uint8Array;
}

const TYPES: Readonly<Record<OtlpEncoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

/** Characters of reasons in one answer; the first event that was refused is told. */
const MAX_MESSAGE = 500;

/**
 * ExportLogsServiceResponse: empty where every record was taken; else how many were refused for good, with the reason of the first. No client sends them
 * again (SERVE 1.3), and none should.
 */
export function otlpAnswer({ items, accepted }: OtlpFraming, encoding: OtlpEncoding): OtlpAnswer {
  const type = TYPES[encoding];
  const rejected = items.length - accepted;
  if (rejected === 0) return { type, body: encoding === 'json' ? '{}' : new Uint8Array(0) };
  const first = items.findIndex(({ refused }) => refused !== undefined);
  const errorMessage = `record ${first} (from 0): ${items[first]?.refused?.reason ?? ''}`.slice(0, MAX_MESSAGE);
  if (encoding === 'json') {
    return { type, body: JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejected), errorMessage } }) };
  }
  // partial_success = 1; in it rejected_log_records = 1, error_message = 2.
  const writer = new BinaryWriter().uint32((1 << 3) | 2).fork();
  writer.uint32(1 << 3).int64(rejected);
  writer.uint32((2 << 3) | 2).string(errorMessage);
  return { type, body: writer.join().finish() };
}

/** Codes of google.rpc.Code by the status of the answer; 13 (INTERNAL) for any other. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  404: 5,
  408: 4,
  413: 3,
  415: 3,
  429: 8,
  503: 14,
};

/** An error: google.rpc.Status with code and message, in the encoding of the request. */
export function otlpError(status: number, message: string, encoding: OtlpEncoding): OtlpAnswer {
  const type = TYPES[encoding];
  const code = RPC_CODES[status] ?? 13;
  if (encoding === 'json') return { type, body: JSON.stringify({ code, message }) };
  const writer = new BinaryWriter().uint32(1 << 3).int32(code);
  return {
    type,
    body: writer
      .uint32((2 << 3) | 2)
      .string(message)
      .finish(),
  };
}

/**
 * The status of a refusal. Clients send again after 429, 502, 503 and 504 and let go of everything else (SERVE 8, trap 2): what may go better the
 * next time is none of the others.
 */
export function otlpStatus(status: number): number {
  return status === 408 || status >= 500 ? 503 : status;
}
