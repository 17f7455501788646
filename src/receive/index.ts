export {
  BATCH_DIGEST_KEPT_MS,
  BATCH_ID_KEPT_MS,
  type BatchIdentity,
  batchIdentity,
  checkBatchId,
  type IdentifiedBatch,
  sameBatch,
} from './batch-identity.ts';
export type { BatchText, ItemRange } from './batch-text.ts';
export { BodyBudget, type BodyLease, BUDGET_LIMITS, type BudgetLimits, type BudgetRefusal } from './body-budget.ts';
export type { BodyTrouble } from './body-source.ts';
export {
  type BulkFraming,
  type BulkItem,
  type BulkOptions,
  bulkTypeRefusal,
  frameBulk,
  indexNamesOf,
} from './bulk.ts';
export type { BulkOp } from './bulk-action.ts';
export { type BulkAnswerOptions, bulkAnswer } from './bulk-answer.ts';
export {
  ELASTIC_HEADERS,
  type ElasticAnswer,
  type ElasticIdentity,
  elasticDocument,
  elasticError,
} from './elastic-document.ts';
export {
  type Envelope,
  type EnvelopeHeader,
  type EnvelopeProblem,
  MAX_INDEX_NAMES,
  packEnvelope,
  readEnvelope,
} from './envelope.ts';
export { type ChunkFile, type FileChunk, type FramedChunk, frameFileChunk, packFileChunk } from './file-chunk.ts';
export type { Framed, FramedItem, ItemRefusal, RefusalCode, RefusedBatch } from './framing.ts';
export { frameHec, type HecFraming } from './hec.ts';
export {
  type HecAnswer,
  type HecCode,
  hecAcksAnswer,
  hecAnswer,
  hecBodyRefusal,
  hecEventsAnswer,
  hecRefusal,
} from './hec-answer.ts';
export { askedAcks, CHANNEL_LIMITS, type ChannelLimits, HecChannels, isChannel } from './hec-channels.ts';
export { frameKeptEntries, type KeptEvent, packKeptEntries } from './kept-entries.ts';
export { BODY_LIMITS, type BodyLimits, MAX_ITEM_BYTES, MAX_ITEMS } from './limits.ts';
export { frameNdjson, type NdjsonForm, type NdjsonFraming, ndjsonTypeRefusal } from './ndjson.ts';
export { type NdjsonAnswerOptions, ndjsonAnswer } from './ndjson-answer.ts';
export { type OtlpEncoding, type OtlpFraming, otlpEncodingOf, otlpTypeRefusal } from './otlp.ts';
export { type OtlpAnswer, otlpAnswer, otlpError, otlpStatus } from './otlp-answer.ts';
export { frameOtlpJson } from './otlp-json.ts';
export { frameOtlpProtobuf } from './otlp-protobuf.ts';
export { type ProtocolName, type ProtocolText, scopeOf, textOf, type UnreadItem } from './protocols.ts';
export {
  type BodyReading,
  type PlainHeaders,
  type RefusedBody,
  readBody,
  refusalByHeaders,
  type WholeBody,
} from './read-body.ts';
export {
  SYSLOG_LARGE_BYTES,
  SYSLOG_SMALL_BYTES,
  SyslogStream,
  type SyslogStretch,
  type SyslogTrouble,
} from './syslog-stream.ts';
