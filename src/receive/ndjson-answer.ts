import type { NdjsonFraming } from './ndjson.ts';

export interface NdjsonAnswerOptions {
  /** Id of the batch, or its digest when the sender gave none. */
  readonly batch: string;
}

/** The body of an answer to `/v1/ingest`, JSON (SERVE 1.4): how many events were taken, and each that was not, by line and item. */
export function ndjsonAnswer(framing: NdjsonFraming, { batch }: NdjsonAnswerOptions): string {
  const rejected = framing.items.flatMap(({ line, refused }, item) =>
    refused === undefined ? [] : [{ line, item, ...refused }],
  );
  return JSON.stringify({ accepted: framing.accepted, rejected, batch });
}
