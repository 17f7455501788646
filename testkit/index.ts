export { type TarPart, writeTar, writeZip, type ZipOddities, type ZipPart } from './archives/index.ts';
export * as audits from './audits/index.ts';
export * as cim from './cim/index.ts';
export * as collector from './collector/index.ts';
export * from './enterprise/index.ts';
export * from './events/index.ts';
export { type BulkOptions, type BulkSummary, bulkLog, writeBulkLog } from './evtx/bulk.ts';
export {
  CHUNK_BYTES,
  type ChunkOddities,
  ChunkWriter,
  type FrameOptions,
  nameHash,
  type RecordContent,
} from './evtx/chunk-writer.ts';
export { filetimeOf, seconds, textOfFiletime, utcTimeOf } from './evtx/filetime.ts';
export { chunkStart, dword, endBefore, overwrite, setLastRecordId, swallow } from './evtx/forge.ts';
export {
  FILE_HEADER_BYTES,
  type LogOptions,
  type LogRecord,
  LogWriter,
  type Patch,
  type Placement,
  sealChunk,
  sealed,
  sealFileHeader,
  type WrittenLog,
  writeLog,
} from './evtx/log-writer.ts';
export {
  type Attribute,
  type Element,
  element,
  type Instance,
  instance,
  type Part,
  type RawPart,
  rawPart,
  slot,
  type Template,
  textPart,
} from './evtx/tree.ts';
export * as value from './evtx/value.ts';
export { type NestedValue, type PlainValue, TYPE, type Value } from './evtx/value.ts';
export { Xorshift } from './evtx/xorshift.ts';
export {
  SEED_TRIADS,
  type SeedCase,
  type SeedTriad,
  type SeedTruth,
  seedCase,
  seedEvents,
} from './sample/seed-case.ts';
export * from './shapes/index.ts';
